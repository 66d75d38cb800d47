"""Workers: who works on what, one thing at a time, with a setter for each set-up that needs one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sanpin.factory.engine.exact.index import reaches
from sanpin.factory.engine.exact.machines import begin_of
from sanpin.factory.engine.exact.model import Model
from sanpin.factory.engine.exact.opening import closed
from sanpin.factory.engine.exact.options import eligible
from sanpin.factory.model import Resource

__all__ = ["add_people"]


def add_people(model: Model) -> None:
    """Choose workers for free operations and setters for set-ups; nobody does two things at once."""
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
        if any(option.mode and option.mode.duration for option, _ in model.options[op]):
            span = cp.new_optional_interval_var(
                model.start[op], model.size[op], model.end[op], model.chosen[op, name], ""
            )
            model.people[name].append(span)
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
            _keep_open(model, (model.start[op], model.size[op], model.end[op]), literal, option.windows)


def _keep_open(model: Model, span: tuple[Any, Any, Any], literal: Any, windows: Any) -> None:
    """Keep a span out of closed time where a literal holds."""
    gaps = closed(windows, 0, model.high)
    if gaps:
        model.cp.add_no_overlap(
            [
                model.cp.new_optional_interval_var(*span, literal, ""),
                *(model.cp.new_fixed_size_interval_var(a, b - a, "") for a, b in gaps),
            ]
        )


def _add_setters(model: Model) -> None:
    """Give each set-up that needs one a setter who is there, able and free."""
    index = model.index
    for op in list(model.setup):
        skill = index.ops[op].setup_worker
        changes = model.setup[op]
        if skill and changes:
            length = sum(size * literal for size, literal in changes)
            longest = max(size for size, _ in changes)
            size = model.number(0, longest)
            model.cp.add(size == length)
            begin = begin_of(model, op)
            end = model.number(0, model.high)
            model.cp.add(begin + size == end)
            needed = model.either([literal for _, literal in changes])
            _assign(model, op, (begin, size, end), needed, skill)
    for op, at in model.frozen.items():
        skill = index.ops[op].setup_worker
        # What was set up before stays set up, by whoever can; its length is not in the schedule
        # and the whole time to the start is the safe reading.
        if skill and op not in model.setup and _meets(model, at.setup_start, at.start):
            span = (at.setup_start, at.start - at.setup_start, at.start)
            _assign(model, op, span, model.true, skill)


def _assign(
    model: Model, op: int, span: tuple[Any, Any, Any], needed: Any, skill: str
) -> None:
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
            _keep_open(model, span, literal, index.opening([worker.calendar]))
    cp.add(sum(setters) == needed)
