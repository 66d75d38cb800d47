"""Scopes of API keys: which domain, and whether to read or also to write."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sanpin.base import N_, InputError

__all__ = ["ALL_SCOPES", "check_scopes", "scope_allows"]

ALL_SCOPES = ("*:write",)
"""Everything that the key's role may do."""

_SCOPE = re.compile(r"(\*|[a-z][a-z0-9-]*):(read|write)")


def check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return scopes in a fixed order, refusing what is not ``<domain>:read`` or ``:write``.

    The domain is not looked up: a key may be made for a pack that is installed later. None at all
    means `ALL_SCOPES`, whatever the role allows.
    """
    found = tuple(sorted(set(scopes)))
    for scope in found:
        if not _SCOPE.fullmatch(scope):
            raise InputError(
                "auth.scope.unknown",
                N_("“{scope}” is not a scope of a key."),
                hint=N_("Write a domain or *, then :read or :write, such as demand:read."),
                scope=scope,
            )
    return found or ALL_SCOPES


def scope_allows(scopes: Iterable[str], domain: str, *, write: bool) -> bool:
    """Return whether a key may read or write in a domain; who may write may also read.

    Parameters
    ----------
    scopes : those of the key
    domain : the domain that the path belongs to
    write : whether the request changes something
    """
    modes = {"write"} if write else {"read", "write"}
    wanted = {f"{place}:{mode}" for place in ("*", domain) for mode in modes}
    return not wanted.isdisjoint(scopes)
