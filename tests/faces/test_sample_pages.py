"""The pages of the rail on the whole sample: where they lead, what they hold and export."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sanpin.kit.pages import navigation

OpenPage = Callable[..., Page]
PATHS = [entry.path for entry in navigation()]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", PATHS)
def test_first_link_of_the_page_leads_somewhere(
    sample_site: Any, readers: dict[str, Any], path: str
) -> None:
    """Each figure drills down: the first link of the content opens a page of the house."""
    reader = readers["en"]
    assert reader.open(f"{sample_site.url}{path}") == 200
    page = reader.page
    link = page.locator("main a[href^='/']:not([download])").first
    if link.count() == 0:
        pytest.skip("a page without records has no link to follow")
    target = str(link.get_attribute("href"))
    page.goto(sample_site.url + target)
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator(".source", has_text="http.path.unknown").count() == 0
    assert reader.guard.findings == []


def test_no_english_sentence_in_the_chinese_rail(sample_site: Any, open_page: OpenPage) -> None:
    """Every entry of the rail has its Chinese name."""
    page = open_page(sample_site.url, language="zh-CN")
    names = page.locator(".rail li").all_inner_texts()
    assert len(names) == len(PATHS)
    assert all(re.search(r"[\u4e00-\u9fff]", name) for name in names), names


def test_exports_hold_all_rows(sample_site: Any, open_page: OpenPage) -> None:
    """A table that shows some of its rows exports all of them."""
    page = open_page(f"{sample_site.url}/demand")
    text = page.locator(".table-bar a[href*='format=csv']").first
    counted = re.search(r"\d[\d,]*", str(text.inner_text()))
    assert counted
    wanted = int(counted[0].replace(",", ""))
    address = sample_site.url + str(text.get_attribute("href"))
    with urllib.request.urlopen(address, timeout=60) as answer:
        lines = answer.read().decode("utf-8-sig").strip().splitlines()
    assert len(lines) == wanted + 1


def test_summary_of_the_demo_is_what_the_pages_show(sample_site: Any, open_page: OpenPage) -> None:
    """The number of items forecast is the same at the command line and on the page."""
    items = f"{sample_site.summary['forecast']['items']:,}"
    page = open_page(f"{sample_site.url}/demand")
    expect(page.locator("main")).to_contain_text(items)


def test_causes_of_decisions_need_no_swipe_on_a_phone(
    sample_site: Any, open_page: OpenPage
) -> None:
    """The cause stands below its thing, as wide as the list, and nothing goes beyond the edge."""
    page = open_page(f"{sample_site.url}/decisions", width=360)
    row = page.locator("#decisions tbody tr").first
    thing, why = (row.locator(f"td:nth-child({n})").bounding_box() for n in (2, 3))
    assert thing and why and why["y"] >= thing["y"] + thing["height"] - 1
    assert why["width"] > 300
    scroll = page.locator("#decisions .table-scroll")
    assert scroll.evaluate("box => box.scrollWidth <= box.clientWidth")
