"""Both sides at once: what the texts say and what the firm recorded, judged as of a day.

Every use case begins with `read_side`: one reading of the store, joined with the published library.
What it derives (targets, tasks, regions, newest day) is worked out once when asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.settings import get_setting
from sanpin.sector.engine import Published, RegionIndex, assess, gather_evidence
from sanpin.sector.model import (
    Actual,
    Caution,
    Evidence,
    Kind,
    Pace,
    Scope,
    Target,
    Task,
    TaskStatus,
)
from sanpin.sector.service.library import library
from sanpin.sector.store import load_actuals, load_statuses, load_targets, load_tasks

__all__ = ["Side", "TargetView", "as_of_day", "read_side"]


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target with its evidence and the judgement on it.

    Attributes
    ----------
    target : what is to be reached
    evidence : what bears on it
    pace : the judgement as of a day
    """

    target: Target
    evidence: Evidence
    pace: Pace


@dataclass(frozen=True)
class Side:
    """Published and own records of a firm, read in one go.

    Attributes
    ----------
    published : what the texts say, the same for every firm
    own_targets, own_actuals, own_tasks : what the firm entered or imported
    statuses : recorded states by task id, of published and own tasks
    """

    published: Published
    own_targets: tuple[Target, ...]
    own_actuals: tuple[Actual, ...]
    own_tasks: tuple[Task, ...]
    statuses: dict[str, TaskStatus]

    @cached_property
    def targets(self) -> dict[str, Target]:
        """All targets by id, own ones after the published."""
        return {**self.published.targets, **{one.id: one for one in self.own_targets}}

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks with their recorded state."""
        return tuple(
            replace(one, status=self.statuses[one.id]) if one.id in self.statuses else one
            for one in (*self.published.tasks, *self.own_tasks)
        )

    @cached_property
    def regions(self) -> RegionIndex:
        """Regions that occur anywhere: of figures first, then of own targets and tasks."""
        scopes = [one.scope for one in self.published.figures.values()]
        scopes += [one.scope for one in self.own_targets]
        names = [(scope.region_en, scope.region_zh) for scope in scopes]
        names += [(one.region_en, one.region_zh) for one in self.own_tasks]
        return RegionIndex(name for name in names if name[0])

    @cached_property
    def newest(self) -> date:
        """Day on which the newest measurement ends, published or own.

        Among the published only those that are dated by month speak of a day; a year alone, or
        the window of a plan, says nothing about when the text was written.
        """
        measured = [
            one.period.end
            for one in self.published.figures.values()
            if one.kind is not Kind.TARGET
            and one.period.end
            and one.period.as_of
            and "-" in one.period.text_end
        ]
        own = [one.period.end for one in self.own_actuals if one.period.end]
        return max([*measured, *own], default=date.min)

    def view(self, target: Target, as_of: date) -> TargetView:
        """Judge one target as of a day.

        A text about all industry gives its target a caution of its own, since consumer goods are
        only a part of what it counts.
        """
        pairs = self.published.pairs_of.get(target.id, ())
        evidence = gather_evidence(target, pairs, self.published.figures, self.own_actuals)
        pace = assess(target, evidence, as_of)
        if self.published.tree.is_wider(target.scope):
            wider = Caution("wider", N_("The text covers all industry, consumer goods included."))
            pace = replace(pace, cautions=(*pace.cautions, wider))
        return TargetView(target, evidence, pace)

    def in_place(self, scope: Scope, region: str, industry: str) -> bool:
        """Whether a scope lies in a region and an industry; empty ones let all pass."""
        if region and scope.region_en != region:
            return False
        return not industry or self.published.tree.covers(industry, scope)

    def resolve(self, region: str | None, industry: str | None) -> tuple[str, str]:
        """English name of a region and id of an industry, from either language.

        Raises
        ------
        InputError
            ``sector.region.unknown`` or ``sector.industry.unknown``
        """
        return (
            self.regions.find(region) if region else "",
            self.published.tree.find(industry).id if industry else "",
        )


def read_side(ctx: Context) -> Side:
    """Read what the firm recorded and join it with the published side."""
    with ctx.db.read() as conn:
        return Side(
            library(),
            load_targets(conn, ctx.firm),
            load_actuals(conn, ctx.firm),
            load_tasks(conn, ctx.firm),
            load_statuses(conn, ctx.firm),
        )


def as_of_day(ctx: Context, side: Side | None = None) -> date:
    """Day as of which targets are judged.

    The setting ``as_of`` decides when it is ``real`` or a day of its own. Otherwise, and when
    that day lies before the newest measurement (a firm may look at orders of years ago), it is
    the day on which the newest measurement ends, so that nothing known is left out.

    Parameters
    ----------
    side : what `read_side` gave, when it is at hand already
    """
    newest = (side or read_side(ctx)).newest
    choice = str(get_setting(ctx, "as_of", "newest"))
    if choice == "newest":
        return newest
    day = ctx.now().date() if choice == "real" else date.fromisoformat(choice)
    return max(day, newest)
