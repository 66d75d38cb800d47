"""Who must give back how much: deliveries of each lot, the last holder of each piece, the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sanpin.kit.context import Context
from sanpin.trace.engine import lineage
from sanpin.trace.engine.lineage.stays import is_class
from sanpin.trace.model.cases import Due, DueKind
from sanpin.trace.model.events import Action, Part
from sanpin.trace.model.lineage import Affected, Balance, Recall, Status
from sanpin.trace.store.reader import LedgerEvents

__all__ = ["dues_of_scope", "packed_lots"]

_GONE = frozenset((Status.CONSUMED, Status.DESTROYED))
# Amounts are sums of what events say; less than this is rounding.
_LEAST = 1e-6
# Lots whose events are kept in memory together.
_TOGETHER = 500


def dues_of_scope(ctx: Context, found: Recall) -> list[Due]:
    """Say who must give back how much of what is in a scope.

    A piece is due from its last consignee, a lot from each place that got some of it. What never
    left is held where it was seen last; what was used up or destroyed is not due.
    """
    dues: dict[tuple[str, str, str], Due] = {}
    delivered: set[str] = set()
    for one in found.consignees:
        for product in one.products:
            delivered.add(product)
            if not is_class(product):
                _add(dues, Due(one.location, product, 1.0))
    lines = {line.id: line for line in found.products}
    parted = _lots_with_pieces(found)
    lots = [name for name in lines if is_class(name)]
    for lot, balance in _balances(ctx, lots):
        for due in _of_lot(lines[lot], balance, parted=lot in parted):
            _add(dues, due)
    for name, line in lines.items():
        if not is_class(name) and name not in delivered and line.status not in _GONE:
            _add(dues, Due(line.location, name, 1.0, "", DueKind.HELD))
    return list(dues.values())


def _add(dues: dict[tuple[str, str, str], Due], one: Due) -> None:
    """Keep a due amount; of one thing at one holder there is one in each unit."""
    key = one.thing, one.holder, one.uom
    before = dues.get(key)
    if before is None:
        dues[key] = one
    else:
        both = before.quantity + one.quantity
        dues[key] = Due(one.holder, one.thing, both, one.uom, before.kind)


def _lots_with_pieces(found: Recall) -> set[str]:
    """Lots whose pieces are in the scope themselves, so that they would count twice."""
    return {
        line.through[-1]
        for line in found.products
        if line.through and not is_class(line.id) and is_class(line.through[-1])
    }


def _balances(ctx: Context, lots: Sequence[str]) -> Iterator[tuple[str, Balance]]:
    """Yield what became of each lot."""
    for start in range(0, len(lots), _TOGETHER):
        with ctx.db.read() as conn:
            source = LedgerEvents(conn, ctx.firm)
            for lot in lots[start : start + _TOGETHER]:
                yield lot, lineage.balance(source, lot)


def _of_lot(line: Affected, balance: Balance, *, parted: bool) -> Iterator[Due]:
    """Yield what is due of one lot: what each place got, and what is left of it."""
    gone: dict[str, float] = defaultdict(float)
    for one in balance.delivered:
        for uom, amount in one.quantities.items():
            gone[uom] += amount
            if amount > _LEAST:
                yield Due(one.location, line.id, amount, _unit(uom))
    if parted or line.status in _GONE:
        return
    made: Mapping[str, float] = balance.made or {"": 0.0}
    for uom, amount in made.items():
        left = amount - balance.used.get(uom, 0.0) - gone[uom]
        if left > _LEAST:
            # Of a lot that went out in part, nobody has said where the rest is.
            place = "" if balance.delivered else line.location
            yield Due(place, line.id, left, _unit(uom), DueKind.HELD)
        elif not balance.delivered and not balance.made:
            # How much there is of it, no event tells.
            yield Due(line.location, line.id, 0.0, "", DueKind.HELD)


def _unit(uom: str) -> str:
    """Unit of an amount; pieces have none, whether or not their event said so."""
    return "" if uom == "EA" else uom


def packed_lots(ctx: Context, containers: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Amounts of lots that were put into containers: by container, lot and unit."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    boxes = set(containers)
    with ctx.db.read() as conn:
        touching = LedgerEvents(conn, ctx.firm).touching(sorted(boxes))
    events = {event.sequence: event for some in touching.values() for event in some}
    for event in events.values():
        # What was taken out at the consignee is still what came in this container.
        if event.declared or event.action is not Action.ADD:
            continue
        for parent in event.things(Part.PARENT):
            if parent.thing not in boxes:
                continue
            lots = found.setdefault(parent.thing, {})
            for one in event.things(Part.CHILD):
                if one.quantity is not None:
                    amounts = lots.setdefault(one.thing, {})
                    unit = _unit(one.uom)
                    amounts[unit] = amounts.get(unit, 0.0) + one.quantity
    return found
