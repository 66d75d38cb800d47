"""What must be cleaned on machines, as flat rows: how often, how long, and for which classes."""

from __future__ import annotations

from collections.abc import Sequence

from sanpin.factory.engine.lists.layout import FAR
from sanpin.factory.model import SetupTable

__all__ = ["Cleaned"]


class Cleaned:
    """Rows of all tables, one table after the other.

    Attributes
    ----------
    clean : loads and units after which cleaning is due, and its length
    kind : per class and cleaned attribute a number for its value (-1 for none), and the length
        of staying the same
    """

    def __init__(self) -> None:
        self.clean: list[tuple[int, int, int]] = []
        self.kind: list[tuple[int, int]] = []

    @staticmethod
    def count(table: SetupTable) -> int:
        """Return how many attributes of a table are cleaned."""
        return sum(1 for each in table.attributes.values() if each.clean)

    def add(
        self, table: SetupTable, classes: Sequence[Sequence[str | None]]
    ) -> tuple[int, int, int]:
        """Add a table; return the first and end row of its attributes, and the first of its kinds.

        Parameters
        ----------
        classes : values of all attributes, by class
        """
        first, kinds = len(self.clean), len(self.kind)
        places = []
        for place, attribute in enumerate(table.attributes.values()):
            if attribute.clean:
                often = attribute.clean
                self.clean.append((
                    often.get("every_batches", FAR), often.get("every_units", FAR),
                    often.get("duration", 0),
                ))  # fmt: skip
                places.append((place, attribute))
        values: dict[tuple[int, str], int] = {}
        for each in classes:
            for place, attribute in places:
                value = each[place]
                if value is None:
                    self.kind.append((-1, 0))
                else:
                    number = values.setdefault((place, value), len(values))
                    self.kind.append((number, attribute.length(value, value)))
        return first, len(self.clean), kinds
