"""The numbers by which a firm's plant is planned and its floor simulated, each in its range."""

from __future__ import annotations

from dataclasses import dataclass

from sanpin.base import N_, Setting
from sanpin.factory.model.floor import FloorParams

__all__ = ["SETTINGS", "PlantRules"]

_PIECES = N_("pieces")
_PER_CENT = "%"

SETTINGS = (
    Setting(
        "factory.lot_days",
        N_("Needs made together"),
        14,
        (1, 90),
        N_("days"),
        N_("More days make larger lots: fewer set-ups, more stock."),
        whole=True,
    ),
    Setting(
        "factory.lot_multiple",
        N_("Lots are a multiple of"),
        12,
        (1, 10_000),
        _PIECES,
        N_("For items that sell well; others are made piece by piece."),
        whole=True,
    ),
    Setting(
        "factory.lot_multiple_pace",
        N_("An item sells well from"),
        4,
        (0, 1_000_000),
        N_("pieces a day"),
    ),
    Setting(
        "factory.failure_hours",
        N_("Working time between breakdowns of a machine"),
        40,
        (0, 100_000),
        N_("hours"),
        N_("Mean of the simulated floor; 0 for no breakdowns."),
    ),
    Setting(
        "factory.repair_minutes",
        N_("Time of a repair"),
        45,
        (0, 10_080),
        N_("minutes"),
        N_("Mean of the simulated floor."),
    ),
    Setting(
        "factory.scatter_percent",
        N_("Scatter of durations"),
        8,
        (0, 200),
        _PER_CENT,
        N_("Coefficient of variation on the simulated floor; 0 keeps to the plan."),
    ),
    Setting(
        "factory.scrap_percent",
        N_("Pieces spoiled by an operation"),
        0.6,
        (0, 50),
        _PER_CENT,
        N_("Share on the simulated floor."),
    ),
)
"""What a firm may choose; the defaults are those of the sample plant, and invented."""


@dataclass(frozen=True, slots=True)
class PlantRules:
    """What a firm has chosen, in the order of `SETTINGS`.

    Attributes
    ----------
    lot_days : the needs of so many days are made together
    lot_multiple : lots of items that sell well are a multiple of this, in pieces
    lot_multiple_pace : an item sells well from so many pieces a day
    failure_hours : mean busy time between breakdowns of a machine; 0 for none
    repair_minutes : mean time of a repair
    scatter_percent : coefficient of variation of durations
    scrap_percent : share of the pieces that an operation spoils
    """

    lot_days: int = int(SETTINGS[0].default)
    lot_multiple: int = int(SETTINGS[1].default)
    lot_multiple_pace: float = SETTINGS[2].default
    failure_hours: float = SETTINGS[3].default
    repair_minutes: float = SETTINGS[4].default
    scatter_percent: float = SETTINGS[5].default
    scrap_percent: float = SETTINGS[6].default

    def floor(self) -> FloorParams:
        """Return the parameters of the simulated floor, in minutes and shares."""
        return FloorParams(
            failure_mean=60 * self.failure_hours,
            repair_mean=self.repair_minutes,
            scatter=self.scatter_percent / 100,
            scrap_share=self.scrap_percent / 100,
        )
