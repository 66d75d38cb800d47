"""Collect what is wrong with a document, each finding with its event and path."""

from __future__ import annotations

from sanpin.base import Problem

__all__ = ["Findings"]


class Findings:
    """A growing list of findings about one event or about the document itself.

    Parameters
    ----------
    event : number of the event, 0 for the document
    line : line on which it begins
    prefixes : namespace prefixes that are declared where the event stands
    """

    __slots__ = ("event", "line", "prefixes", "problems")

    def __init__(self, event: int, line: int, prefixes: frozenset[str] = frozenset()) -> None:
        self.event = event
        self.line = line
        self.prefixes = prefixes
        self.problems: list[Problem] = []

    def add(self, code: str, message: str, path: str, **fields: object) -> None:
        """Note a finding; `path` leads from the event to the wrong value."""
        where = {"event": self.event, "line": self.line, "path": path}
        self.problems.append(Problem(f"trace.event.{code}", message, where | fields))
