"""Run our search with parts of it switched off, for which the engine itself has no switch.

    python variant.py PROBLEM --format FMT --seconds S --workers W --seed K --out OUT --set JSON

sets constants of modules, named with their module, before the search begins.
"""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from sanpin.factory import read, schedule
from sanpin.factory.engine.formats.writer import schedule_bytes
from sanpin.factory.engine.solve import Params


def set_constant(name: str, value: Any) -> None:
    """Set a constant that is there; lists become tuples, as constants are.

    Raises
    ------
    AttributeError
        where the engine has no such constant (any more)
    """
    module, _, constant = name.rpartition(".")
    found = import_module(module)
    getattr(found, constant)
    setattr(found, constant, tuple(value) if isinstance(value, list) else value)


def main() -> None:
    """Solve once and write the schedule."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--format", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", type=json.loads, required=True)
    asked = parser.parse_args()
    for name, value in asked.set.items():
        set_constant(name, value)
    params = Params(seconds=asked.seconds, workers=asked.workers)
    found = schedule(read(asked.file, asked.format), params, seed=asked.seed)
    asked.out.write_bytes(schedule_bytes(found))


if __name__ == "__main__":
    main()
