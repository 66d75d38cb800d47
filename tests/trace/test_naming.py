"""What people read: names, kinds, addresses of pages; lots on hold and newest lots."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.service import Labels, kind_of, path_of, thing_named

GTIN = "https://id.gs1.org/01/09521234567899"
NAMES = {
    GTIN: "Celadon mug",
    "https://id.gs1.org/414/9521234123453": "Main plant",
    "https://id.gs1.org/00/095212345699999990": "Blue crate",
}


@pytest.mark.parametrize(
    ("thing", "label", "short"),
    [
        (GTIN, "Celadon mug", "Celadon mug"),
        (f"{GTIN}/10/L%2F1", "L/1 · Celadon mug", "L/1 · Celadon mug"),
        (f"{GTIN}/21/S1", "S1 · Celadon mug", "S1 · Celadon mug"),
        ("https://id.gs1.org/01/00000096385074/10/L", "L", "L"),
        ("https://id.gs1.org/414/9521234123453", "Main plant", "Main plant"),
        ("https://id.gs1.org/417/9521234123453", "Main plant", "Main plant"),
        ("https://id.gs1.org/417/9521234000000", "9521234000000", "9521234000000"),
        ("https://id.gs1.org/00/095212345699999990", "Blue crate", "Blue crate"),
        ("https://id.gs1.org/00/095212340000000013", "SSCC 095212340000000013", "… 0000013"),
        ("https://x.example/crate/7", "https://x.example/crate/7", "https://x.example/crate/7"),
        ("", "", ""),
    ],
)
def test_things_read_as_people_name_them(thing: str, label: str, short: str) -> None:
    labels = Labels(NAMES)
    assert labels.of(thing) == label
    assert labels.short(thing) == short


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        (GTIN, "product"),
        (f"{GTIN}/10/L", "lot"),
        (f"{GTIN}/21/S", "piece"),
        ("https://id.gs1.org/00/095212345699999990", "container"),
        ("https://id.gs1.org/414/9521234123453", "place"),
        ("https://id.gs1.org/8003/09521234123453", "returnable asset"),
        ("https://id.gs1.org/8018/952123412345678905", "thing"),
        ("urn:x:anything", "thing"),
    ],
)
def test_kinds_have_a_word(thing: str, kind: str) -> None:
    assert kind_of(thing) == kind


def test_pages_have_addresses_for_every_thing() -> None:
    assert path_of(f"{GTIN}/10/L%2F1") == "/trace/thing/01/09521234567899/10/L%2F1"
    assert path_of("urn:x:a b?") == "/trace/thing?epc=urn%3Ax%3Aa%20b%3F"


def test_things_may_be_named_in_any_writing() -> None:
    assert thing_named(" (01)09521234567899(10)L ") == f"{GTIN}/10/L"
    assert thing_named("https://x.example/things/7") == "https://x.example/things/7"
    assert thing_named("urn:epc:id:gid:1.2.3") == "urn:epc:id:gid:1.2.3"
    for bad in ("", "two words", "urn:epc:id:sgtin:1.2.3", "https://id.gs1.org/01/1"):
        with pytest.raises(InputError):
            thing_named(bad)


def seen(thing: str, disposition: str, minute: int) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-03-01T08:{minute:02d}:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "epcList": [thing],
        "disposition": disposition,
    }


def test_the_last_word_decides_what_is_on_hold(ctx: Context) -> None:
    events = [
        seen("urn:x:released", "non_conformant", 1),
        seen("urn:x:released", "conformant", 2),
        seen("urn:x:held", "conformant", 1),
        seen("urn:x:held", "recalled", 2),
        seen("urn:x:moved", "non_conformant", 1),
        seen("urn:x:moved", "in_transit", 2),
        seen("urn:x:good", "active", 1),
    ]
    declared = seen("urn:x:mistaken", "non_conformant", 3) | {"eventID": "urn:x:e"}
    wrong = declared | {"errorDeclaration": {"declarationTime": "2026-03-02T00:00:00Z"}}
    service.capture(ctx, [write_document([*events, declared], "2026-03-03T00:00:00Z")])
    assert {lot.id for lot in service.lots_on_hold(ctx)} == {
        "urn:x:held",
        "urn:x:moved",
        "urn:x:mistaken",
    }
    service.capture(ctx, [write_document([wrong], "2026-03-03T00:00:00Z")])
    assert {lot.id for lot in service.lots_on_hold(ctx)} == {"urn:x:held", "urn:x:moved"}


def test_the_newest_lots_come_first_and_once(chain: Context) -> None:
    lots = service.recent_lots(chain)
    assert [lot.label.split(" ")[0] for lot in lots] == [
        "MUG-3",
        "BLANK-3",
        "MUG-2",
        "BLANK-2",
        "MUG-1",
        "BLANK-1",
    ]
    assert (lots[0].quantity, lots[0].uom) == (120.0, "EA")
    assert len(service.recent_lots(chain, limit=2)) == 2


def test_a_name_can_be_corrected_by_a_later_document(ctx: Context) -> None:
    def named(name: str) -> bytes:
        root = orjson.loads(write_document([seen("urn:x:a", "active", 1)], "2026-03-03T00:00:00Z"))
        element = {"id": "urn:x:a", "attributes": [{"id": "cbvmda:name", "attribute": name}]}
        root["epcisHeader"] = {
            "epcisMasterData": {"vocabularyList": [{"vocabularyElementList": [element]}]}
        }
        return orjson.dumps(root)

    for name in ("first", "second"):
        service.capture(ctx, [named(name)])
        assert service.thing(ctx, "urn:x:a").label == name


def test_lots_say_what_became_of_them(chain: Context, codes: Any) -> None:
    clay = service.thing(chain, codes.clay)
    assert clay.balance is not None
    assert clay.balance.received
    assert clay.balance.made == {"KGM": 400.0}
    assert clay.balance.used == {"KGM": 100.0}
    assert clay.delivered == ()
    mug = service.thing(chain, codes.mug)
    assert mug.delivered == (("Harbour Gifts (SAMPLE)", 120.0, "EA"),)
    assert service.thing(chain, "(00)095212340000000013").balance is None


def test_a_recall_has_reasons_in_names(chain: Context, codes: Any) -> None:
    view = service.recall_view(chain, service.Asked((codes.clay,)))
    assert (view.products, view.containers) == (5, 22)
    assert view.seed_labels == ("C-0301 · Stoneware clay (SAMPLE)",)
    by_label = {line["label"]: line for line in view.lines}
    assert by_label["MUG-1 · Celadon mug (SAMPLE)"]["why_text"] == (
        "C-0301 · Stoneware clay (SAMPLE) → BLANK-1 · Mug, bisque-fired (SAMPLE)"
    )
    assert by_label["C-0301 · Stoneware clay (SAMPLE)"]["why_text"] == ""
    assert {(c["place"], c["quantity"], c["uom"]) for c in view.consignees} == {
        ("Harbour Gifts (SAMPLE)", 120.0, "EA"),
        ("Teahouse Stores (SAMPLE)", 120.0, "EA"),
    }
