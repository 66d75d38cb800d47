"""Nouns of the EPCIS query language: families of parameters, conditions, queries, places of pages.

A family is one entry of a table: how its parameter is called, of which kind its values are, where
in an event it looks, and how it compares. Everything else follows from that: reading parameters,
the search in the store, the check of a single event, the form on the page and the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sanpin.trace.model.events import Part

__all__ = [
    "Column",
    "Condition",
    "Declaration",
    "EpcFormat",
    "Family",
    "Names",
    "Operator",
    "Pattern",
    "Place",
    "Query",
    "Reference",
    "Terms",
    "Values",
]


class EpcFormat(StrEnum):
    """Forms in which a reader may ask for identifiers: values of the header ``GS1-EPC-Format``."""

    NO_PREFERENCE = "No_Preference"
    LINKS = "Always_GS1_Digital_Link"
    URNS = "Always_EPC_URN"
    AS_CAME = "Never_Translates"


class Values(StrEnum):
    """Kinds of values; each has one reader."""

    TIME = "time"
    EVENT_TYPE = "event type"
    ACTION = "action"
    STEP = "business step"
    DISPOSITION = "disposition"
    LOCATION = "place"
    URI = "URI"
    TEXT = "text"
    THING = "identifier or pattern"
    CLASS = "class or pattern"
    NAME = "any name or pattern"
    FLAG = "true or false"
    NUMBER = "number"
    FIELD = "field"
    DIRECTION = "direction"


class Operator(StrEnum):
    """How the values of a condition are compared with those of an event."""

    IN = "in"
    AT_LEAST = "at least"
    BELOW = "below"
    WITHIN = "within"
    MATCH = "match"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Column:
    """One value of the event itself, named as in `sanpin.trace.model.events.Event`."""

    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names of things in lists of an event.

    Attributes
    ----------
    fields : lists of the document that hold them
    parts : the parts that the things of these lists play
    """

    fields: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Sources, destinations or business transactions: those whose `Link.kind` is this."""

    kind: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The identifier of the event."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """The error declaration of the event."""


Place = Column | Names | Terms | Reference | Declaration


@dataclass(frozen=True, slots=True)
class Family:
    """One family of query parameters.

    Attributes
    ----------
    name : name of the parameter, or its beginning when `typed`
    values : kind of its values
    place : where in an event it looks; None for what shapes the answer, such as its order
    operator : how it compares
    label : what it asks, a catalogue key
    many : whether it takes several values, of which one must fit
    typed : whether a type follows the beginning, as in ``EQ_source_owning_party``
    indexed : whether the store finds its events without looking at the others
    own : whether it is ours and unknown to the standard
    """

    name: str
    values: Values
    place: Place | None
    operator: Operator
    label: str
    many: bool = True
    typed: bool = False
    indexed: bool = True
    own: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a ``MATCH`` value stands for: exact canonical names, or all names of a form.

    Attributes
    ----------
    names : canonical names that match
    beginnings : how further matching names begin, as narrow as can be told
    form : what such a name must look like as a whole; None when there are only exact names
    """

    names: tuple[str, ...]
    beginnings: tuple[str, ...] = ()
    form: re.Pattern[str] | None = None

    def matches(self, name: str) -> bool:
        """Whether a canonical name is meant."""
        return name in self.names or (self.form is not None and bool(self.form.fullmatch(name)))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; all conditions of a query must hold.

    Attributes
    ----------
    family : what it asks
    parameter : its name as it was given
    values : canonical values, of which one must fit
    type : type behind the beginning of a typed family, as canonical word
    """

    family: Family
    parameter: str
    values: tuple[object, ...]
    type: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read and found sound.

    Attributes
    ----------
    conditions : all must hold
    order_by : ``eventTime`` or ``recordTime``
    descending : whether the latest come first
    count_limit : only the first so many events count; None for all
    max_count : refuse the query when there are more; None for any number
    per_page : events on a page, None unless it was asked for
    page_token : place of the page that is asked for; empty for the first
    given : the parameters as they were given, by name
    """

    conditions: tuple[Condition, ...] = ()
    order_by: str = "eventTime"
    descending: bool = False
    count_limit: int | None = None
    max_count: int | None = None
    per_page: int | None = None
    page_token: str = ""
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
