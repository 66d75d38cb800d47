"""Words that the pages use for steps, conditions and states."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import Formats
from sanpin.trace.model.captures import Origin
from sanpin.trace.model.lineage import Status

__all__ = ["CONDITIONS", "ORIGINS", "SENSES", "STEPS", "amounts_of", "measured"]
__all__ += ["status_of", "step_of"]

STATUS_WORDS: Mapping[str, tuple[str, str]] = {
    Status.ON_HAND: ("ok", N_("on hand")),
    Status.IN_TRANSIT: ("warn", N_("on its way")),
    Status.SHIPPED: ("warn", N_("shipped")),
    Status.SOLD: ("ok", N_("sold")),
    Status.CONSUMED: ("ok", N_("used up")),
    Status.DESTROYED: ("bad", N_("destroyed")),
    Status.UNKNOWN: ("hold", N_("unknown")),
}
# Words for the steps and conditions that plants meet; others are shown as the vocabulary has them.
STEPS: Mapping[str, str] = {
    "commissioning": N_("produced"),
    "receiving": N_("received"),
    "packing": N_("packed"),
    "unpacking": N_("unpacked"),
    "shipping": N_("shipped"),
    "holding": N_("put on hold"),
    "inspecting": N_("inspected"),
    "storing": N_("stored"),
    "departing": N_("departed"),
    "arriving": N_("arrived"),
    "transporting": N_("transported"),
    "loading": N_("loaded"),
    "unloading": N_("unloaded"),
    "retail_selling": N_("sold"),
    "destroying": N_("destroyed"),
    "decommissioning": N_("taken out of use"),
}


CONDITIONS: Mapping[str, str] = {
    "active": N_("active"),
    "in_progress": N_("in progress"),
    "in_transit": N_("on its way"),
    "conformant": N_("conforms"),
    "non_conformant": N_("does not conform"),
    "non_sellable_other": N_("not for sale"),
    "sellable_accessible": N_("for sale"),
    "retail_sold": N_("sold"),
    "recalled": N_("recalled"),
    "damaged": N_("damaged"),
    "destroyed": N_("destroyed"),
    "expired": N_("expired"),
}


ORIGINS: Mapping[str, str] = {
    Origin.OUTSIDE: N_("outside"),
    Origin.SAMPLE: N_("SAMPLE"),
    Origin.SIMULATED: N_("simulated floor"),
}
# What sensors measure most; other kinds are shown as the vocabulary of GS1 has them.
SENSES: Mapping[str, str] = {
    "Temperature": N_("Temperature"),
    "RelativeHumidity": N_("Humidity"),
    "AbsoluteHumidity": N_("Water in the air"),
    "Pressure": N_("Pressure"),
    "Illuminance": N_("Light"),
    "Acceleration": N_("Shock"),
    "Mass": N_("Mass"),
    "Speed": N_("Speed"),
    "Voltage": N_("Voltage"),
    "Concentration": N_("Concentration"),
    "ChemicalConcentration": N_("Concentration"),
}
# Signs of units by their UN/ECE codes; others have names.
_SIGNS: Mapping[str, str] = {
    "CEL": "°C", "FAH": "°F", "KEL": "K", "P1": "%", "A93": "g/m³", "LUX": "lx", "BAR": "bar",
    "MBR": "mbar", "PAL": "Pa", "KPA": "kPa", "MSK": "m/s²", "MTS": "m/s", "VLT": "V", "C62": "",
    "59": "ppm", "K96": "g", "HTZ": "Hz", "KMH": "km/h",
}  # fmt: skip


def measured(words: Translator, value: float, uom: str) -> str:
    """Write what a sensor measured with its unit, to as many digits as matter."""
    digits = 0 if abs(value) >= 100 or value == int(value) else 1
    unit = _SIGNS.get(uom)
    unit = Formats(words).unit(uom) if unit is None else unit
    return f"{words.number(value, digits)} {unit}".strip()


def step_of(words: Translator, step: str, kind: str) -> str:
    """Word for a step; the kind of the event where it names none."""
    return words.text(STEPS[step]) if step in STEPS else (step or kind)


def status_of(words: Translator, status: str) -> tuple[str, str]:
    """Status as shape and word."""
    kind, word = STATUS_WORDS[status]
    return kind, words.text(word)


def amounts_of(words: Translator, amounts: Mapping[str, float]) -> str:
    """Write amounts with their units, pieces as a word."""
    formats = Formats(words)
    pieces = words.text(N_("pieces"))
    return ", ".join(
        f"{words.number(amount)} {pieces if uom in ('', 'EA') else formats.unit(uom)}"
        for uom, amount in amounts.items()
    )
