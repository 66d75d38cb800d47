"""Targets with their pace, filtered and ordered for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.sector.engine.reading import word
from sanpin.sector.model import PaceState, Pillar
from sanpin.sector.service.side import Side, TargetView, as_of_day, read_side

__all__ = ["behind", "summary", "target", "targets"]


def targets(
    ctx: Context,
    region: str | None = None,
    pillar: str | None = None,
    industry: str | None = None,
    as_of: date | None = None,
    state: str | None = None,
) -> tuple[TargetView, ...]:
    """Published and own targets judged as of a day, in the order of the file, own ones last.

    Parameters
    ----------
    region, industry : name in either language, or id of the industry
    pillar, state : words of the vocabularies `Pillar` and `PaceState`
    as_of : day of the judgement; the workspace's day by default

    Raises
    ------
    InputError
        when a filter names nothing known
    """
    side = read_side(ctx)
    return _targets(side, as_of or as_of_day(ctx, side), region, pillar, industry, state)


def _targets(
    side: Side,
    day: date,
    region: str | None,
    pillar: str | None,
    industry: str | None,
    state: str | None,
) -> tuple[TargetView, ...]:
    """Filter before judging, and by state after it."""
    place = side.resolve(region, industry)
    wanted = word(Pillar, pillar, "--pillar", "pillar") if pillar else None
    views = (
        side.view(one, day)
        for one in side.targets.values()
        if side.in_place(one.scope, *place) and wanted in (None, one.pillar)
    )
    chosen = word(PaceState, state, "--state", "state") if state else None
    return tuple(view for view in views if chosen in (None, view.pace.state))


def target(ctx: Context, target_id: str, as_of: date | None = None) -> TargetView:
    """One target with its pace.

    Raises
    ------
    InputError
        ``sector.target.unknown``
    """
    side = read_side(ctx)
    found = side.targets.get(target_id)
    if found is None:
        raise unknown_target(target_id)
    return side.view(found, as_of or as_of_day(ctx, side))


def unknown_target(target_id: str) -> InputError:
    """Refusal of an id that no target has."""
    error = InputError(
        "sector.target.unknown",
        N_("There is no target “{target}”."),
        hint=N_("List the known ones with: sanpin sector targets"),
        target=target_id,
    )
    error.status = 404
    return error


# What a late target's state weighs; other states are not late.
_URGENCY = {PaceState.OVERDUE: 0, PaceState.BEHIND: 1}


def behind(views: Iterable[TargetView]) -> tuple[TargetView, ...]:
    """Measured targets that are overdue or behind pace, the overdue first, then by due date."""
    late = [view for view in views if view.pace.state in _URGENCY and view.pace.latest]
    return tuple(
        sorted(
            late,
            key=lambda view: (
                _URGENCY[view.pace.state],
                view.target.period.end or date.max,
                view.target.id,
            ),
        )
    )


def summary(views: Iterable[TargetView]) -> dict[str, int]:
    """Count targets by state; class limits and rows to verify are counted apart.

    Returns
    -------
    dict
        one entry per state, ``total`` over them, ``measured`` with a comparable actual, and
        ``marked`` for the rows that enter no total
    """
    views = tuple(views)
    counted = [view for view in views if view.target.counts]
    states = Counter(str(view.pace.state) for view in counted)
    return {
        **{str(state): states[str(state)] for state in PaceState},
        "total": len(counted),
        "measured": sum(view.pace.latest is not None for view in counted),
        "marked": len(views) - len(counted),
    }
