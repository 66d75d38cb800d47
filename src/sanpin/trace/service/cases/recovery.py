"""Effectiveness check: how much came back of what is due, from whom, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sanpin.kit.context import Context
from sanpin.trace.model.cases import Recovery, Return, Verdict
from sanpin.trace.service.naming import Labels
from sanpin.trace.store import cases as store

__all__ = ["Curve", "Effect", "effect_of", "share_of"]


@dataclass(frozen=True, slots=True)
class Curve:
    """Share that had come back at each time, in one unit.

    Attributes
    ----------
    uom : unit; empty for pieces
    due : amount that is due in it
    times, shares : ascending; shares at most 1
    """

    uom: str
    due: float
    times: tuple[datetime, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """How far a recall has come.

    Attributes
    ----------
    recoveries : by holder and unit
    names : what people read for holders
    totals : amounts by unit: due and come back
    curves : one for each unit, that with the most things first
    verdicts : number of scans by verdict
    """

    recoveries: tuple[Recovery, ...]
    names: dict[str, str]
    totals: dict[str, tuple[float, float]]
    curves: tuple[Curve, ...]
    verdicts: dict[str, int]

    @property
    def share(self) -> float | None:
        """Recovered share in the unit of most things; None where no amount is known."""
        for curve in self.curves:
            due, returned = self.totals[curve.uom]
            return min(returned / due, 1.0)
        return None


def effect_of(ctx: Context, identifier: str) -> Effect:
    """Check how effective a recall is until now."""
    with ctx.db.read() as conn:
        recoveries = store.recoveries_of(conn, identifier)
        returns = store.returns_of(conn, identifier)
        labels = Labels.load(conn, ctx.firm, {one.holder for one in recoveries})
    totals, units = _totals(recoveries)
    verdicts: dict[str, int] = {}
    for scan in returns:
        verdicts[str(scan.verdict)] = verdicts.get(str(scan.verdict), 0) + 1
    return Effect(
        recoveries=tuple(recoveries),
        names={one.holder: labels.of(one.holder) for one in recoveries},
        totals=totals,
        curves=tuple(_curve(uom, totals[uom][0], returns[::-1]) for uom in units),
        verdicts=verdicts,
    )


def share_of(ctx: Context, identifier: str) -> float | None:
    """Recovered share alone, as `Effect.share` tells it, without looking at the scans."""
    with ctx.db.read() as conn:
        totals, units = _totals(store.recoveries_of(conn, identifier))
    for uom in units:
        due, returned = totals[uom]
        return min(returned / due, 1.0)
    return None


def _totals(recoveries: Sequence[Recovery]) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Amounts by unit, due and come back; and the units with an amount, most things first."""
    things: dict[str, int] = {}
    totals: dict[str, tuple[float, float]] = {}
    for one in recoveries:
        due, returned = totals.get(one.uom, (0.0, 0.0))
        totals[one.uom] = due + one.due, returned + one.returned
        things[one.uom] = things.get(one.uom, 0) + one.things
    return totals, sorted((u for u in totals if totals[u][0] > 0), key=lambda u: (-things[u], u))


def _curve(uom: str, due: float, returns: Sequence[Return]) -> Curve:
    """Add up what came back in a unit, in the order of time."""
    times: list[datetime] = []
    shares: list[float] = []
    back = 0.0
    for one in returns:
        if one.verdict is Verdict.COUNTED and one.uom == uom:
            back += one.quantity
            times.append(one.recorded)
            shares.append(min(back / due, 1.0))
    return Curve(uom, due, tuple(times), tuple(shares))
