"""The search as a whole: brute force, bounds, repeatability, limits, refusals."""

from dataclasses import replace
from itertools import pairwise
from threading import Event
from time import sleep

import pytest
from tests.factory.oracles import best_objective

from sanpin.base import Budget, InputError
from sanpin.factory import check, schedule
from sanpin.factory.engine import choosing
from sanpin.factory.engine import solve as solve_module
from sanpin.factory.engine.attempts import Attempts, Found
from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.check import check_solution
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.writer import schedule_bytes, schedule_record
from sanpin.factory.engine.solve import Params
from sanpin.factory.model import (
    After,
    Hold,
    Job,
    Material,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    Status,
)
from sanpin.factory.sample.plants import generate

QUICK = Params(seconds=60, steps=12)


@pytest.mark.parametrize("seed", range(12))
def test_bound_brute_force_and_result_stand_in_order(make_plant, seed):
    problem = make_plant(seed, jobs=2, plain=seed % 2 == 0)
    if problem.operation_count > 5:
        problem = replace(problem, jobs=problem.jobs[:1])
    best = best_objective(problem)
    found = schedule(problem, QUICK, seed=1)
    assert lower_bounds(problem)["objective"] <= best
    assert found.bound <= found.objective
    assert found.bound <= best + 1e-9
    assert found.objective == pytest.approx(best)
    assert check(problem, found).valid


def test_the_result_tells_everything(ft06):
    problem = read_problem(ft06)
    found = schedule(problem, Params(seconds=60, steps=40), seed=3)
    assert found.status is Status.OPTIMAL
    assert (found.objective, found.bound, found.gap, found.seed) == (55, 55, 0.0, 3)
    assert len(found.problem_hash) == 64
    assert found.trace[-1][1] == 55
    assert [row.start for row in found.operations] == sorted(row.start for row in found.operations)
    record = schedule_record(found)
    assert record["format"] == "sanpin.factory.schedule/1"
    assert record["status"] == "optimal"
    assert record["operations"][0]["workers"] == []
    assert check_solution(problem, schedule_bytes(found)).valid


def test_the_same_seed_and_steps_give_the_same_schedule(make_plant):
    problem = make_plant(8, jobs=15)
    one, two = (schedule(problem, replace(QUICK, workers=n), seed=4) for n in (1, 2))
    assert one.operations == two.operations
    assert one.steps == two.steps == 12


def test_more_steps_are_never_worse(make_plant):
    problem = make_plant(9, jobs=15, plain=True)
    few = schedule(problem, replace(QUICK, steps=3), seed=4)
    many = schedule(problem, replace(QUICK, steps=20), seed=4)
    assert many.objective <= few.objective


def test_progress_reports_ever_better_schedules(make_plant):
    told = []
    schedule(make_plant(10, jobs=10), QUICK, report=lambda *figures: told.append(figures))
    objectives = [figures[0] for figures in told]
    assert len(objectives) > 1
    assert all(later <= earlier for earlier, later in pairwise(objectives))


def test_progress_is_told_at_rounds_without_improvement_too(ft06, monkeypatch):
    problem = read_problem(ft06)
    params = replace(QUICK, steps=6)
    told = []
    monkeypatch.setattr(solve_module, "PAUSE", 0.0)
    # The bound of the flow is never met, so that the search goes on to its last round.
    weighed = replace(problem, objective={"flow": 1, "makespan": 1})
    found = schedule(weighed, params, report=lambda *figures: told.append(figures))
    # A proof spares the last round.
    assert {step for _, _, step, _ in told} >= set(range(found.steps))
    assert len({objective for objective, *_ in told}) < len(told)
    assert all(one[3] <= two[3] for one, two in pairwise(told))
    assert len(found.trace) < len(told), "the trace keeps improvements alone"


@pytest.mark.parametrize("kind", ["garment", "pharma"])
def test_the_trace_keeps_no_dust_of_sums(kind):
    trace = schedule(generate(kind, 40, 12, seed=3), Params(seconds=60, steps=6)).trace
    assert len(trace) > 3
    assert all(later < earlier for (_, earlier), (_, later) in pairwise(trace))


def test_reports_keep_their_distance(make_plant, monkeypatch):
    told = []
    monkeypatch.setattr(solve_module, "PAUSE", 1e6)
    schedule(make_plant(10, jobs=10), QUICK, report=lambda *figures: told.append(figures))
    assert len(told) <= 1


@pytest.mark.parametrize(
    ("ways", "begun"), [(100, 5), (201, 4), (600, 3), (1_500, 2), (4_000, 1), (20_001, 0)]
)
def test_the_more_ways_there_are_the_later_a_problem_is_solved_whole(ways, begun, monkeypatch):
    modes = tuple(Mode(f"m{number}", 1) for number in range(ways))
    machines = tuple(Resource(mode.machine) for mode in modes)
    problem = Problem((Job("j", (Operation("1", modes),)),), machines)
    attempts, efforts = Attempts(problem, 0, 0, False, Budget(60)), []
    monkeypatch.setattr(Attempts, "_solve", lambda self, effort: efforts.append(effort))
    for rounds in range(2_401):
        attempts.begin(rounds, tuple)
        attempts.take(rounds, tuple)
    assert len(efforts) == begun
    assert efforts == sorted(efforts)
    assert not efforts or efforts[-1] == pytest.approx(30 * 100 / ways)


def test_a_search_that_was_cut_short_in_a_window_repeats_by_its_steps(make_plant, monkeypatch):
    """What a cancel drops is not done either by a search of as many rounds."""
    problem = make_plant(9, jobs=15)
    budget, windows = Budget(60), []
    solving = Attempts._window

    def window(self, best):
        windows.append(None)
        if len(windows) == 2:
            budget.cancel()
        return solving(self, best)

    monkeypatch.setattr(choosing, "WINDOWS", 2)
    monkeypatch.setattr(Attempts, "_window", window)
    cut = schedule(problem, Params(seconds=60), budget=budget)
    assert (cut.status, cut.steps) == (Status.CANCELLED, 6)
    del windows[:]
    again = schedule(problem, Params(seconds=60, steps=6))
    assert len(windows) == 1
    assert again.operations == cut.operations


def test_the_clock_begins_when_the_search_that_suits_is_loaded(ft06, make_plant, monkeypatch):
    loaded = []

    def load(searches):
        sleep(0.4)
        loaded.extend(searches)

    monkeypatch.setattr(choosing, "warm", load)
    for problem in (read_problem(ft06, "jsp"), make_plant(1)):
        assert schedule(problem, Params(seconds=60, steps=1)).trace[0][0] < 0.4
    assert loaded == ["sequences", "lists"]


def test_a_cancelled_search_returns_its_best(make_plant):
    problem = make_plant(11, jobs=10)
    budget = Budget(60)
    budget.cancel()
    found = schedule(problem, Params(seconds=60), budget=budget)
    assert found.status is Status.CANCELLED
    assert check(problem, found).valid


@pytest.mark.parametrize("seed", [1, 8, 10])
def test_rounds_repeat_a_proof(make_plant, seed):
    """An attempt that proves is taken in before a round that need not be done any more."""
    problem = make_plant(seed, jobs=4)
    found = schedule(problem, Params(seconds=60), seed=1)
    assert found.status is Status.OPTIMAL
    again = schedule(problem, Params(seconds=60, steps=found.steps), seed=1)
    assert (again.status, again.operations) == (found.status, found.operations)
    assert again.steps == found.steps


def test_what_was_taken_in_when_the_clock_ended_is_repeated(make_plant, monkeypatch):
    problem, budget = make_plant(11, jobs=12), Budget(60)
    better = schedule(problem, Params(seconds=60, steps=80), seed=2)

    def take(self, rounds, best):
        if rounds == 3:
            budget.cancel()
            return Found(better.operations)
        return None

    monkeypatch.setattr(Attempts, "take", take)
    found = schedule(problem, Params(seconds=60), seed=1, budget=budget)
    assert found.objective <= better.objective
    again = schedule(problem, Params(seconds=60, steps=found.steps), seed=1)
    assert (again.steps, again.operations) == (found.steps, found.operations)


def test_who_cancels_does_not_wait_for_the_bound(make_plant, monkeypatch):
    """The bound of a large plant takes seconds; what is found without it stands all the same."""
    problem, budget, going_on = make_plant(11, jobs=10), Budget(60), Event()

    def endless(problem):
        budget.cancel()
        going_on.wait()
        return lower_bounds(problem)

    monkeypatch.setattr(solve_module, "lower_bounds", endless)
    found = schedule(problem, Params(seconds=60), budget=budget)
    going_on.set()
    assert (found.status, found.bound, found.steps) == (Status.CANCELLED, 0, 0)
    assert check(problem, found).valid


def test_what_goes_wrong_in_the_bound_is_not_lost(make_plant, monkeypatch):
    def broken(problem):
        raise ZeroDivisionError

    monkeypatch.setattr(solve_module, "lower_bounds", broken)
    with pytest.raises(ZeroDivisionError):
        schedule(make_plant(11, jobs=3), QUICK)


def test_a_spent_clock_still_gives_a_schedule(make_plant):
    problem = make_plant(12, jobs=10)
    found = schedule(problem, Params(seconds=1e-6), budget=Budget(0))
    assert found.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert check(problem, found).valid


def test_a_deadline_that_cannot_hold_is_reported():
    op = Operation("1", (Mode("a", 10),))
    problem = Problem((Job("j", (op,), deadline=5),), (Resource("a"),))
    found = schedule(problem, QUICK)
    assert found.status is Status.INFEASIBLE
    assert found.operations == ()
    assert found.objective is None
    assert found.gap is None
    assert found.causes == ("j: must end by 5, but operation 1 cannot end before 10.",)


def test_a_tight_deadline_is_met_although_rules_alone_might_miss_it():
    jobs = tuple(
        Job(f"j{n}", (Operation("1", (Mode("a", 10),)),), due=100 - n, deadline=limit)
        for n, limit in enumerate((30, 20, 10))
    )
    found = schedule(Problem(jobs, (Resource("a"),)), QUICK)
    assert found.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert [row.job for row in found.operations] == ["j2", "j1", "j0"]


def tank_and_milk(copies):
    """Return jobs with rare rules: a tank, milk that expires, and somebody who sets up."""
    tank = Resource("tank", ResourceKind.TANK, capacity=9)
    worker = Resource("w", ResourceKind.WORKER, skills={"s": 100})
    jobs = []
    for n in range(copies):
        fill = Operation("1", (Mode("a", 5),), hold=Hold("tank", 1, "2"), setup_worker="s")
        drain = Operation("2", (Mode("b", 5),), after=(After("1"),), consumes={"milk": 1})
        jobs.append(Job(f"j{n}", (fill, drain), item=f"i{n}"))
    machines = (Resource("a"), Resource("b"), tank, worker)
    milk = Material("milk", copies, shelf_life=20 * copies)
    return Problem(tuple(jobs), machines, materials=(milk,))


def test_small_problems_with_rare_rules_are_proved():
    problem = tank_and_milk(2)
    found = schedule(problem, QUICK)
    assert check(problem, found).valid
    assert (found.status, found.objective) == (Status.OPTIMAL, best_objective(problem))


def test_large_problems_with_rare_rules_are_searched():
    problem = tank_and_milk(300)
    found = schedule(problem, QUICK)
    assert check(problem, found).valid
    # One fills while the one before drains; nothing can be done faster on one machine.
    assert found.objective == 301 * 5


def test_a_start_is_never_made_worse_and_must_be_valid(make_plant):
    problem = make_plant(8, jobs=15)
    start = schedule(problem, QUICK, seed=4)
    found = schedule(problem, replace(QUICK, steps=1), seed=5, start=start)
    assert found.objective <= start.objective
    rows = (replace(start.operations[0], end=start.operations[0].end + 1), *start.operations[1:])
    with pytest.raises(InputError) as caught:
        schedule(problem, QUICK, start=replace(start, operations=rows))
    assert caught.value.code == "factory.schedule.invalid"


@pytest.mark.parametrize("term", ["earliness", "stability"])
def test_what_is_better_late_is_begun_late(term):
    op = Operation("1", (Mode("m", 5),))
    jobs = (
        Job("a", (op,), due=20, earliness_weight=1),
        Job("b", (op,), due=12, earliness_weight=1),
    )
    problem = Problem(jobs, (Resource("m"),), objective={term: 1, "tardiness": 1})
    if term == "stability":
        problem = replace(problem, baseline=(("a", "1", "m", 15), ("b", "1", "m", 7)))
    found = schedule(problem, Params(seconds=60, steps=10))
    assert (found.objective, found.status) == (0, "optimal")
    again = schedule(problem, Params(seconds=60, steps=1), start=found)
    assert again.objective == 0


def test_the_metrics_say_what_people_ask_first(make_plant):
    problem = make_plant(8, jobs=6)
    found = schedule(problem, QUICK)
    assert found.metrics["late_jobs"] == found.terms["tardy_jobs"]
    assert found.metrics["setup_time"] == found.terms["setup"]
    assert set(found.metrics["utilisation"]) == set(problem.processors)
    assert all(0 <= share <= 1 for share in found.metrics["utilisation"].values())


def test_one_machine_bound_of_jackson_on_a_published_example():
    """The example of Carlier (1982): the optimum is 50, the preemptive bound 49."""
    heads, times = (10, 13, 11, 20, 30, 0, 30), (5, 6, 7, 4, 3, 6, 2)
    tails = (7, 26, 24, 21, 8, 17, 0)
    jobs = []
    machines = [Resource("m")]
    for n, (head, time, tail) in enumerate(zip(heads, times, tails, strict=True)):
        machines.append(Resource(f"t{n}"))
        last = Operation("2", (Mode(f"t{n}", tail),), after=(After("1"),))
        jobs.append(Job(str(n), (Operation("1", (Mode("m", time),)), last), release=head))
    problem = Problem(tuple(jobs), tuple(machines))
    assert lower_bounds(problem)["objective"] == 49
    found = schedule(problem, QUICK)
    assert (found.objective, found.status) == (50, Status.OPTIMAL)


def test_where_nothing_is_to_do_nothing_is_scheduled():
    found = schedule(Problem((), (Resource("a"),)), QUICK)
    assert (found.status, found.operations, found.objective) == (Status.OPTIMAL, (), 0)
