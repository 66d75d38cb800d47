"""GS1 keys for the sample, under a prefix that GS1 keeps for demonstrations."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sanpin.base import N_, InputError
from sanpin.master.model import check_digit

__all__ = ["SAMPLE_PREFIX", "allot_keys", "sample_gln"]

SAMPLE_PREFIX = "9521234"
"""Company prefix of the sample. GS1 prefix 952 is for demonstrations and never issued."""

_SPACE = 100_000


def allot_keys(codes: Iterable[str]) -> dict[str, str]:
    """Give every code a GTIN-13 of the sample prefix.

    The item reference is a hash of the code, moved on to the next free number where two
    collide in the order of the codes; the same codes always get the same keys.
    """
    wanted = sorted(set(codes))
    if len(wanted) > _SPACE:
        raise InputError(
            "master.sample.too_many",
            N_("The sample prefix has room for {space} items, not for {count}."),
            hint=N_("Use your own company prefix for so many items."),
            space=_SPACE,
            count=len(wanted),
        )
    taken: set[int] = set()
    keys: dict[str, str] = {}
    for code in wanted:
        number = int.from_bytes(sha256(code.encode()).digest()[:8], "big") % _SPACE
        while number in taken:
            number = (number + 1) % _SPACE
        taken.add(number)
        keys[code] = _complete(number)
    return keys


def sample_gln(number: int) -> str:
    """Return the GLN of the sample prefix with a location number.

    Parameters
    ----------
    number : 0 to 99999; 0 the firm, 1 to 99 sites, from 100 suppliers, from 1000 customers
    """
    return _complete(number)


def _complete(number: int) -> str:
    digits = f"{SAMPLE_PREFIX}{number:05d}"
    return digits + str(check_digit(digits))
