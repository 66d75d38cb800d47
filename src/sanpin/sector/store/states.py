"""Recorded states of tasks, published and own.

A row stands for a published or an own task; it appears with the first state that is recorded.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from sanpin.kit.db import upsert
from sanpin.sector.model import TaskState, TaskStatus
from sanpin.sector.store.tables import TASK_STATE

__all__ = ["load_statuses", "save_status"]


def load_statuses(conn: Connection, firm: str) -> dict[str, TaskStatus]:
    """States that a firm recorded, by task id."""
    query = select(TASK_STATE).where(TASK_STATE.c.firm == firm)
    return {
        row["task_id"]: TaskStatus(
            state=TaskState(row["state"]),
            evidence=row["evidence"],
            link=row["link"],
            file=row["file"],
            due=row["due"],
            by=row["author"],
            at=row["updated"],
        )
        for row in conn.execute(query).mappings()
    }


def save_status(conn: Connection, firm: str, task_id: str, status: TaskStatus) -> None:
    """Record the state of a task, replacing the one before; the audit log keeps that."""
    upsert(
        conn,
        TASK_STATE,
        [
            {
                "firm": firm,
                "task_id": task_id,
                "state": str(status.state),
                "evidence": status.evidence,
                "link": status.link,
                "file": status.file,
                "due": status.due,
                "author": status.by,
                "updated": status.at,
            }
        ],
    )
