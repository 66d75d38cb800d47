"""Recall cases in the archive of a firm: as they were frozen, with all that was done since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import orjson
from sqlalchemy import Connection

from sanpin.kit.context import Context
from sanpin.trace.store.case_copies import (
    HEADS,
    Slice,
    add_slice,
    check_slice,
    owner_of_copy,
    slices_of,
)

__all__ = ["check_cases", "import_cases", "write_cases"]


def write_cases(conn: Connection, firm: str) -> Iterator[bytes]:
    """Yield the lists of seeds and the cases of a firm, one slice of a table a line."""
    for part in slices_of(conn, firm):
        yield orjson.dumps([part.table, part.columns, part.rows]) + b"\n"


def check_cases(lines: Iterable[bytes]) -> None:
    """Read everything without writing it.

    Raises
    ------
    AttributeError, KeyError, TypeError, ValueError
        where something is not as `write_cases` wrote it
    """
    headed = False
    for part in _slices(lines):
        check_slice(part)
        if part.table in HEADS:
            headed = part.table == "case" and len(part.rows) == 1
        elif not headed:
            raise ValueError(part.table)


def import_cases(ctx: Context, lines: Iterable[bytes]) -> int:
    """Write the lists and cases that are not there yet, each case as a whole or not at all.

    Returns
    -------
    int
        number of cases that were written
    """
    return sum(ctx.db.transact(partial(_add, ctx.firm, parts)) for parts in _together(lines))


def _slices(lines: Iterable[bytes]) -> Iterator[Slice]:
    """Read slices, one a line."""
    for line in lines:
        table, columns, rows = orjson.loads(line)
        yield Slice(table, tuple(columns), rows)


def _together(lines: Iterable[bytes]) -> Iterator[list[Slice]]:
    """Yield lists one by one, and cases with everything of them."""
    found: list[Slice] = []
    for part in _slices(lines):
        if part.table not in HEADS:
            found.append(part)
            continue
        if found:
            yield found
        found = [part]
    if found:
        yield found


def _add(firm: str, parts: list[Slice], conn: Connection) -> int:
    """Write lists, or a case with everything of it; what is there already stays."""
    head, *others = parts
    place, cases = head.columns.index("id"), 0
    for row in head.rows:
        identifier = _free(conn, firm, head.table, row[place])
        if not identifier:
            continue
        cases += head.table == "case"
        add_slice(conn, replace(head, rows=[row]), firm=firm, id=identifier)
        for part in others:
            add_slice(conn, part, case_id=identifier)
    return cases


def _free(conn: Connection, firm: str, table: str, identifier: str) -> str:
    """Identifier under which a case is new; empty when the firm has it already.

    Where another firm of this ledger has the case, the copy gets an identifier of its own, always
    the same and beginning with the same time.
    """
    owner = owner_of_copy(conn, table, identifier)
    if owner is None or owner == firm:
        return "" if owner else identifier
    digest = hashlib.sha256(f"{firm} {identifier}".encode()).hexdigest()
    own = identifier[:-12] + digest[:12]
    return "" if owner_of_copy(conn, table, own) else own
