"""Parameters and figures of Runs one by one: named, grouped, with their unit and direction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sanpin.app.web.runs.labels import (
    ASKED,
    BETTER,
    GROUPS,
    LABELS,
    MINUTES,
    SECONDS,
    SHARES,
    WORDS,
)
from sanpin.base import N_
from sanpin.factory.pages.words import TIMED
from sanpin.factory.service import UNITS
from sanpin.flows.scoreboard.figure import DEFINITIONS, Definition
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import DASH, Formats
from sanpin.kit.runs import Difference, MetricChange, scalars

__all__ = ["Group", "Measures"]

_DEFINITIONS: Mapping[str, Definition] = {one.key: one for one in DEFINITIONS}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FINGERPRINT = 12
_SCOREBOARD = "summary.scoreboard."


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together under a heading."""

    label: str
    rows: list[dict[str, Any]]


class Measures:
    """Write what Runs were asked and what came out, in one language.

    Parameters
    ----------
    asked : write what was asked, of which some names mean something else than in what came out
    """

    def __init__(self, language: str, *, asked: bool = False) -> None:
        self.formats = Formats(Translator(language))
        self.say = self.formats.translator.text
        self.labels = {**LABELS, **ASKED} if asked else LABELS

    def groups(self, values: Mapping[str, Any]) -> list[Group]:
        """Return single values, grouped, each as ``name, label, value``; lists are left out."""
        unit = UNITS.get(str(values.get("unit", "")), "")
        return self._grouped(
            (name, {"value": self._timed(name, self.text(name, value), unit)})
            for name, value in scalars(values)
            # What a search tells while it lasts is said again, for good, when it ends.
            if not (name == "step" and "steps" in values)
        )

    def _timed(self, name: str, text: str, unit: str) -> str:
        """Add the unit of the problem to what is a length of time in it."""
        timed = name == "setup_time" or name.removeprefix("terms.") in TIMED
        return f"{text} {self.say(unit)}" if unit and timed and text != DASH else text

    def compared(self, changes: Iterable[MetricChange]) -> list[Group]:
        """Return figures of two Runs, grouped: both values, change, and its direction."""
        return self._grouped((one.name, self._change(one)) for one in changes)

    def differing(self, differences: Iterable[Difference]) -> list[dict[str, Any]]:
        """Return parameters that two Runs were given differently."""
        return [
            {
                "name": one.name,
                "label": self.label(one.name),
                "a": self.text(one.name, one.a),
                "b": self.text(one.name, one.b),
            }
            for one in differences
        ]

    def _grouped(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> list[Group]:
        """Put rows under the headings of their names, in the order in which they come."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, row in rows:
            group = name.rpartition(".")[0]
            heading = self.say(GROUPS.get(group, group))
            found.setdefault(heading, []).append({"name": name, "label": self.label(name), **row})
        return [Group(label, members) for label, members in found.items()]

    def label(self, name: str) -> str:
        """What a value is called; its own name where nobody named it."""
        last = name.rpartition(".")[2]
        if name.startswith(_SCOREBOARD) and last in _DEFINITIONS:
            return self.say(_DEFINITIONS[last].label)
        return self.say(self.labels.get(name) or self.labels.get(last) or last)

    def text(self, name: str, value: object) -> str:
        """Write a value with its unit: shares as percent, lengths of time, days, yes and no."""
        if value is None or value == "":
            return DASH
        if isinstance(value, bool):
            return self.say(N_("yes") if value else N_("no"))
        if not isinstance(value, int | float):
            text, last = str(value), name.rpartition(".")[2]
            if text in WORDS.get(last, {}):
                return self.say(WORDS[last][text])
            # The beginning of a fingerprint tells it from others, and fits a narrow page.
            if last.endswith("_hash"):
                return text[:_FINGERPRINT]
            return self.formats.date(text, True) if _DAY.fullmatch(text) else text
        return self._number(name, value)

    def _number(self, name: str, value: float) -> str:
        """Write a number in its unit; a figure of the scoreboard in the one of its definition."""
        seconds = _seconds(name, value)
        last = name.rpartition(".")[2]
        if seconds is not None:
            return self._length(seconds)
        if last in SHARES and not name.startswith(_SCOREBOARD):
            return self.formats.percent(value)
        digits = 0 if float(value).is_integer() else 1 if abs(value) >= 100 else 3
        text = self.formats.number(value, digits)
        if name.startswith(_SCOREBOARD) and last in _DEFINITIONS:
            return f"{text} {self.say(_DEFINITIONS[last].unit)}"
        return text

    def _length(self, seconds: float) -> str:
        """Write a length of time in its two largest units; hours are not made into days.

        A plant's day has as many hours as its shifts, so that days of 24 would mislead.
        """
        if seconds < 60:
            digits = 0 if float(seconds).is_integer() else 1
            return self.say(N_("{amount} s"), amount=self.formats.number(seconds, digits))
        minutes, left = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [(hours, N_("{amount} h")), (minutes, N_("{amount} min"))]
        parts += [] if hours else [(left, N_("{amount} s"))]
        return " ".join(
            self.say(text, amount=self.formats.number(amount)) for amount, text in parts if amount
        )

    def _change(self, change: MetricChange) -> dict[str, Any]:
        """Return a figure of two Runs with the difference in words."""
        return {
            "a": self.text(change.name, change.a),
            "b": self.text(change.name, change.b),
            "difference": self._difference(change.name, change.difference),
            "relative": change.relative if change.difference else None,
            "direction": self._direction(change),
        }

    def _difference(self, name: str, difference: float | None) -> str:
        """Write a change with its sign and unit."""
        if difference is None:
            return DASH
        seconds, last = _seconds(name, abs(difference)), name.rpartition(".")[2]
        if seconds is not None:
            sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else "±"
            return sign + self._length(seconds)
        if last in SHARES and not name.startswith(_SCOREBOARD):
            return self.say(N_("{change} points"), change=self.formats.signed(100 * difference))
        return self.formats.signed(difference)

    def _direction(self, change: MetricChange) -> str:
        """Say which way a figure went, and whether that is good where it can be told."""
        if change.a == change.b:
            return self.say(N_("unchanged"))
        if change.difference is None:
            return self.say(N_("changed"))
        up, last = change.difference > 0, change.name.rpartition(".")[2]
        known = _DEFINITIONS.get(last) if change.name.startswith(_SCOREBOARD) else None
        better = known.better if known else BETTER.get(last, "")
        if better in ("up", "down"):
            word = N_("better") if (better == "up") == up else N_("worse")
        else:
            word = N_("more") if up else N_("less")
        return f"{'↑' if up else '↓'} {self.say(word)}"


def _seconds(name: str, value: float) -> float | None:
    """Return a value in seconds when its name says that it is a length of time."""
    last = name.rpartition(".")[2]
    word = "seconds" if name.startswith("step_seconds.") else last.rpartition("_")[2]
    if word in SECONDS:
        return value
    return 60 * value if word in MINUTES else None
