"""Searching for a schedule as a Run: asked for, told about, cancelled, kept, read, compared."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import polars as pl
import pytest

from sanpin.base import EngineError, InputError, RunState, StateError
from sanpin.factory import service
from sanpin.factory.engine import choosing
from sanpin.factory.engine.check import check_solution
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.sequences import SequenceSearch
from sanpin.factory.model import Problem, Schedule, ScheduledOperation
from sanpin.factory.model.asked import Asked
from sanpin.factory.service import problems, solving
from sanpin.factory.service.figures import compute_figures
from sanpin.kit.context import Actor, Context
from sanpin.kit.jobs import run_worker
from sanpin.kit.runs import Cancelled, cancel_run, get_run

Plant = Callable[..., Problem]


@pytest.fixture
def shop(ft06: bytes) -> Problem:
    """Give the classic job shop."""
    return read_problem(ft06, "jsp")


def stranger(ctx: Context) -> Context:
    """Return the context of somebody of another firm."""
    return ctx.acting_as(Actor("mallory", ctx.actor.role, "other"), "en")


def test_a_search_leaves_a_checked_schedule_and_its_figures(ctx, make_plant):
    problem = make_plant(3, plain=True)
    run = get_run(ctx, service.solve(ctx, problem, steps=12, seed=4))
    assert run.state is RunState.DONE
    assert run.seed == 4
    found = service.find_solution(ctx, run.id)
    document = service.schedule_document(ctx, found)
    report = check_solution(problem, orjson.dumps(document))
    assert report.valid
    assert report.objective == pytest.approx(document["objective"])
    facts = run.metrics
    late = service.solution_table(ctx, found, "jobs").filter(pl.col("late") > 0)
    assert facts["late_jobs"] == late.height == report.terms["tardy_jobs"]
    assert facts["setup_time"] == report.terms["setup"]
    assert document["metrics"]["late_jobs"] == facts["late_jobs"]
    assert set(document["metrics"]["utilisation"]) == set(problem.processors)


def test_change_overs_and_loads_add_up_to_the_set_up_term(ctx, make_plant):
    found = service.find_solution(ctx, service.solve(ctx, make_plant(5, plain=True), steps=6))
    term = found.head["terms"]["setup"]
    assert term > 0
    assert service.solution_table(ctx, found, "setups")["length"].sum() == term
    machines = service.solution_table(ctx, found, "machines")
    assert machines["setup"].sum() == term
    assert machines["share"].is_sorted(descending=True)
    assert machines["share"].max() <= 1


def test_the_chain_ends_with_the_job_that_costs_most(ctx, make_plant):
    found = service.find_solution(ctx, service.solve(ctx, make_plant(3, plain=True), steps=6))
    jobs, chain = (service.solution_table(ctx, found, name) for name in ("jobs", "chain"))
    worst = max(jobs.to_dicts(), key=lambda row: row["late"] * row["weight"])
    assert found.head["page"]["worst_job"] == worst["job"] == chain["job"][-1]
    assert chain["until"][-1] == worst["end"]


def test_without_due_dates_the_chain_is_that_of_the_last_job(ctx, shop):
    found = service.find_solution(ctx, service.solve(ctx, shop, steps=20))
    chain = service.solution_table(ctx, found, "chain")
    assert chain["until"][-1] == found.head["terms"]["makespan"]


def test_weights_replace_those_of_the_problem_and_are_kept_when_they_differ(ctx, shop):
    # A Run says what counted, whether it was asked for or stood in the file.
    assert service.ask_solve(ctx, shop).params["objective"] == {"makespan": 1}
    found = service.find_solution(ctx, service.solve(ctx, shop, steps=5, objective={"flow": 2.0}))
    assert found.head["page"]["weights"] == {"flow": 2.0}
    assert found.head["objective"] == 2 * found.head["terms"]["flow"]


def test_a_search_begins_with_a_schedule_and_never_gets_worse(ctx, make_plant):
    problem = make_plant(3, plain=True)
    best = service.find_solution(ctx, service.solve(ctx, problem, steps=30))
    start = service.schedule_document(ctx, best)
    run = get_run(ctx, service.solve(ctx, problem, steps=1, seed=9, start=start))
    assert run.params["start"]
    assert run.metrics["objective"] <= start["objective"]
    start["operations"][0]["machine"] = "nowhere"
    with pytest.raises(InputError) as refused:
        service.ask_solve(ctx, problem, start=start)
    assert refused.value.code == "factory.schedule.invalid"
    assert refused.value.problems


def test_an_impossible_problem_says_what_stands_in_the_way(ctx, shop):
    first = replace(shop.jobs[0], deadline=10)
    run = service.solve(ctx, replace(shop, jobs=(first, *shop.jobs[1:])), steps=3)
    found = service.find_solution(ctx, run)
    assert found.head["status"] == "infeasible"
    assert found.head["causes"]
    assert get_run(ctx, run).state is RunState.DONE
    assert service.solution_table(ctx, found, "solution").height == 0
    assert service.draw_solution(ctx, found)["bars"] == []


def test_loading_a_search_takes_nothing_of_its_time(ctx, make_plant, monkeypatch):
    monkeypatch.setattr(choosing, "warm", lambda searches: time.sleep(0.7))
    found = get_run(ctx, service.solve(ctx, make_plant(3), seconds=0.6)).metrics
    assert found["steps"] > 0
    assert found["seconds"] < 1


def test_a_cancelled_search_keeps_the_best_it_has(ctx, make_plant):
    """In the worker process the incumbent is put away, then the Run ends as cancelled."""
    run = service.ask_solve(ctx, make_plant(1, jobs=40, plain=True), seconds=300)
    worker = threading.Thread(target=run_worker, args=(ctx.workspace,), kwargs={"once": True})
    worker.start()
    limit = time.monotonic() + 120
    while "objective" not in get_run(ctx, run.id).metrics and time.monotonic() < limit:
        time.sleep(0.1)
    cancel_run(ctx, run.id)
    worker.join(120)
    ended = get_run(ctx, run.id)
    assert ended.state is RunState.CANCELLED
    found = service.find_solution(ctx, run.id)
    assert found.head["status"] == "cancelled"
    document = orjson.dumps(service.schedule_document(ctx, found))
    assert check_solution(make_plant(1, jobs=40, plain=True), document).valid


def test_cancelled_before_anything_was_found_it_keeps_nothing(ctx, shop, monkeypatch):
    def stopped(_problem: Problem, *_: Any, budget: Any, **__: Any) -> Schedule:
        budget.cancel()
        return Schedule(())

    monkeypatch.setattr("sanpin.factory.engine.solve.schedule", stopped)
    with pytest.raises(Cancelled):
        service.solve(ctx, shop, steps=1)
    (run,) = service.solve_runs(ctx)
    assert run.state is RunState.CANCELLED
    with pytest.raises(StateError, match="has no schedule"):
        service.find_solution(ctx, run.id)


def test_a_schedule_that_breaks_a_rule_is_never_kept(ctx, shop, monkeypatch):
    """The checker looks at what the search returns, whatever the search thinks of it."""
    whole = SequenceSearch.operations

    def broken(self: SequenceSearch) -> tuple[ScheduledOperation, ...]:
        found = whole(self)
        return (*found[:-1], replace(found[-1], start=0, setup_start=0))

    monkeypatch.setattr(SequenceSearch, "operations", broken)
    with pytest.raises(EngineError, match="breaks"):
        service.solve(ctx, shop, steps=1)
    (run,) = service.solve_runs(ctx)
    assert run.error["code"] == "factory.schedule.broken"
    assert "solution" not in run.artefacts


class Listener:
    """A Run that only notes what it is told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.shares: list[float] = []

    def metrics(self, values: dict[str, Any]) -> None:
        self.heard.append({**values, "trace": list(values["trace"])})

    def progress(self, share: float, _message: str) -> None:
        self.shares.append(share)


def test_a_run_hears_of_the_search_at_most_ten_times_a_second():
    listener: Any = Listener()
    teller = solving._Teller(listener, Asked("problem", seconds=100))
    for number in range(100_000):
        teller(1000.0 - number / 1000, 5.0, number, number / 1000)
    assert 900 <= len(listener.heard) <= 1001
    last = listener.heard[-1]
    assert {"objective", "bound", "step", "seconds", "trace"} == set(last)
    assert len(last["trace"]) <= solving._POINTS + 1
    assert last["trace"][0][0] == 0
    assert max(listener.shares) <= 0.99


def test_rounds_without_improvement_move_the_end_of_the_line():
    listener: Any = Listener()
    teller = solving._Teller(listener, Asked("problem"))
    for second, objective in enumerate((9.0, 9.0, 9.0, 9.0, 7.0, 7.0, 7.0)):
        teller(objective, 5.0, second, float(second))
    trace = listener.heard[-1]["trace"]
    assert trace == [(0, 9, 5), (3, 9, 5), (4, 7, 5), (6, 7, 5)]
    assert listener.heard[-1]["step"] == 6


def test_reports_of_a_cancelled_run_do_not_break_the_search():
    class Stopped:
        """A Run that was told to stop."""

        def metrics(self, _values: dict[str, Any]) -> None:
            return None

        def progress(self, _share: float, _message: str) -> None:
            raise Cancelled("run")

    stopped: Any = Stopped()
    solving._Teller(stopped, Asked("problem"))(1.0, 0.0, 1, 1.0)


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"seconds": 0}, "factory.solve.params"),
        ({"seconds": float("nan")}, "factory.solve.params"),
        ({"seconds": 1e9}, "factory.solve.params"),
        ({"steps": -1}, "factory.solve.params"),
        ({"workers": -1}, "factory.solve.params"),
        ({"objective": {"speed": 1}}, "factory.solve.term"),
        ({"objective": {"flow": float("inf")}}, "factory.solve.weight"),
        ({"objective": {"flow": 0}}, "factory.solve.weightless"),
    ],
)
def test_wishes_without_sense_are_refused_before_anything_is_kept(ctx, shop, wishes, code):
    with pytest.raises(InputError) as refused:
        service.ask_solve(ctx, shop, **wishes)
    assert refused.value.code == code
    assert service.solve_runs(ctx) == []


@pytest.mark.parametrize("params", [{}, {"problem": "x", "seconds": "long"}])
def test_a_job_without_sense_is_refused(ctx, params):
    with pytest.raises(InputError, match="cannot be asked"):
        solving.run_solve(ctx, params, lambda *_: None)


def test_what_is_kept_belongs_to_its_firm(ctx, shop):
    other = stranger(ctx)
    file = service.keep_problem_file(ctx, b"1 1\n0 5", "C:\\shops\\one.txt")
    assert service.read_problem_file(ctx, file).name == "one.txt"
    for identifier in (file, problems.keep_problem(ctx, shop).id, "nothing"):
        with pytest.raises(InputError) as refused:
            service.read_problem_file(other, identifier)
        assert (refused.value.code, refused.value.status) == ("factory.solve.unknown", 404)
    run = service.solve(ctx, shop, steps=1)
    with pytest.raises(InputError, match="no run"):
        service.find_solution(other, run)
    asked = Asked(problems.keep_problem(ctx, shop).id)
    with pytest.raises(InputError, match="no longer here"):
        solving.run_solve(other, asked.record(), lambda *_: None)


def test_a_file_nobody_came_back_for_goes_after_a_week(ctx, monkeypatch):
    old = service.keep_problem_file(ctx, b"1 1\n0 5", "old.txt")
    later = ctx.now() + timedelta(days=8)
    monkeypatch.setattr(Context, "now", lambda _: later)
    service.keep_problem_file(ctx, b"1 1\n0 6", "new.txt")
    with pytest.raises(InputError, match="no longer here"):
        service.read_problem_file(ctx, old)


def test_the_same_content_is_kept_once(ctx, shop):
    first, again = (problems.keep_problem(ctx, shop).id for _ in range(2))
    assert first == again
    renamed = problems.keep_problem(ctx, replace(shop, name="another"))
    assert renamed.id != first


def test_a_kept_file_is_read_as_guessed_or_as_told(ctx, ft06):
    file = service.keep_problem_file(ctx, ft06, "ft06.txt")
    guessed = service.read_problem_file(ctx, file)
    assert (guessed.form, guessed.guessed) == ("jsp", True)
    assert guessed.problem is not None
    assert guessed.problem.name == "ft06.txt"
    told = service.read_problem_file(ctx, file, "sanpin")
    assert (told.form, told.guessed, told.problem) == ("sanpin", False, None)
    assert told.refusal is not None
    assert told.refusal.code == "factory.problem.not_json"


@pytest.mark.parametrize("kind", ["garment", "icecream", "pharma"])
def test_each_sample_plant_can_be_searched(ctx, kind):
    found = service.read_problem_file(ctx, service.keep_sample_problem(ctx, kind))
    assert found.problem is not None
    assert found.problem.name.startswith("SAMPLE")
    run = get_run(ctx, service.solve(ctx, found.problem, steps=1))
    assert run.metrics["status"] in ("feasible", "optimal")


def test_a_very_large_schedule_is_drawn_with_its_fullest_machines(ctx, make_plant, monkeypatch):
    found = service.find_solution(ctx, service.solve(ctx, make_plant(3, plain=True), steps=2))
    whole = service.draw_solution(ctx, found)
    monkeypatch.setattr("sanpin.factory.service.solutions.BARS", len(whole["bars"]) - 1)
    part = service.draw_solution(ctx, found)
    shown = {row["id"] for row in part["rows"]}
    assert shown < {row["id"] for row in whole["rows"]}
    assert {bar["row"] for bar in part["bars"]} == shown
    fullest = service.solution_table(ctx, found, "machines")["machine"][0]
    assert fullest in shown


def test_two_schedules_differ_where_machines_or_times_do(ctx, make_plant):
    problem = make_plant(3, plain=True)
    later = tuple(replace(job, release=job.release + 200) for job in problem.jobs[:-1])
    first = service.solve(ctx, problem, steps=2)
    second = service.solve(ctx, replace(problem, jobs=later), steps=2)
    found = service.compare_solutions(ctx, first, second)
    last = len(problem.jobs[-1].operations)
    assert found.alone == last
    assert found.common == sum(len(job.operations) for job in later)
    assert found.moves.height == found.common, "all of them begin later"
    assert found.moves["moved"].to_list() == sorted(found.moves["moved"], reverse=True)
    assert (found.late["late_b"] - found.late["late_a"]).to_list() == found.late["change"].to_list()
    same = service.compare_solutions(ctx, first, first)
    assert (same.moves.height, same.alone) == (0, 0)


def test_figures_know_ovens_outsourcing_and_jobs_without_dates(make_plant):
    from sanpin.factory.engine.solve import Params, schedule

    problem = make_plant(2)
    found = schedule(problem, Params(steps=2))
    figures = compute_figures(problem, found)
    assert figures.tables["jobs"].height == len({each.job for each in found.operations})
    assert figures.tables["machines"].height == len(problem.processors)
    assert figures.tables["machines"]["operations"].sum() == sum(
        1 for each in found.operations if each.machine
    )
    assert figures.facts["operations"] == len(found.operations)
