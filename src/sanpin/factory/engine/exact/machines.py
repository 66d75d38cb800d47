"""Machines and loads of ovens in sequence: one thing at a time, and the set-up of each change.

Where change-overs matter, each machine is a circuit through what it takes, with a literal for
each change; elsewhere no two spans may overlap. Lengths stand in tables by class. Frozen
things stand in the circuit in the order that they have; only what precedes them is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from sanpin.factory.engine.exact.cleaning import Counts, settled_at
from sanpin.factory.engine.exact.index import FORBIDDEN, Class, Table, Windows
from sanpin.factory.engine.exact.model import Model
from sanpin.factory.engine.exact.opening import closed, fitting_starts
from sanpin.factory.model import ScheduledOperation

__all__ = ["Node", "add_machines", "add_sequence", "begin_of", "keep_open"]


Since = tuple[Any, int, Mapping[Class, Any]]
"""End of what is before, a bound below it, and its classes with their literals."""


@dataclass(slots=True)
class Node:
    """What a machine takes at one time.

    Attributes
    ----------
    op : the operation, or the first of a load
    literal : whether it is on this machine
    earliest, latest : bounds of start and end
    kinds : classes that it may have (a load may have several), with their literals
    members : operations with the literal of being in it
    fixed : whether it stays where it is
    """

    op: int
    literal: Any
    start: Any
    end: Any
    earliest: int
    latest: int
    shortest: int
    kinds: Mapping[Class, Any]
    members: Mapping[int, Any]
    fixed: bool = False


def add_machines(model: Model) -> None:
    """Add the sequences of all machines that free operations may use (ovens apart)."""
    standing: dict[str, list[int]] = defaultdict(list)
    for op, at in model.frozen.items():
        if at.machine in model.machines:
            standing[at.machine].append(op)
    for machine, spans in model.machines.items():
        members = list(dict.fromkeys(op for op, _, _ in spans))
        frozen = standing[machine]
        table = model.index.table(machine)
        blocks = [
            _block(model, at, table is None)
            for at in (model.frozen[op] for op in frozen)
            if at.end > model.low and at.setup_start < model.high
        ]
        model.cp.add_no_overlap([*(span for _, _, span in spans), *blocks])
        if table is not None:
            nodes = [_free(model, machine, op, table) for op in members]
            add_sequence(model, machine, nodes, [_still(model, op, table) for op in frozen], table)


def _block(model: Model, at: ScheduledOperation, whole: bool) -> Any:
    """Return the span of a frozen operation, with its set-up where nothing can change that."""
    begin = at.setup_start if whole else at.start
    return model.cp.new_fixed_size_interval_var(begin, at.end - begin, "")


def _free(model: Model, machine: str, op: int, table: Table) -> Node:
    """Return the node of a free operation."""
    earliest, latest = model.bounds(op)
    return Node(
        op, model.on[op][machine], model.start[op], model.end[op], earliest, latest,
        model.shortest(op), {table.class_of(model.index.ops[op].attributes): model.true},
        {op: model.true},
    )  # fmt: skip


def _still(model: Model, op: int, table: Table) -> Node:
    """Return the node of a frozen operation."""
    at = model.frozen[op]
    return Node(
        op, model.true, at.start, at.end, at.start, at.end, at.end - at.start,
        {table.class_of(model.index.ops[op].attributes): model.true}, {op: model.true}, True,
    )  # fmt: skip


def add_sequence(
    model: Model, machine: str, free: list[Node], frozen: list[Node], table: Table
) -> None:
    """Choose for each node what precedes it; place 0 stands for both ends of the machine.

    Parameters
    ----------
    free : nodes that may or may not be here
    frozen : nodes that stand here, of which those outside the model's time only set the ends

    Notes
    -----
    An operation done elsewhere loops at itself. An arc fixes the length of the set-up between its
    ends, which a disjunctive constraint alone cannot know.
    """
    frozen = sorted(frozen, key=lambda node: (node.start, node.end))
    first = sum(node.end <= model.low for node in frozen)
    # The first that follows is part of the sequence, since its set-up depends on what is before.
    last = next((at for at, node in enumerate(frozen) if node.start >= model.high), len(frozen))
    # Counts until the next cleaning are handed on, up to where they begin anew whatever they are.
    stop = settled_at(model, table, frozen, last) if table.cleaned else last + 1
    walls, follower = frozen[first:stop], last - first + 1
    nodes = [*walls, *free]
    model.walls.update(node.op for node in walls)
    initial = model.index.problem.processors[machine].initial
    since, kinds = 0, {table.class_of(initial): model.true}
    if first:
        since, kinds = frozen[first - 1].end, frozen[first - 1].kinds
    mixed = len(kinds) > 1 or any(len(node.kinds) > 1 for node in nodes)
    given = model, machine, table, _order(model, machine, nodes)
    circuit = _Mixed(*given) if mixed else _Circuit(*given)
    if table.cleaned:
        circuit = _Cleaned(*given, counts=Counts(model, table, nodes, frozen[:first], initial))
    for to, node in enumerate(nodes, 1):
        if not node.fixed or to == 1:
            circuit.arc(0, to, (since, since, kinds), node)
        if to == len(walls) if node.fixed else last == len(frozen):
            circuit.leave(to)
        if not node.fixed:
            circuit.arcs.append((to, to, node.literal.negated()))
    for at, one in enumerate(nodes, 1):
        model.look()
        ready = one.end if one.fixed else one.earliest + one.shortest
        for to, other in enumerate(nodes, 1):
            follows = to == at + 1 if one.fixed and other.fixed else to != at
            if to > follower and other.fixed and not one.fixed:
                continue
            # What comes before in the job comes before on the machine, even without length.
            if follows and other.op not in model.index.ancestors(one.op):
                circuit.arc(at, to, (one.end, ready, one.kinds), other)
    circuit.close(nodes, bool(walls))


def _order(model: Model, machine: str, nodes: list[Node]) -> dict[int, int] | None:
    """Return what follows what in the hint by place; None without a hint."""
    if not model.hint:
        return None
    standing, loads = [], set()
    for place, node in enumerate(nodes, 1):
        at = model.frozen.get(node.op) or model.hint.get(node.op)
        # The first of a load leads it; the others stand in no sequence of their own.
        if at is not None and at.machine == machine and at.batch not in loads:
            standing.append((at.setup_start, at.end, at.start, place))
            loads.update([at.batch] if at.batch else [])
    places = [0, *(place for *_, place in sorted(standing)), 0]
    return dict(pairwise(places))


@dataclass
class _Circuit:
    """The arcs of one machine and what they ask for.

    Attributes
    ----------
    order : what follows what in the hint
    changes : literals of the arcs into a node, by its place and the length of the set-up
    follows : places before each place, with the literals of their arcs
    """

    model: Model
    machine: str
    table: Table
    order: dict[int, int] | None
    arcs: list[tuple[int, int, Any]] = field(default_factory=list)
    changes: dict[tuple[int, int], list[Any]] = field(default_factory=lambda: defaultdict(list))
    follows: dict[int, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))

    def arc(self, at: int, to: int, since: Since, node: Node) -> None:
        """Add the literal of one thing directly after another, unless time or rules forbid it.

        Parameters
        ----------
        since : end of what is before, a bound below it, and its classes
        node : what comes directly after
        """
        end, ready, kinds = since
        length = self._length(kinds, node)
        slack = node.start if node.fixed else node.latest - node.shortest
        if length == FORBIDDEN or ready + length > slack:
            return
        literal = self.model.flag(self.order.get(at) == to if self.order else None)
        self.arcs.append((at, to, literal))
        self.follows[to].append((at, literal))
        if not (isinstance(end, int) and node.fixed):
            self.model.cp.add(node.start >= end + length).only_enforce_if(literal)
        self._ask(at, (to, length), since, node, literal)

    def _length(self, kinds: Mapping[Class, Any], node: Node) -> int:
        """Return the length of the set-up, as far as it is certain."""
        return self.table.length(next(iter(kinds)), next(iter(node.kinds)))

    def _ask(
        self, _at: int, change: tuple[int, int], since: Since, node: Node, literal: Any
    ) -> None:
        """Note the change (place and length) and keep its set-up after the end before."""
        self.changes[change].append(literal)
        if change[1] and self._timed(node):
            self.model.cp.add(begin_of(self.model, node.op) >= since[0]).only_enforce_if(literal)

    def _timed(self, node: Node) -> bool:
        """Tell whether the instant of the set-up matters beside its length."""
        calendar = self.model.index.problem.processors[self.machine].calendar
        return bool(calendar) or needs_begin(self.model, node.op)

    def leave(self, at: int) -> None:
        """Add the literal of being the last."""
        self.arcs.append((at, 0, self.model.flag(self.order.get(at) == 0 if self.order else None)))

    def close(self, nodes: list[Node], busy: bool) -> None:
        """Join the arcs to a circuit; a machine that may take nothing may stay empty."""
        if not busy:
            empty = self.model.flag()
            self.arcs.append((0, 0, empty))
            for node in nodes:
                self.model.cp.add_implication(empty, node.literal.negated())
        self.model.cp.add_circuit(self.arcs)
        for to, arcs in self.follows.items():
            before = [(nodes[at - 1].op if at else -1, literal) for at, literal in arcs]
            self.model.follows[nodes[to - 1].op] += before
        self._set_up(nodes)

    def _set_up(self, nodes: list[Node]) -> None:
        """Give each change the length of its set-up."""
        for (to, length), literals in self.changes.items():
            node = nodes[to - 1]
            self.model.look()
            if length:
                change = self.model.either(literals)
                self.model.setup[node.op].append((length, change))
                if self._timed(node):
                    self._place(node, length, change)

    def _place(self, node: Node, length: int, change: Any) -> None:
        """Keep the set-up within one window and before the start."""
        model, begin = self.model, begin_of(self.model, node.op)
        model.cp.add(begin + length <= node.start).only_enforce_if(change)
        windows = model.index.opening([model.index.problem.processors[self.machine].calendar])
        if windows is not None:
            spans = fitting_starts(windows, length, 0, node.latest)
            domain = cp_model.Domain.from_intervals([list(span) for span in spans])
            model.cp.add_linear_expression_in_domain(begin, domain).only_enforce_if(change)


class _Mixed(_Circuit):
    """A circuit of loads that may hold several classes: the longest of their changes counts."""

    def _length(self, _kinds: Mapping[Class, Any], _node: Node) -> int:
        """Return nothing: which classes meet is not certain."""
        return 0

    def _ask(
        self, _at: int, _change: tuple[int, int], since: Since, node: Node, literal: Any
    ) -> None:
        """Make the set-up as long as any change between what may be before and now."""
        cp = self.model.cp
        cp.add(begin_of(self.model, node.op) >= since[0]).only_enforce_if(literal)
        for old, before in since[2].items():
            for new, now in node.kinds.items():
                change = self.table.length(old, new)
                if change == FORBIDDEN:
                    cp.add_bool_or([literal.negated(), before.negated(), now.negated()])
                elif change:
                    size = self._size(node.op)
                    cp.add(size >= change).only_enforce_if([literal, before, now])

    def _size(self, op: int) -> Any:
        """Return the length of the set-up before a node, made when first asked for."""
        if not self.model.setup[op]:
            self.model.setup[op].append((1, self.model.number(0, self.table.longest())))
        return self.model.setup[op][0][1]

    def _set_up(self, nodes: list[Node]) -> None:
        """Keep every set-up within one window and before the start."""
        model = self.model
        calendar = model.index.problem.processors[self.machine].calendar
        for node in nodes:
            if not model.setup[node.op]:
                continue
            size, begin = self._size(node.op), begin_of(model, node.op)
            end = model.number(0, node.latest)
            model.cp.add(begin + size == end)
            model.cp.add(end <= node.start).only_enforce_if(node.literal)
            if calendar:
                keep_open(model, (begin, size, end), node.literal, model.index.opening([calendar]))


@dataclass
class _Cleaned(_Mixed):
    """A circuit in which set-ups are longer where cleaning is due.

    Attributes
    ----------
    counts : what has run since the last cleaning
    """

    counts: Counts = field(kw_only=True)

    def _ask(
        self, at: int, change: tuple[int, int], since: Since, node: Node, literal: Any
    ) -> None:
        """Hand on the counts, and add what is due to each change that may be."""
        super()._ask(at, change, since, node, literal)
        self.counts.link(at, change[0], literal)
        for new, now in node.kinds.items():
            for old, before in since[2].items():
                if self.table.length(old, new) != FORBIDDEN:
                    given = [literal, before, now]
                    self._clean(change[0], node.op, (dict(old), dict(new)), given)

    def _clean(
        self, to: int, op: int, kinds: tuple[Mapping[str, str], Mapping[str, str]], given: list[Any]
    ) -> None:
        """Make one set-up long enough for all that is cleaned in it."""
        table, cp, (old, new) = self.table, self.model.cp, kinds
        extra = {
            name: (table.cleaning(name), self.counts.due(name, to))
            for name in table.cleaned
            if name in new
        }
        if not extra:
            return
        size = self._size(op)
        if table.problem.setups[table.name].combine == "sum":
            change = table.length(tuple(sorted(old.items())), tuple(sorted(new.items())))
            total = sum(length * due for length, due in extra.values())
            cp.add(size >= change + total).only_enforce_if(given)
            return
        for name, (length, due) in extra.items():
            stay = table.cleaned[name].length(old[name], new[name]) if name in old else 0
            cp.add(size >= length + stay).only_enforce_if([*given, due])


def keep_open(model: Model, span: tuple[Any, Any, Any], literal: Any, windows: Windows) -> None:
    """Keep a span (start, size, end) out of closed time where a literal holds."""
    gaps = closed(windows, 0, model.high)
    if gaps:
        model.cp.add_no_overlap(
            [
                model.cp.new_optional_interval_var(*span, literal, ""),
                *(model.cp.new_fixed_size_interval_var(a, b - a, "") for a, b in gaps),
            ]
        )


def needs_begin(model: Model, op: int) -> bool:
    """Tell whether somebody is held from the set-up on, or paid for it."""
    return model.priced or bool(model.index.ops[op].setup_worker)


def begin_of(model: Model, op: int) -> Any:
    """Return the start of the set-up of an operation, made when first asked for."""
    if op not in model.begin:
        at = model.hint.get(op) or model.frozen.get(op)
        model.begin[op] = model.number(0, model.bounds(op)[1], at.setup_start if at else None)
        model.cp.add(model.begin[op] <= model.start[op])
    return model.begin[op]
