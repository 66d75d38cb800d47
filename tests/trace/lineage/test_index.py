"""Walks and scopes over arrays give the answers that replaying the events gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.trace.lineage.conftest import THINGS, Ledger, chains

from sanpin.trace.engine.lineage import Chronicle, back, forward, recall
from sanpin.trace.engine.lineage.index import KINDS, Index, Reach
from sanpin.trace.engine.lineage.place import containers_of, where
from sanpin.trace.engine.lineage.scope import GAPS, STATES, scope_of, standing_of
from sanpin.trace.model.events import Event
from sanpin.trace.model.lineage import Walk


def assert_walk(ledger: Ledger, index: Index, reach: Reach, walk: Walk) -> None:
    """Same things at the same distance, same edges, and a way to each thing."""
    found = {
        ledger.thing(thing): int(depth)
        for thing, depth in zip(reach.things, reach.depth, strict=True)
    }
    assert found == {node.id: node.depth for node in walk.nodes}
    names = {event.sequence: event.id for event in ledger.events}
    numbers = index.ledger_numbers(reach.edges[:, 2])
    edges = [
        (ledger.thing(a), ledger.thing(b), names[int(number)], KINDS[kind])
        for (a, b, _, kind), number in zip(reach.edges.tolist(), numbers, strict=True)
    ]
    assert len(edges) == len(set(edges))
    assert set(edges) == {(e.source, e.target, e.event, e.kind) for e in walk.edges}


def assert_same(ledger: Ledger, index: Index, seed: str) -> None:
    """All answers about one thing are those of the oracle."""
    number = ledger.things.find(seed)
    assert_walk(ledger, index, index.forward([number]), forward(ledger.source, seed))
    assert_walk(ledger, index, index.back(number), back(ledger.source, seed))
    assert_scope(ledger, index, [seed])


def assert_scope(ledger: Ledger, index: Index, seeds: list[str]) -> None:
    """Same lines, deliveries and gaps of a recall."""
    found = scope_of(index, [ledger.things.find(seed) for seed in seeds])
    wanted = recall(ledger.source, seeds)
    lines = {line.id: line for line in wanted.affected}
    names = {event.sequence: event.id for event in ledger.events}
    last = index.ledger_numbers(found.standing.last_event)
    known = found.standing.last_event >= 0
    assert {ledger.thing(t) for t in found.reach.things[known]} == set(lines)
    for at in range(found.reach.things.size):
        if not known[at]:
            continue
        line, now = lines[ledger.thing(found.reach.things[at])], found.standing
        assert bool(found.product[at]) == (line.role != "container")
        assert STATES[now.status[at]] is line.status
        assert ledger.word(now.place[at]) == line.location
        assert ledger.thing(now.container[at]) == line.container
        assert names[int(last[at])] == line.last_event
        amount = None if now.amount[at] != now.amount[at] else float(now.amount[at])
        assert (amount, ledger.word(now.unit[at])) == (line.quantity, line.uom)
        events, things = found.reach.path(at)
        assert len(things) == line.depth
        assert all(names[int(n)] for n in index.ledger_numbers(_array(events)))
    got = {
        ledger.word(place): (products, {ledger.word(u): a for u, a in amounts.items()})
        for place, products, amounts in found.delivered.by_place()
    }
    assert got == {
        one.location: (len(one.products), dict(one.quantities)) for one in wanted.consignees
    }
    gaps = sorted(
        (ledger.thing(thing), GAPS[kind])
        for thing, kind in zip(found.gaps.thing, found.gaps.kind, strict=True)
    )
    assert gaps == sorted((gap.id, gap.code.removeprefix("trace.gap.")) for gap in wanted.gaps)


def _array(numbers: list[int]):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.array(numbers, np.int64)


@settings(max_examples=300, deadline=None)
@given(chains(), st.sampled_from(THINGS))
def test_answers_are_those_of_the_oracle(events: list[Event], seed: str) -> None:
    """Rework, packing anew, events at one instant, late and void events."""
    ledger = Ledger(events)
    index = ledger.index()
    if ledger.things.find(seed) >= 0:
        assert_same(ledger, index, seed)


@settings(max_examples=60, deadline=None)
@given(chains(), st.lists(st.sampled_from(THINGS), min_size=1, max_size=3, unique=True))
def test_several_seeds_are_one_question(events: list[Event], seeds: list[str]) -> None:
    """A thing that two seeds lead to is one line."""
    ledger = Ledger(events)
    index = ledger.index()
    seeds = [seed for seed in seeds if ledger.things.find(seed) >= 0]
    if seeds:
        assert_scope(ledger, index, seeds)


@settings(max_examples=60, deadline=None)
@given(chains(), st.integers(0, 12), st.integers(0, 12), st.sampled_from(THINGS))
def test_a_window_of_time_limits_a_recall(
    events: list[Event], start: int, end: int, seed: str
) -> None:
    """What happened to the seed before and after does not count."""
    ledger = Ledger(events)
    index = ledger.index()
    number = ledger.things.find(seed)
    if number >= 0:
        found = index.forward([number], start, end, edges=False)
        wanted = {line.id for line in recall(ledger.source, [seed], start, end).affected}
        known = standing_of(index, found.things).last_event >= 0
        assert {ledger.thing(thing) for thing in found.things[known]} == wanted


@settings(max_examples=60, deadline=None)
@given(chains())
def test_containers_and_places_of_everything(events: list[Event]) -> None:
    """Where each thing is now, and in what."""
    ledger = Ledger(events)
    index = ledger.index()
    chronicle = Chronicle(ledger.source)
    for number, name in enumerate(ledger.things.names):
        inside = [ledger.thing(one) for one in index.containers(number)]
        assert inside == list(containers_of(chronicle, name))
        now = standing_of(index, _array([number]).astype("int32"))
        place = where(chronicle, name)
        assert ledger.word(now.place[0]) == place.location
        assert STATES[now.status[0]] is place.status
