"""Decisions in words: the sentence that answers the page, and why each of them stands there.

A kept decision is a text with fields, not a sentence: it is written when someone reads it, in
the reader's language and with the reader's way to write numbers, days and names.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from sanpin.base import N_
from sanpin.flows.cockpit.decisions import Decision, DecisionKind, counted, in_language
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import Formats

__all__ = ["DecisionWords", "decisions_frame"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LATENESS = re.compile(r"([\d.]+) ([dh])")
_LATENESS_TEXTS = {"d": N_("{amount} d"), "h": N_("{amount} h")}


class DecisionWords:
    """Write decisions in one language."""

    def __init__(self, language: str) -> None:
        self.translator = Translator(language)
        self.say = self.translator.text
        self.formats = Formats(self.translator)

    def answer(self, decisions: Sequence[Decision], days: int) -> str:
        """One sentence with the counts of each kind in bold."""
        counts = counted(decisions)
        parts = [
            self._counted(kind, counts[kind], days) for kind in DecisionKind if counts[kind.value]
        ]
        if not parts:
            return self.say(N_("**Nothing** needs a decision today."))
        return self.say(N_("{list}."), list=self.say(N_(", ")).join(parts))

    def _counted(self, kind: DecisionKind, count: int, days: int) -> str:
        """Return how many decisions of a kind there are, as a part of the sentence."""
        words, fields = self.translator, {"n": self.formats.number(count), "days": days}
        if kind is DecisionKind.LATE:
            return words.plural(
                "**{n} order** will be late", "**{n} orders** will be late", count, **fields
            )
        if kind is DecisionKind.SHORT:
            return words.plural(
                "**{n} item** runs out within {days} days",
                "**{n} items** run out within {days} days",
                count,
                **fields,
            )
        if kind is DecisionKind.OVERLOAD:
            return words.plural(
                "**{n} resource** is full", "**{n} resources** are full", count, **fields
            )
        return words.plural("**{n} lot** is on hold", "**{n} lots** are on hold", count, **fields)

    def why(self, decision: Decision) -> str:
        """Cause of a decision with its figures; ``**`` stays around what is bold."""
        raw = _formatted_fields(decision.why)
        fields = {
            # A field to which the text itself gives a format must stay a number.
            name: value if name in raw else self._field(value)
            for name, value in decision.fields.items()
        }
        return self.say(decision.why, **fields)

    def _field(self, value: object) -> str:
        """Write one value of a cause as people read it.

        Fields have been through JSON: days are texts again, and lateness is a number with its unit.
        """
        if isinstance(value, int | float):
            return self.formats.number(value, 0 if float(value).is_integer() else 1)
        if isinstance(value, Mapping):
            return in_language(value, self.translator.language)
        text = str(value)
        day = _day(text)
        if day:
            return self.formats.date(day)
        late = _LATENESS.fullmatch(text)
        if late:
            return self.say(_LATENESS_TEXTS[late[2]], amount=late[1])
        return self.say(text)

    def thing(self, decision: Decision) -> str:
        """What a decision is about."""
        return in_language(decision.thing, self.translator.language)

    def row(self, decision: Decision) -> dict[str, Any]:
        """Arguments of the macro that lists a decision."""
        return {
            "kind": decision.kind.status,
            "word": self.say(decision.kind.word),
            "thing": self.thing(decision),
            "url": decision.url,
            "why": self.why(decision),
        }

    def record(self, decision: Decision) -> dict[str, Any]:
        """One decision for machines, its cause also as a sentence without bold marks."""
        return {
            "kind": decision.kind.value,
            "subject": decision.subject,
            "thing": self.thing(decision),
            "why": self.why(decision).replace("**", ""),
            "url": decision.url,
            "weight": decision.weight,
            "fields": {
                name: self._field(value) if isinstance(value, Mapping) else value
                for name, value in decision.fields.items()
            },
        }


def _day(text: str) -> date | None:
    """Read a day from a text; None for what only looks like one, such as the name of a lot."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _formatted_fields(text: str) -> frozenset[str]:
    """Return the fields to which the text itself gives a format, such as ``{share:.0%}``."""
    parts = string.Formatter().parse(text)
    return frozenset(name for _, name, format_, _ in parts if name and format_)


def decisions_frame(decisions: Sequence[Decision], words: DecisionWords) -> pl.DataFrame:
    """Return decisions as a table, one column for each field that any of them has."""
    records = [words.record(one) for one in decisions]
    names = list(dict.fromkeys(name for record in records for name in record["fields"]))
    columns: dict[str, pl.Series] = {
        name: pl.Series([record[name] for record in records], dtype=pl.String)
        for name in ("kind", "subject", "thing", "why", "url")
    }
    for name in names:
        columns[name] = _column([record["fields"].get(name) for record in records])
    return pl.DataFrame(columns)


def _column(values: Sequence[Any]) -> pl.Series:
    """Return values as numbers when all are, else as text."""
    if all(value is None or isinstance(value, int | float) for value in values):
        return pl.Series(values, dtype=pl.Float64)
    return pl.Series([None if v is None else str(v) for v in values], dtype=pl.String)


HEADINGS: Mapping[str, str] = {
    "kind": N_("Kind"),
    "subject": N_("Code"),
    "thing": N_("What"),
    "why": N_("Why"),
    "url": N_("Page"),
    "due": N_("Due"),
    "late": N_("Late by"),
    "resource": N_("Resource"),
    "day": N_("Runs out"),
    "chance": N_("Probability"),
    "stock": N_("In stock"),
    "wanted": N_("Expected demand"),
    "share": N_("Busy share of the open time"),
    "span": N_("Of days"),
    "peak": N_("Fullest day"),
    "site": N_("Site"),
    "scrap": N_("Pieces spoiled"),
    "started": N_("Pieces started"),
}
"""What stands above the columns of a download."""
