"""Own tasks in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, select

from sanpin.kit.db import upsert
from sanpin.sector.model import Origin, Pillar, Task, parse_period
from sanpin.sector.store.tables import TASK, TASK_STATE

__all__ = ["delete_task", "load_tasks", "save_tasks"]


def load_tasks(conn: Connection, firm: str) -> tuple[Task, ...]:
    """Own tasks of a firm in the order of their ids, without their recorded state."""
    query = select(TASK).where(TASK.c.firm == firm).order_by(TASK.c.id)
    return tuple(_task(row) for row in conn.execute(query).mappings())


def _task(row: RowMapping) -> Task:
    """Task of a row; own tasks stand in no article, and their units have one name."""
    lead, support = tuple(row["lead"]), tuple(row["support"])
    return Task(
        id=row["id"],
        source=row["source"],
        article_zh="",
        article_en="",
        task_zh=row["task_zh"],
        task_en=row["task_en"],
        region_zh=row["region_zh"],
        region_en=row["region_en"],
        pillar=Pillar(row["pillar"]),
        period=parse_period(row["period_start"], row["period_end"]),
        lead_zh=lead,
        lead_en=lead,
        support_zh=support,
        support_en=support,
        industries=tuple(row["industries"]),
        origin=Origin.OWN,
    )


def save_tasks(
    conn: Connection, firm: str, tasks: Iterable[Task], author: str, at: datetime
) -> None:
    """Insert own tasks, or replace those of the same id; their state is kept.

    Parameters
    ----------
    author, at : who writes, and when
    """
    rows = [
        {
            "firm": firm,
            "id": one.id,
            "task_zh": one.task_zh,
            "task_en": one.task_en,
            "region_zh": one.region_zh,
            "region_en": one.region_en,
            "pillar": str(one.pillar),
            "period_start": one.period.text_start,
            "period_end": one.period.text_end,
            "lead": list(one.lead_zh),
            "support": list(one.support_zh),
            "industries": list(one.industries),
            "source": one.source,
            "author": author,
            "updated": at,
        }
        for one in tasks
    ]
    upsert(conn, TASK, rows)


def delete_task(conn: Connection, firm: str, task_id: str) -> bool:
    """Delete an own task with its state; False when there is none of that id."""
    state = delete(TASK_STATE).where(TASK_STATE.c.firm == firm, TASK_STATE.c.task_id == task_id)
    found = conn.execute(delete(TASK).where(TASK.c.firm == firm, TASK.c.id == task_id)).rowcount
    # The state of a published task of the same id must not go with a task that was not there.
    if found:
        conn.execute(state)
    return bool(found)
