"""A writing process for the crash tests: captures documents without end and says which are safe.

Run as ``python trace_writer.py WORKSPACE NAME``. Every document is said twice on standard output:
before it is sent, and once it is acknowledged. Every third one is long.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from sanpin.kit.context import open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.service.capture import documents, long

SHORT, LONG = 5, 150


def events(name: str, number: int) -> list[dict[str, object]]:
    """Events of one document, which share things with those of other writers."""
    size = LONG if number % 3 == 2 else SHORT
    return [
        {
            "type": "ObjectEvent",
            "eventTime": "2026-03-01T08:30:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE",
            "eventID": f"urn:x:{name}:{number}:{place}",
            "bizLocation": {"id": f"urn:x:place:{place % 10}"},
            "epcList": [
                f"https://id.gs1.org/01/09521234567899/21/{place}",
                f"https://id.gs1.org/01/09521234567899/21/{name}-{number}-{place}",
            ],
        }
        for place in range(size)
    ]


def main(folder: str, name: str) -> None:
    """Capture until killed."""
    documents.SLICE_EVENTS = long.SLICE_EVENTS = 128
    with open_context(Workspace.open(Path(folder)), upgrade=False) as ctx:
        print("ready", flush=True)
        for number in count():
            print(f"sent {number}", flush=True)
            data = write_document(events(name, number), "2026-03-10T00:00:00Z", {})
            report = service.capture(ctx, [data])
            assert report.captured == len(events(name, number)), report
            print(f"safe {number}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
