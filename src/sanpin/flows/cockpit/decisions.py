"""What needs a decision today: one record per item, order, resource or lot, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sanpin.base import N_

__all__ = [
    "Changes",
    "Decision",
    "DecisionKind",
    "Text",
    "changes",
    "counted",
    "in_language",
    "ranked",
]

Text = str | Mapping[str, str]
"""A text that is the same for every reader, or one for each language."""


def in_language(text: Text, language: str) -> str:
    """Return a text for a reader; in another language when it is not kept in theirs."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()), "")


class DecisionKind(StrEnum):
    """What kind of trouble it is; the order is the order on the page."""

    LATE = "late"
    SHORT = "short"
    OVERLOAD = "overload"
    HOLD = "hold"

    @property
    def status(self) -> str:
        """Status shape of the visual language."""
        return {"late": "bad", "short": "warn", "overload": "warn", "hold": "hold"}[self.value]

    @property
    def word(self) -> str:
        """Word beside the shape, as a catalogue key."""
        return _WORDS[self]

    @property
    def plural(self) -> str:
        """Heading of its list, as a catalogue key."""
        return _PLURALS[self]


_WORDS = {
    DecisionKind.LATE: N_("Late"),
    DecisionKind.SHORT: N_("Short"),
    DecisionKind.OVERLOAD: N_("Full"),
    DecisionKind.HOLD: N_("Hold"),
}

_PLURALS = {
    DecisionKind.LATE: N_("Orders that will be late"),
    DecisionKind.SHORT: N_("Items that will run out"),
    DecisionKind.OVERLOAD: N_("Overloaded resources"),
    DecisionKind.HOLD: N_("Lots on hold"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the cockpit.

    Attributes
    ----------
    subject : code of what it is about: an order, an item, a resource, a lot
    thing : what it is about, as a person names it, if need be in each language
    url : page with its records
    why : text with named fields, marked for the catalogue; ``**`` makes a figure bold
    fields : values of those fields, names in each language
    weight : how bad it is within its kind; larger stands higher
    """

    kind: DecisionKind
    subject: str
    thing: Text
    url: str
    why: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same decision as yesterday's."""
        return (self.kind.value, self.subject)

    def record(self) -> dict[str, Any]:
        """Return it as a Run keeps it."""
        values = {name: str(v) if isinstance(v, date) else v for name, v in self.fields.items()}
        return {
            "kind": self.kind.value,
            "subject": self.subject,
            "thing": self.thing,
            "url": self.url,
            "why": self.why,
            "fields": values,
            "weight": self.weight,
        }

    @staticmethod
    def of(record: Mapping[str, Any]) -> Decision:
        """Return the decision that a Run kept."""
        return Decision(
            DecisionKind(record["kind"]),
            # Runs of early versions kept no code; there the text itself is what they are about.
            record.get("subject", str(record["thing"])),
            record["thing"],
            record["url"],
            record["why"],
            record["fields"],
            record["weight"],
        )


def ranked(decisions: Iterable[Decision]) -> list[Decision]:
    """Order decisions by kind, then by weight, then by code."""
    order = {kind: at for at, kind in enumerate(DecisionKind)}
    return sorted(decisions, key=lambda one: (order[one.kind], -one.weight, one.subject))


def counted(decisions: Sequence[Decision]) -> dict[str, int]:
    """Count decisions by kind."""
    return {kind.value: sum(one.kind is kind for one in decisions) for kind in DecisionKind}


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new and what is gone since the run before.

    Attributes
    ----------
    new : decisions of now that the run before did not know
    gone : decisions of the run before that are no longer needed
    """

    new: Sequence[Decision]
    gone: Sequence[Decision]


def changes(now: Sequence[Decision], before: Sequence[Decision]) -> Changes:
    """Compare two lists of decisions by what they are about.

    A decision that only became more or less urgent is neither new nor gone.
    """
    known, present = {one.key for one in before}, {one.key for one in now}
    return Changes(
        [one for one in now if one.key not in known],
        [one for one in before if one.key not in present],
    )
