"""The recall page in a browser: it is narrowed in place, and a case is worked with the keyboard."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import expect

from sanpin.kit.context import open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service


@pytest.fixture(scope="module")
def lots(sample_site: Any) -> list[str]:
    """Two lots of the sample that went out."""
    with urllib.request.urlopen(sample_site.url + "/trace", timeout=60) as answer:
        text = answer.read().decode()
    found: list[str] = []
    with open_context(Workspace.open(sample_site.workspace)) as ctx:
        for path in dict.fromkeys(re.findall(r"/trace/thing/(01/\d+/10/[^\"]+)", text)):
            name = f"https://id.gs1.org/{path}"
            if service.recall(ctx, [name]).consignees:
                found.append(name)
            if len(found) == 2:
                return found
    raise AssertionError("fewer than two lots of the sample went out")


def test_the_scope_is_narrowed_without_leaving_the_page(
    sample_site: Any, readers: dict[str, Any], lots: list[str]
) -> None:
    reader = readers["en"]
    asked = "&".join(f"epc={lot}" for lot in lots)
    assert reader.open(f"{sample_site.url}/trace/recall?{asked}") == 200
    page = reader.page
    answer = page.locator("#scope .answer")
    before = answer.inner_text()
    page.evaluate("window.stayed = true")
    page.locator(".cleared summary").click()
    page.locator("input[name=without]").first.check()
    expect(answer).not_to_have_text(before)
    expect(page).to_have_url(re.compile("without="))
    page.locator("#narrowing a.button").click()
    expect(page.locator("#narrowing a.button")).to_have_count(0)
    page.locator("input[name=without]").nth(1).check()
    expect(answer).to_have_text("Every seed is cleared: nothing must come back.")
    assert page.evaluate("window.stayed")
    assert reader.guard.findings == []


def test_a_drill_is_worked_with_the_keyboard_alone(
    sample_site: Any, readers: dict[str, Any], lots: list[str]
) -> None:
    """From the scope to the first scan: every step by keys, the scanner ends with Enter."""
    reader = readers["zh-CN"]
    assert reader.open(f"{sample_site.url}/trace/recall?epc={lots[0]}") == 200
    page = reader.page
    page.locator(".start summary").focus()
    page.keyboard.press("Enter")
    page.locator(".start input[name=drill]").focus()
    page.keyboard.press("Space")
    page.locator(".start form button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".drill")).to_have_text("演练")
    expect(page.locator("#f-code")).to_be_focused()
    page.keyboard.type(f"{lots[0]}X")
    page.keyboard.press("Enter")
    expect(page.locator("#returns .flash")).to_contain_text("未知")
    expect(page.locator("#f-code")).to_be_focused()
    assert reader.guard.findings == []
