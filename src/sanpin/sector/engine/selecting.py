"""Choosing what a small page shows, by rules that are written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sanpin.sector.model import Figure, Kind, Pace, Pillar, Task, TaskState, Unit

__all__ = ["select_figures", "summarise_tasks"]

_SPEAKING = {
    Kind.TARGET: 0,
    Kind.ACTUAL: 1,
    Kind.RATIO: 2,
    Kind.SHARE: 2,
    Kind.GROWTH: 3,
    Kind.COUNT: 4,
    Kind.RANK: 5,
}
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
        chosen.setdefault((one.indicator_en, one.scope.sector_en), one)
    return tuple(chosen.values())[:limit]


def summarise_tasks(tasks: Sequence[Task], as_of: date) -> dict[str, int]:
    """Count tasks by state, and those overdue on the as-of date."""
    counts = {state.value: 0 for state in TaskState}
    for task in tasks:
        counts[task.status.state.value] += 1
    return {**counts, "overdue": sum(task.overdue(as_of) for task in tasks)}
