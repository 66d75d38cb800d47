"""Rules about machines in the search over lists: cleaning, setters, routings, shared ovens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.factory.oracles import best_objective
from tests.factory.plants import make_plant

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.lists import ListSearch
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.anneal import anneal
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import (
    After,
    Attribute,
    BatchNeed,
    Job,
    Material,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
    WorkerNeed,
)

TINY = {
    "clean": range(10, 16),
    "clean initial due": range(10, 14),
    "setup_worker": range(10, 16),
    "setup_worker calendar worker_calendar": range(10, 14),
    "alternatives": range(10, 16),
    "alternatives dag modes": range(10, 14),
    "oven worker": range(10, 16),
    "oven tool pool": range(10, 14),
    "oven crew worker_calendar": range(10, 14),
}
"""Features, and the plants with them that are small enough for brute force."""

TOGETHER = (
    "clean oven worker calendar",
    "setup_worker oven clean site worker_site",
    "alternatives setup_worker clean modes due",
    "alternatives oven tool pool material",
    "oven worker team efficiency tool pool",
    "alternatives transfer resumable worker cost outsource",
)


def _started(problem: Problem, seed: int = 3) -> ListSearch:
    search = ListSearch(problem, seed=seed, workers=1)
    search.start(Budget(60))
    return search


@pytest.mark.parametrize("names", TINY)
def test_tiny_plants_are_solved_as_brute_force_solves_them(names: str) -> None:
    for seed in TINY[names]:
        problem = make_plant(seed, names.split(), operations=2 + seed % 2)
        search = _started(problem)
        search.round()
        report = check(problem, search.operations())
        assert report.violations == ()
        assert search.best == (0, pytest.approx(report.objective))
        assert report.objective == pytest.approx(best_objective(problem)), seed


@pytest.mark.parametrize("names", TOGETHER)
def test_features_together_give_valid_schedules_as_good_as_said(names: str) -> None:
    for seed in range(3):
        problem = make_plant(seed, names.split(), jobs=7, operations=4, machines=3)
        search = _started(problem)
        search.round()
        breach, objective = search.best
        report = check(problem, search.operations())
        assert breach == 0
        assert report.violations == ()
        assert objective == pytest.approx(report.objective)


@pytest.mark.parametrize("names", TOGETHER)
def test_what_a_move_changes_equals_a_full_count(names: str) -> None:
    for seed in range(2):
        search = _started(make_plant(seed, names.split(), jobs=9, operations=4, machines=3))
        island = search.islands[1]
        for _ in range(25):
            anneal(*island.arrays, 1_000, 3.0)
            ends = island.lot.record[:, at.END].copy()
            known = island.rank[0], pytest.approx(island.rank[1])
            total(*island.arrays)
            assert island.rank == known
            assert (island.lot.record[:, at.END] == ends).all()


def _row(count: int, colours: str, clean: dict[str, int], quantity: int = 1) -> Problem:
    table = SetupTable({"colour": Attribute({"r": {"r": 1}}, 2, clean)}, "max")
    jobs = tuple(
        Job(
            f"j{n}",
            (Operation("o", (Mode("m", 3),), attributes={"colour": colours[n]}),),
            quantity=quantity,
        )
        for n in range(count)
    )
    return Problem(jobs, (Resource("m", setup="paint"),), setups={"paint": table})


@pytest.mark.parametrize(
    ("colours", "clean", "expected"),
    [
        # Nothing, stay, stay, cleaning for 5 with the usual unit for staying.
        ("rrrr", {"every_batches": 3, "duration": 5}, 4 * 3 + 1 + 1 + 6),
        # Two units each: cleaning before the third, after four.
        ("rrr", {"every_units": 4, "duration": 5}, 3 * 3 + 1 + 6),
        # The change cleans, so that two and two need nothing.
        ("rrgg", {"every_batches": 2, "duration": 5}, 4 * 3 + 1 + 2),
    ],
)
def test_cleaning_is_due_by_loads_or_units(
    colours: str, clean: dict[str, int], expected: int
) -> None:
    search = _started(_row(len(colours), colours, clean, quantity=2))
    search.round()
    assert search.best == (0, expected)
    assert check(search.problem, search.operations()).violations == ()


def test_whoever_sets_up_is_held_for_the_set_up_alone() -> None:
    """Two machines to set up and one fitter: the second set-up waits for the first, no longer."""
    table = SetupTable({"colour": Attribute({}, 4)})
    machines = tuple(Resource(m, setup="paint", initial={"colour": "r"}) for m in "mn")
    fitter = Resource("f", ResourceKind.WORKER, skills={"fit": 100})
    jobs = tuple(
        Job(
            m,
            (Operation("o", (Mode(m, 9),), setup_worker="fit", attributes={"colour": "g"}),),
        )
        for m in "mn"
    )
    search = _started(Problem(jobs, (*machines, fitter), setups={"paint": table}))
    search.round()
    assert search.best == (0, 17)
    assert check(search.problem, search.operations()).violations == ()


def test_a_set_up_goes_into_a_gap_before_work_that_the_list_names_first() -> None:
    """What is set up for waits for the fitter's own work, which he must set up before."""
    table = SetupTable({"colour": Attribute({}, 4)})
    machines = (Resource("m"), Resource("n", setup="paint", initial={"colour": "r"}))
    fitter = Resource("f", ResourceKind.WORKER, skills={"fit": 100})
    first = Operation("a", (Mode("m", 9),), worker=WorkerNeed("fit"), earliest=5)
    second = Operation(
        "b", (Mode("n", 2),), setup_worker="fit", attributes={"colour": "g"}, after=(After("a"),)
    )
    problem = Problem((Job("j", (first, second)),), (*machines, fitter), setups={"paint": table})
    search = _started(problem)
    assert search.best == (0, 16)
    assert check(problem, search.operations()).violations == ()


def _choice(short: int, long: int) -> Problem:
    """Make three jobs that go by one machine or by two others."""
    last = Operation("z", (Mode("k", 1),), after=(After("a"), After("c")))
    jobs = tuple(
        Job(
            f"j{n}",
            (
                Operation("a", (Mode("m", short),)),
                Operation("b", (Mode("n", long),)),
                Operation("c", (Mode("o", long),), after=(After("b"),)),
                last,
            ),
            alternatives=(("a",), ("b", "c")),
        )
        for n in range(3)
    )
    return Problem(jobs, tuple(Resource(m) for m in "mnok"), objective={"flow": 1})


def test_routings_are_chosen_by_work_first_and_by_search_then() -> None:
    problem = _choice(6, 4)
    search = _started(problem)
    assert {o.op for o in search.operations()} == {"a", "z"}
    first = search.best
    search.round()
    assert {o.op for o in search.operations()} == {"a", "b", "c", "z"}
    assert search.best < first
    assert search.best == (0, 29)


def test_a_schedule_with_other_routings_is_adopted() -> None:
    problem = _choice(6, 4)
    found = _started(problem)
    found.round()
    late = _started(problem, seed=9)
    late.adopt(found.operations())
    assert late.best <= found.best
    late.round()
    assert check(problem, late.operations()).violations == ()


def _bakery(bakers: int, **needs: object) -> Problem:
    """Make four loaves that fit into one oven together."""
    oven = Resource("oven", ResourceKind.OVEN, capacity=4)
    people = tuple(
        Resource(f"w{n}", ResourceKind.WORKER, skills={"bake": 100 - 20 * n}) for n in range(bakers)
    )
    bake = Operation("bake", (Mode("oven", 10),), batch=BatchNeed("bread"))
    tin = Resource("tin", ResourceKind.TOOL, capacity=3)
    heat = Resource("heat", ResourceKind.POOL, capacity=5)
    jobs = tuple(Job(f"j{n}", (replace(bake, **needs),)) for n in range(4))  # type: ignore[arg-type]
    return Problem(jobs, (oven, *people, tin, heat))


@pytest.mark.parametrize(
    ("bakers", "needs", "expected"),
    [
        # A load of four lasts as long as the slowest of its four workers, at 40 %.
        (4, {"worker": WorkerNeed("bake")}, 25),
        (2, {"worker": WorkerNeed("bake")}, 26),
        (0, {"tool": "tin"}, 20),
        (0, {"modes": (Mode("oven", 10, uses={"heat": 2}),)}, 20),
    ],
)
def test_each_member_of_a_load_holds_its_own(
    bakers: int, needs: dict[str, object], expected: int
) -> None:
    problem = _bakery(bakers, **needs)
    search = _started(problem)
    for _ in range(2):
        search.round()
    assert check(problem, search.operations()).violations == ()
    assert search.best == (0, expected)


def test_members_of_a_load_share_what_there_is_of_a_material() -> None:
    plain = _bakery(0, consumes={"flour": 2})
    problem = replace(plain, materials=(Material("flour", 4, ((7, 4),)),))
    search = _started(problem)
    search.round()
    assert check(problem, search.operations()).violations == ()
    assert search.best == (0, 17)
