"""Own targets, actuals and tasks: kept, replaced and removed, with a line in the audit log.

`own_target`, `own_actual` and `own_task` make a record from fields and refuse ids of published
records; `keep_...` store many in one transaction, as imports do; `save_own_...` are the doors for
one, as forms and interface use them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection

from sanpin.base import N_, InputError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.sector.engine import make_actual, make_target, make_task
from sanpin.sector.model import Actual, Target, Task
from sanpin.sector.service.side import Side, read_side
from sanpin.sector.service.targets import unknown_target
from sanpin.sector.service.tasks import make_status, record_status, unknown_task
from sanpin.sector.store import (
    delete_actual,
    delete_target,
    delete_task,
    load_actuals,
    save_actuals,
    save_targets,
    save_tasks,
)

__all__ = [
    "delete_own_actual",
    "delete_own_target",
    "delete_own_task",
    "keep_actuals",
    "keep_targets",
    "keep_tasks",
    "own_actual",
    "own_actuals",
    "own_target",
    "own_task",
    "save_own_actual",
    "save_own_target",
    "save_own_task",
    "with_status",
]

_Record = TypeVar("_Record", Target, Actual, Task)


def own_target(side: Side, row: Mapping[str, Any]) -> Target:
    """Own target from its fields; the id of a published target is refused."""
    made = make_target(row, side.published.tree, side.regions)
    if made.id in side.published.figures:
        raise _taken(made.id)
    return made


def own_actual(side: Side, row: Mapping[str, Any]) -> Actual:
    """Own actual from its fields; the id of a published figure is refused."""
    made = make_actual(row, side.targets)
    if made.id in side.published.figures:
        raise _taken(made.id)
    return made


def own_task(side: Side, row: Mapping[str, Any]) -> Task:
    """Own task from its fields; the id of a published task is refused."""
    made = make_task(row, side.published.tree, side.regions)
    if any(made.id == one.id for one in side.published.tasks):
        raise _taken(made.id)
    return made


def with_status(ctx: Context, task: Task, row: Mapping[str, Any]) -> Task:
    """Return the task with the state that its row gives; unchanged when it gives none."""
    if not row.get("state"):
        return task
    evidence = str(row.get("evidence") or "")
    return replace(task, status=make_status(ctx, task.id, str(row["state"]), evidence=evidence))


def _taken(record_id: str) -> InputError:
    """Make the refusal of an id that a published record has: it would be hidden by the own one."""
    return InputError(
        "sector.id.published",
        N_("“{id}” is the id of a published record, which cannot be changed."),
        hint=N_("Choose another id, or leave it empty."),
        id=record_id,
    )


def keep_targets(ctx: Context, rows: Sequence[Target]) -> None:
    """Insert or replace own targets in one transaction."""
    _keep(ctx, rows, save_targets, "target")


def keep_actuals(ctx: Context, rows: Sequence[Actual]) -> None:
    """Insert or replace own actuals in one transaction."""
    _keep(ctx, rows, save_actuals, "actual")


def keep_tasks(ctx: Context, rows: Sequence[Task]) -> None:
    """Insert or replace own tasks, with the states that they carry, in one transaction."""
    _keep(ctx, rows, save_tasks, "task")


def _keep(ctx: Context, rows: Sequence[_Record], save: Callable[..., None], kind: str) -> None:
    """Store records and one line of the audit log for each, in one transaction."""
    with ctx.db.write() as conn:
        save(conn, ctx.firm, rows, ctx.actor.user, ctx.now())
        for one in rows:
            audit.record(conn, ctx, f"sector.{kind}.save", f"{kind}/{one.id}", after=_trail(one))
            # A state without an instant is the empty one: the row said nothing about it.
            if isinstance(one, Task) and one.status.at is not None:
                record_status(conn, ctx, one.id, one.status)


def _trail(record: Target | Actual | Task) -> dict[str, object]:
    """What the audit log keeps of a record: the values, not its names."""
    trail: dict[str, object] = {"period": record.period.text}
    if not isinstance(record, Task):
        trail |= {"value": record.value, "unit": str(record.unit)}
    return trail


def save_own_target(ctx: Context, row: Mapping[str, Any]) -> Target:
    """Insert or replace one own target given by the fields of the import kind ``targets``.

    Raises
    ------
    InputError
        a problem of the fields, or ``sector.id.published``
    StateError
        ``auth.role.missing`` for a caller below planner
    """
    ctx.require(Role.PLANNER)
    made = own_target(read_side(ctx), row)
    keep_targets(ctx, [made])
    return made


def save_own_actual(ctx: Context, row: Mapping[str, Any]) -> Actual:
    """Insert or replace one own actual given by the fields of the import kind ``actuals``."""
    ctx.require(Role.PLANNER)
    made = own_actual(read_side(ctx), row)
    keep_actuals(ctx, [made])
    return made


def save_own_task(ctx: Context, row: Mapping[str, Any]) -> Task:
    """Insert or replace one own task given by the fields of the import kind ``tasks``."""
    ctx.require(Role.PLANNER)
    made = with_status(ctx, own_task(read_side(ctx), row), row)
    keep_tasks(ctx, [made])
    return made


def own_actuals(ctx: Context, target_id: str | None = None) -> tuple[Actual, ...]:
    """Own actuals, of one target if given."""
    with ctx.db.read() as conn:
        return load_actuals(conn, ctx.firm, target_id)


def delete_own_target(ctx: Context, target_id: str) -> None:
    """Remove an own target together with its own actuals."""

    def remove(conn: Connection) -> bool:
        """Remove the target, and its actuals only when it was there and ours."""
        found = delete_target(conn, ctx.firm, target_id)
        for actual in load_actuals(conn, ctx.firm, target_id) if found else ():
            delete_actual(conn, ctx.firm, actual.id)
        return found

    _delete(ctx, "target", target_id, remove, unknown_target)


def delete_own_actual(ctx: Context, actual_id: str) -> None:
    """Remove an own actual."""
    _delete(
        ctx, "actual", actual_id, lambda conn: delete_actual(conn, ctx.firm, actual_id), _unknown
    )


def delete_own_task(ctx: Context, task_id: str) -> None:
    """Remove an own task together with its recorded state."""
    _delete(ctx, "task", task_id, lambda conn: delete_task(conn, ctx.firm, task_id), unknown_task)


def _unknown(actual_id: str) -> InputError:
    """Make the refusal of an id that no own actual has."""
    error = InputError(
        "sector.actual.unknown",
        N_("There is no own actual “{actual}”."),
        hint=N_("Only actuals that you entered or imported can be removed."),
        actual=actual_id,
    )
    error.status = 404
    return error


def _delete(
    ctx: Context,
    kind: str,
    record_id: str,
    remove: Callable[[Connection], bool],
    refusal: Callable[[str], InputError],
) -> None:
    """Remove a record with a line in the audit log, or refuse an id that is not there."""
    ctx.require(Role.PLANNER)
    with ctx.db.write() as conn:
        if not remove(conn):
            raise refusal(record_id)
        audit.record(conn, ctx, f"sector.{kind}.delete", f"{kind}/{record_id}")
