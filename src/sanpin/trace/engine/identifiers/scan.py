"""Read what a scanner sends, and the bare numbers below a bar code.

The AIM identifier of the symbology stands first (ISO/IEC 15424); it says whether GS1 data follow,
a number of a retail bar code, or plain text that may be a Digital Link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse, with_check_digit
from sanpin.trace.engine.identifiers.element import read_element
from sanpin.trace.engine.identifiers.link import is_web_address, read_link
from sanpin.trace.engine.identifiers.reading import NO_OPTIONS, Options, Reading

__all__ = ["SYMBOLOGIES", "read_number", "read_scan", "upc_a_of"]

_ELEMENTS = frozenset(("C1", "e0", "d2", "Q3", "J1"))
_NUMBERS: Mapping[str, int] = {"E0": 13, "E4": 8, "I1": 14}
_PLAIN = frozenset(("Q1", "d1", "J0"))
_COMPOSITE = "|]e0"

SYMBOLOGIES: Mapping[str, str] = {
    "gs1128": "C1", "code128": "C1", "databar": "e0", "databarexpanded": "e0", "composite": "e0",
    "gs1datamatrix": "d2", "gs1dm": "d2", "gs1qr": "Q3", "gs1qrcode": "Q3", "gs1dotcode": "J1",
    "ean13": "E0", "upca": "A", "upce": "U", "ean8": "E4", "itf14": "I1", "itf": "I1",
    "qr": "Q1", "qrcode": "Q1", "datamatrix": "d1", "dm": "d1", "dotcode": "J0",
}  # fmt: skip
"""AIM identifier by the name of a symbology, in small letters without signs."""

_SIGNS = re.compile(r"[^a-z0-9]")


def read_scan(text: str, options: Options = NO_OPTIONS) -> Reading:
    """Read scan data: an AIM identifier such as ``]d2``, then the data.

    Without the identifier the symbology must be named by the options. Plain text that holds no
    Digital Link names nothing: its reading has neither pairs nor faults.
    """
    code, start = text[1:3], 3
    if not text.startswith("]"):
        code, start = SYMBOLOGIES.get(_SIGNS.sub("", options.symbology.lower()), ""), 0
        if options.symbology[:1] == "]":
            code = options.symbology[1:3]
    if code in _ELEMENTS:
        return read_element(text, start, first=False)
    if code in _NUMBERS or code in ("A", "U"):
        return _read_retail(text, start, code, options)
    if code in _PLAIN:
        if is_web_address(text[start:]):
            return _moved(read_link(text[start:], options), start)
        return Reading()
    return Reading.refused(
        refuse(
            "symbology",
            N_("“{text}” does not begin with the identifier of a known symbology."),
            0,
            N_("Scanners send ]C1, ]e0, ]d1, ]d2, ]Q1, ]Q3, ]J1, ]E0, ]E4 or ]I1 first."),
            text=text[:120],
        )
    )


def _read_retail(text: str, start: int, code: str, options: Options) -> Reading:
    """Read the number of a retail bar code, and the composite beside it."""
    number, mark, rest = text[start:].partition(_COMPOSITE)
    end = start + len(number)
    if code == "U" or (code == "E0" and options.symbology and len(number) < 12):
        number = upc_a_of(number)
    length = 12 if code in ("A", "U") else _NUMBERS[code]
    reading = _number(number, end, (length,))
    if mark and not reading.faults:
        more = read_element(text, len(text) - len(rest), first=False)
        reading.pairs += more.pairs
        reading.faults += more.faults
        reading.complete = False
    return reading


def _number(number: str, end: int, lengths: tuple[int, ...]) -> Reading:
    """Read a GTIN of some length that ends at a position."""
    if len(number) not in lengths or not (number.isascii() and number.isdigit()):
        return Reading.refused(_bad_number(number, end - len(number), lengths))
    return Reading(pairs=[("01", number.zfill(14), end - 14)])


def _bad_number(number: str, start: int, lengths: tuple[int, ...]) -> Fault:
    """Make the refusal of a number of another length or with other characters."""
    stop = next((n for n, c in enumerate(number) if c not in "0123456789"), len(number))
    return refuse(
        "number",
        N_("“{number}” is no number of {lengths} digits."),
        start + stop,
        number=number[:120],
        lengths=", ".join(map(str, lengths)),
    )


def upc_a_of(number: str) -> str:
    """Expand the 6, 7 or 8 digits of a UPC-E to the 12 of the UPC-A that it stands for.

    Zeros are put back by the last digit (GS1 General Specifications 5.2.2.5.2). Anything else is
    returned as it is.
    """
    if len(number) not in (6, 7, 8) or not (number.isascii() and number.isdigit()):
        return number
    system, body = ("0", number) if len(number) == 6 else (number[0], number[1:7])
    last = body[5]
    if last in "012":
        full = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        full = body[:3] + "00000" + body[3:5]
    elif last == "4":
        full = body[:4] + "00000" + body[4]
    else:
        full = body[:5] + "0000" + last
    return system + full + number[7] if len(number) == 8 else with_check_digit(system + full)


def read_number(text: str) -> Reading:
    """Read digits alone: 18 are a container, anything else a trade item."""
    if len(text) == 18:
        return Reading(pairs=[("00", text, 0)])
    return _number(text, len(text), (8, 12, 13, 14))


def _moved(reading: Reading, by: int) -> Reading:
    """Place a reading in a text that begins earlier."""
    reading.pairs = [(ai, value, at + by) for ai, value, at in reading.pairs]
    reading.faults = [fault.moved(by) for fault in reading.faults]
    reading.escaped = {at + by: raw for at, raw in reading.escaped.items()}
    return reading
