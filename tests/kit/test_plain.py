"""Values as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from sanpin.kit.plain import dump, plain


class Colour(StrEnum):
    """An enum."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Row:
    """A record."""

    day: date
    colour: Colour


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Row(date(2025, 9, 15), Colour.RED), {"day": "2025-09-15", "colour": "red"}),
        (datetime(2025, 9, 15, 8, tzinfo=UTC), "2025-09-15T08:00:00Z"),
        (Decimal("12.50"), 12.5),
        (Decimal("12"), 12),
        ({3: 1}, {"3": 1}),
        ({"b", "a"}, ["a", "b"]),
        (np.float64(0.5), 0.5),
        (np.array([1, 2]), [1, 2]),
        (np.array(["a"]), ["a"]),
        (Path("a/b"), "a/b"),
        (MappingProxyType({"x": (1, None)}), {"x": [1, None]}),
        (float("nan"), None),
        (float("inf"), None),
        ("瓷盘", "瓷盘"),
    ],
)
def test_values_become_plain_json(value: object, expected: object) -> None:
    """What a reader of the document gets."""
    assert plain(value) == expected
    assert json.loads(dump(value, indent=True)) == expected


def test_what_has_no_form_is_refused() -> None:
    """Rather than written as something that nobody can read back."""
    with pytest.raises(TypeError):
        dump(object())
