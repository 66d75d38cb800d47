"""Warnings over all targets: where target and actual do not fit, and what is overdue.

A caution belongs to one target; a warning is a caution that concerns whoever plans by the targets.
Those that only qualify a value (rounded, computed, a lower limit) stay on its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.sector.model import Caution, PaceState
from sanpin.sector.service.paths import target_path
from sanpin.sector.service.side import TargetView
from sanpin.sector.service.targets import targets
from sanpin.sector.service.wording import Wording

__all__ = ["TargetWarning", "warnings"]

# Gravest first: a missed target, then contradictions within a text, then differences.
_SHOWN = ("overdue", "stated_pace", "scope", "period", "measure")
_OVERDUE = Caution("overdue", N_("The due date has passed and the target is not reached."))


@dataclass(frozen=True, slots=True)
class TargetWarning:
    """One line of the list of warnings.

    Attributes
    ----------
    code : ``overdue``, ``stated_pace``, ``scope``, ``period`` or ``measure``
    kind : status shape, ``bad`` or ``warn``
    text, indicator, region : in the caller's language
    target_id, link : the target and its page
    """

    code: str
    kind: str
    text: str
    indicator: str
    region: str
    target_id: str
    link: str


def warnings(
    ctx: Context,
    region: str | None = None,
    industry: str | None = None,
    as_of: date | None = None,
) -> tuple[TargetWarning, ...]:
    """Warnings of the targets in a region and an industry, the gravest first.

    Parameters
    ----------
    region, industry : name in either language, or id of the industry
    as_of : day of the judgement; the workspace's day by default

    Returns
    -------
    tuple of TargetWarning
        each once, even where two measurements carry the same difference
    """
    wording = Wording(ctx.language)
    found = [
        _warning(view, caution, wording)
        for view in targets(ctx, region, None, industry, as_of)
        for caution in _cautions(view)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: _SHOWN.index(one.code)))


def _cautions(view: TargetView) -> tuple[Caution, ...]:
    """Cautions of a target that concern planners; an overdue one must have been measured."""
    shown = tuple(one for one in view.pace.cautions if one.code in _SHOWN)
    missed = view.pace.state is PaceState.OVERDUE and view.pace.latest is not None
    return (*shown, _OVERDUE) if missed else shown


def _warning(view: TargetView, caution: Caution, wording: Wording) -> TargetWarning:
    """Line of the list for one caution of one target."""
    target = view.target
    return TargetWarning(
        code=caution.code,
        kind="bad" if caution.code == "overdue" else "warn",
        text=wording.caution(caution, target.unit),
        indicator=target.indicator(wording.language),
        region=target.scope.region(wording.language),
        target_id=target.id,
        link=target_path(target.id),
    )
