"""Choosing what a small page shows, by rules that are written down.

A column has room for four tiles, and a region may have forty figures. The order is a fixed rule
rather than a score, so that a reader can follow why a figure is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sanpin.sector.model import Figure, Kind, Pace, Pillar, Task, TaskState, Unit

__all__ = ["select_figures", "summarise_tasks"]

# How much a kind of figure says by itself on a tile, the most telling first.
_SPEAKING = {
    Kind.TARGET: 0,
    Kind.ACTUAL: 1,
    Kind.RATIO: 2,
    Kind.SHARE: 2,
    Kind.GROWTH: 3,
    Kind.COUNT: 4,
    Kind.RANK: 5,
}
# “7 years” or “3rd edition” says nothing without its sentence.
_DULL = (Unit.YEAR, Unit.EDITION, Unit.MULTIPLE)


def select_figures(
    figures: Iterable[Figure],
    paces: Mapping[str, Pace],
    pillar: Pillar,
    region: str,
    *,
    parts: frozenset[str] = frozenset(),
    limit: int = 4,
    nation: str = "China",
) -> tuple[Figure, ...]:
    """Choose the figures that a pillar's column shows for a region.

    The rule, in this order: only rows that enter totals (no class limits, list lengths or rows
    to verify) and no years, editions or multiples, which say little on a tile; the region itself
    before the nation, whose figures fill the rest and carry its name; targets with an actual;
    the industry as a whole before its `parts` (sector wordings); targets, then amounts, ratios
    and shares, growth, counts, ranks; the later period; the order of the file.

    Parameters
    ----------
    figures : candidates in the order of the file
    paces : judgement by target id; a target without an actual ranks below one with
    pillar, region : the column and the English name of the place
    parts : sector wordings that stand for a part of the industry, or for more than it
    limit : tiles in the column
    nation : English name of the whole, whose figures fill what the region leaves empty
    """
    wanted = [
        (place, one)
        for place, one in enumerate(figures)
        if one.counts
        and one.pillar is pillar
        and one.unit not in _DULL
        and one.scope.region_en in (region, nation)
    ]

    def key(item: tuple[int, Figure]) -> tuple[bool, bool, bool, int, int, int]:
        """Sort key in the order of the rule; False comes first."""
        place, one = item
        pace = paces.get(one.id)
        end = one.period.end or date.min
        return (
            one.scope.region_en != region,
            pace is None or pace.latest is None,
            one.scope.sector_en in parts,
            _SPEAKING[one.kind],
            -end.toordinal(),
            place,
        )

    chosen: dict[tuple[str, str], Figure] = {}
    for _, one in sorted(wanted, key=key):
        # The same indicator of region and nation, or of two years, takes one place only.
        chosen.setdefault((one.indicator_en, one.scope.sector_en), one)
    return tuple(chosen.values())[:limit]


def summarise_tasks(tasks: Sequence[Task], as_of: date) -> dict[str, int]:
    """Count tasks by state, and those overdue on the as-of date.

    Returns
    -------
    dict
        one entry per word of `TaskState`, and ``overdue``, which counts across the states
    """
    counts = {state.value: 0 for state in TaskState}
    for task in tasks:
        counts[task.status.state.value] += 1
    return {**counts, "overdue": sum(task.overdue(as_of) for task in tasks)}
