"""Small rules that parse JSON values and collect every finding with its path.

A rule is a function of the findings, a value and its path. Rules are put together from smaller
ones as the format is from smaller objects, and never raise: the reader goes on after a finding
and reports all of them at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite

from sanpin.base import N_, InputError, Problem

__all__ = ["Findings", "Rule", "boolean", "choice", "integer", "list_of", "map_of", "number"]
__all__ += ["optional", "record", "text"]

# A file of the wrong kind has a finding per line; nobody reads more than some of them.
MOST = 100
LARGEST = 10**15

Rule = Callable[["Findings", object, str], object]
"""Parse one value found at a path; after a finding return a harmless value."""


@dataclass
class Findings:
    """What is wrong with a file, at most a hundred findings and a count of the rest."""

    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, code: str, message: str, path: str, **fields: object) -> None:
        """Note one finding."""
        self.count += 1
        if len(self.problems) < MOST:
            self.problems.append(
                Problem(f"factory.problem.{code}", message, {"path": path, **fields})
            )

    def refuse(self) -> None:
        """Raise all findings as one error, if there are any."""
        if not self.count:
            return
        first = self.problems[0]
        raise InputError(
            first.code if self.count == 1 else "factory.problem.invalid",
            N_("The problem has {count} errors. The first: {first}"),
            hint=N_("Correct the named places and try again."),
            problems=self.problems,
            count=self.count,
            first=str(first),
        )


def integer(low: int = 0) -> Rule:
    """Return a rule for whole numbers not below `low`."""

    def rule(findings: Findings, value: object, path: str) -> int:
        # In Python true is an int; JSON tells the two apart.
        if isinstance(value, bool) or not isinstance(value, int):
            findings.add("not_integer", N_("{path} must be a whole number."), path)
            return low
        if not low <= value <= LARGEST:
            findings.add("out_of_range", N_("{path}: {value} must be {low} or more."), path,
                         value=value, low=low)  # fmt: skip
            return low
        return value

    return rule


def number(findings: Findings, value: object, path: str) -> float:
    """Parse a finite number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        findings.add("not_number", N_("{path} must be a number."), path)
        return 0
    if value < 0:
        findings.add("out_of_range", N_("{path}: {value} must be {low} or more."), path,
                     value=value, low=0)  # fmt: skip
        return 0
    return value


def text(findings: Findings, value: object, path: str) -> str:
    """Parse a text that is not empty."""
    if not isinstance(value, str) or not value:
        findings.add("not_text", N_("{path} must be a text."), path)
        return ""
    return value


def boolean(findings: Findings, value: object, path: str) -> bool:
    """Parse true or false."""
    if not isinstance(value, bool):
        findings.add("not_boolean", N_("{path} must be true or false."), path)
        return False
    return value


def choice(*known: str) -> Rule:
    """Return a rule for one of the known words."""

    def rule(findings: Findings, value: object, path: str) -> str:
        if value not in known:
            findings.add("not_a_choice", N_("{path} must be one of: {known}."), path,
                         known=", ".join(known))  # fmt: skip
            return known[0]
        return str(value)

    return rule


def optional(inner: Rule) -> Rule:
    """Return a rule that lets null through."""
    return lambda findings, value, path: None if value is None else inner(findings, value, path)


def list_of(inner: Rule) -> Rule:
    """Return a rule for lists."""

    def rule(findings: Findings, value: object, path: str) -> tuple[object, ...]:
        if not isinstance(value, list):
            findings.add("not_list", N_("{path} must be a list."), path)
            return ()
        return tuple(inner(findings, each, f"{path}[{at}]") for at, each in enumerate(value))

    return rule


def map_of(inner: Rule) -> Rule:
    """Return a rule for objects with free keys."""

    def rule(findings: Findings, value: object, path: str) -> dict[str, object]:
        if not isinstance(value, dict):
            findings.add("not_object", N_("{path} must be an object."), path)
            return {}
        return {str(key): inner(findings, each, f"{path}.{key}") for key, each in value.items()}

    return rule


def record(fields: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Rule:
    """Return a rule for objects with known keys; the result holds only the keys present.

    Parameters
    ----------
    fields : rule of each known key
    required : keys that must be there and not null
    """

    def rule(findings: Findings, value: object, path: str) -> dict[str, object]:
        if not isinstance(value, dict):
            findings.add("not_object", N_("{path} must be an object."), path)
            value = {}
        for key in required:
            if value.get(key) is None:
                findings.add("missing", N_("{path} lacks “{key}”."), path, key=key)
        for key in value.keys() - fields.keys():
            findings.add("unknown_key", N_("{path} is not a known key."), f"{path}.{key}")
        return {
            key: fields[key](findings, each, f"{path}.{key}")
            for key, each in value.items()
            if key in fields and each is not None
        }

    return rule
