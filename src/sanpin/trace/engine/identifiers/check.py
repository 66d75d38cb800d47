"""Check digits and refusals that name the position of what is wrong."""

from __future__ import annotations

from sanpin.base import InputError

__all__ = ["check_digit", "refuse"]


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


def refuse(code: str, message: str, at: int, hint: str = "", **fields: object) -> InputError:
    """Make the refusal of a code; `at` counts characters from 0 in what was given."""
    error = InputError(f"trace.identifier.{code}", message, hint=hint)
    error.fields = {"at": at} | fields
    return error
