"""Stays, amounts, deliveries and gaps, each against what a careful clerk would write down."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace.engine.epcis import instant
from sanpin.trace.engine.floor import demonstration_directory, floor_documents, floor_events
from sanpin.trace.engine.identifiers import thing_of, with_check_digit
from sanpin.trace.engine.lineage import Chronicle, MemoryEvents, balance
from sanpin.trace.engine.lineage.amounts import amount_of, made_amounts, used_amounts
from sanpin.trace.engine.lineage.deliveries import consignees_of
from sanpin.trace.engine.lineage.gaps import TOLERANCE, gaps_of
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER, Stay, is_class, stays_of
from sanpin.trace.model.events import Action, Event, EventType, Involvement, Link, Part
from sanpin.trace.model.floor import Amount, Floor, MaterialLot, ProductLot

STEM = "https://id.gs1.org"
LOT = f"{STEM}/01/09521234567899/10/A"
OTHER = f"{STEM}/01/09521234567899/10/B"
PIECE = f"{STEM}/01/09521234567899/21/1"
BOX = f"{STEM}/00/{with_check_digit('1' * 17)}"
PALLET = f"{STEM}/00/{with_check_digit('2' * 17)}"
HERE, SHOP, STORE = (f"{STEM}/414/{with_check_digit(str(n) * 12)}" for n in (3, 4, 5))


@dataclass
class Diary:
    """Events one minute apart, in the order in which they are written."""

    events: list[Event] = field(default_factory=list)

    def note(self, kind: EventType, action: Action, *things: Involvement, **more: object) -> None:
        number = len(self.events) + 1
        event = Event(f"urn:e:{number}", kind, action, number, sequence=number, involved=things)
        self.events.append(replace(event, **more))  # type: ignore[arg-type]

    def pack(self, action: Action, box: str, *children: Involvement) -> None:
        parent = Involvement(Part.PARENT, box)
        self.note(EventType.AGGREGATION, action, parent, *children)

    def make(self, thing: str, amount: float | None, uom: str = "") -> None:
        entry = Involvement(Part.OUTPUT, thing, amount, uom)
        self.note(EventType.TRANSFORMATION, Action.NONE, entry)

    def use(self, thing: str, amount: float | None, uom: str = "") -> None:
        entry = Involvement(Part.INPUT, thing, amount, uom)
        self.note(EventType.TRANSFORMATION, Action.NONE, entry)

    def ship(self, thing: str, place: str, amount: float | None = None, uom: str = "") -> None:
        entry = Involvement(Part.EPC, thing, amount, uom)
        link = Link("destination", "location", place)
        self.note(
            EventType.OBJECT, Action.OBSERVE, entry, step="shipping", links=(link,), location=HERE
        )

    def arrive(self, thing: str, place: str, amount: float | None = None, uom: str = "") -> None:
        entry = Involvement(Part.EPC, thing, amount, uom)
        self.note(EventType.OBJECT, Action.OBSERVE, entry, step="receiving", location=place)

    @property
    def chronicle(self) -> Chronicle:
        return Chronicle(MemoryEvents(self.events))


def child(thing: str, amount: float | None = None, uom: str = "") -> Involvement:
    return Involvement(Part.CHILD, thing, amount, uom)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=12))
def test_no_amount_is_lost_between_packing_and_unpacking(moves: list[tuple[bool, int]]) -> None:
    """At every moment the stays hold what was put in less what was taken out."""
    diary = Diary()
    held = 0
    level = {0: 0}
    for number, (inward, amount) in enumerate(moves, 1):
        amount = amount if inward else min(amount, held)
        action = Action.ADD if inward else Action.DELETE
        if amount:
            diary.pack(action, BOX, child(LOT, float(amount)))
            held += amount if inward else -amount
        else:
            diary.note(EventType.OBJECT, Action.OBSERVE)
        level[number] = held
    stays = list(stays_of(BOX, diary.events))
    for moment, expected in level.items():
        inside = sum(s.quantity or 0 for s in stays if s.start <= moment < s.end)
        assert inside == expected
    assert all(stay.start <= stay.end and (stay.quantity or 0) > 0 for stay in stays)


@given(st.lists(st.sampled_from(["add", "observe", "delete", "empty"]), max_size=10))
def test_a_piece_is_inside_or_it_is_not(words: list[str]) -> None:
    """Replayed step by step; seeing it inside counts as packing that nobody recorded."""
    diary, inside, expected = Diary(), False, {}
    for number, word in enumerate(words, 1):
        if word == "empty":
            diary.pack(Action.DELETE, BOX)
        else:
            action = {"add": Action.ADD, "observe": Action.OBSERVE, "delete": Action.DELETE}[word]
            diary.pack(action, BOX, child(PIECE))
        inside = word in ("add", "observe")
        expected[number] = inside
    stays = list(stays_of(BOX, diary.events))
    for moment, there in expected.items():
        assert any(s.start <= moment < s.end for s in stays) == there
    assert sum(not s.packed for s in stays) == sum(
        1
        for number, word in enumerate(words, 1)
        if word == "delete" and not expected.get(number - 1, False)
    )


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5))
def test_an_overlap_is_what_both_share(start: int, end: int, low: int, high: int) -> None:
    """Half-open on both sides, and None rather than an empty window."""
    stay = Stay(PIECE, BOX, "aggregate", start, end, "urn:e:1")
    shared = set(range(start, end)) & set(range(low, high))
    found = stay.overlap(low, high)
    assert (set(range(*found)) if found else set()) == shared
    assert stay.overlap(NEVER, ALWAYS) == ((start, end) if start < end else None)


@pytest.mark.parametrize(
    ("thing", "many"),
    [(LOT, True), (f"{STEM}/01/09521234567899", True), (PIECE, False), (BOX, False),
     (f"{STEM}/01/09521234567899/235/X", False), ("urn:x:1", False)],
)  # fmt: skip
def test_a_class_has_many_pieces(thing: str, many: bool) -> None:
    """Lots and trade items, but neither pieces with a serial number nor containers."""
    assert is_class(thing) is many


def test_packing_anew_ends_the_stay_of_a_piece_and_not_of_a_lot() -> None:
    """A piece is in one box at a time; amounts of one lot lie in many."""
    diary = Diary()
    for box in (BOX, PALLET):
        diary.pack(Action.ADD, box, child(PIECE), child(LOT, 5.0))
    pieces = diary.chronicle.inside(PIECE)
    lots = diary.chronicle.inside(LOT)
    assert [(s.parent, s.end == ALWAYS) for s in pieces] == [(BOX, False), (PALLET, True)]
    assert [s.end == ALWAYS for s in lots] == [True, True]
    assert [s.child for s in diary.chronicle.contents(BOX)] == [LOT, PIECE]


@given(
    made=st.lists(st.tuples(st.sampled_from(["", "KGM"]), st.integers(1, 100)), max_size=6),
    used=st.lists(st.tuples(st.sampled_from(["", "KGM"]), st.integers(1, 100)), max_size=6),
)
def test_amounts_are_added_up_by_unit(
    made: list[tuple[str, int]], used: list[tuple[str, int]]
) -> None:
    """Kilograms and pieces are never added to each other, nor two lots."""
    diary = Diary()
    for uom, amount in made:
        diary.make(LOT, float(amount), uom)
        diary.make(OTHER, 1000.0, uom)
    for uom, amount in used:
        diary.use(LOT, float(amount), uom)
    wanted: dict[str, dict[str, float]] = {"made": defaultdict(float), "used": defaultdict(float)}
    for name, rows in (("made", made), ("used", used)):
        for uom, amount in rows:
            wanted[name][uom] += amount
    assert made_amounts(LOT, diary.events) == wanted["made"]
    assert used_amounts(LOT, diary.events) == wanted["used"]
    one = amount_of(LOT, diary.events)
    assert one == (None, "") if len(wanted["made"]) != 1 else one[0] == sum(wanted["made"].values())


def test_what_came_in_counts_only_where_nothing_was_made() -> None:
    """Receiving is the last resort: the same amount was an output elsewhere."""
    diary = Diary()
    diary.arrive(LOT, HERE, 40.0, "KGM")
    assert made_amounts(LOT, diary.events) == {"KGM": 40.0}
    assert balance(MemoryEvents(diary.events), LOT).received
    diary.make(LOT, 50.0, "KGM")
    assert made_amounts(LOT, diary.events) == {"KGM": 50.0}
    assert not balance(MemoryEvents(diary.events), LOT).received


def test_a_lot_is_delivered_with_its_containers() -> None:
    """Each container brings the amount that lies in it to whoever got the pallet."""
    diary = Diary()
    diary.make(LOT, 24.0)
    diary.pack(Action.ADD, BOX, child(LOT, 12.0))
    diary.pack(Action.ADD, PALLET, child(BOX))
    diary.ship(PALLET, SHOP)
    diary.ship(LOT, STORE, 12.0)
    found = {one.location: one for one in consignees_of(diary.chronicle, [LOT])}
    assert {place: dict(one.quantities) for place, one in found.items()} == {
        SHOP: {"": 12.0},
        STORE: {"": 12.0},
    }
    assert found[SHOP].containers == (BOX,)
    assert found[STORE].containers == ()


def test_the_arrival_is_the_later_word() -> None:
    """What went elsewhere than it was sent is called back from where it came."""
    diary = Diary()
    diary.make(PIECE, None)
    diary.ship(PIECE, SHOP)
    (sent,) = consignees_of(diary.chronicle, [PIECE])
    assert sent.location == SHOP
    diary.arrive(PIECE, STORE)
    (come,) = consignees_of(diary.chronicle, [PIECE])
    assert come.location == STORE
    assert dict(come.quantities) == {"": 1.0}


def test_a_receipt_does_not_double_the_shipment_of_a_lot() -> None:
    """Both speak of the same goods; the larger amount counts."""
    diary = Diary()
    diary.make(LOT, 30.0, "KGM")
    diary.ship(LOT, SHOP, 28.0, "KGM")
    diary.arrive(LOT, SHOP, 30.0, "KGM")
    (one,) = consignees_of(diary.chronicle, [LOT])
    assert dict(one.quantities) == {"KGM": 30.0}


def test_a_container_that_holds_itself_ends_the_question() -> None:
    """A slip of the scanner must not make the question run for ever."""
    diary = Diary()
    diary.pack(Action.ADD, BOX, child(PALLET), child(PIECE))
    diary.pack(Action.ADD, PALLET, child(BOX))
    assert consignees_of(diary.chronicle, [PIECE]) == []


@given(st.floats(0, 2))
def test_a_balance_breaks_beyond_its_tolerance(share: float) -> None:
    """More than was made cannot have been used, but scales differ by a little."""
    diary = Diary()
    diary.make(LOT, 100.0, "KGM")
    diary.use(LOT, 100.0 * share, "KGM")
    codes = {gap.code for gap in gaps_of(diary.chronicle, [LOT], [LOT])}
    broken = 100.0 * share > 100.0 * (1 + TOLERANCE)
    assert codes == ({"trace.gap.balance"} if broken else set())


def test_gaps_are_named_for_what_they_are() -> None:
    """Unknown to all events, without a beginning, and taken out of where it never was."""
    diary = Diary()
    diary.pack(Action.DELETE, BOX, child(PIECE))
    diary.ship(PIECE, SHOP)
    gaps = gaps_of(diary.chronicle, [PIECE], [PIECE, "urn:x:nothing"])
    assert [(gap.id, gap.code.rpartition(".")[2]) for gap in gaps] == [
        ("urn:x:nothing", "unknown"),
        (PIECE, "never_commissioned"),
        (PIECE, "unpacked_without_packing"),
    ]
    assert gaps[2].fields["parent"] == BOX


EAST = timezone(timedelta(hours=8))
DIRECTORY = demonstration_directory(["CLAY", "MUG"], ["hq", "pit"], {"CLAY": "Clay", "hq": "Plant"})


def test_events_of_a_report_follow_each_other_in_time() -> None:
    """By instant: 09:30 in London is later than 17:00 in Shanghai on the same day."""
    london = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    shanghai = datetime(2026, 3, 1, 17, 0, tzinfo=EAST)
    local = datetime(2026, 3, 1, 17, 15)  # noqa: DTZ001 - without offset, as scanners report it
    lots = [
        MaterialLot(Amount("CLAY", name, 1, "KGM"), moment, "pit", "hq")
        for name, moment in (("L", london), ("S", shanghai), ("N", local))
    ]
    events = floor_events(Floor(materials=tuple(lots)), DIRECTORY)
    names = [str(event["quantityList"][0]["epcClass"])[-1] for event in events]  # type: ignore[index]
    assert names == ["S", "N", "L"]
    times = [instant(event["eventTime"]) for event in events]
    assert times == sorted(time for time in times if time is not None)


@given(st.text(min_size=1, max_size=12))
def test_any_lot_number_of_the_floor_has_one_name(lot: str) -> None:
    """The name that the writer gives is the one under which the reader finds it."""
    made = ProductLot(
        Amount("MUG", lot, 1),
        datetime(2026, 3, 1, tzinfo=UTC),
        "hq",
        (Amount("CLAY", lot, 1),),
    )
    (event,) = floor_events(Floor(products=(made,)), DIRECTORY)
    name = str(event["outputQuantityList"][0]["epcClass"])  # type: ignore[index]
    assert thing_of(name) == name


def test_a_code_without_a_key_is_refused_by_name() -> None:
    """Nothing is made up for an item or a supplier that nobody knows."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for lot in (
        MaterialLot(Amount("SAND", "1", 1), start, "pit", "hq"),
        MaterialLot(Amount("CLAY", "1", 1), start, "quarry", "hq"),
    ):
        with pytest.raises(InputError) as refused:
            floor_events(Floor(materials=(lot,)), DIRECTORY)
        assert refused.value.code == "trace.floor.unknown"
        assert refused.value.fields["value"] in ("SAND", "quarry")


@pytest.mark.parametrize(("size", "documents"), [(1, 5), (2, 3), (5, 1), (1000, 1)])
def test_a_report_is_cut_into_documents(size: int, documents: int) -> None:
    """No event is lost or sent twice, and each document names what it speaks of."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    lots = tuple(
        MaterialLot(Amount("CLAY", str(n), 1), start + timedelta(hours=n), "pit", "hq")
        for n in range(5)
    )
    texts = list(floor_documents(Floor(materials=lots), DIRECTORY, start, size=size))
    assert len(texts) == documents
    assert sum(text.count(b'"eventTime"') for text in texts) == 5
    assert all(b"Clay" in text and b"Plant" in text for text in texts)


@pytest.mark.parametrize("size", [1, 15, 16, 300])
def test_an_event_knows_each_of_its_things_however_many_they_are(size: int) -> None:
    """What is found by name is what looking through all of them finds, in their order."""
    names = [f"urn:x:{number % 7}" for number in range(size)]
    involved = tuple(
        Involvement(Part(place % 6), name, float(place), lot=names[-place] if place % 3 else "")
        for place, name in enumerate(names)
    )
    event = Event("urn:e:1", EventType.OBJECT, Action.ADD, 1, involved=involved)
    for name in {*names, "urn:x:absent"}:
        assert list(event.of(name)) == [e for e in involved if name in (e.thing, e.lot)]
        for part in Part:
            wanted = any(e.thing == name and e.part is part for e in involved)
            assert event.takes(name, part) == wanted
    assert replace(event, sequence=1) == Event(
        "urn:e:1", EventType.OBJECT, Action.ADD, 1, involved=involved, sequence=1
    )
