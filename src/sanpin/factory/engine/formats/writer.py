"""Writers of the native problem and schedule formats.

What is written is read back as an equal problem. Keys stand in a fixed order and defaults are
left out, so that equal problems have equal bytes: their hash identifies a problem.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

import orjson

from sanpin.factory.engine.formats.collection import paused_collection
from sanpin.factory.model import (
    After,
    Hold,
    Job,
    Mode,
    Operation,
    Problem,
    Schedule,
    Transport,
)

__all__ = ["problem_bytes", "problem_record", "schedule_bytes", "schedule_record"]

PROBLEM_FORMAT = "sanpin.factory.problem/1"
SCHEDULE_FORMAT = "sanpin.factory.schedule/1"


def problem_bytes(problem: Problem) -> bytes:
    """Return a problem as native JSON."""
    with paused_collection():
        return orjson.dumps(problem_record(problem))


def problem_record(problem: Problem) -> dict[str, Any]:
    """Return a problem as the native JSON object; what has its default is left out."""
    known: dict[int, dict[str, Any]] = {}
    record: dict[str, Any] = {
        "format": PROBLEM_FORMAT,
        "name": problem.name,
        "unit": problem.unit,
        "origin": problem.origin,
        "calendars": {name: _plain(spans) for name, spans in problem.calendars.items()},
        "sites": [
            {"id": site, "closed": True} if site in problem.closed_sites else {"id": site}
            for site in problem.sites
        ],
        "transport": [_transport(leg) for leg in problem.transport],
        "setups": {name: _plain(table) for name, table in problem.setups.items()},
        "resources": [_plain(resource) for resource in problem.resources],
        "materials": [_plain(material) for material in problem.materials],
        "jobs": [_job(job, known) for job in problem.jobs],
        "objective": dict(problem.objective),
    }
    if not problem.name:
        del record["name"]
    if problem.baseline:
        record["baseline"] = {
            "operations": [
                {"job": job, "op": op, "machine": machine or None, "start": start}
                for job, op, machine, start in problem.baseline
            ]
        }
    if problem.uncertainty:
        record["uncertainty"] = {
            "distribution": problem.uncertainty.distribution,
            "cv": problem.uncertainty.cv,
        }
    return record


def _transport(leg: Transport) -> dict[str, Any]:
    """Return a journey under the keys of the format; `from` is no name that Python allows."""
    return {"from": leg.source, "to": leg.target, "duration": leg.duration, "cost": leg.cost}


_JOB_FIELDS = [(each.name, each.default) for each in fields(Job) if each.name != "operations"]


def _job(job: Job, known: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return a job with its operations."""
    record = {
        name: _plain(value)
        for name, default in _JOB_FIELDS
        if (value := getattr(job, name)) is not None and value != default
    }
    record["operations"] = [_operation(op, known) for op in job.operations]
    return record


def _operation(op: Operation, known: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return an operation; what the model keeps shorter than the format is unfolded again.

    Parameters
    ----------
    op : the operation
    known : modes by identity, of which the readers of public sets share many
    """
    record: dict[str, Any] = {"id": op.id}
    if op.modes:
        record["modes"] = [known.get(id(mode)) or _mode(mode, known) for mode in op.modes]
    if op.worker:
        record["worker"] = {"skill": op.worker.skill, "count": op.worker.count}
    if op.setup_worker:
        record["setup_worker"] = {"skill": op.setup_worker}
    if op.resumable:
        record["resumable"] = True
    if op.after:
        record["after"] = [_after(after) for after in op.after]
    if op.tool:
        record["tool"] = op.tool
    if op.attributes:
        record["attributes"] = dict(op.attributes)
    if op.consumes:
        record["consumes"] = dict(op.consumes)
    if op.produces:
        record["produces"] = dict(op.produces)
    if op.earliest is not None:
        record["earliest"] = op.earliest
    if op.latest is not None:
        record["latest"] = op.latest
    if op.fixed is not None:
        record["fixed"] = _plain(op.fixed)
    if op.outsource is not None:
        record["outsource"] = _plain(op.outsource)
    if op.batch:
        record["batch"] = {"family": op.batch.family, "size": op.batch.size}
    if op.hold:
        record["hold"] = _hold(op.hold)
    return record


def _mode(mode: Mode, known: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return a mode; the workers whom it names stand among what it uses."""
    record: dict[str, Any] = {"machine": mode.machine, "duration": mode.duration}
    if mode.cost:
        record["cost"] = mode.cost
    if mode.uses or mode.crew:
        record["uses"] = {**mode.uses, **dict.fromkeys(mode.crew, 1)}
    known[id(mode)] = record
    return record


def _after(after: After) -> dict[str, Any]:
    """Return a predecessor with its waits."""
    record: dict[str, Any] = {"op": after.op}
    if after.min_lag:
        record["min_lag"] = after.min_lag
    if after.max_lag is not None:
        record["max_lag"] = after.max_lag
    if after.transfer is not None:
        record["transfer"] = float(after.transfer)
    return record


def _hold(hold: Hold) -> dict[str, Any]:
    """Return room held in a tank under the keys of the format."""
    return {
        "tank": hold.tank,
        "amount": hold.amount,
        "from": hold.source,
        "until": hold.until,
        "until_end": hold.until_end,
    }


def _plain(value: Any) -> Any:
    """Turn dataclasses into objects without their defaults, and shares into decimals."""
    if is_dataclass(value):
        kept = ((f, getattr(value, f.name)) for f in fields(value))
        return {
            f.name: _plain(each)
            for f, each in kept
            if each is not None and each != f.default and each not in ((), "", {}, frozenset())
        }
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        # Sets have no order of their own; sorted, the bytes do not depend on hashing.
        items = sorted(value) if isinstance(value, frozenset) else value
        return [_plain(each) for each in items]
    return value


def schedule_record(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule as the native JSON object, sorted by start, then ids."""
    return {
        "format": SCHEDULE_FORMAT,
        "problem_hash": schedule.problem_hash,
        "engine_version": schedule.engine_version,
        "seed": schedule.seed,
        "steps": schedule.steps,
        "status": schedule.status.value,
        "objective": schedule.objective,
        "bound": schedule.bound,
        "gap": schedule.gap,
        "terms": dict(schedule.terms),
        "operations": [
            {
                "job": each.job,
                "op": each.op,
                "machine": each.machine or None,
                "workers": list(each.workers),
                "tools": list(each.tools),
                "batch": each.batch or None,
                "setup_start": each.setup_start,
                "start": each.start,
                "end": each.end,
                **({"outsourced": True} if each.outsourced else {}),
            }
            for each in schedule.operations
        ],
        "trace": [list(point) for point in schedule.trace],
        "metrics": dict(schedule.metrics),
        "causes": list(schedule.causes),
    }


def schedule_bytes(schedule: Schedule) -> bytes:
    """Return a schedule as native JSON, indented for people."""
    with paused_collection():
        return orjson.dumps(schedule_record(schedule), option=orjson.OPT_INDENT_2)
