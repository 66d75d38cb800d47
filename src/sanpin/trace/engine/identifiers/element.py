"""Read element strings: bracketed, or as a scanner sends them with FNC1 between values.

GS1 General Specifications, section 7.8: values of predefined length follow each other
directly, all others end in a separator, which scanners send as FNC1 and people type as ``^``.
"""

from __future__ import annotations

import re

from sanpin.base import N_
from sanpin.trace.engine.identifiers.build import build_from_pairs
from sanpin.trace.engine.identifiers.check import refuse
from sanpin.trace.engine.identifiers.keys import ATTRIBUTES, KEYS, PREDEFINED, QUALIFIERS, Field
from sanpin.trace.model.identifiers import Identifier

__all__ = ["parse_brackets", "parse_element", "write_brackets", "write_element"]

_BRACKET = re.compile(r"\((\d{2,4})\)")
# AIM identifiers of the bar codes that carry GS1 data: GS1-128, DataBar, DataMatrix, QR, DotCode.
_SYMBOLOGY = re.compile(r"\](?:C1|e0|d2|Q3|J1)")
_SEPARATORS = re.compile("[\x1d^]")

_FIELDS: dict[str, Field] = {
    **{ai: key.field for ai, key in KEYS.items()},
    **QUALIFIERS,
    **ATTRIBUTES,
}


def parse_brackets(text: str) -> Identifier:
    """Parse ``(01)09521234567899(10)LOT7`` as it is printed below a bar code.

    Raises
    ------
    InputError
        ``trace.identifier.brackets``, ``.unknown_ai`` or the refusal of a value
    """
    marks = list(_BRACKET.finditer(text))
    if not marks or marks[0].start() != 0:
        raise refuse(
            "brackets",
            N_("An element string in brackets begins with an application identifier."),
            0,
            N_("Compare it with (01)09521234567899(10)LOT7."),
        )
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    pairs = []
    for mark, end in zip(marks, ends, strict=True):
        _known(mark[1], mark.start(1))
        pairs.append((mark[1], text[mark.end() : end], mark.end()))
    return build_from_pairs(pairs)


def parse_element(text: str) -> Identifier:
    """Parse what a scanner sends: ``]d2`` or FNC1 first, FNC1 (``^`` or GS) between values.

    Raises
    ------
    InputError
        ``trace.identifier.unknown_ai``, mostly where a separator was lost, or the refusal of a
        value
    """
    at = 0
    prefix = _SYMBOLOGY.match(text)
    if prefix:
        at = prefix.end()
    if at < len(text) and text[at] in "^\x1d":
        at += 1
    pairs = []
    while at < len(text):
        ai = _ai_at(text, at)
        start = at + len(ai)
        end = _value_end(text, ai, start)
        pairs.append((ai, text[start:end], start))
        at = end + 1 if end < len(text) and text[end] in "^\x1d" else end
    return build_from_pairs(pairs)


def write_brackets(identifier: Identifier) -> str:
    """Write the identifier with its attributes in brackets."""
    return "".join(f"({ai}){value}" for ai, value in _pairs(identifier))


def write_element(identifier: Identifier) -> str:
    """Write the identifier as an element string with ``^`` for FNC1.

    No separator follows the last value; a scanner would send none either.
    """
    pairs = _pairs(identifier)
    text = "^"
    for place, (ai, value) in enumerate(pairs):
        text += ai + value
        if place < len(pairs) - 1 and not _predefined(ai):
            text += "^"
    return text


def _pairs(identifier: Identifier) -> tuple[tuple[str, str], ...]:
    """All values in the order in which they are written."""
    first = (identifier.key, identifier.value)
    return (first, *identifier.qualifiers, *identifier.attributes)


def _ai_at(text: str, at: int) -> str:
    """Find the application identifier at a position; none is the beginning of another."""
    # Identifiers are prefix-free, so the first length that is known is the right one.
    for length in (2, 3, 4):
        ai = text[at : at + length]
        if ai in _FIELDS:
            return ai
    raise _unknown(text[at : at + 4], at)


def _known(ai: str, at: int) -> None:
    """Refuse an application identifier that is not in the tables."""
    if ai not in _FIELDS:
        raise _unknown(ai, at)


def _unknown(ai: str, at: int) -> Exception:
    """Make the refusal of an unknown application identifier."""
    return refuse(
        "unknown_ai",
        N_("“{ai}” does not begin with a known application identifier."),
        at,
        N_("A separator may be missing before it."),
        ai=ai,
    )


def _predefined(ai: str) -> bool:
    """Whether values have a length fixed by the standard, so that no separator follows."""
    return ai in PREDEFINED or ai[:2] in ("31", "32", "33", "34", "35", "36", "41")


def _value_end(text: str, ai: str, start: int) -> int:
    """Position at which a value ends: by its fixed length, or at the next separator."""
    if _predefined(ai):
        return min(len(text), start + _FIELDS[ai].maximum)
    separator = _SEPARATORS.search(text, start)
    return separator.start() if separator else len(text)
