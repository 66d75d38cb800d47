"""Workers: who works on what, one thing at a time, with a setter for each set-up that needs one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sanpin.factory.engine.exact.index import reaches
from sanpin.factory.engine.exact.machines import begin_of, keep_open
from sanpin.factory.engine.exact.model import Model, hold_worker
from sanpin.factory.engine.exact.options import eligible
from sanpin.factory.model import Resource

__all__ = ["add_people"]


def add_people(model: Model) -> None:
    """Choose workers and setters; nobody does two things at once."""
    for op in model.free:
        if model.index.ops[op].worker is not None:
            _add_crew(model, op)
        _add_oven_calendars(model, op)
    _add_setters(model)
    for at in model.frozen.values():
        for name in at.workers:
            if name in model.people and _meets(model, at.start, at.end):
                span = model.cp.new_fixed_size_interval_var(at.start, at.end - at.start, "")
                model.people[name].append(span)
    for spans in model.people.values():
        model.cp.add_no_overlap(spans)


def _meets(model: Model, start: int, end: int) -> bool:
    """Tell whether a span lies in the model's time; one without length holds nobody."""
    return start < end and end > model.low and start < model.high


def _add_crew(model: Model, op: int) -> None:
    """Choose exactly as many workers as needed, fit for the way that is taken.

    Notes
    -----
    A way names the slowest pace and the calendars: nobody chosen is slower or keeps another
    calendar, somebody has that pace, and every calendar named is somebody's.
    """
    cp, index, need = model.cp, model.index, model.index.ops[op].worker
    assert need is not None
    able: dict[str, Resource] = {}
    fit: dict[str, list[Any]] = {}
    inside = []
    for option, literal in model.options[op]:
        if option.mode is None:
            continue
        inside.append(literal)
        base = _base(model, option.mode.machine, option.mode.crew)
        crew = [
            worker
            for worker in eligible(index, op, option.mode)
            if worker.skills[need.skill] >= option.pace
            and (worker.calendar in base or worker.calendar in option.calendars)
        ]
        for worker in crew:
            able[worker.id] = worker
            fit.setdefault(worker.id, []).append(literal)
        chosen = [_chosen(model, op, worker.id) for worker in crew]
        pace = [
            x for x, worker in zip(chosen, crew, strict=True)
            if worker.skills[need.skill] == option.pace
        ]  # fmt: skip
        if len(pace) < len(chosen):
            cp.add_bool_or(pace).only_enforce_if(literal)
        for calendar in option.calendars:
            theirs = [
                x for x, worker in zip(chosen, crew, strict=True) if worker.calendar == calendar
            ]
            cp.add_bool_or(theirs).only_enforce_if(literal)
    for name in able:
        # A worker is chosen only where the way taken is one that suits him.
        cp.add(_chosen(model, op, name) <= sum(fit[name]))
        hold_worker(
            model, op, name, model.chosen[op, name], (option for option, _ in model.options[op])
        )
    cp.add(sum(model.chosen[op, name] for name in able) == need.count * sum(inside))


def _base(model: Model, machine: str, crew: Iterable[str]) -> set[str]:
    """Return the calendars that a mode has anyway; always open is one of them."""
    problem = model.index.problem
    named = (problem.workers[name].calendar for name in crew)
    return {"", problem.processors[machine].calendar, *named}


def _chosen(model: Model, op: int, worker: str) -> Any:
    """Return the literal of a worker being chosen, made when first asked for."""
    if (op, worker) not in model.chosen:
        at = model.hint.get(op)
        model.chosen[op, worker] = model.flag(worker in at.workers if at else None)
    return model.chosen[op, worker]


def _add_oven_calendars(model: Model, op: int) -> None:
    """Keep a load in the open time of the workers of its members."""
    for option, literal in model.options[op]:
        if option.oven and (option.calendars or (option.mode and option.mode.crew)):
            keep_open(
                model, (model.start[op], model.size[op], model.end[op]), literal, option.windows
            )


def _add_setters(model: Model) -> None:
    """Give each set-up that needs one a setter who is there, able and free.

    A load needs one for each skill that its members ask for.
    """
    cp, ops = model.cp, model.index.ops
    loads = {load.leader: load for found in model.loads.values() for load in found}
    seen: set[tuple[str, str, str]] = set()
    longest = max((table.longest() for table in model.index.tables.values()), default=0)
    for op in [op for op, changes in model.setup.items() if changes]:
        load = loads.get(op)
        asking: dict[str, list[Any]] = defaultdict(list)
        for member, literal in load.members.items() if load else [(op, model.present[op])]:
            if ops[member].setup_worker:
                asking[ops[member].setup_worker].append(literal)
        for skill, literals in asking.items():
            size = model.number(0, longest)
            cp.add(size == sum(length * literal for length, literal in model.setup[op]))
            begin, end, needed = begin_of(model, op), model.number(0, model.high), model.flag()
            cp.add(begin + size == end)
            for literal in literals:
                cp.add(size == 0).only_enforce_if([literal, needed.negated()])
            _assign(model, op, (begin, size, end), needed, skill)
    inside = {m for op in model.setup for m in (loads[op].members if op in loads else [op])}
    for op, at in model.frozen.items():
        skill = ops[op].setup_worker
        key = (at.machine, at.batch or f"{op}", skill)
        if (
            skill
            and op not in inside
            and key not in seen
            and _meets(model, at.setup_start, at.start)
        ):
            seen.add(key)
            # What was set up before stays set up, by whoever can.
            length = _length(model, op)
            if length:
                span = (at.setup_start, length, at.setup_start + length)
                _assign(model, op, span, model.true, skill)


def _length(model: Model, op: int) -> int:
    """Return the length of the set-up of a frozen operation after what is frozen before it."""
    at, index = model.frozen[op], model.index
    table = index.table(at.machine)
    if table is None:
        return 0
    queue = [
        (each.setup_start, each.end, other)
        for other, each in (*model.frozen.items(), *model.hint.items())
        if each.machine == at.machine
    ]
    before = max((key for key in queue if key < (at.setup_start, at.end, -1)), default=None)
    old = [index.problem.processors[at.machine].initial]
    if before is not None:
        old = [index.ops[other].attributes for *times, other in queue if tuple(times) == before[:2]]
    new = [
        index.ops[other].attributes
        for start, end, other in queue
        if (start, end) == (at.setup_start, at.end)
    ]
    return max(table.length(table.class_of(a), table.class_of(b)) for a in old for b in new)


def _assign(model: Model, op: int, span: tuple[Any, Any, Any], needed: Any, skill: str) -> None:
    """Choose one setter for a span where he is needed."""
    cp, index = model.cp, model.index
    setters = []
    for worker in index.problem.workers.values():
        if skill not in worker.skills:
            continue
        far = [
            literal for machine, literal in model.on[op].items()
            if machine and not reaches(worker, index.site(machine))
        ]  # fmt: skip
        literal = model.flag()
        setters.append(literal)
        for on in far:
            cp.add_bool_or([literal.negated(), on.negated()])
        model.people[worker.id].append(cp.new_optional_interval_var(*span, literal, ""))
        if worker.calendar:
            keep_open(model, span, literal, index.opening([worker.calendar]))
    cp.add(sum(setters) == needed)
