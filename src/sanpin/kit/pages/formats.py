"""How values are written for people: the translator's formats, forgiving about what rows hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sanpin.base.units import UNITS
from sanpin.kit.i18n import Translator

__all__ = ["DASH", "Formats"]

DASH = "–"
"""Stands for a value that is not there; never a zero."""

_UNIT_LABELS = {unit.code: unit.label for unit in UNITS}


def _true_minus(text: str) -> str:
    """Replace the hyphen before a negative number by the sign that is as wide as a plus."""
    return text.replace("-", "\N{MINUS SIGN}")


def _decimals(value: float | None) -> int:
    """Return how many decimals a change deserves: none when whole, more when it is small."""
    size = abs(value or 0)
    if size >= 100 or float(size).is_integer():
        return 0
    return 1 if size >= 1 else 2 if size >= 0.1 else 3


class Formats:
    """Write numbers, dates and durations in one language.

    Every method takes what a row holds: None and empty texts become `DASH`, dates may be ISO
    texts, durations may be seconds or timedeltas.
    """

    def __init__(self, translator: Translator) -> None:
        self.translator = translator

    def number(self, value: float | Decimal | str | None, digits: int | None = None) -> str:
        """Write a number with thousands separators and, if given, exactly `digits` decimals."""
        if isinstance(value, str):
            return value or DASH
        return _true_minus(self.translator.number(value, digits))

    def signed(self, value: float | None, digits: int | None = None) -> str:
        """Write a change with its sign, by default with as many decimals as matter."""
        return self.translator.signed(value, _decimals(value) if digits is None else digits)

    def percent(self, value: float | None, digits: int = 1) -> str:
        """Write a share in [0, 1] as percent."""
        return _true_minus(self.translator.percent(value, digits))

    def money(
        self, value: float | Decimal | None, currency: str = "", digits: int | None = 2
    ) -> str:
        """Write an amount, with the sign of its currency when that is given."""
        if not currency:
            return self.translator.number(value, digits)
        return self.translator.money(value, currency, digits)

    def date(self, value: date | str | None, year: bool = False) -> str:
        """Write a day as people say it, with its weekday."""
        if isinstance(value, str):
            value = date.fromisoformat(value[:10]) if value else None
        return self.translator.date(value, year=year)

    def datetime(self, value: datetime | str | None, year: bool = False) -> str:
        """Write an instant as day and time in the reader's zone."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value) if value else None
        return self.translator.datetime(value, year=year)

    def duration(self, value: float | timedelta | None) -> str:
        """Write a length of time given in seconds or as a timedelta."""
        seconds = value.total_seconds() if isinstance(value, timedelta) else value
        return self.translator.duration(seconds)

    def unit(self, code: str | None) -> str:
        """Write the name of a unit given by its code; unknown codes stay as they are."""
        return self.translator.text(_UNIT_LABELS.get(code, code)) if code else ""
