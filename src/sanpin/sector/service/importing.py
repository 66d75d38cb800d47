"""Import of own targets, actuals and tasks: all rows or none, each fault with its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sanpin.base import N_, InputError, Problem
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.sector.model import Task
from sanpin.sector.service.own import (
    keep_actuals,
    keep_targets,
    keep_tasks,
    own_actual,
    own_target,
    own_task,
    with_status,
)
from sanpin.sector.service.side import Side, read_side

if TYPE_CHECKING:
    import polars as pl

    from sanpin.kit.files import Source

__all__ = ["save_actual_rows", "save_target_rows", "save_task_rows"]

_Record = TypeVar("_Record")


def save_target_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``targets``; returns how many there were."""
    ctx.require(Role.PLANNER)
    made = _make(frame, source, read_side(ctx), own_target)
    if not dry_run:
        keep_targets(ctx, made)
    return {"targets": len(made)}


def save_actual_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``actuals``; returns how many there were."""
    ctx.require(Role.PLANNER)
    made = _make(frame, source, read_side(ctx), own_actual)
    if not dry_run:
        keep_actuals(ctx, made)
    return {"actuals": len(made)}


def save_task_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``tasks``; returns how many there were."""
    ctx.require(Role.PLANNER)

    def build(side: Side, row: Mapping[str, Any]) -> Task:
        return with_status(ctx, own_task(side, row), row)

    made = _make(frame, source, read_side(ctx), build)
    if not dry_run:
        keep_tasks(ctx, made)
    return {"tasks": len(made)}


def _make(
    frame: pl.DataFrame,
    source: Source,
    side: Side,
    make: Callable[[Side, Mapping[str, Any]], _Record],
) -> list[_Record]:
    """Build every row, and refuse all of them with a list of what is wrong with which."""
    made: list[_Record] = []
    problems: list[Problem] = []
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        named = {"source": source.name, **{k: v for k, v in row.items() if v is not None}}
        try:
            made.append(make(side, named))
        except InputError as error:
            fields = {"row": row.get("source_row", number), "reason": str(error)}
            problems.append(Problem(error.code, N_("Row {row}: {reason}"), fields))
    if problems:
        raise InputError(
            "sector.import.refused",
            N_("{count} of {rows} rows of {name} cannot be used; the first: {first}"),
            hint=N_("Mend these rows and import the file again; nothing was saved."),
            problems=problems,
            count=len(problems),
            rows=frame.height,
            name=source.name,
            first=str(problems[0]),
        )
    return made
