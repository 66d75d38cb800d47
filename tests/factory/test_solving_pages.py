"""Pages of the solver: from a file to a schedule, without scripts as any form would do it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from sanpin.base import N_, EngineError
from sanpin.factory import service
from sanpin.factory.engine.causes.cause import CAUSES, LIMITS, Cause
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.model import TERMS
from sanpin.factory.pages.words import cause_sentence, clock_of
from sanpin.kit.i18n import Translator
from sanpin.kit.jobs import run_worker
from sanpin.kit.runs import start_run
from sanpin.kit.settings import set_setting

SOLVE = "/factory/solve"


def send(client: TestClient, content: bytes, name: str) -> str:
    """Send a file and return the address of the page it leads to."""
    answer = client.post(f"{SOLVE}/file", files={"file": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def fields_of(page: str) -> dict[str, Any]:
    """Return what the form that starts a search would send, unchanged."""
    form = page.partition('class="ask"')[2].partition("</form>")[0]
    found: dict[str, Any] = {"term": [], "weight": []}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r'name="(\w+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] in ("term", "weight"):
            found[name[1]].append(value[1])
        elif name and value and name[1] not in ("csrf_token", "next"):
            found[name[1]] = value[1]
    return found


def test_the_empty_page_offers_a_sample_a_file_and_how(client):
    page = client.get(SOLVE).text
    assert "Which schedule is best?" in page
    for door in (f"{SOLVE}/file", f"{SOLVE}/sample", 'href="#formats"', 'id="formats"'):
        assert door in page
    assert "Searches so far" not in page
    for one in service.formats():
        assert str(one["label"]) in page


def test_a_file_leads_through_a_form_to_its_schedule(client, ctx, ft06):
    place = send(client, ft06, "ft06.txt")
    page = client.get(place).text
    assert "<strong>36</strong> operations of 6 jobs on 6 machines" in page
    assert "The format was guessed: Job shop" in page
    asked = fields_of(page)
    assert sorted(asked["term"]) == sorted(TERMS)
    assert dict(zip(asked["term"], asked["weight"], strict=True))["makespan"] == "1"
    answer = client.post(f"{SOLVE}/start", data={**asked, "seconds": "300", "seed": "2"})
    live = client.get(answer.headers["location"]).text
    run = answer.headers["location"].partition("run=")[2]
    assert f"/api/v1/runs/{run}/events" in live
    assert "Stop and keep the best" in live
    run_worker(ctx.workspace, once=True)
    page = client.get(answer.headers["location"]).text
    assert "<strong>55</strong> is proven to be the best possible." in page
    for part in (
        "JSON",
        "CSV",
        "XLSX",
        "<x-gantt",
        "What it costs",
        "No job is late.",
    ):
        assert part in page
    assert "What fixes the end of job" in page
    assert "Job shop" not in page
    listed = client.get(SOLVE).text
    assert "ft06.txt" in listed
    assert "proven best" in listed


def test_a_plant_shows_late_jobs_change_overs_and_dates(client, ctx, make_plant):
    run = service.solve(ctx, make_plant(3, plain=True), steps=3)
    page = client.get(f"{SOLVE}?run={run}").text
    found = service.find_solution(ctx, run)
    for row in service.solution_table(ctx, found, "jobs").to_dicts():
        assert (f"<td>{row['job']}</td>" in page) == (row["late"] > 0)
    assert "Change-overs" in page
    assert "5 Jan" in page, "times are dates where the problem has an origin"
    assert f"/api/v1/factory/schedules/{run}/late?format=csv" in page


def test_a_file_with_faults_says_all_of_them_and_may_be_read_otherwise(client, ft06):
    record = orjson.loads(problem_bytes(read_problem(ft06, "jsp")))
    record["colour"] = 1
    record["jobs"][0]["due"] = -1
    place = send(client, orjson.dumps(record), "shop.json")
    page = client.get(place).text
    assert "2 faults were found in the file." in page
    assert "$.colour" in page and "$.jobs[0].due" in page
    assert 'class="ask"' not in page
    data = {**_ask(place), "term": "flow", "weight": "1"}
    assert client.post(f"{SOLVE}/start", data=data).status_code == 422
    other = client.get(f"{place}&form=jsp").text
    assert "Read as: Job shop" in other


def test_faults_beyond_those_listed_are_counted(client, ft06):
    record = orjson.loads(problem_bytes(read_problem(ft06, "jsp")))
    record |= {f"key{at}": 1 for at in range(244)}
    page = client.get(send(client, orjson.dumps(record), "shop.json")).text
    assert "244 faults were found in the file; the first 100 are listed." in page


def test_a_file_that_is_no_problem_is_not_guessed_to_be_one(client):
    page = client.get(send(client, b"order,item\n1,MUG\n", "orders.csv")).text
    assert "The format was guessed" not in page
    assert "begins like none of the known problem formats" in page
    assert "under Imports" in page
    assert 'id="read-form"' in page, "whoever knows the format may say it"


def _ask(place: str) -> dict[str, str]:
    return {"file": place.partition("file=")[2]}


def test_one_of_many_instances_is_asked_for(client):
    place = send(client, " ".join(["3"] * 3 * 2 * 125).encode(), "wt2.txt")
    page = client.get(f"{place}&form=wt").text
    assert 'name="instance"' in page
    assert "<strong>125</strong> problems are in “wt2.txt”" in page
    assert "could not be read" not in page and "--instance" not in page
    assert "but not 126" in client.get(f"{place}&form=wt&instance=126").text
    chosen = client.get(f"{place}&form=wt&instance=7").text
    assert "wt2.txt #7" in chosen
    assert fields_of(chosen)["instance"] == "7"


def test_weights_that_no_slider_has_stay_exact(client, ft06):
    problem = replace(read_problem(ft06, "jsp"), objective={"flow": 0.123, "makespan": 137.5})
    asked = fields_of(client.get(send(client, problem_bytes(problem), "shop.json")).text)
    weights = dict(zip(asked["term"], asked["weight"], strict=True))
    assert (weights["flow"], weights["makespan"], weights["cost"]) == ("0.123", "137.5", "0")


def test_a_search_without_any_weight_is_refused(client, ft06):
    place = send(client, ft06, "ft06.txt")
    data = {**_ask(place), "term": ["flow", "cost"], "weight": ["0", "0"]}
    answer = client.post(f"{SOLVE}/start", data=data)
    assert answer.status_code == 422
    assert answer.json()["code"] == "factory.solve.weightless"


def test_an_impossible_problem_shows_its_causes_in_both_languages(client, ctx, ft06):
    shop = read_problem(ft06, "jsp")
    first = replace(shop.jobs[0], deadline=10)
    run = service.solve(ctx, replace(shop, jobs=(first, *shop.jobs[1:])), steps=3)
    page = client.get(f"{SOLVE}?run={run}").text
    assert "<strong>No schedule</strong> can keep all limits." in page
    causes = re.findall(r"<li>(0: [^<]*)</li>", page)
    assert causes
    assert "<x-gantt" not in page
    chinese = client.get(f"{SOLVE}?run={run}", headers={"accept-language": "zh-CN"}).text
    assert "障碍所在" in chinese
    assert not set(causes) & set(re.findall(r"<li>([^<]*)</li>", chinese))


def test_a_search_is_stopped_from_its_page(client, ctx, ft06):
    run = service.ask_solve(ctx, read_problem(ft06, "jsp"))
    answer = client.post(f"{SOLVE}/cancel", data={"run": run.id})
    assert answer.headers["location"] == f"{SOLVE}?run={run.id}"
    page = client.get(f"{SOLVE}?run={run.id}").text
    assert "stopped before it found a schedule" in page
    again = client.post(f"{SOLVE}/cancel", data={"run": run.id})
    assert again.status_code == 303, "who presses at the very end sees the result"


def test_a_search_that_is_told_to_stop_says_so(client, ctx):
    with start_run(ctx, "factory", "solve", params={"problem": "x", "seconds": 30.0}) as run:
        address = f"{SOLVE}?run={run.id}"
        assert "Stop and keep the best" in client.get(address).text
        client.post(f"{SOLVE}/cancel", data={"run": run.id})
        page = client.get(address).text
    assert "searching · stopping" in page
    assert "Stop and keep the best" not in page


def test_a_search_that_waits_says_for_what(client, ctx, ft06):
    problem = read_problem(ft06, "jsp")
    first, second = (service.ask_solve(ctx, problem, seed=seed) for seed in (1, 2))
    assert "for a process to take it up" in client.get(f"{SOLVE}?run={first.id}").text
    page = client.get(f"{SOLVE}?run={second.id}").text
    assert "waiting · for 1 computation before it" in page


def test_searching_again_begins_with_what_was_asked(client, ctx, ft06):
    wishes = {"seconds": 12.5, "workers": 4, "seed": 5, "objective": {"flow": 2, "setup": 0.25}}
    run = service.solve(ctx, read_problem(ft06, "jsp"), steps=1, **wishes)
    link = f"{SOLVE}?again={run}"
    assert f'href="{link}"' in client.get(f"{SOLVE}?run={run}").text
    page = client.get(link).text
    asked = fields_of(page)
    assert (asked["seconds"], asked["seed"]) == ("12.5", "5")
    assert '<option value="4" selected>' in page
    weights = dict(zip(asked["term"], asked["weight"], strict=True))
    assert {name: weight for name, weight in weights.items() if weight != "0"} == {
        "flow": "2",
        "setup": "0.25",
    }


def test_times_without_an_origin_bear_no_unit(client, ctx, ft06, make_plant):
    plain = service.solve(ctx, read_problem(ft06, "jsp"), steps=1)
    dated = service.solve(ctx, make_plant(3, plain=True), steps=1)
    unit = re.compile(r"\bmin</")
    assert not unit.search(client.get(f"{SOLVE}?run={plain}").text)
    assert unit.search(client.get(f"{SOLVE}?run={dated}").text)


def test_a_search_that_failed_says_why(client, ctx):
    with pytest.raises(EngineError), start_run(ctx, "factory", "solve") as run:
        raise EngineError("factory.schedule.none", N_("There is no schedule yet."), hint="")
    page = client.get(f"{SOLVE}?run={run.id}").text
    assert "The search failed." in page
    assert "There is no schedule yet." in page
    assert "failed" in client.get(SOLVE).text


@pytest.mark.parametrize("kind", ["garment", "icecream", "pharma"])
def test_the_sample_is_marked(client, kind):
    answer = client.post(f"{SOLVE}/sample", data={"kind": kind})
    page = client.get(answer.headers["location"]).text
    assert 'class="sample"' in page
    assert f"SAMPLE {kind} plant" in page


def test_a_sample_of_nothing_is_refused(client):
    assert client.post(f"{SOLVE}/sample", data={"kind": "ships"}).status_code == 422


def test_a_file_above_the_limit_is_refused(client, ctx):
    set_setting(ctx, "factory.body_megabytes", 1)
    answer = client.post(f"{SOLVE}/file", files={"file": ("big.txt", b" " * (2**20 + 1))})
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["hint"]


def test_two_schedules_stand_side_by_side(client, ctx, make_plant):
    empty = client.get(f"{SOLVE}/compare").text
    assert "Two schedules are needed; so far there are 0." in empty
    problem = make_plant(3, plain=True)
    later = tuple(replace(job, release=job.release + 200) for job in problem.jobs)
    a = service.solve(ctx, problem, steps=2)
    b = service.solve(ctx, replace(problem, jobs=later), steps=2)
    assert "Two schedules are needed" not in client.get(f"{SOLVE}/compare?b={b}").text
    page = client.get(f"{SOLVE}/compare?a={a}&b={b}").text
    for part in ("What they cost", "What moved", "Late jobs", "operations run elsewhere"):
        assert part in page
    assert page.count(" selected") >= 2
    missing = client.get(f"{SOLVE}/compare?a={a}&b=nothing")
    assert missing.status_code == 404


@pytest.mark.parametrize("path", ["", "?run={run}", "/compare?a={run}&b={run}", "?file={file}"])
def test_no_page_carries_inline_style_or_script(client, ctx, ft06, path):
    run = service.solve(ctx, read_problem(ft06, "jsp"), steps=1)
    file = send(client, ft06, "ft06.txt").partition("file=")[2]
    page = client.get(SOLVE + path.format(run=run, file=file)).text
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)
    assert "<script>" not in page


def test_every_term_has_words():
    assert set(service.TERMS) == set(TERMS)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("A/1: machine.overlap", "A/1：没有找到遵守规则 machine.overlap 的排程。"),
        ("said since yesterday", "said since yesterday"),
    ],
)
def test_what_the_engine_says_otherwise_is_said_in_chinese(cause, said):
    assert cause_sentence(Translator("zh-CN"), cause) == said


@pytest.mark.parametrize("code", [*CAUSES, *(f"together {code}" for code in LIMITS)])
def test_every_cause_is_said_with_its_figures(code):
    together, name = code.startswith("together "), code.removeprefix("together ")
    text = (LIMITS if together else CAUSES)[name]
    fields = {field: f"v{at}" for at, field in enumerate(re.findall(r"\{(\w+)\}", text))}
    cause = str(Cause(name, fields, together))
    words = Translator("zh-CN")
    assert cause_sentence(words, cause) == words.text(text, **fields) != cause
    assert cause_sentence(Translator("en"), cause) == cause


def test_times_are_dates_only_where_the_problem_says_when_it_begins():
    dated = clock_of("2026-03-02T00:00:00+08:00", "h")
    assert str(dated(30)) == "2026-03-03 06:00:00"
    assert dated(None) is None
    assert clock_of("1970-01-01T00:00:00+00:00", "min")(30) == 30
