"""The native problem format `sanpin.factory.problem/1`: reader.

Reading goes in three steps. The rules below parse the JSON and note what is malformed; the
builders make a problem of what was parsed, with harmless values in the place of faults; the
references are then checked on that problem. So one reading reports every fault of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import datetime
from fractions import Fraction
from typing import Any

from sanpin.base import N_
from sanpin.factory.engine.formats.references import check_references
from sanpin.factory.engine.formats.rules import (
    ROOT,
    Findings,
    Path,
    Rule,
    boolean,
    choice,
    filled,
    integer,
    list_of,
    load_json,
    map_of,
    note_repeated,
    number,
    record,
    text,
)
from sanpin.factory.model import (
    TERMS,
    After,
    Attribute,
    BatchNeed,
    Fixed,
    Hold,
    Job,
    Material,
    Mode,
    Operation,
    Outsource,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
    Transport,
    Uncertainty,
    WorkerNeed,
)

__all__ = ["PROBLEM_FORMAT", "parse_native", "read_native"]

PROBLEM_FORMAT = "sanpin.factory.problem/1"

WHOLE = integer()
AMOUNTS = map_of(WHOLE)
WORDS = map_of(text)


def _span(findings: Findings, value: object, path: Path) -> tuple[int, int]:
    """Parse a pair of whole numbers such as a window or an arrival."""
    pair: Any = list_of(WHOLE)(findings, value, path)
    if len(pair) != 2:
        findings.add("not_pair", N_("{path} must be a pair of whole numbers."), path)
        return (0, 0)
    return (pair[0], pair[1])


def _change(findings: Findings, value: object, path: Path) -> tuple[str, str]:
    """Parse a pair of names such as a change that is forbidden."""
    pair: Any = list_of(text)(findings, value, path)
    if len(pair) != 2:
        findings.add("not_change", N_("{path} must be a pair of names: from, to."), path)
        return ("", "")
    return (pair[0], pair[1])


def _names(findings: Findings, value: object, path: Path) -> tuple[str, ...]:
    """Parse a list of ids."""
    names: Any = list_of(text)(findings, value, path)
    return tuple(names)


def _share(findings: Findings, value: object, path: Path) -> Fraction | None:
    """Parse a share in (0, 1) exactly as it is written: 0.1 is one tenth."""
    share = number(findings, value, path)
    if not 0 < share < 1:
        findings.add("not_share", N_("{path} must lie between 0 and 1."), path)
        return None
    # A Fraction of the float would be its binary neighbour, and rounding up could add a unit.
    return Fraction(repr(share))


def _instant(findings: Findings, value: object, path: Path) -> str:
    """Parse an instant that says its offset: without one it would depend on where it is read."""
    instant = text(findings, value, path)
    try:
        known = datetime.fromisoformat(instant).tzinfo is not None
    except ValueError:
        known = False
    if not known:
        findings.add("not_instant", N_("{path} must be an ISO instant with its offset."), path)
    return instant


MODE = record(
    {"machine": text, "duration": WHOLE, "cost": number, "uses": AMOUNTS}, ("machine", "duration")
)
AFTER = record({"op": text, "min_lag": WHOLE, "max_lag": WHOLE, "transfer": _share}, ("op",))
ATTRIBUTE = record(
    {
        "matrix": map_of(map_of(WHOLE)),
        "default": WHOLE,
        "clean": record(
            {"every_units": integer(1), "every_batches": integer(1), "duration": WHOLE},
            ("duration",),
        ),
        "forbidden": list_of(_change),
    }
)
HOLD = record(
    {
        "tank": text,
        "amount": WHOLE,
        "from": choice("start", "end"),
        "until": text,
        "until_end": boolean,
    },
    ("tank", "amount", "until"),
)
OPERATION = record(
    {
        "id": text,
        "modes": list_of(MODE),
        "worker": record({"skill": text, "count": integer(1)}, ("skill",)),
        "setup_worker": record({"skill": text}, ("skill",)),
        "tool": text,
        "attributes": WORDS,
        "resumable": boolean,
        "after": list_of(AFTER),
        "consumes": AMOUNTS,
        "produces": AMOUNTS,
        "batch": record({"family": text, "size": WHOLE}, ("family", "size")),
        "hold": HOLD,
        "earliest": WHOLE,
        "latest": WHOLE,
        "fixed": record({"machine": text, "start": WHOLE}, ("machine", "start")),
        "outsource": record({"duration": WHOLE, "cost": number}, ("duration",)),
    },
    ("id",),
)
JOB = record(
    {
        "id": text,
        "item": text,
        "quantity": WHOLE,
        "release": WHOLE,
        "due": WHOLE,
        "deadline": WHOLE,
        "weight": number,
        "earliness_weight": number,
        "priority": WHOLE,
        "operations": list_of(OPERATION),
        "alternatives": list_of(_names),
    },
    ("id", "operations"),
)
RESOURCE = record(
    {
        "id": text,
        "kind": choice(*ResourceKind),
        "site": text,
        "calendar": text,
        "capacity": WHOLE,
        "setup": text,
        "initial": WORDS,
        "skills": map_of(integer(1)),
        "cost_per_unit": number,
        "mixed": boolean,
    },
    ("id",),
)
BASELINE = record(
    {
        "operations": list_of(
            record(
                {"job": text, "op": text, "machine": text, "start": WHOLE},
                ("job", "op", "start"),
                others=True,
            )
        )
    },
    ("operations",),
    others=True,
)
PROBLEM: Rule = record(
    {
        "format": choice(PROBLEM_FORMAT),
        "name": text,
        "unit": choice("min", "s", "h"),
        "origin": _instant,
        "calendars": map_of(list_of(_span)),
        "sites": list_of(record({"id": text, "closed": boolean}, ("id",))),
        "transport": list_of(
            record({"from": text, "to": text, "duration": WHOLE, "cost": number}, ("from", "to"))
        ),
        "setups": map_of(
            record({"combine": choice("sum", "max"), "attributes": map_of(ATTRIBUTE)})
        ),
        "resources": list_of(RESOURCE),
        "materials": list_of(
            record(
                {"id": text, "on_hand": WHOLE, "arrivals": list_of(_span), "shelf_life": WHOLE},
                ("id",),
            )
        ),
        "jobs": filled(JOB),
        "objective": record(dict.fromkeys(TERMS, number)),
        "baseline": BASELINE,
        "uncertainty": record({"distribution": choice("lognormal"), "cv": number}),
    },
    ("format", "resources", "jobs"),
)


def read_native(content: bytes) -> Problem:
    """Read the native JSON; every error of the file is reported at once with its path."""
    return parse_native(load_json(content), content)


def parse_native(value: object, content: bytes | None = None) -> Problem:
    """Build a problem from decoded JSON.

    Parameters
    ----------
    value : what a JSON decoder returns
    content : of which it was decoded, to see keys that are written twice

    Raises
    ------
    InputError
        ``factory.problem.invalid``, or the code of the only finding
    """
    findings = Findings(document=value)
    if content is not None:
        note_repeated(findings, content)
    data: Any = PROBLEM(findings, value, ROOT)
    problem = _problem(data, findings)
    check_references(problem, findings)
    findings.refuse()
    return problem


def _problem(data: Any, findings: Findings) -> Problem:
    """Build the problem from parsed values."""
    sites = data.get("sites", ())
    plain = {key: data[key] for key in ("name", "unit", "origin", "objective") if key in data}
    resources = tuple(_resource(each) for each in data.get("resources", ()))
    workers = {each.id for each in resources if each.kind is ResourceKind.WORKER}
    # Where a pool and a worker share a name, it is the pool that is used.
    workers -= {each.id for each in resources if each.kind is ResourceKind.POOL}
    return Problem(
        jobs=tuple(_job(job, workers) for job in data.get("jobs", ())),
        resources=resources,
        calendars={
            name: _windows(windows, ((ROOT, "calendars"), name), findings)
            for name, windows in data.get("calendars", {}).items()
        },
        sites=tuple(site.get("id", "") for site in sites),
        closed_sites=frozenset(site.get("id", "") for site in sites if site.get("closed")),
        transport=tuple(
            Transport(
                leg.get("from", ""), leg.get("to", ""), leg.get("duration", 0), leg.get("cost", 0)
            )
            for leg in data.get("transport", ())
        ),
        setups={name: _setup(each) for name, each in data.get("setups", {}).items()},
        materials=tuple(Material(**{"id": "", **each}) for each in data.get("materials", ())),
        baseline=_baseline(data.get("baseline", {})),
        uncertainty=Uncertainty(**data["uncertainty"]) if "uncertainty" in data else None,
        **plain,
    )


def _windows(
    spans: tuple[tuple[int, int], ...], path: Path, findings: Findings
) -> tuple[tuple[int, int], ...]:
    """Check order and join touching windows.

    The checker and the search rely on ascending windows that do not touch: work that may not
    rest must fit into one window, and midnight must not cut a night shift in two.
    """
    joined: list[tuple[int, int]] = []
    for at, (start, end) in enumerate(spans):
        if end <= start or (joined and start < joined[-1][1]):
            message = N_("{path} must be a window after the one before it.")
            findings.add("window", message, (path, at))
        elif joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _setup(data: Mapping[str, Any]) -> SetupTable:
    """Build a table of change-overs."""
    attributes = {
        name: Attribute(
            each.get("matrix", {}),
            each.get("default", 0),
            each.get("clean"),
            frozenset(each.get("forbidden", ())),
        )
        for name, each in data.get("attributes", {}).items()
    }
    return SetupTable(attributes, data.get("combine", "sum"))


def _resource(data: Mapping[str, Any]) -> Resource:
    """Build a resource; a machine when no kind is named."""
    kind = ResourceKind(data.get("kind", "machine"))
    return Resource(**{"id": "", **data, "kind": kind})


def _job(data: Mapping[str, Any], workers: Set[str]) -> Job:
    """Build a job with its operations."""
    operations = tuple([_operation(each, workers) for each in data.get("operations", ())])
    return Job(**{"id": "", **data, "operations": operations})


def _operation(data: dict[str, Any], workers: Set[str]) -> Operation:
    """Build an operation; nested objects become records, absent ones None."""
    data.setdefault("id", "")
    if "modes" in data:
        data["modes"] = tuple([_mode(each, workers) for each in data["modes"]])
    if "after" in data:
        data["after"] = tuple([After(each.pop("op", ""), **each) for each in data["after"]])
    if "setup_worker" in data:
        data["setup_worker"] = data["setup_worker"].get("skill", "")
    for key, kind, empty in _PARTS:
        if key in data:
            data[key] = kind(**{**empty, **data[key]})
    if "hold" in data:
        hold = dict(data["hold"])
        data["hold"] = Hold(
            **{"tank": "", "amount": 0, "until": "", "source": hold.pop("from", "end"), **hold}
        )
    return Operation(**data)


_PARTS: tuple[tuple[str, Callable[..., object], Mapping[str, object]], ...] = (
    # With what stands for a required key that is missing, which was noted before.
    ("worker", WorkerNeed, {"skill": ""}),
    ("batch", BatchNeed, {"family": ""}),
    ("fixed", Fixed, {"machine": "", "start": 0}),
    ("outsource", Outsource, {"duration": 0}),
)


def _mode(data: Mapping[str, Any], workers: Set[str]) -> Mode:
    """Build a mode; whom it uses is told apart from what it uses by kind."""
    uses = data.get("uses", {})
    crew = tuple([name for name, amount in uses.items() if amount and name in workers])
    if crew:
        uses = {name: amount for name, amount in uses.items() if name not in workers}
    return Mode(data.get("machine", ""), data.get("duration", 0), data.get("cost", 0), uses, crew)


def _baseline(data: Mapping[str, Any]) -> tuple[tuple[str, str, str, int], ...]:
    """Take job, operation, machine and start of a schedule; done outside, the machine is empty."""
    return tuple(
        (row.get("job", ""), row.get("op", ""), row.get("machine", ""), row.get("start", 0))
        for row in data.get("operations", ())
    )
