"""HTTP door of the solver: searches as Runs, schedules, checks, conversions, refusals."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.app.web import routers
from sanpin.factory import api, service
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.sample.plants import generate
from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.kit.jobs import run_worker
from sanpin.kit.pages import mount_static
from sanpin.kit.runs import list_runs
from sanpin.kit.settings import set_setting

PACKED = gzip.compress(b"{}", mtime=0)
SOLVE = "/api/v1/factory/solve"


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a client of the solver and of the Runs, on loopback without users."""
    app = FastAPI()
    install(app, ctx, host="127.0.0.1")
    mount_static(app)
    app.include_router(api.router)
    for router in routers():
        app.include_router(router)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def shop(ft06: bytes) -> dict[str, Any]:
    """Give the classic job shop as native JSON."""
    record: dict[str, Any] = orjson.loads(problem_bytes(read_problem(ft06, "jsp")))
    return record


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Return the problem details of a refusal."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["code"] == code
    assert found["detail"] and found["hint"]
    return found


@pytest.mark.parametrize(("steps", "status"), [(0, 202), (-1, 422)])
def test_rounds_may_be_none_but_not_fewer(client, shop, steps, status):
    assert (
        client.post(SOLVE, json={"problem": shop, "params": {"steps": steps}}).status_code == status
    )


def test_a_search_is_a_run_that_a_worker_carries_out(client, ctx, shop):
    body = {"problem": shop, "params": {"steps": 30, "seed": 3, "objective": {"makespan": 2}}}
    answer = client.post(SOLVE, json=body)
    assert answer.status_code == 202, answer.text
    run = answer.json()
    assert answer.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert (run["state"], run["verb"], run["seed"]) == ("queued", "solve", 3)
    refused(client.get(run["links"]["schedule"]), 409, "factory.solve.no_schedule")
    run_worker(ctx.workspace, once=True)
    told = client.get(answer.headers["location"]).json()
    assert told["state"] == "done", told
    assert told["metrics"]["objective"] == 110
    assert told["metrics"]["status"] == "optimal"
    assert told["metrics"]["terms"]["makespan"] == 55
    assert "event: end" in client.get(run["links"]["events"]).text
    found = client.get(run["links"]["schedule"]).json()
    assert found["format"] == "sanpin.factory.schedule/1"
    assert (found["objective"], len(found["operations"]), found["seed"]) == (110, 36, 3)
    report = client.post(
        "/api/v1/factory/check",
        json={"problem": {**shop, "objective": {"makespan": 2}}, "solution": found},
    )
    assert report.json() == {
        "valid": True,
        "violations": [],
        "terms": found["terms"],
        "objective": 110,
    }


def test_the_same_search_again_finds_the_same_schedule(client, ctx, shop):
    body = {"problem": shop, "params": {"steps": 8, "seed": 5}}
    first = client.post(SOLVE, json=body).json()
    run_worker(ctx.workspace, once=True)
    again = client.post(f"/api/v1/runs/{first['id']}/rerun").json()
    run_worker(ctx.workspace, once=True)
    assert again["params"] == first["params"]
    documents = [
        client.get(f"/api/v1/factory/schedules/{run['id']}").json() for run in (first, again)
    ]
    assert documents[0]["operations"] == documents[1]["operations"]
    assert documents[0]["seed"] == documents[1]["seed"] == 5


def test_a_file_is_taken_as_it_is_and_packed(client, ctx, ft06):
    for headers, body in (({}, ft06), ({"content-encoding": "gzip"}, gzip.compress(ft06, mtime=0))):
        address = f"{SOLVE}?format=auto&name=ft06.txt&steps=4&seed=1&objective=makespan=3"
        answer = client.post(address, content=body, headers=headers)
        assert answer.status_code == 202, answer.text
        asked = answer.json()["params"]
        assert asked["name"] == "ft06.txt"
        assert (asked["steps"], asked["objective"]) == (4, {"makespan": 3})
    kept = service.solve_runs(ctx)
    assert kept[0].params["problem"] == kept[1].params["problem"], "equal problems are kept once"


def test_answers_are_packed_for_who_accepts_it(client, ctx, ft06):
    answer = client.post("/api/v1/factory/convert?format=jsp", content=ft06)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["jobs"][0]["operations"][0]["modes"] == [{"machine": "2", "duration": 1}]


@pytest.fixture
def solved(ctx: Context, make_plant: Any) -> str:
    """Give the Run of a search on a small plant with due dates and set-ups."""
    return service.solve(ctx, make_plant(3, plain=True), steps=12)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_schedule_comes_as_rows(client, solved, form):
    answer = client.get(f"/api/v1/factory/schedules/{solved}?format={form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    if form == "csv":
        document = client.get(f"/api/v1/factory/schedules/{solved}").json()
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("job,op,machine,workers,tools,batch,setup_start,start,end")
        assert len(lines) == len(document["operations"]) + 1


@pytest.mark.parametrize("part", ["jobs", "machines", "setups", "chain"])
def test_the_tables_of_a_schedule_come_with_all_rows(client, solved, part):
    address = f"/api/v1/factory/schedules/{solved}/{part}"
    rows = client.get(address).json()
    assert rows
    lines = client.get(f"{address}?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == len(rows) + 1


def test_the_board_has_rows_and_bars(client, solved):
    board = client.get(f"/api/v1/factory/schedules/{solved}/gantt").json()
    document = client.get(f"/api/v1/factory/schedules/{solved}").json()
    assert len(board["bars"]) == len(document["operations"])
    assert {bar["row"] for bar in board["bars"]} <= {row["id"] for row in board["rows"]}
    assert board["unit_seconds"] == 60
    assert board["origin"] == "2026-01-05T00:00:00+08:00"
    assert any(row["closed"] for row in board["rows"])


def test_the_board_says_who_works_where(client, ctx):
    plant = generate("garment", 4, 14, 1)
    run = service.solve(ctx, plant, steps=1)
    board = client.get(f"/api/v1/factory/schedules/{run}/gantt").json()
    document = client.get(f"/api/v1/factory/schedules/{run}").json()
    crews = {(each["job"], each["op"]): each["workers"] for each in document["operations"]}
    assert any(crews.values())
    assert all(bar.get("workers", []) == crews[bar["job"], bar["op"]] for bar in board["bars"])


def test_the_board_of_a_problem_without_origin_has_no_dates(client, ctx, ft06):
    run = service.solve(ctx, read_problem(ft06, "jsp"), steps=1)
    assert client.get(f"/api/v1/factory/schedules/{run}/gantt").json()["origin"] is None


@pytest.mark.parametrize("part", ["terms", "moves", "late"])
def test_two_schedules_are_compared(client, ctx, solved, part, make_plant):
    problem = make_plant(3, plain=True)
    later = tuple(replace(job, release=job.release + 200) for job in problem.jobs)
    other = service.solve(ctx, replace(problem, jobs=later), steps=1)
    address = f"/api/v1/factory/differences/{part}?a={solved}&b={other}"
    assert client.get(address).json()
    assert client.get(f"{address}&format=csv").status_code == 200
    if part != "terms":
        same = f"/api/v1/factory/differences/moves?a={solved}&b={solved}"
        assert client.get(same).json() == []


def test_weights_that_leave_64_bits_are_refused(client, shop):
    body = {"problem": shop, "params": {"objective": {"makespan": 1e27}}}
    refused(client.post(SOLVE, json=body), 422, "factory.problem.overflow")


def test_weights_that_do_not_fit_are_named_with_their_values(client, shop):
    body = {"problem": shop, "params": {"objective": {"colour": 1, "tardiness": -1.5}}}
    found = refused(client.post(SOLVE, json=body), 422, "factory.solve.term")
    assert "“colour”" in found["detail"] and "tardiness" in found["hint"]
    assert [one["fields"] for one in found["problems"]] == [
        {"term": "colour"},
        {"term": "tardiness", "value": "-1.5"},
    ]


def test_what_an_address_does_not_know_is_refused_before_anything_is_done(client, ctx, ft06):
    before = len(list_runs(ctx, "factory", "solve"))
    address = f"{SOLVE}?format=jsp&secnds=5"
    found = refused(client.post(address, content=ft06), 422, "factory.request.parameter")
    assert "“secnds”" in found["detail"] and "seconds" in found["hint"]
    for other in ("convert?froamt=jsp", "check?form=x"):
        answer = client.post(f"/api/v1/factory/{other}", content=b"{}")
        refused(answer, 422, "factory.request.parameter")
    assert len(list_runs(ctx, "factory", "solve")) == before


def test_yes_and_no_are_no_numbers(client, shop):
    answer = client.post(SOLVE, json={"problem": shop, "params": {"seconds": True}})
    assert answer.status_code == 422
    assert "seconds" in answer.text


def test_keys_that_are_written_twice_are_refused(client, shop):
    body = orjson.dumps({"problem": shop, "params": {"seed": 1}})
    body = body.replace(b'"seed":1', b'"seed":1,"seed":2')
    found = refused(client.post(SOLVE, content=body), 422, "factory.json.repeated_key")
    assert "“seed”" in found["detail"]


def test_findings_beyond_those_listed_are_counted(client, shop):
    for job in shop["jobs"]:
        job |= {f"key{at}": 1 for at in range(30)}
    found = refused(client.post(SOLVE, json={"problem": shop}), 422, "factory.problem.invalid")
    assert len(found["problems"]) == 100
    assert "180 errors; 100 are listed" in found["detail"]


def test_remedies_name_no_option_of_the_command_line(client):
    for body in (b"2 2\n0 x", b"{", b"x", b" ".join([b"3"] * 750)):
        answer = client.post("/api/v1/factory/convert", content=body)
        assert answer.status_code == 422
        assert "--" not in answer.json()["hint"]
    missing = refused(client.get("/api/v1/factory/schedules/nope"), 404, "runs.run.unknown")
    assert "sanpin" not in missing["hint"]


def test_reasons_and_unknown_keys_are_said_in_chinese(client, shop):
    chinese = {"accept-language": "zh-CN"}
    broken = client.post("/api/v1/factory/convert", content=b'{"a": 1', headers=chinese).json()
    assert broken["code"] == "factory.problem.not_json"
    assert "unexpected" not in broken["detail"] and "1" in broken["detail"]
    body = {"problem": shop, "params": {"foo": 1}}
    unknown = client.post(SOLVE, json=body, headers=chinese).json()
    assert "Extra" not in orjson.dumps(unknown["problems"]).decode()


def test_every_finding_of_a_problem_is_told_with_its_path(client, shop):
    shop["colour"] = 1
    shop["jobs"][0]["operations"][1]["modes"][0]["duration"] = -4
    shop["jobs"][2]["operations"][0]["modes"][0]["machine"] = "nowhere"
    found = refused(client.post(SOLVE, json={"problem": shop}), 422, "factory.problem.invalid")
    paths = {str(one["fields"].get("path")) for one in found["problems"]}
    assert "$.jobs[0].operations[1].modes[0].duration" in paths
    assert len(found["problems"]) == 3
    chinese = client.post(SOLVE, json={"problem": shop}, headers={"accept-language": "zh-CN"})
    assert "[\u4e00-\u9fff]" and any("\u4e00" <= c <= "\u9fff" for c in chinese.json()["detail"])


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"seconds": 0}, "params.seconds"),
        ({"steps": "many"}, "params.steps"),
        ({"colour": 1}, "params.colour"),
        ({"objective": {"makespan": "x"}}, "params.objective.makespan"),
    ],
)
def test_wishes_that_do_not_fit_are_named(client, shop, params, name):
    answer = client.post(SOLVE, json={"problem": shop, "params": params})
    found = refused(answer, 422, "http.request.invalid")
    assert name in {one["fields"]["name"] for one in found["problems"]}


@pytest.mark.parametrize(
    ("objective", "code"),
    [
        ({"colour": 1}, "factory.solve.term"),
        ({"makespan": -1}, "factory.solve.weight"),
        ({"makespan": 0}, "factory.solve.weightless"),
    ],
)
def test_weights_must_make_sense(client, shop, objective, code):
    body = {"problem": shop, "params": {"objective": objective}}
    refused(client.post(SOLVE, json=body), 422, code)
    address = f"{SOLVE}?format=sanpin" + "".join(
        f"&objective={k}={v}" for k, v in objective.items()
    )
    refused(client.post(address, content=orjson.dumps(shop)), 422, code)


@pytest.mark.parametrize(
    ("address", "body", "headers", "status", "code"),
    [
        (SOLVE, b"{", {}, 400, "factory.request.not_json"),
        (f"{SOLVE}?format=jsp&objective=much", b"", {}, 422, "factory.request.weight"),
        (f"{SOLVE}?format=nothing", b"1", {}, 422, "factory.problem.format"),
        (f"{SOLVE}?format=jsp", b"2 2\n0 x", {}, 422, "factory.problem.syntax"),
        (
            "/api/v1/factory/convert",
            b"--b--",
            {"content-type": "multipart/form-data; boundary=b"},
            415,
            "http.body.form",
        ),
        (SOLVE, b"x", {"content-encoding": "br"}, 415, "http.body.coding"),
        (SOLVE, b"x", {"content-encoding": "gzip"}, 400, "http.body.packed"),
        (SOLVE, PACKED[:-4], {"content-encoding": "gzip"}, 400, "http.body.packed"),
    ],
)
def test_what_cannot_be_read_is_refused(client, address, body, headers, status, code):
    refused(client.post(address, content=body, headers=headers), status, code)


def test_a_file_with_many_instances_needs_a_number(client):
    content = " ".join(["3"] * 3 * 2 * 125).encode()
    address = "/api/v1/factory/convert?format=wt"
    refused(client.post(address, content=content), 422, "factory.problem.instance")
    answer = client.post(f"{address}&instance=125&name=wt2.txt", content=content)
    assert answer.json()["name"] == "wt2.txt #125"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_firm_sets_how_much_may_be_sent(client, ctx, language):
    set_setting(ctx, "factory.body_megabytes", 1)
    for body, headers in (
        (b" " * (2**20 + 1), {}),
        (gzip.compress(b" " * (2**20 + 1)), {"content-encoding": "gzip"}),
    ):
        given = {**headers, "accept-language": language}
        found = refused(client.post(SOLVE, content=body, headers=given), 413, "http.body.too_large")
        assert "1 MB" in found["hint"]
        assert ("larger" in found["detail"]) == (language == "en")


def test_more_than_usual_may_be_allowed(client, ctx, shop):
    set_setting(ctx, "factory.body_megabytes", 80)
    body = orjson.dumps({"problem": shop}) + b" " * (65 * 2**20)
    assert client.post(SOLVE, content=body).status_code == 202
    (
        refused(client.post("/api/v1/runs", content=body), 413, "http.body.too_large"),
        "elsewhere the usual limit holds",
    )


def test_the_formats_are_listed_in_the_language_of_the_reader(client):
    english = client.get("/api/v1/factory/formats").json()["formats"]
    assert {"sanpin", "jsp", "fjsp"} <= {one["format"] for one in english}
    assert [one["format"] for one in english if one["several"]] == ["wt"]
    headers = {"accept-language": "zh-CN"}
    chinese = client.get("/api/v1/factory/formats", headers=headers).json()["formats"]
    assert all(a["label"] != b["label"] for a, b in zip(english, chinese, strict=True))


def test_a_run_of_something_else_has_no_schedule(client, ctx):
    from sanpin.kit.runs import start_run

    with start_run(ctx, "factory", "plan") as other:
        pass
    address = f"/api/v1/factory/schedules/{other.id}"
    refused(client.get(address), 404, "factory.solve.other_run")
    refused(client.get("/api/v1/factory/schedules/nothing"), 404, "runs.run.unknown")
