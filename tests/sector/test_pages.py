"""Pages: every page in both languages, forms that save and forms that are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.kit.pages import mount_static
from sanpin.sector import api, pages, service

PAGES = [
    "", "?region=Shanghai&industry=fashion&pillar=scale", "?region=Shandong&state=reached",
    "/targets/sh_fashion_scale_2025", "/targets/m2_profit_margin", "/targets/zj_cluster_threshold",
    "/tasks", "/tasks?region=Chongqing&pillar=brand&lead=市商务委&period=2020..2022",
    "/tasks/s4_001",
    "/figures", "/figures?kind=rank", "/figures/cq_output_2021", "/own",
]  # fmt: skip


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a browser without scripts on a server with this domain's doors alone."""
    app = FastAPI()
    install(app, ctx)
    mount_static(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    with TestClient(app, base_url="http://localhost") as found:
        yield found


class Reader(HTMLParser):
    """Collect headings, ids and labels of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.h1 = 0
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the checks ask for."""
        given = dict(attrs)
        self.h1 += tag == "h1"
        assert "style" not in given, given
        assert not any(name.startswith("on") for name in given), given
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label" and given.get("for"):
            self.labels.add(str(given["for"]))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append(given)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers(client: TestClient, path: str, language: str) -> None:
    """One question, unique ids, labelled fields, nothing inline."""
    glue = "&" if "?" in path else "?"
    answer = client.get(f"/sector{path}{glue}lang={language}")
    assert answer.status_code == 200, answer.text
    page = Reader(answer.text)
    assert page.h1 == 1
    assert len(page.ids) == len(set(page.ids))
    main = answer.text.partition("<main")[2]
    for field in Reader(main).fields:
        assert field.get("aria-label") or field.get("id") in page.labels, field


def test_no_english_is_left_on_a_chinese_page(client: TestClient) -> None:
    """Apart from ids, units and the names of formats."""
    for path in ("/sector?lang=zh", "/sector/tasks?lang=zh", "/sector/targets/cq_brands?lang=zh"):
        main = client.get(path).text.partition("<main")[2].partition(">")[2]
        main = main.partition("</main>")[0]
        shown = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-z]{4,}", shown)) - {"billion", "count", "XLSX"}
        assert not words, (path, words)


def test_the_answer_stands_above_the_fold(client: TestClient) -> None:
    """The question, and its figure in bold."""
    text = client.get("/sector").text
    assert "Are the targets within reach?" in text
    assert "<strong>4 of 5</strong>" in text
    assert "Judged as of" in text


def test_bullets_and_warnings_are_drawn(client: TestClient) -> None:
    """By the server, with words for those who do not see them."""
    text = client.get("/sector?region=Chongqing").text
    assert 'aria-label="CNY 483 billion of CNY 450 billion"' in text
    assert "speaks of pharmaceuticals as well" in text


def test_a_target_without_an_actual_asks_for_one(client: TestClient) -> None:
    """The form stands on its page."""
    text = client.get("/sector/targets/sh_smart_factories_2025").text
    assert "no comparable actual is known" in text
    assert 'action="/sector/own/actuals"' in text


def test_an_actual_is_entered_and_removed(client: TestClient, ctx: Context) -> None:
    """The form leads back to the target, which is now judged."""
    form = {"target": "sh_smart_factories_2025", "value": "4", "unit": "家", "period": "2022"}
    answer = client.post("/sector/own/actuals", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sector/targets/sh_smart_factories_2025",
    )
    text = client.get("/sector/targets/sh_smart_factories_2025").text
    assert "needs +2 a year" in text
    (own,) = service.own_actuals(ctx)
    client.post(f"/sector/own/actuals/{own.id}/delete")
    assert service.own_actuals(ctx) == ()


def test_a_refused_actual_comes_back_with_the_reason(client: TestClient) -> None:
    """What was entered is kept in the form."""
    form = {"target": "sh_fashion_scale_2025", "value": "4550", "unit": "家", "period": "2022"}
    answer = client.post("/sector/own/actuals", data=form)
    assert answer.status_code == 422
    assert "is counted in CNY" in answer.text
    assert 'value="4550"' in answer.text


def test_a_target_is_added_and_removed(client: TestClient, ctx: Context) -> None:
    """Empty fields count as not given."""
    form = {"indicator": "产值", "value": "500", "unit": "亿元", "due": "2025", "stated_pace": "",
            "measure": "", "start": ""}  # fmt: skip
    answer = client.post("/sector/own/targets", data=form, follow_redirects=False)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "Remove this target" in page.text
    assert "产值" in client.get("/sector/own").text
    client.post(f"/sector/own/targets/{answer.headers['location'].rpartition('/')[2]}/delete")
    assert "No targets of your own yet" in client.get("/sector/own").text


def test_a_refused_target_comes_back(client: TestClient) -> None:
    """With the reason and what was entered."""
    answer = client.post("/sector/own/targets", data={"indicator": "产值", "value": "many"})
    assert answer.status_code == 422
    assert 'value="产值"' in answer.text


def test_tasks_move_over_the_board(client: TestClient, ctx: Context) -> None:
    """One button, back to the same filter; evidence stays."""
    service.set_task_state(ctx, "s4_001", "open", evidence="plan drawn")
    answer = client.post(
        "/sector/tasks/move",
        data={"move": "s4_001:in_progress", "next": "/sector/tasks?region=Chongqing"},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/sector/tasks?region=Chongqing"
    status = service.task(ctx, "s4_001").status
    assert (str(status.state), status.evidence) == ("in_progress", "plan drawn")
    away = {"move": "s4_001:open", "next": "https://elsewhere.example"}
    assert (
        client.post("/sector/tasks/move", data=away, follow_redirects=False).headers["location"]
        == "/"
    )


def test_evidence_is_recorded_by_form(client: TestClient, ctx: Context) -> None:
    """A refused form says why; a good one is seen on the board."""
    refused = client.post("/sector/tasks/s4_001", data={"state": "done", "evidence": ""})
    assert refused.status_code == 422
    assert "without evidence" in refused.text
    bad_day = client.post("/sector/tasks/s4_001", data={"state": "open", "due": "tomorrow"})
    assert bad_day.status_code == 422
    good = {"state": "done", "evidence": "opened <b>in May</b>", "due": "2022-06-30"}
    assert client.post("/sector/tasks/s4_001", data=good).status_code == 200
    assert "opened &lt;b&gt;in May" in client.get("/sector/tasks?region=Chongqing").text
    assert service.task(ctx, "s4_001").status.evidence == "opened <b>in May</b>"


def test_own_tasks_are_added_and_removed(client: TestClient) -> None:
    """From the form to the board and away."""
    answer = client.post(
        "/sector/own/tasks", data={"task": "验收车间", "due": "2022"}, follow_redirects=False
    )
    place = answer.headers["location"]
    assert "验收车间" in client.get(place).text
    client.post(f"/sector/own/tasks/{place.rpartition('/')[2]}/delete")
    assert client.get(place).status_code == 404
    assert client.post("/sector/own/tasks", data={"task": ""}).status_code == 422


@pytest.mark.parametrize("path", ["targets/x", "tasks/x", "figures/x"])
def test_unknown_records_are_not_found(client: TestClient, path: str) -> None:
    """With the code of the refusal."""
    assert client.get(f"/sector/{path}").status_code == 404
