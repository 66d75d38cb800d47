"""Own records with unusual ids, links and paces: their pages, warnings and doors hold."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.kit.i18n import translate
from sanpin.kit.pages import mount_static
from sanpin.sector import api, pages, service
from sanpin.sector.service.paths import figure_path, target_path, task_path

TARGET = {
    "indicator": "产值", "indicator_en": "Output", "region": "重庆", "sector": "五金",
    "pillar": "scale", "value": 500, "unit": "亿元", "start": "2022", "due": "2025",
}  # fmt: skip


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a server with this domain's doors alone, whose failures reach the test."""
    app = FastAPI()
    install(app, ctx)
    mount_static(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    with TestClient(app, base_url="http://localhost") as found:
        yield found


@given(st.text(min_size=1, max_size=30))
def test_an_address_holds_any_id_and_nothing_else(record_id: str) -> None:
    """No letter of an id may end the path, begin a query or leave the folder."""
    for path, folder in (
        (target_path(record_id), "targets"),
        (figure_path(record_id), "figures"),
        (task_path(record_id), "tasks"),
    ):
        start = f"/sector/{folder}/"
        assert path.startswith(start)
        rest = path.removeprefix(start)
        assert unquote(rest) == record_id
        assert not set(rest) & set('/?#"<> &')


def test_a_warning_leads_to_the_page_of_an_unusual_id(ctx: Context, client: TestClient) -> None:
    """A space and a percent sign in an own id survive the way into an address and back."""
    row = {**TARGET, "id": "产值 100%", "start": "2018", "due": "2020"}
    service.save_own_target(ctx, row)
    service.save_own_actual(
        ctx, {"target": "产值 100%", "value": 400, "unit": "亿元", "period": "2019"}
    )
    (warning,) = [one for one in service.warnings(ctx) if one.target_id == "产值 100%"]
    assert warning.code == "overdue"
    assert warning.kind == "bad"
    answer = client.get(warning.link)
    assert answer.status_code == 200
    assert "产值 100%" in unquote(answer.text)


def test_records_whose_ids_hold_a_slash_are_opened_and_removed(
    ctx: Context, client: TestClient
) -> None:
    """Servers see a slash unescaped: pages, doors and forms take it as part of the id."""
    service.save_own_target(ctx, {**TARGET, "id": "2022/产值/1"})
    row = {"target": "2022/产值/1", "value": 400, "unit": "亿元", "period": "2022", "id": "a/1"}
    service.save_own_actual(ctx, row)
    service.save_own_task(ctx, {"task": "Build it", "region": "重庆", "id": "t/1"})
    page = client.get(target_path("2022/产值/1"))
    assert page.status_code == 200
    assert 'action="/sector/own/actuals/a%2F1/delete"' in page.text
    door = target_path("2022/产值/1").replace("/sector", "/api/v1/sector", 1)
    assert client.get(door).json()["id"] == "2022/产值/1"
    assert len(client.get(f"{door}/actuals").json()["actuals"]) == 1
    assert client.get(task_path("t/1")).status_code == 200
    assert client.put("/api/v1/sector/tasks/t%2F1/state", json={"state": "in_progress"}).is_success
    assert service.task(ctx, "t/1").status.state == "in_progress"
    form = {"state": "blocked", "evidence": "", "link": "", "file": "", "due": ""}
    assert client.post(task_path("t/1"), data=form).status_code == 200
    assert service.task(ctx, "t/1").status.state == "blocked"
    for path in ("actuals/a%2F1", "targets/2022%2F产值%2F1", "tasks/t%2F1"):
        assert client.post(f"/sector/own/{path}/delete").status_code == 200
    assert client.get(door).status_code == 404
    assert service.own_actuals(ctx) == ()
    assert client.get(task_path("t/1")).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("unit", "counts"),
    [("家", (10_000, 13_000, 17_000, 18_500)), ("%", (60, 40, 25, 8))],
    ids=["thousands a year", "falling shares"],
)
def test_the_range_to_expect_is_shown_for_any_pace(
    ctx: Context, client: TestClient, language: str, unit: str, counts: tuple[int, ...]
) -> None:
    """Thousands a year, or a pace below zero, are numbers before they are words."""
    row = {**TARGET, "id": "factories", "value": 50_000 if unit == "家" else 5, "unit": unit}
    service.save_own_target(ctx, row)
    for year, count in enumerate(counts, 2019):
        actual = {"target": "factories", "value": count, "unit": unit, "period": str(year)}
        service.save_own_actual(ctx, actual)
    assert service.target(ctx, "factories").pace.interval is not None
    answer = client.get(f"/sector/targets/factories?lang={language}")
    assert answer.status_code == 200
    assert translate("Pace to expect, 80 %", language) in answer.text.replace("\xa0", " ")


def test_every_target_stays_listed_beside_one_that_is_due_in_9999(
    ctx: Context, client: TestClient
) -> None:
    """One slip of the hand must not take the page of all targets away."""
    service.save_own_target(ctx, {**TARGET, "id": "far", "due": "9999"})
    for year, value in (("2021", 400), ("2022", 480)):
        service.save_own_actual(
            ctx, {"target": "far", "value": value, "unit": "亿元", "period": year}
        )
    assert client.get("/sector").status_code == 200
    record = client.get("/api/v1/sector/targets/far").json()
    assert record["projected"] is None
    assert record["last_pace"] == pytest.approx(20)


@pytest.mark.parametrize(
    "link", ["http://[", "https://", "javascript:alert(1)", "//example.com/x", "proof.pdf"]
)
def test_only_a_web_address_becomes_a_link(ctx: Context, link: str) -> None:
    """Anything else is refused in words, also what no library can take apart."""
    with pytest.raises(InputError) as refused:
        service.set_task_state(ctx, "s4_001", "in_progress", link=link)
    assert refused.value.code == "sector.task.link"
    assert refused.value.fields["link"] == link
    assert service.task(ctx, "s4_001").status.link == ""


def test_a_search_finds_records_in_both_languages_and_leads_to_them(
    ctx: Context, client: TestClient
) -> None:
    """Own targets among the published, each hit with the address of its page."""
    service.save_own_target(ctx, {**TARGET, "id": "a b"})
    english = service.search(ctx, "OUTPUT", 200)
    chinese = service.search(ctx, "产值", 200)
    assert target_path("a b") in [hit.path for hit in english]
    assert target_path("a b") in [hit.path for hit in chinese]
    assert len(service.search(ctx, "产值", 3)) == 3
    for hit in {hit.kind: hit for hit in english}.values():
        assert client.get(hit.path).status_code == 200, hit
