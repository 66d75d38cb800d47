"""Cases as JSON values, the same for commands and the interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.trace.model.cases import Case, Notice, Return
from sanpin.trace.service.cases.closing import case_report, watch_of

__all__ = ["case_record", "returns_record", "summary_record"]

Record = dict[str, Any]


def summary_record(one: Case) -> Record:
    """One case in a list."""
    return {
        "id": one.id,
        "title": one.title,
        "drill": one.drill,
        "state": str(one.state),
        "products": one.products,
        "containers": one.containers,
        "started": _time(one.started),
        "started_by": one.started_by,
        "notified": _time(one.notified),
        "closed": _time(one.closed),
        "watch": watch_of(one),
    }


def case_record(ctx: Context, identifier: str) -> Record:
    """One case with its recovery, notices and gaps, without the lines of its scope."""
    report = case_report(ctx, identifier)
    one, effect = report.case, report.effect
    return {
        **summary_record(one),
        "reason": one.reason,
        "seeds": list(one.seeds),
        "from": one.since or None,
        "to": one.until or None,
        "place": one.place or None,
        "closed_by": one.closed_by or None,
        "conclusion": one.conclusion or None,
        "run": one.run or None,
        "statuses": report.statuses,
        "recovered": effect.share,
        "holders": [
            {
                "location": row.holder or None,
                "name": effect.names[row.holder],
                "kind": str(row.kind),
                "uom": row.uom or None,
                "due": row.due,
                "returned": row.returned,
                "share": row.share,
                "things": row.things,
            }
            for row in effect.recoveries
        ],
        "curves": [
            {
                "uom": curve.uom or None,
                "due": curve.due,
                "times": [_time(at) for at in curve.times],
                "shares": list(curve.shares),
            }
            for curve in effect.curves
        ],
        "scans": effect.verdicts,
        "notices": [_notice(notice) for notice in report.notices],
        "gaps": [_gap(gap, ctx.language) for gap in one.gaps],
    }


def _notice(notice: Notice) -> Record:
    """One notice."""
    return {
        "number": notice.number,
        "location": notice.holder,
        "name": notice.name,
        "contact": dict(notice.contact),
        "sent": _time(notice.sent),
        "sent_by": notice.sent_by or None,
    }


def _gap(gap: Mapping[str, Any], language: str) -> Record:
    """One gap in the reader's language."""
    message = translate(gap["message"], language, **gap["fields"])
    return {"id": gap["id"], "code": gap["code"], "message": message}


def returns_record(returns: Iterable[Return]) -> list[Record]:
    """Scans."""
    return [
        {
            "id": one.id,
            "code": one.code,
            "thing": one.thing,
            "verdict": str(one.verdict),
            "location": one.holder or None,
            "quantity": one.quantity,
            "uom": one.uom or None,
            "things": one.things,
            "recorded": _time(one.recorded),
            "recorded_by": one.recorded_by,
        }
        for one in returns
    ]


def _time(at: datetime | None) -> str | None:
    """Write a moment."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")
