"""Tell whether an event fulfils a condition, from the event and its text.

The store finds events by its indexes; what they cannot tell is looked up here: in which list of the
event a name stands, and whether the event itself declares an error. Where an index finds too many
events to be of use, every condition can be checked here instead.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, NamedTuple

from sanpin.trace.engine.identifiers import thing_of
from sanpin.trace.model.events import Event
from sanpin.trace.model.queries import (
    Column,
    Condition,
    Declaration,
    Names,
    Operator,
    Pattern,
    Reference,
    Terms,
)

__all__ = ["fulfils"]

Body = Mapping[str, Any]


class Seen(NamedTuple):
    """An event to look at.

    Attributes
    ----------
    event : as the store keeps it
    body : the same in the form of EPCIS 2.0 JSON
    """

    event: Event
    body: Body


def fulfils(condition: Condition, event: Event, body: Body) -> bool:
    """Whether an event fulfils a condition.

    Parameters
    ----------
    condition : with all places where it asks for what lies within them
    event : as the store keeps it
    body : the same in the form of EPCIS 2.0 JSON
    """
    return _CHECKS[type(condition.family.place)](condition, Seen(event, body))


def _column(condition: Condition, seen: Seen) -> bool:
    """Compare one value of the event."""
    assert isinstance(condition.family.place, Column)
    found = getattr(seen.event, condition.family.place.name)
    bound = condition.values[0]
    match condition.family.operator:
        case Operator.AT_LEAST:
            return bool(found >= bound)
        case Operator.BELOW:
            return bool(found < bound)
        case _:
            return found in condition.values


def _names(condition: Condition, seen: Seen) -> bool:
    """Look for a name in lists of the event; our own parameter looks at the lots of pieces too."""
    assert isinstance(condition.family.place, Names)
    found = set(_names_in(seen.body, condition.family.place.fields))
    if condition.family.own:
        found.update(entry.thing for entry in seen.event.involved)
    patterns = [value for value in condition.values if isinstance(value, Pattern)]
    return any(pattern.matches(name) for pattern in patterns for name in found)


def _names_in(body: Body, fields: tuple[str, ...]) -> Iterator[str]:
    """Yield canonical names out of lists of an event."""
    for field in fields:
        entries = body.get(field) or ()
        for entry in [entries] if isinstance(entries, str | dict) else entries:
            yield thing_of(entry["epcClass"] if isinstance(entry, dict) else entry)


def _terms(condition: Condition, seen: Seen) -> bool:
    """Look for a source, destination or business transaction of one type."""
    assert isinstance(condition.family.place, Terms)
    kind = condition.family.place.kind
    return _any_in(condition.values, seen.event.values(kind, condition.type))


def _any_in(wanted: Container[object], found: list[str]) -> bool:
    """Whether any of the found values is wanted."""
    return any(value in wanted for value in found)


def _reference(condition: Condition, seen: Seen) -> bool:
    """Compare the identifier of the event."""
    return seen.event.id in condition.values


def _declaration(_condition: Condition, seen: Seen) -> bool:
    """Whether the event itself declares an error."""
    return "errorDeclaration" in seen.body


_CHECKS: Mapping[type, Callable[[Condition, Seen], bool]] = {
    Column: _column,
    Names: _names,
    Terms: _terms,
    Reference: _reference,
    Declaration: _declaration,
}
