"""Rules about values that stand together: what one needs, what it excludes, what may repeat.

Source: attributes ``req`` and ``ex`` of the GS1 syntax dictionary; GS1 General Specifications 4.13
and 4.14; the digital signature (8030) needs the serial part of a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse
from sanpin.trace.engine.identifiers.table import RULES

__all__ = ["Pair", "check_pairs", "combination"]

Pair = tuple[str, str, int]
"""Application identifier, value, position of the value in what was given."""

_SIGNED = {"253": 13, "255": 13, "8003": 14}
"""Keys with an optional serial part, and the length without it."""


def check_pairs(pairs: Sequence[Pair], *, complete: bool) -> list[Fault]:
    """Return what is wrong with values that stand together.

    Parameters
    ----------
    pairs : all values of one code or label
    complete : whether these are all values of the thing; one bar code of several may leave out
        what another holds, so that nothing can be missed in it
    """
    places = {ai: at for ai, _, at in reversed(pairs)}
    faults = [_at(fault, places) for fault in combination(frozenset(places), complete=complete)]
    if len(places) < len(pairs):
        faults += _repeats(pairs)
    if "8030" in places:
        faults += [
            refuse(
                "signature",
                N_("The signature (8030) needs the serial number of ({ai})."),
                at,
                ai=ai,
            )
            for ai, value, at in pairs
            if len(value) == _SIGNED.get(ai)
        ]
    return faults


def _at(fault: Fault, places: dict[str, int]) -> Fault:
    """Place a fault of a combination at the value that it is about."""
    return fault.moved(places[str(fault.fields["ai"])])


def _repeats(pairs: Sequence[Pair]) -> list[Fault]:
    """Refuse an application identifier that stands twice with different values."""
    seen: dict[str, str] = {}
    faults = []
    for ai, value, at in pairs:
        if seen.setdefault(ai, value) != value:
            faults.append(
                refuse("repeated", N_("({ai}) stands twice with different values."), at, ai=ai)
            )
    return faults


@lru_cache(maxsize=4096)
def combination(found: frozenset[str], *, complete: bool) -> tuple[Fault, ...]:
    """Check a set of application identifiers; few sets occur, so they are remembered.

    Parameters
    ----------
    found : application identifiers
    complete : whether nothing else belongs to them

    Returns
    -------
    tuple of Fault
        each with position 0 and its application identifier in field ``ai``
    """
    faults = []
    for ai in sorted(found):
        rule = RULES[ai]
        for pattern in rule.excludes:
            others = sorted(other for other in found - {ai} if _matches(other, pattern))
            if others:
                faults.append(
                    refuse("excluded", N_("({ai}) and ({other}) exclude each other."), 0, ai=ai,
                           other=others[0])
                )  # fmt: skip
        for group in rule.requires if complete else ():
            if not any(_all_present(found, needed) for needed in group):
                faults.append(
                    refuse(
                        "required",
                        N_("({ai}) needs {needed} beside it."),
                        0,
                        N_("Give all values of the label."),
                        ai=ai,
                        needed=", ".join("+".join(f"({n})" for n in needed) for needed in group),
                    )
                )
    return tuple(faults)


def _all_present(found: frozenset[str], needed: tuple[str, ...]) -> bool:
    """Whether for each pattern some identifier is there."""
    return all(any(_matches(ai, pattern) for ai in found) for pattern in needed)


def _matches(ai: str, pattern: str) -> bool:
    """Whether an identifier fits a pattern in which ``n`` is any digit."""
    return len(ai) == len(pattern) and all(p in ("n", c) for c, p in zip(ai, pattern, strict=True))
