"""Runs, imports, settings, search and the gates in a real browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Dialog, Page, expect

from sanpin.app.server import create_app
from sanpin.base import N_, EngineError
from sanpin.kit.auth import create_key
from sanpin.kit.context import Context, open_context
from sanpin.kit.jobs import run_worker
from sanpin.kit.notify import notify
from sanpin.kit.pages import navigation
from sanpin.kit.runs import enqueue, list_runs, start_run
from sanpin.kit.settings import set_setting
from sanpin.kit.workspace import Workspace

OpenPage = Callable[..., Page]
PATHS = (*(entry.path for entry in navigation()), "/login", "/nowhere")
"""Pages as they are before the first order, and the two that need none."""
ITEMS = "code,name_en,unit,Colour\nA1,Cup,EA,red\nA2,Plate,EA,blue\n"
STEPS = (
    ("demand", "intake", {"rows": 343799, "items": 3812}),
    ("demand", "forecast", {"items": 2391, "rmsse": 0.64}),
    ("factory", "plan", {"make_orders": 412}),
    ("factory", "schedule", {"operations": 2140, "late_orders": 3}),
)


def loop(ctx: Context, rmsse: float) -> str:
    """Keep a Run of the loop with its steps, as a planner sees it in the morning."""
    with start_run(ctx, "loop", "run", params={"horizon": 28, "service_level": 0.95}) as run:
        for domain, verb, metrics in STEPS:
            with start_run(ctx, domain, verb) as step:
                for name, value in metrics.items():
                    step.metric(name, value)
        run.metric("forecast", {"items": 2391, "rmsse": rmsse})
        run.metric("schedule", {"operations": 2140, "late_orders": 3})
    return run.id


def furnish(ctx: Context) -> dict[str, str]:
    """Fill a workspace with what a week of work leaves behind; return the ids of its Runs."""
    set_setting(ctx, "as_of", "2011-09-16")
    runs = {"other": loop(ctx, 0.66), "run": loop(ctx, 0.64)}
    with (
        pytest.raises(EngineError),
        start_run(ctx, "factory", "schedule") as failing,
    ):
        raise EngineError("factory.test", N_("There is no run {run}."), hint="", run="7")
    notify(ctx, "loop.done", N_("There is no run {run}."), "warn", "/runs", run="7")
    return {**runs, "failed": failing.id}


class House:
    """A server of the house's pages with its workspace."""

    def __init__(self, url: str, ctx: Context, runs: dict[str, str]) -> None:
        self.url, self.ctx, self.runs = url, ctx, runs

    def at(self, path: str) -> str:
        """Return the address of a path, with ids filled in."""
        return self.url + path.format(**self.runs)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Serve the pages from a thread."""
    folder = tmp_path_factory.mktemp("house") / "w"
    with open_context(Workspace.create(folder, name="Pottery")) as ctx:
        app = create_app(ctx)
        runs = furnish(ctx)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield House(f"http://127.0.0.1:{port}", ctx, runs)
        server.should_exit = True
        thread.join()


@pytest.fixture
def allow_refusals(guard: object) -> Iterator[None]:
    """Let a page be answered with a refusal: browsers log that on their console."""
    yield
    findings: list[str] = guard.findings  # type: ignore[attr-defined]
    findings[:] = [one for one in findings if "the server responded with a status of 4" not in one]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_without_orders(
    house: House,
    readers: dict[str, Any],
    at_widths: Callable[[Page, str], None],
    check_access: Callable[..., None],
    check_dark: Callable[[Page], None],
    path: str,
    language: str,
) -> None:
    """Before there is anything to show, pages are whole too, in both themes."""
    reader = readers[language]
    assert reader.open(house.at(path)) == (404 if path == "/nowhere" else 200)
    expect(reader.page.locator("html")).to_have_attribute("lang", language)
    expect(reader.page.locator("h1")).to_have_count(1)
    name = f"empty-{path.strip('/').replace('/', '-') or 'cockpit'}-{language}"
    at_widths(reader.page, name)
    if language == "en":
        check_access(reader.page)
    else:
        check_dark(reader.page)
    logged = [one for one in reader.guard.findings if "status of 404" not in one]
    assert logged == []


def test_import_from_file_to_list(house: House, open_page: OpenPage, tmp_path: Path) -> None:
    """A file is sent, its columns looked at, checked, and imported, by a person."""
    file = tmp_path / "items.csv"
    file.write_text(ITEMS)
    page = open_page(house.at("/imports"))
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_label("Column for name en")).to_have_value("name_en")
    page.get_by_label("Kind of file").select_option("items")
    page.get_by_role("button", name="Check only").click()
    expect(page.get_by_text("All 2 rows can be imported")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 rows of items.csv were imported")).to_be_visible()
    expect(page.locator("#past tbody tr")).to_have_count(1)


@pytest.mark.usefixtures("allow_refusals")
def test_bad_rows_on_the_page(
    house: House, open_page: OpenPage, check_access: Callable[[Page], None], tmp_path: Path
) -> None:
    """Refused rows are a table with their reasons, and a file to take along."""
    file = tmp_path / "bad.csv"
    file.write_text("code,name_en\nA1,Cup\nA1,Plate\n")
    page = open_page(house.at("/imports?kind=items"))
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("This key has occurred before, in row 2.")).to_be_visible()
    check_access(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all bad rows").click()
    assert download.value.suggested_filename.endswith("-bad-rows.csv")


def test_run_is_watched_live(house: House, open_page: OpenPage) -> None:
    """A queued Run fills its bar without reloading by hand, and ends as a finished page."""
    run = enqueue(house.ctx, "loop.run")
    page = open_page(house.at(f"/runs/{run.id}"))
    expect(page.locator("x-run")).to_have_attribute("state", "queued")
    expect(page.locator(".run-message")).to_contain_text("waiting")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("cancelled")


def test_page_follows_a_run_to_its_end(house: House, open_page: OpenPage) -> None:
    """While a worker computes, the open page learns of the end by itself."""
    before = len(list_runs(house.ctx, limit=None))
    run = enqueue(house.ctx, "loop.run")
    page = open_page(house.at(f"/runs/{run.id}"))
    run_worker(house.ctx.workspace, once=True)
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=15000)
    assert len(list_runs(house.ctx, limit=None)) > before


def test_language_switch_keeps_the_page(house: House, open_page: OpenPage) -> None:
    """One click, the same page, the other language; and back."""
    page = open_page(house.at("/runs?state=done"))
    page.locator(".top").get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.url.endswith("/runs?state=done")
    page.locator(".top").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_day_is_set_from_any_page(house: House, open_page: OpenPage) -> None:
    """The day of the top bar is changed where the reader stands."""
    page = open_page(house.at("/imports"))
    page.locator(".as-of summary").click()
    page.get_by_label("this day").check()
    page.get_by_label("Day", exact=True).fill("2011-08-01")
    page.get_by_role("button", name="Set the day").click()
    expect(page.locator(".as-of summary")).to_contain_text("1 Aug 2011")
    assert page.url.endswith("/imports")


def test_search_finds_pages(house: House, open_page: OpenPage) -> None:
    """The box in the shell and the page of the search find the same."""
    page = open_page(house.at("/settings"))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").type("imp")
    expect(page.locator("#hits li").first).to_contain_text("Imports")
    page.keyboard.press("Enter")
    page.wait_for_url("**/imports")


def test_dangerous_buttons_ask_first(house: House, open_page: OpenPage) -> None:
    """Revoking a key asks; saying no leaves everything as it is."""
    create_key(house.ctx, "scale")
    page = open_page(house.at("/settings/keys"))
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.get_by_role("button", name="Revoke").click()
    assert asked == ["Revoke the key “scale”?"]
    expect(page.get_by_text("valid")).to_be_visible()
