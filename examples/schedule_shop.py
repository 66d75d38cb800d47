"""Schedule a small shop with colours, shifts, transport and scarce clay, and check the result.

python examples/schedule_shop.py [PROBLEM.json]
"""

from __future__ import annotations

import sys
from pathlib import Path

from sanpin.factory import check, read, schedule
from sanpin.factory.engine.critical.waits import explain_late
from sanpin.factory.engine.solve import Params

PROBLEM = Path(__file__).parent / "data" / "shop.json"


def main(path: Path = PROBLEM) -> None:
    """Print who makes what when, what is late and why, and what the checker says."""
    problem = read(path)
    found = schedule(problem, Params(seconds=20, steps=30), seed=1)
    print(f"{found.status}: objective {found.objective}, never below {found.bound}")
    for one in sorted(found.operations, key=lambda each: (each.machine, each.start)):
        setup = f"  set-up from {one.setup_start}" if one.setup_start < one.start else ""
        print(f"  {one.machine:<8} {one.start:>5}-{one.end:<5} {one.job}/{one.op}{setup}")
    for late in explain_late(problem, found):
        print(f"order {late.job} is {late.late} min late: {late.cause} {late.resource}".rstrip())

    # The checker shares no code with the search; only what it accepts counts.
    report = check(problem, found)
    print("valid" if report.valid else report.violations, dict(report.terms))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
