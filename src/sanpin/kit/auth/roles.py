"""The four roles, each including the ones before it.

viewer     sees everything of the firm, changes nothing
planner    imports, computes, plans, sets tasks
engineer   also changes master data, resources and rules
admin      also users, keys of others, webhooks and settings of the firm
"""

from __future__ import annotations

from enum import StrEnum

from sanpin.base import N_

__all__ = ["ROLE_LABELS", "Role"]


class Role(StrEnum):
    """What a member of a firm may do: viewer < planner < engineer < admin."""

    VIEWER = "viewer"
    PLANNER = "planner"
    ENGINEER = "engineer"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Place on the ladder, 0 for the viewer."""
        return _RANKS[self]

    def allows(self, other: Role) -> bool:
        """Return whether this role may do what `other` may do."""
        return self.rank >= other.rank


_RANKS = {role: rank for rank, role in enumerate(Role)}

ROLE_LABELS = {
    Role.VIEWER: N_("viewer"),
    Role.PLANNER: N_("planner"),
    Role.ENGINEER: N_("engineer"),
    Role.ADMIN: N_("administrator"),
}
"""Catalogue keys of the roles' names."""
