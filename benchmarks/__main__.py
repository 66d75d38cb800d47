"""Run the measurements: ``python -m benchmarks`` lists them, with names it runs those."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def claims() -> list[str]:
    """Return the names of all claims."""
    return sorted(path.parent.name for path in HERE.glob("*/run.py"))


def main(arguments: list[str]) -> int:
    """Run the named claims in turn; `all` runs every one."""
    known = claims()
    if not arguments:
        print("\n".join(known))
        return 0
    names = known if arguments[0] == "all" else [arguments[0]]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"unknown claim: {unknown[0]}; known are: {', '.join(known)}", file=sys.stderr)
        return 2
    options = arguments[1:]
    for name in names:
        sys.argv = [str(HERE / name / "run.py"), *options]
        runpy.run_path(sys.argv[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
