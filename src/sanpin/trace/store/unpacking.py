"""Kernels that unpack what `sanpin.trace.store.pack` packed, for many events at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.compiled import kernel

__all__ = ["read_numbers", "unpack_hex"]

_COMMA, _MINUS = 44, 45


@kernel
def _digit(code: int) -> int:
    """Value of a hexadecimal digit in either case."""
    return code - 48 if code < 58 else (code & 7) + 9


@kernel
def _number(text: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """Number in groups of seven bits that begins somewhere, and where it ends."""
    number, shift = 0, 0
    while True:
        byte = _digit(text[at]) << 4 | _digit(text[at + 1])
        at += 2
        number |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return number, at
        shift += 7


@kernel
def _size(text: NDArray[np.uint8]) -> tuple[int, int]:
    """How many events and how many entries a text holds."""
    events, entries, at = 1, 0, 0
    while at < text.size:
        if text[at] == _COMMA:
            events += 1
            at += 1
            continue
        head, at = _number(text, at)
        entries += head >> 3
        _, at = _number(text, at)
    return events, entries


@kernel
def unpack_hex(
    text: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
    """Offset, things and parts of events whose packed things stand in hexadecimal digits.

    Parameters
    ----------
    text : the events one behind the other, with commas between
    """
    events, entries = _size(text)
    offset = np.empty(events + 1, np.int64)
    things, parts = np.empty(entries, np.int32), np.empty(entries, np.uint8)
    event, entry, last, at = 0, 0, 0, 0
    offset[0] = 0
    while at < text.size:
        if text[at] == _COMMA:
            event += 1
            offset[event] = entry
            last = 0
            at += 1
            continue
        head, at = _number(text, at)
        distance, at = _number(text, at)
        first = last + ((distance >> 1) ^ -(distance & 1))
        for number in range(head >> 3):
            things[entry], parts[entry] = first + number, head & 7
            entry += 1
        last = first + (head >> 3) - 1
    offset[events] = entry
    return offset, things, parts


@kernel
def read_numbers(text: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Numbers that stand one behind the other in decimal digits, with commas between."""
    count = 1 if text.size else 0
    for byte in text:
        count += byte == _COMMA
    found = np.empty(count, np.int64)
    place, number, sign = 0, 0, 1
    for byte in text:
        if byte == _COMMA:
            found[place] = sign * number
            place, number, sign = place + 1, 0, 1
        elif byte == _MINUS:
            sign = -1
        else:
            number = number * 10 + (byte - 48)
    if count:
        found[place] = sign * number
    return found
