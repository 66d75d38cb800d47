"""Whole problems in one model: equal to brute force for every feature, proved, repeatable."""

import os
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.factory.oracles import TooLargeError, best_objective
from tests.factory.plants import FEATURES, make_plant

from sanpin.base import Budget
from sanpin.factory import check
from sanpin.factory.engine.exact import inexact, solve_exact
from sanpin.factory.engine.formats import read_problem

PAIRS = (
    "oven worker_calendar team",
    "cost worker setup calendar",
    "transfer calendar resumable modes",
    "shelf_life produced",
    "tank mixed transfer",
    "alternatives site cost",
    "crew efficiency team",
    "worker_calendar team resumable",
    "outsource tool worker cost",
    "setup calendar initial forbidden modes",
    "earliness due setup",
    "alternatives tank material",
    "stability modes flow",
    "zero modes calendar resumable",
    "setup_worker calendar modes",
    "clean oven initial",
    "clean setup_worker due",
    "clean modes calendar cost",
)


@pytest.fixture
def open_shop():
    """Return a reader of classic job shops from the open data."""
    folder = os.environ.get("SANPIN_OPEN_DATA")
    if not folder:
        pytest.skip("SANPIN_OPEN_DATA is not set")

    def read(name):
        with tarfile.open(Path(folder) / "factory" / "jsp.tar.gz") as pack:
            member = next(m for m in pack.getmembers() if Path(m.name).stem == name)
            return read_problem(pack.extractfile(member).read(), "jsp")

    return read


RICH = ("modes", "setup", "calendar", "resumable", "worker", "due")


def agree(problem, nodes=4_000):
    """Solve a plant both ways; the exact answer is as good as the best, and proved."""
    best = best_objective(problem, nodes=nodes)
    found = solve_exact(problem, effort=15)
    assert not found.interrupted
    if best is None:
        assert found.infeasible
        assert found.operations is None
        return
    if found.bound is not None:
        assert found.bound <= best + 1e-6
    if not inexact(problem):
        assert found.optimal
        assert found.objective == pytest.approx(best)
        assert check(problem, found.operations).violations == ()


@pytest.mark.parametrize("name", FEATURES)
def test_every_feature_is_solved_as_brute_force_solves_it(name):
    compared = 0
    for seed in range(4):
        try:
            agree(make_plant(seed, [name], operations=2 + seed % 2))
        except TooLargeError:
            continue
        compared += 1
    assert compared


@pytest.mark.parametrize("names", PAIRS)
def test_features_together_are_solved_as_brute_force_solves_them(names):
    compared = 0
    for seed in range(20, 24):
        try:
            agree(make_plant(seed, names.split()))
        except TooLargeError:
            continue
        compared += 1
    assert compared


def test_a_classic_is_proved(ft06):
    found = solve_exact(read_problem(ft06))
    assert found.optimal
    assert found.objective == found.bound == 55


def test_the_same_call_gives_the_same_answer():
    problem = make_plant(3, RICH, jobs=5)
    first, second = (solve_exact(problem, effort=0.4, seed=1) for _ in range(2))
    assert first == second


def test_a_hint_is_never_lost():
    problem = make_plant(1, RICH, jobs=3)
    whole = solve_exact(problem, effort=10)
    assert whole.optimal
    again = solve_exact(problem, hint=whole.operations, effort=0.01)
    assert again.objective == whole.objective


def test_nothing_below_the_optimum_is_found_but_proved(ft06):
    problem = read_problem(ft06)
    none = solve_exact(problem, objective_below=55)
    assert none.operations is None
    assert not none.infeasible
    assert none.bound == 55
    assert solve_exact(problem, objective_below=56).objective == 55


def test_a_known_bound_ends_the_proof(ft06):
    problem = read_problem(ft06)
    found = solve_exact(problem, lower=55)
    assert found.optimal
    assert found.bound == 55


@pytest.mark.parametrize(("name", "optimum"), [("la01", 666), ("la05", 593), ("la06", 926)])
def test_published_optima_are_proved(open_shop, name, optimum):
    found = solve_exact(open_shop(name), effort=20)
    assert found.optimal
    assert found.objective == found.bound == optimum


@pytest.mark.parametrize("moment", [0.02, 0.3, 0.8])
def test_a_cancelled_call_comes_back_with_what_it_has(moment):
    problem = make_plant(2, RICH, jobs=40, operations=4, machines=5)
    budget = Budget()
    timer = threading.Timer(moment, budget.cancel)
    timer.start()
    found = solve_exact(problem, effort=1e6, budget=budget)
    timer.join()
    assert found.interrupted
    assert not found.optimal
    assert found.operations is None or check(problem, found.operations).violations == ()


def test_the_clock_cuts_a_call_short_and_says_so():
    problem = make_plant(2, RICH, jobs=12)
    flag = threading.Event()
    flag.set()
    assert solve_exact(problem, budget=Budget(stop=flag)).interrupted
    cut = solve_exact(problem, effort=1e6, budget=Budget(0.5))
    assert cut.interrupted
    assert not cut.optimal


def test_what_the_model_cannot_say_is_named():
    problem = make_plant(1, FEATURES)
    assert inexact(problem) == []
    assert inexact(replace(problem, objective={"setup": 0.001})) == ["weight"]
    assert inexact(replace(problem, objective={"setup": -1})) == ["objective"]


def test_python_waits_for_the_solver_when_it_ends(monkeypatch):
    """Whoever asks may be a daemon; a solver cut off by the end of Python would abort it."""
    started = []

    class Watched(threading.Thread):
        """A thread that tells whether it may be cut off."""

        def start(self):
            started.append(self.daemon)
            super().start()

    asking = threading.Thread(target=lambda: solve_exact(make_plant(2, "", jobs=2)), daemon=True)
    monkeypatch.setattr(threading, "Thread", Watched)
    asking.start()
    asking.join()
    assert started
    assert not any(started)
