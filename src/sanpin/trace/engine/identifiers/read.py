"""Read any writing of an identifier: choose the notation, read it, check it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import refuse
from sanpin.trace.engine.identifiers.element import read_brackets, read_element
from sanpin.trace.engine.identifiers.link import is_web_address, read_link
from sanpin.trace.engine.identifiers.plain import read_named, read_words
from sanpin.trace.engine.identifiers.reading import NO_OPTIONS, Options, Reading, finish
from sanpin.trace.engine.identifiers.scan import read_number, read_scan
from sanpin.trace.engine.identifiers.urn import read_urn

__all__ = ["NOTATIONS", "read"]

_NUMBER = re.compile(r"\d{8}|\d{12,14}|\d{18}")


def _read_auto(text: str, options: Options) -> Reading:
    """Choose the notation by how the text begins."""
    if text.startswith("]") or (options.symbology and _NUMBER.fullmatch(text)):
        reading = read_scan(text, options)
        return reading if reading.pairs or reading.faults else _unknown(text)
    if is_web_address(text):
        return read_link(text, options)
    if text.startswith("("):
        return read_brackets(text)
    if text[0] in "^\x1d":
        return read_element(text)
    if _NUMBER.fullmatch(text) and text.isascii():
        return read_number(text)
    if text[:2] in ("00", "01") and text[:14].isdigit():
        # Codes of GB/T 33993 and many scanners leave the first FNC1 out.
        return read_element(text, first=False)
    named = read_named(text) or read_words(text)
    if named:
        return named
    return read_urn(text) if text.startswith("urn:epc:") else _unknown(text)


def _read_brackets(text: str, _options: Options) -> Reading:
    """Read brackets, or names with values as people write them."""
    return (None if text.startswith("(") else read_words(text)) or read_brackets(text)


def _read_element(text: str, _options: Options) -> Reading:
    """Read an element string with FNC1."""
    return read_element(text)


def _read_urn(text: str, _options: Options) -> Reading:
    """Read a URN, or a name of the national identification system."""
    return read_named(text) or read_urn(text)


NOTATIONS: Mapping[str, Callable[[str, Options], Reading]] = {
    "auto": _read_auto,
    "ai": _read_brackets,
    "element": _read_element,
    "scan": read_scan,
    "dl": read_link,
    "urn": _read_urn,
}
"""Reader by the name of a notation."""


def read(text: str, kind: str = "auto", options: Options = NO_OPTIONS) -> Reading:
    """Read a text in a notation and check it.

    Parameters
    ----------
    text : what was scanned, typed or sent
    kind : name of a notation; ``auto`` chooses by how the text begins
    options : what is allowed besides the standard

    Returns
    -------
    Reading
        never an error: what is wrong stands in its faults
    """
    value = text.strip(" \t\r\n")
    if not value:
        return Reading.refused(
            refuse(
                "empty", N_("There is nothing to read."), 0, N_("Scan or type the code of a thing.")
            )
        )
    reading = finish(NOTATIONS[kind](value, options), options)
    if reading.faults and text[0] in " \t\r\n":
        by = len(text) - len(text.lstrip(" \t\r\n"))
        reading.faults = [fault.moved(by) for fault in reading.faults]
    return reading


def _unknown(text: str) -> Reading:
    """Make the reading of a text in no known notation."""
    return Reading.refused(
        refuse(
            "unknown",
            N_("“{text}” is no code that is understood."),
            0,
            N_("Give a GTIN, an SSCC, (01)…(10)…, a Digital Link or an EPC URN."),
            text=text[:120],
        )
    )
