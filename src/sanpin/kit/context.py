"""The Context: who asks, in which workspace, in which language; every service takes one."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType

from sanpin.base import N_, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.db import Database
from sanpin.kit.lake import Lake
from sanpin.kit.workspace import Workspace

__all__ = ["LOCAL_ACTOR", "Actor", "Context", "open_context"]


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf something is done: a user, what they may do, and their firm."""

    user: str
    role: Role
    firm: str = "own"


LOCAL_ACTOR = Actor("local", Role.ADMIN)
"""Whoever sits at this machine: the command line, and the pages while nobody signs in."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a service needs from outside: database, lake, caller, language and clock.

    Attributes
    ----------
    workspace : folder and description
    db, lake : where rows and files are
    actor : on whose behalf
    language : in which texts are for the caller

    Notes
    -----
    It is immutable: a request gets its own view by `acting_as`, so that no caller can change what
    another one sees.
    """

    workspace: Workspace
    db: Database
    lake: Lake
    actor: Actor = LOCAL_ACTOR
    language: str = "en"

    @property
    def firm(self) -> str:
        """Firm whose rows the caller sees and writes."""
        return self.actor.firm

    def now(self) -> datetime:
        """Return the present instant in UTC: the only clock of the services."""
        return datetime.now(UTC)

    def require(self, role: Role) -> None:
        """Refuse a caller whose role does not include `role`."""
        if not self.actor.role.allows(role):
            refusal = StateError(
                "auth.role.missing",
                N_("This needs the role “{needed}”; {user} has “{role}”."),
                hint=N_("Ask an administrator of your firm."),
                needed=str(role),
                user=self.actor.user,
                role=str(self.actor.role),
            )
            refusal.status = 403
            raise refusal

    def acting_as(self, actor: Actor, language: str | None = None) -> Context:
        """Return the same context for another caller, and in another language if given."""
        spoken = language or self.language
        return Context(self.workspace, self.db, self.lake, actor, spoken)

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()

    def __enter__(self) -> Context:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_context(
    workspace: Workspace,
    *,
    actor: Actor = LOCAL_ACTOR,
    language: str = "en",
    upgrade: bool = True,
) -> Context:
    """Open the database and lake of a workspace, bringing its tables up to date first.

    Raises
    ------
    StateError
        when a newer Sanpin wrote the database, or the disk or server refuses
    """
    db = Database(workspace.database_url)
    with ExitStack() as on_error:
        on_error.callback(db.close)
        if upgrade:
            # Alembic is slow to import; a caller that does not migrate does not wait for it.
            from sanpin.kit.migrations import upgrade as bring_up_to_date
            from sanpin.kit.registry import domains

            bring_up_to_date(db, domains())
        on_error.pop_all()
    return Context(workspace, db, Lake(workspace.lake_path, db), actor, language)
