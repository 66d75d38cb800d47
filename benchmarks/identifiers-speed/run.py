"""Measure how many Digital Links the batch door reads in a second on one core, beside biip.

python benchmarks/identifiers-speed/run.py [LINKS [PYTHON-WITH-BIIP]]
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.common import median, run_process, sanpin_command, write_result

from sanpin.trace.engine.identifiers import with_check_digit

PEER = Path(__file__).with_name("peer.py")
ROUNDS = 5
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def make_links(count: int, seed: int = 1) -> list[str]:
    """Make links as a chain of goods has them: pieces, lots with dates, containers, places.

    Half are pieces of 500 products, a fifth pieces with lot and date on a domain of the firm, a
    tenth each lots that need an escape, containers that never return, and places.
    """
    chance = random.Random(seed)
    products = [with_check_digit(f"0952123{chance.randrange(10**6):06d}") for _ in range(500)]

    def text(length: int) -> str:
        return "".join(chance.choices(LETTERS, k=length))

    links = []
    for number in range(count):
        product = chance.choice(products)
        match number % 10:
            case 0 | 1 | 2 | 3 | 4:
                link = f"https://id.gs1.org/01/{product}/21/{text(10)}"
            case 5 | 6:
                path = f"https://example.com/products/01/{product}/10/{text(6)}/21/{text(10)}"
                link = f"{path}?17=26{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
            case 7:
                link = f"https://id.gs1.org/01/{product}/10/LOT%2F{number}"
            case 8:
                link = "https://id.gs1.org/00/" + with_check_digit(f"0952123{number:010d}")
            case _:
                place = with_check_digit(f"952123{number % 1000:06d}")
                link = f"https://id.gs1.org/414/{place}/254/A{number % 50}"
        links.append(link)
    return links


def door(file: Path, table: Path | None) -> dict[str, float]:
    """Run the command over the file: wall seconds of the whole process, and its processor time."""
    more = ["--gcp-table", str(table)] if table else []
    process = run_process(sanpin_command("trace", "parse", str(file), *more))
    assert process.code == 0, process.output[:500]
    return {"seconds": process.seconds, "answers": process.output.count("\n")}


def main(arguments: list[str]) -> None:
    """Measure and keep the result."""
    count = int(arguments[0]) if arguments else 200_000
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core for all of them
    links = make_links(count)
    with tempfile.TemporaryDirectory() as folder:
        file, plain, empty = (Path(folder) / name for name in ("in.jsonl", "links.txt", "none"))
        table = Path(folder) / "table.csv"
        table.write_text("952,7\n", encoding="utf-8")
        plain.write_text("\n".join(links), encoding="utf-8")
        rows = ({"id": str(n), "kind": "dl", "value": link} for n, link in enumerate(links))
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        empty.write_text("", encoding="utf-8")
        start_up = median([door(empty, None)["seconds"] for _ in range(3)])
        ours, with_urns, peers, info = [], [], [], {}
        for _ in range(ROUNDS):
            found = door(file, None)
            assert found["answers"] == count
            ours.append(found["seconds"])
            with_urns.append(door(file, table)["seconds"])
            if len(arguments) > 1:
                info = peer(arguments[1], plain)
                peers.append(info["seconds"])
            time.sleep(0.5)
    result: dict[str, Any] = {
        "load": [round(value, 1) for value in os.getloadavg()],
        "links": count,
        "door_links_per_second": round(count / median(ours)),
        "door_with_urns_links_per_second": round(count / median(with_urns)),
        "door_seconds": [round(s, 2) for s in ours],
        "start_up_seconds": start_up,
    }
    if peers:
        result["biip"] = {
            "version": info["version"],
            "accepted": info["accepted"],
            "links_per_second": round(count / median(peers)),
            "seconds": [round(s, 2) for s in peers],
        }
        result["times"] = round(median(peers) / median(ours), 2)
    else:
        result["biip"] = "not measured: no environment with biip was named"
    write_result("identifiers-speed", result)


def peer(python: str, links: Path) -> dict[str, Any]:
    """Run biip over the same links, in its own environment."""
    output = subprocess.run(
        [python, str(PEER), str(links)], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(output.stdout)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
