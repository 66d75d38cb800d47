"""Sparklines and target bars stay inside their boxes and say what the values say."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sanpin.kit.pages.drawing import spark_line, target_bar

values = st.lists(
    st.none() | st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False), max_size=40
)


def points(path: str) -> list[tuple[float, float]]:
    """Read the points of an SVG path."""
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


@given(values)
def test_spark_stays_inside(series: list[float | None]) -> None:
    """Every point lies in the box; known values and points are as many."""
    spark = spark_line(series)
    known = [v for v in series if v is not None]
    assert (spark is None) == (not known)
    if spark:
        assert len(points(spark.path)) == len(known)
        assert all(0 <= x <= 96 and 0 <= y <= 24 for x, y in points(spark.path))
        assert (spark.x, spark.y) == points(spark.path)[-1]


def test_spark_rises_with_its_values() -> None:
    """A rising series is drawn upwards: y falls, because SVG counts down the page."""
    spark = spark_line([1, 2, 3])
    assert spark
    assert points(spark.path) == [(2, 22), (48, 12), (94, 2)]
    assert spark.area.endswith("L94.0 24L2.0 24Z")


def test_gap_lifts_the_pen_and_leaves_no_area() -> None:
    """A missing value breaks the line; an area under a broken line would be a lie."""
    spark = spark_line([1, None, 2, float("nan"), 3])
    assert spark
    assert spark.path.count("M") == 3
    assert spark.area == ""


def test_flat_series_runs_through_the_middle() -> None:
    """A constant is drawn at half height, not at the bottom."""
    spark = spark_line([5, 5, 5])
    assert spark
    assert {y for _, y in points(spark.path)} == {12}


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_target_bar_stays_inside(value: float, target: float) -> None:
    """Reach and tick are shares of the width and keep their order."""
    bar = target_bar(value, target)
    assert 0 <= bar.reach <= 90
    assert 0 <= bar.tick <= 90
    assert (bar.reach < bar.tick) <= (value < target)


def test_target_bar_scale() -> None:
    """The larger stands at ninety percent, the other in proportion."""
    bar = target_bar(45, 90)
    assert (bar.reach, bar.tick) == (45, 90)
    bar = target_bar(0, 0)
    assert (bar.reach, bar.tick) == (0, 0)
