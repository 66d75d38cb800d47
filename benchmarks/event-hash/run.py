"""Measure the event hash beside its reference implementation: speed, vectors, twins.

Run it with ``./dev bench event-hash PEER_PYTHON`` or
``python benchmarks/event-hash/run.py PEER_PYTHON``: the Python interpreter of another environment
in which ``epcis-event-hash-generator==1.9.3`` is installed. Vectors and twins are counted where
``SANPIN_OPEN_DATA`` names the folder of open data.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson
from benchmarks.common import write_result

from sanpin.trace.engine.epcis import open_document
from sanpin.trace.engine.epcis.convert import convert
from sanpin.trace.engine.hash import event_hash

EVENTS = 500
REPEATS = 5
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PEER = Path(__file__).with_name("peer.py")
CONTESTED = {"SensorDataExamples.xml"}
"""The published vectors keep the prefix ``example:``, which the document declares."""


def event(number: int) -> dict[str, Any]:
    """One of four usual events, each naming five things that no other names."""
    minute, second = number // 60 % 60, number % 60
    serials = range(number * 5, number * 5 + 5)
    common = {
        "eventTime": f"2026-03-{1 + number % 28:02d}T08:{minute:02d}:{second:02d}.116+08:00",
        "eventTimeZoneOffset": "+08:00",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "readPoint": {"id": "urn:epc:id:sgln:9521234.07346.1234"},
        "bizLocation": {"id": "urn:epc:id:sgln:9521234.07346.0"},
    }
    pieces = [f"urn:epc:id:sgtin:9521234.107346.{serial}" for serial in serials]
    match number % 4:
        case 0:
            return common | {
                "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
                "disposition": "active", "epcList": pieces,
                "ilmd": {"cbvmda:lotNumber": f"L{number // 100}", "example:line": "7"},
            }  # fmt: skip
        case 1:
            return common | {
                "type": "AggregationEvent", "action": "ADD", "bizStep": "packing",
                "parentID": f"urn:epc:id:sscc:9521234.1{number:09d}", "childEPCs": pieces,
            }  # fmt: skip
        case 2:
            return common | {
                "type": "TransformationEvent", "bizStep": "commissioning",
                "inputQuantityList": [
                    {"epcClass": f"urn:epc:class:lgtin:9521234.00123{k}.L{number}",
                     "quantity": 2.5 + k, "uom": "KGM"} for k in range(4)],
                "outputEPCList": pieces[:1],
            }  # fmt: skip
        case _:
            return common | {
                "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping",
                "disposition": "in_transit", "epcList": pieces,
                "bizTransactionList": [
                    {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521234000006:4711"}],
                "example:note": "Handle with care",
            }  # fmt: skip


def documents() -> dict[str, bytes]:
    """The same events as JSON and as XML."""
    root = {
        "@context": [CONTEXT, {"example": "https://ns.example.com/epcis/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T00:00:00Z",
        "epcisBody": {"eventList": [event(number) for number in range(EVENTS)]},
    }
    data = orjson.dumps(root)
    return {"chain.json": data, "chain.xml": b"".join(convert(open_document(data), "xml"))}


def hashes_of(data: bytes, *, reference: bool = False) -> list[str]:
    """Read one document and hash its events."""
    document = open_document(data)
    found = [(raw.body, raw.namespaces) for raw in document]
    ignored = document.header.ignored
    return [event_hash(body, spaces, ignored, reference=reference) for body, spaces in found]


def timed(data: bytes) -> dict[str, float]:
    """Return the best and median processor seconds for a document."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        hashes_of(data)
        times.append(time.process_time() - start)
    return {"best": min(times), "median": statistics.median(times)}


def peer(python: str, files: dict[str, bytes]) -> dict[str, Any]:
    """Run the peer on the same documents in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        command = [python, str(PEER), folder, str(REPEATS)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def speeds(python: str) -> dict[str, Any]:
    """Measure both on the same documents, one after the other."""
    files = documents()
    theirs = peer(python, files)
    result: dict[str, Any] = {}
    for name, data in files.items():
        ours = timed(data)
        other = theirs[name]["seconds"]
        result[name.rpartition(".")[2]] = {
            "events_per_second": round(EVENTS / ours["median"]),
            "peer_events_per_second": round(EVENTS / other["median"]),
            "times_as_fast": round(other["median"] / ours["median"], 1),
            "times_as_fast_best_of_runs": round(other["best"] / ours["best"], 1),
            "equal_hashes": sum(
                a == b for a, b in zip(hashes_of(data), theirs[name]["hashes"], strict=True)
            ),
        }
    forms = {tuple(hashes_of(data)) for data in files.values()}
    return result | {"both_forms_equal": len(forms) == 1}


def vectors(folder: Path) -> dict[str, Any]:
    """Count published vectors that are met, the contested ones apart."""
    counts = {"met": 0, "not_met": 0, "contested": 0, "contested_met_with_reference_quirks": 0}
    for listed in sorted((folder / "event-hash/examples").glob("*.hashes")):
        wanted = listed.read_text().split()
        for path in (listed.with_suffix(".jsonld"), listed.with_suffix(".xml")):
            if not path.exists():
                continue
            data = path.read_bytes()
            if path.name in CONTESTED:
                counts["contested"] += len(wanted)
                same = zip(hashes_of(data, reference=True), wanted, strict=True)
                counts["contested_met_with_reference_quirks"] += sum(a == b for a, b in same)
                continue
            same = [a == b for a, b in zip(hashes_of(data), wanted, strict=True)]
            counts["met"] += sum(same)
            counts["not_met"] += len(same) - sum(same)
    return counts


def twins(folder: Path, python: str) -> dict[str, Any]:
    """Count documents whose JSON and XML forms hash alike, here and with the peer."""
    root = folder / "openepcis-documents/2.0/EPCIS"
    pairs: dict[str, tuple[Path, Path]] = {}
    for path in sorted((root / "JSON").rglob("*.json")):
        other = root / "XML" / path.relative_to(root / "JSON").with_suffix(".xml")
        if other.exists() and not {"Invalid", "Queries"} & {*path.parts}:
            pairs["-".join(path.relative_to(root / "JSON").with_suffix("").parts)] = path, other
    files = {}
    standard = b"https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
    for name, (one, two) in pairs.items():
        files[f"{name}.json"] = one.read_bytes().replace(standard, CONTEXT.encode())
        files[f"{name}.xml"] = two.read_bytes()
    theirs = peer(python, files)
    different = [n for n, (a, b) in pairs.items()
                 if hashes_of(a.read_bytes()) != hashes_of(b.read_bytes())]  # fmt: skip
    equal = sum(
        theirs[f"{n}.json"].get("hashes", 0) == theirs[f"{n}.xml"].get("hashes", 1) for n in pairs
    )
    return {"pairs": len(pairs), "equal": len(pairs) - len(different),
            "different": different, "peer_equal": equal}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Measure and keep the result."""
    if not arguments:
        raise SystemExit("name the Python of an environment with epcis-event-hash-generator")
    data = os.environ.get("SANPIN_OPEN_DATA")
    folder = Path(data) / "trace" if data else None
    write_result(
        "event-hash",
        {
            "load": [round(value, 1) for value in os.getloadavg()],
            "peer": "epcis-event-hash-generator 1.9.3",
            "events": EVENTS,
            "repeats": REPEATS,
            "speed": speeds(arguments[0]),
            "vectors": vectors(folder) if folder else "not counted: SANPIN_OPEN_DATA is not set",
            "twins": twins(folder, arguments[0]) if folder else "not counted",
        },
    )


if __name__ == "__main__":
    main(sys.argv[1:])
