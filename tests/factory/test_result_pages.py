"""What the pages of found schedules say: figures that agree, boards, comparisons, files."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import polars as pl
from openpyxl import load_workbook

from sanpin.factory import service
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.model import (
    Attribute,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    Schedule,
    SetupTable,
)
from sanpin.factory.model import ScheduledOperation as Op
from sanpin.factory.pages.compare import _decimals
from sanpin.factory.service.figures import compute_figures
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator

SOLVE = "/factory/solve"
API = "/api/v1/factory"


def test_a_setup_ends_when_it_is_done_though_the_work_begins_later():
    paint = SetupTable({"colour": Attribute({}, 20)})
    machine = Resource("m", setup="paint", initial={"colour": "red"})
    op = Operation("1", (Mode("m", 10),), attributes={"colour": "blue"})
    problem = Problem((Job("j", (op,)),), (machine,), setups={"paint": paint})
    figures = compute_figures(problem, Schedule((Op("j", "1", "m", 500, 510, 5),)))
    assert figures.operations["setup_end"].to_list() == [25]


def test_of_very_many_late_jobs_those_that_cost_most_are_told_why(client, ctx, monkeypatch):
    jobs = [Job(f"j{n}", (Operation("1", (Mode("m", 9),)),), due=5, weight=n % 3) for n in range(9)]
    problem = Problem(tuple(jobs), (Resource("m"),), objective={"tardiness": 1})
    monkeypatch.setattr("sanpin.factory.service.figures.EXPLAINED", 4)
    run = service.solve(ctx, problem, steps=1)
    late = service.solution_table(ctx, service.find_solution(ctx, run), "jobs")
    told = late.filter(pl.col("cause") != "")
    cost = pl.col("late") * pl.col("weight")
    assert (late.filter(pl.col("late") > 0).height, told.height) == (9, 4)
    assert (
        told.select(cost.min()).item()
        >= late.filter(pl.col("cause") == "").select(cost.max()).item()
    )
    note = "jobs that cost most are told why"
    assert note not in client.get(f"{SOLVE}?run={run}").text
    monkeypatch.setattr(service, "EXPLAINED", 4)
    assert f"The 4 {note}" in client.get(f"{SOLVE}?run={run}").text


def test_the_board_hatches_as_much_as_is_set_up(client, ctx, make_plant):
    run = service.solve(ctx, make_plant(3, plain=True), steps=3)
    bars = client.get(f"{API}/schedules/{run}/gantt").json()["bars"]
    found = service.find_solution(ctx, run)
    hatched = sum(bar["setup_end"] - bar["setup_start"] for bar in bars)
    assert hatched == found.head["metrics"]["setup_time"] > 0
    document = client.get(f"{API}/schedules/{run}").json()
    assert "setup_end" not in document["operations"][0]


def test_schedules_of_different_problems_are_compared_by_their_terms_alone(client, ctx, make_plant):
    first = service.solve(ctx, make_plant(3, plain=True), steps=1)
    job = Job("other", (Operation("1", (Mode("m", 5),)),))
    other = service.solve(ctx, Problem((job,), (Resource("m"),)), steps=1)
    again = service.solve(ctx, make_plant(3, plain=True), steps=2)
    page = client.get(f"{SOLVE}/compare?a={first}&b={other}").text
    assert "different plants or orders" in page
    assert "What they cost" in page
    assert "What moved" not in page and "No job is late" not in page
    chosen = client.get(f"{SOLVE}/compare?b={again}").text
    assert re.findall(r'value="([^"]+)" selected', chosen) == [first, again]


def test_the_board_is_as_high_as_its_machines_need(client, ctx):
    heights = []
    for machines in (2, 9, 40):
        jobs = (Job("j", tuple(Operation(f"{n}", (Mode(f"m{n}", 5),)) for n in range(machines))),)
        problem = Problem(jobs, tuple(Resource(f"m{n}") for n in range(machines)))
        page = client.get(f"{SOLVE}?run={service.solve(ctx, problem, steps=1)}").text
        heights += re.findall(r'<x-gantt [^>]*height="(\d+)"', page)
    assert heights == ["200", "328", "560"]


def test_the_same_problem_with_another_routing_is_no_other_problem(client, ctx):
    ways = (("1", "2"), ("3",))
    ops = tuple(Operation(name, (Mode("m", 5),)) for name in "123")
    job = Job("j", ops, alternatives=ways)
    problem = Problem((job,), (Resource("m"),), objective={"makespan": 1})
    a = service.solve(ctx, problem, steps=1)
    b = service.solve(ctx, problem, steps=1, objective={"makespan": 1, "flow": 2})
    page = client.get(f"{SOLVE}/compare?a={a}&b={b}").text
    assert "The weights differ" in page
    found = service.compare_solutions(ctx, a, b)
    assert found.same and not found.weighed_alike
    other = replace(problem, jobs=(replace(job, due=9),))
    assert not service.compare_solutions(ctx, a, service.solve(ctx, other, steps=1)).same


def impossible(ctx: Context) -> str:
    """Search for a schedule of a job that cannot end in time; return the Run."""
    job = Job("j", (Operation("60", (Mode("m", 50),)),), deadline=40)
    problem = Problem((job,), (Resource("m"),), origin="2026-03-02T00:00:00+08:00", unit="min")
    return service.solve(ctx, problem, steps=1)


def test_without_a_schedule_nothing_is_compared_or_checked(client, ctx, ft06):
    lost, run = impossible(ctx), service.solve(ctx, read_problem(ft06, "jsp"), steps=1)
    page = client.get(f"{SOLVE}?run={lost}").text
    assert "<strong>No schedule</strong> can keep all limits." in page
    assert "Compare with another" not in page
    assert "A checker" not in page
    assert "j: must end by Mon 2 Mar 00:40, but operation 60 cannot end before" in page
    refused = client.get(f"{SOLVE}/compare?a={run}&b={lost}")
    assert refused.status_code == 409
    assert refused.json()["code"] == "factory.solve.nothing_found"


def test_files_hold_as_many_rows_as_their_links_say(client, ctx, make_plant):
    problem = make_plant(3, plain=True)
    a = service.solve(ctx, problem, steps=2)
    b = service.solve(ctx, problem, steps=2, objective={"tardiness": 1, "setup": 7})
    pages_of = (f"{SOLVE}?run={a}", f"{SOLVE}/compare?a={a}&b={b}")
    links = [
        (unescape(link), int(count))
        for page in pages_of
        for link, count in re.findall(
            r'href="([^"]*format=csv)" download>(?:(?!</a>).)*CSV, all (\d+) rows',
            client.get(page).text,
        )
    ]
    assert len(links) >= 6
    for link, count in links:
        assert len(client.get(link).text.strip().splitlines()) == count + 1, link


def test_differences_have_the_decimals_of_their_values_and_fit_weights(client, ctx, ft06):
    problem = replace(read_problem(ft06, "jsp"), objective={"makespan": 1.25, "flow": 0.1})
    a = service.solve(ctx, problem, steps=1)
    b = service.solve(ctx, problem, steps=1, seed=4)
    page = client.get(f"{SOLVE}/compare?a={a}&b={b}").text
    terms = {row["term"]: row for row in service.compare_solutions(ctx, a, b).terms.to_dicts()}
    row = terms["objective"]
    digits = max(_decimals(row["a"]), _decimals(row["b"]))
    assert f'<td class="num">{Translator("en").signed(row["change"], digits)}</td>' in page
    c = service.solve(ctx, problem, steps=1, objective={"makespan": 1})
    terms = {row["term"]: row for row in service.compare_solutions(ctx, a, c).terms.to_dicts()}
    assert terms["objective"]["change"] is None
    assert terms["makespan"]["change"] is not None
    assert terms["flow"]["weight_a"] == 0.1


def test_the_menus_of_a_comparison_begin_with_two_searches(client, ctx, ft06):
    problem = read_problem(ft06, "jsp")
    a, b = (service.solve(ctx, problem, steps=1, seed=seed) for seed in (1, 2))
    for asked in ("", f"?b={b}", f"?a={a}"):
        page = client.get(f"{SOLVE}/compare{asked}").text
        chosen = re.findall(r'<option value="([^"]*)" selected', page)
        assert chosen == [a, b]


def test_files_of_a_dated_plant_have_dates_units_and_readable_headings(client, ctx, make_plant):
    run = service.solve(ctx, make_plant(3, plain=True), steps=2)
    place = f"{API}/schedules/{run}"
    lines = client.get(f"{place}?format=csv").text.splitlines()
    row = next(csv.DictReader(lines))
    assert row["start"][:7] == "2026-01" and row["setup_end"][:7] == "2026-01"
    assert isinstance(client.get(place).json()["operations"][0]["start"], int)
    head = client.get(f"{place}/late?format=csv").text.splitlines()[0]
    assert "late (min)" in head and "waited (min)" in head
    book = load_workbook(BytesIO(client.get(f"{place}/late?format=xlsx").content))
    assert book.sheetnames == [f"late-{run[:8]}"]
    titles = [cell.value for cell in book.active[1]]
    assert {"Job", "Due", "Late (min)", "Lost there (min)"} <= set(titles)
    cause = titles.index("Because")
    late = client.get(f"{place}/late").json()
    assert [row[cause].value for row in list(book.active)[1:]] == [
        service.CAUSES[row["cause"]] for row in late
    ]
    kinds = next(
        column
        for column in load_workbook(
            BytesIO(client.get(f"{place}/chain?format=xlsx").content)
        ).active.columns
        if column[0].value == "Waited for"
    )
    assert {cell.value for cell in kinds[1:]} <= set(service.LINKS.values())
    answer = client.get(f"{place}/late?format=xlsx", headers={"Accept-Language": "zh-CN"})
    titles = [cell.value for cell in load_workbook(BytesIO(answer.content)).active[1]]
    assert {"交期", "延误 (分钟)"} <= set(titles)
    assert f",{late[0]['cause']}," in client.get(f"{place}/late?format=csv").text
    other = service.solve(ctx, make_plant(3, plain=True), steps=1)
    for part in ("terms", "moves", "late"):
        answer = client.get(f"{API}/differences/{part}?a={run}&b={other}&format=xlsx")
        assert load_workbook(BytesIO(answer.content)).active["A1"].value in ("Term", "Job")
    for part in ("jobs", "machines", "setups", "chain"):
        assert client.get(f"{place}/{part}?format=xlsx").status_code == 200


def test_costs_and_terms_bear_the_unit_of_time(client, ctx, make_plant):
    problem = make_plant(3, plain=True)
    a, b = (service.solve(ctx, problem, steps=steps) for steps in (1, 2))
    for place in (f"?run={a}", f"/compare?a={a}&b={b}"):
        page = client.get(SOLVE + place).text
        row = page.partition(">Setting up</td>")[2].partition("</tr>")[0]
        assert "<td>min</td>" in row


def test_reasons_are_shown_whole_and_no_slack_is_zero(client, ctx, make_plant):
    problem = make_plant(3, plain=True)
    tight = replace(problem, jobs=tuple(replace(job, due=1) for job in problem.jobs))
    page = client.get(f"{SOLVE}?run={service.solve(ctx, tight, steps=2)}").text
    for heading in ("late", "chain"):
        table = page.partition(f'<h2 id="{heading}"')[2].partition("</section>")[0]
        assert '<td class="wrap">' in table
        assert "grow" not in table
    ends = re.findall(r'<td class="num">([^<]*)</td></tr>', table.replace("\n", ""))
    assert ends and "–" not in ends


def test_a_file_is_counted_in_singular_and_says_that_alternatives_count(client):
    def answer(*ops: str, alternatives: tuple[tuple[str, ...], ...] = ()) -> str:
        job = Job(
            "j", tuple(Operation(op, (Mode("m", 5),)) for op in ops), alternatives=alternatives
        )
        content = problem_bytes(Problem((job,), (Resource("m"),), name="p"))
        sent = {"file": ("p.json", content)}
        page = client.post(f"{SOLVE}/file", files=sent, follow_redirects=True).text
        return page.partition('<p class="answer">')[2].partition("</p>")[0]

    assert answer("1") == "<strong>1</strong> operation of 1 job on 1 machine in “p”."
    several = answer("1", "2", alternatives=(("1",), ("2",)))
    assert several.startswith("<strong>2</strong> operations of 1 job")
    assert several.endswith("a schedule takes one for each job.")
