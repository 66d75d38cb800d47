"""Keys that JSON writes twice in one object, of which a decoder drops the first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

import orjson

__all__ = ["Repeat", "find_repeat"]


class Repeat(NamedTuple):
    """A key that is written twice, and the keys and places that lead to its object."""

    key: str
    path: tuple[str | int, ...]


def find_repeat(content: bytes, value: object) -> Repeat | None:
    """Return the first key that is written twice in one object, None if there is none.

    Parameters
    ----------
    content : JSON
    value : what it was decoded to
    """
    # What a decoder drops takes its quotes along; only then it is worth a slower look.
    if content.count(b'"') == orjson.dumps(value).count(b'"'):
        return None
    with suppress(RecursionError):
        return _first(json.loads(content, object_pairs_hook=_Twice))
    return None


class _Twice(dict[str, object]):
    """An object that knows which of its keys was written twice."""

    def __init__(self, pairs: Iterable[tuple[str, object]]) -> None:
        self.key = ""
        self.repeated = False
        super().__init__()
        for key, each in pairs:
            if key in self and not self.repeated:
                self.key, self.repeated = key, True
            self[key] = each


def _first(value: object) -> Repeat | None:
    """Look for the outermost object with a key that is written twice, in the order of the text."""
    left: list[tuple[object, tuple[str | int, ...]]] = [(value, ())]
    while left:
        each, path = left.pop()
        if isinstance(each, _Twice):
            if each.repeated:
                return Repeat(each.key, path)
            left += [(inner, (*path, key)) for key, inner in reversed(each.items())]
        elif isinstance(each, list):
            left += [(inner, (*path, at)) for at, inner in reversed(list(enumerate(each)))]
    return None
