"""Loads of ovens: one family, one time, not too big, as long as the longest member.

A load is led by its lowest member, so that every set of loads is written in one way. Members
share start, end and set-up of their leader; what is frozen leads a load that may be joined.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sanpin.factory.engine.exact.index import Class, Table
from sanpin.factory.engine.exact.machines import Node, add_sequence, begin_of
from sanpin.factory.engine.exact.model import Load, Model
from sanpin.factory.engine.exact.opening import closed
from sanpin.factory.model import ResourceKind, ScheduledOperation

__all__ = ["add_ovens", "add_shared_setup"]


def add_ovens(model: Model) -> None:
    """Add the loads of every oven that a free operation may use."""
    for name, resource in model.index.problem.processors.items():
        if resource.kind != ResourceKind.OVEN:
            continue
        members = [op for op in model.free if name in model.on[op]]
        if members:
            _add_oven(model, name, members)


def _add_oven(model: Model, oven: str, members: list[int]) -> None:
    """Form the loads of one oven and put them in sequence."""
    index, cp = model.index, model.cp
    resource = index.problem.processors[oven]
    still = _frozen_loads(model, oven)
    open_loads = [_join(model, load, members) for load in still if _inside(model, load)]
    joinable = {op for load in open_loads for op in load.members}
    loads = [_lead(model, oven, op, members, op in joinable) for op in members]
    model.loads[oven] = [*loads, *still]
    for op in members:
        mine = [load.members[op] for load in model.loads[oven] if op in load.members]
        cp.add(sum(mine) == model.on[op][oven])
    spans = []
    for load in loads:
        _fill(model, oven, load, resource.capacity)
        op = load.leader
        spans.append(
            cp.new_optional_interval_var(
                model.start[op], model.size[op], model.end[op], load.literal, ""
            )
        )
    for load in open_loads:
        _fill(model, oven, load, resource.capacity)
    gaps = closed(index.opening([resource.calendar]), model.low, model.high)
    blocks = [
        (a, b)
        for load in still
        for a, b in [_span(model, load)]
        if b > model.low and a < model.high
    ]
    spans += [cp.new_fixed_size_interval_var(a, b - a, "") for a, b in (*gaps, *blocks)]
    cp.add_no_overlap(spans)
    table = index.table(oven)
    if table is not None:
        nodes = [_node(model, load, table, False) for load in loads]
        add_sequence(model, oven, nodes, [_node(model, load, table, True) for load in still], table)


def _frozen_loads(model: Model, oven: str) -> list[Load]:
    """Return the loads that stand on an oven."""
    standing: dict[object, list[int]] = defaultdict(list)
    for op, at in model.frozen.items():
        if at.machine == oven:
            standing[at.batch or op].append(op)
    return [
        Load(ops[0], model.true, dict.fromkeys(ops, model.true), model.frozen[ops[0]].batch)
        for ops in standing.values()
    ]


def _span(model: Model, load: Load) -> tuple[int, int]:
    """Return start and end of a frozen load."""
    return model.frozen[load.leader].start, model.frozen[load.leader].end


def _inside(model: Model, load: Load) -> bool:
    """Tell whether a frozen load lies within the model's time, so that it may be joined."""
    start, end = _span(model, load)
    return bool(load.name) and model.low <= start and end <= model.high


def _alike(model: Model, one: int, other: int) -> bool:
    """Tell whether two operations may share a load: only those of one family may."""
    first, second = model.index.ops[one].batch, model.index.ops[other].batch
    return first is not None and second is not None and first.family == second.family


def _lead(model: Model, oven: str, leader: int, members: list[int], joinable: bool) -> Load:
    """Return the load led by an operation, with those that may be in it.

    Parameters
    ----------
    joinable : whether the leader may be in a frozen load instead
    """
    on, now = model.on[leader][oven], model.hint.get(leader)
    mates = [op for op in members if op > leader and _alike(model, leader, op)]
    first = [op for op in members if op < leader and _alike(model, leader, op)]
    led = None
    if model.hint:
        led = now is not None and now.machine == oven and not any(
            _together(model, oven, leader, op) for op in (*first, *_joined(model, oven))
        )  # fmt: skip
    literal = model.flag(led) if first or joinable else on
    load = Load(leader, literal, {leader: literal})
    for op in mates:
        hint = led and _together(model, oven, leader, op) if model.hint else None
        load.members[op] = model.flag(hint)
        model.cp.add_implication(load.members[op], literal)
    return load


def _joined(model: Model, oven: str) -> list[int]:
    """Return the frozen operations of an oven."""
    return [op for op, at in model.frozen.items() if at.machine == oven]


def _now(model: Model, op: int) -> ScheduledOperation | None:
    """Return where an operation stands."""
    return model.frozen.get(op) or model.hint.get(op)


def _together(model: Model, oven: str, one: int, other: int) -> bool:
    """Tell whether two operations share a load in the hint."""
    first, second = _now(model, one), _now(model, other)
    if first is None or second is None or not first.machine == second.machine == oven:
        return False
    return first.batch == second.batch


def _join(model: Model, load: Load, members: list[int]) -> Load:
    """Let free operations join a frozen load."""
    oven = model.frozen[load.leader].machine
    for op in members:
        if _alike(model, load.leader, op):
            now = model.hint.get(op)
            same = now is not None and (now.machine, now.batch) == (oven, load.name)
            load.members[op] = model.flag(same)
    return load


def _fill(model: Model, oven: str, load: Load, capacity: int) -> None:
    """Share the leader's times, keep to the capacity, and end with the longest member."""
    cp, ops, leader = model.cp, model.index.ops, load.leader
    sizes = {op: batch.size if (batch := ops[op].batch) else 1 for op in load.members}
    cp.add(sum(sizes[op] * literal for op, literal in load.members.items()) <= capacity)
    longest = []
    for op, literal in load.members.items():
        if op in model.frozen:
            continue
        if op != leader:
            cp.add(model.start[op] == model.start[leader]).only_enforce_if(literal)
            cp.add(model.end[op] == model.end[leader]).only_enforce_if(literal)
        for option, way in model.options[op]:
            if option.machine == oven:
                longest.append((option.work, literal, way))
    if leader in model.frozen:
        # A frozen load is as long as it is; whoever joins must not be longer.
        for work, literal, way in longest:
            if work > model.size[leader]:
                cp.add_bool_or([literal.negated(), way.negated()])
        return
    tight = []
    for work, literal, way in longest:
        exact = model.flag()
        tight.append(exact)
        cp.add_implication(exact, literal)
        cp.add_implication(exact, way)
        cp.add(model.size[leader] == work).only_enforce_if(exact)
    cp.add(sum(tight) == load.literal)


def _node(model: Model, load: Load, table: Table, fixed: bool) -> Node:
    """Return the node of a load in the oven's sequence."""
    op = load.leader
    earliest, latest = model.bounds(op)
    kinds: dict[Class, Any] = {}
    by_kind: dict[Class, list[Any]] = defaultdict(list)
    for member, literal in load.members.items():
        by_kind[table.class_of(model.index.ops[member].attributes)].append(literal)
    for kind, literals in by_kind.items():
        kinds[kind] = literals[0] if len(literals) == 1 else model.flag()
        for literal in literals if len(literals) > 1 else ():
            model.cp.add_implication(literal, kinds[kind])
    return Node(
        op, load.literal, model.start[op], model.end[op], earliest, latest,
        model.shortest(op), kinds, load.members, fixed,
    )  # fmt: skip


def add_shared_setup(model: Model) -> None:
    """Let the members of a load share the set-up of their leader."""
    for loads in model.loads.values():
        for load in loads:
            if load.leader not in model.begin or load.leader in model.frozen:
                continue
            for op, literal in load.members.items():
                if op != load.leader:
                    begin = begin_of(model, op)
                    model.cp.add(begin == model.begin[load.leader]).only_enforce_if(literal)
