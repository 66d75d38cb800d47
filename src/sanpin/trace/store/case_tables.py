"""Tables of recall cases.

Everything of a case has its ``case_id`` first in the key, which is also the distribution key.

``trace_recall_case``
    One row for each case; times of its steps are those of the stop-watch.
``trace_recall_line``
    The scope as it was when the case was started, nearest things first. ``why`` and ``through``
    hold identifiers one a line.
``trace_recall_due``
    Who must give back how much of what, and how much of it came back.
``trace_recall_notice``
    Consignees with their contacts, and when they were told.
``trace_recall_return``
    Scans of what came back, one row for each holder and unit, whatever became of them.
``trace_recall_seeds``
    Lists of lots that were uploaded as seeds, so that an address can name them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, SmallInteger, Table, Text

from sanpin.kit.db import Instant, Json
from sanpin.trace.store.tables import METADATA

__all__ = ["CASE", "DUE", "LINE", "NOTICE", "RETURN", "SEEDS"]


def _text(name: str) -> Column[str]:
    """Column of text that is never null."""
    return Column(name, Text, nullable=False)


def _case() -> Column[str]:
    """Case that a row belongs to."""
    return Column("case_id", Text, primary_key=True)


CASE = Table(
    "trace_recall_case",
    METADATA,
    Column("id", Text, primary_key=True),
    _text("firm"),
    _text("title"),
    _text("reason"),
    Column("drill", SmallInteger, nullable=False),
    _text("state"),
    Column("seeds", Json, nullable=False),
    _text("since"),
    _text("until"),
    _text("place"),
    Column("products", BigInteger, nullable=False),
    Column("containers", BigInteger, nullable=False),
    Column("gaps", Json, nullable=False),
    Column("started", Instant, nullable=False),
    _text("started_by"),
    Column("scoped", Instant, nullable=False),
    Column("notified", Instant),
    Column("closed", Instant),
    _text("closed_by"),
    _text("conclusion"),
    _text("run"),
    Index("trace_recall_case_by_firm", "firm", "id"),
)

LINE = Table(
    "trace_recall_line",
    METADATA,
    _case(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("thing"),
    _text("role"),
    Column("depth", Integer, nullable=False),
    _text("status"),
    _text("location"),
    _text("container"),
    Column("quantity", Float(53)),
    _text("uom"),
    _text("last_event"),
    _text("why"),
    _text("through"),
    Index("trace_recall_line_by_thing", "case_id", "thing"),
    Index("trace_recall_line_by_container", "case_id", "container"),
)

DUE = Table(
    "trace_recall_due",
    METADATA,
    _case(),
    Column("thing", Text, primary_key=True),
    Column("holder", Text, primary_key=True),
    Column("uom", Text, primary_key=True),
    _text("kind"),
    Column("quantity", Float(53), nullable=False),
    Column("returned", Float(53), nullable=False),
    Index("trace_recall_due_by_holder", "case_id", "holder"),
)

NOTICE = Table(
    "trace_recall_notice",
    METADATA,
    _case(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("holder"),
    _text("name"),
    Column("contact", Json, nullable=False),
    Column("sent", Instant),
    _text("sent_by"),
)

RETURN = Table(
    "trace_recall_return",
    METADATA,
    _case(),
    Column("id", Text, primary_key=True),
    _text("code"),
    _text("thing"),
    _text("verdict"),
    _text("holder"),
    Column("quantity", Float(53), nullable=False),
    _text("uom"),
    Column("things", BigInteger, nullable=False),
    Column("recorded", Instant, nullable=False),
    _text("recorded_by"),
)

SEEDS = Table(
    "trace_recall_seeds",
    METADATA,
    Column("id", Text, primary_key=True),
    _text("firm"),
    _text("name"),
    Column("seeds", Json, nullable=False),
    Column("created", Instant, nullable=False),
    _text("created_by"),
)
