"""The Run: the record that every decision or long computation leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = ["Progress", "Run", "RunState"]

Progress = Callable[[float, str], None]
"""Called with the done share in [0, 1] and an English text marked for the catalogue."""


class RunState(StrEnum):
    """Where a Run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more will happen."""
        return self in (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Run:
    """What was computed, from which inputs, by whom, and with which result.

    Attributes
    ----------
    id : time-ordered UUID as text
    domain, verb : who computed what, such as ``demand`` and ``forecast``
    inputs_hash : SHA-256 of the inputs in hexadecimal, empty when there are none
    params : parameters as JSON values
    seed : seed of all chance
    version : package version that computed it
    author, firm : user and firm on whose behalf
    started, finished : instants in UTC, None while pending
    state, progress, message : where it stands; share in [0, 1]
    metrics : figures of the result as JSON values
    artefacts : name to dataset or record id
    error : code and text of the failure, empty otherwise
    parent : id of the Run of which this one is a step, empty otherwise
    """

    id: str
    domain: str
    verb: str
    inputs_hash: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    seed: int = 0
    version: str = ""
    author: str = ""
    firm: str = ""
    created: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    state: RunState = RunState.QUEUED
    progress: float = 0.0
    message: str = ""
    metrics: Mapping[str, object] = field(default_factory=dict)
    artefacts: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, object] = field(default_factory=dict)
    parent: str = ""
