"""The published figure: one statement of one text, with all that the text says about it.

A figure is never changed after it was read. Targets are made from the figures of kind `target`,
measurements for them from the others, by the curated pairs of `engine.evidence`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sanpin.sector.model.period import UNKNOWN_PERIOD, Period
from sanpin.sector.model.scope import Scope
from sanpin.sector.model.words import Comparator, Kind, Mark, Pillar, Unit

__all__ = ["Figure"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a public text.

    Attributes
    ----------
    id, source : identifier of the row and name of the text, as in the file
    issuer_zh, issuer_en : who states it
    scope : region and sector in both languages
    indicator_zh, indicator_en : what is measured
    pillar, kind, comparator, unit : see the vocabularies
    value : in base units: single yuan, percent, pieces
    value_text : the words of the text
    period : when it holds; an end alone is an as-of date
    baseline : what a growth or a gap is measured against, in words
    note_en : what a reader must know before using it
    marks : why it enters no total, empty for ordinary figures
    """

    id: str
    source: str
    issuer_zh: str
    issuer_en: str
    scope: Scope
    indicator_zh: str
    indicator_en: str
    pillar: Pillar
    kind: Kind
    comparator: Comparator
    value: float
    unit: Unit
    value_text: str = ""
    period: Period = UNKNOWN_PERIOD
    baseline: str = ""
    note_en: str = ""
    marks: frozenset[Mark] = field(default_factory=frozenset)

    @property
    def counts(self) -> bool:
        """Whether it may enter totals and summaries.

        Class limits, list lengths and rows to verify are shown with their mark, but adding them up
        or counting them would make a measurement of what is none.
        """
        return not self.marks

    def indicator(self, language: str) -> str:
        """What is measured, in the chosen language."""
        return self.indicator_zh if language.startswith("zh") else self.indicator_en

    def issuer(self, language: str) -> str:
        """Who states it, in the chosen language."""
        return self.issuer_zh if language.startswith("zh") else self.issuer_en
