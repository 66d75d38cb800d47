"""Commands that judge problems and schedules in files: check, bound, critical, convert."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from sanpin.base import N_, SanpinError
from sanpin.factory.cli.files import (
    Form,
    Instance,
    Out,
    read_bytes,
    read_file,
    remedy,
    telling,
    to_json,
    write_bytes,
)
from sanpin.kit.cli import options, print_result, say
from sanpin.kit.i18n import worded

if TYPE_CHECKING:
    from sanpin.factory.engine.critical import Link

__all__ = ["KINDS", "bound", "check", "convert", "critical"]

KINDS = {
    "release": N_("release"),
    "fixed": N_("fixed"),
    "predecessor": N_("predecessor"),
    "transport": N_("transport"),
    "machine": N_("machine"),
    "setup": N_("set-up"),
    "worker": N_("worker"),
    "tool": N_("tool"),
    "pool": N_("pool"),
    "tank": N_("tank"),
    "material": N_("material"),
    "calendar": N_("closed"),
    "batch": N_("oven load"),
    "wait": N_("longest wait"),
}
"""Words for the kinds of links of a critical chain."""


def check(file: Path, solution: Path, /, *, form: Form = "auto", instance: Instance = None) -> int:
    """Check a schedule file against every rule of its problem; always prints JSON.

    Parameters
    ----------
    file
        The problem.
    solution
        The schedule.

    Returns
    -------
    0 when the schedule is valid, 1 when it is not or a file cannot be read.
    """
    from sanpin.factory.engine.check import check_solution

    try:
        problem = read_file(file, form, instance, quiet=True)
        record = check_solution(problem, read_bytes(solution)).record()
    except SanpinError as error:
        record = _refused(error)
    sys.stdout.buffer.write(to_json(record) + b"\n")
    sys.stdout.buffer.flush()
    return 0 if record["valid"] else 1


def _refused(error: SanpinError) -> dict[str, Any]:
    """Return a refusal as a check report, its texts in the language of the line."""
    found = []
    for each in error.problems:
        fields = worded(each.fields, options().language)
        text = say(each.message, **fields)
        found.append({"code": each.code, "job": "", "op": "", "message": text, **fields})
    fields = worded(error.fields, options().language)
    text = " ".join(say(part, **fields) for part in (error.message, remedy(error)) if part)
    whole = {"code": error.code, "job": "", "op": "", "message": text}
    if len(found) < int(str(error.fields.get("count", 0))):
        # Of more findings than are listed the last entry says how many there are.
        found.append({**whole, "count": error.fields["count"], "listed": len(found)})
    return {"valid": False, "violations": found or [whole], "terms": {}, "objective": None}


def convert(file: Path, /, *, out: Out, form: Form = "auto", instance: Instance = None) -> None:
    """Write a problem of any known format in the native one.

    Parameters
    ----------
    file
        The problem.
    """
    from sanpin.factory.engine.formats.writer import problem_bytes

    write_bytes(out, problem_bytes(read_file(file, form, instance)))


def bound(file: Path, /, *, form: Form = "auto", instance: Instance = None) -> None:
    """Say below what no schedule of a problem can come; nothing is searched.

    Parameters
    ----------
    file
        The problem.
    """
    from sanpin.factory.engine.bounds import lower_bounds
    from sanpin.factory.engine.solve import tidy

    problem = read_file(file, form, instance)
    # Sums of costs carry the dust of their fractions.
    terms = {name: tidy(value) for name, value in lower_bounds(problem).items()}
    value = {"bound": terms.pop("objective"), "terms": terms, "weights": dict(problem.objective)}
    print_result(value, lambda: say(N_("No schedule is better than {bound}."), **value))


def critical(
    file: Path,
    solution: Path,
    /,
    *,
    job: Annotated[str, Parameter(help=N_("The job whose end is explained."))],
    form: Form = "auto",
    instance: Instance = None,
) -> None:
    """Show the chain of operations that fixes when a job ends, and what each waited for.

    Parameters
    ----------
    file
        The problem.
    solution
        A valid schedule of it.
    """
    from dataclasses import asdict

    from sanpin.factory.engine.critical import critical as follow
    from sanpin.factory.engine.incumbent import read_schedule

    problem = read_file(file, form, instance)
    with telling():
        links = follow(problem, read_schedule(problem, read_bytes(solution)), job)
    value = {"job": job, "end": links[-1].until, "links": [asdict(link) for link in links]}
    print_result(value, lambda: "\n".join(_lines(links)))


def _lines(links: tuple[Link, ...]) -> list[str]:
    """Return the chain as lines, each with what fixed its start."""
    rows = [
        (
            f"{link.job}/{link.op}",
            link.machine or "-",
            f"{link.start}-{link.end}",
            f"{say(KINDS[link.kind])} {link.name}".strip(),
            say(N_("since {since}"), since=link.since),
            say(N_("slack {slack}"), slack=link.slack) if link.slack else "",
        )
        for link in links
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return ["  ".join(text.ljust(width) for text, width in
                      zip(row, (*widths, 0), strict=True)).rstrip() for row in rows]  # fmt: skip
