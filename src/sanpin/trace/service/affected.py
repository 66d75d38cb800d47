"""What is affected by a recall, in parts: counts, some lines, shares of consignees, JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from sanpin.trace.model.lineage import Affected, Consignee, Gap, Recall, Status
from sanpin.trace.service.naming import place_of
from sanpin.trace.service.records import affected_record, consignee_record

__all__ = ["GONE", "SHOWN", "RecordedScope", "ScopeAnswer", "Share"]

GONE = (Status.CONSUMED, Status.DESTROYED)
"""What is in such a state is nowhere any more."""

SHOWN = 20
"""Products that a share names."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one consignee got, in short.

    Attributes
    ----------
    location : canonical name of the place or party
    products, containers : how many
    quantities : amount by unit of measure; pieces without a unit stand under ``""``
    some : a few of the products
    """

    location: str
    products: int
    containers: int
    quantities: Mapping[str, float]
    some: tuple[str, ...]


class ScopeAnswer(Protocol):
    """The scope of a recall, of which each caller takes what it needs."""

    seeds: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many lines there are."""
        ...

    @property
    def products(self) -> int:
        """How many things must come back."""
        ...

    @property
    def containers(self) -> int:
        """How many things only carry them."""
        ...

    @property
    def consignees(self) -> Sequence[Consignee]:
        """Who got what, by the names of the places."""
        ...

    @property
    def gaps(self) -> Sequence[Gap]:
        """What could not be traced: first the seeds, then by line."""
        ...

    def lines(self, first: int = 0, past: int | None = None) -> Sequence[Affected]:
        """Some of the lines, nearest first."""
        ...

    def shares(self) -> list[Share]:
        """Who got how much, by the names of the places."""
        ...

    def standing(self) -> Mapping[tuple[str, str], int]:
        """How many products are at each place in each status."""
        ...

    def holders(self) -> Mapping[str, int]:
        """How many products are at each place, or went there; places as in `place_of`.

        What was used up or destroyed is nowhere any more; ``""`` stands for an untold place.
        """
        ...

    def records(self) -> Iterator[bytes]:
        """Yield the lines as JSON objects, many at once, with commas between."""
        ...

    def consignee_records(self) -> Iterator[bytes]:
        """Yield who got which products as JSON objects, with commas between."""
        ...

    def recall(self) -> Recall:
        """All of it as one record."""
        ...


class RecordedScope:
    """A scope that is there as a record.

    Parameters
    ----------
    found : the record
    """

    def __init__(self, found: Recall) -> None:
        self._found = found
        self.seeds = found.seeds
        self.size = len(found.affected)
        self.products = len(found.products)
        self.containers = self.size - self.products
        self.consignees: Sequence[Consignee] = found.consignees
        self.gaps: Sequence[Gap] = found.gaps

    def lines(self, first: int = 0, past: int | None = None) -> Sequence[Affected]:
        """Some of the lines, nearest first."""
        return self._found.affected[first:past]

    def shares(self) -> list[Share]:
        """Who got how much, by the names of the places."""
        return [
            Share(
                one.location,
                len(one.products),
                len(one.containers),
                one.quantities,
                one.products[:SHOWN],
            )
            for one in self.consignees
        ]

    def standing(self) -> Mapping[tuple[str, str], int]:
        """How many products are at each place in each status."""
        return Counter((line.location, str(line.status)) for line in self._found.products)

    def holders(self) -> Mapping[str, int]:
        """How many products are at each place, or went there."""
        there = {line.id: line.location for line in self._found.products if line.status not in GONE}
        pairs = {(place_of(place), thing) for thing, place in there.items()}
        for one in self.consignees:
            pairs |= {(place_of(one.location), thing) for thing in one.products if thing in there}
        return Counter(place for place, _ in pairs)

    def records(self) -> Iterator[bytes]:
        """Yield the lines as JSON objects, with commas between."""
        yield orjson.dumps([affected_record(line) for line in self._found.affected])[1:-1]

    def consignee_records(self) -> Iterator[bytes]:
        """Yield who got which products as JSON objects, with commas between."""
        yield orjson.dumps([consignee_record(one) for one in self.consignees])[1:-1]

    def recall(self) -> Recall:
        """All of it as one record."""
        return self._found
