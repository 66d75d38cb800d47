"""Bought materials of a sample plant, and the components that its jobs make for each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from math import ceil

from sanpin.factory.model import Job, Material
from sanpin.factory.sample.plants.floor import DAY
from sanpin.factory.sample.plants.recipes import Recipe

__all__ = ["materials_of"]

WEEK = 7 * DAY
DELIVERED = 5 * 60
"""Minute of Monday at which the lorry comes, before the first shift."""


def materials_of(
    recipe: Recipe, jobs: Sequence[Job], length: int, span: int, features: Collection[str]
) -> Iterator[Material]:
    """Yield what the jobs use: weekly deliveries of what is bought, nothing yet of what is made.

    Parameters
    ----------
    length : minutes until the last due date, over which the use is spread
    span : minutes until which deliveries are agreed

    Notes
    -----
    Each delivery is more than a week's use and than the largest lot, and deliveries go on until
    the end of the calendars: whoever lacks material need only wait, fresh goods included.
    """
    used: Counter[str] = Counter()
    largest: Counter[str] = Counter()
    made: set[str] = set()
    for job in jobs:
        for op in job.operations:
            used.update(op.consumes)
            made.update(op.produces)
            for name, amount in op.consumes.items():
                largest[name] = max(largest[name], amount)
    for name in sorted(used | Counter(made)):
        if name in made:
            yield Material(name)
            continue
        weekly = ceil(1.5 * used[name] * WEEK / max(length, WEEK)) + largest[name]
        mondays = range(WEEK + DELIVERED, span, WEEK)
        yield Material(
            name,
            weekly,
            tuple((monday, weekly) for monday in mondays),
            recipe.fresh * DAY if "shelf_life" in features else None,
        )
