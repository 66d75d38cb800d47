"""Small rules that parse JSON values and collect every finding with its path.

A rule is a function of the findings, a value and its path. Rules are put together from smaller
ones as the format is from smaller objects, and never raise: the reader goes on after a finding
and reports all of them at the end. Paths are chains of steps that become texts only when there
is something to report: of a hundred thousand operations few are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import orjson

from sanpin.base import N_, InputError, Problem
from sanpin.base.repeats import find_repeat

__all__ = ["ROOT", "Findings", "Path", "Rule", "boolean", "choice", "filled", "integer"]
__all__ += ["list_of", "load_json", "map_of", "note_repeated", "number", "record", "text"]

# A file of the wrong kind has a finding per line; nobody reads more than some of them.
MOST = 100
LARGEST = 10**15

Path = tuple[Any, ...]
"""The path of the object around a value, and its key or place there; the root is empty."""
ROOT: Path = ()

REMEDIES: Mapping[str, str] = {
    "repeated_key": N_("Keep one of the two, or give one of them another name."),
    "not_integer": N_("Write a whole number, without quotes or a fraction."),
    "out_of_range": N_("Enter a number that is not below the limit."),
    "not_number": N_("Write a number, without quotes."),
    "not_text": N_("Write a text in quotes that is not empty."),
    "not_boolean": N_("Write true or false, without quotes."),
    "not_a_choice": N_("Write one of these words, in quotes."),
    "not_list": N_("Write the values in brackets, separated by commas."),
    "not_object": N_("Write keys with their values, in braces."),
    "not_pair": N_("Write two numbers in brackets, such as [0, 480]."),
    "not_change": N_("Write two names in brackets: from which, to which."),
    "not_share": N_("Write a share such as 0.5."),
    "not_instant": N_("Write it as in 2026-01-05T06:00:00+08:00."),
    "window": N_("Sort the windows; they must not overlap."),
    "unknown": N_("Correct the name, or add the record that bears it."),
}
"""What to do about findings by their code, unless there is more to say where they are noted."""

Rule = Callable[["Findings", object, Path], object]
"""Parse one value found at a path; after a finding return a harmless value."""


def load_json(content: bytes) -> Any:
    """Return the decoded JSON of a file.

    Raises
    ------
    InputError
        ``factory.problem.not_json`` with the line and column
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        line, column = _undecoded(content) or (error.lineno, error.colno)
        raise InputError(
            "factory.problem.not_json",
            N_("The problem is not JSON: {reason} (line {line}, column {column})."),
            hint=N_("Check the file, or choose another format."),
            reason=error.msg,
            line=line,
            column=column,
        ) from error


def note_repeated(findings: Findings, content: bytes) -> None:
    """Note a key that JSON writes twice in one object, of which a decoder drops the first.

    Parameters
    ----------
    content : of which the document of the findings was decoded
    """
    repeat = find_repeat(content, findings.document)
    if repeat is not None:
        path: Path = ROOT
        for step in (*repeat.path, repeat.key):
            path = (path, step)
        findings.add("repeated_key", N_("{path}: the key is written twice in one object."), path)


def _undecoded(content: bytes) -> tuple[int, int] | None:
    """Return line and column of the first byte that is not UTF-8, None if all is."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        begin = content.rfind(b"\n", 0, error.start) + 1
        return content.count(b"\n", 0, begin) + 1, error.start - begin + 1
    return None


def steps_of(path: Path) -> list[Any]:
    """Return the keys and places of a path, outermost first."""
    steps: list[Any] = []
    while path:
        path, step = path
        steps.append(step)
    return steps[::-1]


def show(steps: list[Any]) -> str:
    """Return a path as people write it, such as ``$.jobs[0].id``."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def bearers(value: Any, steps: list[Any]) -> str:
    """Return the ids of the objects on the way to a value, outermost first."""
    ids = []
    for step in steps:
        try:
            value = value[step]
        except (LookupError, TypeError):
            break
        if isinstance(value, dict) and isinstance(value.get("id"), str | int):
            ids.append(str(value["id"])[:80])
    return " / ".join(ids)


@dataclass
class Findings:
    """What is wrong with a file, at most a hundred findings and a count of the rest.

    Attributes
    ----------
    problems : the first hundred, each with its ``path``, the ids around it as ``record`` and what
        to do about it as ``hint``, a text for the catalogue that may be empty
    count : of all findings
    document : what is read, in which the ids are looked up
    words : keys of another format by those of the native one that stand in paths
    """

    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    document: object = None
    words: Mapping[str, str] = field(default_factory=dict)

    def add(self, code: str, message: str, path: Path, *, hint: str = "", **fields: object) -> None:
        """Note one finding."""
        self.count += 1
        if len(self.problems) < MOST:
            steps = [self.words.get(step, step) for step in steps_of(path)]
            where = {"path": show(steps), "record": bearers(self.document, steps)}
            where["hint"] = hint or REMEDIES.get(code, "")
            self.problems.append(Problem(f"factory.problem.{code}", message, {**where, **fields}))

    def refuse(self) -> None:
        """Raise all findings as one error, if there are any."""
        if not self.count:
            return
        first, listed = self.problems[0], len(self.problems)
        alone = self.count == 1
        several = (
            N_("The problem has {count} errors. The first: {first}")
            if listed == self.count
            else N_("The problem has {count} errors; {listed} are listed. The first: {first}")
        )
        raise InputError(
            first.code if alone else "factory.problem.invalid",
            "{first}" if alone else several,
            hint=(alone and str(first.fields["hint"]))
            or N_("Correct the named places and try again."),
            problems=self.problems,
            count=self.count,
            listed=listed,
            first=first,
        )


def integer(low: int = 0) -> Rule:
    """Return a rule for whole numbers not below `low`."""

    def rule(findings: Findings, value: object, path: Path) -> int:
        # In Python true is an int; JSON tells the two apart.
        if type(value) is int and low <= value <= LARGEST:
            return value
        return _refuse_integer(findings, value, path, low)

    return rule


def _refuse_integer(findings: Findings, value: object, path: Path, low: int) -> int:
    """Note why a value is no whole number within the limits."""
    # A number of more than 64 bits arrives as a float.
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) > LARGEST:
        findings.add("too_large", N_("{path}: {value} is more than {limit}."), path,
                     hint=N_("Choose a larger unit of time or quantity."),
                     value=value, limit=LARGEST)  # fmt: skip
    elif type(value) is int:
        findings.add("out_of_range", N_("{path}: {value} must be {low} or more."), path,
                     value=value, low=low)  # fmt: skip
    else:
        findings.add("not_integer", N_("{path} must be a whole number."), path)
    return low


def number(findings: Findings, value: object, path: Path) -> float:
    """Parse a finite number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        findings.add("not_number", N_("{path} must be a number."), path)
        return 0
    if value < 0:
        findings.add("out_of_range", N_("{path}: {value} must be {low} or more."), path,
                     value=value, low=0)  # fmt: skip
        return 0
    if value > LARGEST:
        return _refuse_integer(findings, value, path, 0)
    return value


def text(findings: Findings, value: object, path: Path) -> str:
    """Parse a text that is not empty."""
    if not isinstance(value, str) or not value:
        findings.add("not_text", N_("{path} must be a text."), path)
        return ""
    return value


def boolean(findings: Findings, value: object, path: Path) -> bool:
    """Parse true or false."""
    if not isinstance(value, bool):
        findings.add("not_boolean", N_("{path} must be true or false."), path)
        return False
    return value


def choice(*known: str) -> Rule:
    """Return a rule for one of the known words."""

    def rule(findings: Findings, value: object, path: Path) -> str:
        if value not in known:
            findings.add("not_a_choice", N_("{path} must be one of: {known}."), path,
                         known=", ".join(known))  # fmt: skip
            return known[0]
        return str(value)

    return rule


def list_of(inner: Rule) -> Rule:
    """Return a rule for lists."""

    def rule(findings: Findings, value: object, path: Path) -> tuple[object, ...]:
        if not isinstance(value, list):
            findings.add("not_list", N_("{path} must be a list."), path)
            return ()
        return tuple([inner(findings, each, (path, at)) for at, each in enumerate(value)])

    return rule


def filled(inner: Rule) -> Rule:
    """Return a rule for lists with at least one entry."""
    rows = list_of(inner)

    def rule(findings: Findings, value: object, path: Path) -> object:
        if value == []:
            findings.add("empty", N_("{path} has no entry."), path,
                         hint=N_("Add at least one entry."))  # fmt: skip
        return rows(findings, value, path)

    return rule


def map_of(inner: Rule) -> Rule:
    """Return a rule for objects with free keys."""

    def rule(findings: Findings, value: object, path: Path) -> dict[str, object]:
        if not isinstance(value, dict):
            findings.add("not_object", N_("{path} must be an object."), path)
            return {}
        return {key: inner(findings, each, (path, key)) for key, each in value.items()}

    return rule


def record(
    fields: Mapping[str, Rule], required: tuple[str, ...] = (), *, others: bool = False
) -> Rule:
    """Return a rule for objects with known keys; the result holds only the keys present.

    Parameters
    ----------
    fields : rule of each known key
    required : keys that must be there and not null
    others : whether there may be other keys, which are passed over
    """
    known = dict(fields)

    def rule(findings: Findings, value: object, path: Path) -> dict[str, object]:
        if not isinstance(value, dict):
            findings.add("not_object", N_("{path} must be an object."), path)
            return {}
        for key in required:
            if value.get(key) is None:
                findings.add("missing", N_("{path} lacks “{key}”."), path,
                             hint=N_("Add the key with its value."), key=key)  # fmt: skip
        if not others and not value.keys() <= known.keys():
            for key in sorted(value.keys() - known.keys()):
                findings.add("unknown_key", N_("{path} is not a known key."), (path, key),
                             hint=N_("Remove the key or correct its spelling."))  # fmt: skip
        return {
            key: known[key](findings, each, (path, key))
            for key, each in value.items()
            if each is not None and key in known
        }

    return rule
