"""What a code says, in the words of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator, translate_error
from sanpin.trace import service
from sanpin.trace.engine.understanding import Understood, Value

__all__ = ["meaning"]

# Words for the values that stand on labels of goods; others keep their name in the standard.
_WORDS: Mapping[str, str] = {
    "00": N_("Container (SSCC)"),
    "01": N_("Product (GTIN)"),
    "10": N_("Lot"),
    "11": N_("Produced on"),
    "12": N_("Due on"),
    "13": N_("Packed on"),
    "15": N_("Best before"),
    "16": N_("Sell by"),
    "17": N_("Use by"),
    "21": N_("Serial number"),
    "22": N_("Variant"),
    "37": N_("Pieces inside"),
    "310": N_("Net weight"),
    "330": N_("Gross weight"),
    "400": N_("Purchase order"),
    "414": N_("Place (GLN)"),
    "417": N_("Party (GLN)"),
    "421": N_("Ship to postal code"),
    "7003": N_("Use by"),
    "8003": N_("Returnable asset (GRAI)"),
    "8004": N_("Asset (GIAI)"),
    "8008": N_("Produced on"),
}
_LIMITS = frozenset(("12", "15", "16", "17", "7003"))
"""Days after which goods should not be used or sold."""


def meaning(ctx: Context, text: str) -> dict[str, Any]:
    """Say what a code says, before anything is looked up.

    Returns
    -------
    dict
        ``facts`` as pairs of words, ``head`` with kind and name, ``refusal`` with the code
        in three parts around the position where it goes wrong, ``corrected`` with the right
        digit
    """
    words = Translator(ctx.language)
    found = service.understood(ctx, text)
    said: dict[str, Any] = {
        "code": _shown(found.text),
        "facts": _facts(ctx, words, found),
        "head": "",
        "label": "",
        "refusal": None,
    }
    if found.faults:
        fault = found.faults[0]
        if found.is_code:
            at = max(0, min(fault.at, len(found.text) - 1))
            parts = (found.text[:at], found.text[at : at + 1], found.text[at + 1 :])
            said["refusal"] = translate_error(fault.error(), ctx.language)
            said["parts"] = tuple(map(_shown, parts))
            said["corrected"], said["right"] = found.corrected, found.right
    elif found.name:
        said["head"] = words.text(service.kind_of(found.name))
        said["label"] = _label(ctx, found.name)
    return said


def _label(ctx: Context, name: str) -> str:
    """What people read for a name, where there is more than the name itself."""
    with ctx.db.read() as conn:
        label = service.Labels.load(conn, ctx.firm, [name]).of(name)
    return "" if label in name else label


def _facts(ctx: Context, words: Translator, found: Understood) -> list[tuple[str, str, str]]:
    """Name, words and state of each value, the key with its company prefix and check digit."""
    facts = [
        (words.text(_word(one)), *_said(ctx, words, one))
        for one in found.values
        if one.text != "0" or one.ai != "254"
    ]
    if found.prefix:
        facts.insert(1, (words.text(N_("Company prefix")), found.prefix, ""))
    if found.check:
        good = words.text(N_("{digit}, right"), digit=found.check)
        facts.append((words.text(N_("Check digit")), good, "ok"))
    if found.symbol:
        facts.append((words.text(N_("Bar code")), found.symbol, ""))
    return facts


def _word(one: Value) -> str:
    """Word for a value, or its name in the standard."""
    return _WORDS.get(one.ai) or _WORDS.get(one.ai[:3], "") or f"({one.ai}) {one.title}"


def _said(ctx: Context, words: Translator, one: Value) -> tuple[str, str]:
    """Write a value as people say it, with a state when a day has passed."""
    if one.day:
        text = words.date(one.day, year=True)
        return text, "warn" if one.ai in _LIMITS and one.day < ctx.now().date() else ""
    if one.number is not None:
        return f"{words.number(one.number)} {one.unit}".strip(), ""
    return one.text, ""


def _shown(text: str) -> str:
    """Show the separator between two values, which has no picture of its own."""
    return text.replace("\x1d", "␝")
