"""Classes of operations that need the same change-overs, and the lengths between classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.lists.cleaned import Cleaned
from sanpin.factory.engine.lists.layout import FORBIDDEN, TABLE_WIDTH
from sanpin.factory.model import Attribute, SetupTable

__all__ = ["Changes"]

Values = tuple[str | None, ...]


class Changes:
    """The tables of change-overs by number, and the classes met so far in each.

    Parameters
    ----------
    setups : tables by name
    """

    def __init__(self, setups: Mapping[str, SetupTable]) -> None:
        self._tables = list(setups.values())
        self._numbers = {name: number for number, name in enumerate(setups)}
        self._classes: list[dict[Values, int]] = [{} for _ in self._tables]

    def number(self, name: str) -> int:
        """Return the number of a table, -1 for a machine without one."""
        return self._numbers[name] if name else -1

    def class_of(self, table: int, attributes: Mapping[str, str]) -> int:
        """Return the class of some attribute values in a table."""
        if table < 0:
            return 0
        values = tuple(attributes.get(name) for name in self._tables[table].attributes)
        classes = self._classes[table]
        return classes.setdefault(values, len(classes))

    def counts(self, table: int) -> int:
        """Return how many numbers a machine with a table keeps until it is cleaned."""
        return 2 * Cleaned.count(self._tables[table]) if table >= 0 else 0

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Cleaned]:
        """Return the rows of the tables, all lengths, and what is cleaned."""
        rows, lengths, first = [], [], 0
        cleaned = Cleaned()
        for table, classes in zip(self._tables, self._classes, strict=True):
            part = cleaned.add(table, list(classes))
            rows.append((first, len(classes), *part, int(table.combine == "max")))
            lengths.append(_lengths(table, list(classes)).ravel())
            first += len(classes) ** 2
        length = np.concatenate(lengths) if lengths else np.zeros(0)
        return (
            np.array(rows, dtype=np.int64).reshape(-1, TABLE_WIDTH),
            length.astype(np.int64),
            cleaned,
        )


def _lengths(table: SetupTable, classes: list[Values]) -> NDArray[np.int32]:
    """Return the lengths between all classes of a table, forbidden changes marked."""
    shape = len(classes), len(classes)
    total: NDArray[np.int32] = np.zeros(shape, dtype=np.int32)
    banned = np.zeros(shape, dtype=bool)
    for place, attribute in enumerate(table.attributes.values()):
        values = list(dict.fromkeys(each[place] for each in classes))
        of = {value: number for number, value in enumerate(values)}
        index = np.array([of[each[place]] for each in classes], dtype=np.intp)
        single, forbidden = _attribute(attribute, values)
        part = single[np.ix_(index, index)]
        total = (total + part if table.combine == "sum" else np.maximum(total, part)).astype(
            np.int32
        )
        banned |= forbidden[np.ix_(index, index)]
    total[banned] += FORBIDDEN
    return total


def _attribute(
    attribute: Attribute, values: list[str | None]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return lengths and bans between the values of one attribute; None changes nothing."""
    shape = len(values), len(values)
    single, forbidden = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=bool)
    for a, before in enumerate(values):
        for b, after in enumerate(values):
            if before is not None and after is not None:
                single[a, b] = attribute.length(before, after)
                forbidden[a, b] = (before, after) in attribute.forbidden
    return single, forbidden
