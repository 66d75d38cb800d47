"""Linters that look at single characters: sets, digits, zeros, escapes."""

from __future__ import annotations

import re
from collections.abc import Callable

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse

__all__ = [
    "SETS",
    "lint_base64",
    "lint_escapes",
    "lint_hyphen",
    "lint_no_leading_zero",
    "lint_nonzero",
    "lint_some_nondigit",
    "lint_zero",
    "set_linter",
]

SETS = {
    "N": "0-9",
    "X": "!\"%&'()*+,\\-./0-9:;<=>?A-Z_a-z",
    "Y": "#\\-/0-9A-Z",
    "Z": "A-Za-z0-9_\\-=",
}
"""Characters of each type of component, as the inside of a character class.

N are digits, X set 82, Y set 39, Z the file-safe base64 alphabet with its padding (GS1 General
Specifications 7.11).
"""

_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PADDING = re.compile(r"=+\Z")


def set_linter(kind: str) -> Callable[[str], Fault | None]:
    """Return the linter that allows only the characters of a type."""
    allowed = re.compile(f"[{SETS[kind]}]*")

    def lint(text: str) -> Fault | None:
        """Refuse the first character outside the set."""
        found = allowed.match(text)
        end = found.end() if found else 0
        if end == len(text):
            return None
        return refuse(
            "character",
            N_("“{found}” may not stand at character {place} of “{text}”."),
            end,
            N_("The character is not in the set that the standard allows here."),
            found=text[end],
            place=end + 1,
            text=text[:120],
        )

    return lint


_CHARACTERS_64 = set_linter("Z")
_DIGITS = set_linter("N")


def lint_base64(text: str) -> Fault | None:
    """Check the file-safe base64 alphabet and its padding."""
    found = _PADDING.search(text)
    padding = len(found[0]) if found else 0
    body = text[: len(text) - padding]
    if padding > 2 or (padding and len(text) % 3) or "=" in body:
        return refuse(
            "padding",
            N_("The padding “{padding}” of “{text}” is wrong."),
            body.find("=") if "=" in body else len(body),
            padding="=" * padding,
            text=text[:120],
        )
    return _CHARACTERS_64(body)


def lint_escapes(text: str) -> Fault | None:
    """Check that every percent sign begins an escape."""
    found = _ESCAPE.search(text)
    if found is None:
        return None
    return refuse(
        "escape",
        N_("The % at character {place} of “{text}” needs two hexadecimal digits."),
        found.start(),
        place=found.start() + 1,
        text=text[:120],
    )


def lint_some_nondigit(text: str) -> Fault | None:
    """Check that not all characters are digits."""
    if re.search("[^0-9]", text):
        return None
    return refuse(
        "all_digits", N_("“{text}” must hold a character other than a digit."), 0, text=text
    )


def lint_nonzero(text: str) -> Fault | None:
    """Check that a number is not zero."""
    fault = _DIGITS(text)
    if fault or text.strip("0"):
        return fault
    return refuse("zero", N_("“{text}” must not be zero."), 0, text=text)


def lint_zero(text: str) -> Fault | None:
    """Check the filler before a returnable asset: one 0."""
    if text == "0":
        return None
    return refuse("filler", N_("Here must stand 0, not “{text}”."), 0, text=text[:120])


def lint_no_leading_zero(text: str) -> Fault | None:
    """Check that a number does not begin with 0, unless it is 0."""
    fault = _DIGITS(text)
    if fault or text == "0" or not text.startswith("0"):
        return fault
    return refuse("leading_zero", N_("“{text}” must not begin with 0."), 0, text=text)


def lint_hyphen(text: str) -> Fault | None:
    """Check that there are only hyphens: the sign of a temperature below zero."""
    end = len(text) - len(text.lstrip("-"))
    if end == len(text):
        return None
    return refuse("hyphen", N_("Only a hyphen may stand here, not “{text}”."), end, text=text[:120])
