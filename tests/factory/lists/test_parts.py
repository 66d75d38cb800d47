"""The parts of the search over lists beside slow oracles: open time, change-overs, rules, moves."""

from __future__ import annotations

from itertools import pairwise, product
from math import inf
from random import Random

import numpy as np
import pytest
from tests.factory.kernels import callable_kernel

from sanpin.base.calendar import NEVER, OpenTime, intersect
from sanpin.factory.engine.lists import chance, edits, moves, opening
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.changes import Changes
from sanpin.factory.engine.lists.compile import Plant, compile_plant
from sanpin.factory.engine.lists.dispatch import dispatch
from sanpin.factory.engine.lists.lot import Lot
from sanpin.factory.engine.lists.queues import make_queues
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import (
    After,
    Attribute,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
    WorkerNeed,
)

draw, steps = callable_kernel(chance.draw), callable_kernel(chance.steps)
move_earlier, move_later = callable_kernel(edits.move_earlier), callable_kernel(edits.move_later)
pick, undo = callable_kernel(edits.pick), callable_kernel(edits.undo)
propose = callable_kernel(moves.propose)
done_at, fits_at = callable_kernel(opening.done_at), callable_kernel(opening.fits_at)
latest_fit, opens_at = callable_kernel(opening.latest_fit), callable_kernel(opening.opens_at)

EARLY = ((0, 10), (15, 22), (30, 41), (50, 90))
LATE = ((5, 18), (20, 35), (40, 60))


def _two_calendars() -> Plant:
    worker = Resource("w", ResourceKind.WORKER, calendar="late", skills={"s": 100})
    machine = Resource("m", calendar="early")
    op = Operation("o", (Mode("m", 3),), worker=WorkerNeed("s"))
    problem = Problem(
        (Job("j", (op,)),), (machine, worker), calendars={"early": EARLY, "late": LATE}
    )
    return compile_plant(problem)


@pytest.mark.parametrize("which", ["early", "late", "both"])
def test_open_time_agrees_with_the_calendar_of_the_base(which: str) -> None:
    plant = _two_calendars()
    windows = {"early": EARLY, "late": LATE, "both": tuple(intersect(EARLY, LATE))}[which]
    number = {"early": 1, "late": 2, "both": int(plant.both[1, 2])}[which]
    oracle = OpenTime(windows)
    for t, work in product(range(95), (0, 1, 4, 7, 12)):
        opens = oracle.next_open(t)
        assert min(opens_at(plant.ints, number, t), NEVER) == (at.FAR if opens >= NEVER else opens)
        fits = oracle.fits(t, work)
        if work:
            expected = at.FAR if fits >= NEVER else fits
            assert fits_at(plant.ints, number, t, work) == expected
        if opens < NEVER:
            done = oracle.finish(opens, work)
            expected = at.FAR if done >= NEVER else done
            assert done_at(plant.ints, number, opens, work) == expected


def test_the_latest_span_is_the_latest() -> None:
    plant = _two_calendars()
    for first, length, end in product(range(40), (1, 3, 6), range(5, 80)):
        begin = fits_at(plant.ints, 1, first, length)
        if begin + length > end:
            continue
        late = latest_fit(plant.ints, 1, begin, length, end)
        fitting = [
            t
            for t in range(begin, end - length + 1)
            if any(a <= t and t + length <= b for a, b in EARLY)
        ]
        assert late == max(fitting)


@pytest.mark.parametrize("combine", ["sum", "max"])
def test_lengths_between_classes_follow_the_attributes(combine: str) -> None:
    colour = Attribute({"red": {"blue": 4, "red": 1}, "blue": {"red": 9}}, 3)
    size = Attribute({}, 5, forbidden=frozenset({("L", "S")}))
    changes = Changes({"t": SetupTable({"colour": colour, "size": size}, combine)})
    table = changes.number("t")
    assert changes.number("") == -1
    values = [
        {key: value for key, value in (("colour", c), ("size", s)) if value}
        for c, s in product(("red", "blue", "green", ""), ("S", "L", ""))
    ]
    classes = [changes.class_of(table, each) for each in values]
    rows, lengths, cleaned = changes.arrays()
    first, count = rows[table][:2]
    assert cleaned.clean == cleaned.kind == []
    for (a, old), (b, new) in product(zip(classes, values, strict=True), repeat=2):
        parts = [
            attribute.length(old[name], new[name])
            for name, attribute in (("colour", colour), ("size", size))
            if name in old and name in new
        ]
        expected = sum(parts) if combine == "sum" else max(parts, default=0)
        banned = (old.get("size"), new.get("size")) == ("L", "S")
        assert lengths[first + a * count + b] == expected + banned * at.FORBIDDEN


def _line(jobs: int = 9) -> Problem:
    random = Random(5)
    return Problem(
        tuple(
            Job(
                f"j{n}",
                (Operation("o", (Mode("m", random.randint(1, 30)),)),),
                due=random.randint(5, 90),
                weight=random.randint(1, 9),
            )
            for n in range(jobs)
        ),
        (Resource("m"),),
        objective={"tardiness": 1},
    )


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("SPT", lambda job: job.operations[0].modes[0].duration),
        ("LPT", lambda job: -job.operations[0].modes[0].duration),
        ("EDD", lambda job: job.due),
        ("ODD", lambda job: job.due - job.operations[0].modes[0].duration),
        ("WEDD", lambda job: (job.due - job.operations[0].modes[0].duration) / job.weight),
    ],
)
def test_rules_order_one_machine_as_their_definition_says(rule: str, key: object) -> None:
    problem = _line()
    plant = compile_plant(problem)
    lot, (order, tails) = Lot(plant, 0), measure(plant)
    dispatch(
        plant.ints, lot.ints, lot.worth, tails, make_queues(plant, order), RULES.index(rule),
        (4.0, 1.0, 0, 0),
    )  # fmt: skip
    assert callable(key)
    keys = [key(problem.jobs[job]) for job in lot.order]
    assert keys == sorted(keys)
    total(plant.ints, plant.prices, lot.ints, lot.worth)
    ends = np.cumsum([problem.jobs[j].operations[0].modes[0].duration for j in lot.order])
    late = sum(
        problem.jobs[j].weight * max(0, end - (problem.jobs[j].due or 0))
        for j, end in zip(lot.order, ends, strict=True)
    )
    assert lot.value[at.OBJECTIVE] == late


def _chains(jobs: int = 6, length: int = 4) -> tuple[Plant, Lot]:
    machines = tuple(Resource(f"m{n}") for n in range(3))
    random = Random(2)
    problem = Problem(
        tuple(
            Job(
                f"j{j}",
                tuple(
                    Operation(
                        f"o{n}",
                        tuple(Mode(f"m{m}", random.randint(1, 9)) for m in range(3)),
                        after=(After(f"o{n - 1}"),) if n else (),
                    )
                    for n in range(length)
                ),
            )
            for j in range(jobs)
        ),
        machines,
    )
    plant = compile_plant(problem)
    lot, (order, tails) = Lot(plant, 1), measure(plant)
    queues = make_queues(plant, order)
    dispatch(plant.ints, lot.ints, lot.worth, tails, queues, 0, (4.0, 1.0, 0, 0))
    total(plant.ints, plant.prices, lot.ints, lot.worth)
    return plant, lot


def _workable(plant: Plant, lot: Lot) -> bool:
    place = {int(op): at_place for at_place, op in enumerate(lot.order)}
    return len(place) == lot.order.size and all(
        place[int(plant.link[link, at.OTHER])] < place[op]
        for op in range(lot.order.size)
        for link in range(plant.op[op, at.BEFORE], plant.op[op, at.BEFORE_END])
    )


def test_moves_keep_predecessors_in_front_and_can_be_undone() -> None:
    plant, lot = _chains()
    before = lot.order.copy(), lot.mode.copy(), lot.load.copy()
    tried = 0
    for _ in range(500):
        if propose(plant.ints, plant.prices, lot.ints, inf):
            tried += 1
            assert _workable(plant, lot)
        undo(lot.ints)
        for table, old in zip((lot.order, lot.mode, lot.load), before, strict=True):
            assert (table == old).all()
    assert tried > 250


def test_an_operation_takes_along_what_must_stay_in_front() -> None:
    plant, lot = _chains()
    last = int(lot.order[-1])
    lot.ints[at.TRIAL] += 1
    pick(plant.ints, lot.ints, last, 0, True)
    move_earlier(lot.ints, 0, lot.order.size - 1)
    chain = lot.order[:4].tolist()
    assert chain[-1] == last
    assert all(b == a + 1 for a, b in pairwise(chain))
    assert _workable(plant, lot)
    lot.ints[at.TRIAL] += 1
    pick(plant.ints, lot.ints, chain[0], lot.order.size - 1, False)
    move_later(lot.ints, 0, lot.order.size - 1)
    assert lot.order[-4:].tolist() == chain


def test_chance_covers_its_range() -> None:
    _, lot = _chains()
    assert {draw(lot.ints, 7) for _ in range(400)} == set(range(7))
    found = [steps(lot.ints, 5) for _ in range(600)]
    assert set(found) == {1, 2, 3, 4, 5}
    assert found.count(1) > found.count(5)
