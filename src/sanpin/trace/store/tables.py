"""Tables of the trace ledger.

Names of things are interned: class and serial become one integer, the same for all firms,
and places, steps and other words become vocabulary numbers. Keys are explicit integers out
of blocks, so that any database that speaks the PostgreSQL protocol can spread the rows.
Distribution keys: ``trace_link`` by epc, ``trace_event``, ``trace_quantity``, ``trace_term``
and ``trace_payload`` by event, ``trace_epc`` by class; the rest is small. ``owner_id`` is the firm
that captured a row.

``trace_block``
    Next free integer of each table that numbers its rows.
``trace_firm``
    Firms by number.
``trace_vocab``
    Steps, dispositions, places, types and transformation identifiers by number.
``trace_epc_class``, ``trace_epc``
    A name up to its last separator, and what stands behind it.
``trace_event``
    One row for each event; times are microseconds since 1970 in UTC with the offset beside
    them. ``reference`` holds the identifier when it was given, see `sanpin.trace.store.rows`,
    ``reference_key`` 64 bits of its hash; ``hash_key`` and ``hash_rest`` are the first 8 and the
    other 24 bytes of its event hash. ``declared`` says that an error declaration takes it out.
    ``epcs`` packs parts and numbers of its things, see `sanpin.trace.store.pack`.
``trace_link``
    Thing, event and part: the index by which the history of a thing is found.
``trace_quantity``
    Amounts of those things that have one, by their place in ``epcs``.
``trace_term``
    Sources, destinations and business transactions.
``trace_presence``
    The half hours of a day in which things of a class took a part in events of an owner, as bits:
    where patterns are looked for, see `sanpin.trace.store.presence`.
``trace_payload``
    Texts of events as they came, compressed in chunks of at most 128.
``trace_document``
    Documents by hash, so that one sent twice is known at once. ``origin`` says whether it came
    from outside (empty), the sample or a simulation.
``trace_context``
    What stands around events and gives their words a meaning, each once.
``trace_sequence``
    The order in which events became visible: a row for each commit, by which everything that is
    made from the ledger finds out what is new, see `sanpin.trace.store.sequence`.
``trace_pending``
    Numbers of events that were written ahead of their document's end and that nobody sees yet.
``trace_declaration``
    Error declarations, and who took one back.
``trace_name``, ``trace_place_part``
    Master data from the heads of documents and from people; which place lies within which.
``trace_capture_job``
    What became of each capture.
``trace_rule``, ``trace_hold``, ``trace_retention``
    Who may see events of another firm; what must be kept; how long the rest is.
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
    text,
)

from sanpin.kit.db import Instant, Json

__all__ = [
    "BLOCK",
    "CONTEXT",
    "DECLARATION",
    "DOCUMENT",
    "EPC",
    "EPC_CLASS",
    "EVENT",
    "FIRM",
    "HOLD",
    "JOB",
    "LINK",
    "METADATA",
    "NAME",
    "PAYLOAD",
    "PENDING",
    "PLACE_PART",
    "PRESENCE",
    "QUANTITY",
    "RETENTION",
    "RULE",
    "SEQUENCE",
    "TERM",
    "VOCAB",
]

METADATA = MetaData()

# Only a column of exactly this type is the row number of SQLite, which needs no index of its own.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """Column of 64-bit integers that no database fills by itself."""
    return Column(name, _NUMBER, primary_key=key, nullable=null, autoincrement=False)


def _small(name: str) -> Column[int]:
    """Column of small integers."""
    return Column(name, SmallInteger, nullable=False)


def _owner(*, key: bool = False) -> Column[int]:
    """Number of the firm that a row belongs to."""
    return Column("owner_id", Integer, primary_key=key, nullable=False, autoincrement=False)


BLOCK = Table(
    "trace_block",
    METADATA,
    Column("name", Text, primary_key=True),
    _number("next"),
)

FIRM = Table(
    "trace_firm",
    METADATA,
    _number("id", key=True),
    Column("name", Text, nullable=False, unique=True),
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

_JOINED = text("transformation IS NOT NULL")

EVENT = Table(
    "trace_event",
    METADATA,
    _number("id", key=True),
    _number("document"),
    _number("event_time"),
    _number("record_time"),
    _number("reference_key"),
    _number("hash_key", null=True),
    _owner(),
    _small("type"),
    _small("action"),
    _small("declared"),
    _small("offset_minutes"),
    _number("step", null=True),
    _number("disposition", null=True),
    _number("read_point", null=True),
    _number("location", null=True),
    _number("transformation", null=True),
    Column("reference", LargeBinary),
    Column("hash_rest", LargeBinary, nullable=False),
    Column("epcs", LargeBinary, nullable=False),
    Index("trace_event_by_reference", "reference_key"),
    Index("trace_event_by_hash", "hash_key"),
    Index("trace_event_by_time", "owner_id", "event_time"),
    Index("trace_event_by_record_time", "owner_id", "record_time"),
    Index("trace_event_by_step", "owner_id", "step", "event_time"),
    Index("trace_event_by_disposition", "owner_id", "disposition", "event_time"),
    Index("trace_event_by_read_point", "owner_id", "read_point", "event_time"),
    Index("trace_event_by_location", "owner_id", "location", "event_time"),
    Index("trace_event_by_location_step", "owner_id", "location", "step", "event_time"),
    Index(
        "trace_event_by_transformation",
        "transformation",
        sqlite_where=_JOINED,
        postgresql_where=_JOINED,
    ),
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
    sqlite_with_rowid=False,
)

PRESENCE = Table(
    "trace_presence",
    METADATA,
    _owner(key=True),
    _number("class_id", key=True),
    Column("part", SmallInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("halves", BigInteger, nullable=False),
    sqlite_with_rowid=False,
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
    _owner(),
    Column("digest", LargeBinary, nullable=False),
    _number("first_event"),
    _number("events"),
    Column("captured", Instant, nullable=False),
    Column("origin", Text, nullable=False, server_default=""),
    Column("format", Text, nullable=False),
    _number("context", null=True),
    UniqueConstraint("owner_id", "digest"),
)

CONTEXT = Table(
    "trace_context",
    METADATA,
    _number("id", key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("value", Json),
)

SEQUENCE = Table(
    "trace_sequence",
    METADATA,
    _number("id", key=True),
    _small("kind"),
    _number("first_event"),
    _number("last_event"),
    _number("recorded"),
)

PENDING = Table(
    "trace_pending",
    METADATA,
    _number("first_event", key=True),
    _number("last_event"),
    _number("written_to"),
    _owner(),
    Column("job", Text, nullable=False),
    Column("holder", Text, nullable=False),
    _number("renewed"),
)

DECLARATION = Table(
    "trace_declaration",
    METADATA,
    _number("event_id", key=True),
    _owner(),
    _number("reference_key"),
    _number("digest"),
    Column("undone", Instant),
    Column("undone_by", Text),
    Index("trace_declaration_by_reference", "reference_key"),
)

NAME = Table(
    "trace_name",
    METADATA,
    _owner(key=True),
    Column("thing", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("attributes", Json),
)

PLACE_PART = Table(
    "trace_place_part",
    METADATA,
    _owner(key=True),
    Column("whole", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    sqlite_with_rowid=False,
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

RULE = Table(
    "trace_rule",
    METADATA,
    Column("id", Text, primary_key=True),
    _owner(),
    Column("viewer_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Index("trace_rule_by_viewer", "viewer_id"),
)

HOLD = Table(
    "trace_hold",
    METADATA,
    Column("id", Text, primary_key=True),
    _owner(),
    Column("scope", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("placed", Instant, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("lifted", Instant),
    Column("lifted_by", Text),
    Index("trace_hold_by_owner", "owner_id"),
)

RETENTION = Table(
    "trace_retention",
    METADATA,
    _owner(key=True),
    Column("days", Integer, nullable=False),
)
