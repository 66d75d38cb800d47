"""Tasks behind the targets, and what a user recorded about their state.

The published side of a task is fixed; its `TaskStatus` belongs to the firm. A service joins the two
when it reads, so a new edition of the texts never touches what was recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sanpin.base import N_
from sanpin.sector.model.period import Period
from sanpin.sector.model.words import Labelled, Origin, Pillar

__all__ = ["Task", "TaskState", "TaskStatus"]


class TaskState(Labelled):
    """Where a task stands."""

    OPEN = "open", N_("Not started")
    IN_PROGRESS = "in_progress", N_("In progress")
    DONE = "done", N_("Done")
    BLOCKED = "blocked", N_("Blocked")

    @property
    def status(self) -> str:
        """Name of the status shape that pages draw for it."""
        return {"done": "ok", "in_progress": "warn", "blocked": "bad"}.get(self.value, "hold")


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """State of a task with its evidence.

    Attributes
    ----------
    evidence : what was done, in words
    link : address of a public proof, empty if none
    file : reference of a document in the user's own archive, empty if none
    due : a milestone that the user set, else None
    by, at : who recorded it and when

    The empty status is that of a task which nobody has touched yet.
    """

    state: TaskState = TaskState.OPEN
    evidence: str = ""
    link: str = ""
    file: str = ""
    due: date | None = None
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task or measure of a plan.

    Attributes
    ----------
    article_zh, article_en : where the text lists it
    lead_zh, lead_en, support_zh, support_en : units as the text assigns them, often none
    period : window of the plan; its end is due unless the status sets a milestone
    industries : industries that its heading speaks of
    id, source : identifier of the row, and the text or file that it came in
    task_zh, task_en : what is to be done
    region_zh, region_en : who carries it out
    status : what was recorded about it
    """

    id: str
    source: str
    article_zh: str
    article_en: str
    task_zh: str
    task_en: str
    region_zh: str
    region_en: str
    pillar: Pillar
    period: Period
    lead_zh: tuple[str, ...] = ()
    lead_en: tuple[str, ...] = ()
    support_zh: tuple[str, ...] = ()
    support_en: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    origin: Origin = Origin.PUBLISHED
    status: TaskStatus = field(default_factory=TaskStatus)

    def text(self, language: str) -> str:
        """Return what is to be done."""
        return self.task_zh if language.startswith("zh") else self.task_en

    def article(self, language: str) -> str:
        """Return where the text lists it."""
        return self.article_zh if language.startswith("zh") else self.article_en

    def region(self, language: str) -> str:
        """Return the region that carries it out."""
        return self.region_zh if language.startswith("zh") else self.region_en

    def lead(self, language: str) -> tuple[str, ...]:
        """Return the leading units."""
        return self.lead_zh if language.startswith("zh") else self.lead_en

    def support(self, language: str) -> tuple[str, ...]:
        """Return the supporting units."""
        return self.support_zh if language.startswith("zh") else self.support_en

    @property
    def due(self) -> date | None:
        """Milestone of the status, else the end of the period."""
        return self.status.due or self.period.end

    def overdue(self, as_of: date) -> bool:
        """Whether it should have been done before the as-of date.

        A task that is due today is not late yet, and one that is done never is.
        """
        return self.due is not None and self.due < as_of and self.status.state is not TaskState.DONE
