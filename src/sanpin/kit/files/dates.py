"""Dates and times as people write them, Chinese, ISO, Excel serial numbers and others.

Most columns are ISO and go the quick way as a whole; only the cells that it leaves over are taken
apart by patterns. A day that could be a month is decided by the column, never cell by cell: one 25
among the firsts shows that the first number is the day.
"""

from __future__ import annotations

import polars as pl

__all__ = ["AMBIGUOUS_DATE", "is_ambiguous_date", "to_datetime"]

_CLOCK = (
    r"(?:[T\s]*(?P<half>上午|下午|AM|PM|am|pm)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})分?"
    r"(?::?(?P<second>\d{1,2})秒?)?(?:[.,](?P<fraction>\d{1,9}))?\s*(?P<after>AM|PM|am|pm)?)?"
    r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?$"
)
_YEAR_FIRST = (
    r"^(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?" + _CLOCK
)
_YEAR_LAST = r"^(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4})" + _CLOCK
_COMPACT = (
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?$"
)
# Five digits before the point: 1954 to 2119, while codes and quantities are mostly shorter.
_SERIAL = r"^\d{5}(?:\.\d+)?$"

AMBIGUOUS_DATE = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
"""Dates whose day and month cannot be told apart one by one."""

_MONTHS = {
    name: str(number)
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_EXCEL_EPOCH_DAYS = 25_569  # from 1899-12-30 to 1970-01-01


def to_datetime(texts: pl.Series) -> pl.Series:
    """Convert text to date-times without zone; null where it is no possible date.

    Understood are ``2025-03-08 10:20``, ``2025/3/8``, ``2025年3月8日 10时20分``,
    ``20250308``, ``8-Mar-2025``, Excel serial numbers, and day or month first when the
    column shows which of the two it is. An offset is read over: the wall time counts.
    """
    fast = texts.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    odd = texts.is_not_null() & fast.is_null()
    # Years beyond the plausible go the careful way too, which refuses them.
    odd = odd | ~fast.dt.year().is_between(1900, 2199).fill_null(value=True)
    if odd.any():
        fast = fast.scatter(odd.arg_true(), _spelled_dates(texts.filter(odd)))
    return fast


def is_ambiguous_date(texts: pl.Series) -> bool:
    """Say whether a column writes day and month in an order that nothing in it tells.

    True also for a single date such as 03/08/2025, which alone tells nothing.
    """
    first, second = _parts(texts)
    return first is not None and second is not None and first <= 12 and second <= 12


def _parts(texts: pl.Series) -> tuple[int | None, int | None]:
    """Return the largest first and second number of the dates that end with the year."""
    found = texts.str.normalize("NFKC").str.strip_chars().str.extract_groups(_YEAR_LAST)
    largest = [found.struct.field(part).cast(pl.Int64).max() for part in ("one", "two")]
    first, second = (one if isinstance(one, int) else None for one in largest)
    return first, second


def _spelled_dates(texts: pl.Series) -> pl.Series:
    """Read the cells that are not plain ISO by each pattern in turn; the first that fits counts."""
    text = _month_numbers(texts.str.normalize("NFKC").str.strip_chars())
    first, second = _parts(text)
    candidates = [
        _assemble(text.str.extract_groups(pattern)) for pattern in (_YEAR_FIRST, _COMPACT)
    ]
    if first is not None and second is not None:
        groups = text.str.extract_groups(_YEAR_LAST)
        if first > 12:
            candidates.append(_assemble(groups, day="one", month="two"))
        elif second > 12:
            candidates.append(_assemble(groups, day="two", month="one"))
    candidates.append(_serial(text))
    return pl.select(pl.coalesce(candidates)).to_series()


def _month_numbers(text: pl.Series) -> pl.Series:
    """Write ``8-Mar-2025`` and ``Mar 8, 2025`` as year, month, day."""
    named = text.str.to_lowercase().str.extract_groups(
        r"^(?:(?P<d1>\d{1,2})[\s-])?(?P<name>[a-z]{3})[a-z]*[\s.-]+(?:(?P<d2>\d{1,2}),?\s+)?"
        r"(?P<year>\d{4})(?P<rest>.*)$"
    )
    part = named.struct.field
    number = part("name").replace_strict(_MONTHS, default=None, return_dtype=pl.String)
    day = pl.select(pl.coalesce(part("d1"), part("d2"))).to_series()
    written = part("year") + "-" + number + "-" + day + part("rest")
    return pl.select(pl.coalesce(written, text)).to_series()


def _assemble(groups: pl.Series, *, day: str = "day", month: str = "month") -> pl.Series:
    """Put the parts together; a part that no calendar or clock has makes the whole null."""
    names = {field.name for field in groups.dtype.fields}  # type: ignore[attr-defined]

    def part(name: str, default: str) -> pl.Expr:
        """Part of the pattern, or its default where the pattern has no such group."""
        return pl.col(name).fill_null(default) if name in names else pl.lit(default)

    half = pl.coalesce(
        [pl.col(name) for name in ("half", "after") if name in names] or [pl.lit("")]
    ).str.to_lowercase()
    hour = part("hour", "0").cast(pl.Int64)
    afternoon = half.is_in(["pm", "下午"]) & (hour < 12)
    midnight = half.is_in(["am", "上午"]) & (hour == 12)
    hour = pl.when(afternoon).then(hour + 12).when(midnight).then(0).otherwise(hour)
    text = pl.format(
        "{}-{}-{} {}:{}:{}.{}",
        pl.col("year"),
        pl.col(month).str.zfill(2),
        pl.col(day).str.zfill(2),
        hour.cast(pl.String).str.zfill(2),
        part("minute", "0").str.zfill(2),
        part("second", "0").str.zfill(2),
        part("fraction", "0").str.slice(0, 6).str.pad_end(6, "0"),
    )
    moment = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.6f", strict=False, time_unit="us")
    plausible = pl.col("year").cast(pl.Int64).is_between(1900, 2199)
    return groups.struct.unnest().select(pl.when(plausible).then(moment)).to_series()


def _serial(text: pl.Series) -> pl.Series:
    """Read the days since 1899-12-30 that Excel keeps, between 1954 and 2119."""
    days = text.str.contains(_SERIAL)
    number = text.cast(pl.Float64, strict=False)
    microseconds = ((number - _EXCEL_EPOCH_DAYS) * 86_400).round() * 1_000_000
    plausible = days & number.is_between(20_000, 80_000)
    kept = pl.select(pl.when(plausible).then(microseconds)).to_series()
    return kept.cast(pl.Int64).cast(pl.Datetime("us"))
