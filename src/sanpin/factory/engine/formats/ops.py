"""The online printing shop: JSON with resources and jobs, each job a graph of operations.

The reading of the set is fixed as follows. `availability` lists starts and ends of open windows;
the gaps are closed and the last window never ends. All operations rest while their resource is
closed. `release` binds the start of an operation; `starting` from 0 fixes it on its only
resource. A set-up is `setup_size[0]` if the size grows or `setup_size[1]` if it shrinks, plus
`setup_color` and `setup_varnish` if those differ; the first operation of a resource needs none.
A successor may start when `ceil(overlap * time)` of its predecessor is done, and may not end
before it. The objective is the makespan. Names are the file's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sanpin.base import N_
from sanpin.factory.engine.formats.building import FOREVER
from sanpin.factory.engine.formats.references import check_references
from sanpin.factory.engine.formats.rules import (
    ROOT,
    Findings,
    Path,
    filled,
    integer,
    list_of,
    load_json,
    note_repeated,
    number,
    record,
)
from sanpin.factory.model import (
    After,
    Attribute,
    Fixed,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    SetupTable,
)

__all__ = ["read_ops"]

WHOLE = integer()
SIGNED = integer(-1)

OPERATION = record(
    {
        "id": WHOLE, "rid": WHOLE, "connection": WHOLE, "starting": SIGNED, "release": WHOLE,
        "overlap": number, "size": WHOLE, "color": WHOLE, "varnish": WHOLE,
        "resources": list_of(WHOLE), "time": list_of(WHOLE), "sucessors": list_of(WHOLE),
    },
    ("id", "overlap", "size", "color", "varnish", "resources", "time", "sucessors"),
)  # fmt: skip
SHOP = record(
    {
        "resources": list_of(
            record(
                {
                    "id": WHOLE, "setup_size": list_of(WHOLE), "setup_color": WHOLE,
                    "setup_varnish": WHOLE, "availability": list_of(WHOLE),
                },
                ("id", "setup_size", "setup_color", "setup_varnish", "availability"),
            )
        ),
        "jobs": filled(
            record(
                {
                    "id": WHOLE, "rid": WHOLE, "priority": WHOLE, "duedate": WHOLE,
                    "topology": list_of(OPERATION),
                },
                ("id", "topology"),
            )
        ),
    },
    ("resources", "jobs"),
)  # fmt: skip


def read_ops(content: bytes) -> Problem:
    """Read a printing shop in the reading given at the top of this module.

    Notes
    -----
    The instances of Lunardi, Birgin, Laborie, Ronconi and Voos (2020), arXiv 2006.13064.

    Raises
    ------
    InputError
        ``factory.problem.*`` with every finding of the file and its path
    """
    value = load_json(content)
    findings = Findings(document=value, words={"operations": "topology", "modes": "resources"})
    note_repeated(findings, content)
    data: Any = SHOP(findings, value, ROOT)
    problem = _problem(data, findings)
    check_references(problem, findings)
    findings.refuse()
    return problem


def _problem(data: Mapping[str, Any], findings: Findings) -> Problem:
    """Build the problem of parsed values."""
    shops = data.get("resources", ())
    sizes = sorted(
        {op.get("size", 0) for job in data.get("jobs", ()) for op in job.get("topology", ())}
    )
    names = [str(each.get("id", "")) for each in shops]
    calendars = {
        name: _windows(
            each.get("availability", ()), (((ROOT, "resources"), at), "availability"), findings
        )
        for at, (name, each) in enumerate(zip(names, shops, strict=True))
    }
    return Problem(
        jobs=tuple(
            Job(str(job.get("id", "")), _operations(job, ((ROOT, "jobs"), at), findings))
            for at, job in enumerate(data.get("jobs", ()))
        ),
        resources=tuple(Resource(name, calendar=name, setup=name) for name in names),
        calendars=calendars,
        setups={
            name: _setup(each, sizes, (((ROOT, "resources"), at), "setup_size"), findings)
            for at, (name, each) in enumerate(zip(names, shops, strict=True))
        },
    )


def _windows(edges: tuple[int, ...], path: Path, findings: Findings) -> tuple[tuple[int, int], ...]:
    """Pair starts with ends, join windows that touch, and let the last one never end."""
    if not edges or len(edges) % 2 or list(edges) != sorted(edges):
        findings.add("window", N_("{path} must be a window after the one before it."), path)
        return ((0, FOREVER),)
    kept = [edges[0]]
    for end, start in zip(edges[1:-1:2], edges[2::2], strict=True):
        if start > end:
            kept += [end, start]
    return tuple(zip(kept[::2], (*kept[1::2], FOREVER), strict=True))


def _setup(shop: Mapping[str, Any], sizes: list[int], path: Path, findings: Findings) -> SetupTable:
    """Return the set-ups of a resource: the parts of size, colour and varnish add up."""
    steps = shop.get("setup_size", ())
    if len(steps) != 2:
        findings.add("not_pair", N_("{path} must be a pair of whole numbers."), path)
        steps = (0, 0)
    larger, smaller = steps
    matrix = {
        str(size): {str(other): smaller for other in sizes if other < size} for size in sizes[1:]
    }
    return SetupTable(
        {
            "size": Attribute(matrix, larger),
            "color": Attribute(default=shop.get("setup_color", 0)),
            "varnish": Attribute(default=shop.get("setup_varnish", 0)),
        }
    )


def _operations(job: Mapping[str, Any], path: Path, findings: Findings) -> tuple[Operation, ...]:
    """Build the operations of a job; each predecessor names its successors in the file."""
    waits: dict[int, list[After]] = {}
    rows = job.get("topology", ())
    known = {row.get("id") for row in rows}
    for at, row in enumerate(rows):
        here = ((path, "topology"), at)
        share = _share(row.get("overlap", 1), (here, "overlap"), findings)
        for follower in row.get("sucessors", ()):
            if follower not in known:
                findings.add("unknown", N_("{path}: there is no “{name}”."), here, name=follower)
                continue
            waits.setdefault(follower, []).append(After(str(row.get("id", "")), transfer=share))
    return tuple(
        _operation(row, tuple(waits.get(row.get("id"), ())), ((path, "topology"), at), findings)
        for at, row in enumerate(rows)
    )


def _share(overlap: float, path: Path, findings: Findings) -> Fraction | None:
    """Return the share of work after which a successor may start; None for all of it.

    Notes
    -----
    The set defines overlaps in (0, 1]. The share is the decimal as it is written, not its binary
    neighbour, so that rounding up never adds a unit.
    """
    if not 0 < overlap <= 1:
        findings.add("not_share", N_("{path} must lie between 0 and 1."), path)
        return None
    return Fraction(repr(overlap)) if overlap < 1 else None


def _operation(
    row: Mapping[str, Any], after: tuple[After, ...], path: Path, findings: Findings
) -> Operation:
    """Build one operation."""
    machines, times = row.get("resources", ()), row.get("time", ())
    if len(machines) != len(times):
        findings.add("not_pair", N_("{path} must be a pair of whole numbers."), (path, "time"))
    start = row.get("starting", -1)
    if start >= 0 and len(machines) != 1:
        findings.add("fixed", N_("{path}: it is fixed, but not on one resource."), path,
                     hint=N_("Give it a single resource, or do not fix it."))  # fmt: skip
    return Operation(
        str(row.get("id", "")),
        tuple(Mode(str(machine), time) for machine, time in zip(machines, times, strict=False)),
        attributes={name: str(row.get(name, 0)) for name in ("size", "color", "varnish")},
        resumable=True,
        after=after,
        earliest=row.get("release") or None,
        fixed=Fixed(str(machines[0]), start) if start >= 0 and machines else None,
    )
