"""The firm's side of the cockpit: everything it shows, read from what the last loops kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sanpin.base import Run, RunState
from sanpin.demand import service as demand
from sanpin.flows.cockpit.decisions import Changes, Decision, DecisionKind, changes, ranked
from sanpin.flows.cockpit.progress import loop_under_way
from sanpin.flows.scoreboard.figure import Figure
from sanpin.flows.scoreboard.kept import figures_of, last_loops
from sanpin.kit.context import Context
from sanpin.kit.pages import as_of_day
from sanpin.kit.runs import list_runs

__all__ = ["FigureChange", "FirmSide", "decisions_of", "firm_side", "groups"]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that the last loop found different from the one before.

    Attributes
    ----------
    figure : as the last loop found it
    before : value that the loop before found
    """

    figure: Figure
    before: float | None


@dataclass(frozen=True)
class FirmSide:
    """What the firm's side knows; nothing here is computed from orders.

    Attributes
    ----------
    last, before : the last finished loop and the one before it
    under_way : the loop that waits or runs now
    failed : the newest loop when it failed, else None
    orders : raw order lines kept now
    as_of : the workspace's day
    """

    last: Run | None
    before: Run | None
    under_way: Run | None
    failed: Run | None
    orders: int
    as_of: date

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """The answer that the last loop printed; empty before the first."""
        kept = self.last.metrics.get("summary") if self.last else None
        return kept if isinstance(kept, Mapping) else {}

    @cached_property
    def decisions(self) -> list[Decision]:
        """What needs a decision, worst first."""
        return decisions_of(self.last)

    @cached_property
    def figures(self) -> list[Figure]:
        """The kept figures in reading order."""
        return figures_of(self.last) if self.last else []

    @property
    def days(self) -> int:
        """Days that the last loop planned."""
        days = self.last.params.get("plan_days", 14) if self.last else 14
        return int(str(days))

    @property
    def missing(self) -> list[str]:
        """Kinds of file without which the last loop could not go on."""
        return [str(kind) for kind in self.summary.get("missing", ())]

    @property
    def planned(self) -> bool:
        """Whether the last loop came as far as a plan."""
        return "plan" in self.summary

    @property
    def seen_day(self) -> date | None:
        """The day that the last loop took for today, when that is another one now."""
        kept = str(self.last.params.get("as_of", self.as_of)) if self.last else str(self.as_of)
        return None if kept == str(self.as_of) else date.fromisoformat(kept)

    @property
    def new_orders(self) -> int:
        """Order lines kept now beyond those that the last loop saw; negative when fewer."""
        return self.orders - int(self.summary.get("orders", self.orders))

    @cached_property
    def changes(self) -> Changes | None:
        """Decisions that are new or gone since the loop before; None when there was none."""
        return changes(self.decisions, decisions_of(self.before)) if self.before else None

    @cached_property
    def moved(self) -> list[FigureChange]:
        """Figures whose value differs from the one that the loop before found."""
        known = (
            {one.definition.key: one.value for one in figures_of(self.before)}
            if (self.before)
            else {}
        )
        return [
            FigureChange(one, known[one.definition.key])
            for one in self.figures
            if one.definition.key in known and known[one.definition.key] != one.value
        ]


def firm_side(ctx: Context) -> FirmSide:
    """Read the firm's side: two finished loops, and how the newest one stands."""
    done = [*last_loops(ctx, 2), None, None]
    newest = next(iter(list_runs(ctx, "loop", "run", limit=1)), None)
    return FirmSide(
        last=done[0],
        before=done[1],
        under_way=loop_under_way(ctx),
        failed=newest if newest and newest.state is RunState.FAILED else None,
        orders=demand.count_lines(ctx),
        as_of=as_of_day(ctx),
    )


def decisions_of(run: Run | None) -> list[Decision]:
    """Return the decisions that a loop kept, worst first."""
    kept = run.metrics.get("decisions") if run else None
    return ranked(Decision.of(record) for record in kept) if isinstance(kept, list) else []


def groups(decisions: Sequence[Decision]) -> list[tuple[DecisionKind, list[Decision]]]:
    """Group decisions by kind, kinds without any left out."""
    found = ((kind, [one for one in decisions if one.kind is kind]) for kind in DecisionKind)
    return [(kind, members) for kind, members in found if members]
