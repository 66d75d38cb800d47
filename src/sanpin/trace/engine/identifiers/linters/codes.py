"""Linters of codes: lists of others, check digits, company prefixes, account numbers, positions."""

from __future__ import annotations

import re
from collections.abc import Callable

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import (
    CSET32,
    LONGEST_PAIRED,
    Fault,
    check_digit,
    check_pair,
    refuse,
)
from sanpin.trace.engine.identifiers.linters.characters import set_linter
from sanpin.trace.engine.identifiers.linters.code_lists import COUNTRY_LETTERS

__all__ = [
    "PREFIX_MINIMUM",
    "lint_check_digit",
    "lint_check_pair",
    "lint_iban",
    "lint_piece_of_total",
    "lint_position",
    "lint_prefix",
    "lint_prefix_after_one",
    "list_linter",
    "range_linter",
]

PREFIX_MINIMUM = 4
"""Digits of the shortest company prefix that GS1 gives out."""

_DIGITS, _SET82 = set_linter("N"), set_linter("X")
_POSITION = re.compile(r"([1-9]\d?)/([1-9]\d?)")
_IBAN = re.compile("[0-9A-Z]*")


def list_linter(name: str, codes: frozenset[str]) -> Callable[[str], Fault | None]:
    """Return the linter that looks a code up in a list."""

    def lint(text: str) -> Fault | None:
        """Refuse what is not in the list."""
        if text in codes:
            return None
        return refuse(
            "code_list",
            N_("“{text}” is not in the code list {list}."),
            0,
            text=text[:120],
            list=name,
        )

    return lint


def range_linter(longest: int) -> Callable[[str], Fault | None]:
    """Return the linter of a number of ten digits up to a limit: a coordinate."""

    def lint(text: str) -> Fault | None:
        """Check length, digits and limit."""
        fault = _DIGITS(text)
        if fault or (len(text) == 10 and int(text) <= longest):
            return fault
        return refuse(
            "coordinate",
            N_("“{text}” is no coordinate of ten digits up to {longest}."),
            0,
            text=text[:120],
            longest=longest,
        )

    return lint


def lint_check_digit(text: str) -> Fault | None:
    """Check the modulo-10 check digit at the end."""
    fault = _DIGITS(text)
    if fault:
        return fault
    if not text:
        return refuse("digits", N_("“{text}” must have {wanted} digits."), 0, text=text, wanted=1)
    expected = check_digit(text[:-1])
    if expected == text[-1]:
        return None
    return refuse(
        "check_digit",
        N_("The check digit of {text} is {found}; it should be {expected}."),
        len(text) - 1,
        N_("Read the code again; one digit is wrong."),
        text=text,
        found=text[-1],
        expected=expected,
    )


def lint_check_pair(text: str) -> Fault | None:
    """Check the two check characters at the end of an alphanumeric key."""
    if not 2 <= len(text) <= LONGEST_PAIRED:
        return refuse(
            "pair_length",
            N_("“{text}” is too short or too long for check characters."),
            0,
            text=text[:120],
        )
    body, pair = text[:-2], text[-2:]
    fault = _SET82(body)
    if fault:
        return fault
    for place, character in enumerate(pair):
        if character not in CSET32:
            return refuse("check_pair", N_("“{found}” is no check character."), len(body) + place,
                          found=character)  # fmt: skip
    expected = check_pair(body)
    if pair == expected:
        return None
    return refuse(
        "check_pair",
        N_("The check characters of {text} are {found}; they should be {expected}."),
        len(body),
        N_("Read the code again; one character is wrong."),
        text=text,
        found=pair,
        expected=expected,
    )


def lint_prefix(text: str) -> Fault | None:
    """Check that a company prefix can begin here."""
    head = text[:PREFIX_MINIMUM]
    fault = _DIGITS(head)
    if fault is None and len(head) == PREFIX_MINIMUM:
        return None
    return refuse(
        "prefix",
        N_("“{text}” does not begin with a company prefix."),
        fault.at if fault and len(head) == PREFIX_MINIMUM else 0,
        N_("A company prefix has at least {minimum} digits."),
        text=text[:120],
        minimum=PREFIX_MINIMUM,
    )


def lint_prefix_after_one(text: str) -> Fault | None:
    """Check that a company prefix can begin at the second character."""
    if len(text) < 2:
        return lint_prefix("")
    fault = lint_prefix(text[1:])
    return fault.moved(1) if fault else None


def lint_iban(text: str) -> Fault | None:
    """Check an account number: country, length and its modulo-97 digits (ISO 13616)."""
    found = _IBAN.match(text)
    end = found.end() if found else 0
    if text[:2] not in COUNTRY_LETTERS:
        at, reason = 0, N_("“{text}” does not begin with a country.")
    elif not 10 < len(text) <= 34:
        at, reason = 0, N_("“{text}” is too short or too long for an account number.")
    elif end < len(text):
        at, reason = end, N_("“{text}” holds what no account number holds.")
    elif int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 != 1:
        at, reason = 2, N_("The check digits of the account number {text} are wrong.")
    else:
        return None
    return refuse("iban", reason, at, text=text[:120])


def lint_piece_of_total(text: str) -> Fault | None:
    """Check piece and total, of equal length: neither zero, the piece not above the total."""
    fault = _DIGITS(text)
    if fault:
        return fault
    half = len(text) // 2
    piece, total = text[:half], text[half:]
    if len(text) % 2 or not half or not piece.strip("0") or int(piece) > int(total):
        return refuse("piece", N_("“{text}” is no piece of a total."), 0, text=text[:120])
    return None


def lint_position(text: str) -> Fault | None:
    """Check a position in a sequence such as 1/3."""
    found = _POSITION.fullmatch(text)
    if found and int(found[1]) <= int(found[2]):
        return None
    return refuse("position", N_("“{text}” is no position such as 1/3."), 0, text=text[:120])
