"""Moves of several operations at once: what they leave behind is a list that can be worked off."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from random import Random

import numpy as np
import pytest
from tests.factory.kernels import callable_kernel
from tests.factory.plants import make_plant

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.lists import (
    ListSearch,
    edits,
    loads,
    moves,
    nearby,
    rearrange,
    reassign,
    ruin,
    scan,
    shift,
    sites,
)
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.anneal import anneal
from sanpin.factory.engine.lists.lot import read_operations
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import Job, Mode, Operation, Problem, Resource
from sanpin.factory.sample.plants import generate

begin_trial, undo = callable_kernel(edits.begin_trial), callable_kernel(edits.undo)
stretch_first, work_off = callable_kernel(edits.stretch_first), callable_kernel(scan.scan)
commit, critical = callable_kernel(scan.commit), callable_kernel(nearby.critical)
_relocate = callable_kernel(sites.relocate)
_shift = callable_kernel(shift.shift)
_reassign, _part = callable_kernel(reassign.reassign), callable_kernel(loads.part)
KINDS = {
    "swap": callable_kernel(rearrange.swap),
    "reverse": callable_kernel(rearrange.reverse),
    "ruin": callable_kernel(ruin.ruin),
    "relocate": lambda plant, prices, lot, op, limit: _relocate(plant, lot, op),
    "reassign": lambda plant, prices, lot, op, limit: _reassign(plant, lot, op),
    "run": callable_kernel(moves.move_run),
    "shift": lambda plant, prices, lot, op, limit: _shift(plant, lot, op),
    "part": lambda plant, prices, lot, op, limit: _part(plant, lot, op),
}
PLANTS = (
    "setup modes due",
    "setup modes due dag calendar worker material",
    "oven tank clean site modes due",
    "alternatives transfer resumable site modes worker outsource",
)
WITH_LOADS = tuple(names for names in PLANTS if "oven" in names)

PLACED = [at.START, at.END, at.SETUP_START, at.CHOSEN, at.BREACH]
"""What a record says of an operation, beside what helps to renew it."""


def _decisions(lot):
    """Return a copy of what a move may change."""
    return [lot.order.copy(), lot.position.copy(), lot.mode.copy(), lot.load.copy()]


def _is_workable(plant, lot):
    """Tell whether the list has everything once, and predecessors before their successors."""
    count = plant.size(at.OPERATIONS)
    if sorted(lot.order) != list(range(count)) or (lot.order[lot.position] != range(count)).any():
        return False
    return all(
        lot.position[plant.link[link, at.OTHER]] < lot.position[op]
        for op in range(count)
        for link in range(plant.op[op, at.BEFORE], plant.op[op, at.BEFORE_END])
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_move_leaves_a_list_that_can_be_worked_off_and_is_undone_without_a_trace(kind):
    made, random = 0, Random(7)
    for seed, names in enumerate(WITH_LOADS * 8 if kind == "part" else PLANTS * 2):
        problem = make_plant(seed, names.split(), jobs=9, operations=4, machines=3)
        search = ListSearch(problem, seed=seed, workers=1)
        search.start(Budget(60))
        island, plant = search.islands[0], search.plant
        lot = island.lot
        anneal(*island.arrays, 20_000, 5.0)
        for _ in range(120):
            before = _decisions(lot)
            begin_trial(lot.ints)
            op = random.randrange(plant.size(at.OPERATIONS))
            if lot.mode[op] == plant.op[op, at.MODES_END]:
                continue
            if KINDS[kind](plant.ints, plant.prices, lot.ints, op, inf):
                assert _is_workable(plant, lot)
                changed = zip(before, _decisions(lot), strict=True)
                made += lot.ints[at.WISHER] > 0 or any((a != b).any() for a, b in changed)
            undo(lot.ints)
            after = _decisions(lot)
            assert all((a == b).all() for a, b in zip(before, after, strict=True))
    assert made > 25


def test_a_job_is_shifted_as_a_whole_and_all_others_keep_their_order():
    problem = make_plant(3, ["due", "setup", "modes"], jobs=12, operations=5, machines=4)
    search = ListSearch(problem, seed=3, workers=1)
    search.start(Budget(60))
    lot, plant, random, moved = search.islands[0].lot, search.plant, Random(2), 0
    for _ in range(200):
        before = lot.order.copy()
        begin_trial(lot.ints)
        op = random.randrange(plant.size(at.OPERATIONS))
        if _shift(plant.ints, lot.ints, op):
            job = plant.op[op, at.JOB]
            others = [each for each in lot.order if plant.op[each, at.JOB] != job]
            assert others == [each for each in before if plant.op[each, at.JOB] != job]
            places = np.argsort(before)
            members = np.flatnonzero(plant.op[:, at.JOB] == job)
            ways = np.sign(lot.position[members] - places[members])
            assert len(set(ways[ways != 0])) <= 1, "all earlier, or all later"
            moved += len(members) > 1 and (ways != 0).all()
        undo(lot.ints)
    assert moved > 25


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("names", PLANTS)
def test_what_a_move_is_counted_to_change_is_what_working_off_everything_says(kind, names):
    random = Random(5)
    for seed in range(2):
        problem = make_plant(seed, names.split(), jobs=8, operations=3, machines=3)
        search = ListSearch(problem, seed=seed, workers=1)
        search.start(Budget(60))
        island, plant = search.islands[0], search.plant
        lot, arrays = island.lot, island.arrays
        for _ in range(25):
            begin_trial(lot.ints)
            op = random.randrange(plant.size(at.OPERATIONS))
            out = lot.mode[op] == plant.op[op, at.MODES_END]
            if out or not KINDS[kind](plant.ints, plant.prices, lot.ints, op, inf):
                undo(lot.ints)
                continue
            first, last = stretch_first(plant.ints, lot.ints), int(lot.ints[at.LAST])
            assert work_off(*arrays, first, last, inf, 0.0)
            commit(*arrays, first)
            counted, records = island.rank, lot.record[:, PLACED].copy()
            total(*arrays)
            assert island.rank == pytest.approx(counted)
            assert np.array_equal(records, lot.record[:, PLACED])
        island.keep()
        report = check(problem, read_operations(problem, plant, lot))
        if not island.best[0]:
            assert report.violations == ()
            assert report.objective == pytest.approx(island.best[1])


def _linked(plant, lot):
    """Tell whether neighbours on machines are those that the list says."""
    queues = {machine: [-1] for machine in range(plant.size(at.MACHINES))}
    for op in lot.order.tolist():
        mode = lot.record[op, at.CHOSEN]
        if mode >= 0 and plant.mode[mode, at.MACHINE] >= 0:
            queues[plant.mode[mode, at.MACHINE]].append(op)
    return all(
        lot.last_on[machine] == queue[-1]
        and [lot.before_on[op] for op in queue[1:]] == queue[:-1]
        and [lot.after_on[op] for op in queue[1:]] == [*queue[2:], -1][: len(queue) - 1]
        for machine, queue in queues.items()
    )


def test_neighbours_on_machines_stay_what_the_list_says():
    """Many machines that are done early: what they did last must not be forgotten."""
    random = Random(1)
    machines = [f"m{n}" for n in range(30)]
    jobs = tuple(
        Job(f"j{n}", (Operation("o", tuple(Mode(m, random.randint(20, 90)) for m in machines)),))
        for n in range(100)
    )
    problem = Problem(jobs, tuple(Resource(m) for m in machines))
    search = ListSearch(problem, seed=0, workers=1)
    search.start(Budget(60))
    island = search.islands[0]
    for _ in range(400):
        anneal(*island.arrays, 400, 3.0)
        assert _linked(search.plant, island.lot)
    known = island.rank
    total(*island.arrays)
    assert island.rank == pytest.approx(known)


def _chain(plant, lot):
    """Return every operation that the end of all waits for, by any of several ways."""
    done = [op for op in range(plant.size(at.OPERATIONS)) if lot.record[op, at.CHOSEN] >= 0]
    latest = max(lot.record[op, at.END] for op in done)
    found = [op for op in done if lot.record[op, at.END] == latest]
    for op in found:
        ends = {lot.before_on[op]: lot.record[lot.before_on[op], at.END]}
        for link in plant.link[plant.op[op, at.BEFORE] : plant.op[op, at.BEFORE_END]]:
            other = link[at.OTHER]
            if lot.record[other, at.CHOSEN] >= 0:
                end = lot.record[other, at.END] + link[at.MIN_LAG]
                ends[other] = max(end, ends.get(other, end))
        ends.pop(-1, None)
        found += [o for o in ends if ends[o] == max(ends.values()) and o not in found]
    return set(found)


def test_what_is_chosen_where_the_end_of_all_matters_is_of_the_chain_that_it_waits_for():
    for seed in range(4):
        problem = make_plant(seed, ["setup", "modes", "dag"], jobs=9, operations=4, machines=3)
        search = ListSearch(problem, seed=seed, workers=1)
        search.start(Budget(60))
        plant, lot = search.plant, search.islands[0].lot
        chain = _chain(plant, lot)
        drawn = {critical(plant.ints, lot.ints) for _ in range(400)}
        assert drawn <= chain
        assert len(drawn) > len(chain) // 2
        assert len(chain) < plant.size(at.OPERATIONS)


def _cold(seed: int) -> Problem:
    """Return a plant whose freezers may not draw all at once what they could."""
    problem = generate("icecream", 60, 20, seed=seed)
    scarce = (replace(r, capacity=10) if r.id == "cooling" else r for r in problem.resources)
    return replace(problem, resources=tuple(scarce))


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_first_schedule_keeps_longest_waits_before_ovens_that_are_full(seed):
    problem = _cold(seed)
    search = ListSearch(problem, seed=0, workers=1)
    told = []
    search.start(Budget(60), lambda: told.append((search.best, search.operations())))
    (breach, objective), operations = told[0]
    report = check(problem, operations)
    assert report.violations == ()
    assert (breach, objective) == (0, pytest.approx(report.objective))
    while search.best[1] >= 0.95 * objective and search.rounds < 150:
        search.round()
    assert search.best[1] < 0.95 * objective


@pytest.mark.parametrize("seed", range(1, 4))
def test_one_job_after_the_other_keeps_longest_waits_without_any_rule(seed):
    problem = generate("icecream", 60, 20, seed=seed)
    search = ListSearch(problem, seed=0, workers=1)
    island = search.islands[0]
    island.line_up(island.lot.mode.copy())
    assert island.best[0] == 0
    report = check(problem, search.operations())
    assert report.violations == ()
    assert report.objective == pytest.approx(island.best[1])
