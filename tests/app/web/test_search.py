"""Search: pages and records, as a page and for programs, in the reader's language."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from sanpin.app.web import search as module
from sanpin.kit.context import Context
from sanpin.kit.search import Hit


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the domains find cups, as many as asked for."""

    def found(ctx: Context, text: str, limit: int) -> list[Hit]:
        cups = [Hit(f"cup {n}", "Value", f"/items/{n}", "ceramic") for n in range(60)]
        return [hit for hit in cups if text.strip() in hit.label][:limit]

    monkeypatch.setattr(module, "search", found)


def test_nothing_asked(client: TestClient) -> None:
    """An empty box asks what to type, and the interface answers with nothing."""
    assert "Type a name, a code or an identifier." in client.get("/search").text
    assert client.get("/api/v1/search?q=%20").json() == {"hits": []}


def test_pages_are_found_in_the_readers_language(client: TestClient) -> None:
    """A page is found by its name as the reader sees it."""
    (hit, *_) = client.get("/api/v1/search?q=RUNS").json()["hits"]
    assert (hit["label"], hit["kind"], hit["path"]) == ("Runs", "Page", "/runs")


@pytest.mark.usefixtures("stock")
def test_records_by_kind(client: TestClient) -> None:
    """Hits stand under their kind with label, detail and page."""
    page = client.get("/search?q=cup 7").text
    assert '<a href="/items/7">cup 7</a>' in page
    assert "ceramic" in page
    assert "<strong>1</strong> holds “cup 7”." in page


@pytest.mark.usefixtures("stock")
def test_many_hits_are_cut_and_said(client: TestClient) -> None:
    """The page says that there are more; the interface keeps to its limit."""
    assert "type more to narrow them" in client.get("/search?q=cup").text
    assert len(client.get("/api/v1/search?q=cup&limit=5").json()["hits"]) == 5
    assert client.get("/api/v1/search?q=cup&limit=999").status_code == 422


@pytest.mark.usefixtures("stock")
def test_no_hit_and_hostile_words(client: TestClient) -> None:
    """Nothing found is a sentence; markup in the words stays words."""
    page = client.get("/search", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "Nothing holds" in page
