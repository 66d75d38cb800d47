"""Units of measure: the few that consumer goods are counted in, with their UN/ECE codes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sanpin.base.errors import InputError
from sanpin.base.text import N_

__all__ = ["UNITS", "Quantity", "Unit", "unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes
    ----------
    code : UN/ECE Recommendation 20 common code, as EPCIS uses it
    label : catalogue key of its name
    dimension : what it measures; only units of one dimension convert
    factor : how many of the dimension's base unit it holds
    names : words that import files use for it
    """

    code: str
    label: str
    dimension: str
    factor: Decimal
    names: tuple[str, ...]


UNITS: tuple[Unit, ...] = (
    Unit("EA", N_("piece"), "count", Decimal(1), ("pcs", "pc", "piece", "each", "件", "个", "只")),
    Unit("DZN", N_("dozen"), "count", Decimal(12), ("dozen", "打")),
    Unit("KGM", N_("kilogram"), "mass", Decimal(1), ("kg", "kilogram", "千克", "公斤")),
    Unit("GRM", N_("gram"), "mass", Decimal("0.001"), ("g", "gram", "克")),
    Unit("TNE", N_("tonne"), "mass", Decimal(1000), ("t", "tonne", "吨")),
    Unit("LTR", N_("litre"), "volume", Decimal(1), ("l", "litre", "liter", "升")),
    Unit("MLT", N_("millilitre"), "volume", Decimal("0.001"), ("ml", "millilitre", "毫升")),
    Unit("MTR", N_("metre"), "length", Decimal(1), ("m", "metre", "meter", "米")),
    Unit("CMT", N_("centimetre"), "length", Decimal("0.01"), ("cm", "centimetre", "厘米")),
    Unit("MTK", N_("square metre"), "area", Decimal(1), ("m2", "m²", "平方米")),
)

_BY_NAME = {name: u for u in UNITS for name in (u.code.lower(), *u.names)}


def unit(name: str) -> Unit:
    """Find a unit by its code or by a word for it in English or Chinese."""
    found = _BY_NAME.get(name.strip().lower())
    if found is None:
        raise InputError(
            "base.unit.unknown",
            N_("“{name}” is not a known unit of measure."),
            hint=N_("Use one of: {known}."),
            name=name,
            known=", ".join(u.code for u in UNITS),
        )
    return found


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit."""

    amount: Decimal
    unit: Unit

    def to(self, target: Unit) -> Quantity:
        """Convert to another unit of the same dimension."""
        if target.dimension != self.unit.dimension:
            raise InputError(
                "base.unit.dimension",
                N_("{source} measures {source_dimension}, {target} measures {target_dimension}."),
                hint=N_("Give the amount in a unit of the same kind."),
                source=self.unit.code,
                target=target.code,
                source_dimension=self.unit.dimension,
                target_dimension=target.dimension,
            )
        return Quantity(self.amount * self.unit.factor / target.factor, target)
