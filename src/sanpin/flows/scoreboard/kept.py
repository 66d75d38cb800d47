"""What the loops kept of the scoreboard, so that no page computes it again.

A loop keeps its figures in its Run, by the key of the definition rather than its words: a later
version may word a formula better, and old values are then read under the new words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sanpin.base import N_, InputError, Run, RunState
from sanpin.flows.scoreboard.figure import DEFINITIONS, Definition, Figure, Period
from sanpin.flows.scoreboard.firm import FloorTotals
from sanpin.kit.context import Context
from sanpin.kit.runs import list_runs

__all__ = ["definition_of", "figures_of", "floor_totals", "last_loops", "stored_record"]


def last_loops(ctx: Context, limit: int | None = 12) -> list[Run]:
    """Return the finished loops, newest first.

    Parameters
    ----------
    limit : at most so many; None for all
    """
    return list_runs(ctx, "loop", "run", state=RunState.DONE, limit=limit)


def floor_totals(run: Run) -> FloorTotals | None:
    """Return the floor's totals that a loop kept."""
    kept = run.metrics.get("floor")
    return FloorTotals(**kept) if isinstance(kept, Mapping) else None


def figures_of(run: Run) -> list[Figure]:
    """Return the figures that a loop kept, in reading order; none when it kept none."""
    kept = run.metrics.get("scoreboard")
    return [_from_record(record) for record in kept] if isinstance(kept, list) else []


def stored_record(figure: Figure) -> dict[str, Any]:
    """Return one figure as a loop keeps it."""
    values = asdict(figure)
    values["definition"] = figure.definition.key
    return values


def _from_record(record: Mapping[str, Any]) -> Figure:
    """Return a figure that a loop kept."""
    period = record["period"]
    return Figure(
        definition=definition_of(record["definition"]),
        value=record["value"],
        previous=record["previous"],
        period=Period(_day(period["start"]), _day(period["end"])),
        history=tuple(record["history"]),
        sample=record["sample"],
    )


def _day(value: object) -> date:
    """Read a day of a record, whether it has been through JSON or not."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def definition_of(key: str) -> Definition:
    """Return the definition of a figure by its key.

    Raises
    ------
    InputError
        ``scoreboard.figure.unknown`` (404)
    """
    for definition in DEFINITIONS:
        if definition.key == key:
            return definition
    error = InputError(
        "scoreboard.figure.unknown",
        N_("There is no figure “{figure}” on the scoreboard."),
        hint=N_("Use one of: {known}."),
        figure=key,
        known=", ".join(one.key for one in DEFINITIONS),
    )
    error.status = 404
    raise error
