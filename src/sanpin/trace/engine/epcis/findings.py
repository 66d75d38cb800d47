"""Collect what is wrong with a document, each finding with its event, path, line and column."""

from __future__ import annotations

from collections.abc import Iterable

from sanpin.base import Problem
from sanpin.trace.model.namespaces import Namespaces

__all__ = ["LENIENT", "Findings", "parted", "placed"]

_EASY = ("context", "identifier", "ilmd", "namespace", "offset", "order", "prefix", "repeated")
_EASIER = ("unknown", "uom", "word")
LENIENT = frozenset(f"trace.event.{name}" for name in (*_EASY, *_EASIER))
"""Findings that a lenient validation lets pass: each leaves the event readable."""

NOTICES = frozenset(("trace.event.check_digit",))
"""Findings that no validation refuses: the standard's own schemas let them pass."""


class Findings:
    """A growing list of findings about one event or about the document itself.

    Parameters
    ----------
    event : number of the event, 0 for the document
    line : line on which it begins
    namespaces : what the prefixes mean where the event stands
    """

    __slots__ = ("event", "line", "namespaces", "problems")

    def __init__(self, event: int, line: int, namespaces: Namespaces | None = None) -> None:
        self.event = event
        self.line = line
        self.namespaces = namespaces or Namespaces()
        self.problems: list[Problem] = []

    def add(self, code: str, message: str, path: str, **fields: object) -> None:
        """Note a finding; `path` leads from the event to the wrong value."""
        where = {"event": self.event, "line": self.line, "column": 1, "path": path}
        self.problems.append(Problem(f"trace.event.{code}", message, fields | where))


def placed(problem: Problem, line: int, column: int) -> Problem:
    """Give a finding its exact place."""
    fields = {**problem.fields, "line": line, "column": column}
    return Problem(problem.code, problem.message, fields)


def parted(
    problems: Iterable[Problem], *, lenient: bool
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What makes a document invalid, and what the validation lets pass."""
    found = list(problems)
    passed = [p for p in found if p.code in NOTICES or (lenient and p.code in LENIENT)]
    if not passed:
        return tuple(found), ()
    return tuple(p for p in found if p not in passed), tuple(passed)
