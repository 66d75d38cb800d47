"""Drawings of targets: the bullet of one, the chart of many. Geometry in percent of the width."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sanpin.base import N_
from sanpin.kit.i18n import Translator
from sanpin.sector.model import Measure
from sanpin.sector.service.paths import target_path
from sanpin.sector.service.side import TargetView

__all__ = ["Bullet", "bullet", "progress_chart"]

# Percent of the width at which the largest mark stands; what is left keeps its label inside.
_FULL = 92.0


@dataclass(frozen=True, slots=True)
class Bullet:
    """Where the marks of a bullet stand, 0 to 100.

    Attributes
    ----------
    actual : length of the bar, None without an actual
    path : tick of the value that the required path has on the as-of date
    projected : end of the thin line to which the last pace leads
    target : tick of the target
    """

    actual: float | None
    path: float | None
    projected: float | None
    target: float


def bullet(view: TargetView) -> Bullet:
    """Scale actual, path, projection and target so that the largest stands at 92 percent.

    Returns
    -------
    Bullet
        negative values stand at zero, so that a bar never runs out of its frame
    """
    pace, target = view.pace, view.target.value
    latest = pace.latest.value if pace.latest else None
    top = max(abs(one) for one in (target, latest, pace.path, pace.projected) if one is not None)

    def place(value: float | None) -> float | None:
        return None if value is None else round(max(value, 0) / (top or 1) * _FULL, 1)

    return Bullet(place(latest), place(pace.path), place(pace.projected), place(target) or 0.0)


def progress_chart(views: Iterable[TargetView], language: str) -> dict[str, object]:
    """Spec of a bar chart: the newest actual of each measured target in percent of it.

    Averages of yearly growth are left out: a year above the average says nothing of a distance.

    Parameters
    ----------
    views : targets in the order of the bars; those without progress are left out
    language : of the labels

    Returns
    -------
    dict
        spec of `<x-chart>`, with a link behind each bar
    """
    translator = Translator(language)
    shown = [
        view
        for view in views
        if view.pace.progress is not None and view.target.measure is not Measure.RATE
    ]
    return {
        "type": "bar",
        "horizontal": True,
        "unit": translator.text(N_("% of the target")),
        "x": {"values": [_name(view, language) for view in shown]},
        "series": [
            {
                "name": translator.text(N_("Newest actual")),
                "values": [round((view.pace.progress or 0) * 100, 1) for view in shown],
                "colour": "accent",
                "hrefs": [target_path(view.target.id) for view in shown],
            }
        ],
        "marks": [{"x": 100, "label": translator.text(N_("target"))}],
        "minimum": 0,
    }


def _name(view: TargetView, language: str) -> str:
    """Label of a bar: indicators repeat between regions, so the region stands before."""
    return f"{view.target.scope.region(language)} · {view.target.indicator(language)}"
