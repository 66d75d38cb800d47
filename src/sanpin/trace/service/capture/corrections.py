"""Error declarations and their undoing: what they take out of lineage, place and recall.

A declaration is an event like any other and stays. Undone, it takes nothing out any more: the
declared events count again, unless another declaration still holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import write_instant
from sanpin.trace.engine.epcis.writer import CONTEXT
from sanpin.trace.service.capture.documents import capture
from sanpin.trace.store.corrections import own_event, undo_declarations

__all__ = ["REASONS", "declare_wrong", "undo_declaration"]

REASONS = ("incorrect_data", "did_not_occur")
"""Why an event is wrong, in words of the Core Business Vocabulary."""


def declare_wrong(
    ctx: Context, identifier: str, reason: str, *, corrective: Sequence[str] = (), note: str = ""
) -> None:
    """Declare an event of one's own wrong: it stays visible and counts no longer.

    Parameters
    ----------
    identifier : of the event
    reason : one of `REASONS`, or a URI of one's own
    corrective : identifiers of events that tell what is right
    note : for the audit log, in any words

    Raises
    ------
    StateError
        ``trace.event.unknown``, ``trace.declaration.known``
    InputError
        ``trace.declaration.reason``
    """
    ctx.require(Role.PLANNER)
    if reason not in REASONS and ":" not in reason:
        raise InputError(
            "trace.declaration.reason",
            N_("“{reason}” is no reason for a declaration."),
            hint=N_("Choose one of: {known}; or a URI of your own."),
            reason=reason,
            known=", ".join(REASONS),
        )
    with ctx.db.read() as conn:
        found = own_event(conn, ctx.firm, identifier)
    if found is None:
        raise _not_own(identifier)
    counts, text, context = found
    if not counts:
        raise StateError(
            "trace.declaration.known",
            N_("The event {identifier} is declared wrong already."),
            hint=N_("Take the declaration back if the event is right."),
            identifier=identifier,
        )
    document = _declaration(ctx, identifier, text, context, reason, corrective)
    report = capture(ctx, [document])
    if report.errors:
        problems = [error.problem for error in report.errors]
        raise InputError(
            "trace.declaration.refused",
            N_("The declaration is not valid: {first}"),
            hint=N_("Correct it and send it again."),
            problems=problems,
            first=str(problems[0]),
        )
    after = {"reason": reason, "corrective": list(corrective), "note": note}
    with ctx.db.write() as conn:
        audit.record(conn, ctx, "trace.declaration.make", identifier, None, after)


def _declaration(
    ctx: Context,
    identifier: str,
    text: bytes,
    context: object,
    reason: str,
    corrective: Sequence[str],
) -> bytes:
    """Write the document that declares an event wrong: the event once more, with the reason."""
    now = write_instant(int(ctx.now().timestamp() * 1_000_000))
    body = orjson.loads(text)
    body.pop("recordTime", None)
    told: dict[str, object] = {"declarationTime": now, "reason": reason}
    if corrective:
        told["correctiveEventIDs"] = list(corrective)
    body |= {"eventID": identifier, "errorDeclaration": told}
    document = {
        "@context": context or CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": now,
        "epcisBody": {"eventList": [body]},
    }
    return orjson.dumps(document)


def _not_own(identifier: str) -> StateError:
    """Make the refusal of an event that the firm did not capture."""
    error = StateError(
        "trace.event.unknown",
        N_("There is no event {identifier}."),
        hint=N_("Look for it by the thing that it names."),
        identifier=identifier[:200],
    )
    error.status = 404
    return error


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
