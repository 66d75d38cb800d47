"""Numbers as people write them: separators, currency signs, percent, full-width digits."""

from __future__ import annotations

import polars as pl

__all__ = ["to_decimal", "to_integer"]

_CURRENCY = r"^(?:RMB|CNY|USD|EUR|GBP|US\$|HK\$|[¥$€£])|(?:元|RMB|CNY|USD|EUR|GBP|[¥$€£])$"
_GROUPED = r"^[+-]?\d{1,3}(?:[, '’]\d{3})+(?:\.\d+)?$"
_PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
_IN_BRACKETS = r"^\((.*)\)$"
_MINUS_LAST = r"^([^-]+)-$"
_MINUS_FIRST = r"^-\s*(.*)$"
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
    """Read the cells that no plain cast understands: signs, currency, separators, factors."""
    text = texts.str.normalize("NFKC").str.strip_chars().str.replace_all("[−–—]", "-")
    # A minus may stand before the currency or behind it, at the end, or be a bracket.
    signs = [text.str.contains(pattern) for pattern in (_IN_BRACKETS, _MINUS_LAST, _MINUS_FIRST)]
    for pattern in (_IN_BRACKETS, _MINUS_LAST, _MINUS_FIRST):
        text = text.str.replace(pattern, "$1")
    text = text.str.replace_all(_CURRENCY, "").str.strip_chars()
    factor = _factors(text)
    text = text.str.replace(r"\s*[%‰万亿]$", "")
    signs.append(text.str.starts_with("-"))
    grouped = text.str.contains(_GROUPED)
    text = text.str.replace_all("[, '’]", "").zip_with(grouped, text)
    number = text.str.replace("^[+-]", "").cast(pl.Float64, strict=False)
    minuses = sum((sign.cast(pl.Int8) for sign in signs[1:]), signs[0].cast(pl.Int8))
    # Two signs of a minus, such as --5, leave it open what was meant.
    good = text.str.contains(_PLAIN) & number.is_finite() & (minuses <= 1)
    signed = number * factor * (1 - 2 * minuses)
    return pl.select(pl.when(good).then(signed)).to_series()


def _factors(text: pl.Series) -> pl.Series:
    """Return what the last letter multiplies the number by: percent, ten thousand and so on."""
    last = text.str.slice(-1)
    return last.replace_strict(
        {"%": 0.01, "‰": 0.001, "万": 1e4, "亿": 1e8}, default=1.0, return_dtype=pl.Float64
    )
