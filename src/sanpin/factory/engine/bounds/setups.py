"""Set-ups that no sequence can avoid.

On machines of one table every operation is entered from another class, from its own, or first
of all; and of each class at least one is entered from another class or first. The least such
entries are a bound (those of the first on each machine may be spared).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.bounds.flat import Flat, Kind
from sanpin.factory.model import Attribute, Resource, ResourceKind, SetupTable

__all__ = ["least_entries", "least_setup", "load_setup"]

Ints = NDArray[np.int64]

NEVER = 1 << 40
MOST = 3_000
"""Classes whose changes are all looked at; of more, only their attributes one by one."""


def least_setup(flat: Flat) -> int:
    """Return the least sum of set-up lengths on all machines."""
    return sum(_least(flat, name) for name in flat.problem.setups)


def least_entries(flat: Flat) -> Ints:
    """Return the least set-up before each operation that is not the first on its machine."""
    found = np.zeros(len(flat.ops), np.int64)
    for name, table in flat.problem.setups.items():
        users, required = _users(flat, name)
        if not users or len(table.attributes) == 0:
            continue
        kinds, numbers = _classes(flat, table, users, ())
        if len(kinds) > MOST:
            continue
        lengths = _lengths(table, kinds)
        alone = np.bincount(numbers, minlength=len(kinds)) == 1
        lengths[np.diag_indices(len(kinds))] = np.where(
            alone, NEVER, lengths[np.diag_indices(len(kinds))]
        )
        entry = lengths.min(axis=0)
        entry[entry >= NEVER] = 0
        wanted = np.array([op in required for op in users], bool)
        found[np.array(users, np.int64)[wanted]] = entry[numbers[wanted]]
    return found


def _users(flat: Flat, table: str) -> tuple[list[int], set[int]]:
    """Return the operations that may and those that must run on machines of a table."""
    machines = {m.id for m in _machines(flat, table)}
    users = _on(flat, machines)
    required = {
        number
        for number in users
        if flat.certain[number]
        and flat.inside[number]
        and all(mode.machine in machines for mode in flat.ops[number].modes)
    }
    return users, required


def _on(flat: Flat, machines: Iterable[str]) -> list[int]:
    """Return the operations that may run on any of some machines, ascending."""
    return sorted(set().union(*(flat.users.get(name, ()) for name in machines)))


def _machines(flat: Flat, table: str) -> list[Resource]:
    """Return the machines of a table; ovens set up once for a load and are left out."""
    return [
        each
        for each in flat.problem.processors.values()
        if each.setup == table and each.kind == ResourceKind.MACHINE
    ]


def _classes(
    flat: Flat, table: SetupTable, users: Sequence[int], more: Iterable[Mapping[str, str]]
) -> tuple[list[Kind], Ints]:
    """Return the classes that are met, and the class of each operation, then of `more` values."""
    names = tuple(sorted(table.attributes))
    if names not in flat.kinds:
        numbered: dict[Kind, int] = {}
        every = [_kind(op.attributes, names, numbered) for op in flat.ops]
        flat.kinds[names] = numbered, np.array(every, np.int64)
    known, numbers = flat.kinds[names]
    added = np.array([_kind(values, names, known) for values in more], np.int64)
    met = np.concatenate((numbers[np.array(users, np.int64)], added))
    kept, places = np.unique(met, return_inverse=True)
    kinds = list(known)
    return [kinds[each] for each in kept], places


def _kind(values: Mapping[str, str], names: Sequence[str], known: dict[Kind, int]) -> int:
    """Return the number of the values of some attributes, a new one for what is not known yet."""
    return known.setdefault(tuple([values.get(name) for name in names]), len(known))


def _lengths(table: SetupTable, kinds: Sequence[Kind]) -> Ints:
    """Return the length of each change between classes; `NEVER` where it is forbidden."""
    total = np.zeros((len(kinds), len(kinds)), np.int64)
    for place, name in enumerate(sorted(table.attributes)):
        values = sorted({kind[place] for kind in kinds if kind[place] is not None}, key=str)
        # The last row and column stand for having no value: nothing is changed.
        between = np.zeros((len(values) + 1, len(values) + 1), np.int64)
        for i, old in enumerate(values):
            for j, new in enumerate(values):
                between[i, j] = _length(table.attributes[name], str(old), str(new))
        places = {value: at for at, value in enumerate(values)}
        at = np.array([places.get(kind[place], -1) for kind in kinds])
        part = between[at[:, None], at[None, :]]
        total = total + part if table.combine == "sum" else np.maximum(total, part)
    return np.minimum(total, NEVER)


def _length(attribute: Attribute, old: str, new: str) -> int:
    """Return the length of one change."""
    return NEVER if (old, new) in attribute.forbidden else attribute.length(old, new)


def _least(flat: Flat, name: str) -> int:
    """Return the least sum of set-ups of one table, by classes or by single attributes."""
    table = flat.problem.setups[name]
    users, required = _users(flat, name)
    if not required:
        return 0
    machines = _machines(flat, name)
    return _by_class_or_attribute(flat, table, users, required, machines, False)


def load_setup(flat: Flat, names: frozenset[str], members: Iterable[int]) -> int:
    """Return the least set-ups between operations that must run on some machines of one table.

    Parameters
    ----------
    names : machines
    members : operations that run on no others

    Returns
    -------
    Their sum without those before the first on each machine, which may be made early.
    """
    machines = [flat.problem.processors[name] for name in sorted(names)]
    tables = {machine.setup for machine in machines}
    table = flat.problem.setups.get(next(iter(tables))) if len(tables) == 1 else None
    if table is None:
        return 0
    return _by_class_or_attribute(flat, table, _on(flat, names), set(members), machines, True)


def _by_class_or_attribute(
    flat: Flat,
    table: SetupTable,
    users: Sequence[int],
    required: set[int],
    machines: Sequence[Resource],
    spare: bool,
) -> int:
    """Return the better of two bounds: by classes, and by single attributes put together."""
    whole = _entered(flat, table, users, required, machines, spare)
    single = [
        _entered(flat, SetupTable({each: attribute}), users, required, machines, spare)
        for each, attribute in table.attributes.items()
    ]
    apart = sum(single) if table.combine == "sum" else max(single, default=0)
    return max(whole, apart)


def _entered(
    flat: Flat,
    table: SetupTable,
    users: Sequence[int],
    required: set[int],
    machines: Sequence[Resource],
    spare: bool,
) -> int:
    """Return the least sum of entries into all classes of a table.

    Parameters
    ----------
    users, required : operations that may and those that must run on the machines
    spare : whether to spare the first set-up of every machine wholly
    """
    kinds, numbers = _classes(flat, table, users, [machine.initial for machine in machines])
    if len(kinds) > MOST:
        return 0
    lengths = _lengths(table, kinds)
    present = np.zeros(len(kinds), bool)
    present[numbers[: len(users)]] = True
    own = np.diag(lengths).copy()
    others = np.where(present[:, None], lengths, NEVER)
    others[np.diag_indices(len(kinds))] = NEVER
    entry = others.min(axis=0)
    wanted = np.array([op in required for op in users], bool)
    counts = np.bincount(numbers[: len(users)][wanted], minlength=len(kinds))
    needed = counts > 0
    # Into a class without any other class to come from, nothing is entered but first.
    entry = np.where(entry >= NEVER, 0, entry)
    total = int((entry + (counts - 1) * np.minimum(entry, own))[needed].sum())
    spared = 0
    for first in numbers[len(users) :]:
        short = (entry - np.minimum(lengths[first], NEVER))[needed]
        spared += max(0, int(short.max(initial=0)))
    largest = int(np.sort(entry[needed])[::-1][: len(machines)].sum())
    return max(0, total - (largest if spare else min(spared, largest)))
