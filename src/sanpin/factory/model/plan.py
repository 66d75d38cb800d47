"""What to make: net requirements, rules for lots, and the make orders that follow."""

from __future__ import annotations

from dataclasses import dataclass

from sanpin.base import N_, InputError

__all__ = ["LotRule", "MakeOrder"]


@dataclass(frozen=True, slots=True)
class LotRule:
    """How large the lots of an item may be, in its unit.

    Attributes
    ----------
    least : smallest lot worth making
    multiple : lots are a multiple of this
    most : largest lot; larger needs are split
    days : the needs of so many days are made together (period order quantity)
    """

    # The defaults round the needs of each day up to whole pieces, and nothing more.
    least: float = 1.0
    multiple: float = 1.0
    most: float = float("inf")
    days: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.least <= self.most and self.multiple > 0 and self.days >= 1):
            raise InputError(
                "factory.plan.lot_rule",
                N_("A lot of at least {least}, a multiple of {multiple} and at most {most} "
                   "cannot be made."),
                hint=N_("Use a positive multiple, and a largest lot above the smallest."),
                least=self.least,
                multiple=self.multiple,
                most=self.most,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MakeOrder:
    """One lot to make.

    Attributes
    ----------
    id : item and running number
    quantity : size of the lot
    due_day : day of the plan, 0 = today, on whose morning it must be there
    needed : part of the quantity that the requirement asks for; the rest rounds the lot up
    """

    id: str
    item: str
    quantity: float
    due_day: int
    needed: float
