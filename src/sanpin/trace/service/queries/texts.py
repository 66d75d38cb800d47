"""Texts of events on one connection, each read once, and what they say as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from sanpin.trace.store.reader import events_by_id, texts

__all__ = ["Texts"]

# Texts that are kept while a page is looked for: those that fit stand near each other.
_KEPT = 4_000


class Texts:
    """Texts of events as they came.

    Parameters
    ----------
    conn : connection on which all of them are read
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._kept: dict[int, tuple[bytes, object]] = {}

    def of(self, numbers: Iterable[int]) -> dict[int, tuple[bytes, object]]:
        """Text and context of events by number."""
        wanted = list(numbers)
        missing = [number for number in wanted if number not in self._kept]
        if missing:
            if len(self._kept) > _KEPT:
                self._kept.clear()
                missing = wanted
            self._kept.update(texts(self._conn, missing))
        return {number: self._kept[number] for number in wanted}

    def bodies(self, numbers: Sequence[int]) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield what each event says."""
        found = self.of(numbers)
        for number in numbers:
            yield number, orjson.loads(found[number][0])

    def identified(self, numbers: Sequence[int]) -> list[tuple[bytes, object]]:
        """Text and context of events in this order, each text with an identifier.

        Where none was given, the one that the ledger gave stands first; every other byte of the
        text stays as it came.
        """
        found = self.of(numbers)
        bare = [number for number in numbers if b'"eventID"' not in found[number][0]]
        names = {event.sequence: event.id for event in events_by_id(self._conn, bare)}
        return [(_named(found[n][0], names.get(n, "")), found[n][1]) for n in numbers]


def _named(text: bytes, identifier: str) -> bytes:
    """Put an identifier in front."""
    if not identifier:
        return text
    return b'{"eventID":' + orjson.dumps(identifier) + b"," + text.lstrip()[1:]
