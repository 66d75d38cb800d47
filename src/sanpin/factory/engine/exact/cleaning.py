"""Cleaning: what each load of a machine has run since an attribute was changed or cleaned.

A machine counts, for each attribute that is cleaned, the loads and the units that name it. Each
arc of its circuit says how the counts go on: a load that does not name the attribute leaves them,
one that changes its value begins anew, any other adds to them or, where they have reached their
limit, is cleaned for and begins anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sanpin.factory.engine.exact.index import Table
from sanpin.factory.engine.exact.model import Model
from sanpin.factory.model import Attribute

__all__ = ["Counts", "settled_at"]


class Load(Protocol):
    """What a machine takes at one time."""

    op: int
    members: Mapping[int, Any]


@dataclass(slots=True)
class _Place:
    """One attribute at one place of the sequence.

    Attributes
    ----------
    values : literals of its values among the members; one who leads is always there
    named : whether any member names it; None where none can
    units : that the load adds
    batches, made : loads and units since the last change or cleaning, this load included
    due : whether the load is cleaned for
    """

    values: Mapping[str, Any]
    named: Any
    units: Any
    batches: Any
    made: Any
    due: Any = None


@dataclass
class Counts:
    """The counts of one machine by attribute and place; place 0 is what stood before all.

    Attributes
    ----------
    loads : what may be on the machine, for the places from 1 on
    before : loads that stood there before the model's time
    """

    model: Model
    table: Table
    loads: Sequence[Load]
    before: Sequence[Load]
    initial: Mapping[str, str]
    places: dict[str, list[_Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, attribute in self.table.cleaned.items():
            first = self._start(name, attribute)
            self.places[name] = [first, *(self._place(name, load) for load in self.loads)]

    def link(self, at: int, to: int, literal: Any) -> None:
        """Say how the counts go on where one place follows directly after another."""
        for name, attribute in self.table.cleaned.items():
            one, other, cp = self.places[name][at], self.places[name][to], self.model.cp
            if other.named is None or other.named is not self.model.true:
                given = [literal] if other.named is None else [literal, other.named.negated()]
                cp.add(other.batches == one.batches).only_enforce_if(given)
                cp.add(other.made == one.made).only_enforce_if(given)
            if other.named is not None:
                self._add(attribute.clean or {}, one, other, [literal, other.named])

    def due(self, name: str, place: int) -> Any:
        """Return the literal of an attribute being cleaned before a load that names it."""
        return self.places[name][place].due

    def _add(self, clean: Mapping[str, int], one: _Place, other: _Place, given: list[Any]) -> None:
        """Add a load that names the attribute to the counts, or begin anew."""
        cp, changed = self.model.cp, self._changed(one, other)
        anew = [given] if changed is self.model.true else [[*given, changed]]
        if changed is None:
            anew = []
        for literals in anew:
            cp.add(other.due == 0).only_enforce_if(literals)
        if changed is not self.model.true:
            kept = given if changed is None else [*given, changed.negated()]
            self._judge(clean, one, other.due, kept)
            cp.add(other.batches == one.batches + 1).only_enforce_if([*kept, other.due.negated()])
            cp.add(other.made == one.made + other.units).only_enforce_if(
                [*kept, other.due.negated()]
            )
            anew = [*anew, [*kept, other.due]]
        for literals in anew:
            cp.add(other.batches == 1).only_enforce_if(literals)
            cp.add(other.made == other.units).only_enforce_if(literals)

    def _judge(self, clean: Mapping[str, int], one: _Place, due: Any, given: list[Any]) -> None:
        """Clean if and only if loads or units have reached their limit."""
        cp, reached = self.model.cp, []
        for count, key in ((one.batches, "every_batches"), (one.made, "every_units")):
            if key in clean:
                cp.add(count <= clean[key] - 1).only_enforce_if([*given, due.negated()])
                reached.append(self.model.flag())
                cp.add(count >= clean[key]).only_enforce_if([*given, reached[-1]])
        cp.add_bool_or([*(literal.negated() for literal in given), due.negated(), *reached])

    def _changed(self, one: _Place, other: _Place) -> Any:
        """Return the literal of two loads naming different values, None where they never do."""
        cp, true = self.model.cp, self.model.true
        names = one.values.keys() | other.values.keys()
        if one.named is None or len(names) < 2:
            return None
        there = [
            self._any(v for v in (one.values.get(name), other.values.get(name)) if v is not None)
            for name in sorted(names)
        ]
        if one.named is true and sum(value is true for value in there) > 1:
            return true
        changed = self.model.flag()
        cp.add_implication(changed, one.named)
        cp.add(sum(there) >= 2).only_enforce_if(changed)
        cp.add(sum(there) <= 1).only_enforce_if([changed.negated(), one.named])
        return changed

    def _any(self, literals: Iterable[Any]) -> Any:
        """Return the literal of at least one of some holding."""
        found = list(literals)
        if any(literal is self.model.true for literal in found):
            return self.model.true
        if len(found) == 1:
            return found[0]
        one = self.model.flag()
        self.model.cp.add_max_equality(one, found)
        return one

    def _place(self, name: str, load: Load) -> _Place:
        """Return one load with counts that are still to be decided."""
        index, cp = self.model.index, self.model.cp
        by_value: dict[str, list[Any]] = defaultdict(list)
        units: Any = 0
        for op, literal in load.members.items():
            value = index.ops[op].attributes.get(name)
            if value is not None:
                # A load that stands has whoever leads it.
                by_value[value].append(self.model.true if op == load.op else literal)
                units += index.jobs[index.job_of[op]].quantity * literal
        values = {value: self._any(literals) for value, literals in by_value.items()}
        named = self._any(values.values()) if values else None
        total = sum(job.quantity for job in index.jobs for _ in job.operations)
        return _Place(
            values, named, units, cp.new_int_var(0, index.size, ""),
            cp.new_int_var(0, total, ""), self.model.flag(),
        )  # fmt: skip

    def _start(self, name: str, attribute: Attribute) -> _Place:
        """Count what stood on the machine before the model's time."""
        index, clean = self.model.index, attribute.clean or {}
        values = {self.initial[name]} if name in self.initial else set()
        batches = made = 0
        for load in self.before:
            old, values = values, _values(self.model, name, load)
            if not values:
                continue
            if (old and len(old | values) > 1) or (
                batches >= clean.get("every_batches", batches + 1)
                or made >= clean.get("every_units", made + 1)
            ):
                batches = made = 0
            batches += 1
            made += sum(
                index.jobs[index.job_of[op]].quantity
                for op in load.members
                if name in index.ops[op].attributes
            )
        true, constant = self.model.true, self.model.cp.new_constant
        named = true if values else None
        return _Place(dict.fromkeys(values, true), named, 0, constant(batches), constant(made))


def settled_at(model: Model, table: Table, frozen: Sequence[Load], first: int) -> int:
    """Return the first frozen load whose set-up no count from before another one reaches.

    Parameters
    ----------
    frozen : loads that stand on a machine, in order of time
    first : place of the load before which counts may still change
    """
    pending = set(table.cleaned)
    for at in range(first + 1, len(frozen)):
        for name in sorted(pending):
            before, after = (_values(model, name, load) for load in frozen[at - 1 : at + 1])
            if before and after and len(before | after) > 1:
                pending.remove(name)
        if not pending:
            return at
    return len(frozen)


def _values(model: Model, name: str, load: Load) -> set[str]:
    """Return the values of an attribute in a frozen load."""
    found = (model.index.ops[op].attributes.get(name) for op in load.members)
    return {value for value in found if value is not None}
