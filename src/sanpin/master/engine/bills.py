"""Bills of materials as a graph: valid version, cycles, levels, explosion, where-used.

Explosion follows the classic level-by-level rule (Orlicky, Material Requirements Planning,
1975): an item is exploded once, at the lowest level at which it occurs anywhere, after all its
uses have added up. The work is linear in the number of bill lines reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sanpin.base import N_, InputError, Quantity
from sanpin.base.units import unit
from sanpin.master.model import BillLine, BillOfMaterials

__all__ = [
    "Explosion",
    "Need",
    "Node",
    "check_cycles",
    "explode",
    "find_cycle",
    "low_level_codes",
    "tree",
    "valid_bills",
    "where_used",
]

Bills = Mapping[str, BillOfMaterials]
"""The one valid version per made item."""


def valid_bills(bills: Iterable[BillOfMaterials], day: date) -> dict[str, BillOfMaterials]:
    """Choose the version of each item that counts on a day.

    Of several valid versions the one that started last counts, then the one with the highest
    number: a firm opens a new version by its date and need not close the old one.
    """
    chosen: dict[str, BillOfMaterials] = {}
    for bill in bills:
        if bill.is_valid(day):
            before = chosen.get(bill.item)
            if before is None or _rank(bill) > _rank(before):
                chosen[bill.item] = bill
    return chosen


def _rank(bill: BillOfMaterials) -> tuple[date, int]:
    """Order versions by first day of validity, then by number."""
    return bill.valid_from or date.min, bill.version


def find_cycle(bills: Bills) -> tuple[str, ...]:
    """Return the items of one cycle, first and last alike, or nothing.

    A depth-first walk that keeps its own path, so a bill may be thousands of levels deep; every
    line is looked at once.
    """
    done: set[str] = set()
    for root in bills:
        path: dict[str, Iterator[str]] = {}
        if root not in done:
            path[root] = iter(_components(bills, root))
        while path:
            item = next(reversed(path))
            component = next(path[item], None)
            if component is None:
                done.add(item)
                del path[item]
            elif component in path:
                way = list(path)
                return (*way[way.index(component) :], component)
            elif component not in done:
                path[component] = iter(_components(bills, component))
    return ()


def check_cycles(bills: Sequence[BillOfMaterials]) -> None:
    """Refuse bills of which an item needs itself on some day; name the way round.

    The valid versions change only on the first days of versions and after their last days, so
    the graph is looked at on each of these.
    """
    edges = {bill.valid_from for bill in bills} | {bill.valid_until for bill in bills}
    for day in sorted({date.min, *(edge for edge in edges if edge)}):
        _refuse_cycle(find_cycle(valid_bills(bills, day)))


def _refuse_cycle(cycle: tuple[str, ...]) -> None:
    """Raise the refusal that names a cycle; nothing for no cycle."""
    if cycle:
        raise InputError(
            "master.bom.cycle",
            N_("An item would need itself: {cycle}."),
            hint=N_("Take one of these components out of its bill of materials."),
            cycle=" > ".join(cycle),
            items=list(cycle),
        )


def low_level_codes(bills: Bills, roots: Iterable[str] | None = None) -> dict[str, int]:
    """Return the lowest level of every item reached from the roots (all bills by default).

    Level 0 is used in nothing; a component lies below every item that uses it. The order of the
    result is that of the levels, so a loop over it meets each item after all its users.

    Raises
    ------
    InputError
        ``master.bom.cycle`` when there is no such order
    """
    reached = _reach(bills, bills if roots is None else roots)
    uses = dict.fromkeys(reached, 0)
    for item in reached:
        for component in _components(bills, item):
            uses[component] += 1
    levels = {item: 0 for item in reached if uses[item] == 0}
    order = list(levels)
    for item in order:
        for component in _components(bills, item):
            levels[component] = max(levels.get(component, 0), levels[item] + 1)
            uses[component] -= 1
            if uses[component] == 0:
                order.append(component)
    if len(order) < len(reached):
        _refuse_cycle(find_cycle({item: bills[item] for item in reached if item in bills}))
    return dict(sorted(levels.items(), key=lambda pair: pair[1]))


def _reach(bills: Bills, roots: Iterable[str]) -> list[str]:
    """List every item that the roots need, roots first, each once."""
    found = dict.fromkeys(roots)
    queue = list(found)
    for item in queue:
        for component in _components(bills, item):
            if component not in found:
                found[component] = None
                queue.append(component)
    return queue


@dataclass(frozen=True, slots=True)
class Need:
    """How much of a component one item takes.

    Attributes
    ----------
    item, component : who takes what
    quantity : in the component's unit, scrap included
    scrap : the part of it that is lost
    """

    item: str
    component: str
    quantity: float
    scrap: float


@dataclass(frozen=True, slots=True)
class Explosion:
    """What a demand needs on all levels.

    Attributes
    ----------
    demand : what was asked for
    gross : item to total quantity, demand included, in its own unit, by level
    levels : item to lowest level
    needs : each use, in order of the levels
    """

    demand: Mapping[str, float]
    gross: Mapping[str, float]
    levels: Mapping[str, int]
    needs: tuple[Need, ...]

    def materials(self) -> dict[str, float]:
        """Return what must be bought or taken from stock: items that are made from nothing."""
        made = {need.item for need in self.needs}
        return {item: quantity for item, quantity in self.gross.items() if item not in made}


def explode(
    bills: Bills, demand: Mapping[str, float], *, units: Mapping[str, str] | None = None
) -> Explosion:
    """Add up what a demand needs on all levels of its bills of materials.

    Parameters
    ----------
    bills : valid version per item
    demand : item to quantity
    units : item to the unit it is counted in; where a bill line uses another unit of the same
        kind its quantity is converted

    Raises
    ------
    InputError
        ``master.bom.cycle`` or, between units of different kinds, ``base.unit.dimension``
    """
    levels = low_level_codes(bills, demand)
    gross = {item: float(demand.get(item, 0.0)) for item in levels}
    needs: list[Need] = []
    for item in levels:
        wanted = gross[item]
        for line in bills[item].lines if item in bills and wanted else ():
            factor = _factor(line, units)
            quantity = wanted * line.gross * factor
            gross[line.component] += quantity
            scrap = quantity - wanted * line.quantity * factor
            needs.append(Need(item, line.component, quantity, scrap))
    return Explosion(dict(demand), gross, levels, tuple(needs))


def _factor(line: BillLine, units: Mapping[str, str] | None) -> float:
    """Return how many of the component's units one unit of the bill line is."""
    target = (units or {}).get(line.component, line.unit)
    if target == line.unit:
        return 1.0
    return float(Quantity(Decimal(1), unit(line.unit)).to(unit(target)).amount)


@dataclass(frozen=True, slots=True)
class Node:
    """One line of an indented bill of materials.

    Attributes
    ----------
    level : 0 for the item itself
    item : code
    quantity : total for the amount asked for, in `unit`, scrap included
    line : the bill line it comes from, None for the item itself
    """

    level: int
    item: str
    quantity: float
    line: BillLine | None = None


def tree(bills: Bills, item: str, quantity: float = 1.0) -> Iterator[Node]:
    """Yield the indented bill of materials, each component below its user.

    Raises
    ------
    InputError
        ``master.bom.cycle``
    """
    low_level_codes(bills, [item])
    stack = [Node(0, item, quantity)]
    while stack:
        node = stack.pop()
        yield node
        below = bills[node.item].lines if node.item in bills else ()
        stack.extend(
            Node(node.level + 1, line.component, node.quantity * line.gross, line)
            for line in reversed(below)
        )


def where_used(bills: Bills, component: str) -> dict[str, float]:
    """Return every item that needs a component, with the quantity in one unit of the item.

    The quantity is in the unit of the bill lines, scrap of all levels included; the nearest
    users come first.
    """
    users: dict[str, list[tuple[str, float]]] = {}
    for bill in bills.values():
        for line in bill.lines:
            users.setdefault(line.component, []).append((bill.item, line.gross))
    levels = low_level_codes(bills)
    inside = {component: 1.0}
    for item in sorted(levels, key=lambda code: -levels[code]):
        for user, quantity in users.get(item, ()) if item in inside else ():
            inside[user] = inside.get(user, 0.0) + quantity * inside[item]
    del inside[component]
    return inside


def _components(bills: Bills, item: str) -> tuple[str, ...]:
    """Return what an item takes directly; nothing when it is made from nothing."""
    bill = bills.get(item)
    return tuple(line.component for line in bill.lines) if bill else ()
