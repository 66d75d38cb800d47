"""Codes and GS1 keys: what makes them well-formed."""

from __future__ import annotations

from sanpin.base import N_, InputError

__all__ = ["check_code", "check_digit", "check_gln", "check_gtin"]

LONGEST_CODE = 80


def check_digit(digits: str) -> int:
    """Compute the GS1 check digit of the digits before it.

    From the right the digits weigh 3, 1, 3 ...; the check digit completes the sum to a multiple
    of ten. Source: GS1 General Specifications, section 7.9.
    """
    total = sum(
        int(digit) * (3 if position % 2 == 0 else 1)
        for position, digit in enumerate(reversed(digits))
    )
    return -total % 10


def check_code(code: str) -> None:
    """Refuse a record code that is empty, padded, too long or not printable.

    Any script and sign is allowed otherwise: codes come from the firm's other systems.

    Raises
    ------
    InputError
        ``master.code.invalid``
    """
    if code and code == code.strip() and len(code) <= LONGEST_CODE and code.isprintable():
        return
    raise InputError(
        "master.code.invalid",
        N_("“{value}” cannot be the code of a record."),
        hint=N_("Use 1 to {longest} printable characters without spaces at the ends."),
        value=code,
        longest=LONGEST_CODE,
    )


def check_gtin(gtin: str) -> None:
    """Refuse a GTIN that is not 8, 12, 13 or 14 digits with a right check digit."""
    _check_key(gtin, "GTIN", (8, 12, 13, 14))


def check_gln(gln: str) -> None:
    """Refuse a GLN that is not 13 digits with a right check digit."""
    _check_key(gln, "GLN", (13,))


def _check_key(key: str, name: str, lengths: tuple[int, ...]) -> None:
    """Refuse a key of the wrong length, with other signs than digits, or mistyped."""
    if not (key.isascii() and key.isdigit() and len(key) in lengths):
        raise InputError(
            "master.key.length",
            N_("“{key}” is not a {name}."),
            hint=N_("A {name} has {lengths} digits and nothing else."),
            key=key,
            name=name,
            lengths="/".join(str(length) for length in lengths),
        )
    expected = check_digit(key[:-1])
    if int(key[-1]) != expected:
        raise InputError(
            "master.key.check_digit",
            N_("The {name} {key} ends in a wrong check digit; it should be {expected}."),
            hint=N_("Check the number against the label or the certificate."),
            key=key,
            name=name,
            expected=expected,
        )
