"""Pages: cockpit, decisions, scoreboard and figures, empty and full, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient
from tests.flows.conftest import DAY, FLOOR, KeepLoop, decisions

from sanpin.base import StateError
from sanpin.flows.scoreboard.figure import DEFINITIONS
from sanpin.kit.context import Context
from sanpin.kit.runs import list_runs, start_run
from sanpin.kit.settings import set_setting

FIGURES = [f"/scoreboard/{one.key}" for one in DEFINITIONS]
PAGES = [
    "/", "/?side=industry", "/?side=industry&region=Chongqing&industry=textiles", "/?screen=1",
    "/decisions", "/decisions?kind=short", "/decisions?kind=nonsense", "/scoreboard", *FIGURES,
]  # fmt: skip


class Reader(HTMLParser):
    """Collect headings, ids and links of a page, and check what no page may have."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.h1 = 0
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the checks ask for."""
        given = dict(attrs)
        self.h1 += tag == "h1"
        assert "style" not in given, given
        assert not any(name.startswith("on") for name in given), given
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))


def show(client: TestClient, path: str, language: str = "en") -> str:
    """Return the main part of a page that answers."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200, answer.text
    return answer.text.partition('tabindex="-1">')[2].partition("</main>")[0]


def words_of(main: str) -> str:
    """Return what a reader sees of a page."""
    bare = re.sub(r"<script.*?</script>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("full", [False, True])
def test_every_page_answers_one_question(
    client: TestClient, keep_loop: KeepLoop, full: bool, language: str
) -> None:
    if full:
        keep_loop(decisions(3), replace(FLOOR, good=10800.0))
        keep_loop(decisions())
    for path in PAGES:
        answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer.status_code == 200, (path, answer.text)
        page = Reader(answer.text)
        assert page.h1 == 1, path
        assert len(page.ids) == len(set(page.ids)), path


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_workspace_answers_everywhere(client: TestClient, path: str) -> None:
    assert Reader(client.get(path).text).h1 == 1


def test_no_english_is_left_on_chinese_pages(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions(3), replace(FLOOR, good=10800.0))
    keep_loop(decisions())
    names = {"item", "vase", "kiln", "clay", "RMSSE", "XLSX", "Sanpin", "Chile", "France"}
    for path in ("/?side=firm", "/?side=industry", "/decisions", "/scoreboard", *FIGURES):
        found = set(re.findall(r"[A-Za-z]{4,}", words_of(show(client, path, "zh-CN")))) - names
        assert not found, (path, found)


def test_the_firm_stands_first_when_there_are_orders(client: TestClient, orders: Context) -> None:
    assert "What needs a decision today?" in show(client, "/")


def test_the_industry_stands_first_in_an_empty_workspace(client: TestClient) -> None:
    main = show(client, "/")
    assert "How do the three pillars stand?" in main
    assert "And your own firm?" in main


@pytest.mark.parametrize("path", ["/?side=firm", "/scoreboard", "/decisions", FIGURES[0]])
def test_empty_pages_have_three_doors(client: TestClient, path: str) -> None:
    main = show(client, path)
    assert 'action="/settings/sample"' in main
    assert 'href="/imports?kind=orders"' in main
    assert 'href="/imports/how#orders"' in main


def test_orders_wait_for_the_first_loop(client: TestClient, orders: Context) -> None:
    main = show(client, "/")
    assert "<strong>132</strong> order lines wait" in main
    assert 'action="/loop/run"' in main
    assert "The loop has not run yet" in show(client, "/scoreboard")
    assert "The loop has not run yet" in show(client, FIGURES[0])
    assert "The loop has not run yet" in show(client, "/decisions")


def test_the_answer_stands_above_the_fold(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions())
    main = show(client, "/")
    assert "<strong>7 items</strong> run out within 14 days" in main
    assert "<strong>1 order</strong> will be late" in main


def test_groups_show_the_first_five_and_lead_to_all(
    client: TestClient, keep_loop: KeepLoop
) -> None:
    keep_loop(decisions())
    main = show(client, "/")
    short = main.partition('id="group-short"')[2].partition("</section>")[0]
    assert short.count("<li>") == 5
    assert 'href="/decisions?kind=short"' in short
    assert "group-overload" not in main, "a kind without decisions has no group"
    late = main.partition('id="group-late"')[2].partition("</section>")[0]
    assert 'href="/factory/schedule?order=1042"' in late
    assert "<strong>2.1 d</strong> late: Kiln 2 works for other orders first" in late


def test_no_decisions_are_good_news(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    assert "<strong>Nothing</strong> needs a decision today" in show(client, "/")


def test_figures_lead_to_their_pages(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    for path in ("/", "/scoreboard"):
        links = Reader(show(client, path)).links
        assert set(FIGURES) <= set(links), path


def test_what_changed_since_the_loop_before(client: TestClient, keep_loop: KeepLoop) -> None:
    first = keep_loop(decisions(3), replace(FLOOR, good=10800.0))
    second = keep_loop([one for one in decisions(4) if one.kind == "short"])
    main = show(client, "/").partition('id="changed"')[2]
    assert "<strong>1</strong> new decisions, <strong>2</strong> gone" in main
    assert f'href="/runs/{second.id}/compare?other={first.id}"' in main
    assert "90.0" in main
    assert "97.0" in main
    assert client.get(f"/runs/{second.id}/compare?other={first.id}").status_code == 200


def test_nothing_changed_is_said(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions())
    assert 'id="changed"' not in show(client, "/"), "one loop has none before it"
    keep_loop(decisions())
    keep_loop(decisions())
    assert "Nothing changed since the run before." in show(client, "/")


def test_missing_files_are_named_and_linked(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(floor=None, missing=["stock", "something"])
    main = show(client, "/")
    assert "<strong>4 items</strong> are forecast for 28 days" in main
    assert 'href="/imports?kind=stock"' in main
    assert ">something</a>" in main, "an unknown kind keeps its name"


def test_running_the_loop_shows_its_progress(client: TestClient, orders: Context) -> None:
    answer = client.post("/loop/run")
    assert answer.status_code == 303
    (run,) = list_runs(orders, "loop", "run")
    assert answer.headers["location"] == f"/?side=firm&run={run.id}"
    main = show(client, answer.headers["location"])
    assert f'<x-run src="/api/v1/runs/{run.id}/events" state="queued" reload>' in main
    assert "The loop waits for a worker" in main
    assert 'action="/loop/run"' not in main, "no second one can be started"
    client.post("/loop/run")
    assert len(list_runs(orders, "loop", "run")) == 1


def test_a_running_loop_is_shown_with_its_steps(client: TestClient, orders: Context) -> None:
    with start_run(orders, "loop", "run"):
        with start_run(orders, "demand", "intake"):
            pass
        main = show(client, "/")
    assert "The loop is running" in main
    assert '<li data-state="done">' in main


def test_a_loop_that_ended_well_is_told_once(client: TestClient, keep_loop: KeepLoop) -> None:
    run = keep_loop()
    assert "The loop has run: 2 s." in show(client, f"/?side=firm&run={run.id}")
    assert "The loop has run" not in show(client, "/")


def test_a_loop_that_failed_says_why(client: TestClient, orders: Context) -> None:
    with pytest.raises(StateError), start_run(orders, "loop", "run") as run:
        raise StateError("x.y", "The <kiln> broke.", hint="Mend it.")
    main = show(client, "/")
    assert "The last run of the loop failed: The &lt;kiln&gt; broke." in main
    assert "Mend it." in main
    assert f'href="/runs/{run.id}"' in main


def test_figures_of_another_day_carry_a_notice(
    client: TestClient, orders: Context, keep_loop: KeepLoop
) -> None:
    keep_loop()
    assert "took" not in show(client, "/scoreboard")
    set_setting(orders, "as_of", (DAY - timedelta(days=9)).isoformat())
    for path in ("/", "/scoreboard", FIGURES[0]):
        main = show(client, path)
        assert "run that took Mon 1 Jul 2024 for today" in main, path
        assert "Sat 22 Jun 2024" in main, path


def test_a_wall_screen_renews_itself(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions())
    answer = client.get("/?screen=1")
    assert "data-screen" in answer.text
    assert int(answer.headers["refresh"]) >= 60
    assert "refresh" not in client.get("/").headers


def test_the_sides_keep_the_wall_screen(client: TestClient, orders: Context) -> None:
    links = Reader(show(client, "/?side=firm&screen=1")).links
    assert any("screen=1" in one and "side=industry" in one for one in links)


def test_the_industry_has_three_columns_with_sources(client: TestClient) -> None:
    main = show(client, "/?side=industry", "zh-CN")
    places = [main.index(word) for word in ("增品种", "提品质", "创品牌")]
    assert places == sorted(places)
    assert "工业和信息化部新闻发布会" in main
    assert "target-tick" in main, "a measured target has its tick"


def test_filters_narrow_the_industry(client: TestClient) -> None:
    main = show(client, "/?side=industry&region=Shanghai&industry=fashion")
    assert '<option value="Shanghai" selected>' in main
    assert '<option value="fashion" selected>' in main
    assert 'name="side" value="industry"' in main, "the sentence stays on its side"
    assert "Chongqing action plan" not in main


def test_an_unknown_region_is_refused_as_a_page(client: TestClient) -> None:
    answer = client.get("/?side=industry&region=Atlantis", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "Atlantis" in answer.text


def test_an_unknown_figure_is_not_found(client: TestClient) -> None:
    answer = client.get("/scoreboard/happiness", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "happiness" in answer.text


def test_decisions_page_by_page(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions(120))
    first = show(client, "/decisions?kind=short")
    assert first.count("/demand/items/i") == 50
    assert 'href="/api/v1/decisions?kind=short&amp;format=csv"' in first
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more is not None
    second = show(client, more[1].replace("&amp;", "&"))
    assert second.count("/demand/items/i") == 50
    assert not set(re.findall(r"items/(i\d+)", first)) & set(re.findall(r"items/(i\d+)", second))


def test_tabs_count_each_kind(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(decisions())
    words = words_of(show(client, "/decisions?kind=hold"))
    assert "All 9" in words
    assert "Items that will run out 7" in words
    assert "3 of 120 pieces spoiled" in words
    assert "i0 item" not in words


def test_a_figure_shows_trend_rows_and_formula(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    main = show(client, "/scoreboard/active_items")
    assert "<strong>4 items</strong> in Tue 2 Apr – Sun 30 Jun 2024" in main
    assert '<x-chart id="trend"' in main
    assert 'href="/demand/items/mug"' in main
    assert "mug of clay" in main
    assert 'href="/api/v1/scoreboard/active_items/rows?format=xlsx"' in main
    assert "Items with at least one sale in the last 90 days." in main


def test_a_figure_of_the_floor_leads_to_its_list(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(floor=replace(FLOOR, good=10800.0))
    keep_loop()
    main = show(client, "/scoreboard/first_pass_yield")
    assert "<strong>97.0\N{NO-BREAK SPACE}%</strong> in the last run of the floor" in main
    assert 'href="/factory/schedule"' in main
    assert "11,640" in main
    assert "10,800" in main
    assert "<x-chart" not in main


def test_a_figure_of_the_floor_needs_a_plant(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop(floor=None, missing=["stock"])
    assert "it needs a plant" in show(client, "/scoreboard/scrap_rate")


def test_days_carry_their_year_and_yes_is_a_word(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    words = words_of(show(client, "/scoreboard/returning_revenue_share"))
    assert re.search(r"[A-Z][a-z]{2} \d+ [A-Z][a-z]+ 2023", words)
    assert " yes " in words
    assert "True" not in words


def test_the_scoreboard_says_how_it_stands(client: TestClient, keep_loop: KeepLoop) -> None:
    keep_loop()
    main = show(client, "/scoreboard")
    assert re.search(r"<strong>\d+ of \d+</strong> figures with a direction are better", main)
    assert main.count('class="tile"') == 17
    assert "exp(−Σ s ln s)" in main
