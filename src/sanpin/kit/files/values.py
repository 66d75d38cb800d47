"""Values: one column of text made into the type of its field, faults named by row.

`convert` is the only door. Columns that come as text are read as people write them; columns of a
Parquet file keep their type and are only cast without loss. A fault never stops the column: every
bad cell of a file is found in one reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from sanpin.base import N_
from sanpin.kit.files.dates import AMBIGUOUS_DATE, is_ambiguous_date, to_datetime
from sanpin.kit.files.kinds import Field
from sanpin.kit.files.numbers import to_decimal, to_integer
from sanpin.kit.files.raw import UNSAVED

__all__ = ["DTYPES", "Fault", "convert"]

DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "boolean": pl.Boolean(),
}
"""Type of the stored column for each type of a field."""

# What people write into a cell that has no value, in lower case.
_NOTHING = ("-", "--", "—", "——", "/", "\\", "n/a", "na", "null", "none", "nan", "#n/a", "无")
_TRUE = ("true", "t", "yes", "y", "1", "1.0", "是", "√", "✓", "真", "on")
_FALSE = ("false", "f", "no", "n", "0", "0.0", "否", "×", "✗", "x", "假", "off")


@dataclass(frozen=True)
class Fault:
    """A reason with the rows it applies to: ``rows`` is a Boolean series over the column.

    Attributes
    ----------
    code : stable dotted code of the finding
    reason : catalogue key, which may name ``{limit}``
    rows : Boolean series over the column
    limit : what the value was compared with, as text
    """

    code: str
    reason: str
    rows: pl.Series
    limit: str = ""


_NOT: dict[str, tuple[str, str]] = {
    "integer": ("files.value.not_whole", N_("This is not a whole number.")),
    "decimal": ("files.value.not_a_number", N_("This is not a number.")),
    "date": ("files.value.not_a_date", N_("This is not a date that can be.")),
    "datetime": ("files.value.not_a_date", N_("This is not a date that can be.")),
    "boolean": ("files.value.not_yes_or_no", N_("This is neither yes nor no.")),
    "text": ("files.value.not_text", N_("This is not text.")),
}
_FORMULA = N_(
    "The cell holds a formula without a saved result; open the file in a spreadsheet program "
    "and save it."
)
_DAY_OR_MONTH = N_("Day and month cannot be told apart; write dates as 2025-03-08.")


def convert(values: pl.Series, field: Field) -> tuple[pl.Series, list[Fault]]:
    """Return the column in the field's type, null where it has faults, and the faults.

    Parameters
    ----------
    values : the cells of one column, of any type
    field : what they should be
    """
    texts = _texts(values)
    unsaved = pl.repeat(value=False, n=len(values), eager=True)
    if texts is None:
        typed = _from_typed(values, field)
        given = values.is_not_null()
    else:
        unsaved = (texts == UNSAVED).fill_null(value=False)
        texts = _meant(texts.set(unsaved, None), field)
        typed = _CONVERT[field.type](texts)
        given = texts.is_not_null()
    unread = given & typed.is_null()
    code, reason = _NOT[field.type]
    if texts is not None and field.type in {"date", "datetime"} and unread.any():
        # The column as a whole decides, so its dates are all doubtful or none of them is.
        doubtful = unread & texts.str.contains(AMBIGUOUS_DATE)
        if doubtful.any() and is_ambiguous_date(texts):
            faults = [Fault("files.value.day_or_month", _DAY_OR_MONTH, doubtful)]
            unread = unread & ~doubtful
        else:
            faults = []
        faults.append(Fault(code, reason, unread))
    else:
        faults = [Fault(code, reason, unread)]
    if field.required:
        missing = ~given & ~unsaved
        faults.append(Fault("files.value.missing", N_("A value is missing here."), missing))
    faults.append(Fault("files.value.formula", _FORMULA, unsaved))
    faults += _limit_faults(typed, field)
    if field.choices:
        typed, fault = _choose(typed, field)
        faults.append(fault)
    return typed, [fault for fault in faults if fault.rows.any()]


def _texts(values: pl.Series) -> pl.Series | None:
    """Return the column as text when it is text (or holds nothing), else None."""
    if values.dtype in (pl.String, pl.Null):
        return values.cast(pl.String)
    if values.dtype in (pl.Categorical, pl.Enum):
        return values.cast(pl.String)
    return None


def _meant(texts: pl.Series, field: Field) -> pl.Series:
    """Take away the guard of exported texts, and the signs that stand for no value."""
    texts = texts.str.strip_chars()
    if field.type == "text":
        meant = texts.str.replace(r"^'('*[=+\-@\t\r])", "$1").str.strip_chars()
        return pl.select(pl.when(meant != "").then(meant)).to_series()
    nothing = texts.str.to_lowercase().is_in(_NOTHING) | (texts == "")
    return pl.select(pl.when(~nothing).then(texts)).to_series()


def _from_typed(values: pl.Series, field: Field) -> pl.Series:
    """Cast a column that came with a type of its own, without loss."""
    target = DTYPES[field.type]
    if field.type == "text":
        if values.dtype.is_float():
            whole = values.cast(pl.Int64, strict=False)
            plain = whole.cast(pl.String)
            same = (whole.cast(pl.Float64) == values.cast(pl.Float64)).fill_null(value=False)
            return plain.zip_with(same, values.cast(pl.String))
        if values.dtype.is_nested() or values.dtype == pl.Binary:
            return pl.Series(values.name, [None] * len(values), dtype=pl.String)
        return values.cast(pl.String, strict=False)
    if values.dtype.is_temporal() != (field.type in {"date", "datetime"}):
        return pl.Series(values.name, [None] * len(values), dtype=target)
    if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
        return pl.Series(values.name, [None] * len(values), dtype=target)
    # The wall time counts, as it does for text with an offset.
    if isinstance(values.dtype, pl.Datetime) and values.dtype.time_zone:
        values = values.dt.replace_time_zone(None)
    if values.dtype in (pl.Time, pl.Duration):
        return pl.Series(values.name, [None] * len(values), dtype=target)
    typed = values.cast(target, strict=False)
    if field.type == "integer" and (values.dtype.is_float() or values.dtype.is_decimal()):
        # A cast would cut 12.5 to 12 in silence.
        exact = (typed.cast(pl.Float64) == values.cast(pl.Float64)).fill_null(value=False)
        typed = pl.select(pl.when(exact).then(typed)).to_series()
    if field.type == "decimal":
        typed = pl.select(pl.when(typed.is_finite()).then(typed)).to_series()
    return typed


def _to_boolean(texts: pl.Series) -> pl.Series:
    """Yes and no in both languages, and the ticks and crosses of paper forms."""
    lower = texts.str.normalize("NFKC").str.to_lowercase()
    known = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
    return lower.replace_strict(known, default=None, return_dtype=pl.Boolean)


_CONVERT: dict[str, Callable[[pl.Series], pl.Series]] = {
    "text": lambda texts: texts,
    "integer": to_integer,
    "decimal": to_decimal,
    "date": lambda texts: to_datetime(texts).cast(pl.Date),
    "datetime": to_datetime,
    "boolean": _to_boolean,
}


def _limit_faults(typed: pl.Series, field: Field) -> list[Fault]:
    """Values beyond the limits of the field, which are allowed values themselves."""
    faults = []
    # A limit of days holds for the whole day, so a time is compared by its day.
    days = isinstance(typed.dtype, pl.Datetime)
    compared = typed.cast(pl.Date) if days else typed
    if field.minimum is not None:
        below = (compared < _limit(field.minimum)).fill_null(value=False)
        reason = N_("This is less than {limit}, the least that can be.")
        faults.append(Fault("files.value.too_small", reason, below, str(field.minimum)))
    if field.maximum is not None:
        above = (compared > _limit(field.maximum)).fill_null(value=False)
        reason = N_("This is more than {limit}, the most that can be.")
        faults.append(Fault("files.value.too_large", reason, above, str(field.maximum)))
    return faults


def _limit(value: float | str) -> float | date:
    """Limit in the type of the column; limits of days are written as ISO text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _choose(typed: pl.Series, field: Field) -> tuple[pl.Series, Fault]:
    """Write choices as the field spells them; anything else is a fault."""
    spelled = {choice.lower(): choice for choice in field.choices}
    chosen = typed.str.to_lowercase().replace_strict(spelled, default=None, return_dtype=pl.String)
    reason = N_("This is not one of: {limit}.")
    wrong = typed.is_not_null() & chosen.is_null()
    return chosen, Fault("files.value.not_a_choice", reason, wrong, ", ".join(field.choices))
