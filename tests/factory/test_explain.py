"""Causes of lateness and loads of machines, on schedules small enough to see through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.factory.engine.explain import Cause, day_loads, late_orders, machine_loads
from sanpin.factory.model import (
    After,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    Schedule,
    ScheduledOperation,
)


def one_machine(windows: tuple[tuple[int, int], ...] | None = None, due: int = 10) -> Problem:
    """Two jobs of ten on one machine."""
    calendars = {"day": windows} if windows else {}
    jobs = tuple(
        Job(name, (Operation("o", (Mode("M", 10),), resumable=True),), item=name, due=due)
        for name in ("a", "b")
    )
    resource = Resource("M", calendar="day" if windows else "")
    return Problem(jobs, (resource,), calendars=calendars)


def placed(job: str, start: int, end: int, setup: int | None = None) -> ScheduledOperation:
    """Place the only operation of a job."""
    return ScheduledOperation(job, "o", "M", start, end, start if setup is None else setup)


def test_a_queue_is_the_cause() -> None:
    (late,) = late_orders(one_machine(), Schedule((placed("a", 0, 10), placed("b", 10, 20))))
    assert (late.job, late.late, late.end, late.due) == ("b", 10, 20, 10)
    assert (late.cause, late.resource, late.lost) == (Cause.QUEUE, "M", 10)


def test_a_closed_machine_is_the_cause() -> None:
    problem = one_machine(((0, 5), (50, 90)))
    schedule = Schedule((placed("a", 50, 60), placed("b", 60, 70)))
    first = next(one for one in late_orders(problem, schedule) if one.job == "a")
    assert first.cause is Cause.CLOSED
    assert first.lost == 45


def test_a_setup_is_the_cause() -> None:
    problem = one_machine(due=5)
    late = late_orders(problem, Schedule((placed("a", 30, 40, setup=0), placed("b", 40, 50))))
    first = next(one for one in late if one.job == "a")
    assert (first.cause, first.lost) == (Cause.SETUP, 30)


def test_too_much_work_is_the_cause() -> None:
    (late,) = late_orders(one_machine(due=9), Schedule((placed("a", 0, 10),)))
    assert (late.cause, late.lost) == (Cause.WORK, 10)


def test_resting_between_operations_is_seen() -> None:
    job = Job(
        "a",
        (
            Operation("1", (Mode("M", 2),)),
            Operation("2", (Mode("N", 2),), after=(After("1", min_lag=30),)),
        ),
        due=4,
    )
    problem = Problem((job,), (Resource("M"), Resource("N")))
    schedule = Schedule(
        (ScheduledOperation("a", "1", "M", 0, 2, 0), ScheduledOperation("a", "2", "N", 32, 34, 32))
    )
    (late,) = late_orders(problem, schedule)
    assert (late.cause, late.lost) == (Cause.WAIT, 30)


def test_the_worst_order_comes_first_and_good_ones_are_left_out() -> None:
    schedule = Schedule((placed("a", 2, 12), placed("b", 12, 22)))
    assert [one.job for one in late_orders(one_machine(), schedule)] == ["b", "a"]
    assert late_orders(one_machine(due=100), schedule) == []


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=6))
def test_the_time_of_an_order_is_split_without_rest(gaps: list[tuple[int, int]]) -> None:
    operations, schedule, time = [], [], 0
    for at, (gap, work) in enumerate(gaps):
        after = (After(str(at - 1)),) if at else ()
        operations.append(Operation(str(at), (Mode("M", work),), after=after))
        start = time + gap
        schedule.append(ScheduledOperation("a", str(at), "M", start, start + work, start))
        time = start + work
    problem = Problem((Job("a", tuple(operations), due=0),), (Resource("M"),))
    (late,) = late_orders(problem, Schedule(tuple(schedule)))
    assert sum(time for _, _, time in late.shares) == late.end
    assert late.late == late.end


def test_loads_count_open_time_only() -> None:
    problem = one_machine(((0, 10), (20, 40)))
    schedule = Schedule((placed("a", 0, 10), placed("b", 25, 35, setup=20)))
    assert machine_loads(problem, schedule, until=40) == {"M": pytest.approx(25 / 30)}
    first, second = day_loads(problem, schedule, length=20)
    assert (first.open, first.busy, first.setup) == (10, 10, 0)
    assert (second.open, second.busy, second.setup) == (20, 15, 5)
    assert second.share == pytest.approx(0.75)


def test_a_batch_fills_its_oven_once() -> None:
    problem = one_machine()
    members = tuple(ScheduledOperation(job, "o", "M", 0, 10, 0, batch="x") for job in ("a", "b"))
    assert machine_loads(problem, Schedule(members)) == {"M": 1.0}


def test_an_empty_schedule_has_no_loads() -> None:
    assert day_loads(one_machine(), Schedule(())) == []
    assert late_orders(one_machine(), Schedule(())) == []
