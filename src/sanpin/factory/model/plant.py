"""The plant as a firm describes it: machines, routings and stock, before any scheduling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sanpin.base import N_, InputError

__all__ = ["Machine", "PlannedOrder", "RoutingStep", "StockLot"]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of one of the plants.

    `speed` is percent of the routing's pace; `calendar` names the working time, empty for
    always open.
    """

    id: str
    name: str
    site: str
    calendar: str = ""
    speed: int = 100
    sample: bool = False

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise InputError(
                "factory.machine.speed",
                N_("The machine {machine} cannot run at {speed} % of the routing's pace."),
                hint=N_("Give its speed in percent, such as 100."),
                machine=self.id,
                speed=self.speed,
            )


@dataclass(frozen=True, slots=True)
class RoutingStep:
    """One operation of an item's routing.

    Attributes
    ----------
    step : number that orders the steps of an item
    machines : machines that can do it
    seconds_per_piece : pace at 100 % speed
    setup_minutes : preparing a machine for this step after something of another `changeover`
    changeover : what must match to need no set-up, such as a colour; the item by default
    after : steps that must be done before; the one before by default
    wait_minutes : rest after the step, such as drying
    """

    item: str
    step: int
    operation: str
    machines: tuple[str, ...]
    seconds_per_piece: float
    setup_minutes: int = 0
    changeover: str = ""
    after: tuple[int, ...] = ()
    wait_minutes: int = 0
    sample: bool = False

    def __post_init__(self) -> None:
        if not self.machines or self.seconds_per_piece < 0 or self.setup_minutes < 0:
            raise InputError(
                "factory.routing.step",
                N_("Step {step} of {item} needs a machine, and times that are not negative."),
                hint=N_("Complete the routing of {item}."),
                item=self.item,
                step=self.step,
            )


@dataclass(frozen=True, slots=True)
class StockLot:
    """An amount of one item or material: on hand, or arriving on a day."""

    item: str
    lot: str
    quantity: float
    unit: str = "EA"
    site: str = ""
    available: date | None = None
    supplier: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """A lot to make as the schedule sees it.

    Attributes
    ----------
    due : instant by which it must be done, in minutes from the origin
    consumes : whole units of each scarce material that its first step takes
    """

    id: str
    item: str
    quantity: int
    due: int
    weight: float
    consumes: Mapping[str, int]
