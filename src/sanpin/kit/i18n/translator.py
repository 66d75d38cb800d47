"""One reader's way of seeing texts, numbers, money and dates."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sanpin.base import Unit
from sanpin.kit.i18n.catalogues import plural, translate

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["Translator"]

_LOCALES = {"en": "en_GB", "zh-CN": "zh_Hans_CN"}

# CLDR patterns. Dates as people say them: Thu 15 Sep, 9月15日 周四.
_DATES = {
    ("en", False): "EEE d MMM",
    ("en", True): "EEE d MMM y",
    ("zh-CN", False): "M月d日 EEE",
    ("zh-CN", True): "y年M月d日 EEE",
}

_EMPTY = "–"


class Translator:
    """Speak one language.

    Formatting loads Babel on first use; texts alone need only the standard library.

    Parameters
    ----------
    language : ``en`` or ``zh-CN``
    zone : time zone for instants; the computer's own by default
    """

    def __init__(self, language: str = "en", zone: tzinfo | None = None) -> None:
        self.language = language
        self.zone = zone

    @cached_property
    def _locale(self) -> Locale:
        from babel import Locale

        return Locale.parse(_LOCALES.get(self.language, "en_GB"))

    def text(self, message: str, **fields: object) -> str:
        """Return a text of the catalogue with its fields filled in."""
        return translate(message, self.language, **fields)

    def plural(self, singular: str, several: str, count: int, **fields: object) -> str:
        """Return the form that fits `count`; ``{count}`` is one of its fields."""
        return plural(singular, several, count, self.language, **fields)

    def number(self, value: float | Decimal | None, digits: int | None = None) -> str:
        """Return a number with thousands separators and, if given, exactly `digits` decimals.

        Without `digits` up to three decimals are shown, as the language's own pattern says. What is
        not there is a dash, never a zero.
        """
        if value is None or value != value:  # NaN is the only value unlike itself
            return _EMPTY
        # A negative zero is written as zero, whichever of the two comes first.
        return _decimal(value or 0, digits, _LOCALES.get(self.language, "en_GB"))

    def percent(self, value: float | None, digits: int = 0) -> str:
        """Return a share in [0, 1] as a percentage."""
        if value is None or value != value:
            return _EMPTY
        from babel.numbers import format_percent

        pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
        return format_percent(value, format=pattern, locale=self._locale)

    def signed(self, value: float | None, digits: int = 0) -> str:
        """Return a change with its sign, a real minus included.

        The sign stays with zero as ``±``, so that a column of changes keeps its edge.
        """
        if value is None or value != value:
            return _EMPTY
        sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
        return sign + self.number(abs(value), digits)

    def money(self, value: float | Decimal | None, currency: str, digits: int | None = None) -> str:
        """Return an amount with its currency's sign; `currency` is an ISO 4217 code."""
        if value is None or value != value:
            return _EMPTY
        from babel.numbers import format_currency

        pattern = None if digits is None else "¤#,##0" + ("." + "0" * digits if digits else "")
        return format_currency(
            value,
            currency,
            format=pattern,
            locale=self._locale,
            currency_digits=digits is None,
        )

    def quantity(self, value: float | Decimal | None, unit: Unit, digits: int | None = None) -> str:
        """Return a number with the name of its unit."""
        return f"{self.number(value, digits)} {self.text(unit.label)}"

    def date(self, value: date | None, *, year: bool = False) -> str:
        """Return a day as people say it: ``Thu 15 Sep``, with the year if asked."""
        if value is None:
            return _EMPTY
        # Instants share the text of their day.
        day = value.date() if isinstance(value, datetime) else value
        pattern = _DATES.get((self.language, year), _DATES["en", year])
        return _day(day, pattern, _LOCALES.get(self.language, "en_GB"))

    def datetime(self, value: datetime | None, *, year: bool = False) -> str:
        """Return an instant as day and time in the reader's zone; naive ones are shown as is."""
        if value is None:
            return _EMPTY
        local = value.astimezone(self.zone) if value.tzinfo else value
        return f"{self.date(local, year=year)} {local:%H:%M}"

    def duration(self, seconds: float | None) -> str:
        """Return a length of time in its largest fitting unit."""
        if seconds is None:
            return _EMPTY
        from babel.dates import format_timedelta

        if seconds < 1:
            return f"{self.number(seconds, 2)} s"
        return format_timedelta(
            round(seconds), granularity="second", threshold=2, format="narrow", locale=self._locale
        )


LARGEST = 10**18
"""From here on nobody counts digits, and decimals of a fixed precision end."""


# A table writes the same numbers and days again and again, and Babel is slow at each of them.
@lru_cache(maxsize=65_536)
def _decimal(value: float | Decimal, digits: int | None, locale: str) -> str:
    """Write a number with exactly `digits` decimals, or as the locale does for None."""
    from babel.numbers import format_decimal, format_scientific

    if not -LARGEST < value < LARGEST:
        return format_scientific(value, format="0.###E0", locale=locale)
    pattern = "#,##0" + ("." + "0" * digits if digits else "") if digits is not None else None
    return format_decimal(value, format=pattern, locale=locale)


@lru_cache(maxsize=8_192)
def _day(value: date, pattern: str, locale: str) -> str:
    """Write a day by a pattern of the locale."""
    from babel.dates import format_date

    return format_date(value, format=pattern, locale=locale)
