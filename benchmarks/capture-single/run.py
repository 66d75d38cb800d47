"""Measure single events over HTTP: the delay for one client, the rate for 32.

Run it with ``./dev bench capture-single [EVENTS]``.
"""

from __future__ import annotations

import json
import os
import runpy
import selectors
import socket
import sqlite3
import statistics
import sys
import tempfile
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from benchmarks.common import write_result  # noqa: E402

SPEED = HERE.parent / "capture-speed"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def bodies(count: int, start: int = 0) -> list[bytes]:
    """Single events with their context."""
    events = runpy.run_path(str(SPEED / "data.py"))["events"](count, start)
    return [json.dumps({"@context": CONTEXT, **event}).encode() for event in events]


def post(port: int, mine: list[bytes]) -> list[float]:
    """Send events one after the other; seconds of each."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    seconds = []
    for body in mine:
        start = perf_counter()
        connection.request("POST", "/epcis/events", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        seconds.append(perf_counter() - start)
        assert answer.status == 201, answer.status
    return seconds


def crowd_of(port: int, parts: list[list[bytes]]) -> list[float]:
    """Send events from several clients at once, each one after the other; seconds of each.

    One thread serves all sockets with requests that were made before, so that the clients take
    little of what the server needs.
    """
    chosen = selectors.DefaultSelector()
    found: list[float] = []
    for part in parts:
        client = _Client(socket.create_connection(("127.0.0.1", port)), part[::-1])
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen.register(client.socket, selectors.EVENT_READ, client)
        client.send()
    while chosen.get_map():
        for key, _ in chosen.select():
            client = key.data
            client.heard += client.socket.recv(65536)
            # The answer has no body.
            if client.heard.endswith(b"\r\n\r\n"):
                assert client.heard.startswith(b"HTTP/1.1 201"), client.heard
                found.append(perf_counter() - client.sent)
                if client.waiting:
                    client.send()
                else:
                    chosen.unregister(client.socket)
                    client.socket.close()
    return found


@dataclass
class _Client:
    """A client with a connection of its own.

    Attributes
    ----------
    waiting : requests that it has yet to send, the next one last
    heard : the answer so far
    sent : when the request was sent
    """

    socket: socket.socket
    waiting: list[bytes]
    heard: bytes = b""
    sent: float = 0.0

    def send(self) -> None:
        """Send the next request."""
        self.heard, self.sent = b"", perf_counter()
        self.socket.sendall(self.waiting.pop())


def request_of(body: bytes) -> bytes:
    """Write the request that sends an event."""
    head = (
        "POST /epcis/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def bare(texts: list[bytes], path: Path) -> list[float]:
    """Insert texts one by one, as durable: seconds of each."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, text BLOB NOT NULL)")
    seconds = []
    for text in texts:
        start = perf_counter()
        connection.execute("INSERT INTO event (text) VALUES (?)", (text,))
        seconds.append(perf_counter() - start)
    connection.close()
    return seconds


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median and the slowest of a hundred, in milliseconds."""
    ordered = sorted(seconds)
    p99 = ordered[int(len(ordered) * 0.99)]
    return {"p50_ms": round(statistics.median(ordered) * 1e3, 2), "p99_ms": round(p99 * 1e3, 2)}


def main(count: int = 8000) -> None:
    """Measure, and keep the result."""
    serve = runpy.run_path(str(SPEED / "run.py"))["serve"]
    alone, crowd = bodies(count // 4), bodies(count, count)
    with tempfile.TemporaryDirectory() as name:
        process, port = serve(Path(name))
        try:
            post(port, bodies(100, 10 * count))
            one = post(port, alone)
            parts = [[request_of(body) for body in crowd[n::32]] for n in range(32)]
            start = perf_counter()
            many = crowd_of(port, parts)
            rate = count / (perf_counter() - start)
        finally:
            process.terminate()
            process.wait()
        peer = bare(alone, Path(name) / "bare.sqlite")
    result = {
        "one_client": quantiles(one),
        "clients_32": {"events_per_second": round(rate), **quantiles(many)},
        "bare_sqlite_insert": quantiles(peer),
        "load_at_the_end": round(os.getloadavg()[0], 2),
    }
    write_result("capture-single", result)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
