"""Targets, actuals and tasks of regions and industries: are the plans within reach?

    from sanpin.sector import assess, required_pace

The engine judges a target against its comparable actuals without any store, web or CLI.
"""

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
