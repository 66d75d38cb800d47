"""The search over lists: valid schedules of any plant, the same by one thread or two."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sanpin.base import Budget
from sanpin.factory import read
from sanpin.factory.engine.check import check
from sanpin.factory.engine.lists import ListSearch
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.anneal import anneal
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import (
    After,
    Attribute,
    BatchNeed,
    Fixed,
    Job,
    Mode,
    Operation,
    Outsource,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
)
from sanpin.factory.sample.plants import generate


def _started(problem: Problem, *, seed: int = 3, workers: int = 1) -> ListSearch:
    search = ListSearch(problem, seed=seed, workers=workers)
    search.start(Budget(60))
    return search


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_schedules_of_random_plants_are_valid_and_as_good_as_said(
    make_plant: Callable[..., Problem], seed: int, plain: bool
) -> None:
    problem = make_plant(seed, jobs=12, plain=plain)
    search = _started(problem)
    first = search.best
    for _ in range(2):
        search.round()
        report = check(problem, search.operations())
        assert report.violations == ()
        breach, objective = search.best
        assert breach == 0
        assert objective == pytest.approx(report.objective)
    assert search.best[1] <= first[1]


@pytest.mark.parametrize("term", ["flow", "makespan", "cost", "tardy_jobs", "earliness"])
def test_every_term_is_counted_as_the_checker_counts_it(
    make_plant: Callable[..., Problem], term: str
) -> None:
    plain = make_plant(5, jobs=9)
    problem = replace(plain, objective={term: 1.0, "setup": 0.5})
    search = _started(problem)
    search.round()
    report = check(problem, search.operations())
    assert report.violations == ()
    assert search.best == (0, pytest.approx(report.objective))


def test_stability_counts_moves_from_the_baseline(make_plant: Callable[..., Problem]) -> None:
    plain = make_plant(4, jobs=6, plain=True)
    first = _started(plain)
    kept = tuple((o.job, o.op, o.machine, o.start) for o in first.operations())
    problem = replace(plain, objective={"stability": 1}, baseline=kept)
    search = _started(problem)
    for _ in range(3):
        search.round()
    assert search.best[1] == check(problem, search.operations()).terms["stability"]
    search.adopt(first.operations())
    assert search.best == (0, 0)


def test_one_thread_and_two_find_the_same(make_plant: Callable[..., Problem]) -> None:
    problem = make_plant(11, jobs=14)
    searches = [_started(problem, workers=workers) for workers in (1, 2, 1)]
    for search in searches:
        for _ in range(3):
            search.round()
    first, second, third = (search.operations() for search in searches)
    assert first == second == third
    other = _started(problem, seed=4)
    other.round()
    assert other.islands[0].lot.ints[at.CHANCE] != searches[0].islands[0].lot.ints[at.CHANCE]


def test_what_a_move_changes_equals_a_full_count(make_plant: Callable[..., Problem]) -> None:
    for seed in range(4):
        search = _started(make_plant(seed, jobs=25))
        island = search.islands[1]
        for _ in range(25):
            anneal(*island.arrays, 2_000, 3.0)
            ends = island.lot.record[:, at.END].copy()
            known = island.rank[0], pytest.approx(island.rank[1])
            total(*island.arrays)
            assert island.rank == known
            assert (island.lot.record[:, at.END] == ends).all()


def test_a_stopped_round_does_not_count(make_plant: Callable[..., Problem]) -> None:
    search = _started(make_plant(2))
    before = search.best, search.operations()
    search.round(stop=lambda: True)
    assert search.rounds == 0
    assert (search.best, search.operations()) == before


def test_a_schedule_of_another_part_is_adopted(make_plant: Callable[..., Problem]) -> None:
    problem = make_plant(9, jobs=12)
    good = _started(problem)
    for _ in range(6):
        good.round()
    late = _started(problem, seed=8)
    late.adopt(good.operations())
    assert late.best <= good.best


def test_oven_loads_are_shared_and_waits_kept() -> None:
    oven = Resource("oven", ResourceKind.OVEN, capacity=3)
    jobs = tuple(
        Job(f"j{n}", (Operation("bake", (Mode("oven", 10),), batch=BatchNeed("bread")),))
        for n in range(6)
    )
    search = _started(Problem(jobs, (oven,)))
    search.round()
    assert search.best == (0, 20)
    assert check(search.problem, search.operations()).violations == ()


def test_what_is_done_outside_or_fixed_stays_there() -> None:
    machine = Resource("m")
    first = Operation("a", (Mode("m", 5),), fixed=Fixed("m", 7))
    second = Operation("b", (), outsource=Outsource(4, 3), after=(After("a", min_lag=1),))
    other = Operation("c", (Mode("m", 6),))
    problem = Problem((Job("j", (first, second)), Job("k", (other,))), (machine,))
    search = _started(problem)
    for _ in range(2):
        search.round()
    assert check(problem, search.operations()).violations == ()
    assert search.best == (0, 17)


def test_a_worse_order_avoids_what_is_forbidden() -> None:
    ban = frozenset({("red", "white")})
    table = SetupTable({"colour": Attribute({}, 1, forbidden=ban)})
    colours = ("red", "white", "black", "white")
    jobs = tuple(
        Job(f"j{n}", (Operation("o", (Mode("m", 3),), attributes={"colour": colour}),), due=n)
        for n, colour in enumerate(colours)
    )
    problem = Problem(
        jobs, (Resource("m", setup="paint"),), setups={"paint": table}, objective={"tardiness": 1}
    )
    search = _started(problem)
    search.round()
    assert check(problem, search.operations()).violations == ()


def _plants() -> Path:
    folder = os.environ.get("SANPIN_OPEN_DATA")
    if not folder:
        pytest.skip("SANPIN_OPEN_DATA is not set")
    return Path(folder) / "factory" / "plants"


@pytest.mark.parametrize(
    ("name", "rounds"),
    [("plant_10_6", 50), ("plant_40_12", 12), ("plant_60_12_plain", 12), ("plant_120_20", 12)],
)
def test_published_dispatch_costs_are_beaten(name: str, rounds: int) -> None:
    folder = _plants()
    with (folder / "dispatch.csv").open() as rows:
        known = {row["file"]: float(row["total"] or 0) for row in csv.DictReader(rows)}
    problem = read(folder / f"{name}.json")
    search = _started(problem)
    for _ in range(rounds):
        search.round()
    report = check(problem, search.operations())
    assert report.violations == ()
    assert report.objective is not None
    assert report.objective == pytest.approx(search.best[1])
    assert report.objective <= 0.75 * known[f"{name}.json"]


def test_modes_that_look_alike_are_read_as_the_checker_reads_them():
    """Two ways on one machine with one length: a schedule cannot say which; the cheapest counts."""
    ways = (Mode("m", 5, cost=1, uses={"steam": 2}), Mode("m", 5, cost=2, uses={"steam": 1}))
    jobs = (Job("a", (Operation("1", ways),)), Job("b", (Operation("1", (Mode("n", 5),)),)))
    rival = Job("c", (Operation("1", (Mode("o", 5, uses={"steam": 1}),)),))
    steam = Resource("steam", ResourceKind.POOL, capacity=2)
    machines = tuple(Resource(name) for name in "mno")
    search = ListSearch(Problem((*jobs, rival), (*machines, steam)), seed=0, workers=1)
    search.start(Budget())
    report = check(search.problem, search.operations())
    assert report.valid
    assert search.best == (0, report.objective) == (0, 10)


def test_who_comes_closer_to_all_limits_does_not_go_on_from_a_poor_schedule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that places job after job keeps all limits, at five times the cost."""
    # Otherwise the rules keep them as well, with what breaks them put last.
    island = "sanpin.factory.engine.lists.search._Island"
    monkeypatch.setattr(f"{island}._put_last", lambda _: False)
    features = {"bounds", "calendars", "costs", "deadlines", "materials", "waits", "workers"}
    features |= {"fixed", "lags", "pools", "production", "setups", "tools", "transfer"}
    search = _started(generate("icecream", 110, 12, seed=2, features=features))
    spare = search._spare
    assert spare is not None
    assert all(island.best[0] > 0 for island in search.islands)
    broken = [island.best for island in search.islands]
    search._exchange()
    assert [island.best for island in search.islands] == broken
    assert all(island.rank[0] > 0 for island in search.islands)
    search._exchange()
    for island in search.islands:
        assert island.rank == pytest.approx(spare.best), "no closer, so no further"


@pytest.mark.parametrize("asked", [3, 16, 20, 25])
def test_a_rule_that_is_cut_short_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, asked: int
) -> None:
    """What one island has found already is not counted as a round, so it must not be kept."""
    module = "sanpin.factory.engine.lists.search"
    monkeypatch.setattr(f"{module}.SMALL", 0)
    monkeypatch.setattr(f"{module}.CHUNK", 20)
    problem = generate("icecream", 60, 20, seed=1)
    scarce = (replace(r, capacity=10) if r.id == "cooling" else r for r in problem.resources)
    search = _started(replace(problem, resources=tuple(scarce)))
    before = search.best, search.operations()
    calls = iter(range(1000))
    search.round(lambda: next(calls) >= asked)
    assert search.rounds == 0
    assert (search.best, search.operations()) == before
