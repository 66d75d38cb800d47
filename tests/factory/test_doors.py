"""API and pages of the factory: before the first plan, and with a schedule in force."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import orjson
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.app.cli import main
from sanpin.factory import api, pages, service
from sanpin.factory.engine.formats.writer import problem_record, schedule_record
from sanpin.factory.engine.solve import Params
from sanpin.factory.sample import SampleGood
from sanpin.kit.context import Context, open_context
from sanpin.kit.http import install
from sanpin.kit.pages import mount_static
from sanpin.kit.workspace import Workspace
from sanpin.master import service as master

GOODS = [("22423", "REGENCY CAKESTAND 3 TIER"), ("85099B", "JUMBO BAG RED RETROSPOT")]


def serve(ctx: Context) -> TestClient:
    """Return a client of the domain's API and pages, on loopback without users."""
    app = FastAPI()
    install(app, ctx, host="127.0.0.1")
    mount_static(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def blank(ctx: Context) -> Iterator[TestClient]:
    """Give a client of an empty workspace."""
    with serve(ctx) as client:
        yield client


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Give a workspace with a sample plant that makes two goods."""
    folder = tmp_path_factory.mktemp("plant") / "workspace"
    with open_context(Workspace.create(folder, name="plant")) as ctx:
        master.load_sample(ctx, GOODS, [])
        families = {code: item.family for code, item in master.all_items(ctx).items()}
        goods = [SampleGood(code, families[code], "red", 20.0) for code, _ in GOODS]
        service.load_sample(ctx, goods, [])
        yield ctx


@pytest.fixture(scope="module")
def scheduled(plant: Context) -> service.Scheduled:
    """Plan and schedule two goods so that some orders are late."""
    wanted = np.arange(1, 15)[:, None] * np.full(2, 900.0)
    need = service.Demand([code for code, _ in GOODS], wanted, np.full(2, 900.0))
    plan = service.plan(plant, need, as_of=date(2026, 3, 2), service_level=0.95)
    return service.make_schedule(plant, plan, Params(seconds=60, steps=2))


@pytest.fixture
def client(plant: Context) -> Iterator[TestClient]:
    """Give a client of the sample plant."""
    with serve(plant) as client:
        yield client


@pytest.mark.parametrize("path", ["/factory/plan", "/factory/schedule"])
def test_empty_pages_offer_the_three_doors(blank, path):
    page = blank.get(path)
    assert page.status_code == 200
    for door in ("/settings/sample", "/imports?kind=stock", "/imports/how#stock"):
        assert door in page.text


@pytest.mark.parametrize("path", ["plan", "schedule", "gantt", "orders", "materials", "late"])
def test_the_api_says_what_to_do_before_the_first_plan(blank, path):
    answer = blank.get(f"/api/v1/factory/{path}")
    assert answer.status_code == 409
    assert answer.json()["code"].startswith("factory.")
    assert "sanpin loop run" in answer.text


def test_the_plan_page_answers_with_figures_and_rows(client, scheduled):
    page = client.get("/factory/plan").text
    assert "What must we make this week?" in page
    assert "SAMPLE" in page
    assert "REGENCY CAKESTAND 3 TIER" in page
    found = client.get("/factory/plan", params={"q": "jumbo"}).text
    assert "85099B-01" in found
    assert "22423-01" not in found
    assert "No order matches." in client.get("/factory/plan", params={"q": "zzz"}).text


def test_the_schedule_page_shows_board_late_orders_and_loads(client, scheduled):
    page = client.get("/factory/schedule").text
    assert "<x-gantt" in page
    assert "/api/v1/factory/gantt" in page
    assert scheduled.late["order"][0] in page
    assert scheduled.load["machine"][0] in page
    one = scheduled.late["order"][0]
    assert f"Machines of order {one} only." in client.get(f"/factory/schedule?order={one}").text


def test_one_machine_is_shown_alone_by_its_name(client, scheduled):
    code = next(one for one in scheduled.operations["machine"] if one)
    page = client.get(f"/factory/schedule?machine={code}").text
    board = client.get(f"/api/v1/factory/gantt?machine={code}").json()
    assert f"/api/v1/factory/gantt?order=&amp;machine={code}" in page
    assert {row["id"] for row in board["rows"]} == {code}
    name = board["rows"][0]["label"]
    assert f"Machine {name} only, used for" in page
    assert {bar["row"] for bar in board["bars"]} == {code}
    chinese = client.get(f"/api/v1/factory/gantt?machine={code}&lang=zh").json()
    assert chinese["rows"][0]["label"] != name
    assert chinese["bars"][0]["label"] != board["bars"][0]["label"], "steps are translated too"


def test_pages_speak_chinese(client, scheduled):
    client.cookies.set("sanpin_language", "zh-CN")
    for path, text in (("/factory/plan", "本周必须生产什么？"), ("/factory/schedule", "延误订单")):
        assert text in client.get(path, headers={"accept-language": "zh-CN"}).text


def test_no_page_carries_inline_style_or_script(client, scheduled):
    for path in ("/factory/plan", "/factory/schedule"):
        page = client.get(path).text
        assert " style=" not in page
        assert "onclick=" not in page
        assert "<script>" not in page


def test_figures_and_lists_agree(client, scheduled):
    figures = client.get("/api/v1/factory/schedule").json()
    late = client.get("/api/v1/factory/late", params={"limit": 1}).json()
    assert figures["run"] == scheduled.run
    assert figures["late_orders"] == late["total"] == scheduled.late.height > 1
    assert len(late["late"]) == 1
    more = client.get("/api/v1/factory/late", params={"cursor": late["next"]}).json()
    assert len(more["late"]) == late["total"] - 1
    orders = client.get("/api/v1/factory/orders", params={"q": "22423"}).json()
    assert {row["item"] for row in orders["orders"]} == {"22423"}
    assert client.get("/api/v1/factory/load").json()["total"] > 0
    assert client.get("/api/v1/factory/plan").json()["make_orders"] > 0


@pytest.mark.parametrize("name", ["orders", "materials", "operations", "late", "load"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_every_list_exports_all_rows(client, scheduled, name, form):
    answer = client.get(f"/api/v1/factory/{name}", params={"format": form})
    assert answer.status_code == 200
    assert f"factory-{name}" in answer.headers["content-disposition"]
    if form == "csv":
        total = client.get(f"/api/v1/factory/{name}").json()["total"]
        assert len(answer.content.decode("utf-8-sig").strip().splitlines()) == total + 1


def test_the_board_has_rows_bars_and_closed_time(client, scheduled):
    board = client.get("/api/v1/factory/gantt").json()
    assert set(board) == {"origin", "unit_seconds", "now", "rows", "bars"}
    assert len(board["bars"]) == scheduled.operations.height
    bar, row = board["bars"][0], board["rows"][0]
    assert {"row", "job", "op", "label", "family", "setup_start", "start", "end"} <= set(bar)
    assert {"due", "late", "href"} <= set(bar)
    assert {"id", "label", "site", "load", "closed"} <= set(row)
    assert row["closed"][0][0] == 0
    assert all(a < b for a, b in row["closed"])


def test_a_schedule_is_checked_from_outside(client, scheduled):
    body = {
        "problem": problem_record(scheduled.problem),
        "solution": schedule_record(scheduled.result),
    }
    assert client.post("/api/v1/factory/check", json=body).json()["valid"] is True
    body["solution"]["operations"][0]["machine"] = "nowhere"
    report = client.post("/api/v1/factory/check", json=body).json()
    assert report["valid"] is False
    assert "mode.machine" in {each["code"] for each in report["violations"]}
    body["problem"]["colour"] = 1
    refused = client.post("/api/v1/factory/check", json=body)
    assert refused.status_code == 422
    assert refused.json()["code"] == "factory.problem.unknown_key"


@pytest.mark.parametrize("verb", ["plan", "schedule", "late"])
def test_commands_show_what_is_in_force(plant, scheduled, capfdbinary, verb):
    place = ("--workspace", str(plant.workspace.path))
    assert main(["factory", verb, *place, "--json"]) == 0
    value = orjson.loads(capfdbinary.readouterr().out)
    assert value.get("run") in (service.required(plant, "plan").run, scheduled.run, None)
    assert main(["factory", verb, *place]) == 0
    assert capfdbinary.readouterr().out.strip()
