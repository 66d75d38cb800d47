"""Who a request turned out to be."""

from __future__ import annotations

from dataclasses import dataclass

from sanpin.kit.auth.roles import Role

__all__ = ["Identity"]


@dataclass(frozen=True, slots=True)
class Identity:
    """A proven user of a firm; `scopes` narrows a key, None means all that the role may do."""

    user: str
    role: Role
    firm: str
    scopes: tuple[str, ...] | None = None
