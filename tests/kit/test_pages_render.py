"""The shell and the macros: language, theme, navigation, safety, size."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from sanpin.kit.context import Context
from sanpin.kit.notify import notify
from sanpin.kit.pages import as_of_day, environment, page_values, render, rich
from sanpin.kit.pages.values import HOUSE_NAV, PageValues, entering
from sanpin.kit.settings import set_setting

WEB = Path(__file__).resolve().parents[2] / "src/sanpin/kit/web"
PAGE = '{% extends "kit/page.html" %}{% block title %}Try{% endblock %}{% block content %}'
IMPORT = (
    '{% from "kit/macros.html" import page_head, tile, tiles, spark, data_table, empty, status, '
    "how, sentence_filter, sample_mark, source_line, chart, tabs, pager, field, select_field, "
    "facts, decisions, gantt, graph, flash, post_button, link_button, icon %}"
)


def asking(path: str = "/demand", query: str = "", **cookies: str) -> Request:
    """Make a request for a page."""
    crumbs = "; ".join(f"{key}={value}" for key, value in cookies.items())
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("localhost", 80),
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"cookie", crumbs.encode())],
            "state": {"csrf_token": "token-1"},
        }
    )


Write = Callable[..., str]


@pytest.fixture
def write(ctx: Context) -> Write:
    """Give a function that renders a piece of template inside a page's values."""

    def apply(
        source: str, request: Request | None = None, language: str = "en", **more: Any
    ) -> str:
        values = page_values(request or asking(), ctx.acting_as(ctx.actor, language))
        with entering(values):
            return environment().from_string(IMPORT + source).render(**more)

    return apply


def full(ctx: Context, request: Request | None = None) -> str:
    """Render an empty page in the shell."""
    with entering(page_values(request or asking(), ctx)):
        return environment().from_string(PAGE + "{% endblock %}").render()


def test_shell_is_small(ctx: Context) -> None:
    """The shell's page, style and script together weigh at most 20 KB compressed."""
    html = full(ctx)
    parts = [html.encode()]
    parts += [(WEB / "static/kit" / name).read_bytes() for name in ("theme.css", "shell.js")]
    parts += [(WEB / "static/kit" / name).read_bytes() for name in ("icons.svg", "mark.svg")]
    assert sum(len(gzip.compress(part)) for part in parts) <= 20 * 1024


def test_shell_loads_nothing_heavy(ctx: Context) -> None:
    """Charts and htmx come only with the pages that use them."""
    html = full(ctx)
    assert "echarts" not in html
    assert "htmx" not in html
    with entering(page_values(asking(), ctx)):
        source = "{% set uses_htmx = true %}" + PAGE + "{% endblock %}"
        assert "vendor/htmx.min.js" in environment().from_string(source).render()


def test_shell_shows_the_workspace_and_its_day(ctx: Context) -> None:
    """Name, day, rail, skip link and the inbox are there; the page's own entry is marked."""
    set_setting(ctx, "as_of", "2011-09-16")
    notify(ctx, "loop.done", "The loop has run.", "ok", "/")
    html = full(ctx, asking("/runs/1"))
    assert "Fri 16 Sept 2011" in html
    assert ">test<" in re.sub(r"\s+", "", html)
    assert re.search(r'<a href="/runs" aria-current="page"', html)
    assert html.count('aria-current="page"') <= 2  # rail and dock
    assert '<a class="skip" href="#main">' in html
    assert 'class="badge">1<' in html
    assert "SAMPLE" not in html


def test_language_theme_and_rail(ctx: Context) -> None:
    """The page speaks the caller's language; cookies outrank the firm's setting."""
    set_setting(ctx, "theme", "dark")
    english = full(ctx)
    assert '<html lang="en" data-theme="dark">' in english
    html = full(
        ctx.acting_as(ctx.actor, "zh-CN"), asking(sanpin_theme="light", sanpin_rail="closed")
    )
    assert '<html lang="zh-CN" data-theme="light" data-rail="closed">' in html
    assert 'data-theme="dark"' in full(ctx, asking(sanpin_theme="mauve"))


def test_wall_screen(ctx: Context) -> None:
    """``?screen=1`` asks for the wall mode."""
    assert "data-screen" in full(ctx, asking(query="screen=1"))
    assert "data-screen" not in full(ctx)


def test_forms_carry_the_token_and_the_way_back(ctx: Context) -> None:
    """Every form that posts sends the token and comes back to the same page."""
    html = full(ctx, asking("/demand", "family=metal"))
    posts = re.findall(r'<form[^>]*method="post".*?</form>', html, re.S)
    assert len(posts) >= 3
    for form in posts:
        assert 'name="csrf_token" value="token-1"' in form
        assert 'name="next" value="/demand?family=metal"' in form


def test_page_without_a_workspace() -> None:
    """The log-in page stands in the shell without day, inbox or rail entries."""
    answer = render(asking("/login"), None, "kit/page.html", status_code=401)
    html = bytes(answer.body).decode()
    assert answer.status_code == 401
    assert "as-of" not in html
    assert "/settings/inbox" not in html


def test_as_of_day(ctx: Context) -> None:
    """A chosen day wins; ``newest`` is what the intake kept; ``real`` is the clock's."""
    today = ctx.now().date()
    assert as_of_day(ctx) == today
    set_setting(ctx, "as_of_newest", "2011-09-16")
    assert as_of_day(ctx) == date(2011, 9, 16)
    set_setting(ctx, "as_of", "2011-08-01")
    assert as_of_day(ctx) == date(2011, 8, 1)
    set_setting(ctx, "as_of", "real")
    assert as_of_day(ctx) == today


@pytest.mark.parametrize(
    ("path", "active"),
    [("/runs", "/runs"), ("/runs/1/compare", "/runs"), ("/runners", ""), ("/", "")],
)
def test_active_entry(path: str, active: str) -> None:
    """The longest entry that leads to the page is the active one, by whole segments."""
    assert PageValues(asking(path), None, "en", nav=HOUSE_NAV).active == active


def test_query_changes_one_value() -> None:
    """Links keep the other values of the address; None and empty remove one."""
    page = PageValues(asking("/x", "a=1&b=2"), None, "en")
    assert page.query(b=3) == "/x?a=1&b=3"
    assert page.query(a=None, b="") == "/x"
    assert page.path == "/x?a=1&b=2"


def test_rich_text() -> None:
    """Stars make bold type, all else is escaped, and a figure keeps its percent sign."""
    assert rich("**7 items** <run> out") == "<strong>7 items</strong> &lt;run&gt; out"
    assert rich("errs 36 % less") == "errs 36\N{NO-BREAK SPACE}% less"


def test_page_head(write: Write) -> None:
    """Question, answer with bold figure, and the action as a form or a link."""
    html = write('{{ page_head("What now?", "**3** late", "Run", "/loop") }}')
    assert "<h1>What now?" in html
    assert "<strong>3</strong> late" in html
    assert 'method="post" action="/loop"' in html
    html = write('{{ page_head("What now?", "", "Open", "/x", "get", sample=True) }}')
    assert '<a class="button primary" href="/x">Open</a>' in html
    assert "SAMPLE" in html


def test_tile(write: Write) -> None:
    """A tile shows value, unit, change with direction, target and source."""
    html = write(
        '{{ tile("Active items", 2391, "items", -12, "against before", [1, 2, 3], 3000, "orders",'
        ' "/demand", "variety", good="up", sample=True) }}'
    )
    assert "<b>2,391</b>" in html
    assert 'class="change bad"' in html
    assert "↓" in html
    assert "\N{MINUS SIGN}12" in html
    assert "target 3,000" in html
    assert 'class="target-tick" x="90.0"' in html
    assert '<a href="/demand">orders</a>' in html
    assert 'data-pillar="variety"' in html
    assert "SAMPLE" in html
    plain = write('{{ tile("Share", "8 %", change="+1 pp", good="down") }}')
    assert 'class="change bad"' in plain
    assert "<svg" not in plain


def test_status_says_it_three_ways(write: Write) -> None:
    """Shape, word and colour stand together."""
    html = write('{{ status("bad", "Late") }}')
    assert "#bad" in html
    assert "Late" in html
    assert 'class="status bad"' in html


def test_sentence_filter(write: Write) -> None:
    """Words with menus in their gaps; other values of the address stay."""
    html = write(
        '{{ sentence_filter("orders of {family} due in {days}", menus) }}',
        asking("/plan", "family=metal&q=cup&cursor=9"),
        menus={
            "family": {
                "label": "family",
                "value": "metal",
                "options": [("", "all"), ("metal", "m")],
            },
            "days": {"label": "days", "value": 14, "options": [(7, "one week"), (14, "two")]},
        },
    )
    text = re.sub(r"<[^>]+>", "", html)
    assert text.index("orders of") < text.index("due in")
    assert '<option value="metal" selected>' in html
    assert '<option value="14" selected>' in html
    assert 'name="q" value="cup"' in html
    assert "cursor" not in html


def test_empty_page_has_three_doors(write: Write) -> None:
    """Load the sample, import a file, read how."""
    html = write('{{ empty("What will sell?", "Needs orders.", "orders") }}')
    assert 'action="/settings/sample"' in html
    assert 'href="/imports?kind=orders"' in html
    assert 'href="/imports/how#orders"' in html


def test_macros_speak_chinese(write: Write) -> None:
    """The macros' own words come from the catalogue of the page's language."""
    html = write('{{ data_table([{"key": "a", "label": "A"}], [], "t", "/x") }}', language="zh-CN")
    assert not re.search(r"\brows\b|No rows|Columns", html)


def test_strict_policy_has_nothing_to_refuse(write: Write, ctx: Context) -> None:
    """No style attribute, no inline script or handler, in any macro or in the shell."""
    html = full(ctx) + write(
        """{{ page_head("q", "a", "b", "/c") }}
        {% call tiles("g", "brand") %}{{ tile("a", 1, target=2, spark=[1, 2]) }}{% endcall %}
        {{ data_table([{"key": "a", "label": "A", "format": "spark"}], rows, "t", "/x") }}
        {{ chart("c", spec={"type": "line", "series": []}) }} {{ gantt("g", "/g") }}
        {{ graph("h", spec={"nodes": [], "edges": []}) }} {{ empty("a", "b") }}
        {% call how() %}x{% endcall %} {{ tabs([("a", "/a", 3)], "/a") }} {{ pager("/n", "/p") }}
        {{ field("F", "f", error="no") }} {{ select_field("S", "s", [("a", "b")], "a") }}
        {{ facts([("a", "b")]) }} {{ flash("ok", "done") }} {{ source_line("s", "/s") }}
        {{ decisions(late) }}
        """,
        rows=[{"a": [1, 2]}],
        late=[{"kind": "bad", "word": "Late", "thing": "x", "url": "/x", "why": "**2**"}],
    )
    assert not re.search(r"<[^>]*\sstyle=", html)
    assert not re.search(r"<[^>]*\son\w+=", html)
    for attributes in re.findall(r"<script([^>]*)>", html):
        assert "src=" in attributes or 'type="application/json"' in attributes
    assert "javascript:" not in html


def test_data_in_a_page_cannot_close_its_script(write: Write) -> None:
    """A text of the data that looks like markup stays data."""
    html = write("{{ chart('c', spec=spec) }}", spec={"series": [{"name": "</script><b>"}]})
    assert "</script><b>" not in html
