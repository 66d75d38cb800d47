"""What a loop is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sanpin.base import N_, InputError

__all__ = ["LoopParams"]


@dataclass(frozen=True, slots=True)
class LoopParams:
    """How far and how carefully one pass of the loop looks.

    Attributes
    ----------
    horizon_days : days to forecast
    plan_days : days whose requirements are made
    service_level : probability with which stock must last over the plan's days
    schedule_seconds : guard on the clock for the improvement of the schedule; its effort is
        counted in deterministic time, so that the guard is not reached in ordinary circumstances
    seed : seed of all chance
    """

    horizon_days: int = 28
    plan_days: int = 14
    service_level: float = 0.95
    schedule_seconds: float = 120.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not (
            1 <= self.plan_days <= self.horizon_days <= 365
            # The highest quantile of the forecast is 0.98; beyond it would be a guess at the tail.
            and 0.5 <= self.service_level <= 0.98
            and self.schedule_seconds >= 0
        ):
            raise InputError(
                "loop.params",
                N_("The loop cannot run with {params}."),
                hint=N_(
                    "Plan at most as many days as are forecast, and ask for a service level "
                    "between 0.5 and 0.98."
                ),
                params=", ".join(f"{name}={value}" for name, value in asdict(self).items()),
            )

    @staticmethod
    def of(values: Mapping[str, Any]) -> LoopParams:
        """Return the parameters kept in a Run; names that mean nothing here are left out."""
        known = {field.name for field in fields(LoopParams)}
        return LoopParams(**{name: value for name, value in values.items() if name in known})

    def asked(self) -> dict[str, Any]:
        """Return them as a Run keeps them."""
        return asdict(self)
