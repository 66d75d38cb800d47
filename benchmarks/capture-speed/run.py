"""Measure capture: documents of 1,000 and 100,000 events at the command line and over HTTP.

Run it with ``./dev bench capture-speed [EVENTS]``. The peer, quartet_epcis, is measured in its own
environment when ``SANPIN_PEER_QUARTET`` names the Python there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any

HERE = Path(__file__).resolve().parent
LONG = 1_000_000
sys.path.insert(0, str(HERE.parent.parent))

from benchmarks.common import run_process, sanpin_command, write_result  # noqa: E402


def data() -> Any:
    """Load the documents of this folder, whose name is no module name."""
    spec = importlib.util.spec_from_file_location("capture_data", HERE / "data.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_command(folder: Path, count: int, size: int) -> dict[str, float]:
    """Capture documents in files with one call of the command."""
    workspace = folder / "workspace"
    run_process(sanpin_command("init", str(workspace)))
    # In a process of its own: a process that starts another one hands on its peak of memory.
    run_process([sys.executable, str(HERE / "data.py"), str(folder), str(count), str(size)])
    paths = [str(folder / f"{number}.json") for number in range(-(-count // size))]
    options = ("--workspace", str(workspace), "--json")
    done = run_process(sanpin_command("trace", "capture", *paths, *options))
    report = json.loads(done.output)
    assert report["captured"] == count, report["errors"][:3]
    store = workspace / "sanpin.sqlite"
    return {
        "events": count,
        "seconds": round(done.seconds, 2),
        "events_per_second": round(count / done.seconds),
        "peak_mib": round(done.peak_mib),
        "bytes_per_event": round(store.stat().st_size / count),
    }


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server on a fresh workspace; return it with its port."""
    workspace = folder / "served"
    run_process(sanpin_command("init", str(workspace)))
    port = 18_743
    command = sanpin_command("serve", "--port", str(port), "--workspace", str(workspace))
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return process, port
        except OSError:
            threading.Event().wait(0.1)
    raise SystemExit("the server does not answer")


def over_http(folder: Path, count: int) -> dict[str, float]:
    """Post documents of 1,000 events from four clients."""
    process, port = serve(folder)
    documents = list(data().documents(count, 1000))

    def post(mine: list[bytes]) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        for document in mine:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/epcis/capture", document, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 202, answer.status

    try:
        start = perf_counter()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(post, [documents[n::4] for n in range(4)]))
        seconds = perf_counter() - start
    finally:
        process.terminate()
        process.wait()
    return {"events": count, "events_per_second": round(count / seconds)}


def peer(folder: Path, count: int = 2_000) -> dict[str, object]:
    """Capture documents with quartet_epcis in its own environment."""
    python = os.environ.get("SANPIN_PEER_QUARTET", "")
    if not python:
        return {"skipped": "SANPIN_PEER_QUARTET names no Python with quartet_epcis"}
    path = folder / "peer.json"
    path.write_text(json.dumps(list(data().events(count))))
    command = [python, "-W", "ignore", str(HERE / "peer.py"), str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        return {"skipped": done.stderr.strip().splitlines()[-1][:200]}
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main(count: int = 100_000) -> None:
    """Measure everything and keep the result."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = (
            ("documents_of_1000", count, 1000),
            ("one_document", count, count),
            ("one_long_document", LONG, LONG),
        )
        for title, events, size in parts:
            with tempfile.TemporaryDirectory(dir=folder) as place:
                result[title] = by_command(Path(place), events, size)
        result["http"] = over_http(folder, count // 2)
        result["quartet_epcis"] = peer(folder)
    load = os.getloadavg()
    result["load_at_the_end"] = round(load[0], 2)
    result["children_peak_mib"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    write_result("capture-speed", result)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
