"""What became of documents that were sent in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sanpin.base import Problem

__all__ = ["Behaviour", "CaptureError", "CaptureReport", "Origin"]


class Behaviour(StrEnum):
    """What happens to the good events of a document that also holds bad ones."""

    ROLLBACK = "rollback"
    PROCEED = "proceed"


class Origin(StrEnum):
    """Where documents come from: outside, the sample, or the simulated floor of an own plant."""

    OUTSIDE = ""
    SAMPLE = "sample"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class CaptureError:
    """A finding with the name of its file."""

    file: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class CaptureReport:
    """Counts over all documents of one capture.

    Attributes
    ----------
    id : job of the capture
    files : documents that were read
    events : events in them
    captured, duplicates, rejected : new ones, ones known already, ones refused
    seconds : how long it took
    errors : everything that was wrong, file by file
    run : Run of a capture of more than 1,000 events, else empty
    """

    id: str
    files: int = 0
    events: int = 0
    captured: int = 0
    duplicates: int = 0
    rejected: int = 0
    seconds: float = 0.0
    errors: tuple[CaptureError, ...] = field(default=())
    run: str = ""

    @property
    def success(self) -> bool:
        """Whether nothing was refused."""
        return not self.errors
