"""The critical chain: one hand-made schedule per kind of link, and whole plants without gaps."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from tests.factory.plants import FEATURES as ALL
from tests.factory.plants import make_plant as rich_plant

from sanpin.base import InputError
from sanpin.factory.engine.check import check
from sanpin.factory.engine.critical import LinkKind, critical
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.solve import Params, schedule
from sanpin.factory.model import (
    After,
    Attribute,
    BatchNeed,
    Fixed,
    Hold,
    Job,
    Material,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    Schedule,
    SetupTable,
    Transport,
    WorkerNeed,
)
from sanpin.factory.model import ScheduledOperation as Op

M, N = Resource("m"), Resource("n")


def step(machine, duration, name="1", **more):
    """Return an operation on one machine."""
    return Operation(name, (Mode(machine, duration, 0, more.pop("uses", {})),), **more)


def single(name, operation, **more):
    """Return a job of one operation."""
    return Job(name, (operation,), **more)


def at(job, machine, start, end, op="1", setup_start=None, **more):
    """Return a placed operation."""
    return Op(job, op, machine, start, end, start if setup_start is None else setup_start, **more)


def chain(problem, rows, job):
    """Check the rows, then return the chain of a job as (operation, kind, name, since, slack)."""
    assert check(problem, rows).violations == ()
    links = critical(problem, Schedule(tuple(rows)), job)
    joined(links, max(row.end for row in rows if row.job == job))
    return [(f"{link.job}/{link.op}", link.kind, link.name, link.since, link.slack)
            for link in links]  # fmt: skip


def joined(links, end):
    """See that the times of a chain join without a gap, up to the end of the job."""
    assert links[-1].until == end
    for before, link in pairwise(links):
        assert before.until == link.since
    assert all(link.slack >= 0 for link in links)
    assert len({(link.job, link.op) for link in links}) == len(links)


def test_a_release_begins_the_chain_and_slack_is_told():
    problem = Problem((single("j", step("m", 10), release=5),), (M,))
    assert chain(problem, [at("j", "m", 5, 15)], "j") == [("j/1", "release", "", 5, 0)]
    assert chain(problem, [at("j", "m", 9, 19)], "j") == [("j/1", "release", "", 5, 4)]
    late = Problem((single("j", step("m", 10, earliest=7), release=5),), (M,))
    assert chain(late, [at("j", "m", 7, 17)], "j") == [("j/1", "release", "", 7, 0)]


def test_a_fixed_start_begins_the_chain():
    problem = Problem((single("j", step("m", 10, fixed=Fixed("m", 40))),), (M,))
    assert chain(problem, [at("j", "m", 40, 50)], "j") == [("j/1", "fixed", "", 40, 0)]


def test_a_machine_is_followed_into_another_job():
    problem = Problem((single("a", step("m", 10)), single("b", step("m", 5))), (M,))
    rows = [at("a", "m", 0, 10), at("b", "m", 12, 17)]
    assert chain(problem, rows, "b") == [
        ("a/1", "release", "", 0, 0),
        ("b/1", "machine", "m", 10, 2),
    ]


def test_a_predecessor_with_a_wait_and_a_journey():
    ops = (step("m", 10), step("n", 5, "2", after=(After("1", min_lag=3),)))
    rows = [at("j", "m", 0, 10), at("j", "n", 13, 18, "2")]
    assert chain(Problem((Job("j", ops),), (M, N)), rows, "j")[1] == (
        "j/2", "predecessor", "1", 10, 0)  # fmt: skip
    far = Problem(
        (Job("j", ops),),
        (Resource("m", site="a"), Resource("n", site="b")),
        sites=("a", "b"),
        transport=(Transport("a", "b", 20),),
    )
    rows = [at("j", "m", 0, 10), at("j", "n", 33, 38, "2")]
    assert chain(far, rows, "j")[1] == ("j/2", "transport", "1", 10, 0)


def test_an_overlap_is_bound_by_its_hand_over_or_by_not_overtaking():
    half = (After("1", transfer=Fraction(1, 2)),)
    long = Problem((Job("j", (step("m", 11), step("n", 20, "2", after=half))),), (M, N))
    assert chain(long, [at("j", "m", 0, 11), at("j", "n", 6, 26, "2")], "j") == [
        ("j/1", "release", "", 0, 0),
        ("j/2", "predecessor", "1", 6, 0),
    ]
    short = Problem((Job("j", (step("m", 11), step("n", 2, "2", after=half))),), (M, N))
    assert chain(short, [at("j", "m", 0, 11), at("j", "n", 9, 11, "2")], "j")[1] == (
        "j/2", "predecessor", "1", 11, 0)  # fmt: skip


def paint(*windows):
    """Return a machine of which every change takes 30, and its open time."""
    table = {"paint": SetupTable({"colour": Attribute({}, 30)})}
    machine = Resource("m", setup="paint", calendar="day", initial={"colour": "red"})
    return machine, table, {"day": windows}


def test_a_setup_names_what_was_made_before_or_begins_the_chain():
    machine, table, day = paint((0, 500))
    jobs = (
        single("a", step("m", 10, attributes={"colour": "blue"})),
        single("b", step("m", 10, attributes={"colour": "green"})),
    )
    rows = [at("a", "m", 30, 40, setup_start=0), at("b", "m", 72, 82, setup_start=42)]
    assert chain(Problem(jobs, (machine,), calendars=day, setups=table), rows, "b") == [
        ("a/1", "setup", "m", 0, 0),
        ("b/1", "setup", "m", 40, 2),
    ]


def test_a_setup_waits_for_a_window_that_holds_it():
    machine, table, day = paint((0, 20), (50, 500))
    job = single("a", step("m", 10, attributes={"colour": "blue"}))
    problem = Problem((job,), (machine,), calendars=day, setups=table)
    assert chain(problem, [at("a", "m", 80, 90, setup_start=50)], "a") == [
        ("a/1", "setup", "m", 0, 0)
    ]


def test_closed_time_is_told_with_what_came_before_it():
    jobs = (single("a", step("m", 70)), single("b", step("m", 40)))
    machine = Resource("m", calendar="day")
    problem = Problem(jobs, (machine,), calendars={"day": ((0, 100), (200, 300))})
    rows = [at("a", "m", 0, 70), at("b", "m", 205, 245)]
    assert chain(problem, rows, "b")[1] == ("b/1", "calendar", "m", 70, 5)
    night = Problem((single("a", step("m", 10, resumable=True)),), (machine,),
                    calendars={"day": ((30, 35), (40, 60))})  # fmt: skip
    assert chain(night, [at("a", "m", 30, 45)], "a") == [("a/1", "calendar", "m", 0, 0)]


def test_the_calendar_of_a_worker_counts_too():
    anna = Resource("anna", ResourceKind.WORKER, calendar="day", skills={"sew": 100})
    job = single("a", step("m", 10, worker=WorkerNeed("sew")))
    problem = Problem((job,), (M, anna), calendars={"day": ((30, 60),)})
    rows = [at("a", "m", 30, 40, workers=("anna",))]
    assert chain(problem, rows, "a") == [("a/1", "calendar", "m", 0, 0)]


def test_a_worker_is_followed_to_the_machine_where_he_was():
    anna = Resource("anna", ResourceKind.WORKER, skills={"sew": 100})
    need = WorkerNeed("sew")
    jobs = (single("a", step("m", 10, worker=need)), single("b", step("n", 5, worker=need)))
    rows = [at("a", "m", 0, 10, workers=("anna",)), at("b", "n", 10, 15, workers=("anna",))]
    assert chain(Problem(jobs, (M, N, anna)), rows, "b")[1] == ("b/1", "worker", "anna", 10, 0)


def three(kind, capacity, **use):
    """Return three jobs on machines of their own that share something of which two can have."""
    machines = tuple(Resource(f"m{n}") for n in range(3))
    jobs = tuple(single(f"j{n}", step(f"m{n}", 10 + n, **use)) for n in range(3))
    return Problem(jobs, (*machines, Resource("shared", kind, capacity=capacity)))


@pytest.mark.parametrize(
    ("kind", "use", "tools"),
    [
        (ResourceKind.TOOL, {"tool": "shared"}, ("shared",)),
        (ResourceKind.POOL, {"uses": {"shared": 1}}, ()),
    ],
)
def test_what_is_shared_is_followed_to_who_let_go_first(kind, use, tools):
    problem = three(kind, 2, **use)
    rows = [
        at("j0", "m0", 0, 10, tools=tools),
        at("j1", "m1", 0, 11, tools=tools),
        at("j2", "m2", 10, 22, tools=tools),
    ]
    assert chain(problem, rows, "j2") == [
        ("j0/1", "release", "", 0, 0),
        ("j2/1", kind.value, "shared", 10, 0),
    ]


def cook(name, machine, hold, **more):
    """Return a job that fills a tank and drains it ten later."""
    fill = step(machine, 10, hold=hold)
    return Job(name, (fill, step("drain", 5, "2", after=(After("1", min_lag=10),))), **more)


def test_a_tank_is_followed_to_who_drained_it():
    hold = Hold("tank", 6, "2", source="start")
    jobs = (cook("a", "m", hold, item="x"), cook("b", "n", hold, item="x"))
    tank = Resource("tank", ResourceKind.TANK, capacity=10)
    problem = Problem(jobs, (M, N, Resource("drain"), tank))
    rows = [
        at("a", "m", 0, 10), at("a", "drain", 21, 26, "2"),
        at("b", "n", 21, 31), at("b", "drain", 41, 46, "2"),
    ]  # fmt: skip
    assert chain(problem, rows, "b") == [
        ("a/1", "release", "", 0, 0),
        ("a/2", "predecessor", "1", 10, 1),
        ("b/1", "tank", "tank", 21, 0),
        ("b/2", "predecessor", "1", 31, 0),
    ]


def test_a_tank_of_another_item_is_not_shared_though_there_is_room():
    hold = Hold("tank", 1, "2")
    jobs = (cook("a", "m", hold, item="x"), cook("b", "n", hold, item="y"))
    tank = Resource("tank", ResourceKind.TANK, capacity=10)
    problem = Problem(jobs, (M, N, Resource("drain"), tank))
    rows = [
        at("a", "m", 0, 10), at("a", "drain", 20, 25, "2"),
        at("b", "n", 10, 20), at("b", "drain", 30, 35, "2"),
    ]  # fmt: skip
    assert chain(problem, rows, "b")[2:] == [
        ("b/1", "tank", "tank", 20, 0),
        ("b/2", "predecessor", "1", 20, 0),
    ]


def test_a_material_leads_to_its_arrival_or_to_who_made_it():
    use = single("u", step("m", 5, consumes={"clay": 4}))
    clay = (Material("clay", 3, ((25, 9),)),)
    problem = Problem((use,), (M,), materials=clay)
    assert chain(problem, [at("u", "m", 26, 31)], "u") == [("u/1", "material", "clay", 25, 1)]
    make = single("k", step("n", 12, produces={"clay": 1}))
    problem = Problem((make, use), (M, N), materials=(Material("clay", 3),))
    assert chain(problem, [at("k", "n", 0, 12), at("u", "m", 12, 17)], "u") == [
        ("k/1", "release", "", 0, 0),
        ("u/1", "material", "clay", 12, 0),
    ]


def test_an_expired_lot_is_no_stock():
    use = single("u", step("m", 5, consumes={"milk": 4}), release=22)
    milk = Material("milk", 9, ((25, 9),), shelf_life=20)
    problem = Problem((use,), (M,), materials=(milk,))
    assert chain(problem, [at("u", "m", 25, 30)], "u") == [("u/1", "material", "milk", 25, 0)]


def test_a_load_waits_for_its_last_member():
    oven = Resource("o", ResourceKind.OVEN, capacity=4)
    bake = {"batch": BatchNeed("F", 2)}
    jobs = (
        single("a", step("o", 30, **bake)),
        single("b", step("o", 30, **bake), release=8),
    )
    rows = [at(name, "o", 8, 38, batch="x") for name in "ab"]
    assert chain(Problem(jobs, (oven,)), rows, "a") == [
        ("b/1", "release", "", 8, 0),
        ("a/1", "batch", "b/1", 8, 0),
    ]


def test_a_longest_wait_leads_forward_to_what_held_the_successor():
    ops = (
        step("m", 10),
        step("n", 5, "2", after=(After("1", max_lag=2),)),
        step("m", 50, "3", after=(After("1"),)),
    )
    jobs = (single("x", step("n", 30)), Job("j", ops))
    rows = [
        at("x", "n", 0, 30), at("j", "m", 18, 28), at("j", "n", 30, 35, "2"),
        at("j", "m", 28, 78, "3"),
    ]  # fmt: skip
    assert chain(Problem(jobs, (M, N)), rows, "j") == [
        ("x/1", "release", "", 0, 0),
        ("j/2", "machine", "n", 30, 0),
        ("j/1", "wait", "2", 28, 0),
        ("j/3", "predecessor", "1", 28, 0),
    ]


def test_work_done_outside_is_part_of_the_chain():
    from sanpin.factory.model import Outsource

    ops = (
        Operation("1", outsource=Outsource(40)),
        step("m", 5, "2", after=(After("1"),)),
    )
    rows = [Op("j", "1", "", 0, 40, 0), at("j", "m", 40, 45, "2")]
    links = critical(Problem((Job("j", ops),), (M,)), Schedule(tuple(rows)), "j")
    assert [(link.machine, link.kind) for link in links] == [
        ("", LinkKind.RELEASE),
        ("m", LinkKind.PREDECESSOR),
    ]


def test_a_job_that_is_not_there_is_named():
    with pytest.raises(InputError, match="“nobody”") as error:
        critical(Problem((), ()), Schedule(()), "nobody")
    assert error.value.code == "factory.critical.job"


def test_in_a_job_shop_the_chain_is_a_longest_path(ft06):
    problem = read_problem(ft06, "jsp")
    found = schedule(problem, Params(seconds=60, steps=30))
    last = max(found.operations, key=lambda each: each.end)
    links = critical(problem, found, last.job)
    joined(links, found.objective)
    # Nothing but work lies on a path without slack: its lengths add up to the makespan.
    assert sum(link.end - link.start + link.slack for link in links) == found.objective


@pytest.mark.parametrize("seed", range(12))
def test_chains_of_whole_plants_reach_their_root_without_a_gap(make_plant, seed):
    problem = make_plant(seed, jobs=12)
    found = schedule(problem, Params(seconds=60, steps=2), seed=seed)
    ends = {}
    for each in found.operations:
        ends[each.job] = max(ends.get(each.job, 0), each.end)
    for job in problem.jobs:
        links = critical(problem, found, job.id)
        joined(links, ends[job.id])
        first = links[0]
        release = next(each.release for each in problem.jobs if each.id == first.job)
        arrivals = {time for material in problem.materials for time, _ in material.arrivals}
        assert first.since in {0, release} | arrivals
        assert first.kind in {"release", "calendar", "setup", "material"}


def test_chains_hold_whatever_the_plant_has():
    """Half of all features at a time, placed by the exact solver."""
    from sanpin.factory.engine.exact import solve_exact

    kinds, followed = set(), 0
    for seed in range(30):
        features = Random(seed).sample(sorted(set(ALL) - {"deadline", "latest"}), 20)
        problem = rich_plant(seed, features, jobs=3)
        found = solve_exact(problem, effort=0.3, seed=seed)
        ends = {}
        for each in found.operations or ():
            ends[each.job] = max(ends.get(each.job, 0), each.end)
        for job, end in ends.items():
            links = critical(problem, Schedule(found.operations), job)
            joined(links, end)
            assert links[0].kind in {"release", "calendar", "setup", "material", "fixed"}
            kinds |= {link.kind for link in links}
            followed += 1
    assert followed >= 30
    assert len(kinds) >= 8, kinds


def test_pushing_one_operation_later_shows_as_its_slack(make_plant):
    random = Random(5)
    problem = Problem(
        tuple(
            Job(f"j{n}", tuple(
                step(random.choice("mn"), random.randint(2, 9), str(k),
                     after=(After(str(k - 1)),) if k else ())
                for k in range(3)
            ))
            for n in range(4)
        ),
        (M, N),
    )  # fmt: skip
    found = schedule(problem, Params(seconds=60, steps=5))
    last = max(found.operations, key=lambda each: each.end)
    tight = critical(problem, found, last.job)
    moved = [
        Op(e.job, e.op, e.machine, e.start + 7, e.end + 7, e.setup_start + 7) if e is last else e
        for e in found.operations
    ]
    assert check(problem, moved).valid
    links = critical(problem, Schedule(tuple(moved)), last.job)
    assert links[-1].slack == tight[-1].slack + 7


W, V = (Resource(name, ResourceKind.WORKER, skills={"s": 100, "q": 100}) for name in "wv")
TABLE = {"t": SetupTable({"c": Attribute({}, 4)})}
PRESSES = (
    Resource("m", setup="t", initial={"c": "x"}), Resource("n", setup="t", initial={"c": "x"}),
)  # fmt: skip


def pressing(*more, setter="s", worker=None):
    """Return an operation on n beside one on m that somebody must set up for."""
    red = {"attributes": {"c": "red"}}
    jobs = (
        single("A", step("m", 5, setup_worker="s", **red)),
        single("B", step("n", 5, setup_worker=setter, worker=worker, **(red if setter else {}))),
    )
    return Problem(jobs, (*PRESSES, W, *more), setups=TABLE)


def test_work_waits_for_a_set_up_that_its_worker_does_elsewhere():
    problem = pressing(setter="", worker=WorkerNeed("q"))
    rows = [at("A", "m", 4, 9, setup_start=0), at("B", "n", 4, 9, workers=("w",))]
    assert chain(problem, rows, "B") == [("A/1", "setup", "m", 0, 0), ("B/1", "worker", "w", 4, 0)]
    # Somebody else could have set up.
    problem = replace(problem, resources=(*problem.resources, V))
    assert chain(problem, rows, "B") == [("B/1", "release", "", 0, 4)]


def test_a_set_up_waits_for_who_does_another():
    rows = [at("A", "m", 4, 9, setup_start=0), at("B", "n", 8, 13, setup_start=4)]
    assert chain(pressing(), rows, "B") == [
        ("A/1", "setup", "m", 0, 0), ("B/1", "worker", "w", 4, 0),
    ]  # fmt: skip
    assert chain(pressing(V), rows, "B") == [("B/1", "setup", "n", 0, 4)]


def test_a_set_up_waits_for_who_works_and_for_who_is_away():
    problem = pressing(worker=WorkerNeed("q"))
    problem = replace(problem, jobs=(single("C", step("k", 6, worker=WorkerNeed("q"))),
                                     problem.jobs[1]),
                      resources=(*problem.resources, Resource("k")))  # fmt: skip
    rows = [
        at("C", "k", 0, 6, workers=("w",)), at("B", "n", 10, 15, setup_start=6, workers=("w",)),
    ]  # fmt: skip
    assert chain(problem, rows, "B") == [
        ("C/1", "release", "", 0, 0), ("B/1", "worker", "w", 6, 0),
    ]  # fmt: skip
    away = Resource("w", ResourceKind.WORKER, calendar="late", skills={"s": 100})
    problem = Problem(
        (pressing().jobs[1],), (*PRESSES, away), calendars={"late": ((7, 90),)}, setups=TABLE
    )
    assert chain(problem, [at("B", "n", 11, 16, setup_start=7)], "B") == [
        ("B/1", "calendar", "w", 0, 0),
    ]  # fmt: skip


def test_work_without_length_that_may_rest_waits_for_open_time_too():
    problem = Problem(
        (single("A", step("m", 0, resumable=True)),), (Resource("m", calendar="day"),),
        calendars={"day": ((4, 9),)},
    )  # fmt: skip
    ((_, kind, *_, slack),) = chain(problem, [at("A", "m", 4, 4)], "A")
    assert (kind, slack) == ("calendar", 0)
