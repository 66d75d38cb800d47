"""Why orders are late, and how full machines are: cases small enough to judge by eye."""

from dataclasses import replace
from fractions import Fraction

import pytest

from sanpin.factory.engine.check import check
from sanpin.factory.engine.critical.waits import Cause, explain_late, waits_of
from sanpin.factory.engine.loads import loads_by_day, machine_loads
from sanpin.factory.model import (
    After,
    Attribute,
    Fixed,
    Job,
    Material,
    Mode,
    Operation,
    Outsource,
    Problem,
    Resource,
    ResourceKind,
    Schedule,
    SetupTable,
    Transport,
    WorkerNeed,
)
from sanpin.factory.model import ScheduledOperation as Op


def step(machine, duration, name="1", **more):
    """Return an operation on one machine."""
    return Operation(name, (Mode(machine, duration),), **more)


def explained(problem, *rows):
    """Check the rows, then explain the only late order."""
    assert check(problem, rows).valid
    (late,) = explain_late(problem, Schedule(rows))
    return late


def test_a_queue_names_the_machine():
    jobs = (Job("first", (step("m", 50),)), Job("second", (step("m", 10),), due=20))
    problem = Problem(jobs, (Resource("m"),))
    late = explained(problem, Op("first", "1", "m", 0, 50, 0), Op("second", "1", "m", 50, 60, 50))
    assert (late.cause, late.resource, late.waited) == (Cause.QUEUE, "m", 50)
    assert (late.late, late.due, late.end) == (40, 20, 60)


def test_a_setup_names_the_machine():
    paint = SetupTable({"colour": Attribute({}, 30)})
    machine = Resource("m", setup="paint", initial={"colour": "red"})
    job = Job("j", (step("m", 10, attributes={"colour": "blue"}),), due=15)
    problem = Problem((job,), (machine,), setups={"paint": paint})
    late = explained(problem, Op("j", "1", "m", 30, 40, 0))
    assert (late.cause, late.resource, late.waited) == (Cause.SETUP, "m", 30)


def test_closed_time_names_the_machine():
    problem = Problem(
        (Job("j", (step("m", 10),), due=15),),
        (Resource("m", calendar="late"),),
        calendars={"late": ((40, 90),)},
    )
    late = explained(problem, Op("j", "1", "m", 40, 50, 40))
    assert (late.cause, late.resource, late.waited) == (Cause.CALENDAR, "m", 40)


def test_supply_names_the_material():
    job = Job("j", (step("m", 10, consumes={"clay": 5}),), due=15)
    problem = Problem((job,), (Resource("m"),), materials=(Material("clay", 0, ((25, 9),)),))
    late = explained(problem, Op("j", "1", "m", 25, 35, 25))
    assert (late.cause, late.resource, late.waited) == (Cause.SUPPLY, "clay", 25)


def test_supply_names_the_worker_who_was_busy_rather_than_the_material_that_was_there():
    worker = Resource("anna", ResourceKind.WORKER, skills={"sew": 100})
    need = {"worker": WorkerNeed("sew"), "consumes": {"clay": 1}}
    jobs = (Job("x", (step("n", 30, **need),)), Job("j", (step("m", 10, **need),), due=15))
    problem = Problem(
        jobs, (Resource("m"), Resource("n"), worker), materials=(Material("clay", 9),)
    )
    late = explained(
        problem,
        Op("x", "1", "n", 0, 30, 0, ("anna",)),
        Op("j", "1", "m", 30, 40, 30, ("anna",)),
    )
    assert (late.cause, late.resource, late.waited) == (Cause.SUPPLY, "anna", 30)


def test_an_overlapping_predecessor_lets_go_when_its_share_is_done():
    half = (After("1", transfer=Fraction(1, 2)),)
    ops = (step("m", 20), step("n", 30, "2", after=half))
    problem = Problem(
        (Job("x", (step("n", 25),)), Job("j", ops, due=20)), (Resource("m"), Resource("n"))
    )
    rows = (Op("x", "1", "n", 0, 25, 0), Op("j", "1", "m", 0, 20, 0), Op("j", "2", "n", 25, 55, 25))
    waits = waits_of(problem, Schedule(rows), "j")
    assert [(wait.op, wait.cause, wait.length) for wait in waits] == [("2", Cause.QUEUE, 15)]


def test_a_long_way_is_the_cause_when_it_takes_longest():
    ops = (step("m", 5), step("n", 5, "2", after=(After("1"),)))
    problem = Problem(
        (Job("j", ops, due=20),),
        (Resource("m", site="a"), Resource("n", site="b")),
        sites=("a", "b"),
        transport=(Transport("a", "b", 40),),
    )
    late = explained(problem, Op("j", "1", "m", 0, 5, 0), Op("j", "2", "n", 45, 50, 45))
    assert (late.cause, late.op, late.waited) == (Cause.TRANSPORT, "2", 40)


@pytest.mark.parametrize(("release", "cause"), [(0, Cause.WORK), (30, Cause.RELEASE)])
def test_an_order_without_waits_came_too_late_or_is_too_long(release, cause):
    job = Job("j", (step("m", 50),), release=release, due=release + 20)
    late = explained(
        Problem((job,), (Resource("m"),)), Op("j", "1", "m", release, release + 50, release)
    )
    assert (late.cause, late.resource, late.waited) == (cause, "", 30)


def test_the_chain_follows_the_predecessor_that_ended_last():
    ops = (step("a", 5), step("b", 30, "2"), step("c", 5, "3", after=(After("1"), After("2"))))
    problem = Problem(
        (Job("x", (step("b", 20),)), Job("j", ops, due=10)),
        (Resource("a"), Resource("b"), Resource("c")),
    )
    rows = (
        Op("x", "1", "b", 0, 20, 0),
        Op("j", "1", "a", 0, 5, 0),
        Op("j", "2", "b", 20, 50, 20),
        Op("j", "3", "c", 50, 55, 50),
    )
    waits = waits_of(problem, Schedule(rows), "j")
    assert [(wait.op, wait.cause, wait.length) for wait in waits] == [("2", Cause.QUEUE, 20)]


def test_closed_time_is_no_queue_though_another_order_comes_first():
    problem = Problem(
        (Job("x", (step("m", 30),)), Job("j", (step("m", 10),), due=15)),
        (Resource("m", calendar="day"),),
        calendars={"day": ((60, 100),)},
    )
    rows = (Op("x", "1", "m", 60, 90, 60), Op("j", "1", "m", 90, 100, 90))
    late = explained(problem, *rows)
    assert (late.cause, late.resource, late.waited) == (Cause.CALENDAR, "m", 60)
    waits = waits_of(problem, Schedule(rows), "j")
    assert [(wait.cause, wait.length) for wait in waits] == [
        (Cause.QUEUE, 30),
        (Cause.CALENDAR, 60),
    ]


def test_the_machine_that_holds_up_the_end_is_named_not_the_idle_one_before_it():
    ops = (step("cut", 5), step("sew", 40, "2", after=(After("1"),)))
    jobs = (Job("x", ops), Job("y", ops), Job("j", ops, due=50))
    problem = Problem(jobs, (Resource("cut"), Resource("sew")))
    late = explained(
        problem,
        Op("x", "1", "cut", 0, 5, 0), Op("x", "2", "sew", 5, 45, 5),
        Op("y", "1", "cut", 5, 10, 5), Op("y", "2", "sew", 45, 85, 45),
        Op("j", "1", "cut", 70, 75, 70), Op("j", "2", "sew", 85, 125, 85),
    )  # fmt: skip
    assert (late.cause, late.resource, late.waited) == (Cause.QUEUE, "sew", 75)


def test_the_hours_of_a_worker_are_supply_and_the_wait_after_a_setup_is_none():
    paint = SetupTable({"colour": Attribute({}, 20)})
    machine = Resource("m", setup="paint", initial={"colour": "red"})
    anna = Resource("anna", ResourceKind.WORKER, skills={"sew": 100}, calendar="late")
    op = step("m", 10, attributes={"colour": "blue"}, worker=WorkerNeed("sew"))
    problem = Problem(
        (Job("j", (op,), due=15),),
        (machine, anna),
        setups={"paint": paint},
        calendars={"late": ((100, 200),)},
    )
    rows = (Op("j", "1", "m", 100, 110, 0, ("anna",)),)
    late = explained(problem, *rows)
    assert (late.cause, late.resource, late.waited) == (Cause.SUPPLY, "anna", 80)
    waits = waits_of(problem, Schedule(rows), "j")
    assert [(wait.cause, wait.length) for wait in waits] == [(Cause.SUPPLY, 80), (Cause.SETUP, 20)]


@pytest.mark.parametrize(
    ("job", "start", "cause"),
    [
        (Job("j", (step("m", 5, fixed=Fixed("m", 40)),), due=20), 40, Cause.FIXED),
        (Job("j", (step("m", 5),), due=20), 40, Cause.GAP),
    ],
)
def test_a_start_that_nothing_else_holds_back_is_fixed_or_could_be_earlier(job, start, cause):
    late = explained(Problem((job,), (Resource("m"),)), Op("j", "1", "m", start, start + 5, start))
    assert (late.cause, late.resource, late.waited) == (cause, "m", 40)


def test_an_order_behind_one_that_is_released_later_says_so():
    jobs = (Job("x", (step("m", 5),), release=90), Job("j", (step("m", 5),), due=10))
    late = explained(
        Problem(jobs, (Resource("m"),)),
        Op("x", "1", "m", 90, 95, 90),
        Op("j", "1", "m", 95, 100, 95),
    )
    assert (late.cause, late.resource, late.waited) == (Cause.BEHIND, "m", 90)


def test_on_time_orders_need_no_explanation():
    problem = Problem((Job("j", (step("m", 5),), due=5),), (Resource("m"),))
    assert explain_late(problem, Schedule((Op("j", "1", "m", 0, 5, 0),))) == []


def test_late_orders_come_latest_first():
    jobs = tuple(Job(f"j{n}", (step("m", 10),), due=5) for n in range(3))
    rows = tuple(Op(f"j{n}", "1", "m", 10 * n, 10 * n + 10, 10 * n) for n in range(3))
    late = explain_late(Problem(jobs, (Resource("m"),)), Schedule(rows))
    assert [each.job for each in late] == ["j2", "j1", "j0"]


def test_loads_count_open_time_by_day():
    problem = Problem(
        (Job("j", (step("m", 60, resumable=True),)),),
        (Resource("m", calendar="day"), Resource("idle", calendar="day")),
        calendars={"day": ((10, 50), (110, 150), (210, 250))},
    )
    schedule = Schedule((Op("j", "1", "m", 30, 250, 20),))
    days = {(load.machine, load.day): load for load in loads_by_day(problem, schedule, 100)}
    assert [(days["m", d].setup, days["m", d].work, days["m", d].open) for d in range(3)] == [
        (10, 20, 40),
        (0, 40, 40),
        (0, 40, 40),
    ]
    assert days["m", 0].share == 0.75
    assert days["idle", 1].work == 0
    first = machine_loads(problem, schedule)[0]
    assert (first.machine, first.work, first.setup, first.open) == ("m", 100, 10, 120)
    assert first.utilisation == pytest.approx(110 / 120)


def test_a_shared_load_of_an_oven_counts_once():
    from sanpin.factory.model import BatchNeed

    oven = Resource("o", ResourceKind.OVEN, capacity=4)
    need = BatchNeed("F", 2)
    jobs = tuple(Job(name, (step("o", 30, batch=need),)) for name in "ab")
    rows = tuple(Op(name, "1", "o", 0, 30, 0, batch="x") for name in "ab")
    problem = Problem(jobs, (oven,))
    assert check(problem, rows).valid
    assert machine_loads(problem, Schedule(rows))[0].work == 30


@pytest.mark.parametrize("kind", ["garment", "icecream", "pharma"])
def test_what_machines_do_in_all_is_the_sum_of_their_days(kind):
    from sanpin.factory.engine.solve import Params, schedule
    from sanpin.factory.sample.plants import generate

    problem = generate(kind, 20, 9, seed=3)
    found = schedule(problem, Params(seconds=60, steps=1))
    sums: dict[str, tuple[int, int]] = {}
    for day in loads_by_day(problem, found, 500):
        work, setup = sums.get(day.machine, (0, 0))
        sums[day.machine] = work + day.work, setup + day.setup
    loads = machine_loads(problem, found)
    assert {load.machine: (load.work, load.setup) for load in loads} == sums
    end = max(each.end for each in found.operations)
    opened = {load.machine: load.open for load in loads_by_day(problem, found, end)}
    assert {load.machine: load.open for load in loads} == opened


def test_without_machines_there_is_no_load():
    job = Job("j", (Operation("1", (), outsource=Outsource(5, 1)),))
    outside = Schedule((Op("j", "1", "", 0, 5, 0),))
    assert check(Problem((job,), ()), outside).valid
    assert machine_loads(Problem((job,), ()), outside) == []


def test_whole_plants_are_explained_without_gaps(make_plant):
    from sanpin.factory.engine.solve import Params, schedule

    for seed in range(5):
        problem = make_plant(seed, jobs=12)
        tight = replace(problem, jobs=tuple(replace(job, due=job.release) for job in problem.jobs))
        found = schedule(tight, Params(seconds=60, steps=3))
        late = explain_late(tight, found)
        assert len(late) == found.terms["tardy_jobs"] == len(problem.jobs)
        assert all(each.waited > 0 for each in late)
        for each in late:
            waits = waits_of(tight, found, each.job)
            assert sum(wait.length for wait in waits) <= each.end
            busy = sum(op.end - op.setup_start for op in found.operations)
            for wait in waits:
                assert wait.cause is not Cause.QUEUE or wait.length <= busy
