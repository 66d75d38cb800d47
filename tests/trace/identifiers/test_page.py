"""The page on identifiers: its table names every key, and every example in it is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sanpin.trace.engine.identifiers import Prefixes, canonical, parse, to_urn
from sanpin.trace.engine.identifiers.reading import KINDS
from sanpin.trace.engine.identifiers.table import RULES

DOCS = Path(__file__).resolve().parents[3] / "docs"
ROW = re.compile(r"^\| ([^|]+) \| ([\d +]+) \| ([^|]+) \| `([^`]+)` \| `([^`]+)` \| (.+) \|$", re.M)


def rows(language: str) -> list[tuple[str, ...]]:
    """Rows of the table of keys."""
    return ROW.findall((DOCS / language / "identifiers.md").read_text(encoding="utf-8"))


def test_the_table_names_every_key_of_the_dictionary() -> None:
    keys = {ai for ai, rule in RULES.items() if rule.qualifiers is not None}
    assert keys == set(KINDS)
    assert {row[1].split(" + ")[0] for row in rows("en")} == keys


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_example_names_the_thing_of_its_row(language: str) -> None:
    for name, identifiers, _, brackets, link, urn in rows(language):
        found = parse(brackets)
        assert found.canonical == canonical(brackets) == f"https://id.gs1.org{link}"
        assert [found.key, *(ai for ai, _ in found.qualifiers)] == identifiers.split(" + ")
        assert name in ("—", "GTIN + CPV", found.kind.upper())
        text = to_urn(found.canonical, prefixes=Prefixes({"9521234": 7}))
        assert urn == (f"`{text}`" if text else "–")
        assert text is None or canonical(text) == found.canonical


def test_both_pages_hold_the_same_rows() -> None:
    english, chinese = rows("en"), rows("zh")
    assert [row[:2] + row[3:] for row in english] == [row[:2] + row[3:] for row in chinese]
