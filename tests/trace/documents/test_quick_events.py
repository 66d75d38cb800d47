"""The quick way to read events says what the careful way says, or nothing."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trace.documents.test_random_events import CREATED, bodies

from sanpin.base import SanpinError
from sanpin.trace.engine.epcis import normalise, open_document, validate_event
from sanpin.trace.engine.epcis.writer import write_document
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.engine.hash.quick import quick_for
from sanpin.trace.model.documents import RawEvent
from sanpin.trace.model.namespaces import Namespaces
from sanpin.trace.store.rows import EventRow, quick_row, row_of

GTIN = "09521234000013"
ITEM = f"https://id.gs1.org/01/{GTIN}/21/A1"
EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:00000000-0000-0000-0000-000000000001",
    "eventTime": "2026-03-01T08:30:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "disposition": "in_transit",
    "readPoint": {"id": "https://id.gs1.org/414/9521234000006"},
    "bizLocation": {"id": "urn:epc:id:sgln:9521234.00000.0"},
    "epcList": [ITEM],
}
JUNK = [
    None, "", " ", 0, -1, 1.5, True, [], {}, [None], [[]], [{}], {"id": ""}, "shipping", "nowhere",
    "2026-03-01", "2026-02-30T08:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-03-01T08:30:00.123456789Z", "2026-03-01T08:30:00.1Z", "urn:x:y", "cbv:BizStep-shipping",
    "https://ref.gs1.org/cbv/BizStep-none", f"https://id.gs1.org/01/{GTIN[:-1]}4/21/A1", ITEM,
    f"https://id.gs1.org/01/{GTIN}/21/a%2Fb", f"https://id.gs1.org/01/{GTIN}/10/L/21/A1",
    f"http://x.example/a/01/{GTIN}/21/A-_1?17=261231", f"https://id.gs1.org/01/{GTIN}/21/é",
    f"https://id.gs1.org/01/{GTIN}/21/{'A' * 21}", "https://id.gs1.org/00/106141412345678908",
    "https://id.gs1.org/00/106141412345678907", "https://id.gs1.org/00/10614141234567890٨",
    "urn:epc:id:sscc:0614141.1234567890", "urn:epc:idpat:sgtin:0614141.112345.*", "x" * 3000,
    [ITEM, f"https://id.gs1.org/01/{GTIN}/10/L/21/B", ITEM], ["ex:thing"], ["gs1:thing"],
    [f"http://x.example/01/{GTIN}/22/V/10/L-{n % 2}/21/S{n}" for n in range(5)] + [ITEM],
    [f"https://id.gs1.org/8006/{GTIN}0102/21/1", f"https://id.gs1.org/8006/{GTIN}0302/21/1"],
    ["https://id.gs1.org/414/9521234000006/254/0", "https://id.gs1.org/414/9521234000006/254/1"],
    [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L", "quantity": 1.50, "uom": "KGM"}],
    [{"epcClass": "urn:x:y", "quantity": 1e20}], [{"epcClass": "urn:x:y", "uom": "1E3"}],
    [{"epcClass": "urn:x:y", "quantity": -0.0, "uom": "EA"}], [{"epcClass": "urn:x:y", "x:a": 1}],
    [{"type": "location", "source": ITEM}], [{"destination": ITEM}],
    [{"bizTransaction": "urn:a:b"}],
    [{"type": "po", "bizTransaction": "urn:a:b"}, {"type": "inv", "bizTransaction": "urn:a:a"}],
    [{"type": "owning_party", "destination": "urn:epc:id:pgln:9521234.00000"}],
    "+14:30", "-00:00", "+00:00", "Z", "ADD", "TransformationEvent", ["a"], {"id": ITEM, "x:y": 1},
]  # fmt: skip
FIELDS = [
    *EVENT, "recordTime", "parentID", "childEPCs", "quantityList", "childQuantityList",
    "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "sourceList",
    "destinationList", "bizTransactionList", "transformationID", "errorDeclaration", "ilmd",
    "sensorElementList", "persistentDisposition", "certificationInfo", "isA", "@context",
    "ex:field",
]  # fmt: skip
SPACES = [
    Namespaces(),
    Namespaces("json", {"ex": "https://ex.example/"}),
    Namespaces("xml", {"ex": "urn:ex:"}),
    Namespaces("json", {"urn": "https://odd.example/"}),
    Namespaces("json", {"https": "https://odd.example/"}, foreign=True),
]


def careful(raw: RawEvent) -> EventRow | None:
    """What the careful way makes of an event; None when it finds something wrong."""
    if validate_event(raw):
        return None
    hashed = event_hash(raw.body, raw.namespaces)
    digest = bytes.fromhex(hashed.removeprefix("ni:///sha-256;")[:64])
    return row_of(normalise(raw.body, digest), digest, derived="eventID" not in raw.body)


def agree(raw: RawEvent) -> bool:
    """Whether the quick way answered; what it says must be what the careful way says."""
    quick = None if raw.faults else quick_for(raw.namespaces)
    found = quick.read(raw.body) if quick is not None else None
    if found is None:
        return False
    assert quick_row(found) == careful(raw)
    return True


def raw_of(body: dict[str, Any], spaces: Namespaces = SPACES[0]) -> RawEvent:
    return RawEvent(1, 1, orjson.dumps(body), body, spaces)


@given(bodies(), st.sampled_from(SPACES))
def test_random_events_are_read_alike(body: dict[str, Any], spaces: Namespaces) -> None:
    answered = agree(raw_of(body, spaces))
    assert answered == ("ilmd" not in body and not {"urn", "https"} & spaces.values.keys())


@given(
    bodies() | st.just(EVENT),
    st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(JUNK)), min_size=1, max_size=3),
    st.lists(st.sampled_from(FIELDS), max_size=2),
    st.sampled_from(SPACES),
)
def test_odd_values_are_read_alike_or_left(
    body: dict[str, Any],
    changes: list[tuple[str, Any]],
    gone: list[str],
    spaces: Namespaces,
) -> None:
    body = copy.deepcopy(body)
    for name in gone:
        body.pop(name, None)
    body.update(copy.deepcopy(changes))
    agree(raw_of(body, spaces))


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("kind", ["Object", "Aggregation", "Transaction", "Transformation"])
def test_each_field_with_each_odd_value(kind: str, name: str) -> None:
    for junk in JUNK:
        body = {**EVENT, "type": f"{kind}Event", name: junk}
        if kind == "Aggregation":
            body |= {"parentID": ITEM, "childEPCs": [ITEM], name: junk}
            body.pop("epcList") if name != "epcList" else None
        if kind == "Transaction":
            body |= {"bizTransactionList": [{"bizTransaction": "urn:x:po:1"}], name: junk}
        if kind == "Transformation":
            body |= {"inputEPCList": [ITEM], "outputEPCList": [ITEM], name: junk}
            body = {k: v for k, v in body.items() if k == name or k not in ("action", "epcList")}
        agree(raw_of(body))


def test_usual_events_go_the_quick_way() -> None:
    assert agree(raw_of(EVENT))
    assert agree(raw_of({"@context": "https://ref.gs1.org/standards/epcis/", **EVENT}))
    assert not agree(raw_of(EVENT | {"errorDeclaration": {"declarationTime": CREATED}}))
    assert not agree(raw_of(EVENT | {"ex:field": "1"}))


def test_published_documents_are_read_alike(open_data: Path) -> None:
    quick = slow = 0
    for path in sorted((open_data / "trace").rglob("*")):
        if path.suffix not in (".json", ".jsonld", ".xml") or path.stat().st_size > 2_000_000:
            continue
        try:
            raws = list(open_document(path.read_bytes()))
        except SanpinError:
            continue
        answers = [agree(raw) for raw in raws]
        quick += sum(answers)
        slow += len(answers) - sum(answers)
    assert quick > 50
    assert slow > 100


def test_what_was_learnt_is_kept_for_the_next_document() -> None:
    data = write_document([EVENT], CREATED)
    first, second = (next(iter(open_document(data))) for _ in range(2))
    assert first.namespaces is not second.namespaces
    assert quick_for(first.namespaces) is quick_for(second.namespaces)
