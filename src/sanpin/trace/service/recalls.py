"""A recall as its page shows it: narrowed as asked, named, each line explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.trace.engine.narrowing import Step, first_steps, made_at
from sanpin.trace.model.lineage import Affected, Gap, Recall
from sanpin.trace.service.affected import RecordedScope, ScopeAnswer, Share
from sanpin.trace.service.lineage import recall_scope
from sanpin.trace.service.naming import Labels, path_of, place_of, thing_named
from sanpin.trace.service.positions import Stop, stops_of
from sanpin.trace.service.records import recall_record
from sanpin.trace.store.lots import places_of_events

__all__ = [
    "Asked",
    "Holder",
    "RecallView",
    "line_rows",
    "narrowed",
    "recall_view",
    "scope_of",
    "scope_record",
    "steps_of",
]

# Labels of gaps beyond these would not be read on a page; the exports hold them all.
_SHOWN_GAPS = 100
# With more goods than this at first hand no places are offered to narrow by.
_CUT_BY_HAND = 20_000
# Lines that are looked at together for those at first hand; mostly the first ones hold them all.
_NEAR = 1_000
_SHOWN_PLACES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a recall.

    Attributes
    ----------
    seeds : codes in any writing
    without : seeds among them that are cleared
    since, until : times with offset between which the seeds are bad; empty without a limit
    place : only what was made of the seeds at this place is bad; empty for everything
    """

    seeds: tuple[str, ...]
    without: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    place: str = ""

    def kept(self) -> tuple[str, ...]:
        """Canonical names of the seeds that are not cleared."""
        cleared = {thing_named(code) for code in self.without}
        names = dict.fromkeys(thing_named(code) for code in self.seeds)
        return tuple(name for name in names if name not in cleared)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has goods that must come back.

    Attributes
    ----------
    place, label : canonical name, empty when it is not told, and what people read
    products : how many are there, or went there
    quantities : amounts that were delivered there, by unit; pieces under ``""``
    stop : where it lies; None when the coordinates are not known
    """

    place: str
    label: str
    products: int
    quantities: Mapping[str, float]
    stop: Stop | None


@dataclass(frozen=True, slots=True)
class RecallView:
    """The scope of a recall for people.

    Attributes
    ----------
    seeds, seed_labels : what is bad, by code and by name
    products, containers : how many must come back, and how many only carry them
    total : lines in all
    lines : one row per affected thing of the page that was asked for
    consignees : one row per consignee and unit
    gaps, gap_count : what could not be traced, the first ones of so many
    places : where things of the seeds were made: code, name and number of products
    statuses : number of products by status
    whereabouts : place, status and number of products, most first
    holders, holder_count : who has them, most products first, the first ones of so many
    """

    seeds: tuple[str, ...]
    seed_labels: tuple[str, ...]
    products: int
    containers: int
    total: int
    lines: list[dict[str, Any]]
    consignees: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    gap_count: int
    places: list[tuple[str, str, int]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    whereabouts: list[tuple[str, str, int]] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)
    holder_count: int = 0


def scope_of(ctx: Context, asked: Asked) -> Recall:
    """Work out a recall, narrowed as it was asked.

    Raises
    ------
    InputError
        ``trace.recall.no_seeds``, ``trace.recall.time``, or the refusal of a code
    """
    with narrowed(ctx, asked) as scope:
        return scope.recall()


@contextmanager
def narrowed(ctx: Context, asked: Asked) -> Iterator[ScopeAnswer]:
    """Give the scope of a recall part by part, narrowed as it was asked."""
    limits = {"since": asked.since or None, "until": asked.until or None}
    with recall_scope(ctx, asked.kept(), **limits) as whole:
        if not asked.place:
            yield whole
            return
        made = made_at(steps_of(ctx, whole)).get(thing_named(asked.place), [])
    if not made:
        yield RecordedScope(Recall(whole.seeds, (), (), ()))
        return
    with recall_scope(ctx, made) as part:
        part.seeds = whole.seeds
        yield part


def steps_of(ctx: Context, scope: ScopeAnswer) -> list[Step]:
    """Products made of the seeds at first hand; none when they are too many to be cut by hand."""
    near: list[Affected] = []
    # Lines come in the order of their distance, however many there are behind.
    for start in range(0, scope.size, _NEAR):
        lines = scope.lines(start, start + _NEAR)
        near += [line for line in lines if line.depth <= 1]
        if len(near) > _CUT_BY_HAND:
            return []
        if lines[-1].depth > 1:
            break
    with ctx.db.read() as conn:
        return first_steps(near, places_of_events(conn, ctx.firm, scope.seeds))


def recall_view(ctx: Context, asked: Asked, start: int = 0, count: int = 200) -> RecallView:
    """Work out a recall and name everything that one page of it shows.

    Parameters
    ----------
    asked : seeds, and how they are narrowed
    start, count : lines of the page
    """
    with narrowed(ctx, replace(asked, place="")) as whole:
        places = {place: len(made) for place, made in made_at(steps_of(ctx, whole)).items()}
        if not asked.place:
            return _view(ctx, whole, places, start, count)
    with narrowed(ctx, asked) as scope:
        return _view(ctx, scope, places, start, count)


def _view(
    ctx: Context, scope: ScopeAnswer, places: dict[str, int], start: int, count: int
) -> RecallView:
    """Name what a page shows of a scope."""
    lines, shares = scope.lines(start, start + count), scope.shares()
    standing = Counter(scope.standing())
    gaps, holding = scope.gaps[:_SHOWN_GAPS], scope.holders()
    most = dict(sorted(holding.items(), key=lambda one: (-one[1], one[0]))[:_SHOWN_PLACES])
    with ctx.db.read() as conn:
        wanted = _named(scope, lines, shares, gaps) | places.keys() | {p for p, _ in standing}
        labels = Labels.load(conn, ctx.firm, wanted | most.keys())
        stops = {stop.place: stop for stop in stops_of(conn, ctx.firm, most, labels)}
    statuses: Counter[str] = Counter()
    for (_, status), number in standing.items():
        statuses[status] += number
    return RecallView(
        seeds=scope.seeds,
        seed_labels=tuple(labels.of(seed) for seed in scope.seeds[:_SHOWN_GAPS]),
        products=scope.products,
        containers=scope.containers,
        total=scope.size,
        lines=line_rows(lines, labels),
        consignees=_consignees(shares, labels),
        gaps=[_gap(ctx, gap, labels) for gap in gaps],
        gap_count=len(scope.gaps),
        places=[(p, labels.of(p), n) for p, n in sorted(places.items(), key=lambda p: -p[1])],
        statuses=dict(statuses),
        whereabouts=[(labels.of(p), s, n) for (p, s), n in standing.most_common(_SHOWN_PLACES)],
        holders=_holders(most, shares, labels, stops),
        holder_count=len(holding),
    )


def _named(
    scope: ScopeAnswer, lines: Sequence[Affected], shares: Sequence[Share], gaps: Sequence[Gap]
) -> set[str]:
    """Everything whose name a page shows."""
    things = set(scope.seeds[:_SHOWN_GAPS]) | {gap.id for gap in gaps}
    for line in lines:
        things.update((line.id, line.location, line.container, *line.through))
    for share in shares:
        things.update((share.location, *share.some))
    return things


def _gap(ctx: Context, gap: Gap, labels: Labels) -> dict[str, Any]:
    """Row of one gap."""
    return {
        "thing": labels.of(gap.id),
        "path": path_of(gap.id),
        "message": translate(gap.message, ctx.language, **gap.fields),
    }


def _holders(
    most: Mapping[str, int], shares: Iterable[Share], labels: Labels, stops: Mapping[str, Stop]
) -> list[Holder]:
    """Describe who has goods."""
    amounts: dict[str, dict[str, float]] = {place: {} for place in most}
    for share in shares:
        if (place := place_of(share.location)) in amounts:
            for uom, amount in share.quantities.items():
                amounts[place][uom] = amounts[place].get(uom, 0.0) + amount
    return [
        Holder(place, labels.of(place), count, amounts[place], stops.get(place))
        for place, count in most.items()
    ]


def line_rows(lines: Iterable[Affected], labels: Labels) -> list[dict[str, Any]]:
    """One row for each affected thing."""
    return [
        {
            "id": line.id,
            "path": path_of(line.id),
            "label": labels.of(line.id),
            "role": str(line.role),
            "depth": line.depth,
            "status": str(line.status),
            "place": labels.of(line.location),
            "container": labels.of(line.container),
            "quantity": line.quantity,
            "uom": line.uom or ("EA" if line.quantity is not None else ""),
            "why": line.why,
            "why_text": " → ".join(labels.of(thing) for thing in line.through),
        }
        for line in lines
    ]


def _consignees(shares: Iterable[Share], labels: Labels) -> list[dict[str, Any]]:
    """One row for each consignee and unit."""
    return [
        {
            "id": one.location,
            "place": labels.of(one.location),
            "quantity": quantity,
            "uom": uom or "EA",
            "products": one.products,
            "containers": one.containers,
            "lots": ", ".join(labels.of(product) for product in one.some)
            + (" …" if one.products > len(one.some) else ""),
        }
        for one in shares
        for uom, quantity in sorted(one.quantities.items())
    ]


def scope_record(ctx: Context, asked: Asked) -> dict[str, Any]:
    """Write a recall, narrowed as it was asked, as JSON values with the seconds that it took."""
    started = perf_counter()
    found = scope_of(ctx, asked)
    return recall_record(found, perf_counter() - started, ctx.language)
