"""Stocks over time in the search over lists: tanks, and materials that expire."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from tests.factory.kernels import callable_kernel
from tests.factory.oracles import TooLargeError, best_objective
from tests.factory.plants import make_plant

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.lists import ListSearch, edits, moves
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.anneal import anneal
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import (
    After,
    BatchNeed,
    Hold,
    Job,
    Material,
    Mode,
    Operation,
    Outsource,
    Problem,
    Resource,
    ResourceKind,
)

propose, undo = callable_kernel(moves.propose), callable_kernel(edits.undo)

STORES = (
    "tank",
    "tank mixed",
    "tank modes calendar",
    "tank oven due",
    "tank transfer lag",
    "tank worker due",
    "tank outsource",
    "material shelf_life",
    "material shelf_life produced release",
    "material shelf_life oven",
    "outsource material shelf_life",
    "outsource material produced",
)
"""Features of random plants; what is common to them is that something is kept for later."""


def _searched(problem: Problem, rounds: int = 2) -> ListSearch:
    search = ListSearch(problem, seed=1, workers=1)
    search.start(Budget(60))
    for _ in range(rounds):
        search.round()
    return search


def _overfull(problem: Problem) -> bool:
    """Tell whether a job alone fills a tank twice while one of its operations runs."""
    return any(
        first.hold.amount + second.hold.amount > problem.tanks[first.hold.tank].capacity
        for job in problem.jobs
        for first in job.operations
        for second in job.operations
        if first.hold and second.hold and first.hold.tank == second.hold.tank
        if (first.hold.until, first.hold.until_end) == (second.id, True)
        if second.hold.source == "start"
    )


@pytest.mark.parametrize("features", STORES)
@pytest.mark.parametrize("seed", range(4))
def test_tiny_plants_are_solved_as_well_as_by_trying_everything(features: str, seed: int) -> None:
    problem = make_plant(seed, features.split())
    try:
        best = best_objective(problem, nodes=20_000)
    except TooLargeError:
        pytest.skip("too many ways to try them all")
    search = _searched(problem)
    if best is None:
        assert search.best[0] > 0
    else:
        assert search.best == (0, pytest.approx(best))


@pytest.mark.parametrize("features", STORES)
@pytest.mark.parametrize("seed", range(10, 14))
def test_schedules_of_random_plants_are_valid_from_the_first_on(features: str, seed: int) -> None:
    problem = make_plant(seed, features.split(), jobs=7, operations=4, machines=3)
    search = _searched(problem, rounds=0)
    for _ in range(2):
        report = check(problem, search.operations())
        breach, objective = search.best
        assert objective == pytest.approx(report.objective)
        assert (breach > 0) == bool(report.violations) == _overfull(problem)
        search.round()


@pytest.mark.parametrize("features", STORES)
def test_what_a_move_changes_equals_a_full_count(features: str) -> None:
    for seed in range(3):
        problem = make_plant(seed, features.split(), jobs=12, operations=4, machines=3)
        island = _searched(problem, rounds=0).islands[1]
        for _ in range(20):
            anneal(*island.arrays, 2_000, 3.0)
            ends = island.lot.record[:, at.END].copy()
            known = island.rank[0], pytest.approx(island.rank[1])
            total(*island.arrays)
            assert island.rank == known
            assert (island.lot.record[:, at.END] == ends).all()


def test_moves_of_holds_can_be_undone() -> None:
    lot = (search := _searched(make_plant(3, ["tank"], jobs=9, operations=4))).islands[0].lot
    tables = lot.order, lot.mode, lot.load, lot.delay
    before = [table.copy() for table in tables]
    together = 0
    for _ in range(400):
        propose(search.plant.ints, search.plant.prices, lot.ints, inf)
        together += int(lot.ints[at.EDITS]) > 1
        undo(lot.ints)
        assert all((table == old).all() for table, old in zip(tables, before, strict=True))
    assert together > 40


def _vat(hold: Hold, *, jobs: int = 3, drain: int = 2, mixed: bool = False) -> Problem:
    """Jobs that fill a vat for 1 on a machine of their own and drain it on one for all."""
    return Problem(
        tuple(
            Job(
                f"j{n}",
                (
                    Operation("fill", (Mode(f"m{n}", 1),), hold=hold),
                    Operation("drain", (Mode("out", drain),), after=(After("fill"),)),
                ),
            )
            for n in range(jobs)
        ),
        (
            *(Resource(f"m{n}") for n in range(jobs)),
            Resource("out"),
            Resource("vat", ResourceKind.TANK, capacity=3, mixed=mixed),
        ),
    )


@pytest.mark.parametrize(
    ("hold", "mixed", "span"),
    [
        # Each fills when the one before has drained: 3 x (1 + 2).
        (Hold("vat", 2, "drain", "start", True), True, 9),
        # Taken from the end only: one fills while another one drains.
        (Hold("vat", 2, "drain", "end", True), True, 7),
        (Hold("vat", 2, "drain", "end", False), True, 7),
        # Three of one fit beside each other, unless they must be of one item.
        (Hold("vat", 1, "drain", "start", True), True, 7),
        (Hold("vat", 1, "drain", "start", True), False, 9),
    ],
)
def test_a_tank_is_filled_again_when_there_is_room(hold: Hold, mixed: bool, span: int) -> None:
    search = _searched(_vat(hold, mixed=mixed), rounds=1)
    assert search.best == (0, span)
    assert check(search.problem, search.operations()).valid


def test_a_tank_too_small_is_a_breach() -> None:
    search = _searched(_vat(Hold("vat", 4, "drain", "start", True), jobs=1), rounds=1)
    assert search.best == (3, 3)
    assert {v.code for v in check(search.problem, search.operations()).violations} == {
        "tank.overload"
    }


def test_a_tank_held_while_an_operation_runs_itself() -> None:
    hold = Hold("vat", 2, "o", "start", True)
    jobs = tuple(Job(f"j{n}", (Operation("o", (Mode(f"m{n}", 4),), hold=hold),)) for n in range(3))
    machines = tuple(Resource(f"m{n}") for n in range(3))
    vat = Resource("vat", ResourceKind.TANK, capacity=5, mixed=True)
    search = _searched(Problem(jobs, (*machines, vat)), rounds=1)
    assert search.best == (0, 8)


def test_holds_that_cross_do_not_block_each_other() -> None:
    """Two vats that two jobs need in turn: whoever has one waits for the other one."""

    def job(name: str, first: str, second: str) -> Job:
        steps = (
            Operation("1", (Mode(f"{name}1", 3),), hold=Hold(first, 1, "3", "start", True)),
            Operation(
                "2",
                (Mode(f"{name}2", 2),),
                hold=Hold(second, 1, "3", "start", True),
                after=(After("1"),),
            ),
            Operation("3", (Mode(f"{name}3", 1),), after=(After("2"),)),
        )
        return Job(name, steps)

    machines = tuple(Resource(f"{name}{step}") for name in "ab" for step in "123")
    vats = tuple(Resource(name, ResourceKind.TANK, capacity=1) for name in ("x", "y"))
    problem = Problem((job("a", "x", "y"), job("b", "y", "x")), (*machines, *vats))
    search = _searched(problem, rounds=0)
    assert search.best[0] == 0
    search.round()
    assert search.best == (0, 12) == (0, best_objective(problem))


def test_members_of_a_load_see_each_others_holds() -> None:
    """Both fill a vat before the oven: only one may wait there, so they share no load."""
    steps = (
        Operation("fill", (Mode("m", 1),), hold=Hold("vat", 1, "bake", "end", True)),
        Operation("bake", (Mode("oven", 5),), batch=BatchNeed("bread"), after=(After("fill"),)),
    )
    resources = (
        Resource("m"),
        Resource("oven", ResourceKind.OVEN, capacity=2),
        Resource("vat", ResourceKind.TANK, capacity=1),
    )
    problem = Problem((Job("a", steps), Job("b", steps)), resources)
    search = _searched(problem, rounds=1)
    assert search.best == (0, 11)


def test_a_schedule_with_tanks_is_adopted_as_it_is() -> None:
    problem = make_plant(11, ["tank", "modes"], jobs=8, operations=4, machines=3)
    good = _searched(problem, rounds=3)
    late = _searched(problem, rounds=0)
    late.adopt(good.operations())
    assert late.best <= good.best


def test_what_waits_for_the_same_load_never_joins_it() -> None:
    """One job bakes twice: the second time is another load, whatever a move proposes."""
    for seed in (7, 17, 36, 55):
        problem = make_plant(seed, ["oven"], jobs=3)
        search = _searched(problem)
        assert check(problem, search.operations()).violations == ()


@pytest.mark.parametrize("life", [2, 4, 7])
@pytest.mark.parametrize("features", ["material", "material produced", "material oven outsource"])
def test_short_lives_are_kept_as_well_as_by_trying_everything(features: str, life: int) -> None:
    for seed in range(20, 24):
        plain = make_plant(seed, ["shelf_life", *features.split()])
        shorter = tuple(replace(each, shelf_life=life) for each in plain.materials)
        problem = replace(plain, materials=shorter)
        try:
            best = best_objective(problem, nodes=20_000)
        except TooLargeError:
            continue
        search = _searched(problem)
        if best is None:
            assert search.best[0] > 0
        else:
            assert search.best == (0, pytest.approx(best))


def _dairy(milk: Material, *jobs: tuple[int, int], rate: int = 3) -> Problem:
    """Jobs of one step on a machine of their own, which take milk; release and amount of each."""
    return Problem(
        tuple(
            Job(
                f"j{n}",
                (Operation("churn", (Mode(f"m{n}", rate),), consumes={"milk": amount}),),
                release=release,
            )
            for n, (release, amount) in enumerate(jobs)
        ),
        tuple(Resource(f"m{n}") for n in range(len(jobs))),
        materials=(milk,),
    )


@pytest.mark.parametrize(
    ("milk", "jobs", "span"),
    [
        # All may be taken up to the instant before it expires.
        (Material("milk", 4, (), 10), ((9, 4),), 12),
        # At the expiry it is gone: the next lot is waited for.
        (Material("milk", 4, ((25, 4),), 10), ((10, 4),), 28),
        # What arrives when it is needed is there.
        (Material("milk", 0, ((5, 2),), 1), ((0, 2),), 8),
        # The first takes what expires first, whoever is first in the list.
        (Material("milk", 2, ((6, 2),), 10), ((0, 2), (8, 2)), 11),
        (Material("milk", 2, ((6, 2),), 10), ((8, 2), (0, 2)), 11),
        # Two that together need both lots wait for the later one.
        (Material("milk", 2, ((6, 2),), 10), ((0, 3), (0, 1)), 9),
        # A lot that expires before the other comes is of no use to who needs both.
        (Material("milk", 2, ((6, 2), (9, 1)), 4), ((0, 3),), 12),
    ],
)
def test_lots_are_taken_before_they_expire(
    milk: Material, jobs: tuple[tuple[int, int], ...], span: int
) -> None:
    search = _searched(_dairy(milk, *jobs), rounds=1)
    assert check(search.problem, search.operations()).valid
    assert search.best == (0, span)


def test_expired_goods_are_a_breach() -> None:
    search = _searched(_dairy(Material("milk", 4, (), 10), (12, 4)), rounds=1)
    assert search.best[0] >= at.IMPOSSIBLE
    codes = {v.code for v in check(search.problem, search.operations()).violations}
    assert codes == {"material.short"}


@pytest.mark.parametrize(("life", "start"), [(None, 5), (20, 5), (3, 5)])
def test_goods_sent_outside_are_waited_for(life: int | None, start: int) -> None:
    milk = Material("milk", 1, ((start, 2),), life)
    sent = Operation("o", (), outsource=Outsource(4, 1), consumes={"milk": 2})
    search = _searched(Problem((Job("j", (sent,)),), (Resource("m"),), materials=(milk,)), 1)
    assert check(search.problem, search.operations()).valid
    assert search.best == (0, start + 4)


def test_members_of_a_load_share_what_has_come() -> None:
    """There is milk for one of them at first; together they wait for the next."""
    step = Operation("bake", (Mode("oven", 5),), batch=BatchNeed("bread"), consumes={"milk": 1})
    resources = (Resource("oven", ResourceKind.OVEN, capacity=2),)
    for arrival, span in ((3, 8), (9, 14)):
        milk = Material("milk", 1, ((arrival, 1),), 100)
        search = _searched(Problem((Job("a", (step,)), Job("b", (step,))), resources,
                                   materials=(milk,)), rounds=1)  # fmt: skip
        assert search.best == (0, span)
        assert check(search.problem, search.operations()).valid
