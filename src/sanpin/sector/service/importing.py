"""Import of own targets, actuals and tasks: all rows or none, each fault with its row.

The columns were matched and typed by `kit.files`; here each row becomes a record by the same
functions that the forms use. A single fault refuses the file, and all faults are listed with their
rows, so that a file is mended in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sanpin.base import InputError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.files import refuse_rows
from sanpin.kit.i18n import translate_error
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
    """Save the rows of an import of kind ``targets``; returns how many there were.

    Raises
    ------
    InputError
        ``files.rows.refused`` with the file of the refused rows; nothing was saved then
    """
    ctx.require(Role.PLANNER)
    made = _make(ctx, frame, source, own_target)
    if not dry_run:
        keep_targets(ctx, made)
    return {"targets": len(made)}


def save_actual_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``actuals``; returns how many there were."""
    ctx.require(Role.PLANNER)
    made = _make(ctx, frame, source, own_actual)
    if not dry_run:
        keep_actuals(ctx, made)
    return {"actuals": len(made)}


def save_task_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``tasks``; returns how many there were."""
    ctx.require(Role.PLANNER)

    def build(side: Side, row: Mapping[str, Any]) -> Task:
        """Task of a row together with the state that the row gives."""
        return with_status(ctx, own_task(side, row), row)

    made = _make(ctx, frame, source, build)
    if not dry_run:
        keep_tasks(ctx, made)
    return {"tasks": len(made)}


def _make(
    ctx: Context,
    frame: pl.DataFrame,
    source: Source,
    make: Callable[[Side, Mapping[str, Any]], _Record],
) -> list[_Record]:
    """Build every row, or refuse them all with a file of what is wrong with which."""
    side = read_side(ctx)
    made: list[_Record] = []
    bad: list[tuple[int, InputError]] = []
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        # The file itself is the source of rows that name none.
        named = {"source": source.name, **{k: v for k, v in row.items() if v is not None}}
        try:
            made.append(make(side, named))
        except InputError as error:
            bad.append((int(row.get("source_row") or number), error))
    if bad:
        raise refuse_rows(ctx, source.name, _bad_rows(bad, ctx.language))
    return made


def _bad_rows(bad: list[tuple[int, InputError]], language: str) -> pl.DataFrame:
    """Table of refused rows as `kit.files` lists them; the reasons are already in words."""
    import polars as pl

    reasons = [translate_error(error, language).text for _, error in bad]
    return pl.DataFrame(
        {
            "row": [row for row, _ in bad],
            "column": [str(error.fields.get("column", "")) for _, error in bad],
            "value": [str(error.fields.get("value", "")) for _, error in bad],
            "code": [error.code for _, error in bad],
            # The reason is formatted once more with its limit, so braces in a user's words are
            # doubled.
            "reason": [text.replace("{", "{{").replace("}", "}}") for text in reasons],
            "limit": [""] * len(bad),
        }
    )
