"""Fixtures of the domain: the published side, and targets made for one question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sanpin.sector.engine import Published
from sanpin.sector.model import (
    Comparator,
    Direction,
    Measure,
    Observation,
    Pillar,
    Scope,
    Target,
    Unit,
    parse_period,
)
from sanpin.sector.service import library

PLACE = Scope("重庆市", "Chongqing", "五金", "hardware")


@pytest.fixture(scope="session")
def published() -> Published:
    """Give the packaged figures, targets and tasks."""
    return library()


@pytest.fixture
def make_target() -> Callable[..., Target]:
    """Give a maker of targets; what is not asked for is an amount of 200 due in 2025."""

    def make(**changes: Any) -> Target:
        due = changes.pop("due", "2025")
        start = changes.pop("start", "2022")
        given: dict[str, Any] = {
            "id": "t",
            "indicator_zh": "产值",
            "indicator_en": "output",
            "scope": PLACE,
            "pillar": Pillar.SCALE,
            "comparator": Comparator.GE,
            "direction": Direction.INCREASE,
            "measure": Measure.AMOUNT,
            "value": 200.0,
            "unit": Unit.CNY,
            "period": parse_period(start, due),
        }
        return Target(**{**given, **changes})

    return make


@pytest.fixture
def seen() -> Callable[[float, str], Observation]:
    """Give a maker of measurements."""

    def make(value: float, period: str) -> Observation:
        return Observation(value, parse_period(period), (f"a_{period}",))

    return make
