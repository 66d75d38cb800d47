"""What would make a recall smaller: by seed, by time, by place. Pure arithmetic over scopes.

Every figure belongs to a scope that was really walked; nothing here estimates one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sanpin.trace.model.identifiers import Role
from sanpin.trace.model.lineage import Affected

__all__ = ["Split", "Step", "exclusive", "first_steps", "made_at", "middle", "ranked"]


@dataclass(frozen=True, slots=True)
class Step:
    """How a product came to be affected by a seed at first hand.

    Attributes
    ----------
    thing : what was made of the seed, or with it
    time : microseconds UTC
    place : canonical name of the location or line; empty when not told
    """

    thing: str
    time: int
    place: str


@dataclass(frozen=True, slots=True)
class Split:
    """A narrower recall.

    Attributes
    ----------
    kind : ``seed`` when one seed is cleared, ``time`` or ``place`` when only a part is bad
    value : the seed that is cleared, or the place
    since, until : the window that stays, microseconds UTC; None without a limit
    products : how many must come back then
    saved : how many fewer than in the whole recall
    """

    kind: Literal["seed", "time", "place"]
    value: str
    products: int
    saved: int
    since: int | None = None
    until: int | None = None


def exclusive(parts: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Count for each seed the products that come back only because of it.

    Parameters
    ----------
    parts : products in the scope of each seed alone

    Returns
    -------
    dict
        seed to count; what two seeds reach counts for neither
    """
    reached = Counter(product for products in parts.values() for product in {*products})
    return {
        seed: sum(1 for product in {*products} if reached[product] == 1)
        for seed, products in parts.items()
    }


def first_steps(lines: Iterable[Affected], events: Mapping[str, tuple[int, str]]) -> list[Step]:
    """Products that were made of a seed at first hand, with time and place of their making.

    Parameters
    ----------
    lines : of the whole scope
    events : time and place of those that touch the seeds, by identifier
    """
    found = []
    for line in lines:
        made = events.get(line.why[0]) if line.depth == 1 and line.why else None
        if made is not None and line.role != Role.CONTAINER:
            found.append(Step(line.id, *made))
    return sorted(found, key=lambda step: (step.time, step.thing))


def made_at(steps: Iterable[Step]) -> dict[str, list[str]]:
    """Things that were made at each place."""
    found: dict[str, list[str]] = defaultdict(list)
    for step in steps:
        if step.place:
            found[step.place].append(step.thing)
    return dict(found)


def middle(steps: Collection[Step]) -> int | None:
    """Time that parts the steps into an earlier and a later half; None where all are at once."""
    times = sorted(step.time for step in steps)
    if not times or times[0] == times[-1]:
        return None
    at = times[len(times) // 2]
    # Equal times stay together, so that no half is empty.
    return at if at > times[0] else next(time for time in times if time > at)


def ranked(splits: Iterable[Split]) -> list[Split]:
    """Order narrower recalls: the greatest saving first, those that save nothing left out."""
    useful = (split for split in splits if split.saved > 0)
    return sorted(useful, key=lambda split: (-split.saved, split.kind, split.value))
