"""Tables of the trace ledger.

Names of things are interned: class and serial become one integer, the same for all firms,
and places, steps and other words become vocabulary numbers. Keys are explicit integers out
of blocks, so that any database that speaks the PostgreSQL protocol can spread the rows.
Distribution keys: ``trace_link`` by epc, ``trace_event``, ``trace_quantity``, ``trace_term``
and ``trace_payload`` by event, ``trace_epc`` by class; the rest is small.

``trace_block``
    Next free integer of each table that numbers its rows.
``trace_vocab``
    Steps, dispositions, places, types and transformation identifiers by number.
``trace_epc_class``, ``trace_epc``
    A name up to its last separator, and what stands behind it.
``trace_event``
    One row for each event; times are microseconds since 1970 in UTC with the offset beside
    them. ``reference`` holds the identifier when it was given, ``reference_key`` 64 bits of
    its hash; ``declared`` says that an error declaration takes it out. ``epcs`` packs parts
    and numbers of its things, see `sanpin.trace.store.pack`.
``trace_link``
    Thing, event and part: the index by which the history of a thing is found.
``trace_quantity``
    Amounts of those things that have one, by their place in ``epcs``.
``trace_term``
    Sources, destinations and business transactions.
``trace_payload``
    Texts of events as they came, compressed in chunks of at most 64.
``trace_document``
    Documents by hash, so that one sent twice is known at once, with their contexts. ``origin``
    says whether it came from outside (empty), the sample or a simulation.
``trace_name``
    Names that people read, from the master data of documents.
``trace_capture_job``
    What became of each capture.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from sanpin.kit.db import Instant, Json

__all__ = [
    "BLOCK",
    "DOCUMENT",
    "EPC",
    "EPC_CLASS",
    "EVENT",
    "JOB",
    "LINK",
    "METADATA",
    "NAME",
    "PAYLOAD",
    "QUANTITY",
    "TERM",
    "VOCAB",
]

METADATA = MetaData()


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """Column of 64-bit integers that no database fills by itself."""
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


def _small(name: str) -> Column[int]:
    """Column of small integers."""
    return Column(name, SmallInteger, nullable=False)


BLOCK = Table(
    "trace_block",
    METADATA,
    Column("name", Text, primary_key=True),
    _number("next"),
)

VOCAB = Table(
    "trace_vocab",
    METADATA,
    _number("id", key=True),
    Column("uri", Text, nullable=False, unique=True),
)

EPC_CLASS = Table(
    "trace_epc_class",
    METADATA,
    _number("id", key=True),
    Column("prefix", Text, nullable=False, unique=True),
)

EPC = Table(
    "trace_epc",
    METADATA,
    _number("id", key=True),
    _number("class_id"),
    Column("serial", Text, nullable=False),
    UniqueConstraint("class_id", "serial"),
)

EVENT = Table(
    "trace_event",
    METADATA,
    _number("id", key=True),
    Column("firm", Text, nullable=False),
    _number("document"),
    _small("type"),
    _small("action"),
    _small("declared"),
    _number("event_time"),
    _small("offset_minutes"),
    _number("record_time"),
    _number("step", null=True),
    _number("disposition", null=True),
    _number("read_point", null=True),
    _number("location", null=True),
    _number("transformation", null=True),
    _number("reference_key"),
    Column("reference", Text),
    Column("digest", LargeBinary, nullable=False),
    Column("epcs", LargeBinary, nullable=False),
    Index("trace_event_by_reference", "reference_key"),
    Index("trace_event_by_time", "firm", "event_time", "id"),
    Index("trace_event_by_disposition", "firm", "disposition", "id"),
    Index("trace_event_by_transformation", "transformation"),
)

LINK = Table(
    "trace_link",
    METADATA,
    _number("epc_id", key=True),
    _number("event_id", key=True),
    Column("part", SmallInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

QUANTITY = Table(
    "trace_quantity",
    METADATA,
    _number("event_id", key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("quantity", Float(53), nullable=False),
    Column("uom", Text, nullable=False),
    sqlite_with_rowid=False,
)

TERM = Table(
    "trace_term",
    METADATA,
    _number("event_id", key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    _number("type"),
    _number("value"),
    Index("trace_term_by_value", "value", "event_id"),
)

PAYLOAD = Table(
    "trace_payload",
    METADATA,
    _number("first_event", key=True),
    _small("events"),
    _small("codec"),
    Column("data", LargeBinary, nullable=False),
)

DOCUMENT = Table(
    "trace_document",
    METADATA,
    _number("id", key=True),
    Column("firm", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    _number("first_event"),
    _number("events"),
    Column("captured", Instant, nullable=False),
    Column("origin", Text, nullable=False, server_default=""),
    Column("context", Json),
    UniqueConstraint("firm", "digest"),
)

NAME = Table(
    "trace_name",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("thing", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

JOB = Table(
    "trace_capture_job",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("behaviour", Text, nullable=False),
    Column("origin", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("finished", Instant),
    _number("events"),
    _number("captured"),
    _number("duplicates"),
    _number("rejected"),
    Column("errors", Json),
    Index("trace_capture_job_by_firm", "firm", "id"),
)
