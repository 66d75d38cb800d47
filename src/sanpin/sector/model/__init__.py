"""Nouns of the domain: periods, published figures, targets, actuals, pairings, tasks."""

from sanpin.sector.model.figure import Figure
from sanpin.sector.model.pace import Caution, Evidence, Observation, Pace, PaceState, Stated
from sanpin.sector.model.period import UNKNOWN_PERIOD, Period, parse_period, years_between
from sanpin.sector.model.scope import Article, Industry, Office, Scope, SectorRow, SourceText
from sanpin.sector.model.target import Actual, Pairing, Target
from sanpin.sector.model.task import Task, TaskState, TaskStatus
from sanpin.sector.model.words import (
    Comparator,
    Direction,
    Kind,
    Mark,
    Measure,
    Origin,
    Pillar,
    Role,
    Unit,
)

__all__ = [
    "UNKNOWN_PERIOD",
    "Actual",
    "Article",
    "Caution",
    "Comparator",
    "Direction",
    "Evidence",
    "Figure",
    "Industry",
    "Kind",
    "Mark",
    "Measure",
    "Observation",
    "Office",
    "Origin",
    "Pace",
    "PaceState",
    "Pairing",
    "Period",
    "Pillar",
    "Role",
    "Scope",
    "SectorRow",
    "SourceText",
    "Stated",
    "Target",
    "Task",
    "TaskState",
    "TaskStatus",
    "Unit",
    "parse_period",
    "years_between",
]
