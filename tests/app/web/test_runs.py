"""Runs over the web: listed, watched, compared, cancelled, done again."""

from __future__ import annotations

import io
import json
import re

import polars as pl
import pytest
from starlette.testclient import TestClient

from sanpin.app.web.runs.words import MARKS, verbs
from sanpin.base import N_, EngineError, RunState
from sanpin.kit.context import Context
from sanpin.kit.runs import enqueue, get_run, list_runs, start_run


def finished(ctx: Context, rmsse: float = 0.64, horizon: int = 28) -> str:
    """Keep a Run of the loop with one step."""
    with start_run(ctx, "loop", "run", params={"horizon": horizon}, seed=7) as run:
        with start_run(ctx, "demand", "forecast") as step:
            step.metric("rmsse", rmsse)
        run.metric("forecast", {"items": 3, "rmsse": rmsse})
        run.artefact("panel", "dataset-1")
    return run.id


def failed(ctx: Context) -> str:
    """Keep a Run that failed with a reason and a remedy."""
    with (
        pytest.raises(EngineError),
        start_run(ctx, "loop", "run") as run,
    ):
        raise EngineError(
            "loop.test.broken", N_("The machine {name} is not sound."), hint="Mend it.", name="K1"
        )
    return run.id


def test_empty_list_has_doors(client: TestClient) -> None:
    """Without Runs the page says what will stand here and offers three doors."""
    page = client.get("/runs").text
    assert "Nothing has been computed yet." in page
    assert 'action="/settings/sample"' in page


def test_list_shows_runs_but_no_steps(ctx: Context, client: TestClient) -> None:
    """Each Run stands once, with the name of its computation, state and author."""
    run = finished(ctx)
    page = client.get("/runs").text
    assert page.count(f'href="/runs/{run}"') == 1
    assert "Run the loop" in page
    assert "done" in page
    assert len(list_runs(ctx)) == 2
    assert page.count("<tr>") == 2


def test_list_is_filtered(ctx: Context, client: TestClient) -> None:
    """By state and by computation; a state that does not exist filters nothing."""
    good, bad = finished(ctx), failed(ctx)
    page = client.get("/runs?state=failed").text
    assert bad in page
    assert good not in page
    assert "The machine K1 is not sound." in page
    assert good in client.get("/runs?state=nonsense").text
    assert good not in client.get("/runs?verb=demand.intake").text
    assert "Nothing fits." in client.get("/runs?verb=demand.intake").text


def test_list_goes_on_behind_the_cursor(ctx: Context, client: TestClient) -> None:
    """Pages of the interface join without gap or repetition."""
    runs = [finished(ctx) for _ in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = client.get("/api/v1/runs", params={"limit": 2, **more}).json()
        seen += [run["id"] for run in answer["items"]]
        cursor = answer["next"]
        if not cursor:
            break
    assert seen == runs[::-1]


def test_one_run(ctx: Context, client: TestClient) -> None:
    """Parameters, seed, nested figures, what was kept, and its steps."""
    page = client.get(f"/runs/{finished(ctx)}").text
    for text in ("Forecast", "Items", "0.64", "Days forecast", "28", "dataset-1", "Run again"):
        assert text in page
    assert "/cancel" not in page


def test_figures_are_read_in_words(ctx: Context, client: TestClient) -> None:
    """Truth values, lengths of time, shares and thousands, in the reader's language."""
    with start_run(ctx, "factory", "schedule", params={"as_of": "2024-03-05"}) as run:
        run.metrics({"valid": True, "setup_minutes": 4813, "utilisation": 0.243, "lots": 12345})
        run.metrics({"decisions": [{"kind": "late"}], "problem_hash": "abc"})
    page = client.get(f"/runs/{run.id}").text
    for text in (">yes<", "24.3%", "12,345", "Tue 5 Mar 2024", "Use of open time", "abc"):
        assert text in page
    assert "True" not in page
    assert "4813" not in page
    assert "decisions" not in page, "contents are no figures"
    chinese = client.get(f"/runs/{run.id}?lang=zh").text
    for text in (">是<", "开放时间利用率", "2024年3月5日"):
        assert text in chinese


def test_a_search_leads_to_its_schedule_and_has_no_raw_names(
    ctx: Context, client: TestClient
) -> None:
    """What was asked is told from what came out, in words, beside the way to the schedule."""
    asked = {"problem": "p", "name": "plant", "seconds": 15.0, "steps": None, "workers": 2}
    facts = {
        "status": "feasible", "step": 3, "late_jobs": 2, "setup_time": 9, "worst_job": "J",
        "problem_hash": "ab" * 32, "jobs": 4, "seconds": 12.0, "unit": "min",
        "terms": {"tardy_jobs": 2, "tardiness": 8},
    }  # fmt: skip
    asked |= {"objective": {"tardiness": 3}, "start": ""}
    with start_run(ctx, "factory", "solve", params=asked) as run:
        for name, value in facts.items():
            run.metric(name, value)
    page = client.get(f"/runs/{run.id}").text
    assert f'href="/factory/solve?run={run.id}"' in page
    names = re.findall(r"<td[^>]*>([^<]*)</td><td|<td[^>]*>([^<]*)</td>\s*<td", page)
    labels = {first or second for first, second in names}
    assert {"Time limit", "Time taken", "Number of late jobs", "Outcome"} <= labels
    assert not labels & {*asked, *facts, "tardiness", "tardy_jobs"}
    assert "ab" * 7 not in page


def test_failed_run_says_why(ctx: Context, client: TestClient) -> None:
    """The reason and the remedy stand on the page."""
    page = client.get(f"/runs/{failed(ctx)}").text
    assert "The machine K1 is not sound." in page
    assert "Mend it." in page


def test_every_step_of_the_loop_has_a_name(ctx: Context, client: TestClient) -> None:
    """Also those that cannot be asked for on their own."""
    with start_run(ctx, "loop", "run") as run:
        for domain, verb in (("factory", "plan"), ("factory", "make"), ("trace", "capture")):
            with start_run(ctx, domain, verb):
                pass
    page = client.get(f"/runs/{run.id}?lang=zh").text
    assert all(word in page for word in ("计划生产什么", "运行车间", "采集文档"))
    assert "factory.plan" not in page


def test_step_leads_to_its_run(ctx: Context, client: TestClient) -> None:
    """The page of a step links the Run that it belongs to."""
    run = finished(ctx)
    (step,) = list_runs(ctx, parent=run)
    assert f'href="/runs/{run}"' in client.get(f"/runs/{step.id}").text


def test_unknown_run_is_a_page(client: TestClient) -> None:
    """A wrong address says so in the house's words, to programs as a problem."""
    answer = client.get("/runs/none")
    assert answer.status_code == 404
    assert "There is no run none." in answer.text
    answer = client.get("/api/v1/runs/none")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "runs.run.unknown"


def test_waiting_run_is_live_and_can_be_cancelled(ctx: Context, client: TestClient) -> None:
    """A queued Run shows its progress and a button; cancelled, it offers another try."""
    run = enqueue(ctx, "loop.run")
    page = client.get(f"/runs/{run.id}").text
    assert f'src="/api/v1/runs/{run.id}/events"' in page
    assert f'action="/runs/{run.id}/cancel"' in page
    answer = client.post(f"/runs/{run.id}/cancel")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run.id}")
    assert get_run(ctx, run.id).state is RunState.CANCELLED
    assert "cancelled" in client.get(f"/runs/{run.id}").text
    assert client.post(f"/runs/{run.id}/cancel").status_code == 409


def test_run_again(ctx: Context, client: TestClient) -> None:
    """The same computation is queued with the same parameters and seed."""
    run = finished(ctx)
    target = client.post(f"/runs/{run}/rerun").headers["location"]
    again = get_run(ctx, target.removeprefix("/runs/"))
    assert again.state is RunState.QUEUED
    assert dict(again.params) == {"horizon": 28}
    assert again.seed == 7


def test_events_end_with_the_run(ctx: Context, client: TestClient) -> None:
    """The stream of a finished Run holds its end, with steps and words in the language."""
    run = finished(ctx)
    answer = client.get(f"/api/v1/runs/{run}/events", headers={"Accept-Language": "zh-CN"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: end" in answer.text
    line = next(line for line in answer.text.splitlines() if line.startswith("data: "))
    value = json.loads(line.removeprefix("data: "))
    assert value["state"] == "done"
    assert [step["state"] for step in value["steps"]] == ["done"]


def test_compare_page(ctx: Context, client: TestClient) -> None:
    """Only what differs is named as asked differently; every figure has its change."""
    first, second = finished(ctx, 0.70, 14), finished(ctx, 0.63)
    page = client.get(f"/runs/{second}/compare?other={first}").text
    assert "<strong>1</strong> figure differs." in page
    assert "Days forecast" in page
    assert "\N{MINUS SIGN}0.070" in page
    assert "↓ better" in page
    assert "\N{MINUS SIGN}10.0%" in page
    same = client.get(f"/runs/{second}/compare?other={second}").text
    assert "All figures are the same." in same


def test_a_comparison_leaves_texts_and_contents_out(ctx: Context, client: TestClient) -> None:
    """Of a figure that is kept with its formula the value is compared, once."""
    runs = []
    for value in (96.0, 97.5):
        figure = {"value": value, "unit": "%", "previous": None, "formula": "on time / finished"}
        board = {"quality": {"on_time_share": figure}}
        with start_run(ctx, "loop", "run") as run:
            run.metric("summary", {"workspace": "/home", "scoreboard": board, "seconds": value})
            run.metric("scoreboard", [{"definition": "on_time_share"}])
        runs.append(run.id)
    page = client.get(f"/runs/{runs[1]}/compare?other={runs[0]}").text
    assert "<h2>Quality</h2>" in page
    assert "97.500 %" in page
    for text in ("formula", "on time / finished", "/home", "definition", "previous"):
        assert text not in page
    found = client.get("/api/v1/runs/compare", params={"a": runs[0], "b": runs[1]}).json()
    assert [one["name"] for one in found["metrics"]] == [
        "summary.scoreboard.quality.on_time_share",
        "summary.seconds",
    ]


def test_interface(ctx: Context, client: TestClient) -> None:
    """Start, show with steps, compare, cancel and re-run by JSON."""
    run = finished(ctx)
    shown = client.get(f"/api/v1/runs/{run}").json()
    assert [step["verb"] for step in shown["steps"]] == ["forecast"]
    assert shown["metrics"]["forecast"]["items"] == 3
    compared = client.get("/api/v1/runs/compare", params={"a": run, "b": run}).json()
    assert compared["same_inputs"] is True
    started = client.post("/api/v1/runs", json={"verb": "loop.run", "params": {"horizon": 7}})
    assert started.status_code == 202
    waiting = started.json()
    assert waiting["params"] == {"horizon": 7}
    assert client.post(f"/api/v1/runs/{waiting['id']}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/api/v1/runs/{run}/rerun").json()["seed"] == 7
    assert client.post("/api/v1/runs", json={"verb": "no.such"}).status_code == 422


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "parquet"])
def test_export_holds_all_runs(ctx: Context, client: TestClient, suffix: str) -> None:
    """Every Run is exported, steps included, in each form."""
    finished(ctx)
    answer = client.get(f"/api/v1/runs/export?format={suffix}")
    assert answer.status_code == 200
    assert f"runs.{suffix}" in answer.headers["content-disposition"]
    if suffix == "parquet":
        assert pl.read_parquet(io.BytesIO(answer.content)).height == 2
    if suffix == "csv":
        assert len(answer.text.strip().splitlines()) == 3


def test_every_state_has_a_mark() -> None:
    """No state of a Run lacks its shape and word, and verbs have full names."""
    assert set(MARKS) == set(RunState)
    assert "loop.run" in verbs()
    assert all("." in name for name in verbs())
