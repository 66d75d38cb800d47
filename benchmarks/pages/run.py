"""Measure every page of the sample: server time and full page in a real browser."""

from __future__ import annotations

import gzip
import math
import socket
import subprocess
import time
import urllib.error
import urllib.request

from benchmarks.common import median, sanpin_command, write_result

LIMITS = {"server_p95_ms": 100.0, "browser_ms": 1500.0, "shell_kib": 20.0}
ASKED, OPENED = 20, 3
FIGURES = (
    "active_items", "new_items", "new_item_revenue_share", "effective_items", "median_order_size",
    "median_lot_size", "return_rate", "first_pass_yield", "traceable_share", "on_time_share",
    "repeat_purchase_share", "returning_revenue_share", "countries", "price_index",
)  # fmt: skip
PATHS = (
    "/", "/?side=industry", "/?side=industry&region=Chongqing", "/decisions", "/demand",
    "/demand/accuracy", "/demand/corrections", "/demand/items/85123A", "/factory/plan",
    "/factory/plan?q=clock", "/factory/schedule", "/factory/schedule?machine=PRESS-1", "/trace",
    "/scoreboard", *(f"/scoreboard/{figure}" for figure in FIGURES), "/sector", "/sector/tasks",
    "/sector/own", "/sector/figures", "/master/items", "/master/items?q=cake",
    "/master/items/85123A", "/master/partners", "/master/sites", "/master/boms",
    "/master/calendars", "/imports", "/runs", "/settings", "/settings/users", "/settings/keys",
    "/settings/inbox", "/search?q=cake",
)  # fmt: skip


def main() -> None:
    """Serve the sample, measure, keep the result."""
    port = free_port()
    server = subprocess.Popen(sanpin_command("serve", "--port", str(port)))
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(base, server)
        times = {path: server_p95(base + path) for path in PATHS}
        full = browser_times(base)
        shell = shell_size(base)
    finally:
        server.terminate()
        server.wait()
    worst = {"server_p95_ms": max(times.values()), "browser_ms": max(full.values())}
    result = {**worst, "shell_kib": shell}
    met = {key: result[key] <= limit for key, limit in LIMITS.items()}
    write_result(
        "pages", {**result, "limits": LIMITS, "met": met, "server": times, "browser": full}
    )


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    while True:
        try:
            urllib.request.urlopen(f"{base}/healthz").close()
            return
        except urllib.error.URLError:
            if server.poll() is not None:
                raise SystemExit("the server did not start: run `sanpin demo` first") from None
            time.sleep(0.05)


def server_p95(url: str) -> float:
    """Return the 95th percentile in milliseconds after one warm-up."""
    taken = []
    for _ in range(ASKED + 1):
        start = time.perf_counter()
        with urllib.request.urlopen(url) as answer:
            answer.read()
        taken.append(1000 * (time.perf_counter() - start))
    ordered = sorted(taken[1:])
    return round(ordered[math.ceil(0.95 * len(ordered)) - 1], 1)


def browser_times(base: str) -> dict[str, float]:
    """Return the median milliseconds to a complete page in Chromium."""
    from playwright.sync_api import sync_playwright

    times = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        for path in PATHS:
            taken = []
            for _ in range(OPENED):
                start = time.perf_counter()
                page.goto(base + path, wait_until="load")
                taken.append(1000 * (time.perf_counter() - start))
            times[path] = round(median(taken), 1)
        browser.close()
    return times


def shell_size(base: str) -> float:
    """Return the compressed kibibytes of the frame, its style and its script."""
    import re

    with urllib.request.urlopen(f"{base}/settings") as answer:
        page = answer.read()
    text = page.decode()
    main = re.search(r"<main.*</main>", text, re.DOTALL)
    frame = text.replace(main.group(0), "") if main else text
    total = len(gzip.compress(frame.encode()))
    for asset in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', frame):
        with urllib.request.urlopen(base + asset) as answer:
            total += len(gzip.compress(answer.read()))
    return round(total / 1024, 1)


if __name__ == "__main__":
    main()
