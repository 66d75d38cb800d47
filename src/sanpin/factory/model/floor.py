"""What happens on the shop floor: plain records of operations, lots and materials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sanpin.base import N_, InputError

__all__ = ["FloorLot", "FloorOperation", "FloorParams", "FloorReport"]


@dataclass(frozen=True, slots=True)
class FloorParams:
    """How the floor differs from the plan.

    Attributes
    ----------
    failure_mean : busy time between breakdowns of a machine, in the problem's unit; 0 for none
    repair_mean : time of a repair, in the problem's unit, worked off in open time
    scatter : coefficient of variation of durations (lognormal, mean 1); 0 for none
    scrap_share : share of the pieces that an operation spoils
    scrap_by_machine : shares of single machines instead
    """

    failure_mean: float = 0.0
    repair_mean: float = 30.0
    scatter: float = 0.0
    scrap_share: float = 0.0
    scrap_by_machine: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shares = (self.scrap_share, *self.scrap_by_machine.values())
        times = (self.failure_mean, self.repair_mean, self.scatter)
        # A share of 1 would spoil every piece: nothing could ever be finished.
        if min(times) < 0 or min(shares) < 0 or max(shares) >= 1:
            raise InputError(
                "factory.floor.params",
                N_("Times must not be negative, and shares of scrap must lie in [0, 1)."),
                hint=N_("Correct the parameters of the simulation."),
            )


@dataclass(frozen=True, slots=True)
class FloorOperation:
    """One operation as it really ran; times in the problem's unit, quantities in pieces.

    `stopped` is the time lost to breakdowns between start and end.
    """

    job: str
    op: str
    machine: str
    setup_start: int
    start: int
    end: int
    stopped: int
    quantity: int
    good: int

    @property
    def scrap(self) -> int:
        """Pieces spoiled by this operation."""
        return self.quantity - self.good


@dataclass(frozen=True, slots=True)
class FloorLot:
    """What became of one job: pieces started, pieces good at its end, and when it was done."""

    job: str
    item: str
    started: int
    good: int
    start: int
    end: int
    due: int | None

    @property
    def on_time(self) -> bool:
        """Whether it was done by its due date."""
        return self.due is None or self.end <= self.due


@dataclass(frozen=True, slots=True)
class FloorReport:
    """One pass of the plant, in order of time.

    Attributes
    ----------
    operations : by start
    lots : by end
    breakdowns : number over all machines
    """

    operations: tuple[FloorOperation, ...]
    lots: tuple[FloorLot, ...]
    breakdowns: int
