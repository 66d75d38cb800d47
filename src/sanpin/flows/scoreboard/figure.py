"""The figure of a scoreboard: a value with all that makes it believable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sanpin.base import N_

__all__ = ["DEFINITIONS", "WINDOW_DAYS", "Definition", "Figure", "Period", "Pillar"]

# A quarter: long enough for rare items to sell, short enough to see a change.
WINDOW_DAYS = 90


class Pillar(StrEnum):
    """The three pillars: 增品种, 提品质, 创品牌."""

    VARIETY = "variety"
    QUALITY = "quality"
    BRAND = "brand"

    @property
    def label(self) -> str:
        """Its name, as a catalogue key."""
        return _PILLARS[self]

    @property
    def goal(self) -> str:
        """What is wanted of it, 增品种, 提品质 or 创品牌, as a catalogue key."""
        return _GOALS[self]


_PILLARS = {
    Pillar.VARIETY: N_("Variety"),
    Pillar.QUALITY: N_("Quality"),
    Pillar.BRAND: N_("Brand"),
}
_GOALS = {
    Pillar.VARIETY: N_("More variety"),
    Pillar.QUALITY: N_("Better quality"),
    Pillar.BRAND: N_("Stronger brands"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`.

    Attributes
    ----------
    start : first day
    end : day after the last one
    """

    start: date
    end: date

    @staticmethod
    def before(end: date, days: int = WINDOW_DAYS) -> Period:
        """Return the `days` days before `end`."""
        return Period(end - timedelta(days=days), end)

    def shifted(self, days: int) -> Period:
        """Return the period moved by `days`."""
        step = timedelta(days=days)
        return Period(self.start + step, self.end + step)

    @property
    def previous(self) -> Period:
        """The period of the same length just before."""
        return self.shifted(-(self.end - self.start).days)

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    def __str__(self) -> str:
        """Return first and last day, both inclusive."""
        return f"{self.start.isoformat()}..{self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means.

    Attributes
    ----------
    better : ``up``, ``down`` or ``none``: which direction is an improvement
    floor : computed from the simulated floor of the plant rather than from orders
    """

    key: str
    pillar: Pillar
    label: str
    unit: str
    formula: str
    better: str
    floor: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A definition with its value, the value of the period before, and a short history.

    `value` and `previous` are None where the data cannot tell; `sample` marks values that rest
    on the generated plant.
    """

    definition: Definition
    value: float | None
    previous: float | None
    period: Period
    history: tuple[float | None, ...] = ()
    sample: bool = False

    def marked(self, sample: bool) -> Figure:
        """Return the figure with its SAMPLE mark set."""
        return replace(self, sample=sample)

    @property
    def simulated(self) -> bool:
        """Whether it rests on the simulated floor of a plant that is the firm's own."""
        return self.definition.floor and not self.sample

    @property
    def change(self) -> float | None:
        """Difference to the period before, in the figure's own unit."""
        if self.value is None or self.previous is None:
            return None
        return self.value - self.previous

    @property
    def improved(self) -> bool | None:
        """Whether the change is an improvement; None where direction means nothing."""
        if not self.change or self.definition.better == "none":
            return None
        return (self.change > 0) == (self.definition.better == "up")


_V, _Q, _B = Pillar.VARIETY, Pillar.QUALITY, Pillar.BRAND

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "active_items", _V, N_("Active items"), N_("items"),
        N_("Items with at least one sale in the last 90 days."), "up",
    ),
    Definition(
        "new_items", _V, N_("New items"), N_("items"),
        N_("Items whose first sale ever lies in the last 90 days."), "up",
    ),
    Definition(
        "new_item_revenue_share", _V, N_("Revenue from new items"), "%",
        N_("Revenue of items first sold in the last 90 days / revenue of the last 90 days."), "up",
    ),
    Definition(
        "effective_items", _V, N_("Effective number of items"), N_("items"),
        N_("exp(−Σ s ln s) over the revenue shares s of the items: how many equally strong items "
           "the range is worth."), "up",
    ),
    Definition(
        "median_order_size", _V, N_("Median order size"), N_("pieces"),
        N_("Median of the pieces per order; smaller orders ask for more flexible production."),
        "none",
    ),
    Definition(
        "median_lot_size", _V, N_("Median lot size"), N_("pieces"),
        N_("Median of the pieces per lot released to the plant."), "down", True,
    ),
    Definition(
        "changeovers_per_100_lots", _V, N_("Change-overs per 100 lots"), N_("change-overs"),
        N_("Machine set-ups longer than zero / lots × 100."), "down", True,
    ),
    Definition(
        "return_rate", _Q, N_("Return rate by value"), "%",
        N_("Value of goods returned / value of goods sold in the same 90 days."), "down",
    ),
    Definition(
        "first_pass_yield", _Q, N_("First-pass yield"), "%",
        N_("Pieces good at the first attempt / pieces started, over all lots."), "up", True,
    ),
    Definition(
        "scrap_rate", _Q, N_("Scrap rate"), "%",
        N_("Pieces scrapped / pieces started, over all lots."), "down", True,
    ),
    Definition(
        "traceable_share", _Q, N_("Shipped units with a full trace"), "%",
        N_("Shipped pieces whose lot leads back to every material lot it consumed / shipped "
           "pieces."), "up", True,
    ),
    Definition(
        "on_time_share", _Q, N_("On-time orders"), "%",
        N_("Make orders finished by their due date / make orders finished."), "up", True,
    ),
    Definition(
        "repeat_purchase_share", _B, N_("Customers who bought again"), "%",
        N_("Of the customers who first bought 90 to 180 days ago, the share that bought again "
           "within 90 days of the first purchase."), "up",
    ),
    Definition(
        "returning_revenue_share", _B, N_("Revenue from returning customers"), "%",
        N_("Revenue of the last 90 days from customers known before / revenue with a known "
           "customer."), "up",
    ),
    Definition(
        "countries", _B, N_("Countries"), N_("countries"),
        N_("Countries with at least one sale in the last 90 days."), "up",
    ),
    Definition(
        "country_concentration", _B, N_("Concentration of countries"), N_("index 0–1"),
        N_("Herfindahl index: sum of the squared revenue shares of the countries."), "down",
    ),
    Definition(
        "price_index", _B, N_("Realised price"), N_("% of first price"),
        N_("Revenue at today's prices / the same pieces at each item's own price in its first 28 "
           "days of sale."), "up",
    ),
)  # fmt: skip
"""Every figure of the firm's scoreboard, in reading order."""
