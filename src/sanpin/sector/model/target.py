"""Targets, the actuals that are measured against them, and the curated pairing of both."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sanpin.base import N_, InputError
from sanpin.sector.model.period import Period
from sanpin.sector.model.scope import Scope
from sanpin.sector.model.words import (
    Comparator,
    Direction,
    Mark,
    Measure,
    Origin,
    Pillar,
    Role,
    Unit,
)

__all__ = ["Actual", "Pairing", "Target"]


def _check_value(record: str, value: float) -> None:
    """Refuse infinities and not-a-number, which no comparison with a target survives."""
    if not math.isfinite(value):
        raise InputError(
            "sector.value.not_finite",
            N_("The value of “{record}” is not a finite number."),
            hint=N_("Give a number in base units, such as 520000000000 for 520 billion."),
            record=record,
        )


@dataclass(frozen=True, slots=True)
class Target:
    """A value that an indicator is to have at the end of a period.

    Attributes
    ----------
    id : row of the published file, or own identifier
    value, unit, comparator, direction, measure : what is to be reached and how pace is counted
    period : window of the plan; its end is the due date, None when the text gives none
    stated_pace : yearly pace in percent that the owner states beside the value, else None
    indicator_zh, indicator_en : what is measured; equal for own targets without an English name
    scope : region and sector in both languages
    source : name of the text, or of the file that an own target came in
    value_text : the words of the text
    note_zh, note_en : what a reader must know
    origin : published, or the firm's own
    marks : why it enters no total, empty for ordinary targets

    Raises
    ------
    InputError
        ``sector.value.not_finite``, or ``sector.target.not_positive`` for an amount of zero or
        less: a compound pace towards it does not exist
    """

    id: str
    indicator_zh: str
    indicator_en: str
    scope: Scope
    pillar: Pillar
    comparator: Comparator
    direction: Direction
    measure: Measure
    value: float
    unit: Unit
    period: Period
    source: str = ""
    stated_pace: float | None = None
    value_text: str = ""
    note_zh: str = ""
    note_en: str = ""
    origin: Origin = Origin.PUBLISHED
    marks: frozenset[Mark] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Check the value once, whichever door it came by."""
        _check_value(self.id, self.value)
        if self.measure is Measure.AMOUNT and self.value <= 0:
            raise InputError(
                "sector.target.not_positive",
                N_("Target “{target}” is an amount and must be above zero."),
                hint=N_("Use a share or a count for values that may be zero."),
                target=self.id,
            )

    @property
    def counts(self) -> bool:
        """Whether it may enter totals: class limits and doubtful rows may not."""
        return not self.marks

    def indicator(self, language: str) -> str:
        """What is to be reached, in the chosen language."""
        return self.indicator_zh if language.startswith("zh") else self.indicator_en

    def note(self, language: str) -> str:
        """What a reader must know, in the chosen language."""
        return self.note_zh if language.startswith("zh") else self.note_en


@dataclass(frozen=True, slots=True)
class Actual:
    """A measured value of a target's indicator, named by the target's id.

    Attributes
    ----------
    id : own identifier; the same one again replaces the actual
    target_id : the target that it measures
    value, unit : in base units; percent a year for a reported growth
    period : what it was measured over; its end orders the measurements
    role : level for the measured value, growth for its reported yearly growth
    """

    id: str
    target_id: str
    value: float
    unit: Unit
    period: Period
    comparator: Comparator = Comparator.EQ
    role: Role = Role.LEVEL
    source: str = ""
    note_zh: str = ""
    note_en: str = ""
    origin: Origin = Origin.PUBLISHED

    def __post_init__(self) -> None:
        """Check the value once, whichever door it came by."""
        _check_value(self.id, self.value)

    def note(self, language: str) -> str:
        """What a reader must know, in the chosen language."""
        return self.note_zh if language.startswith("zh") else self.note_en


@dataclass(frozen=True, slots=True)
class Pairing:
    """A curated link from a target to a figure, with the reason and what differs.

    `warning` is empty, ``scope``, ``period`` or ``measure``.

    Attributes
    ----------
    target_id, actual_id : ids of published figures
    role : how the figure bears on the target
    warning : what differs, and so the code of the caution that is shown
    note_en, note_zh : the difference or the reason in a sentence
    """

    target_id: str
    actual_id: str
    role: Role
    warning: str
    note_en: str
    note_zh: str
