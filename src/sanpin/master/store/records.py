"""Items, partners, sites and calendars in and out of their tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, Table, delete, func, or_, select

from sanpin.kit.db import upsert
from sanpin.master.model import (
    CalendarRecord,
    Item,
    ItemKind,
    Partner,
    PartnerKind,
    Site,
    SiteKind,
    Supply,
)
from sanpin.master.model.calendars import shift_from_json, shift_to_json
from sanpin.master.store.tables import CALENDAR, ITEM, PARTNER, SITE

__all__ = ["CALENDARS", "ITEMS", "PARTNERS", "SITES", "Shelf"]

R = TypeVar("R")
Row = Mapping[Any, Any]

BATCH = 500
"""Codes asked for at once, below the databases' limits of parameters."""


@dataclass(frozen=True)
class Shelf(Generic[R]):
    """One table of records with a code: how they are read and written.

    Attributes
    ----------
    table : where they lie
    build : row without firm and time of change to record
    plain : record to the columns of the table
    """

    table: Table
    build: Callable[[dict[str, Any]], R]
    plain: Callable[[R], dict[str, Any]]

    def page(
        self,
        conn: Connection,
        firm: str,
        *,
        search: str = "",
        after: str = "",
        limit: int | None = None,
        **equal: str,
    ) -> list[R]:
        """Return records by code.

        Parameters
        ----------
        search : part of a code, name or key, in any letter case; wildcards mean themselves
        after : only codes that sort behind this one, for the next page
        limit : at most so many; None for all
        equal : columns that must have a value; an empty text leaves the column free
        """
        query = self._chosen(firm, search, equal).order_by(self.table.c.code)
        if after:
            query = query.where(self.table.c.code > after)
        rows = conn.execute(query.limit(limit)).mappings()
        return [self._record(row) for row in rows]

    def count(self, conn: Connection, firm: str, *, search: str = "", **equal: str) -> int:
        """Count the records that a search and equal columns choose, on all pages together."""
        chosen = self._chosen(firm, search, equal).subquery()
        return conn.execute(select(func.count()).select_from(chosen)).scalar_one()

    def tally(self, conn: Connection, firm: str, column: str) -> dict[str, int]:
        """Count the records per value of a column."""
        value = self.table.c[column]
        query = select(value, func.count()).where(self.table.c.firm == firm).group_by(value)
        return {str(row[0]): int(row[1]) for row in conn.execute(query.order_by(value))}

    def get(self, conn: Connection, firm: str, code: str) -> R | None:
        """Return the record with a code, or nothing."""
        query = select(self.table).where(self.table.c.firm == firm, self.table.c.code == code)
        row = conn.execute(query).mappings().first()
        return None if row is None else self._record(row)

    def some(self, conn: Connection, firm: str, codes: Collection[str]) -> list[R]:
        """Return those records of some codes that are there, by code."""
        wanted, found = sorted(codes), []
        for start in range(0, len(wanted), BATCH):
            piece = wanted[start : start + BATCH]
            query = select(self.table).where(
                self.table.c.firm == firm, self.table.c.code.in_(piece)
            )
            rows = conn.execute(query.order_by(self.table.c.code)).mappings()
            found += [self._record(row) for row in rows]
        return found

    def codes(self, conn: Connection, firm: str, *, sample: bool = False) -> set[str]:
        """Return the codes of a firm, or only those of sample records."""
        query = select(self.table.c.code).where(self.table.c.firm == firm)
        if sample:
            query = query.where(self.table.c.sample.is_(True))
        return set(conn.execute(query).scalars())

    def put(self, conn: Connection, firm: str, records: Iterable[R], changed: datetime) -> None:
        """Insert records, or replace those with the same code.

        All columns are written, so nothing of the replaced record stays behind.
        """
        upsert(
            conn,
            self.table,
            [{"firm": firm, "changed": changed} | self.plain(record) for record in records],
        )

    def delete(self, conn: Connection, firm: str, code: str) -> bool:
        """Take a record away; tell whether it was there."""
        gone = delete(self.table).where(self.table.c.firm == firm, self.table.c.code == code)
        return bool(conn.execute(gone).rowcount)

    def delete_sample(self, conn: Connection, firm: str) -> int:
        """Take all sample records of a firm away and count them.

        Records that the firm entered or changed itself lost the mark then, and stay.
        """
        gone = delete(self.table).where(self.table.c.firm == firm, self.table.c.sample.is_(True))
        return int(conn.execute(gone).rowcount)

    def _chosen(self, firm: str, search: str, equal: Mapping[str, str]) -> Select[Any]:
        """Build the query of a search: a part of the code, of a name or of a key."""
        query = select(self.table).where(self.table.c.firm == firm)
        for column, value in equal.items():
            if value:
                query = query.where(self.table.c[column] == value)
        if search:
            names = [self.table.c[name] for name in ("code", "name_en", "name_zh")]
            names += [self.table.c[name] for name in ("gtin", "gln") if name in self.table.c]
            query = query.where(
                or_(*(func.lower(name).contains(search.lower(), autoescape=True) for name in names))
            )
        return query

    def _record(self, row: Row) -> R:
        """Make a record of a row; firm and time of change belong to the table alone."""
        return self.build(
            {key: value for key, value in row.items() if key not in ("firm", "changed")}
        )


def _columns(record: object) -> dict[str, Any]:
    """Return the fields of a flat record; enumerations become their text."""
    return {one.name: _plain(getattr(record, one.name)) for one in fields(record)}  # type: ignore[arg-type]


def _plain(value: object) -> object:
    """Turn an enumeration into the text that the table holds."""
    return str(value) if isinstance(value, str) else value


def _item(row: dict[str, Any]) -> Item:
    """Read an item; the enumerations are checked once, here, where rows enter."""
    return Item(**row | {"kind": ItemKind(row["kind"]), "supply": Supply(row["supply"])})


def _item_columns(item: Item) -> dict[str, Any]:
    """Write an item; its attributes as one JSON object."""
    return _columns(item) | {"attributes": dict(item.attributes)}


def _calendar(row: dict[str, Any]) -> CalendarRecord:
    """Read a calendar record: days from ISO text, shifts from JSON."""
    days = {
        name: frozenset(map(date.fromisoformat, row[name])) for name in ("holidays", "extra_days")
    }
    return CalendarRecord(**row | days | {"shifts": tuple(map(shift_from_json, row["shifts"]))})


def _calendar_columns(record: CalendarRecord) -> dict[str, Any]:
    """Write a calendar record, days sorted so that equal records look equal."""
    return _columns(record) | {
        "shifts": [shift_to_json(shift) for shift in record.shifts],
        "holidays": _days(record.holidays),
        "extra_days": _days(record.extra_days),
    }


def _days(days: Collection[date]) -> list[str]:
    """Write days as sorted ISO text."""
    return sorted(day.isoformat() for day in days)


ITEMS = Shelf(ITEM, _item, _item_columns)
"""The shelf of items."""
PARTNERS = Shelf(PARTNER, lambda row: Partner(**row | {"kind": PartnerKind(row["kind"])}), _columns)
"""The shelf of partners."""
SITES = Shelf(SITE, lambda row: Site(**row | {"kind": SiteKind(row["kind"])}), _columns)
"""The shelf of sites."""
CALENDARS = Shelf(CALENDAR, _calendar, _calendar_columns)
"""The shelf of calendar records."""
