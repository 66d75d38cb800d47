"""Figures in words: values with fitting decimals, changes with their direction, tiles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sanpin.base import N_
from sanpin.flows.scoreboard.figure import Figure, Pillar
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import DASH, Formats

__all__ = ["FigureWords", "pillar_tiles"]

_POINTS = N_("{change} points")


class FigureWords:
    """Write figures of the scoreboard in one language."""

    def __init__(self, language: str) -> None:
        self.say = Translator(language).text
        self.formats = Formats(Translator(language))

    def value(self, figure: Figure, value: float | None) -> str:
        """Number of a figure without its unit; a dash where the data cannot tell."""
        return DASH if value is None else self.formats.number(value, _digits(figure, value))

    def unit(self, figure: Figure) -> str:
        """Name of the figure's unit."""
        return self.say(figure.definition.unit)

    def amount(self, figure: Figure, value: float | None) -> str:
        """Number with its unit."""
        return DASH if value is None else f"{self.value(figure, value)} {self.unit(figure)}"

    def change(self, figure: Figure) -> str | int | None:
        """Signed change; 0 when it rounds to nothing, None when nothing is known of before.

        Percent figures change by points: from 10 % to 12 % is 2 points, not 2 %.
        """
        if figure.change is None or figure.value is None:
            return None
        digits = _digits(figure, figure.value)
        if not round(figure.change, digits):
            return 0
        text = self.formats.signed(figure.change, digits)
        return self.say(_POINTS, change=text) if figure.definition.unit == "%" else text

    def verdict(self, figure: Figure) -> str:
        """Word beside the change, so that colour is never the only sign."""
        change = self.change(figure)
        if change is None:
            return self.say(N_("nothing to compare yet"))
        if change == 0:
            return self.say(N_("unchanged"))
        if figure.improved is None:
            return self.say(N_("than before"))
        return self.say(N_("better")) if figure.improved else self.say(N_("worse"))

    def span(self, figure: Figure) -> str:
        """First and last day of the figure's period."""
        start, last = figure.period.start, figure.period.last
        return f"{self.formats.date(start)} – {self.formats.date(last, True)}"

    def tile(self, figure: Figure) -> dict[str, Any]:
        """Arguments of the macro that draws a tile."""
        known = [value for value in figure.history if value is not None]
        improved = figure.improved
        return {
            "label": self.say(figure.definition.label),
            "value": self.value(figure, figure.value),
            "unit": self.unit(figure) if figure.value is not None else "",
            "change": self.change(figure),
            "change_word": self.verdict(figure),
            "good": "" if improved is None else figure.definition.better,
            "spark": list(figure.history) if len(known) > 1 else None,
            "sample": figure.sample,
            "simulated": figure.simulated,
            "href": f"/scoreboard/{figure.definition.key}",
        }

    def cell(self, value: object) -> object:
        """Write what a table would show too shortly: days get their year; true is yes."""
        if isinstance(value, bool):
            return self.say(N_("yes")) if value else self.say(N_("no"))
        return self.formats.date(value, True) if isinstance(value, date) else value

    def formula(self, figure: Figure) -> tuple[str, str]:
        """Name and formula of a figure."""
        return self.say(figure.definition.label), self.say(figure.definition.formula)


def _digits(figure: Figure, value: float) -> int:
    """Choose decimals: none for counts and large numbers, three for an index up to one."""
    if figure.definition.unit.startswith("index"):
        return 3
    if figure.definition.unit == "%":
        return 1
    return 0 if abs(value) >= 100 or float(value).is_integer() else 1


def pillar_tiles(
    figures: Sequence[Figure], words: FigureWords
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Group tiles by pillar: its id, its goal, its tiles; pillars without figures are left out.

    Parameters
    ----------
    figures : in reading order, which their tiles keep
    """
    groups = []
    for pillar in Pillar:
        tiles = [words.tile(one) for one in figures if one.definition.pillar is pillar]
        if tiles:
            groups.append((pillar.value, words.say(pillar.goal), tiles))
    return groups
