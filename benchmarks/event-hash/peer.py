"""Hash documents with epcis-event-hash-generator, in the environment where that is installed.

Called by ``run.py`` with a folder of documents; prints one JSON object: for each file its hashes
and the best and median of the processor seconds it took, or the error.
"""

from __future__ import annotations

import json
import logging
import statistics
import sys
import time
from pathlib import Path

from epcis_event_hash_generator import hash_generator, json_to_py, xml_to_py

logging.disable(logging.CRITICAL)


def hashes_of(path: Path) -> list[str]:
    """Read one document and hash its events."""
    text = path.read_text("utf-8")
    reader = xml_to_py if path.suffix == ".xml" else json_to_py
    events = reader.event_list_from_epcis_document_str(text)
    return hash_generator.epcis_hashes_from_events(events)


def main(folder: str, repeats: int) -> None:
    """Hash every document, some times over."""
    found: dict[str, object] = {}
    for path in sorted(Path(folder).iterdir()):
        json_to_py._namespaces.clear()
        times = []
        try:
            for _ in range(repeats):
                start = time.process_time()
                hashes = hashes_of(path)
                times.append(time.process_time() - start)
        except Exception as error:  # noqa: BLE001 - whatever it is belongs into the comparison
            found[path.name] = {"error": repr(error)[:200]}
            continue
        seconds = {"best": min(times), "median": statistics.median(times)}
        found[path.name] = {"hashes": hashes, "seconds": seconds}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
