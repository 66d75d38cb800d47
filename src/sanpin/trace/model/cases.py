"""Recall cases: what was asked back, from whom, what came back, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Case",
    "CaseState",
    "Due",
    "DueKind",
    "Notice",
    "Recovery",
    "Return",
    "Verdict",
]


class CaseState(StrEnum):
    """Where a case stands; one that is being written yet is seen by nobody."""

    WRITING = "writing"
    OPEN = "open"
    CLOSED = "closed"


class DueKind(StrEnum):
    """Whether something went out to a consignee or is held where it was seen last."""

    DELIVERED = "delivered"
    HELD = "held"


class Verdict(StrEnum):
    """What a scanned return is to its case."""

    COUNTED = "counted"
    REPEATED = "repeated"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Due:
    """An amount of one thing that one holder must give back.

    Attributes
    ----------
    holder : canonical name of the place or party; empty where nobody has said where it is
    thing : lot or piece
    quantity, uom : how much; pieces without a unit stand under ``""``
    kind : see `DueKind`
    returned : how much came back
    """

    holder: str
    thing: str
    quantity: float
    uom: str = ""
    kind: DueKind = DueKind.DELIVERED
    returned: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """A recall as it was started: its scope does not change any more.

    Attributes
    ----------
    id : time-ordered
    title, reason : as people gave them
    drill : whether it is an exercise, which counts in no figure of real recalls
    state : see `CaseState`
    seeds : canonical names of what is bad
    since, until : texts of the times between which the seeds are bad; empty without
    place : where it was made, when the scope was narrowed to that place; else empty
    products, containers : things in the scope
    gaps : what could not be traced: ``id``, ``code``, ``message`` and ``fields`` of each
    started, started_by : who asked, and when the watch began to run
    scoped : when the scope was complete
    notified : when the last consignee was told; None before
    closed, closed_by, conclusion : None and empty while it is open
    run : Run that worked out the scope
    """

    id: str
    title: str
    reason: str
    drill: bool
    state: CaseState
    seeds: tuple[str, ...]
    since: str
    until: str
    place: str
    products: int
    containers: int
    gaps: tuple[Mapping[str, object], ...]
    started: datetime
    started_by: str
    scoped: datetime
    notified: datetime | None = None
    closed: datetime | None = None
    closed_by: str = ""
    conclusion: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one consignee is told.

    Attributes
    ----------
    number : of the notice within its case, from 1 on
    holder : canonical name of the consignee
    name, contact : as master data had them when the case was started
    sent, sent_by : when and by whom it was marked as sent; None before
    """

    number: int
    holder: str
    name: str
    contact: Mapping[str, str] = field(default_factory=dict)
    sent: datetime | None = None
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """One scan of something that came back.

    Attributes
    ----------
    id : time-ordered
    code : as it was scanned
    thing : canonical name
    verdict : see `Verdict`; only what is counted has an amount
    holder : from whom it came
    quantity, uom : amount that counts
    things : lots and pieces that it holds
    recorded, recorded_by : when and by whom
    """

    id: str
    code: str
    thing: str
    verdict: Verdict
    holder: str
    quantity: float
    uom: str
    things: int
    recorded: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """How much came back from one holder, in one unit.

    Attributes
    ----------
    holder, uom, kind : see `Due`
    due, returned : amounts
    things : lots and pieces that are due
    """

    holder: str
    uom: str
    kind: DueKind
    due: float
    returned: float
    things: int

    @property
    def share(self) -> float | None:
        """Recovered part, at most 1; None where no amount is known."""
        return min(self.returned / self.due, 1.0) if self.due > 0 else None
