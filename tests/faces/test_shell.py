"""The shell, tables, charts, board and graph in a real browser, on a small site of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect

from sanpin.kit.context import Context, open_context
from sanpin.kit.http.headers import CONTENT_SECURITY_POLICY
from sanpin.kit.pages import environment, mount_static, page_values
from sanpin.kit.pages.values import entering
from sanpin.kit.settings import set_setting
from sanpin.kit.workspace import Workspace

OpenPage = Callable[..., Page]

HEAD = (
    '{% extends "kit/page.html" %}{% block title %}Try{% endblock %}'
    '{% from "kit/macros.html" import page_head, tile, tiles, data_table, chart, gantt, graph, '
    "sentence_filter, status, how, empty, decisions, tabs %}{% block content %}"
)
PAGES = {
    "cockpit": """{{ page_head("What needs a decision today?", "**7 items** out.", "Run", "/x") }}
    {{ decisions([{"kind": "bad", "word": "Late", "thing": "Order 1042", "url": "/x",
      "why": "**+2 d** because Kiln 2 is full"}]) }}
    {% call tiles("Variety", "variety") %}
    {{ tile("Active items", 2391, "items", 43, "against before", [1, 3, 2, 5], good="up") }}
    {{ tile("Sales", 483, "bn", 12.4, "against 2020", target=520, source="plan", source_url="/x") }}
    {% endcall %}{% call how() %}<p>From the rows.</p>{% endcall %}""",
    "table": """{{ page_head("What will sell?", "**412** pieces.") }}
    {{ tabs([("Items", "/table", 40), ("Accuracy", "/other")], "/table") }}
    {{ sentence_filter("Items of {family}", {"family": {"label": "family", "value": "all",
      "options": [("all", "all families"), ("metal", "metal")]}}) }}
    {{ data_table(columns, rows, "items", "/x", 2391, "Items") }}""",
    "charts": """{{ page_head("How will it sell?", "**312** pieces.") }}
    {{ chart("fan", spec=fan, label="Forecast of 22423") }}
    {{ chart("bars", spec=bars, label="Orders by country", height=200) }}""",
    "board": """{{ page_head("What runs where?", "**2,000** operations.") }}
    {{ gantt("board", "/board.json", 420, "Schedule") }}
    {{ graph("tree", spec=tree, label="Genealogy", height=240) }}""",
    "plain": """{{ page_head("What runs where?", "**2,000** operations.") }}
    {{ gantt("board", "/plain.json", 420, "Schedule") }}""",
    "empty": """{{ page_head("What will sell?") }}
    {{ empty("What will sell in four weeks?", "Needs your orders.") }}""",
}
DAYS = [f"2011-0{8 + i // 30}-{i % 30 + 1:02d}" for i in range(60)]
HISTORY = [float(10 + i % 7) for i in range(40)]
GAP: list[float | None] = [None] * 40
VALUES: dict[str, dict[str, Any]] = {
    "table": {
        "columns": [
            {"key": "item", "label": "Item", "link": "/items/{item}"},
            {"key": "name", "label": "Description"},
            {"key": "sold", "label": "Sold", "unit": "pcs", "sort": True},
            {"key": "state", "label": "State", "format": "status"},
        ],
        "rows": [
            {"item": f"{i}", "name": f"CAKESTAND {i} TIER", "sold": i * 37, "state": ("ok", "ok")}
            for i in range(40)
        ],
    },
    "charts": {
        "fan": {
            "type": "fan",
            "unit": "pieces per day",
            "as_of": DAYS[40],
            "masked": [[DAYS[5], DAYS[8]]],
            "x": {"values": DAYS},
            "series": [
                {"name": "sold", "values": HISTORY + [None] * 20, "colour": "muted"},
                {"name": "forecast", "values": [*GAP, *[12.5] * 20], "colour": "accent"},
            ],
            "bands": [{"name": "90 %", "low": [*GAP, *[8] * 20], "high": [*GAP, *[19] * 20]}],
        },
        "bars": {
            "type": "bar",
            "horizontal": True,
            "x": {"values": ["France", "Spain"]},
            "series": [{"name": "orders", "values": [87, 31], "hrefs": ["/x", "/x"]}],
        },
    },
    "board": {
        "tree": {
            "nodes": [
                {
                    "id": "m",
                    "label": "Clay 1",
                    "kind": "material",
                    "layer": 0,
                    "y": 0,
                    "path": True,
                },
                {"id": "l", "label": "Lot 7", "kind": "lot", "layer": 1, "y": 0, "href": "/x"},
                {"id": "c", "label": "Cases", "kind": "case", "layer": 2, "y": 1, "count": 8},
            ],
            "edges": [{"from": "m", "to": "l", "path": True}, {"from": "l", "to": "c"}],
        }
    },
}
FAMILIES = ("ceramic", "textile", "candle", "metal", "paper", "glass", "wood", "toy")
BOARD = {
    "origin": "2011-09-16T00:00:00+08:00",
    "unit_seconds": 60,
    "now": 600,
    "rows": [
        {
            "id": f"m{i}",
            "label": f"Kiln {i}",
            "site": "Main" if i < 12 else "Satellite",
            "load": 0.5 + i / 50,
            "closed": [[1200, 1440]],
        }
        for i in range(20)
    ],
    "bars": [
        {
            "row": f"m{i % 20}",
            "job": f"MO-{i // 4}",
            "op": str(i % 4 + 1),
            "label": "Cakestand",
            "family": FAMILIES[i % 8],
            "setup_start": i // 20 * 90,
            "start": i // 20 * 90 + 15,
            "end": i // 20 * 90 + 80,
            "due": 3000,
            "late": i % 50 == 0,
            "href": f"/schedule/MO-{i // 4}",
            "workers": [f"Worker {i % 7}", "Foreman"],
        }
        for i in range(2000)
    ],
}


def make_app(ctx: Context) -> FastAPI:
    """Make a site of the test's pages, under the strict policy of the product."""
    app = FastAPI()
    mount_static(app)

    @app.middleware("http")
    async def policy(request: Request, call: Any) -> Response:
        answer: Response = await call(request)
        answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return answer

    @app.get("/board.json")
    def board() -> dict[str, Any]:
        return BOARD

    @app.get("/plain.json")
    def plain() -> dict[str, Any]:
        rows = [{**row, "closed": []} for row in BOARD["rows"]]
        return {**BOARD, "origin": None, "now": None, "rows": rows}

    @app.get("/api/v1/search")
    def search(q: str) -> dict[str, Any]:
        hit = {"label": f"{q} cakestand", "kind": "Item", "path": "/table", "detail": "metal"}
        return {"hits": [] if q == "nothing" else [hit, {**hit, "path": "/charts"}]}

    @app.get("/{name}")
    def show(request: Request, name: str) -> HTMLResponse:
        language = request.query_params.get("lang", "en")
        with entering(page_values(request, ctx.acting_as(ctx.actor, language))):
            page = environment().from_string(HEAD + PAGES.get(name, "") + "{% endblock %}")
            return HTMLResponse(page.render(**VALUES.get(name, {})))

    return app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the test's pages from a thread and give the address."""
    folder = tmp_path_factory.mktemp("shell")
    with open_context(Workspace.create(folder / "w", name="Pottery", sample=True)) as ctx:
        set_setting(ctx, "as_of", "2011-09-16")
        server = uvicorn.Server(uvicorn.Config(make_app(ctx), port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_barriers(
    site: str, open_page: OpenPage, check_access: Callable[[Page], None], name: str, theme: str
) -> None:
    """Axe finds nothing on any kind of page, in either theme."""
    check_access(open_page(f"{site}/{name}", theme=theme))


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("name", PAGES)
def test_three_widths(
    site: str,
    readers: dict[str, Any],
    at_widths: Callable[[Page, str], None],
    name: str,
    language: str,
) -> None:
    """Pages stand at 360, 1280 and 2560 px without scrolling sideways."""
    reader = readers[language]
    assert reader.open(f"{site}/{name}?lang={language}") == 200
    at_widths(reader.page, f"shell-{name}-{language}")


def test_first_tab_skips_to_the_content(site: str, open_page: OpenPage) -> None:
    """The first stop of the keyboard is the skip link, and it leads to the content."""
    page = open_page(f"{site}/table")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_search_by_keyboard(site: str, open_page: OpenPage) -> None:
    """Ctrl-K opens the box, results come as one types, arrows choose, Enter goes."""
    page = open_page(f"{site}/cockpit")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.type("2242")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/charts")


def test_search_without_a_hit_says_so(site: str, open_page: OpenPage) -> None:
    """Nothing found is a sentence; Escape closes the box and gives the focus back."""
    page = open_page(f"{site}/cockpit")
    opener = page.locator("[data-search]")
    opener.press("Enter")
    page.get_by_role("combobox").type("nothing")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).not_to_be_visible()
    expect(opener).to_be_focused()


LABELLED = """async values => {
  const elements = document.querySelector('script[src$="chart.js"]').src
  const { options } = await import(elements.replace('chart', 'options'))
  const { palette } = await import(elements.replace('chart', 'paint'))
  const spec = { type: 'line', x: { values }, series: [{ name: 's', values }] }
  const surroundings = { font: 'sans', scale: 1, words: {}, width: 900 }
  const { interval } = options(spec, palette(), surroundings).xAxis.axisLabel
  return typeof interval === 'function' ? values.filter((_, i) => interval(i)) : interval ?? null
}"""
"""Which values along a chart bear a label."""


def test_numbers_along_a_chart_are_round(site: str, open_page: OpenPage) -> None:
    """Of many numbers round ones are labelled; few of them, or none that is round, as they fit."""
    page = open_page(f"{site}/charts")

    def labelled(*values: float) -> Any:
        return page.evaluate(LABELLED, values)

    assert labelled(*(tick / 10 for tick in range(42))) == [tick / 2 for tick in range(9)]
    assert labelled(*range(1, 29)) == [5, 10, 15, 20, 25]
    assert labelled(*range(0, 1201, 10)) == list(range(0, 1201, 100))
    assert labelled(1, 2, 3) is None
    assert labelled(*(7 * place + 3 for place in range(14))) == "auto"


def test_theme_switch(site: str, open_page: OpenPage) -> None:
    """The switch turns the theme at once, the charts with it, and is remembered."""
    page = open_page(f"{site}/charts")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    before = page.locator("#fan canvas").screenshot()
    page.locator(".top .theme-switch").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper
    assert page.locator("#fan canvas").screenshot() != before
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_rail_folds_and_stays_folded(site: str, open_page: OpenPage) -> None:
    """The rail is 208 px wide, 56 when folded, also on the next page."""
    page = open_page(f"{site}/table")
    rail = page.locator(".rail")
    assert rail.bounding_box()["width"] == 208  # type: ignore[index]
    page.locator(".rail-fold").click()
    assert rail.bounding_box()["width"] == 56  # type: ignore[index]
    page.goto(f"{site}/cockpit")
    assert rail.bounding_box()["width"] == 56  # type: ignore[index]
    expect(page.locator(".rail-fold")).to_have_attribute("aria-expanded", "false")


def test_menu_closes_with_escape(site: str, open_page: OpenPage) -> None:
    """The day's menu opens by keyboard and gives the focus back when it closes."""
    page = open_page(f"{site}/table")
    summary = page.locator(".as-of summary")
    summary.press("Enter")
    expect(page.get_by_text("Which day is today?")).to_be_visible()
    page.get_by_label("this day").focus()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.get_by_text("Which day is today?")).not_to_be_visible()


def test_phone_has_a_dock(site: str, open_page: OpenPage) -> None:
    """On a phone the rail gives way to a bar at the bottom with the tools behind More."""
    page = open_page(f"{site}/table", width=360)
    expect(page.locator(".rail")).not_to_be_visible()
    expect(page.locator(".dock")).to_be_visible()
    page.locator(".dock summary").click()
    expect(page.locator(".dock .theme-switch")).to_be_visible()


def test_wall_screen_is_larger(site: str, open_page: OpenPage) -> None:
    """The wall mode drops the rail and enlarges the type."""
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    normal = open_page(f"{site}/cockpit", width=1920).evaluate(size)
    page = open_page(f"{site}/cockpit?screen=1", width=1920)
    assert page.evaluate(size) > normal * 1.2
    expect(page.locator(".rail")).not_to_be_visible()


def test_table_by_keyboard(site: str, open_page: OpenPage) -> None:
    """Arrows move from row to row; the head stays in sight."""
    page = open_page(f"{site}/table")
    page.locator("tbody a").first.focus()
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    expect(page.locator("tbody a").nth(30)).to_be_focused()
    expect(page.locator("thead th").first).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    expect(page.locator("tbody a").nth(29)).to_be_focused()


def test_columns_and_density_are_remembered(site: str, open_page: OpenPage) -> None:
    """A hidden column and dense rows stay so when the page is opened again."""
    page = open_page(f"{site}/table")
    height = page.locator("tbody tr").first.bounding_box()["height"]  # type: ignore[index]
    assert height <= 33
    page.locator(".columns summary").click()
    page.get_by_label("Description").uncheck()
    page.get_by_role("button", name="Density").click()
    page.reload()
    expect(page.locator("th", has_text="Description")).not_to_be_visible()
    expect(page.locator("td", has_text="CAKESTAND 1 TIER")).not_to_be_visible()
    assert page.locator("tbody tr").first.bounding_box()["height"] < height  # type: ignore[index]


def test_filter_submits_itself(site: str, open_page: OpenPage) -> None:
    """Choosing a word of the sentence asks for the page again."""
    page = open_page(f"{site}/table")
    page.get_by_label("family").select_option("metal")
    page.wait_for_url("**/table?family=metal")


def test_page_works_without_scripts(site: str, open_page: OpenPage) -> None:
    """Without scripts the filter has its button, menus open, and the table is whole."""
    page = open_page(f"{site}/table", scripts=False)
    expect(page.locator(".sentence .button")).to_be_visible()
    page.locator(".as-of summary").click()
    expect(page.get_by_text("Which day is today?")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(40)


def test_chart_has_its_table(site: str, open_page: OpenPage) -> None:
    """Every chart shows the data behind it, bands included."""
    page = open_page(f"{site}/charts")
    chart = page.locator("#fan")
    chart.get_by_role("button", name="Table").click()
    expect(chart.locator("tbody tr")).to_have_count(60)
    expect(chart.locator("thead th")).to_have_count(5)
    expect(chart.locator("canvas")).not_to_be_visible()
    chart.get_by_role("button", name="Chart").click()
    expect(chart.locator("canvas")).to_be_visible()


def test_steps_of_a_chart_are_told_apart(site: str, open_page: OpenPage) -> None:
    """Labels that would read alike in short are written out; others stay short."""
    page = open_page(f"{site}/charts")
    labels = """(chart, [minimum, high]) => {
      const series = [{ name: "cost", values: [high, minimum] }]
      chart.spec = { type: "line", minimum, x: { values: [1, 2] }, series }
      chart.paint()
      const say = chart.plot.getOption().yAxis[0].axisLabel.formatter
      return [0, 1, 2, 3, 4].map(step => say(minimum + (high - minimum) * step / 4))
    }"""
    close, far = (
        page.locator("#fan").evaluate(labels, span) for span in ([45800, 45840], [0, 4e6])
    )
    assert close == ["45,800", "45,810", "45,820", "45,830", "45,840"]
    assert far[-1].lower() == "4m"


def test_chart_is_read_by_keyboard(site: str, open_page: OpenPage) -> None:
    """The drawing has a name and takes the focus; an arrow shows the read-out."""
    page = open_page(f"{site}/charts")
    stage = page.get_by_role("img", name="Forecast of 22423")
    stage.focus()
    before = stage.screenshot()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert stage.screenshot() != before


def test_charts_are_loaded_only_where_used(site: str, open_page: OpenPage) -> None:
    """A page without charts does not fetch the charting library."""
    page = open_page(f"{site}/cockpit")
    names = "performance.getEntriesByType('resource').map(entry => entry.name).join()"
    assert "echarts" not in page.evaluate(names)
    page.goto(f"{site}/charts")
    page.locator("#fan canvas").wait_for()
    assert "echarts" in page.evaluate(names)


def select_by_keyboard(page: Page) -> None:
    """Select the first bar in sight."""
    page.locator("#board .stage").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".gantt-panel")).to_be_visible()


def test_board_by_keyboard(site: str, open_page: OpenPage) -> None:
    """Enter selects a bar, arrows go to its neighbours, its facts are said and shown."""
    page = open_page(f"{site}/board")
    select_by_keyboard(page)
    said = page.locator("#board-said")
    first = said.text_content()
    page.keyboard.press("ArrowRight")
    second = said.text_content()
    page.keyboard.press("ArrowDown")
    third = said.text_content()
    assert len({first, second, third}) == 3
    assert "Kiln" in str(third)
    assert ", Foreman" in str(third)
    page.keyboard.press("Enter")
    expect(page.locator(".gantt-panel a")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.locator("#board .stage").press("Escape")
    expect(page.locator(".gantt-panel")).not_to_be_visible()


def test_board_is_drawn_when_it_can_be_used(site: str, open_page: OpenPage) -> None:
    """However late the bars arrive: where a canvas is seen, a key pressed is heard."""
    page = open_page(f"{site}/cockpit")
    page.route("**/board.json", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.goto(f"{site}/board")
    page.locator("#board canvas").wait_for()
    select_by_keyboard(page)


def test_board_without_dates_counts_from_zero(site: str, open_page: OpenPage) -> None:
    """Times of a problem without an origin are said and listed as the numbers they are."""
    page = open_page(f"{site}/plain")
    select_by_keyboard(page)
    said = str(page.locator("#board-said").text_content())
    assert "Start 15, End 80" in said
    assert "1970" not in said
    pictures = {page.locator("#board .stage").screenshot()}
    page.keyboard.press("+")
    page.wait_for_timeout(100)
    pictures.add(page.locator("#board .stage").screenshot())
    assert len(pictures) == 2
    page.get_by_role("button", name="Table").click()
    cells = page.locator("#board tbody tr").first.locator("td").all_text_contents()
    assert cells[3:] == ["15", "80", "3,000 ◆"]


def test_board_by_mouse(site: str, open_page: OpenPage) -> None:
    """A click on a bar shows it; wheel, drag and buttons change the picture."""
    page = open_page(f"{site}/board")
    stage = page.locator("#board .stage")
    box = stage.bounding_box()
    assert box
    page.mouse.click(box["x"] + 400, box["y"] + 40 + 28 + 14)
    expect(page.locator(".gantt-panel")).to_be_visible()
    pictures = {stage.screenshot()}
    page.mouse.wheel(0, 120)
    page.wait_for_timeout(100)
    pictures.add(stage.screenshot())
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_timeout(100)
    pictures.add(stage.screenshot())
    page.locator("#board").get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(100)
    pictures.add(stage.screenshot())
    assert len(pictures) == 4


def test_board_lets_the_page_scroll_at_its_end(site: str, open_page: OpenPage) -> None:
    """The wheel moves the rows first, and the page once the last row is reached."""
    page = open_page(f"{site}/board")
    page.set_viewport_size({"width": 1280, "height": 420})
    page.locator("#board .stage").hover()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 60)
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == before
    for _ in range(8):
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(50)
    assert page.evaluate("scrollY") > before


def test_board_filters(site: str, open_page: OpenPage) -> None:
    """Late, family and text narrow the board, and its table holds just what is left."""
    page = open_page(f"{site}/board")
    count = page.locator(".gantt-bar [role=status]")
    expect(count).to_have_text("2,000 / 2,000")
    page.get_by_label("all families").select_option("ceramic")
    expect(count).to_have_text("250 / 2,000")
    page.get_by_label("late").check()
    expect(count).to_have_text("10 / 2,000")
    page.get_by_label("Find an order or operation").fill("MO-0")
    expect(count).to_have_text("1 / 2,000")
    page.get_by_role("button", name="Show as a table").click()
    expect(page.locator("#board tbody tr")).to_have_count(1)
    expect(page.locator("#board tbody a")).to_have_attribute("href", "/schedule/MO-0")


def test_board_draws_fast(site: str, open_page: OpenPage) -> None:
    """Drawing touches only what is in sight: most of 2,000 bars cost nothing."""
    page = open_page(f"{site}/board")
    drawn = page.evaluate(
        """() => {
          const board = document.querySelector('#board'), view = board.view
          let count = 0
          const bar = view.bar
          view.bar = (...given) => { count++; return bar.apply(view, given) }
          view.zoom(20)
          view.draw()
          delete view.bar
          return count
        }"""
    )
    assert 0 < drawn < 200


def test_graph_links_and_zoom(site: str, open_page: OpenPage) -> None:
    """Pills with a page are links for the keyboard; the path is drawn in accent."""
    page = open_page(f"{site}/board")
    tree = page.locator("#tree")
    expect(tree.locator(".pill")).to_have_count(3)
    expect(tree.locator("a")).to_have_count(1)
    expect(tree.locator(".edge.path")).to_have_count(1)
    expect(tree.locator("text", has_text="×8")).to_have_count(1)
    where = tree.locator("svg > g").get_attribute("transform")
    tree.locator("svg").press("+")
    assert tree.locator("svg > g").get_attribute("transform") != where
    tree.locator("a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/x")
