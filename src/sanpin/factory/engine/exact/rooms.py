"""Tools, pools, tanks and materials: what is shared, held between operations, or used up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from sanpin.factory.engine.exact.model import Model
from sanpin.factory.engine.exact.options import hinted, options_of
from sanpin.factory.model import Material

__all__ = ["add_pools", "add_stock", "add_tanks", "add_tools"]

Spans = dict[str, list[tuple[Any, int]]]


def add_tools(model: Model) -> None:
    """Hold one piece of its tool from start to end of each operation inside the plant."""
    problem, held = model.index.problem, defaultdict(list)
    for op in model.free:
        tool = model.index.ops[op].tool
        ways = [literal for option, literal in model.options[op] if option.machine]
        if tool and ways:
            span = model.cp.new_optional_interval_var(
                model.start[op], model.size[op], model.end[op], model.either(ways), ""
            )
            held[tool].append((span, 1))
    for op, at in model.frozen.items():
        tool = model.index.ops[op].tool
        if tool in held and at.machine and _meets(model, at.start, at.end):
            held[tool].append((_fixed(model, at.start, at.end), 1))
    for tool, spans in held.items():
        _limit(model, spans, problem.tools[tool].capacity)


def add_pools(model: Model) -> None:
    """Take from pools what the mode of each operation uses while it runs."""
    held: Spans = defaultdict(list)
    for op in model.free:
        for option, literal in model.options[op]:
            for pool, amount in (option.mode.uses if option.mode else {}).items():
                span = model.cp.new_optional_interval_var(
                    model.start[op], model.size[op], model.end[op], literal, ""
                )
                held[pool].append((span, amount))
    for op, at in model.frozen.items():
        if not held or not _meets(model, at.start, at.end):
            continue
        for pool, amount in _frozen_use(model, op).items():
            if pool in held:
                held[pool].append((_fixed(model, at.start, at.end), amount))
    for pool, spans in held.items():
        _limit(model, spans, model.index.problem.pools[pool].capacity)


def _frozen_use(model: Model, op: int) -> Mapping[str, int]:
    """Return what a frozen operation takes of pools."""
    at = model.frozen[op]
    modes = [mode for mode in model.index.ops[op].modes if mode.machine == at.machine]
    if len(modes) > 1 and any(mode.uses for mode in modes):
        options = options_of(model.index, op)
        place = hinted(model.index, op, options, at)
        mode = options[place].mode if place is not None else None
        modes = [mode] if mode else modes
    return modes[0].uses if modes else {}


def _meets(model: Model, start: int, end: int) -> bool:
    """Tell whether a span lies in the model's time."""
    return start < end and end > model.low and start < model.high


def _fixed(model: Model, start: int, end: int) -> Any:
    """Return a span that stays."""
    return model.cp.new_fixed_size_interval_var(start, end - start, "")


def _limit(model: Model, spans: list[tuple[Any, int]], capacity: int) -> None:
    """Never hold more than there is at any instant."""
    if sum(amount for _, amount in spans) > capacity:
        model.cp.add_cumulative([span for span, _ in spans], [a for _, a in spans], capacity)


def add_tanks(model: Model) -> None:
    """Hold room from an operation to the one that drains it, one item at a time unless mixed."""
    index, free = model.index, set(model.free)
    holds: dict[str, list[tuple[int, int, Any, Any]]] = defaultdict(list)
    touched = set()
    for op in model.start:
        hold = index.ops[op].hold
        drain = index.number[index.jobs[index.job_of[op]].id, hold.until] if hold else -1
        if hold is None or drain not in model.start:
            continue
        start = model.start[op] if hold.source == "start" else model.end[op]
        end = model.end[drain] if hold.until_end else model.start[drain]
        if op in free or drain in free:
            touched.add(hold.tank)
        elif not _meets(model, start, end):
            continue
        holds[hold.tank].append((op, drain, start, end))
    for tank in sorted(touched):
        _add_tank(model, tank, holds[tank])


def _add_tank(model: Model, tank: str, holds: list[tuple[int, int, Any, Any]]) -> None:
    """Keep one tank to its capacity and, unless mixed, to one item at a time."""
    cp, index = model.cp, model.index
    room, spans, full = index.problem.tanks[tank], [], []
    for op, drain, start, end in holds:
        hold = index.ops[op].hold
        assert hold is not None
        if isinstance(start, int) and isinstance(end, int):
            if start < end:
                spans.append((_fixed(model, start, end), hold.amount))
                full.append((op, start, end, model.true))
            continue
        # Nothing says that the tank is drained after it was filled; what is not holds nothing.
        held, given = model.flag(), model.both(op, drain)
        span = cp.new_optional_interval_var(start, model.number(1, model.high), end, held, "")
        cp.add(end <= start).only_enforce_if([held.negated(), *given])
        for literal in given:
            cp.add_implication(held, literal)
        spans.append((span, hold.amount))
        full.append((op, start, end, held))
    _limit(model, spans, room.capacity)
    for (one, s1, e1, h1), (other, s2, e2, h2) in () if room.mixed else combinations(full, 2):
        standing = all(isinstance(t, int) for t in (s1, e1, s2, e2))
        if _item(model, one) != _item(model, other) and not standing:
            first = model.flag()
            _order(model, s2, e1, [first, h1, h2])
            _order(model, s1, e2, [first.negated(), h1, h2])


def _order(model: Model, later: Any, sooner: Any, given: list[Any]) -> None:
    """Ask for ``later >= sooner``, also between constants."""
    if isinstance(later, int) and isinstance(sooner, int):
        if later < sooner:
            model.cp.add_bool_or([literal.negated() for literal in given])
    else:
        model.cp.add(later >= sooner).only_enforce_if(given)


def _item(model: Model, op: int) -> str:
    """Return what a job makes; a job without item makes something of its own."""
    job = model.index.jobs[model.index.job_of[op]]
    return job.item or job.id


def add_stock(model: Model) -> None:
    """Never use more of a material than has come and, where it expires, than is still good."""
    free = set(model.free)
    for material in model.index.problem.materials:
        supply: list[tuple[Any, int, Any]] = [(0, material.on_hand, model.true)]
        supply += [(time, amount, model.true) for time, amount in material.arrivals]
        use: list[tuple[Any, int, Any]] = []
        touched = False
        for op in model.start:
            operation = model.index.ops[op]
            made = operation.produces.get(material.id, 0)
            taken = operation.consumes.get(material.id, 0)
            touched |= op in free and bool(made or taken)
            if made:
                supply.append((model.end[op], made, model.present[op]))
            if taken:
                use.append((model.start[op], taken, model.present[op]))
        if touched and use:
            if material.shelf_life is None:
                _add_level(model, supply, use)
            else:
                _add_lots(model, material, supply, use)


def _add_level(
    model: Model, supply: list[tuple[Any, int, Any]], use: list[tuple[Any, int, Any]]
) -> None:
    """Keep the level at or above nothing; what comes and goes before the model's time is a sum."""
    events = [*supply, *((time, -amount, literal) for time, amount, literal in use)]
    before = sum(amount for t, amount, _ in events if isinstance(t, int) and t <= model.low)
    later = [
        (t, amount, literal)
        for t, amount, literal in events
        if amount and not (isinstance(t, int) and (t <= model.low or t > model.high))
    ]
    later.append((model.low, before, model.true))
    model.cp.add_reservoir_constraint_with_active(
        [t for t, _, _ in later], [a for _, a, _ in later], [x for _, _, x in later],
        0, sum(amount for _, amount, _ in later if amount > 0),
    )  # fmt: skip


def _add_lots(
    model: Model, material: Material, supply: list[tuple[Any, int, Any]],
    use: list[tuple[Any, int, Any]],
) -> None:  # fmt: skip
    """Draw each use from lots that have come and are still good.

    Notes
    -----
    All lots live equally long, so that taking the one that expires first finds a way to serve
    every use whenever there is one; which lot serves which use is hence free to choose.
    """
    cp, life = model.cp, material.shelf_life
    assert life is not None
    drawn: list[list[Any]] = [[] for _ in supply]
    for time, amount, needed in use:
        parts = []
        for at, (come, quantity, _) in enumerate(supply):
            most = min(amount, quantity)
            if not most:
                continue
            part = model.number(0, most)
            parts.append(part)
            drawn[at].append(part)
            if isinstance(come, int) and isinstance(time, int):
                if not come <= time < come + life:
                    cp.add(part == 0)
                continue
            some = model.flag()
            cp.add(part == 0).only_enforce_if(some.negated())
            cp.add(time >= come).only_enforce_if(some)
            cp.add(time <= come + life - 1).only_enforce_if(some)
        cp.add(sum(parts) == amount * needed)
    for parts, (_, quantity, made) in zip(drawn, supply, strict=True):
        if parts:
            cp.add(sum(parts) <= quantity * made)
