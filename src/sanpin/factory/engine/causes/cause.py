"""A named reason why a problem has no schedule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sanpin.base import N_

__all__ = ["CAUSES", "LIMITS", "RULE", "RULES", "Cause", "is_proven", "read_cause", "timed"]

CAUSES: Mapping[str, str] = {
    "deadline": N_("{job}: must end by {limit}, but operation {op} cannot end before {earliest}."),
    "latest": N_("{job}/{op}: must end by {limit}, but cannot end before {earliest}."),
    "fixed": N_("{job}/{op}: is fixed at {limit}, but cannot start before {earliest}."),
    "fixed_closed": N_("{job}/{op}: is fixed at {limit} on {resource}, where it cannot stand."),
    "fixed_pair": N_("{job}/{op} and {others}: are fixed at the same time on {resource}."),
    "max_lag": N_("{job}/{op}: may wait {limit} after {after}, but comes {earliest} later."),
    "closed": N_("{job}/{op}: nowhere are machine and workers open long enough for it."),
    "capacity": N_("{job}/{op}: needs more of {resource} than the {limit} there are."),
    "worker": N_("{job}/{op}: {limit} with the skill “{resource}” can be there, more are needed."),
    "transport": N_("{job}/{op}: no way leads there from {after}."),
    "material": N_("{resource}: {needed} are needed by {limit}, but {supply} have come by then."),
    "overload": N_(
        "{resource}: {needed} of work must be done from {start} to {end}, but {supply} is open: "
        "{others}."
    ),
    "forbidden": N_("{resource}: no allowed order of changes passes through {others}."),
    "structure": N_("There is no schedule even without dates, calendars and decisions."),
}
"""What each code says; the texts are keys of the catalogue."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, enough by itself (or, when it names a limit to be kept, with its fellows).

    Attributes
    ----------
    code : key of `CAUSES`
    fields : values named in the text
    together : whether the cause is one of several limits that only together cannot hold
    """

    code: str
    fields: Mapping[str, object] = field(default_factory=dict)
    together: bool = False

    @property
    def message(self) -> str:
        """English text with named fields, a key of the catalogue."""
        return LIMITS[self.code] if self.together else CAUSES[self.code]

    def __str__(self) -> str:
        return self.message.format(**self.fields)


LIMITS: Mapping[str, str] = {
    "deadline": N_("{job}: the deadline {limit}"),
    "latest": N_("{job}/{op}: the latest end {limit}"),
    "earliest": N_("{job}/{op}: the earliest start {limit}"),
    "release": N_("{job}: the release {limit}"),
    "fixed": N_("{job}/{op}: fixed at {limit} on {resource}"),
    "max_lag": N_("{job}/{op}: the longest wait {limit} after {after}"),
    "material": N_("{resource}: the arrivals of the material"),
    "forbidden": N_("{resource}: the forbidden changes of {attribute}"),
    "calendar": N_("{resource}: the calendar"),
}
"""Limits that can be set aside one by one, named when only several of them exclude each other."""

INSTANTS: Mapping[str, tuple[str, ...]] = {
    "deadline": ("limit", "earliest"),
    "latest": ("limit", "earliest"),
    "earliest": ("limit",),
    "release": ("limit",),
    "fixed": ("limit", "earliest"),
    "fixed_closed": ("limit",),
    "material": ("limit",),
    "overload": ("start", "end"),
}
"""Fields of each code that are instants, counted from the origin of the problem."""

LENGTHS: Mapping[str, tuple[str, ...]] = {
    "max_lag": ("limit", "earliest"),
    "overload": ("needed", "supply"),
}
"""Fields of each code that are lengths of time."""

RULE = N_("{name}: no schedule was found that keeps the rule {rule}.")
"""Said of a rule of the checker that the best schedule found still breaks."""

RULES: Mapping[str, str] = {
    "bound.deadline": N_("deadline"),
    "bound.latest": N_("latest end"),
    "fixed.moved": N_("fixed machine and start"),
    "order.late": N_("longest wait"),
    "setup.forbidden": N_("forbidden change-over"),
    "tank.mixed": N_("one item in a tank"),
    "tank.overload": N_("room of a tank"),
}
"""Words for the rules that a search breaks when it finds no other way."""

_RULE = re.compile(r"(?P<name>.+): (?P<rule>[a-z_]+\.[a-z_]+)")


def read_cause(text: str) -> tuple[str, Mapping[str, str]]:
    """Return the text of the catalogue that a cause was written with, and the fields in it.

    Schedules carry their causes in English, whoever reads them later; so that they can be said in
    another language, the fields are read back.
    """
    for sentence in (*CAUSES.values(), *LIMITS.values()):
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence))
        found = re.fullmatch(pattern, text)
        if found:
            return sentence, found.groupdict()
    found = _RULE.fullmatch(text)
    return (RULE, found.groupdict()) if found else (text, {})


def is_proven(causes: Iterable[str]) -> bool:
    """Tell whether causes prove that there is no schedule, or only that none was found."""
    proofs = {*CAUSES.values(), *LIMITS.values()}
    return all(read_cause(cause)[0] in proofs for cause in causes)


def timed(
    sentence: str,
    fields: Mapping[str, str],
    instant: Callable[[int], str],
    length: Callable[[int], str],
) -> dict[str, str]:
    """Write the times among the fields of a cause that was read back.

    Parameters
    ----------
    sentence : text of the catalogue that the cause was written with
    instant, length : write a time from the origin, and how long something takes
    """
    texts = (CAUSES.items(), LIMITS.items())
    code = next((name for known in texts for name, text in known if text == sentence), "")
    said = dict(fields)
    for names, write in ((INSTANTS.get(code, ()), instant), (LENGTHS.get(code, ()), length)):
        said |= {name: write(int(said[name])) for name in names if _is_whole(said.get(name, ""))}
    return said


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
