"""What would make a recall smaller: every narrower scope is walked, none is estimated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sanpin.base import Budget
from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import write_instant
from sanpin.trace.engine.narrowing import Split, Step, exclusive, made_at, middle, ranked
from sanpin.trace.service.naming import Labels
from sanpin.trace.service.recalls import Asked, narrowed, scope_of, steps_of

__all__ = ["Narrowing", "narrowing_of"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What would make a recall smaller.

    Attributes
    ----------
    products : in the recall as it was asked
    only : for each seed, the products that come back only because of it
    splits : narrower recalls, the greatest saving first
    labels : what people read for seeds and places
    complete : False when time ran out before everything was looked at
    """

    products: int
    only: dict[str, int]
    splits: list[Split]
    labels: dict[str, str]
    complete: bool


def narrowing_of(ctx: Context, asked: Asked, budget: Budget) -> Narrowing:
    """Walk the scopes that remain when a seed is cleared, or only a part of the seeds is bad.

    Parameters
    ----------
    asked : seeds, and how they are narrowed already
    budget : when it is used up, what was found so far is given
    """
    with narrowed(ctx, asked) as scope:
        found = scope.recall()
        steps = [] if asked.place else steps_of(ctx, scope)
    total = len(found.products)
    splits: list[Split] = []
    for split, narrower in _parts(asked, steps):
        if budget.exhausted:
            return _named(ctx, total, {}, splits, complete=False)
        with narrowed(ctx, narrower) as scope:
            products = scope.products
        splits.append(replace(split, products=products, saved=total - products))
    parts: dict[str, frozenset[str]] = {}
    seeds = asked.kept()
    for seed in seeds:
        if budget.exhausted:
            return _named(ctx, total, {}, splits, complete=False)
        alone = found if len(seeds) == 1 else scope_of(ctx, replace(asked, seeds=(seed,)))
        parts[seed] = frozenset(line.id for line in alone.products)
    only = exclusive(parts)
    if len(seeds) > 1:
        splits += [Split("seed", seed, total - count, count) for seed, count in only.items()]
    return _named(ctx, total, only, splits, complete=True)


def _parts(asked: Asked, steps: Sequence[Step]) -> Iterator[tuple[Split, Asked]]:
    """Yield the halves of the time and the places in which the seeds were used."""
    at = middle(steps)
    if at is not None:
        text = write_instant(at)
        yield Split("time", "", 0, 0, until=at), replace(asked, until=text)
        yield Split("time", "", 0, 0, since=at), replace(asked, since=text)
    places = made_at(steps)
    if len(places) > 1:
        for place in sorted(places):
            yield Split("place", place, 0, 0), replace(asked, place=place)


def _named(
    ctx: Context, total: int, only: dict[str, int], splits: list[Split], *, complete: bool
) -> Narrowing:
    """Complete an answer with what people read."""
    wanted = {split.value for split in splits if split.value} | set(only)
    with ctx.db.read() as conn:
        labels = Labels.load(conn, ctx.firm, wanted)
    return Narrowing(
        total, only, ranked(splits), {name: labels.of(name) for name in wanted}, complete
    )
