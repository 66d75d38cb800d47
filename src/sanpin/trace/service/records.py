"""Answers as JSON values, in exactly the shapes that CLI and API share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from sanpin.base import Problem
from sanpin.kit.i18n import translate
from sanpin.trace.engine.epcis import write_instant
from sanpin.trace.model.captures import CaptureReport
from sanpin.trace.model.lineage import Affected, Consignee, Gap, Recall, Walk, Where

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "affected_record",
    "capture_record",
    "consignee_record",
    "gap_record",
    "history_record",
    "lines_frame",
    "problem_record",
    "recall_record",
    "walk_record",
    "where_record",
]

Record = dict[str, Any]

_LINE = ("id", "role", "depth", "status", "location", "container", "quantity", "uom", "last_event",
         "why")  # fmt: skip


def problem_record(problem: Problem, language: str) -> Record:
    """Code, message in the reader's language, and where it is."""
    fields = {name: value for name, value in problem.fields.items() if name != "message"}
    return {
        "code": problem.code,
        "message": translate(problem.message, language, **fields),
        "line": fields.get("line"),
        "column": fields.get("column"),
        "path": fields.get("path"),
        "event": fields.get("event"),
    }


def capture_record(report: CaptureReport, language: str) -> Record:
    """Counts and errors of a capture."""
    return {
        "files": report.files,
        "events": report.events,
        "captured": report.captured,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "seconds": report.seconds,
        "errors": [
            {"file": error.file} | problem_record(error.problem, language)
            for error in report.errors
        ],
    }


def walk_record(walk: Walk) -> Record:
    """Nodes and edges of a walk backward or forward."""
    return {
        "root": walk.root,
        "nodes": [
            {
                "id": node.id,
                "depth": node.depth,
                "role": str(node.role),
                "quantity": node.quantity,
                "uom": node.uom or None,
            }
            for node in walk.nodes
        ],
        "edges": [
            {
                "from": edge.source,
                "to": edge.target,
                "event": edge.event,
                "kind": edge.kind,
                "time": write_instant(edge.time),
            }
            for edge in walk.edges
        ],
        "events": walk.events,
    }


def where_record(where: Where) -> Record:
    """Where a thing is."""
    return {
        "location": where.location or None,
        "container": list(where.containers),
        "disposition": where.disposition or None,
        "since": None if where.since is None else write_instant(where.since),
    }


def history_record(thing: str, bodies: list[bytes], where: Where) -> Record:
    """Time line of a thing with the events as they came."""
    events: list[Mapping[str, object]] = [orjson.loads(body) for body in bodies]
    return {"id": thing, "events": events, "where": where_record(where)}


def affected_record(line: Affected) -> Record:
    """One line of a recall."""
    return {
        "id": line.id,
        "role": str(line.role),
        "depth": line.depth,
        "status": str(line.status),
        "location": line.location or None,
        "container": line.container or None,
        "quantity": line.quantity,
        "uom": line.uom or None,
        "last_event": line.last_event or None,
        "why": list(line.why),
    }


def consignee_record(one: Consignee) -> Record:
    """Who got which products."""
    return {"location": one.location, "products": list(one.products)}


def gap_record(gap: Gap, language: str) -> Record:
    """Something that could not be traced, in the reader's language."""
    return {
        "id": gap.id,
        "code": gap.code,
        "message": translate(gap.message, language, **gap.fields),
    }


def recall_record(recall: Recall, seconds: float, language: str) -> Record:
    """Scope of a recall."""
    return {
        "seeds": list(recall.seeds),
        "affected": [affected_record(line) for line in recall.affected],
        "counts": {"products": len(recall.products), "containers": len(recall.containers)},
        "consignees": [consignee_record(one) for one in recall.consignees],
        "gaps": [gap_record(gap, language) for gap in recall.gaps],
        "seconds": round(seconds, 4),
    }


def lines_frame(records: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Lines of a recall as a table for export; the events of a reason stand in one cell."""
    import polars as pl

    rows = [dict(line) | {"why": " ".join(line["why"])} for line in records]
    kinds = {"depth": pl.Int64, "quantity": pl.Float64}
    return pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in _LINE})
