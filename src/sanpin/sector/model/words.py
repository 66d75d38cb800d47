"""The closed vocabularies of figures, targets and tasks, each with its label.

Each member is the word that files and addresses carry; its label is a catalogue key. A word that is
not in its vocabulary is refused where it enters (`engine.reading.word`), so inside the domain there
is no unknown one.
"""

from __future__ import annotations

from enum import StrEnum

from sanpin.base import N_

__all__ = [
    "Comparator",
    "Direction",
    "Kind",
    "Mark",
    "Measure",
    "Origin",
    "Pillar",
    "Role",
    "Unit",
]


class Labelled(StrEnum):
    """A value that a file carries, together with the words that a person reads."""

    _label: str

    def __new__(cls, value: str, label: str = "") -> Labelled:
        """Keep the label beside the value.

        The value is set by hand because an enum would otherwise take the pair as the value.
        """
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    @property
    def label(self) -> str:
        """Catalogue key of the word for it."""
        return self._label


class Kind(Labelled):
    """What a published figure is."""

    TARGET = "target", N_("target")
    ACTUAL = "actual", N_("actual")
    GROWTH = "growth", N_("growth")
    SHARE = "share", N_("share")
    RATIO = "ratio", N_("ratio")
    RANK = "rank", N_("rank")
    COUNT = "count", N_("count")


class Comparator(Labelled):
    """How a stated value binds: exactly, as a lower or upper limit, or roughly.

    An exact value needs no word before it, so its label is empty.
    """

    EQ = "eq", ""
    GE = "ge", N_("at least")
    LE = "le", N_("at most")
    APPROX = "approx", N_("about")


class Pillar(Labelled):
    """The three pillars and the fields that carry them."""

    VARIETY = "variety", N_("Variety")
    QUALITY = "quality", N_("Quality")
    BRAND = "brand", N_("Brand")
    SCALE = "scale", N_("Scale")
    DIGITAL = "digital", N_("Digital")
    GREEN = "green", N_("Green")
    CHAIN = "chain", N_("Chain")
    NONE = "none", N_("General")


class Measure(Labelled):
    """What kind of quantity a target sets; it decides how pace is counted.

    Amounts need percent a year, compound; counts pieces a year; shares percentage points a year. A
    rate is an average growth over the plan, so it is itself the pace.
    """

    AMOUNT = "amount", N_("% a year")
    COUNT = "count", N_("a year")
    SHARE = "share", N_("points a year")
    RATE = "rate", N_("on average a year")


class Unit(Labelled):
    """Unit of a figure's value; money in single yuan or dollars, shares in percent."""

    CNY = "CNY", N_("CNY")
    USD = "USD", N_("USD")
    COUNT = "count", N_("pieces")
    PERSON = "person", N_("people")
    PERCENT = "percent", "%"
    PERCENTAGE_POINT = "percentage_point", N_("percentage points")
    RANK = "rank", N_("rank")
    YEAR = "year", N_("years")
    CODES = "codes", N_("codes")
    EDITION = "edition", N_("edition")
    MULTIPLE = "multiple", N_("times as much")
    COUNT_PER_YEAR = "count_per_year", N_("per year")
    COUNT_PER_DISTRICT = "count_per_district", N_("per district")
    PERSON_PER_10000_SPINDLES = "person_per_10000_spindles", N_("people per 10,000 spindles")

    @property
    def measure(self) -> Measure:
        """How the pace of a value in this unit is counted unless the target says otherwise.

        Percentages are shares here; which of them are yearly rates the curated table of measures
        says.
        """
        if self in (Unit.CNY, Unit.USD, Unit.PERSON):
            return Measure.AMOUNT
        if self in (Unit.PERCENT, Unit.PERCENTAGE_POINT):
            return Measure.SHARE
        return Measure.RATE if self is Unit.COUNT_PER_YEAR else Measure.COUNT


class Direction(Labelled):
    """Which way a target wants its indicator to go."""

    INCREASE = "increase", N_("rise to")
    DECREASE = "decrease", N_("fall to")
    MAINTAIN = "maintain", N_("stay at")


class Role(StrEnum):
    """What a paired figure is to its target.

    LEVEL is the same indicator measured, GROWTH its reported yearly growth, STATED the yearly
    pace that the target's own text gives. UNDERLYING are the levels whose growth is the target;
    NUMERATOR and DENOMINATOR make its ratio. CONTEXT is shown beside it and never compared.
    """

    LEVEL = "level"
    GROWTH = "growth"
    STATED = "stated"
    UNDERLYING = "underlying"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    CONTEXT = "context"


class Mark(Labelled):
    """Why a published row enters no total.

    Such rows are shown with this reason and left out of counts and totals.
    """

    CLASS_LIMIT = "class_limit", N_("class limit, not a measurement")
    LIST_SIZE = "list_size", N_("length of a list, not a measurement")
    VERIFY = "verify", N_("to be verified before it is called official")


class Origin(Labelled):
    """Where a record comes from."""

    PUBLISHED = "published", N_("published")
    OWN = "own", N_("own")
