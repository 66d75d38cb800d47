"""Names read the quick way are those of the careful way, for every key with its qualifiers."""

from __future__ import annotations

from importlib import import_module
from unittest.mock import patch

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis.epcs import plain_epc
from sanpin.trace.engine.identifiers import with_check_digit
from sanpin.trace.model.events import Part

# The function has the name of its module.
names = import_module("sanpin.trace.engine.identifiers.parse")

GTIN = with_check_digit("0952123456789")
PLACE = with_check_digit("952123456789")
Read = tuple[str, str, str, object, str]

_NUMBERS = {
    "01": st.sampled_from([GTIN, GTIN[:-1] + "0", "0" * 14, "٠" * 14, GTIN[:-1]]),
    "8006": st.sampled_from(
        [GTIN + pieces for pieces in ("0102", "0202", "0302", "0002", "0100", "00")]
    ),
    "414": st.sampled_from([PLACE, PLACE[:-1] + "1", "0" * 13]),
    "00": st.sampled_from([with_check_digit("09521234000000091"), "1" * 18, "٠" * 18]),
    "417": st.sampled_from([PLACE, PLACE[:-1] + "1"]),
}
_TEXTS = st.one_of(
    st.sampled_from(
        ["0", "00", "1", "A-_1", ".", "..", "a%2Fb", "%41", "", "A" * 20, "A" * 21, "é", "+", "21"]
    ),
    st.text("Aa0.-_", min_size=1, max_size=21),
)
_QUALIFIERS = st.lists(
    st.tuples(st.sampled_from(["22", "10", "21", "254", "235", "7040", "30", "01"]), _TEXTS),
    max_size=3,
)
_HOSTS = st.sampled_from(
    ["https://id.gs1.org", "http://x.example", "https://x.example:8080", "https://x.example/a",
     "HTTPS://X.example", "https://x_y", "https://.", "https://01", f"https://a/01/{GTIN}"]
)  # fmt: skip
_ENDS = st.sampled_from(["", "", "", "/", "?17=261231", "#a", " ", "\n"])


@st.composite
def links(draw: st.DrawFn) -> str:
    """Links as they should be, and as they should not."""
    key = draw(st.sampled_from(list(_NUMBERS)))
    path = f"/{key}/{draw(_NUMBERS[key])}"
    path += "".join(f"/{ai}/{value}" for ai, value in draw(_QUALIFIERS))
    return draw(_HOSTS) + path + draw(_ENDS)


def read_by(text: str) -> Read:
    """Canonical form, thing, lot, role and fault, without what was remembered."""
    return (names.canonical.__wrapped__(text), *names._understand.__wrapped__(text))


def carefully(text: str) -> Read:
    """The same, never the quick way."""
    with patch.object(names, "_quick", lambda _: None):
        return read_by(text)


@settings(max_examples=600)
@given(links())
@example(f"https://id.gs1.org/01/{GTIN}/10/L/21/S")
@example(f"https://id.gs1.org/01/{GTIN}/22/V/10/L/21/S")
@example(f"https://id.gs1.org/414/{PLACE}/254/0")
@example(f"https://id.gs1.org/8006/{GTIN}0202/10/L/21/S")
@example(f"https://x.example/01/{GTIN}/21/..")
def test_the_quick_way_reads_what_the_careful_way_reads(text: str) -> None:
    wanted = carefully(text)
    assert read_by(text) == wanted
    canonical, thing, lot, _, _ = wanted
    plain = plain_epc(text)
    assert plain == "" or (plain, thing, lot) == (canonical, plain, "")


@pytest.mark.parametrize(
    "path",
    [
        f"01/{GTIN}", f"01/{GTIN}/22/V", f"01/{GTIN}/10/L", f"01/{GTIN}/22/V/10/L",
        f"01/{GTIN}/10/L/21/S", f"01/{GTIN}/22/V/21/S", f"01/{GTIN}/22/V/10/L/21/S",
        f"8006/{GTIN}0102", f"8006/{GTIN}0102/21/S", f"8006/{GTIN}0102/10/L/21/S",
        f"414/{PLACE}", f"414/{PLACE}/254/X", f"417/{PLACE}",
    ],
)  # fmt: skip
def test_usual_keys_with_their_qualifiers_go_the_quick_way(path: str) -> None:
    """No link of these forms is taken apart in full."""
    with patch.object(names, "read", side_effect=AssertionError("read with care")):
        found = names._understand.__wrapped__(f"https://dl.example/{path}")
    assert found[0].startswith("https://id.gs1.org/")


def test_pieces_with_their_lots_are_captured_without_reading_each(ctx: Context) -> None:
    """Thousands of pieces of some lots, each named with its lot: a lot is read once."""
    links = [f"https://id.gs1.org/01/{GTIN}/10/L{n % 3}/21/S{n}" for n in range(3000)]
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "eventID": "urn:x:1",
        "epcList": links,
    }
    seen: list[str] = []
    quick = names._quick
    with patch.object(names, "_quick", lambda text: seen.append(text) or quick(text)):
        names.canonical.cache_clear()
        names._understand.cache_clear()
        assert service.capture(ctx, [orjson.dumps([event])]).captured == 1
    assert len(seen) < 100
    (kept,) = service.find_events(ctx, links[7])
    lots = [one.thing for one in kept.involved if one.part is Part.LOT]
    assert lots == [f"https://id.gs1.org/01/{GTIN}/10/L{n}" for n in range(3)]
    pieces = {one.thing: one.lot for one in kept.involved if one.part is Part.EPC}
    assert len(pieces) == 3000
    assert pieces[f"https://id.gs1.org/01/{GTIN}/21/S7"] == lots[1]
