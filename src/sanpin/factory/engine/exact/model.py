"""The constraint model that all rules are written into: times, choices and spans of operations.

Free operations have variables, frozen ones are constants; the rules (one module each) see only
expressions and cannot tell the two apart. A window is thus the same model as the whole problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from sanpin.factory.engine.exact.index import Index
from sanpin.factory.engine.exact.opening import pauses
from sanpin.factory.engine.exact.options import Option, hinted, options_of
from sanpin.factory.model import ScheduledOperation

__all__ = [
    "Load",
    "Model",
    "StoppedError",
    "add_choices",
    "add_times",
    "handed_over",
    "hold_worker",
]


class StoppedError(Exception):
    """Writing a model was stopped from outside; whoever asked for the model answers it."""


@dataclass(slots=True)
class Load:
    """A load of an oven, named by the lowest of its free members or by what is frozen in it.

    Attributes
    ----------
    leader : an operation that is in it
    literal : whether there is such a load
    members : operations with the literal of being in it
    name : of a frozen load in the schedule
    """

    leader: int
    literal: Any
    members: dict[int, Any]
    name: str = ""


@dataclass
class Model:
    """Variables of the free operations, constants of the frozen ones, and what they hold.

    Attributes
    ----------
    free : numbers of the operations that are decided
    frozen : operations that stay where they are, by number
    hint : where free operations stand now, by number; may be empty
    low, high : time that the free operations may use
    present : literal by operation that is part of the schedule; absent: never part of it
    start, end, size : expressions by operation; size is work plus rest
    begin : start of the set-up where it may differ from start minus length
    options : ways of each free operation with their literals
    on : literal by operation and machine; the empty machine is outside
    spans : intervals by machine, worker, tool and pool id
    chosen : literal by operation and worker who may be chosen
    setup : terms whose weighted sum is the set-up length, by operation or leader of a load
    cost : terms of the cost
    walls : frozen operations whose predecessor on the machine is decided
    follows : what may be directly before an operation on its machine, -1 for nothing
    stop : tells whether somebody asked for the end
    priced : whether holding a resource costs, from set-up on
    """

    index: Index
    free: list[int]
    frozen: dict[int, ScheduledOperation]
    hint: Mapping[int, ScheduledOperation]
    low: int
    high: int
    cp: Any = field(default_factory=cp_model.CpModel)
    present: dict[int, Any] = field(default_factory=dict)
    start: dict[int, Any] = field(default_factory=dict)
    end: dict[int, Any] = field(default_factory=dict)
    size: dict[int, Any] = field(default_factory=dict)
    begin: dict[int, Any] = field(default_factory=dict)
    options: dict[int, list[tuple[Option, Any]]] = field(default_factory=dict)
    on: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    machines: dict[str, list[tuple[int, Any, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    people: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    chosen: dict[tuple[int, str], Any] = field(default_factory=dict)
    setup: dict[int, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    loads: dict[str, list[Load]] = field(default_factory=lambda: defaultdict(list))
    cost: list[tuple[float, Any]] = field(default_factory=list)
    walls: set[int] = field(default_factory=set)
    follows: dict[int, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    priced: bool = False
    stop: Callable[[], bool] = bool

    def __post_init__(self) -> None:
        problem = self.index.problem
        self.true = self.cp.new_constant(1)
        held = any(resource.cost_per_unit for resource in problem.resources)
        self.priced = held and bool(problem.objective.get("cost"))

    def look(self) -> None:
        """Give up where somebody asked for the end; called while a long model is written."""
        if self.stop():
            raise StoppedError

    def flag(self, hint: bool | None = None) -> Any:
        """Return a new literal with its value in the hint."""
        literal = self.cp.new_bool_var("")
        if hint is not None:
            self.cp.add_hint(literal, hint)
        return literal

    def number(self, low: int, high: int, hint: int | None = None) -> Any:
        """Return a new whole number with its value in the hint."""
        variable = self.cp.new_int_var(low, max(low, high), "")
        if hint is not None and low <= hint <= high:
            self.cp.add_hint(variable, hint)
        return variable

    def either(self, literals: Iterable[Any], hint: bool | None = None) -> Any:
        """Return a literal that holds where one of some exclusive literals does."""
        found = list(literals)
        if len(found) == 1:
            return found[0]
        one = self.flag(hint)
        self.cp.add(sum(found) == one)
        return one

    def both(self, *operations: int) -> list[Any]:
        """Return the literals under which all these operations are part of the schedule."""
        found = [self.present[op] for op in operations if op in self.present]
        return [literal for literal in found if literal is not self.true]

    def bounds(self, op: int) -> tuple[int, int]:
        """Return the least start and the greatest end of an operation."""
        if op in self.frozen:
            return self.frozen[op].start, self.frozen[op].end
        latest = self.index.latest[op]
        return (
            max(self.index.earliest[op], self.low),
            self.high if latest is None else min(latest, self.high),
        )

    def shortest(self, op: int) -> int:
        """Return the least work of an operation."""
        if op in self.frozen:
            return self.frozen[op].end - self.frozen[op].start
        return min((option.work for option, _ in self.options[op]), default=0)


def add_choices(model: Model) -> None:
    """Say which operations are part of the schedule: one group of each job's alternatives."""
    index = model.index
    for op in model.frozen:
        model.present[op] = model.true
        model.start[op], model.end[op] = model.frozen[op].start, model.frozen[op].end
        model.size[op] = model.end[op] - model.start[op]
        model.on[op][model.frozen[op].machine] = model.true
    routed: dict[int, list[Any]] = {}
    free = set(model.free)
    for job in index.jobs:
        members = [index.number[job.id, name] for group in job.alternatives for name in group]
        # A window keeps the routings as they are.
        if not members or model.frozen or not free.issuperset(members):
            continue
        groups = []
        for names in job.alternatives:
            numbers = {index.number[job.id, name] for name in names}
            now = None if not model.hint else numbers == set(members) & model.hint.keys()
            groups.append((numbers, model.flag(now)))
        model.cp.add_exactly_one([literal for _, literal in groups])
        for op in members:
            routed[op] = [literal for numbers, literal in groups if op in numbers]
    for op in model.free:
        model.present[op] = (
            model.either(routed[op], op in model.hint if model.hint else None)
            if op in routed
            else model.true
        )


def add_times(model: Model) -> None:
    """Add start, end and the choice of way of every free operation, with calendars."""
    for op in model.free:
        model.look()
        _add_operation(model, op)


def _add_operation(model: Model, op: int) -> None:
    """Add one operation; where its way and length are certain, its end is no variable."""
    index, cp, at = model.index, model.cp, model.hint.get(op)
    low, high = model.bounds(op)
    found = options_of(index, op)
    now = hinted(index, op, found, at) if at else None
    present = model.present[op]
    if len(found) == 1:
        literals = [present]
    else:
        literals = [model.flag(place == now if at else None) for place in range(len(found))]
        cp.add(sum(literals) == present)
    model.options[op] = list(zip(found, literals, strict=True))
    if high < low:
        cp.add(present == 0)
    start = model.start[op] = model.number(low, high, at.start if at else None)
    fixed = index.ops[op].fixed
    if fixed is not None:
        cp.add(start == fixed.start).only_enforce_if(model.both(op))
    by_machine: dict[str, list[int]] = defaultdict(list)
    for place, option in enumerate(found):
        by_machine[option.machine].append(place)
    for machine, places in by_machine.items():
        hint = at.machine == machine if at else None
        model.on[op][machine] = model.either((literals[place] for place in places), hint)
    if len(found) == 1 and found[0].windows is None and not found[0].oven:
        model.size[op], model.end[op] = found[0].work, start + found[0].work
        cp.add(start + found[0].work <= high).only_enforce_if(model.both(op))
    else:
        _add_lengths(model, op, low, high)
    _add_spans(model, op, by_machine)


def _add_lengths(model: Model, op: int, low: int, high: int) -> None:
    """Tie the length to the way and, through its calendar, to the start."""
    cp, at, options = model.cp, model.hint.get(op), model.options[op]
    least = min((option.work for option, _ in options), default=0)
    length = model.size[op] = model.number(
        least, max(high - low, least), at.end - at.start if at else None
    )
    model.end[op] = model.number(low, high, at.end if at else None)
    cp.add(model.start[op] + length == model.end[op]).only_enforce_if(model.both(op))
    plain = all(option.windows is None and not option.oven for option, _ in options)
    if plain and not model.both(op):
        # One sum is stronger in the linear relaxation than one implication for each way.
        cp.add(length == sum(option.work * literal for option, literal in options))
        return
    for option, literal in options:
        if option.oven:
            cp.add(length >= option.work).only_enforce_if(literal)
        else:
            _add_rests(model, op, option, literal, model.end[op], option.work)


def _add_rests(model: Model, op: int, option: Option, literal: Any, done: Any, work: int) -> None:
    """Say when so much work is done after the start: one literal per length of rest.

    Parameters
    ----------
    option, literal : the way and whether it is taken
    done : expression for the instant at which the work is done
    work : open units, of the whole operation or of the share that is handed over
    """
    cp, start, at = model.cp, model.start[op], model.hint.get(op)
    low, high = model.bounds(op)
    groups = pauses(option.windows, work, model.index.ops[op].resumable, low, max(low, high - work))
    now = at is not None and hinted(model.index, op, [option], at) == 0
    parts = []
    for rest, spans in groups.items():
        inside = now and any(first <= at.start <= last for first, last in spans) if at else None
        resting = literal if len(groups) == 1 else model.flag(inside)
        parts.append(resting)
        cp.add(done == start + work + rest).only_enforce_if(resting)
        if option.windows is not None:
            domain = cp_model.Domain.from_intervals([list(span) for span in spans])
            cp.add_linear_expression_in_domain(start, domain).only_enforce_if(resting)
    if len(groups) != 1:
        cp.add(sum(parts) == literal)


def _add_spans(model: Model, op: int, by_machine: Mapping[str, list[int]]) -> None:
    """Note what an operation holds on machines and of the people whom its mode names."""
    cp, options = model.cp, model.options[op]
    start, length, end = model.start[op], model.size[op], model.end[op]
    for machine, places in by_machine.items():
        ways = [options[place] for place in places]
        if not machine or ways[0][0].oven:
            continue
        on = model.on[op][machine]
        if all(option.windows is None for option, _ in ways):
            spans = [
                (cp.new_optional_fixed_size_interval_var(start, option.work, literal, ""), option)
                for option, literal in ways
            ]
        else:
            spans = [(cp.new_optional_interval_var(start, length, end, on, ""), ways[0][0])]
        for span, _ in spans:
            model.machines[machine].append((op, on, span))
    for option, literal in options:
        if option.mode and option.mode.crew:
            for name in option.mode.crew:
                hold_worker(model, op, name, literal, [option])


def hold_worker(
    model: Model, op: int, worker: str, literal: Any, options: Iterable[Option]
) -> None:
    """Hold a worker from start to end where a literal holds, unless that is no time at all.

    Parameters
    ----------
    options : ways in which the literal may hold; without work one lasts as long as its load
    """
    cp, ways = model.cp, [option for option in options if option.mode]
    if not any(option.work or option.oven for option in ways):
        return
    held = literal
    if not any(option.work for option in ways):
        # A span without length must not stand within another one, though it holds nobody.
        held = model.flag()
        cp.add_implication(held, literal)
        cp.add(model.size[op] == 0).only_enforce_if([literal, held.negated()])
    span = (model.start[op], model.size[op], model.end[op])
    model.people[worker].append(cp.new_optional_interval_var(*span, held, ""))


def handed_over(model: Model, op: int, share: Any) -> Any:
    """Return the instant at which a share of an operation's work is done.

    The share is rounded up to whole units and worked off in the open time of the operation.
    """
    resumable = model.index.ops[op].resumable
    done = model.number(*model.bounds(op))
    for option, literal in model.options[op]:
        work = -(-share.numerator * option.work // share.denominator)
        if option.windows is None or option.oven or not resumable:
            model.cp.add(done == model.start[op] + work).only_enforce_if(literal)
        else:
            _add_rests(model, op, option, literal, done, work)
    return done
