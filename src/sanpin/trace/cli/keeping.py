"""Commands that look after the ledger: declarations, holds, retention, sight, a whole firm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say
from sanpin.trace.cli.base import app, word

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["declare", "erase", "export_firm", "give_sight", "hold", "holds", "import_firm"]
__all__ += ["lift", "retention", "rules", "take_back", "undeclare"]

Event = Annotated[str, word("EVENT")]


@app.command
def declare(
    event: Event,
    *,
    reason: str = "incorrect_data",
    corrective: tuple[str, ...] = (),
    note: str = "",
) -> None:
    """Declare an event wrong: it stays visible and counts no longer.

    Parameters
    ----------
    event
        Identifier of the event.
    reason
        Either incorrect_data, did_not_occur, or a URI of your own.
    corrective
        Identifiers of events that are right instead.
    note
        For the audit log.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        service.declare_wrong(ctx, event, reason, corrective=corrective, note=note)
    record = {"event": event}
    print_result(record, lambda: say(N_("{event} counts no longer."), **record))


@app.command
def undeclare(event: Event) -> None:
    """Let an event count again that was declared wrong.

    Parameters
    ----------
    event
        Identifier of the event.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = {"event": event, "revived": service.undo_declaration(ctx, event)}
    print_result(record, lambda: say(N_("{revived} events of {event} count again."), **record))


@app.command
def holds() -> None:
    """List all holds, those that were lifted too."""
    from sanpin.trace import service

    with current_context() as ctx:
        found = service.hold_records(ctx)
    print_result(found, lambda: "\n".join(map(_hold_line, found)))


def _hold_line(one: Mapping[str, Any]) -> str:
    """Write a hold."""
    state = say(N_("stands")) if one["lifted"] is None else say(N_("lifted"))
    return f"{one['id']}  {state}  {one['scope']} {one['value']}  {one['reason']}".rstrip()


@app.command
def hold(
    scope: Literal["firm", "thing", "place", "document"], value: str = "", *, reason: str = ""
) -> None:
    """Forbid to erase what a hold covers, until it is lifted.

    Parameters
    ----------
    scope
        What is held: everything of the firm, a thing, a place, a document.
    value
        Code of the thing or place, or SHA-256 of the document.
    reason
        Why, for people.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = {"id": service.place_hold(ctx, scope, value, reason)}
    print_result(record, lambda: record["id"])


@app.command
def lift(hold: Annotated[str, Parameter(name="HOLD")]) -> None:
    """Lift a hold that stands.

    Parameters
    ----------
    hold
        Id of the hold.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        service.lift_hold(ctx, hold)
    record = {"id": hold}
    print_result(record, lambda: say(N_("The hold {id} is lifted."), **record))


@app.command
def retention(*, days: int | None = None) -> None:
    """Say for how long events are kept, and how many may be erased now.

    Parameters
    ----------
    days
        Keep events for so many days from now on, counted from when they happened; 0 for ever.
    """
    from sanpin.kit.plain import plain
    from sanpin.trace import service

    with current_context() as ctx:
        if days is not None:
            service.set_retention(ctx, days)
        record: dict[str, Any] = plain(service.expired(ctx))

    def text() -> str:
        """Write the span, and what erasing would do."""
        if not record["days"]:
            return say(N_("Events are kept for ever."))
        message = N_("Kept for {days} days; {events} may be erased, {held} more are held.")
        return say(message, **record)

    print_result(record, text)


@app.command
def erase() -> None:
    """Erase events that were kept long enough and that no hold covers."""
    from sanpin.trace import service

    with current_context() as ctx:
        record = {"erased": service.erase_expired(ctx)}
    print_result(record, lambda: say(N_("{erased} events erased."), **record))


@app.command
def rules() -> None:
    """List who sees whose events: the rules that the firm gave or got."""
    from sanpin.trace import service

    with current_context() as ctx:
        found = service.rule_records(ctx)
    print_result(
        found,
        lambda: "\n".join(
            f"{one['id']}  {one['owner']} → {one['viewer']}  {one['kind']} {one['scope']}".rstrip()
            for one in found
        ),
    )


@app.command
def give_sight(
    viewer: Annotated[str, Parameter(name="FIRM")],
    kind: Literal["owner", "place", "traded", "chain"],
    scope: str = "",
) -> None:
    """Let another firm see events of one's own.

    Parameters
    ----------
    viewer
        Name of the other firm.
    kind
        All events, those at a place, of things traded between both, or along the chain.
    scope
        The place; for traded and chain the party or place of the other firm.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = {"id": service.give_sight(ctx, viewer, kind, scope)}
    print_result(record, lambda: record["id"])


@app.command
def take_back(rule: Annotated[str, Parameter(name="RULE")]) -> None:
    """Take back a rule that one has given.

    Parameters
    ----------
    rule
        Id of the rule.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        service.take_sight_back(ctx, rule)
    record = {"id": rule}
    print_result(record, lambda: say(N_("The rule {id} is taken back."), **record))


@app.command
def export_firm(file: Annotated[Path, Parameter(name="FILE")]) -> None:
    """Write everything that the firm owns in the ledger into one archive.

    Parameters
    ----------
    file
        ZIP file to write.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = {"file": str(file), "events": service.export_firm(ctx, file)}
    print_result(record, lambda: say(N_("{events} events written to {file}."), **record))


@app.command
def import_firm(file: Annotated[Path, Parameter(name="FILE")]) -> None:
    """Take in an archive that an export wrote; what is there already stays.

    Parameters
    ----------
    file
        ZIP file of an export.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = {"file": str(file), "captured": service.import_firm(ctx, file)}
    print_result(record, lambda: say(N_("{captured} new events from {file}."), **record))
