"""The rules of the five event types, one broken event after the other."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sanpin.trace.engine.epcis import normalise, read_document, validate, write_document
from sanpin.trace.engine.epcis.vocabulary import BIZ_STEP, DISPOSITION, PARTY_TYPE, is_uri
from sanpin.trace.model.events import Action, EventType, Part

LOT = "https://id.gs1.org/01/09521234567899/10/L1"
PIECE = "https://id.gs1.org/01/09521234567899/21/A"
CASE = "urn:epc:id:sscc:952123456.09999999"
PLACE = "urn:epc:id:sgln:9521234.12345.0"

HEAD: dict[str, Any] = {
    "eventTime": "2026-03-01T08:30:00.5+08:00",
    "eventTimeZoneOffset": "+08:00",
    "readPoint": {"id": PLACE},
}
GOOD: dict[str, dict[str, Any]] = {
    "object": {
        "type": "ObjectEvent",
        "action": "ADD",
        "epcList": [PIECE],
        "ilmd": {"cbvmda:lotNumber": "L1"},
        **HEAD,
    },
    "aggregation": {
        "type": "AggregationEvent",
        "action": "ADD",
        "parentID": CASE,
        "childEPCs": [PIECE],
        **HEAD,
    },
    "association": {
        "type": "AssociationEvent",
        "action": "ADD",
        "parentID": PIECE,
        "childQuantityList": [{"epcClass": LOT, "quantity": 2, "uom": "KGM"}],
        **HEAD,
    },
    "transaction": {
        "type": "TransactionEvent",
        "action": "OBSERVE",
        "epcList": [PIECE],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:po:1"}],
        **HEAD,
    },
    "transformation": {
        "type": "TransformationEvent",
        "inputQuantityList": [{"epcClass": LOT, "quantity": 2.5, "uom": "KGM"}],
        "outputEPCList": [PIECE],
        **HEAD,
    },
}
DROP = object()


def findings(event: dict[str, Any]) -> list[tuple[str, str]]:
    document = read_document(write_document([event], "2026-03-01T00:00:00Z"))
    problems = validate(document).problems
    assert all(str(problem) for problem in problems)
    return [(p.code.removeprefix("trace.event."), str(p.fields["path"])) for p in problems]


def changed(kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    event = deepcopy(GOOD[kind]) | changes
    return {name: value for name, value in event.items() if value is not DROP}


@pytest.mark.parametrize("kind", GOOD)
def test_good_events_have_no_findings(kind: str) -> None:
    assert findings(GOOD[kind]) == []


@pytest.mark.parametrize(
    ("kind", "changes", "code", "path"),
    [
        ("object", {"type": "OtherEvent"}, "type", "type"),
        ("object", {"type": DROP}, "type", "type"),
        ("object", {"eventTime": DROP}, "required", "eventTime"),
        ("object", {"eventTime": "2026-03-01T08:30:00"}, "time", "eventTime"),
        ("object", {"eventTimeZoneOffset": DROP}, "required", "eventTimeZoneOffset"),
        ("object", {"eventTimeZoneOffset": "8"}, "offset", "eventTimeZoneOffset"),
        ("object", {"action": DROP, "ilmd": DROP}, "required", "action"),
        ("object", {"action": "CREATE", "ilmd": DROP}, "action", "action"),
        ("object", {"action": "OBSERVE"}, "ilmd", "ilmd"),
        ("object", {"epcList": []}, "nothing", "epcList"),
        ("object", {"epcList": "x:y"}, "list", "epcList"),
        ("object", {"epcList": [PIECE, "no uri"]}, "uri", "epcList[1]"),
        ("object", {"epcList": ["urn:epc:id:sgtin:9521234.1.1"]}, "identifier", "epcList[0]"),
        ("object", {"epcList": ["x:" + "y" * 3000]}, "uri_length", "epcList[0]"),
        ("object", {"bizStep": "transforming"}, "word", "bizStep"),
        ("object", {"bizStep": "cbv:BizStep-transforming"}, "word", "bizStep"),
        ("object", {"disposition": 7}, "word", "disposition"),
        ("object", {"readPoint": PLACE}, "object", "readPoint"),
        ("object", {"readPoint": {}}, "required", "readPoint.id"),
        ("object", {"bizLocation": {"id": "here"}}, "uri", "bizLocation.id"),
        ("object", {"note": "x"}, "unknown", "note"),
        ("object", {"abc:note": "x"}, "prefix", "abc:note"),
        ("object", {"parentID": CASE}, "unknown", "parentID"),
        ("object", {"ilmd": {"lot": "x"}}, "unknown", "ilmd.lot"),
        ("object", {"ilmd": "x"}, "object", "ilmd"),
        ("object", {"certificationInfo": [{}]}, "uri", "certificationInfo[0]"),
        ("object", {"eventID": "no uri"}, "uri", "eventID"),
        ("object", {"errorDeclaration": {}}, "required", "errorDeclaration.declarationTime"),
        ("object", {"persistentDisposition": {"put": []}}, "unknown", "persistentDisposition.put"),
        (
            "object",
            {"persistentDisposition": {"set": ["bad"]}},
            "word",
            "persistentDisposition.set[0]",
        ),
        ("object", {"sensorElementList": [{}]}, "required", "sensorElementList[0].sensorReport"),
        (
            "object",
            {"sensorElementList": [{"sensorReport": [{"value": "9"}]}]},
            "number",
            "sensorElementList[0].sensorReport[0].value",
        ),
        (
            "object",
            {"sensorElementList": [{"sensorReport": [{"booleanValue": 1}]}]},
            "boolean",
            "sensorElementList[0].sensorReport[0].booleanValue",
        ),
        (
            "object",
            {"sensorElementList": [{"sensorReport": [{"stringValue": 1}]}]},
            "text",
            "sensorElementList[0].sensorReport[0].stringValue",
        ),
        ("aggregation", {"parentID": DROP}, "parent", "parentID"),
        ("aggregation", {"childEPCs": DROP}, "nothing", "childEPCs"),
        ("aggregation", {"ilmd": {}}, "unknown", "ilmd"),
        ("association", {"parentID": DROP, "action": "OBSERVE"}, "required", "parentID"),
        (
            "association",
            {"childQuantityList": [{"quantity": 2}]},
            "required",
            "childQuantityList[0].epcClass",
        ),
        (
            "association",
            {"childQuantityList": [{"epcClass": LOT, "quantity": -1}]},
            "negative",
            "childQuantityList[0].quantity",
        ),
        (
            "association",
            {"childQuantityList": [{"epcClass": LOT, "quantity": True}]},
            "number",
            "childQuantityList[0].quantity",
        ),
        (
            "association",
            {"childQuantityList": [{"epcClass": LOT, "quantity": 1, "uom": "kilo"}]},
            "uom",
            "childQuantityList[0].uom",
        ),
        ("transaction", {"bizTransactionList": DROP}, "required", "bizTransactionList"),
        ("transaction", {"bizTransactionList": []}, "required", "bizTransactionList"),
        (
            "transaction",
            {"bizTransactionList": [{"type": "po"}]},
            "required",
            "bizTransactionList[0].bizTransaction",
        ),
        ("transaction", {"epcList": DROP}, "nothing", "epcList"),
        ("transformation", {"action": "ADD"}, "unknown", "action"),
        ("transformation", {"inputQuantityList": DROP}, "nothing", "inputEPCList"),
        ("transformation", {"outputEPCList": DROP}, "nothing", "outputEPCList"),
        (
            "object",
            {"sourceList": [{"type": "place", "source": PLACE}]},
            "word",
            "sourceList[0].type",
        ),
        (
            "object",
            {"destinationList": [{"type": "location"}]},
            "required",
            "destinationList[0].destination",
        ),
    ],
)
def test_broken_events_are_named(kind: str, changes: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in findings(changed(kind, changes))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (
            "object",
            {
                "https://x.example/note": 1,
                "gs1:note": 2,
                "@context": {"abc": "https://x/"},
                "abc:note": [{"deep": True}],
            },
        ),
        ("object", {"bizStep": "https://x.example/steps/glazing", "disposition": "urn:x:y"}),
        ("object", {"epcList": DROP, "sensorElementList": [{"sensorReport": [{"value": 21.5}]}]}),
        (
            "object",
            {"recordTime": "2026-03-02T00:00:00Z", "certificationInfo": "https://c.example"},
        ),
        ("aggregation", {"action": "DELETE", "childEPCs": DROP}),
        ("aggregation", {"action": "OBSERVE", "parentID": DROP}),
        ("transaction", {"action": "DELETE", "epcList": DROP}),
        ("transformation", {"outputEPCList": DROP, "transformationID": "urn:x:batch:7"}),
    ],
)
def test_what_the_standard_allows_is_accepted(kind: str, changes: dict[str, Any]) -> None:
    assert findings(changed(kind, changes)) == []


def test_a_document_without_head_is_named() -> None:
    reading = validate(
        read_document(b'{"type":"EPCISDocument","creationDate":"x","epcisBody":{"eventList":[]}}')
    )
    assert [(p.code, p.fields["path"]) for p in reading.problems] == [
        ("trace.event.context", "@context"),
        ("trace.event.required", "schemaVersion"),
        ("trace.event.time", "creationDate"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "shipping",
        "cbv:BizStep-shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
    ],
)
def test_words_are_one_in_every_writing(text: str) -> None:
    assert BIZ_STEP.accepts(text)
    assert BIZ_STEP.bare(text) == "shipping"
    assert BIZ_STEP.bare(BIZ_STEP.bare(text)) == "shipping"


def test_vocabularies_do_not_take_each_others_words() -> None:
    assert not DISPOSITION.accepts("shipping")
    assert DISPOSITION.bare("cbv:BizStep-shipping") == "cbv:BizStep-shipping"
    assert PARTY_TYPE.bare("urn:epcglobal:cbv:sdt:owning_party") == "owning_party"
    assert not is_uri("two words")
    assert is_uri("urn:a:b")


def test_events_are_normalised_to_canonical_names() -> None:
    event = normalise(
        changed(
            "object",
            {
                "bizStep": "cbv:BizStep-commissioning",
                "disposition": "urn:epcglobal:cbv:disp:active",
                "epcList": ["urn:epc:id:sgtin:9521234.056789.A", CASE],
                "quantityList": [{"epcClass": LOT, "quantity": 3, "uom": "KGM"}],
                "destinationList": [{"type": "cbv:SDT-location", "destination": PLACE}],
            },
        )
    )
    assert event.type is EventType.OBJECT
    assert event.action is Action.ADD
    assert (event.step, event.disposition) == ("commissioning", "active")
    assert event.read_point == "https://id.gs1.org/414/9521234123453"
    assert event.offset == 480
    assert event.time == 1772325000500000
    assert event.values("destination", "location") == [event.read_point]
    # The serial piece belongs to the lot that the master data name; it stands behind its lot.
    assert [(e.part, e.thing[18:], e.quantity, e.lot[18:]) for e in event.involved] == [
        (Part.EPC, "/00/095212345699999990", None, ""),
        (Part.EPC, "/01/09521234567899/10/L1", 3, ""),
        (Part.LOT, "/01/09521234567899/10/L1", None, ""),
        (Part.EPC, "/01/09521234567899/21/A", None, "/01/09521234567899/10/L1"),
    ]


def test_identifiers_are_derived_from_content_alone() -> None:
    first = normalise(GOOD["object"])
    again = normalise(dict(reversed(GOOD["object"].items())) | {"recordTime": "x"})
    other = normalise(changed("object", {"epcList": [CASE]}))
    declared = normalise(
        changed("object", {"errorDeclaration": {"declarationTime": "2026-03-02T00:00:00Z"}})
    )
    assert first.id == again.id
    assert first.digest == again.digest
    assert first.id != other.id
    assert declared.id == first.id
    assert declared.digest != first.digest
    assert declared.declared
    assert not first.declared
    assert normalise(changed("object", {"eventID": "urn:x:1"})).id == "urn:x:1"
