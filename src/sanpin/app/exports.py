"""The lists that ``sanpin export`` writes: one name, one function that gives all its rows.

Lists that can be imported again carry the headings of the import.

Commands and pages export the same rows: each list is a function of the service that a page
shows, so that a download can never hold other figures than the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from sanpin.base import N_, InputError
from sanpin.demand import service as demand
from sanpin.factory import service as factory
from sanpin.factory.model.plant import Machine, RoutingStep, StockLot
from sanpin.flows.cockpit.firm import firm_side
from sanpin.flows.cockpit.wording import DecisionWords, decisions_frame
from sanpin.flows.scoreboard.service import figures_frame, kept_figures
from sanpin.kit.context import Context
from sanpin.kit.files import write_table
from sanpin.kit.runs import list_runs
from sanpin.master import service as master
from sanpin.sector import service as sector
from sanpin.trace import service as trace

__all__ = ["LISTS", "export_list"]

List = Callable[[Context], pl.DataFrame]
_Schema = dict[str, pl.DataType | type[pl.DataType]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def export_list(ctx: Context, what: str, out: Path) -> int:
    """Write all rows of a list to a file in the format of its suffix; return how many.

    Raises
    ------
    InputError
        ``export.list.unknown``, which names the lists there are

    Parameters
    ----------
    what : name of a list, one of `LISTS`
    out : file to write; ``.csv``, ``.xlsx``, ``.parquet`` or ``.json``
    """
    rows = LISTS.get(what)
    if rows is None:
        raise InputError(
            "export.list.unknown",
            N_("There is no list called “{name}”."),
            hint=N_("Use one of: {known}."),
            name=what,
            known=", ".join(sorted(LISTS)),
        )
    frame = rows(ctx)
    write_table(frame, out)
    return frame.height


def _orders(ctx: Context) -> pl.DataFrame:
    """Return the order lines as imported, whatever day counts as today."""
    return demand.raw_lines(ctx, date.max).drop("source_row")


def _records(kind: type, columns: _Schema, records: list[Any]) -> pl.DataFrame:
    """Put plant records under the headings of their import; lists become texts.

    Parameters
    ----------
    kind : dataclass of the records
    columns : headings and types, in the order of the import's template
    records : all of one kind
    """
    names = [one.name for one in fields(kind) if one.name not in ("id", "sample")]
    rows = [
        {name: _cell(getattr(record, name)) for name in names}
        | ({"resource": record.id} if "resource" in columns else {})
        for record in records
    ]
    return pl.DataFrame(rows, schema=columns)


def _cell(value: object) -> object:
    """Return a value as a file holds it: several ids in one cell, separated by semicolons."""
    return ";".join(map(str, value)) if isinstance(value, tuple) else value


_TEXT, _NUMBER, _WHOLE = pl.String, pl.Float64, pl.Int64
_MACHINE: _Schema = {
    "resource": _TEXT, "name": _TEXT, "site": _TEXT, "calendar": _TEXT, "speed": _WHOLE,
}  # fmt: skip
_STEP: _Schema = {
    "item": _TEXT, "step": _WHOLE, "operation": _TEXT, "machines": _TEXT,
    "seconds_per_piece": _NUMBER, "setup_minutes": _WHOLE, "changeover": _TEXT, "after": _TEXT,
    "wait_minutes": _WHOLE,
}  # fmt: skip
_LOT: _Schema = {
    "item": _TEXT, "lot": _TEXT, "quantity": _NUMBER, "unit": _TEXT, "site": _TEXT,
    "available": pl.Date, "supplier": _TEXT,
}  # fmt: skip


def _machines(ctx: Context) -> pl.DataFrame:
    """Return the machines under the headings of the import of resources."""
    return _records(Machine, _MACHINE, factory.machines(ctx))


def _routings(ctx: Context) -> pl.DataFrame:
    """Return all steps of all items, one row per step."""
    steps = [step for found in factory.routings(ctx).values() for step in found]
    return _records(RoutingStep, _STEP, steps)


def _stock(ctx: Context) -> pl.DataFrame:
    """Return the lots on hand and arriving."""
    return _records(StockLot, _LOT, factory.stock(ctx))


def _figures(ctx: Context) -> pl.DataFrame:
    """Return the scoreboard's figures; none without orders to compute them from."""
    return figures_frame(kept_figures(ctx) if demand.has_orders(ctx) else [], ctx.language)


def _decisions(ctx: Context) -> pl.DataFrame:
    """Return what needs a decision, as the last loop found it."""
    return decisions_frame(firm_side(ctx).decisions, DecisionWords(ctx.language))


def _published(ctx: Context) -> pl.DataFrame:
    """Return the published figures of all regions and industries."""
    library = sector.library()
    found = sector.figures(ctx, None, None, None, None)
    return sector.to_frame(sector.figure_record(one, library, ctx.language) for one in found)


def _targets(ctx: Context) -> pl.DataFrame:
    """Return the targets with their pace."""
    return sector.to_frame(sector.target_record(one, ctx.language) for one in sector.targets(ctx))


def _actuals(ctx: Context) -> pl.DataFrame:
    """Return the firm's own actuals."""
    return sector.to_frame(map(sector.actual_record, sector.own_actuals(ctx)))


def _tasks(ctx: Context) -> pl.DataFrame:
    """Return the published tasks with their state."""
    day = sector.as_of_day(ctx)
    return sector.to_frame(sector.task_record(one, ctx.language, day) for one in sector.tasks(ctx))


_EVENT: _Schema = {
    "event": _TEXT, "type": _TEXT, "action": _TEXT, "time": pl.Datetime("us", "UTC"),
    "step": _TEXT, "disposition": _TEXT, "read_point": _TEXT, "location": _TEXT,
    "things": pl.List(_TEXT),
}  # fmt: skip


def _events(ctx: Context) -> pl.DataFrame:
    """Return every trace event; the things that it touched stand in one column."""
    # The search asks for a limit; an export has none, so that all there are is the limit.
    found = trace.find_events(ctx, limit=max(trace.count_events(ctx), 1))
    rows = [
        {
            "event": one.id,
            "type": one.type.word,
            "action": one.action.name,
            "time": _EPOCH + timedelta(microseconds=one.time),
            "step": one.step,
            "disposition": one.disposition,
            "read_point": one.read_point,
            "location": one.location,
            "things": [entry.thing for entry in one.involved],
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema=_EVENT)


_RUN: _Schema = {
    "id": _TEXT, "domain": _TEXT, "verb": _TEXT, "state": _TEXT, "author": _TEXT,
    "parent": _TEXT, "started": pl.Datetime("us", "UTC"), "finished": pl.Datetime("us", "UTC"),
}  # fmt: skip


def _runs(ctx: Context) -> pl.DataFrame:
    """Return every Run, steps included."""
    rows = [asdict(run) | {"state": run.state.value} for run in list_runs(ctx, limit=None)]
    return pl.DataFrame([{name: row[name] for name in _RUN} for row in rows], schema=_RUN)


LISTS: Mapping[str, List] = {
    "orders": _orders,
    "panel": demand.panel,
    "corrections": demand.corrections,
    "forecast": demand.forecast_frame,
    "portfolio": demand.portfolio,
    **{noun: partial(master.export_table, noun=noun) for noun in master.EXPORTS},
    "stock": _stock,
    "resources": _machines,
    "routings": _routings,
    "make-orders": factory.make_orders,
    "materials": factory.material_needs,
    "schedule": factory.operations,
    "late": factory.late_orders,
    "load": factory.machine_load,
    "lots": factory.made_lots,
    "events": _events,
    "figures": _figures,
    "decisions": _decisions,
    "published": _published,
    "targets": _targets,
    "actuals": _actuals,
    "tasks": _tasks,
    "runs": _runs,
}
"""Name of each list and what gives its rows."""
