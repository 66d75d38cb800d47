"""Shared words of the whole house: errors, units, calendar, budget, results. No I/O."""

from sanpin.base.budget import Budget
from sanpin.base.calendar import Calendar, Shift, chinese_holidays
from sanpin.base.domain import Command, Domain, NavEntry, Setting, Verb
from sanpin.base.errors import (
    EngineError,
    InputError,
    MissingExtra,
    Problem,
    SanpinError,
    StateError,
)
from sanpin.base.run import Progress, Run, RunState
from sanpin.base.text import N_
from sanpin.base.units import Quantity, Unit

__all__ = [
    "N_",
    "Budget",
    "Calendar",
    "Command",
    "Domain",
    "EngineError",
    "InputError",
    "MissingExtra",
    "NavEntry",
    "Problem",
    "Progress",
    "Quantity",
    "Run",
    "RunState",
    "SanpinError",
    "Setting",
    "Shift",
    "StateError",
    "Unit",
    "Verb",
    "chinese_holidays",
]
