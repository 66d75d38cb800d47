"""Check digits, and refusals that name the position of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sanpin.base import InputError

__all__ = ["Fault", "check_digit", "check_pair", "refuse", "with_check_digit"]

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_VALUES = {character: value for value, character in enumerate(CSET82)}
LONGEST_PAIRED = 99
"""Longest text with a pair of check characters: no value of the standard is longer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is refused.

    Attributes
    ----------
    code : stable dotted code
    message, hint : English texts with named fields, keys of the catalogues
    at : character at which it goes wrong, counted from 0 in what was given
    fields : values of the named fields
    """

    code: str
    message: str
    at: int
    hint: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)

    def moved(self, by: int) -> Fault:
        """Return the same fault for a text that begins `by` characters earlier."""
        return replace(self, at=self.at + by)

    def error(self) -> InputError:
        """Return the fault as an error to raise."""
        error = InputError(self.code, self.message, hint=self.hint)
        error.fields = {"at": self.at} | dict(self.fields)
        return error


def refuse(code: str, message: str, at: int, hint: str = "", **fields: object) -> Fault:
    """Make the refusal of a code; `at` counts characters from 0 in what was given."""
    return Fault(f"trace.identifier.{code}", message, at, hint, fields)


def check_digit(body: str) -> str:
    """Compute the modulo-10 check digit of a row of digits.

    Weights 3 and 1 alternate from the right of the body (GS1 General Specifications 7.9.1).

    Parameters
    ----------
    body : ASCII digits without the check digit, of any length

    Returns
    -------
    str
        one digit
    """
    codes = body.encode("ascii")
    heavy, light = codes[-1::-2], codes[-2::-2]
    total = 3 * (sum(heavy) - 48 * len(heavy)) + sum(light) - 48 * len(light)
    return str(-total % 10)


def with_check_digit(body: str) -> str:
    """Append the check digit to a row of digits."""
    return body + check_digit(body)


def check_pair(body: str) -> str:
    """Compute the pair of check characters of an alphanumeric key.

    Characters weigh the primes from the right, modulo 1021 (GS1 General Specifications 7.9.5).

    Parameters
    ----------
    body : characters of set 82 without the pair

    Returns
    -------
    str
        two characters of set 32
    """
    total = sum(
        _VALUES[character] * prime
        for character, prime in zip(reversed(body), _PRIMES, strict=False)
    )
    return CSET32[total % 1021 >> 5] + CSET32[total % 1021 & 31]


def _primes(count: int) -> tuple[int, ...]:
    """List the first primes."""
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return tuple(found)


_PRIMES = _primes(LONGEST_PAIRED - 2)
