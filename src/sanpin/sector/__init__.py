"""Targets, actuals and tasks of regions and industries: are the plans within reach?

    from sanpin.sector import required_pace
    from sanpin.sector.model import Measure

    required_pace(520e9, 433.586e9, 4, Measure.AMOUNT)  # 4.65 % a year

The engine judges a target against its comparable actuals without any store, web or CLI.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanpin.sector.engine import assess, last_pace, required_pace
    from sanpin.sector.model import Actual, Figure, Pace, Period, Target, Task

__all__ = [
    "Actual",
    "Figure",
    "Pace",
    "Period",
    "Target",
    "Task",
    "assess",
    "last_pace",
    "required_pace",
]

_VERBS = ("assess", "last_pace", "required_pace")


def __getattr__(name: str) -> Any:
    # The descriptor of the domain is read by every command, so nothing loads before it is used.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = "engine" if name in _VERBS else "model"
    return getattr(import_module(f"{__name__}.{room}"), name)
