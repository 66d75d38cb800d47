"""Tables: formats by type, links, sorting, exports of all rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from starlette.requests import Request

from sanpin.kit.context import Context
from sanpin.kit.pages import environment, page_values
from sanpin.kit.pages.cells import cell, cell_link, sentence_parts, table_columns, value_of
from sanpin.kit.pages.values import PageValues, entering


def request(query: str = "") -> Request:
    """Make a request for a page with a table."""
    scope = {"type": "http", "method": "GET", "path": "/demand", "headers": []}
    return Request({**scope, "query_string": query.encode(), "server": ("localhost", 80)})


def written(value: Any, **column: Any) -> str:
    """Write one value as a cell of an English page."""
    row = {"a": value}
    (complete,) = table_columns([{"key": "a", "label": "A", **column}], [row])
    with entering(PageValues(request(), None, "en")):
        return cell(row, complete)


@dataclass
class Item:
    """A row that is an object."""

    code: str
    sold: int


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        ("cup", {}, "cup"),
        ("", {}, "–"),
        (None, {}, "–"),
        (1234, {}, "1,234"),
        (1234.6, {"format": "integer"}, "1,235"),
        (0.25, {"format": "percent"}, "25.0%"),
        (0.25, {"format": "percent", "digits": 0}, "25%"),
        (3.5, {"format": "money", "currency": "GBP"}, "£3.50"),
        (3.5, {"format": "money"}, "3.50"),
        (date(2011, 9, 15), {}, "Thu 15 Sept"),
        (datetime(2011, 9, 15, 8, 30), {}, "Thu 15 Sept 08:30"),  # noqa: DTZ001
        (True, {}, "yes"),
        (False, {}, "no"),
        ("Imports", {"format": "message"}, "Imports"),
        (None, {"format": "message"}, "–"),
        ("EA", {"format": "unit"}, "piece"),
    ],
)
def test_cell(value: Any, column: dict[str, Any], text: str) -> None:
    """The column's format decides, else the type of the value."""
    assert written(value, **column) == text


def test_rows_may_be_mappings_or_objects() -> None:
    """Both kinds of rows are read alike; what they lack is None."""
    assert value_of({"a": 1}, "a") == value_of(Item("1", 1), "sold") == 1
    assert value_of({}, "a") is None
    assert value_of(Item("1", 1), "colour") is None


def test_numeric_columns_are_known_by_their_values() -> None:
    """Numbers stand at the right, by format or by the first value; `align` overrules."""
    rows = [{"n": None, "t": "x", "p": 0.5, "c": 5}, {"n": 3, "t": "y", "p": 0.1, "c": 6}]
    columns = [
        {"key": "n", "label": "N"},
        {"key": "t", "label": "T"},
        {"key": "p", "label": "P", "format": "percent"},
        {"key": "c", "label": "C", "align": "text"},
    ]
    assert [c["numeric"] for c in table_columns(columns, rows)] == [True, False, True, False]


def test_longest_text_column_gives_way() -> None:
    """Exactly one long text column shrinks with the window; short and wrapping ones do not."""
    rows = [{"a": "x" * 30, "b": "y" * 40, "c": "z" * 99}]
    columns = [{"key": key, "label": key} for key in "ab"]
    wrapped = {"key": "c", "label": "c", "wrap": True}
    styles = [c["style"] for c in table_columns([*columns, wrapped], rows)]
    assert styles == ["", "grow", "wrap"]
    assert [c["style"] for c in table_columns(columns, [{"a": "x", "b": "y"}])] == ["", ""]


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("/items/{item}", "/items/A%2F1%20b"),
        ("url", "/somewhere"),
        ("missing", ""),
        ("", ""),
    ],
)
def test_cell_link(link: str, path: str) -> None:
    """A path with fields is filled with quoted values; a key names the path itself."""
    row = {"item": "A/1 b", "url": "/somewhere"}
    assert cell_link(row, {"key": "item", "link": link}) == path


def test_sentence_parts() -> None:
    """A sentence is cut at its gaps; the words behind the last gap stay."""
    assert sentence_parts("of {a} in {b} now") == [("of ", "a"), (" in ", "b"), (" now", "")]
    assert sentence_parts("plain") == [("plain", "")]


TABLE = '{% from "kit/macros.html" import data_table %}{{ data_table(c, rows, "t", url, total) }}'


def table(
    ctx: Context,
    query: str = "",
    total: int | None = None,
    rows: int = 3,
    url: str = "/api/x?family=a",
) -> str:
    """Render a small table in a page's values."""
    columns = [
        {"key": "code", "label": "Item", "link": "/items/{code}", "sort": True},
        {"key": "sold", "label": "Sold", "unit": "pcs", "sort": True},
    ]
    items = [Item(f"i{n}", n * 1000) for n in range(rows)]
    with entering(page_values(request(query), ctx)):
        made = environment().from_string(TABLE)
        return made.render(c=columns, rows=items, url=url, total=total)


def test_table_offers_all_rows(ctx: Context) -> None:
    """The count says how many of how many; the export says that it takes all."""
    html = table(ctx, total=2391)
    assert "3 of 2,391 rows" in html
    assert "CSV, all 2,391 rows" in html
    assert 'href="/api/x?family=a&amp;format=csv"' in html
    assert 'href="/api/x?family=a&amp;format=xlsx"' in html
    assert "3 rows" in table(ctx)


def test_small_table_has_no_tools(ctx: Context) -> None:
    """A handful of rows without export needs no count, column chooser or density."""
    assert "table-tools" not in table(ctx, url="")
    assert "table-tools" in table(ctx, url="", rows=13)


def test_table_links_and_aligns(ctx: Context) -> None:
    """The first column links, numbers stand at the right under a head with their unit."""
    html = table(ctx)
    assert '<a href="/items/i1">i1</a>' in html
    assert '<td class="num">1,000</td>' in html
    head = re.search(r'<th[^>]*data-key="sold"[^>]*>.*?</th>', html, re.S)
    assert head
    assert 'class="num"' in head[0]
    assert "pcs" in head[0]


def test_sort_links_turn_around(ctx: Context) -> None:
    """A head sorts upwards, then downwards; the sorted one says so; the cursor is dropped."""
    html = table(ctx, "sort=sold&cursor=5&q=cup")
    assert 'aria-sort="ascending"' in html
    assert 'href="/demand?q=cup&amp;sort=-sold"' in html
    assert 'href="/demand?q=cup&amp;sort=code"' in html
    assert 'aria-sort="descending"' in table(ctx, "sort=-sold")


def test_empty_table_says_so(ctx: Context) -> None:
    """A table without rows is no blank space."""
    html = table(ctx, rows=0)
    assert "No rows." in html
    assert 'colspan="2"' in html
