"""Fixtures of the browser tests: the sample site, a guarded page, axe, and screenshots."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "assets/axe.min.js"
PICTURES = ROOT / ".artefacts/pictures"
LANGUAGES = ("en", "zh-CN")
WIDTHS = {360: 780, 1280: 900, 2560: 1440}
"""The three widths at which pages must stand, each with the height of its window."""

BROWSERS = (
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
)
"""Where Debian keeps the browser: the engine alone first, which opens windows faster,
since it draws no toolbars and tabs that nobody sees."""
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--font-render-hinting=none",
]
DRAWN = """() => [...document.querySelectorAll('x-chart, x-gantt, x-graph, x-map')]
  .every(element => element.querySelector('canvas, g, [role=alert]'))"""
"""Whether every drawing of a page has been made, or has said why not."""

SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""When what depends on the width has been drawn anew."""
PATIENCE = 20
"""Tenths of a second until a page that is drawn anew must fit its window."""
ALIKE = """() => {
  for (const row of document.querySelectorAll('tbody > tr:nth-child(n+13), li:nth-child(n+25)'))
    row.remove()
}"""
"""Drop what repeats itself: each row of a table is made as the one above it."""
BARRIERS = """async only => {
  const barriers = async (place, only) =>
    (await axe.run(place, { runOnly: only, resultTypes: ['violations'] })).violations
  const size = { type: 'rule', values: ['target-size'] }
  const found = []
  for (const { id, help, nodes } of await barriers(document, only))
    for (const node of nodes) {
      if (id === 'target-size') {
        document.querySelector(node.target[0]).scrollIntoView({ block: 'center' })
        if (!(await barriers(node.target[0], size)).length) continue
      }
      found.push(`${id}: ${help}: ${node.html.slice(0, 160)}`)
    }
  return found
}"""
"""Find barriers; a target that lies half under a bar just now is looked at away from it."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder as one that needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faces)


@dataclass(frozen=True)
class Site:
    """A running server: its address, its workspace and what the demo said about it."""

    url: str
    workspace: Path
    summary: dict[str, Any]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(url: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait for the server's health page; a server that ended is reported at once."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {seconds} s")


@pytest.fixture(scope="session")
def sample_site(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy of the sample company from a process of its own."""
    folder = tmp_path_factory.mktemp("sample")
    workspace = shutil.copytree(demo.untouched, folder / "workspace")
    url = f"http://127.0.0.1:{free_port()}"
    serve = [sys.executable, "-m", "sanpin", "serve", "--workspace", str(workspace)]
    serve += ["--port", url.rsplit(":", 1)[1]]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(serve, env=demo.env, stdout=log, stderr=log)
        try:
            wait_until_healthy(url, server)
            yield Site(url, workspace, demo.answer)
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium once for the tests of a file.

    While it is driven, an event loop counts as running in this thread; it must have ended when
    other tests start theirs.
    """
    with sync_playwright() as playwright:
        found = next((path for path in BROWSERS if Path(path).exists()), None)
        launched = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield launched
        launched.close()
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


@dataclass
class Guard:
    """What a page must not do: log errors, throw, or ask another host for anything."""

    findings: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.findings.append(f"error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.findings.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != "127.0.0.1":
            self.findings.append(f"request to another host: {request.url}")


@pytest.fixture
def guard() -> Iterator[Guard]:
    """Fail the test when one of its pages did what it must not."""
    watcher = Guard()
    yield watcher
    assert watcher.findings == []


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, guard: Guard) -> Iterator[OpenPage]:
    """Give a function that opens guarded pages.

    Options: ``width`` (1280), ``theme`` (light), ``language`` (en), ``motion`` (reduce), and
    ``scripts`` (True) to see the page as a reader without scripts does.
    """
    contexts = []

    def apply(
        url: str,
        *,
        width: int = 1280,
        theme: Any = "light",
        language: str = "en",
        motion: Any = "reduce",
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            color_scheme=theme,
            locale=language,
            reduced_motion=motion,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        guard.watch(page)
        page.goto(url)
        if scripts:
            page.wait_for_function(DRAWN)
        return page

    yield apply
    for context in contexts:
        context.close()


CheckAccess = Callable[..., None]


@pytest.fixture(scope="session")
def check_access() -> CheckAccess:
    """Give a function that fails when axe finds a barrier, by all rules or by those named."""
    source = AXE.read_text("utf-8")

    def apply(page: Page, *rules: str) -> None:
        page.evaluate(ALIKE)
        page.evaluate(source)
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
        findings = page.evaluate(BARRIERS, only)
        assert findings == [], "\n".join(findings)

    return apply


@pytest.fixture(scope="session")
def check_dark(check_access: CheckAccess) -> Callable[[Page], None]:
    """Give a function that looks at a page by night, by the rules that depend on its looks.

    They are those that ask for colours, and for the size of what bears a word, longer or shorter.
    """

    def apply(page: Page) -> None:
        page.emulate_media(color_scheme="dark")
        check_access(page, "color-contrast", "target-size")

    return apply


def overflow(page: Page) -> list[str]:
    """List what stands out of the window at the right, so that the page scrolls sideways."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.scrollWidth > innerWidth + 1
          const out = element => element.getBoundingClientRect().right > innerWidth + 1
          return wide ? [...document.querySelectorAll('main *')].filter(out).slice(0, 5)
            .map(element => element.outerHTML.slice(0, 120)) : []
        }"""
    )
    return found


AtWidths = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def at_widths(request: pytest.FixtureRequest) -> AtWidths:
    """Give a function that shows an open page at the three widths, the widest last.

    The page must not scroll sideways at any of them; with ``--pictures`` each is kept to be
    looked at.
    """
    pictures = request.config.getoption("--pictures")

    def apply(page: Page, name: str) -> None:
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(SETTLED)
            wide = overflow(page)
            for _ in range(PATIENCE):  # a busy machine may draw late
                if wide:
                    page.wait_for_timeout(100)
                    wide = overflow(page)
            assert wide == [], f"{name} is wider than {width} px"
            if pictures:
                page.screenshot(path=PICTURES / f"{name}-{width}.jpeg", type="jpeg", quality=70)

    return apply


class Reader:
    """A person with one window and one language, who goes from page to page."""

    def __init__(self, browser: Browser, language: str) -> None:
        self.context = browser.new_context(locale=language, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.guard = Guard()
        self.guard.watch(self.page)

    def open(self, url: str) -> int:
        """Open a page by daylight and wait for its drawings; return the status."""
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
        self.guard.findings.clear()
        answer = self.page.goto(url)
        self.page.wait_for_function(DRAWN)
        return answer.status if answer else 0


@pytest.fixture(scope="module")
def readers(browser: Browser) -> Iterator[dict[str, Reader]]:
    """Give one window for each language, for all the pages."""
    made = {language: Reader(browser, language) for language in LANGUAGES}
    yield made
    for reader in made.values():
        reader.context.close()
