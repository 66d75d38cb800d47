"""Whole numbers as commands take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter, Token, convert

__all__ = ["Whole"]


def _whole(_type: Any, tokens: Sequence[Token]) -> Any:
    """Convert a whole number; a fraction, which the library would round, is wrong usage."""
    if "." in tokens[0].value:
        raise ValueError
    return convert(int, tokens)


Whole = Annotated[int, Parameter(converter=_whole)]
