"""Any of our values as JSON: dataclasses, enums, instants, decimals, arrays, paths."""

from __future__ import annotations

from collections.abc import Set
from decimal import Decimal
from pathlib import PurePath
from typing import Any

import orjson

__all__ = ["dump", "plain"]

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


def _other(value: object) -> object:
    """Return a JSON-like stand-in for a type that the encoder does not know."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Set):
        return sorted(value, key=str)
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "items"):
        return dict(value.items())
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def dump(value: object, *, indent: bool = False) -> bytes:
    """Return a value as one JSON document; NaN and infinities become null.

    Parameters
    ----------
    value : nested dataclasses, mappings, sequences, sets, enums, dates, decimals, paths and arrays
    indent : for people

    Raises
    ------
    TypeError
        for anything else, rather than writing what nobody can read back
    """
    return orjson.dumps(
        value, default=_other, option=_OPTIONS | (orjson.OPT_INDENT_2 if indent else 0)
    )


def plain(value: object) -> Any:
    """Return a value as the plain JSON value that a reader of `dump` would get."""
    return orjson.loads(dump(value))
