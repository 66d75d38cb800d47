"""The industry's side of the cockpit: pillars of a region and an industry, targets, tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanpin.kit.context import Context
from sanpin.sector import service as sector

__all__ = ["IndustrySide", "industry_side"]


@dataclass(frozen=True, slots=True)
class IndustrySide:
    """What the industry's side shows.

    Attributes
    ----------
    pillars : pillar to its tiles, see `sanpin.sector.service.pillars`
    counts : targets by state, see `sanpin.sector.service.summary`
    behind : targets overdue or behind pace, the overdue first
    tasks : tasks overdue or due within a quarter
    warnings : where target and actual do not fit, the gravest first
    as_of : day as of which targets are judged
    """

    pillars: Mapping[str, Sequence[Mapping[str, Any]]]
    counts: Mapping[str, int]
    behind: Sequence[sector.TargetView]
    tasks: Sequence[Mapping[str, Any]]
    warnings: Sequence[sector.TargetWarning]
    as_of: date


def industry_side(ctx: Context, region: str = "", industry: str = "") -> IndustrySide:
    """Read the industry's side for a region and an industry; empty ones let all pass.

    Raises
    ------
    InputError
        ``sector.region.unknown`` or ``sector.industry.unknown``
    """
    day = sector.as_of_day(ctx)
    views = sector.targets(ctx, region, None, industry, day)
    due = sector.tasks_due(ctx, region, industry, day)
    return IndustrySide(
        pillars={
            pillar: tiles
            for pillar, tiles in sector.pillars(ctx, region, industry, day).items()
            # Figures of no pillar have no column here.
            if pillar in ("variety", "quality", "brand")
        },
        counts=sector.summary(views),
        behind=sector.behind(views),
        tasks=[sector.task_record(one, ctx.language, day) for one in due],
        warnings=sector.warnings(ctx, region, industry, day),
        as_of=day,
    )
