"""Turn published machine sequences into choices: one line per machine, job numbers by semicolons.

python published.py PROBLEM FORMAT SEQUENCES OUT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sanpin.factory import read


def main(path: Path, form: str, sequences: Path, out: Path) -> None:
    """Write the choices; the place in its sequence stands for the start."""
    problem = read(path, form)
    machines = list(problem.processors)
    jobs = {job.id: job for job in problem.jobs}
    choices = []
    for machine, line in zip(machines, sequences.read_text().split("\n"), strict=False):
        for place, job in enumerate(word for word in line.strip().split(";") if word):
            choices.append([job, jobs[job].operations[0].id, machine, [], place])
    left = sorted(set(jobs) - {each[0] for each in choices})
    told = {"status": "published", "left_out": left, "choices": choices}
    out.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
