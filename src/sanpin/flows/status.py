"""What a workspace holds, in one look."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from sanpin.demand import service as demand
from sanpin.kit.context import Context
from sanpin.kit.jobs import sweep_runs
from sanpin.kit.runs import list_runs
from sanpin.kit.schema.tables import RUN
from sanpin.master import service as master

__all__ = ["workspace_status"]


def workspace_status(ctx: Context) -> dict[str, Any]:
    """Return counts and the last Run of the workspace, as the command prints them.

    Returns
    -------
    ``workspace, name, sample, database, as_of, orders, items, runs, last_run``; items are those
    forecast, or those of the master data before the first forecast.
    """
    # A Run whose process has died is told as failed, not as running for ever.
    sweep_runs(ctx)
    last = list_runs(ctx, parent="", limit=1)
    with ctx.db.read() as conn:
        query = select(func.count()).select_from(RUN).where(RUN.c.firm == ctx.firm)
        runs = int(conn.execute(query).scalar_one())
    forecast = demand.current_forecast(ctx)
    return {
        "workspace": str(ctx.workspace.path),
        "name": ctx.workspace.name,
        "sample": ctx.workspace.sample,
        "database": ctx.db.dialect,
        "as_of": demand.as_of_day(ctx),
        "orders": demand.count_lines(ctx),
        "items": forecast.items if forecast else len(master.all_items(ctx)),
        "runs": runs,
        "last_run": _record(last[0]) if last else None,
    }


def _record(run: Any) -> dict[str, Any]:
    """Return a Run in the few words that a status needs."""
    return {
        "id": run.id,
        "verb": f"{run.domain}.{run.verb}",
        "state": run.state.value,
        "finished": run.finished,
    }
