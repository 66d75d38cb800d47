"""Shops with open hours, set-ups, overlaps and limits: times, moves, and whole searches."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from tests.factory.kernels import callable_kernel
from tests.factory.oracles import best_objective
from tests.factory.plants import make_plant

from sanpin.factory.engine.check import check
from sanpin.factory.engine.sequences import SequenceSearch, clock, graph, suits, timed, timed_moves
from sanpin.factory.engine.sequences.arrays import BREACH, END, LEFT, LENGTH, RIGHT, new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.paths import in_order
from sanpin.factory.model import Attribute

ALWAYS = ["setup", "initial", "transfer", "dag", "modes", "lag"]
FEATURES = [*ALWAYS, "release", "calendar", "resumable"]
EVERYTHING = [*FEATURES, "earliest", "latest", "deadline", "fixed"]
KINDS = (
    ["setup"],
    ["calendar"],
    ["calendar", "resumable"],
    ["transfer", "dag"],
    ["deadline", "latest", "calendar"],
    ["fixed", "setup", "initial"],
    ALWAYS,
    FEATURES,
    EVERYTHING,
)
kernels = {
    name: callable_kernel(getattr(module, name))
    for module, names in (
        (clock, ("done_at", "earliest_fit", "earliest_work", "latest_fit", "latest_work")),
        (graph, ("link", "reinsert", "measure", "makespan")),
        (timed, ("change", "ready_at", "due_at", "before_limit", "note_horizon", "restore")),
        (timed_moves, ("_lift", "makespan_at", "load_at")),
    )
    for name in names
}
WINDOWS = np.array([(3, 8, 0), (10, 11, 5), (15, 40, 6)], np.int32)


def make_shop(seed, features, **size):
    """Make a plant with some features in which the makespan counts."""
    return replace(make_plant(seed, features, **size), objective={"makespan": 1})


def ready(problem):
    """Compile a problem and put everything in the order of the jobs, in the first modes."""
    shop = compile_shop(problem)
    state = new_state(shop)
    load(shop, state, np.array([*in_order(shop), shop.size], np.int32), shop.mode_start)
    return shop, state


def random_place(random, shop, state, op):
    """Choose a mode, and what `op` shall stand after on its machine."""
    mode = random.randrange(shop.mode_start[op], shop.mode_start[op + 1])
    others = [
        other
        for other in range(shop.size)
        if other != op and shop.mode_machine[state.mode[other]] == shop.mode_machine[mode]
    ]
    return mode, random.choice([*others, shop.size])


@pytest.mark.parametrize("start", range(25))
def test_work_in_windows_is_what_counting_open_units_says(start):
    unit = [any(a <= t < b for a, b, _ in WINDOWS.tolist()) for t in range(80)]
    for work in range(1, 12):
        begin = next(t for t in range(start, 80) if unit[t])
        open_units = [t for t in range(begin, 80) if unit[t]]
        done = open_units[work - 1] + 1
        assert kernels["done_at"](WINDOWS, 0, 3, begin, work) == done
        assert kernels["earliest_work"](WINDOWS, 0, 3, 1, start, work, 0) == (begin, done)
        spans = [t for t in range(70) if all(unit[t : t + work])]
        fits = min(t for t in spans if t >= start)
        assert kernels["earliest_fit"](WINDOWS, 0, 3, start, work) == fits
        assert kernels["earliest_work"](WINDOWS, 0, 3, 0, start, work, 0) == (fits, fits + work)
        least = done + 2
        assert kernels["earliest_work"](WINDOWS, 0, 3, 1, start, work, least)[1] >= least
        end = start + 12
        before = [t for t in range(end) if unit[t]]
        if len(before) >= work:
            assert kernels["latest_work"](WINDOWS, 0, 3, 1, end, work) == before[-work]
        else:
            assert kernels["latest_work"](WINDOWS, 0, 3, 1, end, work) < 3
        inside = [t for t in spans if t + work <= end]
        latest = kernels["latest_fit"](WINDOWS, 0, 3, end, work)
        assert latest == max(inside) if inside else latest < 3


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_schedules_are_valid_and_none_is_below_the_optimum(kind):
    reached = 0
    for seed in range(6):
        problem = make_shop(seed, kind)
        assert suits(problem)
        search = SequenceSearch(problem, seed=seed)
        search.start()
        for _ in range(3):
            search.round()
        best = best_objective(problem, nodes=100_000)
        if best is None:
            assert search.best[0] > 0
            continue
        report = check(problem, search.operations())
        assert report.violations == ()
        assert report.objective == search.best[1] >= best
        reached += search.best[1] == best
    assert reached >= 5


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_larger_schedules_are_valid_and_repeat_with_any_number_of_threads(kind):
    problem = make_shop(9, kind, jobs=12, operations=5, machines=4)
    found = []
    for workers in (1, 2):
        search = SequenceSearch(problem, seed=4, workers=workers)
        search.start()
        for _ in range(4):
            search.round()
        found.append(search.operations())
    assert found[0] == found[1]
    report = check(problem, found[0])
    if search.best[0] == 0:
        assert report.violations == ()
        assert report.objective == search.best[1]
    else:
        # Limits may be too tight for so many jobs, but nothing else is ever missed.
        assert {each.code for each in report.violations} <= {
            "bound.deadline", "bound.latest", "fixed.moved",
        }  # fmt: skip
        assert search.best[1] >= BREACH


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_times_after_many_moves_are_those_measured_anew(kind):
    shop, state = ready(make_shop(3, kind, jobs=8, operations=5, machines=3))
    random, made = Random(1), 0
    for _ in range(1000):
        op = random.randrange(shop.size)
        mode, left = random_place(random, shop, state, op)
        made += kernels["reinsert"](shop, state, op, mode, left, shop.size) > 0
        if made % 10 == 0:
            kept = state.node.copy()
            kernels["note_horizon"](shop, state, state.notes[0] + 1)
            kernels["note_horizon"](shop, state, state.notes[0] - 1)
            assert (state.node == kept).all()
            horizon = state.notes[0]
            kernels["measure"](shop, state)
            assert (state.node[:, END] == kept[:, END]).all()
            kernels["note_horizon"](shop, state, horizon)
            assert (state.node == kept).all()
    assert made > 100


@pytest.mark.parametrize("kind", [ALWAYS, FEATURES], ids=str)
def test_what_a_place_is_said_to_cost_is_what_it_costs(kind):
    """Without closed hours the makespan is exact, with them wherever it is not above."""
    random, compared = Random(2), 0
    for seed in range(12):
        shop, state = ready(make_shop(seed, kind, jobs=6, operations=4, machines=3))
        kernels["note_horizon"](shop, state, kernels["makespan"](shop, state))
        for _ in range(80):
            op = random.randrange(shop.size)
            mode, left = random_place(random, shop, state, op)
            old_mode, old_left = int(state.mode[op]), int(state.node[op, LEFT])
            if (mode, left) == (old_mode, old_left):
                continue
            kept, horizon = state.node.copy(), int(state.notes[0])
            old_right, load_before = int(state.node[op, RIGHT]), total_load(shop, state)
            gone = kernels["load_at"](shop, state, old_mode, old_left, old_right)
            kernels["_lift"](shop, state, op)
            assert state.node[op, LENGTH] == 0
            floor = kernels["makespan"](shop, state)
            right = state.first[shop.mode_machine[mode]] if left == shop.size else -1
            right = int(state.node[left, RIGHT]) if right < 0 else int(right)
            said = kernels["makespan_at"](
                shop, state, op, mode, left, right,
                *kernels["ready_at"](shop, state, op), kernels["due_at"](shop, state, op),
                kernels["before_limit"](shop, state, op, mode),
            )  # fmt: skip
            more = kernels["load_at"](shop, state, mode, left, right) - gone
            put_back(shop, state, op, old_mode, old_left)
            assert (state.node == kept).all()
            if kernels["reinsert"](shop, state, op, mode, left, shop.size) == 0:
                continue
            compared += 1
            assert total_load(shop, state) == load_before + more
            made = kernels["makespan"](shop, state)
            if kind == ALWAYS:
                assert made == max(floor, said)
            else:
                assert (made <= horizon) == (max(floor, said) <= horizon)
            kernels["note_horizon"](shop, state, made)
    assert compared > 300


def put_back(shop, state, op, mode, left):
    """Put an operation that was taken out where it was."""
    kernels["link"](shop, state, op, mode, left, shop.size)
    kernels["restore"](state)


def total_load(shop, state):
    """Return the sum of all work and set-ups, machine by machine."""
    load = 0
    for machine in range(shop.machines):
        before, op = shop.size, int(state.first[machine])
        while op != shop.size:
            mode = int(state.mode[op])
            last = -1 if before == shop.size else int(state.mode[before])
            load += int(shop.mode_length[mode]) + kernels["change"](shop.clock, machine, last, mode)
            before, op = op, int(state.node[op, RIGHT])
    return load


def test_shops_without_clock_stay_as_they_are():
    assert not compile_shop(make_shop(1, ["dag", "modes", "lag", "release"])).timed
    assert compile_shop(make_shop(1, ["calendar"])).timed


def test_times_too_long_for_the_clock_are_left_to_the_other_search():
    problem = make_shop(1, ["release"])
    late = replace(problem, jobs=tuple(replace(job, release=BREACH) for job in problem.jobs[:1]))
    assert suits(late)
    assert not suits(replace(late, jobs=(replace(late.jobs[0], deadline=2 * BREACH),)))


def test_values_from_which_no_change_is_listed_need_none():
    problem = make_shop(1, ["setup"])
    table = problem.setups["paint"]
    bare = replace(table, attributes={**table.attributes, "colour": Attribute({"red": {}})})
    assert suits(replace(problem, setups={"paint": bare}))


@pytest.mark.parametrize(
    "lost",
    [
        {"clean": {"every_batches": 2, "duration": 3}},
        {"forbidden": frozenset({("red", "white")})},
    ],
    ids=str,
)
def test_cleaning_and_forbidden_changes_are_left_to_the_other_search(lost):
    problem = make_shop(1, ["setup"])
    assert suits(problem)
    table = problem.setups["paint"]
    colour = Attribute(table.attributes["colour"].matrix, **lost)
    changed = replace(table, attributes={**table.attributes, "colour": colour})
    assert not suits(replace(problem, setups={"paint": changed}))
