"""Numbers as people write them: separators, currency signs, percent, full-width digits."""

from __future__ import annotations

import polars as pl

__all__ = ["to_decimal", "to_integer"]

_CURRENCY = r"^(?:RMB|CNY|USD|EUR|GBP|US\$|HK\$|[¥$€£])|(?:元|RMB|CNY|USD|EUR|GBP|[¥$€£])$"
_GROUPED = r"^[+-]?\d{1,3}(?:[, '’]\d{3})+(?:\.\d+)?$"
_PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
_EXACT = 2.0**53


def to_decimal(texts: pl.Series) -> pl.Series:
    """Convert text to 64-bit floats; null where it is no finite number.

    Understood are ``1,234.50``, ``1 234``, ``１２３``, ``¥12``, ``12元``, ``5%`` (0.05),
    ``(12)`` and ``12-`` (negative), ``1.2万`` and ``1.2e4``. A decimal comma is not: it
    cannot be told from a separator of thousands.
    """
    fast = texts.cast(pl.Float64, strict=False)
    odd = (texts.is_not_null() & fast.is_null()) | ~fast.is_finite().fill_null(value=True)
    if odd.any():
        spelled = _spelled_numbers(texts.filter(odd))
        fast = fast.scatter(odd.arg_true(), spelled)
    return fast


def to_integer(texts: pl.Series) -> pl.Series:
    """Convert text to 64-bit integers; null where it is no whole number.

    ``12.0`` is whole, ``12.5`` is not; a whole number beyond 2**53 must be written plainly.
    """
    fast = texts.cast(pl.Int64, strict=False)
    odd = texts.is_not_null() & fast.is_null()
    if odd.any():
        number = to_decimal(texts.filter(odd))
        whole = number.is_finite() & (number.floor() == number) & (number.abs() <= _EXACT)
        exact = pl.select(pl.when(whole).then(number)).to_series()
        fast = fast.scatter(odd.arg_true(), exact.cast(pl.Int64))
    return fast


def _spelled_numbers(texts: pl.Series) -> pl.Series:
    text = texts.str.normalize("NFKC").str.strip_chars()
    text = text.str.replace_all("[−–—]", "-")
    accounting = text.str.contains(r"^\(.*\)$")
    trailing = text.str.contains(r"^[^-]+-$")
    sign = (
        pl.Series([-1.0])
        .new_from_index(0, len(text))
        .zip_with(accounting | trailing, pl.Series([1.0]).new_from_index(0, len(text)))
    )
    text = text.str.replace(r"^\((.*)\)$", "$1").str.replace(r"^([^-]+)-$", "$1")
    # The sign may stand before the currency or behind it.
    minus = text.str.starts_with("-")
    text = text.str.replace(r"^-\s*", "").str.replace_all(_CURRENCY, "").str.strip_chars()
    factor = _factors(text)
    text = text.str.replace(r"\s*[%‰万亿]$", "")
    grouped = text.str.contains(_GROUPED)
    text = text.str.replace_all("[, '’]", "").zip_with(grouped, text)
    number = text.str.replace(r"^\+", "").cast(pl.Float64, strict=False)
    good = text.str.contains(_PLAIN) & number.is_finite()
    signed = number * factor * sign * minus.cast(pl.Float64).replace({1.0: -1.0, 0.0: 1.0})
    return pl.select(pl.when(good).then(signed)).to_series()


def _factors(text: pl.Series) -> pl.Series:
    """Return what the last letter multiplies the number by: percent, ten thousand and so on."""
    last = text.str.slice(-1)
    return last.replace_strict(
        {"%": 0.01, "‰": 0.001, "万": 1e4, "亿": 1e8}, default=1.0, return_dtype=pl.Float64
    )
