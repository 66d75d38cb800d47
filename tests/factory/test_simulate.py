"""The floor against the plan, against simpy, and against simple truths."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.factory.engine.simulate import simulate
from sanpin.factory.model import (
    After,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    Schedule,
    ScheduledOperation,
    Transport,
)
from sanpin.factory.model.floor import FloorParams, FloorReport


def plant(durations: list[list[tuple[str, int]]], **extra: Any) -> Problem:
    """Make a job shop: one job per list of (machine, duration)."""
    machines = sorted({machine for job in durations for machine, _ in job})
    jobs = tuple(
        Job(
            f"j{number}",
            tuple(
                Operation(
                    f"o{at}",
                    (Mode(machine, duration),),
                    resumable=True,
                    after=(After(f"o{at - 1}"),) if at else (),
                )
                for at, (machine, duration) in enumerate(job)
            ),
            item=f"item{number}",
            quantity=100,
            due=10_000,
        )
        for number, job in enumerate(durations)
    )
    resources = extra.pop("resources", None) or tuple(Resource(name) for name in machines)
    return Problem(jobs, resources, **extra)


def serial_schedule(problem: Problem) -> Schedule:
    """Place operations one job after the other, each as early as its machine and job allow."""
    free: dict[str, int] = {}
    placed = []
    for job in problem.jobs:
        ready = 0
        for operation in job.operations:
            mode = operation.modes[0]
            start = max(ready, free.get(mode.machine, 0))
            end = start + mode.duration
            placed.append(ScheduledOperation(job.id, operation.id, mode.machine, start, end, start))
            free[mode.machine] = ready = end
    return Schedule(tuple(placed))


DURATIONS = st.lists(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 9)), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)


def times(report: FloorReport) -> dict[tuple[str, str], tuple[int, int]]:
    """Index starts and ends by operation."""
    return {(one.job, one.op): (one.start, one.end) for one in report.operations}


@settings(max_examples=60, deadline=None)
@given(DURATIONS)
def test_without_disturbance_the_plan_comes_true(durations: list[list[tuple[str, int]]]) -> None:
    problem = plant(durations)
    schedule = serial_schedule(problem)
    report = simulate(problem, schedule)
    assert times(report) == {(o.job, o.op): (o.start, o.end) for o in schedule.operations}
    assert report.breakdowns == 0
    assert all(lot.good == lot.started == 100 and lot.on_time for lot in report.lots)


@settings(max_examples=40, deadline=None)
@given(DURATIONS, st.integers(0, 5))
def test_delays_spread_as_simpy_says(durations: list[list[tuple[str, int]]], seed: int) -> None:
    problem = plant(durations)
    schedule = serial_schedule(problem)
    report = simulate(problem, schedule, FloorParams(scatter=0.5), seed=seed)
    work = {(one.job, one.op): one.end - one.start for one in report.operations}
    assert times(report) == simpy_times(schedule, work)


def simpy_times(
    schedule: Schedule, work: dict[tuple[str, str], int]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Run the same order of work with the same durations in simpy."""
    world = simpy.Environment()
    done = {(one.job, one.op): world.event() for one in schedule.operations}
    found = {}
    last_on: dict[str, tuple[str, str]] = {}
    last_of: dict[str, tuple[str, str]] = {}

    def run(one: ScheduledOperation, wait: list[Any]) -> Generator[Any, Any, None]:
        yield simpy.AllOf(world, wait)
        if world.now < one.start:
            yield world.timeout(one.start - world.now)
        start = int(world.now)
        yield world.timeout(work[one.job, one.op])
        found[one.job, one.op] = (start, int(world.now))
        done[one.job, one.op].succeed()

    for one in sorted(schedule.operations, key=lambda o: (o.start, o.end, o.job)):
        keys = [last_on.get(one.machine), last_of.get(one.job)]
        world.process(run(one, [done[key] for key in keys if key]))
        last_on[one.machine] = last_of[one.job] = (one.job, one.op)
    world.run()
    return found


def test_a_seed_repeats_and_another_differs() -> None:
    problem = plant([[("A", 50), ("B", 50)], [("A", 50), ("B", 50)]])
    schedule = serial_schedule(problem)
    params = FloorParams(failure_mean=40, repair_mean=10, scatter=0.2, scrap_share=0.1)
    one = simulate(problem, schedule, params, seed=1)
    assert one == simulate(problem, schedule, params, seed=1)
    assert one != simulate(problem, schedule, params, seed=2)


def test_breakdowns_cost_time_and_are_counted() -> None:
    problem = plant([[("A", 1000)]])
    schedule = serial_schedule(problem)
    report = simulate(problem, schedule, FloorParams(failure_mean=100, repair_mean=20), seed=3)
    (one,) = report.operations
    assert report.breakdowns > 3
    assert one.end - one.start == 1000 + one.stopped
    assert one.stopped >= report.breakdowns, "each repair takes a unit at least"


def test_scrap_flows_through_the_job() -> None:
    problem = plant([[("A", 1), ("B", 1), ("C", 1)]])
    params = FloorParams(scrap_share=0.2, scrap_by_machine={"B": 0.0})
    report = simulate(problem, serial_schedule(problem), params, seed=5)
    first, second, third = report.operations
    assert first.good < first.quantity == 100
    assert second.quantity == second.good == first.good == third.quantity
    assert report.lots[0].good == third.good
    assert sum(one.scrap for one in report.operations) == 100 - third.good


def test_work_rests_while_the_machine_is_closed() -> None:
    problem = plant(
        [[("A", 10)]],
        resources=(Resource("A", calendar="day"),),
        calendars={"day": ((0, 6), (20, 40))},
    )
    schedule = Schedule((ScheduledOperation("j0", "o0", "A", 0, 24, 0),))
    (one,) = simulate(problem, schedule).operations
    assert (one.start, one.end) == (0, 24)


def test_transport_between_sites_is_waited_for() -> None:
    problem = plant(
        [[("A", 10), ("B", 5)]],
        resources=(Resource("A", site="x"), Resource("B", site="y")),
        transport=(Transport("x", "y", 7),),
    )
    schedule = Schedule(
        (
            ScheduledOperation("j0", "o0", "A", 0, 10, 0),
            ScheduledOperation("j0", "o1", "B", 10, 15, 10),
        )
    )
    assert times(simulate(problem, schedule))["j0", "o1"] == (17, 22)


def test_setups_keep_their_length_when_pushed() -> None:
    problem = plant([[("A", 10)], [("A", 10)]])
    schedule = Schedule(
        (
            ScheduledOperation("j0", "o0", "A", 0, 10, 0),
            ScheduledOperation("j1", "o0", "A", 15, 25, 10),
        )
    )
    report = simulate(problem, schedule, FloorParams(scatter=0.9), seed=11)
    first, second = report.operations
    assert second.start == max(15, first.end + 5)
    assert second.start - second.setup_start == 5


def test_batch_members_run_together() -> None:
    problem = plant([[("A", 10)], [("A", 8)]])
    schedule = Schedule(
        tuple(ScheduledOperation(job, "o0", "A", 0, 10, 0, batch="b") for job in ("j0", "j1"))
    )
    report = simulate(problem, schedule, FloorParams(scatter=0.5), seed=2)
    first, second = report.operations
    assert (first.start, first.end) == (second.start, second.end)


@pytest.mark.parametrize(
    "bad", [{"scatter": -1}, {"scrap_share": 1.0}, {"repair_mean": -1}, {"scrap_share": -0.1}]
)
def test_impossible_parameters_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(InputError) as caught:
        FloorParams(**bad)
    assert caught.value.code == "factory.floor.params"


def test_nothing_to_do_is_no_trouble() -> None:
    report = simulate(Problem((), ()), Schedule(()))
    assert report == FloorReport((), (), 0)
