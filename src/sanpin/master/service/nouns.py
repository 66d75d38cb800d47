"""The nouns that lie on shelves: their records, and how they refer to each other.

Items, partners, sites and calendars are handled alike by one set of use cases; what differs
between them stands in this table. Bills of materials have versions and lines and go their own
way in `bills`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sanpin.base import N_, InputError, StateError
from sanpin.master.model import CalendarRecord, Item, Partner, Site
from sanpin.master.store import CALENDARS, ITEMS, PARTNERS, SITES, Shelf

__all__ = ["NOUNS", "Noun", "Record", "find_noun", "missing", "noun_of"]

Record = Item | Partner | Site | CalendarRecord


@dataclass(frozen=True, slots=True)
class Noun:
    """One kind of record.

    Attributes
    ----------
    name : plural, as paths and commands use it
    missing : what to say where a code names no record
    shelf : where the records lie
    refers : field of the record to the noun whose code it holds
    """

    name: str
    missing: str
    shelf: Shelf[Any]
    refers: Mapping[str, str]


NOUNS = {
    noun.name: noun
    for noun in (
        Noun("items", N_("There is no item “{value}”."), ITEMS, {"supplier": "partners"}),
        Noun("partners", N_("There is no partner “{value}”."), PARTNERS, {}),
        Noun(
            "sites",
            N_("There is no site “{value}”."),
            SITES,
            {"partner": "partners", "calendar": "calendars"},
        ),
        Noun("calendars", N_("There is no calendar “{value}”."), CALENDARS, {}),
    )
}
"""Plural name to noun; the names are those of paths, commands and import kinds."""


def noun_of(record: Record) -> Noun:
    """Return the noun that a record is one of."""
    names = {Item: "items", Partner: "partners", Site: "sites", CalendarRecord: "calendars"}
    return NOUNS[names[type(record)]]


def find_noun(name: str) -> Noun:
    """Return the noun of that plural name."""
    if name not in NOUNS:
        raise InputError(
            "master.noun.unknown",
            N_("Master data hold no “{name}”."),
            hint=N_("Use one of: {known}."),
            name=name,
            known=", ".join(NOUNS),
        )
    return NOUNS[name]


def missing(message: str, code: str) -> StateError:
    """Return the refusal for a record that is not there (HTTP 404)."""
    refusal = StateError(
        "master.record.missing",
        message,
        hint=N_("Check the code, or look for it on the list."),
        value=code,
    )
    refusal.status = 404
    return refusal
