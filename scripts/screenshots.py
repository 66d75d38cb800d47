"""Take the pictures of the README: the cockpit of the sample workspace, light and dark.

    python scripts/screenshots.py [WORKSPACE]

Makes the sample workspace with the demo unless one is named, serves it, and writes
docs/images/cockpit-light.png and cockpit-dark.png at 1280 x 800. Needs Playwright and a Chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZE: Any = {"width": 1280, "height": 800}
SHOTS = (("light", "en-GB"), ("dark", "en-GB"))
START_SECONDS = 60.0


def main(arguments: list[str]) -> int:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(arguments[0]) if arguments else Path(folder) / "sample"
        command = [sys.executable, "-m", "sanpin", "--workspace", str(workspace)]
        if not arguments:
            subprocess.run([*command, "demo", "--no-serve"], check=True, env=_home(folder))
        with served(command) as url:
            take(url)
    return 0


def take(url: str) -> None:
    """Write the pictures of a running server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
        )
        for theme, locale in SHOTS:
            page = browser.new_page(
                viewport=SIZE, color_scheme=theme, locale=locale, reduced_motion="reduce"
            )
            page.goto(f"{url}/?side=firm", wait_until="networkidle")
            path = IMAGES / f"cockpit-{theme}.png"
            page.screenshot(path=path)
            print(path)
        browser.close()


@contextmanager
def served(command: list[str]) -> Iterator[str]:
    """Serve a workspace on a free port while the pictures are taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([*command, "serve", "--port", str(port)])
    try:
        _wait(url)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise SystemExit("the server did not answer")


def _home(folder: str) -> dict[str, str]:
    """Keep the demo from becoming the workspace made last."""
    return {**os.environ, "XDG_CONFIG_HOME": folder}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
