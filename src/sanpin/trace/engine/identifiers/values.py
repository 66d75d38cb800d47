"""Check one value against the field that it fills.

Character sets 82 and 39 are those of the GS1 General Specifications, figures 7.11-1 and 7.11-2.
"""

from __future__ import annotations

import re

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import check_digit, refuse
from sanpin.trace.engine.identifiers.keys import Field

__all__ = ["check_value"]

_CHARSETS = {
    "82": re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*"),
    "39": re.compile(r"[#\-/0-9A-Z]*"),
    "n": re.compile(r"[0-9]*"),
}
_DIGITS = re.compile(r"[0-9]*")


def check_value(field: Field, value: str, at: int = 0) -> str:
    """Return `value` when it may stand for `field`, else refuse it with its position.

    Raises
    ------
    InputError
        ``trace.identifier.length``, ``.character``, ``.check_digit`` or ``.filler``.

    Parameters
    ----------
    field : rule of the application identifier
    value : as it was given, unescaped
    at : where it began in what was given; refusals add the place within the value
    """
    if not field.minimum <= len(value) <= field.maximum:
        raise refuse(
            "length",
            N_("({ai}) has {length} characters; {minimum} to {maximum} are allowed."),
            at,
            N_("Check that the code was read completely."),
            ai=field.ai,
            length=len(value),
            minimum=field.minimum,
            maximum=field.maximum,
        )
    _check_characters(field, value, at)
    if field.zero and value[0] != "0":
        raise refuse(
            "filler",
            N_("({ai}) must begin with 0, found “{found}”."),
            at,
            ai=field.ai,
            found=value[0],
        )
    if field.check:
        _check_digit(field, value, at)
    return value


def _check_characters(field: Field, value: str, at: int) -> None:
    """Refuse the first character that may not stand where it stands."""
    head, tail = value[: field.digits], value[field.digits :]
    for text, allowed, offset in (
        (head, _DIGITS, 0),
        (tail, _CHARSETS[field.charset], len(head)),
    ):
        match = allowed.match(text)
        stop = match.end() if match else 0
        if stop < len(text):
            raise refuse(
                "character",
                N_("({ai}) may not contain “{found}” at character {place}."),
                at + offset + stop,
                ai=field.ai,
                found=text[stop],
                place=offset + stop + 1,
            )


def _check_digit(field: Field, value: str, at: int) -> None:
    """Refuse a wrong check digit and name the right one."""
    last = field.check - 1
    expected = check_digit(value[:last])
    if value[last] != expected:
        raise refuse(
            "check_digit",
            N_("The check digit of ({ai}) {value} is {found}; it should be {expected}."),
            at + last,
            N_("Read the code again; one digit is wrong."),
            ai=field.ai,
            value=value,
            found=value[last],
            expected=expected,
        )
