"""API and pages of the domain, driven by the generated book."""

from __future__ import annotations

import io
from datetime import datetime

import polars as pl
import pytest
from starlette.testclient import TestClient
from tests.demand.conftest import Lines, client_of

from sanpin.demand import service
from sanpin.demand.plugin import DOMAIN
from sanpin.kit.context import Context
from sanpin.kit.files import Source
from sanpin.kit.registry import load
from sanpin.kit.runs import list_runs

API = "/api/v1/demand"
PAGES = ("/demand", "/demand/corrections", "/demand/accuracy")
LISTS = ("portfolio", "panel", "forecast", "corrections")


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_read_page_by_page(client: TestClient, name: str) -> None:
    key = "items" if name == "portfolio" else name
    first = client.get(f"{API}/{name}", params={"limit": 7}).json()
    assert len(first[key]) == 7
    second = client.get(f"{API}/{name}", params={"limit": 7, "cursor": first["next"]}).json()
    assert second[key] != first[key]
    assert first["total"] == second["total"] > 14


@pytest.mark.parametrize("name", LISTS)
def test_lists_export_all_their_rows(client: TestClient, name: str) -> None:
    total = client.get(f"{API}/{name}", params={"limit": 1}).json()["total"]
    answer = client.get(f"{API}/{name}", params={"format": "parquet"})
    assert pl.read_parquet(io.BytesIO(answer.content)).height == total
    csv = client.get(f"{API}/{name}", params={"format": "csv"})
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert csv.content.count(b"\n") == total + 1
    assert client.get(f"{API}/{name}", params={"format": "xlsx"}).content.startswith(b"PK")


def test_an_item_whose_code_holds_a_slash_is_opened(ctx: Context, lines: Lines) -> None:
    """Servers see a slash in an address unescaped; it belongs to the code."""
    made = [{"item": "MUG/RED", "time": datetime(2024, 3, 1 + day)} for day in range(20)]  # noqa: DTZ001
    service.save_orders(ctx, lines(*made), Source("book.csv", "orders", "", len(made)))
    service.run_forecast(ctx)
    client = client_of(ctx)
    assert "MUG/RED" in client.get("/demand/items/MUG%2FRED").text
    assert client.get(f"{API}/items/MUG%2FRED").json()["summary"]["item"] == "MUG/RED"
    assert client.get(f"{API}/items/MUG%2FRED/chart").is_success


def test_item_is_shown_with_its_chart(client: TestClient) -> None:
    item = client.get(f"{API}/portfolio", params={"limit": 1}).json()["items"][0]["item"]
    shown = client.get(f"{API}/items/{item}").json()
    assert shown["summary"]["item"] == item
    assert len(shown["forecast"]) == 28
    chart = client.get(f"{API}/items/{item}/chart").json()
    assert chart["type"] == "fan"
    assert len(chart["bands"]) == 3


def test_total_chart_and_rows_agree(client: TestClient) -> None:
    rows = client.get(f"{API}/forecast", params={"item": ""}).json()["forecast"]
    chart = client.get(f"{API}/chart").json()
    expected = [value for value in chart["series"][1]["values"] if value is not None]
    assert expected == pytest.approx([row["mean"] for row in rows], abs=0.006)


def test_accuracy_and_counts_are_told(client: TestClient) -> None:
    found = client.get(f"{API}/accuracy").json()
    assert found["metrics"]["rmsse"] < found["metrics"]["rmsse_seasonal_naive"]
    counted = client.get(f"{API}/corrections/summary").json()["rules"]
    rows = client.get(f"{API}/corrections", params={"limit": 1}).json()
    assert sum(one["rows"] for one in counted) == rows["total"]
    csv = client.get(f"{API}/accuracy", params={"format": "csv"})
    assert csv.content.count(b"\n") == 7


@pytest.mark.parametrize(
    ("path", "status"),
    [("items/NO-SUCH", 404), ("corrections?rule=magic", 422), ("portfolio?cursor=%21", 422),
     ("portfolio?format=pdf", 422), ("portfolio?limit=0", 422)],
)  # fmt: skip
def test_wrong_questions_get_problems(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_api_says_that_nothing_is_forecast(empty_client: TestClient) -> None:
    answer = empty_client.get(f"{API}/portfolio")
    assert answer.status_code == 409
    assert answer.json()["code"] == "demand.forecast.none"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_pages_answer_in_both_languages(client: TestClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"accept-language": language, "accept": "text/html"})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert ("需求" in answer.text) is (language == "zh-CN")
    assert ' style="' not in answer.text
    assert "Online Retail" not in answer.text


def test_portfolio_page_shows_items_and_leads_on(client: TestClient) -> None:
    text = client.get("/demand", params={"q": "ceramic", "sort": "-mean"}).text
    assert 'href="/demand/items/CER-MUG-' in text
    assert "TEX-TWL" not in text
    assert "What will sell in the next four weeks?" in text


def test_item_page_shows_history_fan_and_corrections(
    client: TestClient, book: pl.DataFrame
) -> None:
    copies = client.get(f"{API}/corrections", params={"rule": "duplicate_line"}).json()
    item = copies["corrections"][0]["item"]
    text = client.get(f"/demand/items/{item}").text
    assert "Duplicate line" in text
    assert '"type": "fan"' in text or '"type":"fan"' in text
    assert client.get("/demand/items/NO-SUCH").status_code == 404


def test_corrections_page_drills_to_the_rows_of_a_rule(client: TestClient) -> None:
    text = client.get("/demand/corrections", params={"rule": "cancelled_order"}).text
    assert "/demand/corrections?rule=duplicate_line" in text
    assert text.count("Cancelled order") > 2


@pytest.mark.parametrize("path", [*PAGES, "/demand/items/X"])
def test_empty_workspace_offers_three_doors(empty_client: TestClient, path: str) -> None:
    text = empty_client.get(path).text
    assert "/settings/sample" in text
    assert "/imports?kind=orders" in text
    assert "/imports/how#orders" in text


def test_orders_without_forecast_offer_to_make_one(with_orders: Context) -> None:
    with client_of(with_orders) as client:
        text = client.get("/demand").text
    assert 'action="/demand/forecast"' in text


def test_forecast_button_queues_a_run(with_orders: Context) -> None:
    with client_of(with_orders) as client:
        page = client.get("/demand").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        answer = client.post("/demand/forecast", data={"csrf_token": token}, follow_redirects=False)
    (run,) = list_runs(with_orders, "demand", "forecast")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/runs/{run.id}"
    assert run.state == "queued"


def test_sample_orders_name_their_source(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.orders, "_SAMPLE_FILE", _small_sample(ctx))
    service.load_sample(ctx)
    service.run_forecast(ctx)
    with client_of(ctx) as client:
        for path in PAGES:
            text = client.get(path).text
            assert service.SAMPLE_SOURCE in text
            assert service.SAMPLE_URL in text


def _small_sample(ctx: Context) -> object:
    from sanpin.demand.sample import sample_orders

    path = ctx.workspace.path / "orders.parquet"
    sample_orders().drop("source_row").write_parquet(path)
    return path


def test_plugin_names_parts_that_exist() -> None:
    for path in (DOMAIN.api, DOMAIN.pages, DOMAIN.cli, DOMAIN.imports, DOMAIN.search):
        assert load(path)
    for verb in DOMAIN.verbs.values():
        assert callable(load(verb.run))


def test_verbs_run_for_the_queue(with_orders: Context) -> None:
    told: list[float] = []
    run = load(DOMAIN.verbs["intake"].run)
    figures = run(with_orders, {}, lambda share, _message: told.append(share))
    assert figures["items"] > 0
    assert told == sorted(told)
    forecast = load(DOMAIN.verbs["forecast"].run)
    assert forecast(with_orders, {"horizon": 14}, lambda _s, _m: None)["horizon"] == 14
