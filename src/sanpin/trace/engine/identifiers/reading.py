"""What was read from one code, and how it is checked and named.

A reader of a notation fills a `Reading` with pairs of application identifier and value; `finish`
checks them and finds the thing that they name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse
from sanpin.trace.engine.identifiers.pairs import Pair, check_pairs
from sanpin.trace.engine.identifiers.table import RULES, check_value, corrected
from sanpin.trace.model.identifiers import Identifier, KeyKind, Role

__all__ = ["KINDS", "NO_OPTIONS", "Options", "Reading", "finish", "identify", "qualifier_row"]

KINDS: Mapping[str, tuple[KeyKind, Role]] = {
    "00": (KeyKind.SSCC, Role.CONTAINER),
    "01": (KeyKind.GTIN, Role.PRODUCT),
    "253": (KeyKind.GDTI, Role.DOCUMENT),
    "255": (KeyKind.SGCN, Role.DOCUMENT),
    "401": (KeyKind.GINC, Role.DOCUMENT),
    "402": (KeyKind.GSIN, Role.DOCUMENT),
    "414": (KeyKind.SGLN, Role.PLACE),
    "415": (KeyKind.PAYMENT, Role.DOCUMENT),
    "417": (KeyKind.PGLN, Role.PARTY),
    "8003": (KeyKind.GRAI, Role.ASSET),
    "8004": (KeyKind.GIAI, Role.ASSET),
    "8006": (KeyKind.ITIP, Role.PRODUCT),
    "8010": (KeyKind.CPI, Role.PRODUCT),
    "8013": (KeyKind.GMN, Role.PRODUCT),
    "8017": (KeyKind.GSRNP, Role.PARTY),
    "8018": (KeyKind.GSRN, Role.PARTY),
}
"""Kind and role of what each key names; the keys are those of the dictionary."""

# One character of a value as it stands in brackets and in an address.
_SIGNS = (re.compile(r"\\\(|[^ ]"), re.compile("%[0-9A-Fa-f]{2}|."))

_CONTENTS = frozenset(("02", "03", "8026"))

_CHECKED = frozenset(("trace.identifier.check_digit", "trace.identifier.check_pair"))


@dataclass(frozen=True, slots=True)
class Options:
    """How a code is read.

    Attributes
    ----------
    convenience_alphas : accept words such as ``gtin`` and ``lot`` in a Digital Link
    zero_suppressed_gtin : accept a GTIN without its leading zeros in a Digital Link
    fix_check_digit : correct wrong check digits instead of refusing them
    prefix_length : digits of the company prefix, when it is known; wins over any table
    symbology : kind of bar code of scan data without symbology identifier
    """

    convenience_alphas: bool = False
    zero_suppressed_gtin: bool = False
    fix_check_digit: bool = False
    prefix_length: int | None = None
    symbology: str = ""


NO_OPTIONS = Options()


@dataclass(slots=True)
class Reading:
    """What was read from one code.

    Attributes
    ----------
    pairs : application identifier, value and position, in the order given
    faults : why it is refused; empty when all is well
    complete : whether the pairs are all that is known of the thing
    link : whether they stood in a Digital Link, which names nothing twice
    prefix_length : digits of the company prefix where the notation tells them
    name : the text itself where it names something without a GS1 key
    parameters : query parameters that are no application identifiers
    fragment : what followed ``#``
    escaped : escaped text of a value by its position, where that differs from the value
    identifier : what is named; None without a key
    """

    pairs: list[Pair] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    complete: bool = True
    link: bool = False
    prefix_length: int | None = None
    name: str = ""
    parameters: list[tuple[str, str]] = field(default_factory=list)
    fragment: str = ""
    escaped: dict[int, str] = field(default_factory=dict)
    identifier: Identifier | None = None

    @classmethod
    def refused(cls, fault: Fault) -> Reading:
        """Make the reading of what cannot be read."""
        return cls(faults=[fault])


def finish(reading: Reading, options: Options = NO_OPTIONS) -> Reading:
    """Check the values and the rules among them, and find what they name."""
    if reading.faults:
        return reading
    pairs = reading.pairs
    for place, (ai, value, at) in enumerate(pairs):
        fault = check_value(RULES[ai], value, at)
        if fault is not None and options.fix_check_digit and fault.code in _CHECKED:
            value = corrected(RULES[ai], value)
            pairs[place] = (ai, value, at)
            fault = check_value(RULES[ai], value, at)
        if fault is not None:
            reading.faults.append(_unescaped(reading, fault, at))
    if not reading.faults and (len(pairs) > 1 or not reading.link):
        reading.faults = check_pairs(pairs, complete=reading.complete and _anchored(pairs))
        if reading.link and not reading.faults:
            reading.faults = _doubles(pairs)
    if not reading.faults:
        reading.identifier = identify(pairs)
        _check_prefix(reading, options)
    return reading


def _anchored(pairs: Sequence[Pair]) -> bool:
    """Whether values say what they are about; without it, another code of the label does."""
    return any(ai in KINDS or ai in _CONTENTS for ai, _, _ in pairs)


def _unescaped(reading: Reading, fault: Fault, at: int) -> Fault:
    """Move a fault to its place in the escaped text of a value."""
    text = reading.escaped.get(at)
    if text is None:
        return fault
    signs = list(_SIGNS[reading.link].finditer(text))
    offset = fault.at - at
    place = signs[offset].start() if offset < len(signs) else len(text)
    return fault.moved(place - offset)


def _doubles(pairs: Sequence[Pair]) -> list[Fault]:
    """Refuse what a Digital Link says twice, even if it says the same."""
    seen: set[str] = set()
    faults = []
    for ai, _, at in pairs:
        if ai in seen:
            faults.append(refuse("double", N_("({ai}) stands twice in the address."), at, ai=ai))
        seen.add(ai)
    return faults


def _check_prefix(reading: Reading, options: Options) -> None:
    """Refuse a length of the company prefix that cannot be."""
    length, found = options.prefix_length, reading.identifier
    if length is None or found is None or reading.prefix_length is not None:
        return
    if not 6 <= length <= 12:
        reading.faults.append(
            refuse(
                "prefix_length",
                N_("A company prefix of an EPC has 6 to 12 digits, not {length}."),
                0,
                length=length,
            )
        )
    elif found.key in ("401", "8004", "8010", "8013"):
        head = found.value[:length]
        if len(head) < length or not head.isdigit():
            reading.faults.append(
                refuse(
                    "prefix_digits",
                    N_("({ai}) {value} does not begin with {length} digits of a company prefix."),
                    reading.pairs[0][2],
                    ai=found.key,
                    value=found.value,
                    length=length,
                )
            )


def identify(pairs: Sequence[Pair]) -> Identifier | None:
    """Find what values name: the first key with the qualifiers that belong to it.

    Returns
    -------
    Identifier or None
        None when no key is among the values
    """
    key = next((pair for pair in pairs if pair[0] in KINDS), None)
    if key is None:
        return None
    ai, value, _ = key
    given = {name: text for name, text, _ in reversed(pairs) if name != ai}
    row = qualifier_row(ai, given)
    qualifiers = tuple((name, given[name]) for name in row if name in given)
    if ai == "414" and given.get("254") == "0":
        qualifiers = ()  # extension 0 says "the place itself"
    named = {name for name, _ in qualifiers} | {ai, "254"}
    attributes = tuple((name, given[name]) for name in dict.fromkeys(p[0] for p in pairs)
                       if name not in named)  # fmt: skip
    kind, role = KINDS[ai]
    return Identifier(_trade_item(given) if ai == "01" else kind, role, ai, value, qualifiers,
                      attributes)  # fmt: skip


def qualifier_row(ai: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """Choose the row of qualifiers of a key that leaves over only what may describe.

    Among the rows that do, the one that uses most of what is given wins.
    """
    rows = RULES[ai].qualifiers or ()
    if all(name in rows[0] or RULES[name].describes for name in given):
        return rows[0]

    def fit(row: tuple[str, ...]) -> tuple[bool, int]:
        """Whether all that is left over may describe, and how many values the row uses."""
        left = [name for name in given if name not in row]
        return all(RULES[name].describes for name in left), len(given) - len(left)

    return max(rows, key=fit)


def _trade_item(given: Mapping[str, str]) -> KeyKind:
    """Kind of a trade item by what stands beside it, the finest first."""
    if "21" in given:
        return KeyKind.SGTIN
    if "235" in given:
        return KeyKind.UPUI
    return KeyKind.LGTIN if "10" in given else KeyKind.GTIN
