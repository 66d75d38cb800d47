"""Run our search with parts of it switched off: the library's parameters as JSON.

python variant.py PROBLEM --format FMT --seconds S --workers W --seed K --out OUT --params JSON
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sanpin.factory import read, schedule
from sanpin.factory.engine.formats.writer import schedule_bytes
from sanpin.factory.engine.solve import Params


def main() -> None:
    """Solve once and write the schedule."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--format", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--params", type=json.loads, required=True)
    asked = parser.parse_args()
    given = {"seconds": asked.seconds, "workers": asked.workers} | asked.params
    found = schedule(read(asked.file, asked.format), Params(**given), seed=asked.seed)
    asked.out.write_bytes(schedule_bytes(found))


if __name__ == "__main__":
    main()
