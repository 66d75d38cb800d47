"""The HTTP door of the flows: scoreboard, rows, decisions, cockpit, starting the loop."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import polars as pl
import pytest
from starlette.testclient import TestClient
from tests.flows.conftest import KeepLoop, decisions

from sanpin.flows.scoreboard.figure import DEFINITIONS
from sanpin.kit.context import Context
from sanpin.kit.runs import list_runs


def ask(client: TestClient, path: str) -> Any:
    """Return the document of a path that answers."""
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def csv_rows(client: TestClient, path: str) -> pl.DataFrame:
    """Return a download as a table."""
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf"), "spreadsheets need the mark"
    return pl.read_csv(io.BytesIO(answer.content))


def test_the_scoreboard_is_that_of_the_command(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    answer = ask(client, "scoreboard?region=Chongqing")
    assert set(answer) == {"firm", "published"}
    assert sum(len(figures) for figures in answer["firm"].values()) == 17
    assert {one["region"] for one in answer["published"]} == {"Chongqing"}


def test_an_empty_workspace_answers_everywhere(client: TestClient) -> None:
    assert ask(client, "scoreboard")["firm"] == {"variety": {}, "quality": {}, "brand": {}}
    assert ask(client, "scoreboard/active_items")["value"] is None
    assert ask(client, "scoreboard/active_items/rows") == {"rows": [], "total": 0, "next": None}
    assert ask(client, "decisions")["decisions"] == []
    assert ask(client, "cockpit")["firm"]["run"] is None
    assert client.get("/api/v1/scoreboard/export").status_code == 200
    assert client.get("/api/v1/decisions?format=csv").status_code == 200
    assert client.get("/api/v1/scoreboard/active_items/rows?format=xlsx").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("scoreboard?region=Atlantis", 422, "sector.region.unknown"),
        ("scoreboard?industry=alchemy", 422, "sector.industry.unknown"),
        ("cockpit?region=Atlantis", 422, "sector.region.unknown"),
        ("scoreboard/happiness", 404, "scoreboard.figure.unknown"),
        ("scoreboard/happiness/rows", 404, "scoreboard.figure.unknown"),
    ],
)
def test_refusals_are_problems_with_a_code(
    client: TestClient, path: str, status: int, code: str
) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_kind_that_does_not_exist_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/decisions?kind=urgent").status_code == 422


def test_one_figure_with_its_history(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    found = ask(client, "scoreboard/active_items")
    assert (found["pillar"], found["label"], found["value"]) == ("variety", "Active items", 4.0)
    assert len(found["history"]) == 6
    assert found["history"][-1] == found["value"]


@pytest.mark.parametrize("key", [one.key for one in DEFINITIONS])
def test_every_figure_has_rows_in_every_format(
    client: TestClient, keep_loop: KeepLoop, key: str
) -> None:
    keep_loop()
    rows = ask(client, f"scoreboard/{key}/rows")
    assert rows["total"] == len(rows["rows"]) > 0
    assert csv_rows(client, f"scoreboard/{key}/rows?format=csv").height == rows["total"]
    book = client.get(f"/api/v1/scoreboard/{key}/rows?format=xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    assert sheet.max_row == rows["total"] + 1


def test_rows_come_in_pages_and_downloads_hold_all(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    seen, cursor, total = [], "", None
    while cursor is not None:
        page = ask(client, f"scoreboard/median_order_size/rows?limit=7&cursor={cursor}")
        seen += [row["order_id"] for row in page["rows"]]
        cursor, total = page["next"], page["total"]
    assert len(seen) == len(set(seen)) == total
    whole = csv_rows(client, "scoreboard/median_order_size/rows?format=csv")
    assert whole["Order"].to_list() == seen


def test_headings_of_a_download_speak_the_readers_language(
    client: TestClient, keep_loop: KeepLoop
) -> None:
    keep_loop()
    frame = csv_rows(client, "scoreboard/countries/rows?format=csv&lang=zh")
    assert frame.columns[:2] == ["国家", "销售额"]


def test_all_figures_as_a_download(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    frame = csv_rows(client, "scoreboard/export?format=csv")
    assert frame["key"].to_list() == [one.key for one in DEFINITIONS]
    assert json.loads(client.get("/api/v1/scoreboard/export?format=json").content)


def test_decisions_with_their_causes(client: TestClient, keep_loop: KeepLoop) -> None:
    run = keep_loop(decisions())
    found = ask(client, "decisions")
    assert found["counts"] == {"late": 1, "short": 7, "overload": 0, "hold": 1}
    assert found["total"] == 9
    assert found["run"] == run.id
    first = found["decisions"][0]
    assert (first["kind"], first["thing"]) == ("late", "1042 vase")
    assert first["why"].startswith("due Thu 4 Jul, 2.1 d late")
    assert first["fields"]["resource"] == "Kiln 2"


def test_decisions_of_one_kind_page_by_page(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions())
    page = ask(client, "decisions?kind=short&limit=5")
    rest = ask(client, f"decisions?kind=short&limit=5&cursor={page['next']}")
    things = [one["thing"] for one in page["decisions"] + rest["decisions"]]
    assert things == [f"i{n} item" for n in range(7)]
    assert rest["next"] is None
    assert page["total"] == 7


def test_decisions_as_a_download_hold_all_rows(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions(1200))
    frame = csv_rows(client, "decisions?format=csv")
    assert frame.height == 1202
    assert {"Kind", "What", "Why", "Runs out", "In stock", "Due"} <= set(frame.columns)
    assert csv_rows(client, "decisions?kind=hold&format=csv").height == 1


def test_both_sides_of_the_cockpit(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions(), floor=None, missing=["stock"])
    answer = ask(client, "cockpit?region=Shanghai")
    firm, industry = answer["firm"], answer["industry"]
    assert firm["counts"]["short"] == 7
    assert len(firm["decisions"]) == 9
    assert firm["missing"] == ["stock"]
    assert set(firm["scoreboard"]) == {"variety", "quality", "brand"}
    assert set(industry["pillars"]) == {"variety", "quality", "brand"}
    assert {one["region"] for one in industry["tasks"]} == {"Shanghai"}
    assert {"behind", "counts", "warnings", "as_of"} <= set(industry)


def test_the_loop_is_accepted_and_can_be_watched(client: TestClient, orders: Context) -> None:
    answer = client.post("/api/v1/loop", json={"plan_days": 7, "seed": 5})
    assert answer.status_code == 202, answer.text
    run = answer.json()
    assert (run["domain"], run["verb"], run["state"]) == ("loop", "run", "queued")
    assert (run["params"]["plan_days"], run["params"]["horizon_days"]) == (7, 28)
    assert answer.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert ask(client, f"runs/{run['id']}")["id"] == run["id"]
    assert ask(client, "cockpit")["firm"]["under_way"] == run["id"]


def test_a_second_loop_is_not_started(client: TestClient, orders: Context) -> None:
    first, second = (client.post("/api/v1/loop").json()["id"] for _ in range(2))
    assert first == second
    assert len(list_runs(orders, "loop", "run")) == 1


@pytest.mark.parametrize("body", [{"plan_days": 0}, {"service_level": 2}, {"plan_days": 60}])
def test_a_loop_that_cannot_be_is_refused(
    client: TestClient, orders: Context, body: dict[str, Any]
) -> None:
    assert client.post("/api/v1/loop", json=body).status_code == 422
    assert list_runs(orders, "loop", "run") == []


def test_every_path_is_described(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    wanted = {
        "/api/v1/scoreboard": {"get"},
        "/api/v1/scoreboard/export": {"get"},
        "/api/v1/scoreboard/{figure}": {"get"},
        "/api/v1/scoreboard/{figure}/rows": {"get"},
        "/api/v1/decisions": {"get"},
        "/api/v1/cockpit": {"get"},
        "/api/v1/loop": {"post"},
    }
    for path, methods in wanted.items():
        assert set(paths[path]) == methods
        assert all(paths[path][method]["summary"] for method in methods)
    assert not any(path in paths for path in ("/", "/decisions", "/scoreboard"))
