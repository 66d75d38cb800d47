"""Cells of tables: how a column of a row is read, written and linked."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from sanpin.base.text import N_
from sanpin.kit.pages.formats import DASH
from sanpin.kit.pages.values import current_page

__all__ = ["cell", "cell_link", "sentence_parts", "table_cell", "table_columns", "value_of"]

_NUMERIC = frozenset(("number", "integer", "percent", "signed", "money", "duration"))
_COLUMN = {
    "unit": "",
    "align": "",
    "link": "",
    "format": "",
    "digits": None,
    "sort": False,
    "hidden": False,
    "currency": "",
    "wrap": False,
}
_LONG = 18  # characters from which a text column gives way to its neighbours


def value_of(row: Any, key: str) -> Any:
    """Read a value of a row that is a mapping or an object; None when it has none."""
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)


def _kind(value: object) -> str:
    """Choose a format by the type of a value."""
    if isinstance(value, datetime):
        return "datetime"
    if isinstance(value, date):
        return "date"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else "text"


def table_columns(
    columns: Iterable[Mapping[str, Any]], rows: Sequence[Any]
) -> list[dict[str, Any]]:
    """Complete columns with their defaults; `numeric` ones are set to the right.

    A column without ``format`` takes it from its first value that is not None.
    """
    complete = [_complete(given, rows) for given in columns]
    texts = [column for column in complete if column["longest"] > _LONG and not column["wrap"]]
    if texts:
        max(texts, key=lambda column: int(column["longest"]))["style"] = "grow"
    return complete


def _complete(given: Mapping[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    """Give a column its defaults, its CSS class and the length of its longest text."""
    column = {**_COLUMN, **given}
    values = [value_of(row, column["key"]) for row in rows]
    column["format"] = column["format"] or _kind(next((v for v in values if v is not None), ""))
    numeric = column["format"] in _NUMERIC
    column["numeric"] = column["align"] == "num" or (numeric and column["align"] != "text")
    column["style"] = "num" if column["numeric"] else "wrap" if column["wrap"] else ""
    text = column["format"] == "text"
    column["longest"] = max((len(str(v)) for v in values), default=0) if text else 0
    return column


def cell(row: Any, column: Mapping[str, Any]) -> str:
    """Write the value of a completed column as text.

    Formats: text, message (a catalogue key), number, integer, percent, signed, money, date,
    datetime, duration, unit. `digits` is handed to the numeric ones, `currency` to money.
    """
    value = value_of(row, column["key"])
    formats, kind = current_page().formats, column["format"]
    if isinstance(value, list | tuple):
        return formats.number(len(value), 0)  # a list inside a cell is told by its length
    if isinstance(value, bool):
        return formats.translator.text(N_("yes") if value else N_("no"))
    if kind == "text":
        return DASH if value is None or value == "" else str(value)
    if kind == "message":
        return formats.translator.text(str(value)) if value else DASH
    if kind == "integer":
        return formats.number(value, 0)
    extra: dict[str, Any] = {} if column["digits"] is None else {"digits": column["digits"]}
    if kind == "money" and column["currency"]:
        extra["currency"] = column["currency"]
    text: str = getattr(formats, kind)(value, **extra)
    return text


def cell_link(row: Any, column: Mapping[str, Any]) -> str:
    """Return where a cell leads, or an empty text.

    ``column["link"]`` is either a path with named fields (``/demand/items/{item}``), filled
    with quoted values of the row, or the key under which the row holds the path itself.
    """
    link = str(column["link"])
    if not link.startswith("/"):
        return str(value_of(row, link) or "") if link else ""
    return link.format_map(_Quoted(row))


def table_cell(row: Any, column: Mapping[str, Any]) -> Markup:
    """Return a cell of a completed column as HTML: its text, linked where it leads somewhere.

    Made here rather than by a macro, which takes most of the time of a long table.
    """
    text, style = escape(cell(row, column)), column["style"]
    link = cell_link(row, column) if column["link"] else ""
    inner = f'<a href="{escape(link)}">{text}</a>' if link else text
    title = f' title="{text}"' if style == "grow" else ""
    start = f'<td class="{style}"{title}>' if style else "<td>"
    return Markup(f"{start}{inner}</td>")


class _Quoted(dict[str, str]):
    """Fields of a row, quoted for use in a path."""

    def __init__(self, row: Any) -> None:
        super().__init__()
        self.row = row

    def __missing__(self, key: str) -> str:
        return quote(str(value_of(self.row, key)), safe="")


def sentence_parts(text: str) -> list[tuple[str, str]]:
    """Split a sentence with named gaps into pairs of words and the name of the gap after them."""
    return [(words, name or "") for words, name, _, _ in string.Formatter().parse(text)]
