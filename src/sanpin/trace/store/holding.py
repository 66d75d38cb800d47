"""Which events hold things that are looked for, told from the packed things of their rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sanpin.trace.store.intern import rows_of
from sanpin.trace.store.pack import unpack_runs
from sanpin.trace.store.presence import Presence
from sanpin.trace.store.tables import EPC

__all__ = ["Sought", "holding"]

_Run = tuple[int, int]
_CLASSES = select(EPC.c.class_id).where(EPC.c.id.in_(bindparam("ids", expanding=True))).distinct()


@dataclass(frozen=True, slots=True)
class Sought:
    """Things that an event must name.

    Attributes
    ----------
    parts : in one of these
    numbers : these things, ascending
    classes : or things of these classes, or of some of them
    kinds : conditions on those things, of which one must hold, without an index for them
    """

    parts: Sequence[int]
    numbers: Sequence[int]
    classes: Sequence[int]
    kinds: Sequence[ColumnElement[bool]]

    def presence(self, conn: Connection) -> Presence:
        """Where its events may be."""
        classes = {row[0] for row in rows_of(conn, _CLASSES, self.numbers)}
        return Presence(sorted(classes.union(self.classes)), self.parts)


def holding(conn: Connection, rows: Sequence[Any], sought: Sought) -> list[Any]:
    """Keep the rows of events that hold what is sought.

    Parameters
    ----------
    rows : the last column of each are the packed things of an event
    """
    parts = frozenset(sought.parts)
    named: set[int] = set()
    runs: dict[_Run, list[int]] = {}
    for place, row in enumerate(rows):
        for part, first, last in unpack_runs(bytes(row[-1])):
            if part not in parts or place in named:
                continue
            at = bisect_left(sought.numbers, first)
            if at < len(sought.numbers) and sought.numbers[at] <= last:
                named.add(place)
            elif sought.kinds:
                runs.setdefault((first, last), []).append(place)
    if runs:
        for run in _of_kinds(conn, list(runs), sought.kinds):
            named.update(runs[run])
    return [rows[place] for place in sorted(named)]


def _of_kinds(
    conn: Connection, runs: Sequence[_Run], kinds: Sequence[ColumnElement[bool]]
) -> list[_Run]:
    """Runs of numbers in which there is a thing of some kinds."""
    if conn.dialect.name == "sqlite":
        text = orjson.dumps(runs).decode()
        each = func.json_each(literal(text)).table_valued("value").alias("run")
        first: ColumnElement[int] = func.json_extract(each.c.value, "$[0]", type_=Integer)
        last: ColumnElement[int] = func.json_extract(each.c.value, "$[1]", type_=Integer)
    else:
        columns = [literal(list(ends), ARRAY(BigInteger())) for ends in zip(*runs, strict=True)]
        pairs = func.unnest(*columns).table_valued("first", "last").render_derived("run")
        first, last = pairs.c.first, pairs.c.last
    inside = select(EPC.c.id).where(EPC.c.id.between(first, last), or_(*kinds))
    asked = select(first, last).where(inside.exists())
    return [(row[0], row[1]) for row in conn.execute(asked)]
