"""Booking what comes back: any code is taken, and it is said what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.trace.engine.lineage.stays import is_class
from sanpin.trace.model.cases import Case, CaseState, Due, Return, Verdict
from sanpin.trace.model.identifiers import Role as Part
from sanpin.trace.service.cases.dues import packed_lots
from sanpin.trace.service.cases.reading import case_of, unknown_case
from sanpin.trace.service.naming import thing_named
from sanpin.trace.store import cases as store
from sanpin.trace.store.reader import LedgerEvents

__all__ = ["closed_case", "read_amount", "record_return"]

# Amounts are sums of what people typed; less than this is rounding.
_LEAST = 1e-9


@dataclass(slots=True)
class _Scan:
    """What was scanned, and what it stands for.

    Attributes
    ----------
    code, thing : as scanned, and its canonical name
    role : its role in the scope; empty when it is not in it
    known : whether any event names it
    pieces : pieces that it is or holds
    lots : amounts by lot and unit that it is; None where nobody has said how much
    boxes : for a container, amounts by lot and unit in it and in each container within it
    place : where the scope saw it last
    """

    code: str
    thing: str
    role: str
    known: bool
    pieces: list[str] = field(default_factory=list)
    lots: dict[str, Mapping[str, float] | None] = field(default_factory=dict)
    boxes: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    place: str = ""

    @property
    def things(self) -> set[str]:
        """Pieces and lots for which it stands."""
        return {*self.pieces, *self.lots, *(lot for lots in self.boxes.values() for lot in lots)}


def record_return(
    ctx: Context,
    identifier: str,
    code: str,
    *,
    quantity: float | None = None,
    uom: str = "",
    holder: str = "",
) -> tuple[Return, ...]:
    """Book something that came back by its code in any writing.

    A piece counts once; a container stands for everything of the scope that went in it; of a lot
    it must be said how much came back. What is not in the scope, or came back before, is recorded
    as that and counts nothing.

    Parameters
    ----------
    identifier : case
    code : as scanned
    quantity, uom : how much of a lot; pieces without a unit
    holder : who sends it back; found out where only one can have it

    Returns
    -------
    tuple of Return
        one for each holder and unit

    Raises
    ------
    InputError
        ``trace.case.quantity`` or ``trace.case.holder`` when one of them must be said, or the
        refusal of the code
    StateError
        ``trace.case.unknown``, ``trace.case.closed``
    """
    ctx.require(Role.PLANNER)
    one = case_of(ctx, identifier)
    if one.state is not CaseState.OPEN:
        raise closed_case(one)
    if quantity is not None and not 0 < quantity < 1e12:
        raise _bad_quantity(quantity)
    scan = _look(ctx, one, code, quantity, "" if uom == "EA" else uom)
    giver = thing_named(holder) if holder else ""

    def work(conn: Connection) -> tuple[Return, ...]:
        """Count what has not come back before, and write the scan down."""
        now = store.lock_case(conn, ctx.firm, identifier)
        if now is None:
            raise unknown_case(identifier)
        if now.state is not CaseState.OPEN:
            raise closed_case(now)
        rows, counted = _judge(conn, ctx, one.id, scan, giver)
        store.book(conn, one.id, counted)
        for row in rows:
            store.add_return(conn, one.id, row)
        after = {"code": code[:500], "verdict": str(rows[0].verdict), "quantity": rows[0].quantity}
        audit.record(conn, ctx, "trace.case.return", one.id, None, after)
        return tuple(rows)

    return ctx.db.transact(work)


def read_amount(text: str) -> float | None:
    """Read an amount that a person typed; None for nothing.

    Raises
    ------
    InputError
        ``trace.case.amount``
    """
    plain = text.strip().replace(",", "").replace("，", "")
    if not plain:
        return None
    try:
        return float(plain)
    except ValueError:
        raise _bad_quantity(text) from None


def closed_case(one: Case) -> StateError:
    """Make the refusal of a change to a case that is closed."""
    return StateError(
        "trace.case.closed",
        N_("The recall case “{title}” is closed."),
        hint=N_("Start another case for what comes to light now."),
        title=one.title,
    )


def _bad_quantity(quantity: float | str) -> InputError:
    """Make the refusal of an amount that nothing can have."""
    return InputError(
        "trace.case.amount",
        N_("{quantity} is no amount that could come back."),
        hint=N_("Give a number above zero."),
        quantity=quantity,
    )


def _look(ctx: Context, one: Case, code: str, quantity: float | None, uom: str) -> _Scan:
    """Find out what a code stands for in a case."""
    thing = thing_named(code)
    with ctx.db.read() as conn:
        role = store.roles_of(conn, one.id, [thing]).get(thing, "")
        known = bool(role) or bool(LedgerEvents(conn, ctx.firm).touching([thing])[thing])
        inside = store.things_within(conn, one.id, thing) if role == Part.CONTAINER else {}
        place = store.place_of(conn, one.id, thing)
    scan = _Scan(code, thing, role, known, place=place)
    if role == Part.CONTAINER:
        boxes = [name for name, part in inside.items() if part == Part.CONTAINER]
        scan.pieces = [
            n for n, part in inside.items() if part != Part.CONTAINER and not is_class(n)
        ]
        scan.boxes = {name: {} for name in boxes} | packed_lots(ctx, boxes)
    elif role and is_class(thing):
        scan.lots = {thing: None if quantity is None else {uom: quantity}}
    elif role:
        scan.pieces = [thing]
    return scan


def _judge(
    conn: Connection, ctx: Context, case_id: str, scan: _Scan, giver: str
) -> tuple[list[Return], list[tuple[Due, float]]]:
    """Say what a scan is, and which amounts of what is due it brings back."""
    if not scan.role:
        verdict = Verdict.OUTSIDE if scan.known else Verdict.UNKNOWN
        return [_row(ctx, scan, verdict, giver)], []
    dues = store.dues_of(conn, case_id, things=scan.things)
    if not dues:
        # In the scope, but used up, destroyed or only carrying: nothing of it was due.
        return [_row(ctx, scan, Verdict.OUTSIDE, giver)], []
    counted = [(due, 1.0) for due in dues if due.thing in scan.pieces and not due.returned]
    for lot, amounts in (scan.lots | _fresh(conn, case_id, scan)).items():
        mine = [due for due in dues if due.thing == lot]
        counted += _of_lot(scan, lot, amounts, mine, giver)
    if not counted:
        return [_row(ctx, scan, Verdict.REPEATED, giver)], []
    sums: dict[tuple[str, str], list[float]] = defaultdict(list)
    for due, amount in counted:
        sums[due.holder, due.uom].append(amount)
    rows = [
        _row(ctx, scan, Verdict.COUNTED, holder, sum(amounts), unit, len(amounts))
        for (holder, unit), amounts in sorted(sums.items())
    ]
    return rows, counted


def _fresh(conn: Connection, case_id: str, scan: _Scan) -> dict[str, dict[str, float]]:
    """Amounts of lots in a container, leaving out what was counted with it or around or in it."""
    if not scan.boxes:
        return {}
    around = store.containers_around(conn, case_id, scan.thing)
    before = store.counted_among(conn, case_id, [*scan.boxes, *around])
    if before & {scan.thing, *around}:
        return {}
    gone = {name for box in before for name in store.things_within(conn, case_id, box)}
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for box, lots in scan.boxes.items():
        if box not in gone:
            for lot, amounts in lots.items():
                for unit, amount in amounts.items():
                    sums[lot][unit] += amount
    return {lot: dict(amounts) for lot, amounts in sums.items()}


def _of_lot(
    scan: _Scan, lot: str, amounts: Mapping[str, float] | None, dues: Sequence[Due], giver: str
) -> list[tuple[Due, float]]:
    """Share of what is due of a lot that comes back with a scan."""
    if not dues:
        return []
    if amounts is None:
        raise InputError(
            "trace.case.quantity",
            N_("{thing} is a lot: say how much of it came back."),
            hint=N_("Give a quantity, or scan the containers in which it comes."),
            thing=lot,
        )
    found: list[tuple[Due, float]] = []
    for unit, amount in amounts.items():
        if amount <= _LEAST:
            continue
        mine = [due for due in dues if due.uom == unit]
        if not mine:
            raise InputError(
                "trace.case.unit",
                N_("{thing} is not due in “{unit}”; it is due in: {known}."),
                hint=N_("Give the quantity in one of these units."),
                thing=lot,
                unit=unit or "EA",
                known=", ".join(sorted({due.uom or "EA" for due in dues})),
            )
        found.append((_from(scan, lot, mine, giver), amount))
    return found


def _from(scan: _Scan, lot: str, dues: Sequence[Due], giver: str) -> Due:
    """Whose amount it is: the one who was named, the place of the container, or the only one."""
    if giver:
        chosen = [due for due in dues if due.holder == giver]
    else:
        chosen = [due for due in dues if due.holder == scan.place] or list(dues)
        chosen = chosen if scan.role == Part.CONTAINER else list(dues)
    if len(chosen) == 1:
        return chosen[0]
    raise InputError(
        "trace.case.holder",
        N_("{thing} went to several places: say which one sends it back."),
        hint=N_("Name one of: {known}."),
        thing=lot,
        known=", ".join(due.holder or "–" for due in dues),
    )


def _row(
    ctx: Context,
    scan: _Scan,
    verdict: Verdict,
    holder: str,
    quantity: float = 0.0,
    uom: str = "",
    things: int = 0,
) -> Return:
    """Write a scan down."""
    return Return(
        id=new_id(),
        code=scan.code[:4096],
        thing=scan.thing,
        verdict=verdict,
        holder=holder,
        quantity=quantity,
        uom=uom,
        things=things,
        recorded=ctx.now(),
        recorded_by=ctx.actor.user,
    )
