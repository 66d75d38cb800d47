"""Read and write element strings: in brackets, or with FNC1 between the values.

GS1 General Specifications, section 7.8: values of predefined length follow each other directly,
all others end in a separator, which scanners send as GS (0x1D) and people type as ``^``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse
from sanpin.trace.engine.identifiers.reading import Reading
from sanpin.trace.engine.identifiers.table import RULES, ai_at
from sanpin.trace.model.identifiers import Identifier

__all__ = [
    "brackets_of",
    "element_of",
    "read_brackets",
    "read_element",
    "write_brackets",
    "write_element",
]

_BRACKET = re.compile(r"(?<!\\)\((\d{2,4})\)")
_STRAY = re.compile(r"(?<!\\)\(")
_SEPARATORS = re.compile("[\x1d^]")


def read_brackets(text: str) -> Reading:
    """Read ``(01)09521234567899(10)LOT7`` as it is printed below a bar code.

    Spaces do not count, for no value holds one. A bracket within a value is written ``\\(``.
    """
    if " " not in text:
        return _read_compact(text)
    places = [place for place, character in enumerate(text) if character != " "]
    places.append(len(text))
    reading = _read_compact(text.replace(" ", ""))
    reading.pairs = [(ai, value, places[at]) for ai, value, at in reading.pairs]
    reading.faults = [fault.moved(places[fault.at] - fault.at) for fault in reading.faults]
    reading.escaped = {at: text[at:] for _, _, at in reading.pairs}
    return reading


def _read_compact(text: str) -> Reading:
    """Read brackets without spaces."""
    marks = list(_BRACKET.finditer(text))
    if not marks or marks[0].start() != 0:
        return Reading.refused(
            refuse(
                "brackets",
                N_("An element string in brackets begins with an application identifier."),
                0,
                N_("Compare it with (01)09521234567899(10)LOT7."),
            )
        )
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    reading = Reading()
    for mark, end in zip(marks, ends, strict=True):
        if mark[1] not in RULES:
            return Reading.refused(_unknown(mark[1], mark.start(1)))
        raw = text[mark.end() : end]
        stray = _STRAY.search(raw)
        if stray:
            return Reading.refused(
                refuse("stray_bracket", N_("The bracket opens no application identifier."),
                       mark.end() + stray.start(), N_("Write a bracket within a value as \\(."))
            )  # fmt: skip
        if "\\" in raw:
            reading.escaped[mark.end()] = raw
        reading.pairs.append((mark[1], raw.replace("\\(", "("), mark.end()))
    return reading


def read_element(text: str, start: int = 0, *, first: bool = True) -> Reading:
    """Read values with FNC1 (``^`` or GS) between them.

    Parameters
    ----------
    text : what was given
    start : where the element string begins in it
    first : whether FNC1 must begin it; behind a symbology identifier it does not
    """
    at = start
    if at < len(text) and text[at] in "^\x1d":
        at += 1
    elif first:
        return Reading.refused(
            refuse("no_function", N_("An element string begins with FNC1, written ^."), start,
                   N_("Write ^ before it, or brackets around its application identifiers."))
        )  # fmt: skip
    if at >= len(text):
        return Reading.refused(refuse("empty", N_("There is nothing to read."), start,
                                      N_("Scan or type the code of a thing.")))  # fmt: skip
    # One bar code of several may leave out what another holds.
    reading = Reading(complete=False)
    while at < len(text):
        ai = ai_at(text, at)
        if not ai:
            return Reading.refused(_unknown(text[at : at + 4], at))
        begin = at + len(ai)
        end = _value_end(text, ai, begin)
        reading.pairs.append((ai, text[begin:end], begin))
        at = end + 1 if end < len(text) and text[end] in "^\x1d" else end
    return reading


def _value_end(text: str, ai: str, start: int) -> int:
    """Position at which a value ends: at the next separator, or by its predefined length."""
    separator = _SEPARATORS.search(text, start)
    end = separator.start() if separator else len(text)
    return min(end, start + RULES[ai].maximum) if RULES[ai].predefined else end


def _unknown(ai: str, at: int) -> Fault:
    """Make the refusal of an unknown application identifier."""
    return refuse(
        "unknown_ai",
        N_("“{ai}” does not begin with a known application identifier."),
        at,
        N_("A separator may be missing before it."),
        ai=ai,
    )


def brackets_of(pairs: Sequence[tuple[str, str]]) -> str:
    """Write values in brackets, in the order given."""
    return "".join(
        f"({ai}){value}" if "(" not in value else f"({ai}){_shield(value)}" for ai, value in pairs
    )


def _shield(value: str) -> str:
    """Write a value that holds a bracket."""
    return value.replace("(", "\\(")


def element_of(pairs: Sequence[tuple[str, str]]) -> str:
    """Write values as an element string with ``^`` for FNC1, in the order given.

    No separator follows the last value; a scanner would send none either.
    """
    text = "^"
    last = len(pairs) - 1
    for place, (ai, value) in enumerate(pairs):
        text += ai + value
        if place < last and not RULES[ai].predefined:
            text += "^"
    return text


def write_brackets(identifier: Identifier) -> str:
    """Write the identifier with its attributes in brackets."""
    return brackets_of(_all(identifier))


def write_element(identifier: Identifier) -> str:
    """Write the identifier with its attributes as an element string."""
    return element_of(_all(identifier))


def _all(identifier: Identifier) -> tuple[tuple[str, str], ...]:
    """All values in the order in which they are written."""
    first = (identifier.key, identifier.value)
    return (first, *identifier.qualifiers, *identifier.attributes)
