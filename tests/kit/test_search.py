"""One box over all domains."""

from __future__ import annotations

import pytest

from sanpin.base import Domain
from sanpin.kit.context import Context
from sanpin.kit.search import Hit, search


def find_items(_ctx: Context, text: str, limit: int) -> list[Hit]:
    """Answer for a domain of items."""
    names = ["blue cake stand", "Cake tin", "candle"]
    found = [Hit(name, "item", f"/items/{name}") for name in names if text.lower() in name.lower()]
    return found[:limit]


def find_lots(_ctx: Context, text: str, limit: int) -> list[Hit]:
    """Answer for a domain of lots."""
    return [Hit("CAKE-0911", "lot", "/lots/1", f"made of {text}")][:limit]


@pytest.fixture(autouse=True)
def two_domains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the registry two domains that can be searched and one that cannot."""
    functions = {"items": find_items, "lots": find_lots}
    domains = tuple(Domain(name, name, "tests", search=name) for name in ("items", "lots", ""))
    monkeypatch.setattr("sanpin.kit.search.domains", lambda: domains)
    monkeypatch.setattr("sanpin.kit.search.load", functions.__getitem__)


def test_hits_that_begin_with_the_text_come_first(ctx: Context) -> None:
    """Then each domain in its own order."""
    labels = [hit.label for hit in search(ctx, " cake ")]
    assert labels == ["Cake tin", "CAKE-0911", "blue cake stand"]


def test_there_is_a_limit_and_nothing_finds_nothing(ctx: Context) -> None:
    """An empty box asks nobody."""
    assert len(search(ctx, "cake", 2)) == 2
    assert search(ctx, "  ") == []
