"""Links between operations of a job: order, waits, transport, transfer batches."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sanpin.factory.engine.exact.model import Model, handed_over
from sanpin.factory.engine.exact.opening import finish
from sanpin.factory.engine.exact.options import hinted, options_of
from sanpin.factory.model import After

__all__ = ["add_links"]


def add_links(model: Model) -> None:
    """Add every link that a free operation is part of; others hold already."""
    free = set(model.free)
    handed: dict[tuple[int, Any], Any] = {}
    for op in model.start:
        for before, after in model.index.before[op]:
            if before in model.start and (op in free or before in free):
                _add_link(model, before, op, after, handed)


def _add_link(
    model: Model, before: int, op: int, after: After, handed: dict[tuple[int, Any], Any]
) -> None:
    """Add one link: not before the hand-over, not overtaking, not too late."""
    given = model.both(before, op)
    done = model.end[before]
    if after.transfer is not None:
        key = (before, after.transfer)
        if key not in handed:
            handed[key] = _handed(model, before, after)
        done = handed[key]
    _require(model, model.start[op], done, after.min_lag, given)
    if after.transfer is not None:
        _require(model, model.end[op], model.end[before], after.min_lag, given)
    if after.max_lag is not None:
        _require(model, model.end[before], model.start[op], -after.max_lag, given)
    _add_travel(model, before, op, after, done)


def _require(model: Model, later: Any, sooner: Any, lag: int, given: list[Any]) -> None:
    """Ask for ``later >= sooner + lag``, also where both turn out to be constants."""
    if isinstance(later, int) and isinstance(sooner, int):
        if later < sooner + lag:
            model.cp.add_bool_or([literal.negated() for literal in given])
        return
    constraint = model.cp.add(later >= sooner + lag)
    if given:
        constraint.only_enforce_if(given)


def _handed(model: Model, before: int, after: After) -> Any:
    """Return when a predecessor hands over its share; of a frozen one it is known."""
    assert after.transfer is not None
    at = model.frozen.get(before)
    if at is None:
        return handed_over(model, before, after.transfer)
    options = options_of(model.index, before)
    place = hinted(model.index, before, options, at)
    if place is None:
        return at.end
    option = options[place]
    share = -(-after.transfer.numerator * option.work // after.transfer.denominator)
    rests = model.index.ops[before].resumable and not option.oven
    done = finish(option.windows if rests else None, at.start, share)
    return at.end if done is None else done


def _sites(model: Model, op: int) -> dict[str, Any]:
    """Return the literal of an operation being at each site; work outside is nowhere."""
    found: dict[str, list[Any]] = defaultdict(list)
    for machine, literal in model.on[op].items():
        found[model.index.site(machine)].append(literal)
    return {site: model.either(literals) for site, literals in found.items()}


def _add_travel(model: Model, before: int, op: int, after: After, done: Any) -> None:
    """Add transport for each pair of sites; forbid pairs without a way, and price the others."""
    problem = model.index.problem
    if not problem.journeys and not problem.closed_sites:
        return
    targets = _sites(model, op)
    for source, here in _sites(model, before).items():
        for target, there in targets.items():
            way = model.index.travel(source, target)
            if way is None:
                model.cp.add_bool_or([here.negated(), there.negated()])
                continue
            duration, cost = way
            lag = after.min_lag + duration
            if duration:
                _require(model, model.start[op], done, lag, [here, there])
                if after.transfer is not None:
                    _require(model, model.end[op], model.end[before], lag, [here, there])
            if cost and problem.objective.get("cost"):
                used = model.flag()
                model.cp.add_bool_or([here.negated(), there.negated(), used])
                model.cost.append((cost, used))
