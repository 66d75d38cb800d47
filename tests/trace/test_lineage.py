"""Lineage: walks respect time; checked by hand and against an oracle that replays events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.trace.engine.identifiers import with_check_digit
from sanpin.trace.engine.lineage import Chronicle, MemoryEvents, back, forward, life, recall
from sanpin.trace.engine.lineage.forward import forward_trail
from sanpin.trace.engine.lineage.stays import ALWAYS, is_class
from sanpin.trace.engine.lineage.walk import Mode
from sanpin.trace.model.events import Action, Event, EventType, Involvement, Link, Part
from sanpin.trace.model.lineage import Status

STEM = "https://id.gs1.org"


def lot(name: str) -> str:
    return f"{STEM}/01/09521234567899/10/{name}"


def piece(name: str) -> str:
    return f"{STEM}/01/09521234567899/21/{name}"


def box(name: int) -> str:
    return f"{STEM}/00/{with_check_digit(f'{name:017d}')}"


def place(name: int) -> str:
    return f"{STEM}/414/{with_check_digit(f'{name:012d}')}"


@dataclass
class Story:
    """Events written down in order of time, one minute apart."""

    events: list[Event] = field(default_factory=list)

    def add(self, kind: EventType, action: Action, *involved: Involvement, **fields: object) -> str:
        number = len(self.events) + 1
        event = Event(
            f"urn:e:{number}", kind, action, number * 60_000_000, sequence=number, involved=involved
        )
        self.events.append(replace(event, **fields))  # type: ignore[arg-type]
        return event.id

    def make(
        self, inputs: dict[str, float | None], outputs: dict[str, float | None], **fields: object
    ) -> str:
        return self.add(
            EventType.TRANSFORMATION,
            Action.NONE,
            *(Involvement(Part.INPUT, thing, amount) for thing, amount in inputs.items()),
            *(Involvement(Part.OUTPUT, thing, amount) for thing, amount in outputs.items()),
            **fields,
        )

    def pack(
        self,
        parent: str,
        *children: str,
        amount: float | None = None,
        action: Action = Action.ADD,
        kind: EventType = EventType.AGGREGATION,
    ) -> str:
        return self.add(
            kind,
            action,
            Involvement(Part.PARENT, parent),
            *(Involvement(Part.CHILD, child, amount) for child in children),
        )

    def unpack(self, parent: str, *children: str) -> str:
        return self.pack(parent, *children, action=Action.DELETE)

    def see(
        self,
        *things: str,
        amount: float | None = None,
        action: Action = Action.OBSERVE,
        **fields: object,
    ) -> str:
        return self.add(
            EventType.OBJECT,
            action,
            *(Involvement(Part.EPC, thing, amount) for thing in things),
            **fields,
        )

    def commission(self, of_lot: str, *things: str) -> str:
        return self.add(
            EventType.OBJECT,
            Action.ADD,
            Involvement(Part.LOT, of_lot),
            *(Involvement(Part.EPC, thing, lot=of_lot) for thing in things),
        )

    @property
    def source(self) -> MemoryEvents:
        return MemoryEvents(self.events)

    def forward(self, thing: str) -> set[str]:
        return {node.id for node in forward(self.source, thing).nodes}

    def back(self, thing: str) -> set[str]:
        return {node.id for node in back(self.source, thing).nodes}


@pytest.fixture
def story() -> Story:
    return Story()


def test_products_inherit_from_what_they_are_made_of(story: Story) -> None:
    first = story.make({lot("A"): 5, lot("B"): 2}, {lot("C"): 10})
    second = story.make({lot("C"): 10}, {lot("D"): 9})
    walk = forward(story.source, lot("A"))
    assert [(n.id, n.depth, n.quantity) for n in walk.nodes] == [
        (lot("A"), 0, None),
        (lot("C"), 1, 10),
        (lot("D"), 2, 9),
    ]
    assert [(e.source, e.target, e.event, e.kind) for e in walk.edges] == [
        (lot("A"), lot("C"), first, "transform"),
        (lot("C"), lot("D"), second, "transform"),
    ]
    assert walk.events == 2
    assert story.back(lot("D")) == {lot("A"), lot("B"), lot("C"), lot("D")}


def test_what_was_made_before_is_not_touched(story: Story) -> None:
    story.make({lot("TANK"): 1}, {lot("EARLY"): 1})
    story.make({lot("BAD"): 1}, {lot("TANK"): 1})
    story.make({lot("TANK"): 1}, {lot("LATE"): 1})
    assert story.forward(lot("BAD")) == {lot("BAD"), lot("TANK"), lot("LATE")}
    assert story.back(lot("EARLY")) == {lot("EARLY"), lot("TANK")}


def test_rework_ends(story: Story) -> None:
    story.make({lot("A"): 1}, {lot("B"): 1})
    story.make({lot("B"): 1}, {lot("A"): 1})
    story.make({lot("A"): 1}, {lot("A"): 1})
    assert story.forward(lot("A")) == story.back(lot("A")) == {lot("A"), lot("B")}


def test_transformations_joined_by_an_identifier(story: Story) -> None:
    story.make({lot("A"): 1}, {}, transformation="urn:x:1")
    story.make({}, {lot("P"): 1}, transformation="urn:x:1")
    story.make({lot("B"): 1}, {}, transformation="urn:x:1")
    story.make({}, {lot("Q"): 1}, transformation="urn:x:1")
    assert story.forward(lot("A")) == {lot("A"), lot("P"), lot("Q")}
    assert story.forward(lot("B")) == {lot("B"), lot("Q")}
    assert story.back(lot("P")) == {lot("P"), lot("A")}
    assert story.back(lot("Q")) == {lot("Q"), lot("A"), lot("B")}


def test_containers_carry_but_do_not_infect(story: Story) -> None:
    story.make({lot("M"): 1}, {piece("bad"): None})
    story.pack(box(1), piece("bad"), piece("good"))
    story.pack(box(9), box(1), box(2))
    assert story.forward(lot("M")) == {lot("M"), piece("bad"), box(1), box(9)}
    roles = {node.id: node.role for node in forward(story.source, lot("M")).nodes}
    assert roles[piece("bad")] == "product"
    assert roles[box(9)] == "container"


def test_a_reused_crate_does_not_carry_guilt_backward_or_on(story: Story) -> None:
    story.pack(box(1), piece("early"))
    story.unpack(box(1))
    story.pack(box(1), piece("bad"))
    story.unpack(box(1), piece("bad"))
    story.pack(box(1), piece("late"))
    story.pack(box(9), box(1))
    assert story.forward(piece("bad")) == {piece("bad"), box(1)}
    assert story.forward(piece("early")) == {piece("early"), box(1)}
    assert story.forward(piece("late")) == {piece("late"), box(1), box(9)}


def test_packing_elsewhere_ends_an_earlier_stay(story: Story) -> None:
    story.pack(box(1), piece("a"))
    story.pack(box(2), piece("a"))
    story.pack(box(8), box(1))
    story.pack(box(9), box(2))
    assert story.forward(piece("a")) == {piece("a"), box(1), box(2), box(9)}
    assert life(story.source, piece("a"))[1].containers == (box(2), box(9))


def test_the_contents_of_a_bad_pallet_are_bad(story: Story) -> None:
    story.pack(box(1), piece("a"), piece("b"))
    story.pack(box(9), box(1), box(2))
    story.unpack(box(9))
    story.pack(box(9), box(3))
    story.make({piece("a"): None}, {lot("P"): 1})
    assert story.forward(box(9)) == {
        box(9),
        box(1),
        box(2),
        box(3),
        piece("a"),
        piece("b"),
        lot("P"),
    }
    assert story.forward(box(1)) == {box(1), box(9), piece("a"), piece("b"), lot("P")}


def test_an_amount_of_a_lot_in_a_bad_box_leaves_the_other_boxes_alone(story: Story) -> None:
    story.make({lot("M"): 1}, {lot("L"): 100})
    story.pack(box(1), lot("L"), amount=10)
    story.pack(box(2), lot("L"), amount=10)
    assert story.forward(box(1)) == {box(1), lot("L")}
    story.unpack(box(1))
    story.make({lot("L"): 10}, {lot("P"): 1})
    story.pack(box(3), lot("L"), amount=10)
    assert story.forward(box(1)) == {box(1), lot("L"), lot("P"), box(3)}


def test_a_container_as_input_passes_on_what_is_in_it(story: Story) -> None:
    story.pack(box(1), lot("FLOUR"), amount=25)
    story.make({box(1): None}, {lot("BREAD"): 40})
    assert story.forward(lot("FLOUR")) == {lot("FLOUR"), box(1), lot("BREAD")}
    assert story.back(lot("BREAD")) == {lot("BREAD"), box(1), lot("FLOUR")}


def test_pieces_belong_to_their_lot(story: Story) -> None:
    story.make({lot("M"): 1}, {lot("L"): 2})
    event = story.commission(lot("L"), piece("1"), piece("2"))
    assert story.forward(lot("M")) == {lot("M"), lot("L"), piece("1"), piece("2")}
    assert story.back(piece("1")) == {piece("1"), lot("L"), lot("M")}
    assert story.forward(piece("1")) == {piece("1")}
    edge = next(e for e in forward(story.source, lot("L")).edges if e.target == piece("2"))
    assert (edge.kind, edge.event) == ("lot", event)


def test_assemblies_inherit_and_crates_under_association_do_not(story: Story) -> None:
    story.pack(piece("kettle"), piece("cord"), kind=EventType.ASSOCIATION)
    story.pack(box(1), piece("cord"), kind=EventType.ASSOCIATION)
    story.make({piece("kettle"): None}, {piece("set"): None})
    trail = forward_trail(Chronicle(story.source), [piece("cord")])
    assert trail.mode[piece("kettle")] is Mode.AFFECTED
    assert trail.mode[box(1)] is Mode.CARRIER
    assert piece("set") in trail.depth
    assert story.back(piece("set")) == {piece("set"), piece("kettle"), piece("cord")}


def test_back_names_what_carried_the_material(story: Story) -> None:
    story.pack(box(1), lot("M"), lot("OTHER"), amount=5)
    story.pack(box(9), box(1))
    story.unpack(box(1))
    story.make({lot("M"): 5}, {lot("P"): 1})
    story.pack(box(2), lot("P"), amount=1)
    assert story.back(lot("P")) == {lot("P"), lot("M"), box(1), box(9)}
    assert story.back(box(2)) == {box(2), lot("P"), lot("M"), box(1), box(9)}


def test_events_declared_wrong_do_not_count(story: Story) -> None:
    story.make({lot("A"): 1}, {lot("B"): 1})
    story.make({lot("A"): 1}, {lot("C"): 1})
    story.events[0] = replace(story.events[0], declared=True)
    assert story.forward(lot("A")) == {lot("A"), lot("C")}


def test_the_order_of_arrival_does_not_matter(story: Story) -> None:
    story.make({lot("A"): 1}, {lot("B"): 1})
    story.pack(box(1), lot("B"), amount=1)
    story.unpack(box(1))
    story.pack(box(2), lot("B"), amount=1)
    straight = forward(story.source, lot("A"))
    late = [replace(e, sequence=100 - e.sequence) for e in reversed(story.events)]
    assert forward(MemoryEvents(late), lot("A")) == straight


def test_history_follows_the_containers_while_inside(story: Story) -> None:
    story.see(piece("a"), location=place(1), step="commissioning")
    story.pack(box(1), piece("a"))
    seen = story.see(box(1), location=place(2), step="shipping", disposition="in_transit")
    story.unpack(box(1), piece("a"))
    story.see(box(1), location=place(3))
    events, where = life(story.source, piece("a"))
    assert [event.id for event in events] == ["urn:e:1", "urn:e:2", seen, "urn:e:4"]
    assert where.location == place(2)
    assert where.containers == ()
    assert where.disposition == "in_transit"
    assert where.since == story.events[2].time


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"step": "shipping", "disposition": "in_transit"}, Status.IN_TRANSIT),
        (
            {"step": "shipping", "links": (Link("destination", "location", place(5)),)},
            Status.SHIPPED,
        ),
        ({"step": "shipping"}, Status.IN_TRANSIT),
        ({"step": "receiving", "location": place(5)}, Status.ON_HAND),
        ({"step": "retail_selling", "disposition": "retail_sold"}, Status.SOLD),
        ({"step": "destroying"}, Status.DESTROYED),
        ({"step": "decommissioning", "action": Action.DELETE}, Status.DESTROYED),
        ({"action": Action.DELETE}, Status.DESTROYED),
        ({"step": "retail_selling", "action": Action.DELETE}, Status.SOLD),
        ({"location": place(1)}, Status.ON_HAND),
    ],
)
def test_status_is_read_from_the_last_event(
    story: Story, fields: dict[str, object], status: Status
) -> None:
    story.see(piece("a"), location=place(1), step="commissioning")
    story.see(piece("a"), **fields)
    assert life(story.source, piece("a"))[1].status is status


def test_a_lot_is_consumed_when_all_of_it_went_into_products(story: Story) -> None:
    story.make({}, {lot("M"): 10}, transformation="urn:x:0")
    story.make({lot("M"): 4}, {lot("P"): 1})
    assert life(story.source, lot("M"))[1].status is Status.ON_HAND
    story.make({lot("M"): 6}, {lot("Q"): 1})
    assert life(story.source, lot("M"))[1].status is Status.CONSUMED
    story.make({piece("a"): None}, {lot("P"): 1})
    assert life(story.source, piece("a"))[1].status is Status.CONSUMED


def shipped(story: Story, thing: str, to: int, **fields: object) -> str:
    links = (
        Link("destination", "owning_party", place(to + 50)),
        Link("destination", "location", place(to)),
    )
    return story.see(thing, step="shipping", disposition="in_transit", links=links, **fields)


def test_a_recall_lists_consignees_amounts_and_reasons(story: Story) -> None:
    story.see(lot("M"), amount=30, step="receiving", location=place(1))
    made = story.make({lot("M"): 30}, {lot("L"): 60}, location=place(1))
    packed = story.pack(box(1), lot("L"), amount=24)
    story.pack(box(2), lot("L"), amount=12)
    loaded = story.pack(box(9), box(1))
    shipped(story, box(9), 5)
    last = shipped(story, box(2), 6)
    story.see(box(9), step="receiving", location=place(7))
    scope = recall(story.source, [lot("M")])
    assert [line.id for line in scope.products] == [lot("M"), lot("L")]
    assert {line.id for line in scope.containers} == {box(1), box(2), box(9)}
    lines = {line.id: line for line in scope.affected}
    assert lines[box(9)].why == (made, packed, loaded)
    assert lines[box(9)].through == (lot("M"), lot("L"), box(1))
    assert lines[box(1)].container == box(9)
    assert lines[box(1)].location == place(7)
    assert lines[box(1)].status is Status.ON_HAND
    assert lines[box(2)].status is Status.IN_TRANSIT
    assert lines[box(2)].last_event == last
    assert lines[lot("M")].status is Status.CONSUMED
    assert (lines[lot("L")].quantity, lines[lot("L")].uom) == (60, "")
    who = {c.location: c for c in scope.consignees}
    assert set(who) == {place(6), place(7)}
    assert who[place(7)].quantities == {"": 24}
    assert who[place(6)].containers == (box(2),)
    assert scope.gaps == ()


def test_single_pieces_have_their_last_consignee(story: Story) -> None:
    story.commission(lot("L"), piece("a"), piece("b"))
    story.pack(box(1), piece("a"))
    shipped(story, box(1), 5)
    story.unpack(box(1))
    shipped(story, piece("a"), 6)
    shipped(story, piece("b"), 5)
    who = {c.location: c.products for c in recall(story.source, [lot("L")]).consignees}
    assert who == {place(6): (piece("a"),), place(5): (piece("b"),)}


def test_a_recall_can_be_limited_to_a_time(story: Story) -> None:
    story.make({lot("M"): 1}, {lot("P"): 1})
    story.make({lot("M"): 1}, {lot("Q"): 1})
    second = story.events[1].time
    found = recall(story.source, [lot("M")], start=second)
    assert {line.id for line in found.affected} == {lot("M"), lot("Q")}
    found = recall(story.source, [lot("M")], end=second)
    assert {line.id for line in found.affected} == {lot("M"), lot("P")}


def test_gaps_are_named(story: Story) -> None:
    story.make({lot("GHOST"): 1}, {lot("P"): 10})
    story.unpack(box(1), lot("P"))
    story.make({lot("P"): 11}, {lot("Q"): 1})
    gaps = {
        (gap.id, gap.code.removeprefix("trace.gap."))
        for gap in recall(story.source, [lot("GHOST"), lot("NOWHERE")]).gaps
    }
    assert gaps == {
        (lot("GHOST"), "never_commissioned"),
        (lot("P"), "unpacked_without_packing"),
        (lot("P"), "balance"),
        (lot("NOWHERE"), "unknown"),
    }


def test_partly_unpacked_amounts_stay_inside(story: Story) -> None:
    story.pack(box(1), lot("L"), amount=10)
    story.pack(box(1), lot("L"), amount=5)
    story.pack(box(1), lot("L"), amount=6, action=Action.DELETE)
    story.pack(box(1), lot("L"), amount=8, action=Action.DELETE)
    stays = Chronicle(story.source).held(box(1))
    minute = 60_000_000
    assert [(s.quantity, s.start // minute, s.end // minute) for s in stays] == [
        (6, 1, 3),
        (4, 1, 4),
        (4, 2, 4),
        (1, 2, ALWAYS // minute),
    ]


def test_a_box_packed_before_its_lot_went_bad_is_good(story: Story) -> None:
    story.make({lot("A"): 1}, {lot("TANK"): 10})
    story.pack(box(1), lot("TANK"), amount=5)
    story.pack(box(2), lot("TANK"), amount=2)
    story.make({lot("BAD"): 1}, {lot("TANK"): 10})
    story.pack(box(2), lot("TANK"), amount=2)
    assert story.forward(lot("BAD")) == {lot("BAD"), lot("TANK"), box(2)}


# ---- the oracle: replay all events in order of time, marking what is bad as it goes -------

THINGS = [lot(n) for n in "ABCD"] + [piece(n) for n in "abcd"] + [box(n) for n in range(1, 5)]


class Replay:
    """Forward lineage by replaying everything once; slow, obvious, and of another make."""

    def __init__(self, seeds: set[str]) -> None:
        self.bad = dict.fromkeys(seeds, 0)
        self.entered: dict[tuple[str, str], int] = {}
        self.now = 0
        self.opened = set(seeds)
        self.inside: dict[str, set[str]] = {}
        self.attached: dict[str, set[str]] = {}
        self.running: set[str] = set()
        self.reached: set[str] = set(seeds)

    def run(self, events: list[Event]) -> set[str]:
        for event in sorted(events, key=lambda e: e.order):
            self.step(event)
            self.settle()
        return self.reached | self.bad.keys()

    def taint(self, things: Iterable[str]) -> None:
        for thing in things:
            self.bad.setdefault(thing, self.now)

    def step(self, event: Event) -> None:
        self.now = event.time
        things = {part: [e.thing for e in event.things(part)] for part in Part}
        for entry in event.involved:
            if entry.lot in self.bad:
                self.taint([entry.thing])
        if event.type is EventType.TRANSFORMATION:
            guilty = any(t in self.bad or self.holds_bad(t, set()) for t in things[Part.INPUT])
            if guilty and event.transformation:
                self.running.add(event.transformation)
            if guilty or event.transformation in self.running:
                self.taint(things[Part.OUTPUT])
            return
        for parent in things[Part.PARENT]:
            kind = self.inside if event.type is EventType.AGGREGATION else self.attached
            held = kind.setdefault(parent, set())
            if event.action is Action.DELETE:
                gone = set(things[Part.CHILD]) or set(held)
                self.leave(event.type, parent, gone & held)
                held -= gone
            else:
                for child in things[Part.CHILD]:
                    if child not in held:
                        self.enter(event.type, kind, parent, child)
                    if event.action is Action.ADD:
                        self.entered[parent, child] = event.time

    def enter(self, type_: EventType, kind: dict[str, set[str]], parent: str, child: str) -> None:
        if type_ is EventType.AGGREGATION and not is_class(child):
            for others in kind.values():
                others.discard(child)
        kind[parent].add(child)
        self.entered[parent, child] = self.now

    def leave(self, type_: EventType, parent: str, gone: set[str]) -> None:
        # An amount of a lot that leaves a bad container may be anywhere from now on.
        if parent in self.opened:
            self.taint(child for child in gone if is_class(child))
            self.opened.update(child for child in gone if is_class(child))

    def holds_bad(self, thing: str, seen: set[str]) -> bool:
        if thing in seen:
            return False
        seen.add(thing)
        return any(
            self.came_bad(thing, child) or self.holds_bad(child, seen)
            for kind in (self.inside, self.attached)
            for child in kind.get(thing, ())
        )

    def came_bad(self, parent: str, child: str) -> bool:
        if child not in self.bad:
            return False
        return not is_class(child) or self.entered[parent, child] >= self.bad[child]

    def settle(self) -> None:
        while True:
            before = len(self.bad), len(self.reached), len(self.opened)
            for kind in (self.inside, self.attached):
                for parent, children in kind.items():
                    if parent in self.opened:
                        single = {child for child in children if not is_class(child)}
                        self.opened |= single
                        self.taint(single)
                        self.reached |= children
            for parent, children in self.attached.items():
                guilty = any(self.came_bad(parent, child) for child in children)
                if guilty and "/00/" not in parent:
                    self.taint([parent])
            for thing in {*self.inside, *self.attached}:
                if self.holds_bad(thing, set()):
                    self.reached.add(thing)
            self.reached |= self.bad.keys()
            if before == (len(self.bad), len(self.reached), len(self.opened)):
                return


def subsets(minimum: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(THINGS), min_size=minimum, max_size=3, unique=True)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    story = Story()
    for _ in range(draw(st.integers(1, 14))):
        match draw(st.integers(0, 9)):
            case 0 | 1 | 2:
                joined = draw(st.sampled_from(["", "", "urn:x:1", "urn:x:2"]))
                inputs, outputs = dict.fromkeys(draw(subsets())), dict.fromkeys(draw(subsets()))
                story.make(inputs, outputs, transformation=joined)
            case 3 | 4 | 5:
                story.pack(draw(st.sampled_from(THINGS[8:])), *draw(subsets()))
            case 6:
                story.unpack(draw(st.sampled_from(THINGS[8:])), *draw(subsets(0)))
            case 7:
                story.pack(
                    draw(st.sampled_from(THINGS[8:])), *draw(subsets()), action=Action.OBSERVE
                )
            case 8:
                story.commission(
                    draw(st.sampled_from(THINGS[:4])), draw(st.sampled_from(THINGS[4:8]))
                )
            case _:
                story.pack(
                    draw(st.sampled_from(THINGS[4:])), *draw(subsets()), kind=EventType.ASSOCIATION
                )
    return story


@settings(max_examples=250)
@given(stories(), st.sampled_from(THINGS))
def test_forward_agrees_with_a_replay_of_all_events(story: Story, seed: str) -> None:
    assert story.forward(seed) == Replay({seed}).run(story.events)


@st.composite
def recipes(draw: st.DrawFn) -> Story:
    story = Story()
    for _ in range(draw(st.integers(1, 12))):
        if draw(st.booleans()):
            joined = draw(st.sampled_from(["", "urn:x:1"]))
            inputs, outputs = dict.fromkeys(draw(subsets())), dict.fromkeys(draw(subsets()))
            story.make(inputs, outputs, transformation=joined)
        else:
            story.commission(draw(st.sampled_from(THINGS[:4])), draw(st.sampled_from(THINGS[4:8])))
    return story


@settings(max_examples=100)
@given(recipes())
def test_back_is_forward_the_other_way_round(story: Story) -> None:
    onward = {thing: story.forward(thing) for thing in THINGS}
    for thing in THINGS:
        assert story.back(thing) == {other for other in THINGS if thing in onward[other]}


@settings(max_examples=80)
@given(stories(), st.sampled_from(THINGS))
def test_every_line_of_a_recall_can_be_explained(story: Story, seed: str) -> None:
    scope = recall(story.source, [seed])
    times = {event.id: event.time for event in story.events}
    known = {entry.thing for event in story.events for entry in event.involved}
    assert {line.id for line in scope.affected} == story.forward(seed) & known
    for line in scope.affected:
        assert all(event in times for event in line.why)
        assert (line.depth == 0) == (not line.why) or line.id == seed
    assert len({line.id for line in scope.affected}) == len(scope.affected)
    back(story.source, seed)
    life(story.source, seed)
