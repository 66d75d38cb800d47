"""What these services need of a `sanpin.kit.context.Context`, which itself stands on roles."""

from __future__ import annotations

from typing import Protocol

from sanpin.kit.audit import Author, Person
from sanpin.kit.auth.roles import Role

__all__ = ["Caller", "Member"]


class Member(Person, Protocol):
    """Whoever acts, with what they may do."""

    @property
    def role(self) -> Role:
        """Role in the firm."""
        ...


class Caller(Author, Protocol):
    """Who asks, for which firm, where and when."""

    @property
    def actor(self) -> Member:
        """Who asks."""
        ...

    def require(self, role: Role) -> None:
        """Refuse a caller whose role does not include `role`."""
        ...
