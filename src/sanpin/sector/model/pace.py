"""The judgement on a target: how fast it must go, how fast it went, where it stands.

`engine.evidence` fills an `Evidence` from texts and own actuals; `engine.assess` turns it into a
`Pace`. Both are plain values, so that pages, commands and tests read the same judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sanpin.base import N_
from sanpin.sector.model.figure import Figure
from sanpin.sector.model.period import UNKNOWN_PERIOD, Period
from sanpin.sector.model.target import Pairing
from sanpin.sector.model.words import Comparator, Labelled

__all__ = ["Caution", "Evidence", "Observation", "Pace", "PaceState", "Stated"]


class PaceState(Labelled):
    """Where a target stands on the as-of date.

    A target without a comparable actual is unknown and not behind: silence of the texts is no
    failure of the region.
    """

    REACHED = "reached", N_("Reached")
    ON_PACE = "on_pace", N_("On pace")
    BEHIND = "behind", N_("Behind")
    OVERDUE = "overdue", N_("Overdue")
    UNKNOWN = "unknown", N_("Unknown")

    @property
    def status(self) -> str:
        """Name of the status shape that pages draw for it."""
        return {"reached": "ok", "on_pace": "ok", "behind": "warn", "overdue": "bad"}.get(
            self.value, "hold"
        )


@dataclass(frozen=True, slots=True)
class Observation:
    """A comparable measurement, taken from one figure or computed from several.

    `ids` names the figures behind it.

    Attributes
    ----------
    value : in the target's unit; percent a year for growth
    period : what it was measured over; its end orders the measurements
    ids : figures or actuals behind it, several for a computed one
    comparator : how exactly the text states it
    computed : whether it was worked out here, as a ratio or a growth between two levels
    """

    value: float
    period: Period
    ids: tuple[str, ...]
    comparator: Comparator = Comparator.EQ
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to know before the judgement is used.

    `message` is a catalogue key with named `fields`, or a curated sentence in both languages
    (`text_en`, `text_zh`) when `message` is empty. `ids` names the figures that it is about;
    it falls away when none of them is used.

    Attributes
    ----------
    code : stable word, such as ``scope``, ``stated_pace`` or ``no_due``
    message : catalogue key, empty for a curated sentence
    fields : values named in `message`
    text_en, text_zh : the curated sentence
    ids : figures that it is about
    """

    code: str
    message: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    text_en: str = ""
    text_zh: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """The yearly pace in percent that the target's own text gives, and the window it is for.

    Attributes
    ----------
    pace : percent a year
    period : years that the pace is said for; unknown when the text names none
    approximate : whether the text says “about”, which loosens the check
    """

    pace: float
    period: Period = UNKNOWN_PERIOD
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one target.

    Attributes
    ----------
    levels : comparable measurements in order of time
    growth : reported yearly growth of the same indicator in order of time, percent
    stated : the pace that the text itself gives, None if it gives none
    context : related figures that must not be compared, with the reason
    cautions : curated differences of scope, period or measure
    """

    levels: tuple[Observation, ...] = ()
    growth: tuple[Observation, ...] = ()
    stated: Stated | None = None
    context: tuple[tuple[Figure, Pairing], ...] = ()
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """Result of `engine.assess`.

    Attributes
    ----------
    state : where the target stands
    latest : newest comparable measurement not after the as-of date
    history : all of them in order of time
    required : pace still needed: percent a year compound for amounts, units a year for counts,
        points a year for shares, the target itself for rates; None when it cannot be computed
    last : pace of the two newest measurements in the same unit, or the reported growth
    on_pace : whether `last` suffices; None when either is unknown
    years : from the end of the newest measurement to the end of the target's period
    years_left : from the as-of date to the end of the target's period, never negative
    path : value that the required path has on the as-of date, None once reached
    projected : value at the end of the target's period if the last pace goes on
    interval : 80 % range of the pace to expect from three or more measurements
    progress : newest value as a share of the target, None where that says nothing
    cautions : what differs, what is doubtful

    Notes
    -----
    `years` counts from the measurement and `years_left` from today: a measurement of two years ago
    leaves the plan more to do than the calendar says.
    """

    state: PaceState
    latest: Observation | None = None
    history: tuple[Observation, ...] = ()
    required: float | None = None
    last: float | None = None
    on_pace: bool | None = None
    years: float | None = None
    years_left: float | None = None
    path: float | None = None
    projected: float | None = None
    interval: tuple[float, float] | None = None
    progress: float | None = None
    cautions: tuple[Caution, ...] = ()
