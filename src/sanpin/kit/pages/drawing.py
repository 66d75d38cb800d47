"""Geometry of the small drawings that the server makes: sparklines and target bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Spark", "TargetBar", "spark_line", "target_bar"]


@dataclass(frozen=True, slots=True)
class Spark:
    """A sparkline in drawing units: the SVG path, its filled area and the last point."""

    path: str
    area: str
    x: float
    y: float


def spark_line(
    values: Sequence[float | None], width: float = 96, height: float = 24
) -> Spark | None:
    """Draw values as a line from edge to edge; gaps (None) break it; nothing when all is gap.

    Parameters
    ----------
    values : in order of time; None and what is not finite are gaps
    width, height : of the drawing, in its own units

    Returns
    -------
    Spark or None
        the area under the line only where it has no gap
    """
    points = [v if v is not None and math.isfinite(v) else None for v in values]
    known = [v for v in points if v is not None]
    if not known:
        return None
    low, high = min(known), max(known)
    # A margin of two units keeps the stroke inside; equal values stand in the middle.
    pad, span = 2.0, (high - low) or 1.0
    step = (width - 2 * pad) / max(len(points) - 1, 1)
    flat = high == low
    parts: list[str] = []
    pen, x, y, first = "M", pad, height / 2, pad
    for index, value in enumerate(points):
        if value is None:
            pen = "M"
            continue
        x = pad + index * step
        y = height / 2 if flat else height - pad - (value - low) / span * (height - 2 * pad)
        first = x if not parts else first
        parts.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    path = "".join(parts)
    area = "" if None in points else f"{path}L{x:.1f} {height:g}L{first:.1f} {height:g}Z"
    return Spark(path, area, round(x, 1), round(y, 1))


@dataclass(frozen=True, slots=True)
class TargetBar:
    """A thin bar in percent of its width: how far the value reaches, where the target stands."""

    reach: float
    tick: float


def target_bar(value: float, target: float) -> TargetBar:
    """Scale value and target so that the larger of them stands at ninety percent."""
    top = max(abs(value), abs(target)) / 90 or 1.0
    return TargetBar(round(max(value, 0) / top, 1), round(max(target, 0) / top, 1))
