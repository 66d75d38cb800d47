"""Error declarations and their undoing: what they take out of lineage, place and recall.

A declaration is an event like any other and stays. Undone, it takes nothing out any more: the
declared events count again, unless another declaration still holds.
"""

from __future__ import annotations

from sqlalchemy import Connection

from sanpin.base import N_, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.trace.store.corrections import undo_declarations

__all__ = ["undo_declaration"]


def undo_declaration(ctx: Context, identifier: str) -> int:
    """Let an event count again that was declared wrong.

    Parameters
    ----------
    identifier : of the event and of its declarations

    Returns
    -------
    int
        how many events count again

    Raises
    ------
    StateError
        ``trace.declaration.none``
    """
    ctx.require(Role.PLANNER)

    def work(conn: Connection) -> int | None:
        """Undo, and say who did."""
        revived = undo_declarations(conn, ctx.firm, identifier, ctx.actor.user, ctx.now())
        if revived is not None:
            audit.record(conn, ctx, "trace.declaration.undo", identifier, None, {"events": revived})
        return revived

    found = ctx.db.transact(work)
    if found is None:
        error = StateError(
            "trace.declaration.none",
            N_("No error declaration of {identifier} is in force."),
            hint=N_("Look at the events with this identifier."),
            identifier=identifier,
        )
        error.status = 404
        raise error
    return found
