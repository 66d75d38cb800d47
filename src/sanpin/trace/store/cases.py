"""Recall cases in the store: written in slices, read in pages, returns booked one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, select, update

from sanpin.trace.model.cases import (
    Case,
    CaseState,
    Due,
    DueKind,
    Notice,
    Recovery,
    Return,
    Verdict,
)
from sanpin.trace.model.lineage import Affected, Status
from sanpin.trace.store.bulk import insert_rows
from sanpin.trace.store.case_tables import CASE, DUE, LINE, NOTICE, RETURN, SEEDS
from sanpin.trace.store.intern import batches

__all__ = [
    "add_case",
    "add_dues",
    "add_lines",
    "add_notices",
    "add_return",
    "book",
    "change_case",
    "containers_around",
    "count_lines",
    "counted_among",
    "dues_of",
    "forget_unfinished",
    "get_case",
    "get_seeds",
    "lines_of",
    "list_cases",
    "lock_case",
    "mark_sent",
    "notices_of",
    "place_of",
    "recoveries_of",
    "returns_of",
    "roles_of",
    "save_seeds",
    "things_within",
]

_LINE_COLUMNS = tuple(column.name for column in LINE.columns)
_DUE_COLUMNS = ("case_id", "thing", "holder", "uom", "kind", "quantity", "returned")
# Pallets hold cases, cases hold boxes; nothing is packed deeper than this.
_DEEPEST = 16


def add_case(conn: Connection, firm: str, one: Case) -> None:
    """Write a case, without anything of it."""
    values = asdict(one) | {"firm": firm, "drill": int(one.drill)}
    conn.execute(CASE.insert().values(values))


def change_case(conn: Connection, identifier: str, **values: object) -> None:
    """Change columns of a case."""
    conn.execute(update(CASE).where(CASE.c.id == identifier).values(values))


def get_case(conn: Connection, firm: str, identifier: str) -> Case | None:
    """Read a case; None when the firm has no such one that is complete."""
    found = conn.execute(_cases(firm).where(CASE.c.id == identifier)).mappings().first()
    return None if found is None else _case(found)


def lock_case(conn: Connection, firm: str, identifier: str) -> Case | None:
    """Read a case and keep others from changing it until the transaction ends."""
    wanted = _cases(firm).where(CASE.c.id == identifier).with_for_update()
    found = conn.execute(wanted).mappings().first()
    return None if found is None else _case(found)


def list_cases(conn: Connection, firm: str, limit: int, before: str = "") -> list[Case]:
    """Newest cases of a firm, or the newest before one."""
    wanted = _cases(firm).order_by(CASE.c.id.desc()).limit(limit)
    if before:
        wanted = wanted.where(CASE.c.id < before)
    return [_case(row) for row in conn.execute(wanted).mappings()]


def _cases(firm: str) -> Any:
    """Select complete cases of a firm."""
    return select(CASE).where(CASE.c.firm == firm, CASE.c.state != CaseState.WRITING)


def _case(row: Any) -> Case:
    """Make a case from its row."""
    values = {name: value for name, value in row.items() if name != "firm"}
    return Case(
        **values
        | {
            "drill": bool(row["drill"]),
            "state": CaseState(row["state"]),
            "seeds": tuple(row["seeds"]),
            "gaps": tuple(row["gaps"]),
        }
    )


def forget_unfinished(conn: Connection, firm: str, before: datetime) -> None:
    """Remove what cases left behind whose writing was cut off."""
    cut = and_(CASE.c.firm == firm, CASE.c.state == CaseState.WRITING, CASE.c.started < before)
    for identifier in conn.scalars(select(CASE.c.id).where(cut)).all():
        for table in (LINE, DUE, NOTICE):
            conn.execute(delete(table).where(table.c.case_id == identifier))
        conn.execute(delete(CASE).where(CASE.c.id == identifier))


def add_lines(conn: Connection, case_id: str, first: int, lines: Sequence[Affected]) -> None:
    """Write lines of a scope from a position on."""
    rows = [
        (
            case_id, first + number, line.id, str(line.role), line.depth, str(line.status),
            line.location, line.container, line.quantity, line.uom, line.last_event,
            "\n".join(line.why), "\n".join(line.through),
        )
        for number, line in enumerate(lines)
    ]  # fmt: skip
    insert_rows(conn, LINE, _LINE_COLUMNS, rows)


def lines_of(
    conn: Connection, case_id: str, limit: int, after: int = -1, role: str = ""
) -> list[tuple[int, Affected]]:
    """Lines of a scope behind a position, with their positions."""
    wanted = select(LINE).where(LINE.c.case_id == case_id, LINE.c.position > after)
    if role:
        wanted = wanted.where(LINE.c.role == role)
    return [
        (row.position, _line(row))
        for row in conn.execute(wanted.order_by(LINE.c.position).limit(limit))
    ]


def _line(row: Any) -> Affected:
    """Make a line from its row."""
    return Affected(
        id=row.thing,
        role=row.role,
        depth=row.depth,
        status=Status(row.status),
        location=row.location,
        container=row.container,
        quantity=row.quantity,
        uom=row.uom,
        last_event=row.last_event,
        why=tuple(row.why.split("\n")) if row.why else (),
        through=tuple(row.through.split("\n")) if row.through else (),
    )


def count_lines(conn: Connection, case_id: str) -> dict[str, int]:
    """Lines of a scope by status, containers left out."""
    wanted = (
        select(LINE.c.status, func.count())
        .where(LINE.c.case_id == case_id, LINE.c.role != "container")
        .group_by(LINE.c.status)
    )
    return {row[0]: int(row[1]) for row in conn.execute(wanted)}


def roles_of(conn: Connection, case_id: str, things: Iterable[str]) -> dict[str, str]:
    """Roles of those things that are in a scope."""
    found: dict[str, str] = {}
    for batch in batches(sorted(set(things))):
        wanted = select(LINE.c.thing, LINE.c.role).where(
            LINE.c.case_id == case_id, LINE.c.thing.in_(batch)
        )
        found.update((row.thing, row.role) for row in conn.execute(wanted))
    return found


def things_within(conn: Connection, case_id: str, container: str) -> dict[str, str]:
    """Roles of things of a scope that lay in a container, or in one within it; itself included."""
    found = {container: "container"}
    level = [container]
    for _ in range(_DEEPEST):
        inner: dict[str, str] = {}
        for batch in batches(level):
            wanted = select(LINE.c.thing, LINE.c.role).where(
                LINE.c.case_id == case_id, LINE.c.container.in_(batch)
            )
            inner.update((row.thing, row.role) for row in conn.execute(wanted))
        level = sorted(inner.keys() - found.keys())
        found.update(inner)
        if not level:
            break
    return found


def place_of(conn: Connection, case_id: str, thing: str) -> str:
    """Place of a thing when the scope was frozen; empty where it is not in it."""
    wanted = select(LINE.c.location).where(LINE.c.case_id == case_id, LINE.c.thing == thing)
    return conn.scalar(wanted.limit(1)) or ""


def containers_around(conn: Connection, case_id: str, thing: str) -> list[str]:
    """Containers of a scope in which a thing lay, from the inmost outwards."""
    found: list[str] = []
    inner = thing
    for _ in range(_DEEPEST):
        wanted = select(LINE.c.container).where(LINE.c.case_id == case_id, LINE.c.thing == inner)
        inner = conn.scalar(wanted.limit(1)) or ""
        if not inner or inner in found:
            break
        found.append(inner)
    return found


def counted_among(conn: Connection, case_id: str, things: Iterable[str]) -> set[str]:
    """Those things whose own scan was counted as come back before."""
    found: set[str] = set()
    for batch in batches(sorted(set(things))):
        mine = and_(RETURN.c.case_id == case_id, RETURN.c.thing.in_(batch))
        wanted = select(RETURN.c.thing).where(mine, RETURN.c.verdict == Verdict.COUNTED)
        found.update(conn.scalars(wanted.distinct()))
    return found


def add_dues(conn: Connection, case_id: str, dues: Sequence[Due]) -> None:
    """Write who must give back what."""
    rows = [
        (case_id, one.thing, one.holder, one.uom, str(one.kind), one.quantity, one.returned)
        for one in dues
    ]
    insert_rows(conn, DUE, _DUE_COLUMNS, rows)


def dues_of(
    conn: Connection,
    case_id: str,
    *,
    things: Iterable[str] | None = None,
    holder: str | None = None,
) -> list[Due]:
    """Amounts that are due: of some things, or from one holder, or all, by thing and holder."""
    wanted = select(DUE).where(DUE.c.case_id == case_id)
    if holder is not None:
        wanted = wanted.where(DUE.c.holder == holder)
    wanted = wanted.order_by(DUE.c.thing, DUE.c.holder, DUE.c.uom)
    if things is None:
        rows = list(conn.execute(wanted))
    else:
        asked = batches(sorted(set(things)))
        rows = [row for some in asked for row in conn.execute(wanted.where(DUE.c.thing.in_(some)))]
    return [
        Due(row.holder, row.thing, row.quantity, row.uom, DueKind(row.kind), row.returned)
        for row in rows
    ]


def book(conn: Connection, case_id: str, counted: Sequence[tuple[Due, float]]) -> None:
    """Add amounts that came back to what is due."""
    for one, amount in counted:
        mine = and_(
            DUE.c.case_id == case_id,
            DUE.c.thing == one.thing,
            DUE.c.holder == one.holder,
            DUE.c.uom == one.uom,
        )
        conn.execute(update(DUE).where(mine).values(returned=DUE.c.returned + amount))


def recoveries_of(conn: Connection, case_id: str) -> list[Recovery]:
    """What is due and what came back, by holder and unit; more than was due counts no further."""
    counted = case((DUE.c.returned > DUE.c.quantity, DUE.c.quantity), else_=DUE.c.returned)
    wanted = (
        select(
            DUE.c.holder,
            DUE.c.uom,
            DUE.c.kind,
            func.sum(DUE.c.quantity).label("due"),
            func.sum(counted).label("returned"),
            func.count().label("things"),
        )
        .where(DUE.c.case_id == case_id)
        .group_by(DUE.c.kind, DUE.c.holder, DUE.c.uom)
        .order_by(DUE.c.kind, DUE.c.holder, DUE.c.uom)
    )
    return [
        Recovery(
            row.holder, row.uom, DueKind(row.kind), float(row.due), float(row.returned), row.things
        )
        for row in conn.execute(wanted)
    ]


def add_notices(conn: Connection, case_id: str, notices: Sequence[Notice]) -> None:
    """Write notices."""
    rows = [asdict(one) | {"case_id": case_id, "contact": dict(one.contact)} for one in notices]
    for batch in batches(rows):
        conn.execute(NOTICE.insert(), batch)


def notices_of(conn: Connection, case_id: str) -> list[Notice]:
    """Notices of a case in their order."""
    wanted = select(NOTICE).where(NOTICE.c.case_id == case_id).order_by(NOTICE.c.number)
    return [
        Notice(row.number, row.holder, row.name, row.contact, row.sent, row.sent_by)
        for row in conn.execute(wanted)
    ]


def mark_sent(
    conn: Connection, case_id: str, numbers: Sequence[int], at: datetime, by: str
) -> None:
    """Write when notices were sent, unless they were already."""
    for batch in batches(numbers):
        mine = and_(NOTICE.c.case_id == case_id, NOTICE.c.number.in_(batch))
        conn.execute(
            update(NOTICE).where(mine, NOTICE.c.sent.is_(None)).values(sent=at, sent_by=by)
        )


def add_return(conn: Connection, case_id: str, one: Return) -> None:
    """Write a scan."""
    conn.execute(RETURN.insert().values(asdict(one) | {"case_id": case_id}))


def returns_of(conn: Connection, case_id: str, limit: int = 0) -> list[Return]:
    """Scans of a case, newest first; all of them without a limit."""
    wanted = select(RETURN).where(RETURN.c.case_id == case_id).order_by(RETURN.c.id.desc())
    rows = conn.execute(wanted.limit(limit) if limit else wanted).mappings()
    return [
        Return(
            **{k: v for k, v in row.items() if k != "case_id"}
            | {"verdict": Verdict(row["verdict"])}
        )
        for row in rows
    ]


def save_seeds(conn: Connection, values: Mapping[str, Any]) -> None:
    """Keep a list of seeds."""
    conn.execute(SEEDS.insert().values(dict(values)))


def get_seeds(conn: Connection, firm: str, identifier: str) -> tuple[str, list[str]] | None:
    """Read the name of a list of seeds and what it holds; None when the firm has no such one."""
    wanted = select(SEEDS.c.name, SEEDS.c.seeds).where(SEEDS.c.firm == firm)
    found = conn.execute(wanted.where(SEEDS.c.id == identifier)).first()
    return None if found is None else (found.name, list(found.seeds))
