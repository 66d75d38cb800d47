"""Large plants: early schedules that keep all limits, trials that look only where it matters."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from math import inf

import pytest
from tests.factory.kernels import callable_kernel

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.lists import ListSearch, edits, scan
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.anneal import anneal
from sanpin.factory.engine.lists.compile import compile_plant
from sanpin.factory.engine.lists.dispatch import dispatch
from sanpin.factory.engine.lists.lot import Lot
from sanpin.factory.engine.lists.queues import make_queues
from sanpin.factory.engine.lists.rules import DUE, RULES, WEIGHT, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import (
    After,
    Fixed,
    Job,
    Material,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
)
from sanpin.factory.sample.plants import FEATURES, generate

pick, move_earlier = callable_kernel(edits.pick), callable_kernel(edits.move_earlier)
move_later = callable_kernel(edits.move_later)
work_off = callable_kernel(scan.scan)

SEARCHED = FEATURES - {
    "alternatives", "cleaning", "ovens", "setup_workers", "shelf_life", "tanks",
}  # fmt: skip
"""What the search over lists knows at any size."""


def _plant(kind: str, jobs: int, seed: int, features: Collection[str] = SEARCHED) -> Problem:
    return generate(kind, jobs, max(10, jobs // 15), seed, features=features)


def _dispatched(problem: Problem, rule: str, patience: int = 0) -> Lot:
    """Return the schedule of one rule."""
    plant = compile_plant(problem)
    lot, (order, tails) = Lot(plant, 0), measure(plant)
    queues = make_queues(plant, order)
    tuning = 4.0, 3.0, patience, 0
    dispatch(plant.ints, lot.ints, lot.worth, tails, queues, RULES.index(rule), tuning)
    total(plant.ints, plant.prices, lot.ints, lot.worth)
    return lot


@pytest.mark.parametrize("kind", ["garment", "icecream", "pharma"])
@pytest.mark.parametrize("seed", [0, 1])
def test_pools_and_stocks_that_did_not_change_are_not_looked_at_again(kind: str, seed: int) -> None:
    """What a trial says must be what working off the whole list says, start by start."""
    search = ListSearch(_plant(kind, 40, seed), seed=seed, workers=1)
    search.start(Budget())
    island = search.islands[seed]
    heat = search.best[1] / search.problem.operation_count / 10
    for _ in range(20):
        anneal(*island.arrays, 3_000, heat)
        ends = island.lot.record[:, at.END].copy()
        known = island.rank[0], pytest.approx(island.rank[1])
        total(*island.arrays)
        assert island.rank == known
        assert (island.lot.record[:, at.END] == ends).all()
    assert island.lot.ints[at.ACCEPTED] > 20


def test_a_trial_ends_where_its_consequences_do() -> None:
    """Pairs that share only a pool: two that change places early leave all later ones alone."""
    power = Resource("power", ResourceKind.POOL, capacity=2)
    machines = tuple(Resource(f"m{n}") for n in range(4))
    jobs = tuple(
        Job(
            f"j{n}",
            (Operation("o", (Mode(f"m{n // 2 % 4}", 5, uses={"power": 1}),)),),
            release=n * 9,
        )
        for n in range(80)
    )
    search = ListSearch(Problem(jobs, (*machines, power)), seed=0, workers=1)
    search.start(Budget())
    lot = search.islands[0].lot
    assert lot.order.tolist() == list(range(80))
    lot.ints[at.TRIAL] += 1
    pick(search.plant.ints, lot.ints, 1, 0, True)
    move_earlier(lot.ints, 0, 1)
    work_off(*search.islands[0].arrays, 0, 1, 1e9, 1.0)
    assert lot.record[:2, at.START].tolist() == [14, 9]
    # When the first machine has done something else, nothing is left of the change.
    assert lot.ints[at.STOPPED] <= 10


def test_who_consumes_is_placed_anew_when_its_maker_goes_behind_it() -> None:
    """The maker was done long before the part was needed: no instant tells of the change."""
    maker = Job("p", (Operation("o", (Mode("n", 10),), produces={"part": 1}),))
    user = Job(
        "c",
        (
            Operation("a", (Mode("k", 50),)),
            Operation("b", (Mode("m", 5),), after=(After("a"),), consumes={"part": 1}),
        ),
    )
    problem = Problem(
        (maker, user),
        (Resource("k"), Resource("m"), Resource("n")),
        materials=(Material("part", 0, ((500, 1),)),),
    )
    island = ListSearch(problem, seed=0, workers=1).islands[0]
    lot = island.lot
    lot.order[:] = [0, 1, 2]
    island.count()
    assert lot.record[:, at.START].tolist() == [0, 0, 50]
    lot.ints[at.TRIAL] += 1
    pick(island.plant.ints, lot.ints, 0, 2, False)
    move_later(lot.ints, 0, 2)
    assert lot.order.tolist() == [1, 2, 0]
    work_off(*island.arrays, 0, 2, 1e9, 1.0)
    assert lot.record[:, at.START].tolist() == [0, 0, 500]


@pytest.mark.parametrize("kind", ["garment", "pharma"])
@pytest.mark.parametrize("rule", ["WEDD", "ATCS", "SPT"])
def test_rules_make_components_before_they_are_used(kind: str, rule: str) -> None:
    """Nothing is placed before what it consumes is there, and what is fixed or must not wait."""
    lot = _dispatched(_plant(kind, 150, 4), rule)
    assert lot.value[at.BROKEN] == 0


def test_whoever_lacks_material_waits_in_order_of_urgency() -> None:
    users = tuple(
        Job(f"u{n}", (Operation("o", (Mode("m", 5),), consumes={"part": 1}),), due=90 - n)
        for n in range(3)
    )
    makers = tuple(
        Job(f"p{n}", (Operation("o", (Mode("n", 10),), produces={"part": 1}),), due=1000)
        for n in range(3)
    )
    problem = Problem(
        (*users, *makers), (Resource("m"), Resource("n")), materials=(Material("part"),)
    )
    lot = _dispatched(problem, "EDD")
    assert lot.value[at.BROKEN] == 0
    assert lot.record[:3, at.START].tolist() == [30, 20, 10]


def test_what_is_needed_sooner_is_not_given_to_whoever_is_ready_first() -> None:
    """A late job is ready at once and would take the only part before the urgent one is ready."""
    urgent = Job(
        "urgent",
        (
            Operation("a", (Mode("n", 10),)),
            Operation("b", (Mode("m", 5),), after=(After("a"),), consumes={"part": 1}),
        ),
        due=20,
    )
    calm = Job("calm", (Operation("o", (Mode("m", 5),), consumes={"part": 1}),), due=500)
    maker = Job("maker", (Operation("o", (Mode("k", 40),), produces={"part": 1}),), due=900)
    problem = Problem(
        (urgent, calm, maker),
        (Resource("m"), Resource("n"), Resource("k")),
        materials=(Material("part", 1),),
        objective={"tardiness": 1.0},
    )
    search = ListSearch(problem, seed=0, workers=1)
    assert search.components.pegs.tolist() == [0, 0, 40, 0]
    lot = search.islands[0].lot
    search.islands[0].build(
        (("EDD", 4.0, 1.0, 0), search.components.urgent()[0], 0),
        search.components.pegs,
        lambda: False,
    )
    assert lot.record[:3, at.START].tolist() == [0, 10, 40]


def test_makers_of_components_are_as_urgent_as_who_waits_for_them() -> None:
    users = tuple(
        Job(f"u{n}", (Operation("o", (Mode("m", 5),), consumes={"part": 1}),), due=50 * n, weight=3)
        for n in (1, 2)
    )
    maker = Job(
        "p",
        (
            Operation("a", (Mode("n", 6),)),
            Operation("b", (Mode("n", 4),), after=(After("a"),), produces={"part": 2}),
        ),
        due=1000,
    )
    problem = Problem(
        (*users, maker), (Resource("m"), Resource("n")), materials=(Material("part"),)
    )
    first, fitting = ListSearch(problem, seed=0, workers=1).components.urgent()
    assert first[2, DUE] < 0
    assert fitting[2:4, DUE].tolist() == [45, 45]
    assert fitting[2:4, WEIGHT].tolist() == [6, 6]


def test_work_is_held_back_where_the_next_machine_is_too_busy_to_take_it_in_time() -> None:
    """Three fillers and one freezer: what is filled may wait for 3, and freezing takes 20."""
    jobs = tuple(
        Job(
            f"j{n}",
            (
                Operation("fill", tuple(Mode(f"f{k}", 10) for k in range(3))),
                Operation("freeze", (Mode("z", 20),), after=(After("fill", max_lag=3),)),
            ),
            due=100,
        )
        for n in range(9)
    )
    machines = (*(Resource(f"f{k}") for k in range(3)), Resource("z"))
    lot = _dispatched(Problem(jobs, machines, objective={"tardiness": 1.0}), "EDD")
    assert lot.value[at.BROKEN] == 0
    assert int(lot.record[:, at.END].max()) == 190


def test_a_material_that_never_comes_is_a_breach_and_not_an_endless_wait() -> None:
    job = Job("j", (Operation("o", (Mode("m", 5),), consumes={"part": 1}),))
    lot = _dispatched(Problem((job,), (Resource("m"),), materials=(Material("part"),)), "EDD")
    assert lot.value[at.BROKEN] >= at.IMPOSSIBLE


def test_room_is_left_for_what_is_fixed_and_for_what_must_not_wait() -> None:
    """A rule that likes short work best would block the machine before both."""
    short = tuple(Job(f"s{n}", (Operation("o", (Mode("m", 4),)),)) for n in range(9))
    fixed = Job("f", (Operation("o", (Mode("m", 9),), fixed=Fixed("m", 6)),))
    chain = Job(
        "c",
        (
            Operation("a", (Mode("n", 20),)),
            Operation("b", (Mode("m", 9),), after=(After("a", max_lag=3),)),
        ),
    )
    lot = _dispatched(Problem((*short, fixed, chain), (Resource("m"), Resource("n"))), "SPT")
    assert lot.value[at.BROKEN] == 0
    assert lot.record[9, at.START] == 6
    assert lot.record[11, at.START] <= 23


def test_large_plants_have_a_schedule_before_all_rules_are_tried() -> None:
    problem = _plant("garment", 620, 3)
    searches = [ListSearch(problem, seed=2, workers=workers) for workers in (1, 2)]
    for search in searches:
        search.start(Budget())
        assert search.best[0] == 0
    first = searches[0].best
    for search in searches:
        for _ in range(16):
            search.round()
    one, two = (search.operations() for search in searches)
    assert one == two
    assert searches[0].best < first
    assert check(problem, one).violations == ()


@pytest.mark.parametrize("kind", ["garment", "pharma", "icecream"])
def test_where_rules_take_long_jobs_in_turn_come_before(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where operations hurry into ovens that would break limits."""
    problem, told = generate(kind, 250, 40, seed=1), []
    alone = ListSearch(problem, seed=0, workers=1)
    alone._try_rules(lambda: False)
    monkeypatch.setattr("sanpin.factory.engine.lists.search.MEDIUM", 500)
    search = ListSearch(problem, seed=0, workers=1)
    search.start(Budget(60), lambda: told.append((search.best, search.operations())))
    (breach, objective), operations = told[0]
    report = check(problem, operations)
    assert (report.violations, breach) == ((), 0)
    assert report.objective == pytest.approx(objective)
    assert (objective > search.best[1]) == (kind != "icecream")
    assert search.operations() == alone.operations()


@pytest.mark.parametrize("kind", ["garment", "pharma"])
def test_where_rules_take_seconds_they_follow_in_rounds(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MEDIUM", "LARGE"):
        monkeypatch.setattr(f"sanpin.factory.engine.lists.search.{name}", 500)
    problem = generate(kind, 250, 40, seed=1)
    search = ListSearch(problem, seed=0, workers=1)
    search.start(Budget(60))
    assert search.islands[0].best[0] == inf
    assert search.rough
    first = search.best
    for _ in range(3):
        report = check(problem, search.operations())
        assert (report.violations, search.best[0]) == ((), 0)
        assert report.objective == pytest.approx(search.best[1])
        search.round()
        assert not search.rough
    assert search.best[1] < 0.9 * first[1]


def test_a_rule_that_is_stopped_leaves_nothing_behind() -> None:
    search = ListSearch(_plant("pharma", 700, 1), seed=0, workers=1)
    search.start(Budget())
    before, asked = search.best, count()
    search.round(stop=lambda: next(asked) >= 1)
    assert (search.best, search.rounds) == (before, 0)
    search.round()
    assert search.rounds == 1


def test_ten_thousand_operations_are_scheduled_and_valid() -> None:
    problem = generate("garment", 1_820, 120, 7, features=SEARCHED)
    search = ListSearch(problem, seed=0, workers=2)
    search.start(Budget())
    report = check(problem, search.operations())
    assert report.violations == ()
    assert report.objective == pytest.approx(search.best[1])


@pytest.mark.parametrize(("jobs", "machines", "seed"), [(1000, 60, 2), (2000, 100, 3)])
def test_large_plants_of_scarce_ovens_have_a_schedule_from_the_first_rules(
    jobs: int, machines: int, seed: int
) -> None:
    """What is filled must be frozen soon, what is mixed filled before the weekend."""
    problem = generate("icecream", jobs, machines, seed=seed)
    search, told = ListSearch(problem, seed=0, workers=1), []
    search.start(Budget(60), lambda: told.append(search.best))
    assert told[0][0] == 0
    assert check(problem, search.operations()).violations == ()
