"""Passwords: kept as scrypt hashes that carry their own parameters."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

from sanpin.base import N_, InputError

__all__ = ["SHORTEST", "Cost", "check_password", "hash_password", "is_outdated", "verify_password"]

SHORTEST = 10
"""Least number of characters of a new password."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Work factors of scrypt (RFC 7914): memory is 128 * n * r bytes."""

    n: int = 2**15
    r: int = 8
    p: int = 3


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    # OpenSSL refuses what needs more than `maxmem`; twice the need is enough for its overhead.
    memory = 256 * cost.n * cost.r + 2**20
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=memory, dklen=32
    )


def hash_password(password: str, cost: Cost = Cost()) -> str:
    """Return ``scrypt$n$r$p$salt$hash``, with a new salt each time."""
    salt = os.urandom(16)
    parts = (salt, _derive(password, salt, cost))
    salted = "$".join(base64.b64encode(part).decode() for part in parts)
    return f"scrypt${cost.n}${cost.r}${cost.p}${salted}"


def _parse(kept: str) -> tuple[Cost, bytes, bytes]:
    _, n, r, p, salt, digest = kept.split("$")
    return Cost(int(n), int(r), int(p)), base64.b64decode(salt), base64.b64decode(digest)


def verify_password(password: str, kept: str) -> bool:
    """Return whether `password` is the one whose hash was kept; takes the same time either way.

    Parameters
    ----------
    password : what was typed
    kept : a value of `hash_password`, of today or with older work factors
    """
    cost, salt, digest = _parse(kept)
    return hmac.compare_digest(_derive(password, salt, cost), digest)


def is_outdated(kept: str, cost: Cost = Cost()) -> bool:
    """Return whether a hash was made with other work factors than today's."""
    return _parse(kept)[0] != cost


def check_password(name: str, password: str) -> None:
    """Refuse a password that is too short, or says no more than the user's name.

    Length is what makes guessing expensive; rules about digits and signs only make people write
    passwords down, so there are none.

    Raises
    ------
    InputError
        ``auth.password.weak``
    """
    if len(password) < SHORTEST or len(set(password)) < 4 or name.lower() in password.lower():
        raise InputError(
            "auth.password.weak",
            N_("This password is too easy to guess."),
            hint=N_("Use at least {shortest} characters, and not the name of the user."),
            shortest=SHORTEST,
        )
