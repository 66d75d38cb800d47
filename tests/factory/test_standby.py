"""Checked schedules that stand by: who cancels does not wait for a check of the newest."""

from threading import Event
from time import monotonic

import pytest

from sanpin.base import Budget, EngineError
from sanpin.factory import check, schedule
from sanpin.factory.engine import solve as solve_module
from sanpin.factory.engine import standby
from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.check import CheckReport, Violation
from sanpin.factory.engine.lists.search import ListSearch
from sanpin.factory.engine.solve import Params
from sanpin.factory.model import Job, Mode, Operation, Problem, Resource, ResourceKind, Status


@pytest.fixture
def problem(make_plant, monkeypatch):
    """A plant whose search goes on for long, as large as those that are checked beside it."""
    monkeypatch.setattr(standby, "SMALLEST", 0)
    return make_plant(11, jobs=12)


class Checker:
    """The checker, whose checks from some on are endless."""

    def __init__(self, endless_from):
        self.endless_from, self.calls, self.released = endless_from, 0, Event()

    def __call__(self, problem, operations):
        self.calls += 1
        if self.calls >= self.endless_from:
            self.released.wait()
        return check(problem, operations)


def search(problem, rounds, *, seconds=60.0, start=None):
    """Search until so many rounds are done, and cancel then."""
    budget = Budget(seconds)

    def report(objective, bound, step, elapsed):
        if step >= rounds:
            budget.cancel()

    return schedule(
        problem, Params(seconds=seconds), seed=1, budget=budget, report=report, start=start
    )


def test_whoever_cancels_gets_the_last_checked_schedule_at_once(problem, monkeypatch):
    checker = Checker(endless_from=2)
    monkeypatch.setattr(standby, "check", checker)
    monkeypatch.setattr(standby, "SHARE", 0)
    monkeypatch.setattr(standby, "GROWTH", 0)
    begin = monotonic()
    found = search(problem, 40)
    assert checker.calls == 2
    assert monotonic() - begin < 50
    checker.released.set()
    assert found.status is Status.CANCELLED
    assert found.steps < 40
    assert check(problem, found).objective == found.objective == found.trace[-1][1]
    # It is a result like any other: its rounds repeat it.
    again = schedule(problem, Params(seconds=60, steps=found.steps), seed=1)
    assert again.operations == found.operations


def test_whoever_cancels_does_not_wait_for_a_round(problem, monkeypatch):
    """A round of a large plant may last a second; it is left at work."""
    working, going_on, budget = Event(), Event(), Budget(60)
    whole = ListSearch.round

    def endless(self, stop):
        if self.rounds == 5:
            budget.cancel()
            working.set()
            going_on.wait()
        whole(self, stop)

    monkeypatch.setattr(ListSearch, "round", endless)
    found = schedule(problem, Params(seconds=60), seed=1, budget=budget)
    going_on.set()
    assert working.is_set()
    assert found.status is Status.CANCELLED
    assert found.steps <= 5
    assert check(problem, found).objective == found.objective == found.trace[-1][1]


def test_a_cancel_before_the_first_check_is_over_waits_for_it(problem, monkeypatch):
    checker = Checker(endless_from=9)
    monkeypatch.setattr(standby, "check", checker)
    monkeypatch.setattr(standby, "SHARE", 1e9)
    found = search(problem, 0)
    assert (found.status, found.steps, checker.calls) == (Status.CANCELLED, 0, 1)
    assert check(problem, found).valid


def test_what_was_given_as_a_start_is_not_lost_by_a_cancel(problem, monkeypatch):
    monkeypatch.setattr(standby, "SHARE", 1e9)
    start = schedule(problem, Params(seconds=60, steps=60), seed=2)
    first = schedule(problem, Params(seconds=60, steps=0), seed=1)
    assert start.objective < first.objective
    assert search(problem, 0, start=start).objective <= start.objective


def test_who_does_not_cancel_gets_the_best(problem, monkeypatch):
    """What was checked beside the search is not checked again if it is still the best."""
    checker = Checker(endless_from=99)
    monkeypatch.setattr(standby, "check", checker)
    monkeypatch.setattr(standby, "SHARE", 1e9)
    short = Params(seconds=60, steps=30)
    found = schedule(problem, short, seed=1, budget=Budget(60))
    assert found.objective == found.trace[-1][1]
    assert checker.calls == 1 + (found.objective < found.trace[0][1])
    alone = schedule(problem, short, seed=1)
    assert (alone.operations, alone.steps) == (found.operations, found.steps)


def test_nothing_is_checked_that_would_not_be_ready_in_time(problem, monkeypatch):
    checker = Checker(endless_from=99)
    monkeypatch.setattr(standby, "check", checker)
    monkeypatch.setattr(standby, "PACE", 1e-3)
    found = schedule(problem, Params(seconds=1), seed=1, budget=Budget(1))
    assert checker.calls == 1
    assert check(problem, found).valid


def test_what_the_check_finds_is_not_lost(problem, monkeypatch):
    def broken(problem, operations):
        return CheckReport((Violation("machine_overlap", "j", "1", {}),), {}, None)

    monkeypatch.setattr(standby, "check", broken)
    with pytest.raises(EngineError) as error:
        search(problem, 0)
    assert "machine_overlap" in str(error.value)


class Bounds:
    """Lower bounds that are not known before somebody asks for them."""

    def __init__(self):
        self.asked = Event()

    def __call__(self, problem):
        self.asked.wait()
        return lower_bounds(problem)


def test_rounds_do_not_wait_for_a_bound(problem, monkeypatch):
    bounds = Bounds()
    monkeypatch.setattr(solve_module, "lower_bounds", bounds)

    def report(objective, bound, step, elapsed):
        if step >= 5:
            bounds.asked.set()

    found = schedule(
        problem, Params(seconds=60, steps=30), seed=1, budget=Budget(60), report=report
    )
    assert bounds.asked.is_set()
    assert found.bound == lower_bounds(problem)["objective"] > 0


def test_what_is_proved_late_has_the_rounds_after_which_it_was_found(monkeypatch):
    monkeypatch.setattr(standby, "SMALLEST", 0)
    jobs = [Job(f"j{n}", (Operation("o", (Mode("m", 5),), tool="die"),)) for n in range(9)]
    plant = Problem(tuple(jobs), (Resource("m"), Resource("die", ResourceKind.TOOL)))
    bounds = Bounds()
    monkeypatch.setattr(solve_module, "lower_bounds", bounds)
    monkeypatch.setattr(ListSearch, "round", counted(bounds, ListSearch.round, 2))
    found = schedule(plant, Params(seconds=60), seed=1, budget=Budget(60))
    assert bounds.asked.is_set()
    assert (found.status, found.objective, found.steps) == (Status.OPTIMAL, 45, 0)
    again = schedule(plant, Params(seconds=60, steps=0), seed=1)
    assert again.operations == found.operations


def counted(bounds, whole, rounds):
    """Return a round of the search that lets bounds be known after so many."""

    def round_(self, stop):
        whole(self, stop)
        if self.rounds >= rounds:
            bounds.asked.set()

    return round_


def test_what_is_rough_is_checked_after_a_round(problem, monkeypatch):
    """The same rounds give the same schedule all the same."""
    alone = schedule(problem, Params(seconds=60, steps=9), seed=1)
    monkeypatch.setattr(ListSearch, "rough", True)
    checker = Checker(endless_from=99)
    monkeypatch.setattr(standby, "check", checker)
    monkeypatch.setattr(standby, "SHARE", 1e9)
    stopped = search(problem, 1)
    assert (stopped.status, stopped.steps, checker.calls) == (Status.CANCELLED, 1, 1)
    assert schedule(problem, Params(seconds=60, steps=9), seed=1).operations == alone.operations
