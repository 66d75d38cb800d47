"""Owners, event hashes, the order of commits, master data, rules between firms, holds.

Texts of events stay byte for byte where they are. Event hashes of what is there already are left
open, since they are made from the texts; the next capture fills them in.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
_BATCH = 500


def _numbers(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, NUMBER, nullable=null) for name in names]


def _smalls(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.SmallInteger, nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _owner() -> sa.Column[Any]:
    return sa.Column("owner_id", sa.Integer, nullable=False)


def _bytes(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=null)


def _key(*names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names)


def upgrade() -> None:
    """Bring tables into their new form, row by row where their columns change."""
    conn = op.get_bind()
    firms = _firms(conn)
    _new_tables()
    contexts = _contexts(conn)
    for name in ("vocab", "epc_class", "epc"):
        _again(conn, name, dict, _naming(name))
    _again(conn, "term", dict, _term)
    _again(conn, "event", lambda row: _event_row(row, firms), _event)
    _again(conn, "payload", dict, _payload)
    _declarations(conn)
    _again(conn, "document", lambda row: _document_row(row, firms, contexts), _document)
    _again(conn, "name", lambda row: _name_row(row, firms), _name)
    _indexes()
    _first_sequence(conn)


def _firms(conn: sa.Connection) -> dict[str, int]:
    """Number the firms that have rows."""
    op.create_table(
        "trace_firm", *_numbers("id"), *_texts("name"), _key("id"), sa.UniqueConstraint("name")
    )
    asked = "SELECT firm FROM trace_event UNION SELECT firm FROM trace_document"
    names = sorted(conn.scalars(sa.text(f"{asked} UNION SELECT firm FROM trace_name")))
    firms = {name: number for number, name in enumerate(names, 1)}
    rows = [{"id": number, "name": name} for name, number in firms.items()]
    _fill("trace_firm", rows)
    blocks = [("trace_firm", len(firms) + 1), ("trace_context", 1), ("trace_sequence", 1)]
    _fill("trace_block", [{"name": name, "next": number} for name, number in blocks])
    return firms


def _fill(table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows given by column name."""
    if rows:
        columns = ", ".join(rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        op.get_bind().execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), rows)


def _contexts(conn: sa.Connection) -> dict[int, int]:
    """Keep each context once; return its number by document."""
    table = sa.table(
        "trace_context", sa.column("id"), sa.column("digest"), sa.column("value", JSON)
    )
    old = sa.table("trace_document", sa.column("id"), sa.column("context", JSON))
    known: dict[str, int] = {}
    found: dict[int, int] = {}
    for number, value in conn.execute(sa.select(old.c.id, old.c.context)).all():
        if value is None:
            continue
        word = repr(value)
        if word not in known:
            known[word] = len(known) + 1
            # The writer looks contexts up by the digest of their JSON and adds one of its own.
            digest = f"before 0003: {known[word]}".encode()
            row = {"id": known[word], "digest": digest, "value": value}
            conn.execute(sa.insert(table).values(row))
        found[number] = known[word]
    count = {"next": len(known) + 1}
    conn.execute(sa.text("UPDATE trace_block SET next=:next WHERE name='trace_context'"), count)
    return found


def _again(
    conn: sa.Connection,
    name: str,
    changed: Callable[[Any], dict[str, Any]],
    create: Callable[[], object],
) -> None:
    """Make a table again in its new form and copy its rows through `changed`."""
    table, old = f"trace_{name}", f"trace_{name}_old"
    for index in sa.inspect(conn).get_indexes(table):
        if not index.get("duplicates_constraint"):
            op.drop_index(str(index["name"]), table)
    if conn.dialect.name == "postgresql":
        _free_names(conn, table)
    op.rename_table(table, old)
    create()
    asked = sa.text(f"SELECT * FROM {old}").execution_options(yield_per=_BATCH)
    rows = conn.execute(asked)
    for part in rows.mappings().partitions():
        _fill(table, [changed(row) for row in part])
    rows.close()
    op.drop_table(old)


def _free_names(conn: sa.Connection, table: str) -> None:
    """Rename the constraints of a table, whose names its successor takes."""
    found = sa.inspect(conn)
    names = [found.get_pk_constraint(table)["name"]]
    names += [one["name"] for one in found.get_unique_constraints(table)]
    for name in names:
        op.execute(f'ALTER TABLE {table} RENAME CONSTRAINT "{name}" TO "{name}_old"')


def _naming(name: str) -> Callable[[], None]:
    return lambda: _named(name)


def _named(name: str) -> None:
    """Vocabulary, classes or serials."""
    rest: Iterable[Any] = {
        "vocab": (*_texts("uri"), sa.UniqueConstraint("uri")),
        "epc_class": (*_texts("prefix"), sa.UniqueConstraint("prefix")),
        "epc": (
            *_numbers("class_id"),
            *_texts("serial"),
            sa.UniqueConstraint("class_id", "serial"),
        ),
    }[name]
    op.create_table(f"trace_{name}", *_numbers("id"), *rest, _key("id"))


def _term() -> None:
    op.create_table(
        "trace_term",
        *_numbers("event_id"),
        sa.Column("position", sa.Integer, nullable=False),
        *_texts("kind"),
        *_numbers("type", "value"),
        _key("event_id", "position"),
        sqlite_with_rowid=False,
    )


def _payload() -> None:
    op.create_table(
        "trace_payload",
        *_numbers("first_event"),
        *_smalls("events", "codec"),
        _bytes("data"),
        _key("first_event"),
    )


def _event() -> None:
    op.create_table(
        "trace_event",
        *_numbers("id", "document", "event_time", "record_time", "reference_key"),
        *_numbers("hash_key", null=True),
        _owner(),
        *_smalls("type", "action", "declared", "offset_minutes"),
        *_numbers("step", "disposition", "read_point", "location", "transformation", null=True),
        _bytes("reference", null=True),
        _bytes("hash_rest"),
        _bytes("epcs"),
        _key("id"),
    )


def _event_row(row: Any, firms: dict[str, int]) -> dict[str, Any]:
    """Spell out identifiers that were derived from a digest, and leave the hash open."""
    new = {name: value for name, value in row.items() if name not in ("firm", "digest")}
    if row["reference"] is None:
        # Byte 1 stands before the sixteen of a UUID.
        name = bytearray(row["digest"][:16])
        name[6] = name[6] & 0x0F | 0x50
        name[8] = name[8] & 0x3F | 0x80
        reference = b"\x01" + bytes(name)
    else:
        reference = row["reference"].encode()
    new |= {"reference": reference, "owner_id": firms[row["firm"]]}
    return new | {"hash_key": None, "hash_rest": b""}


def _declarations(conn: sa.Connection) -> None:
    """Tell events that are error declarations from those that they take out, by their texts."""
    asked = "SELECT id, owner_id, reference_key FROM trace_event WHERE declared = 1 ORDER BY id"
    marked = {row[0]: row for row in conn.execute(sa.text(asked)).all()}
    find = sa.text(
        "SELECT first_event, events, data FROM trace_payload"
        " WHERE first_event <= :event ORDER BY first_event DESC LIMIT 1"
    )
    last, texts = (0, 0), list[bytes]()
    for number, (_, owner, key) in marked.items():
        if not last[0] <= number < last[1]:
            first, count, data = conn.execute(find, {"event": number}).one()
            last, texts = (first, first + count), _texts_in(bytes(data))
        body = json.loads(texts[number - last[0]])
        if "errorDeclaration" not in body:
            continue
        options: Any = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
        text = json.dumps(body["errorDeclaration"], **options).encode()
        digest = int.from_bytes(hashlib.sha256(text).digest()[:8], "big", signed=True) or 1
        row = {"event_id": number, "owner_id": owner, "reference_key": key, "digest": digest}
        _fill("trace_declaration", [row])
        conn.execute(sa.text("UPDATE trace_event SET declared = 2 WHERE id = :id"), {"id": number})


def _texts_in(data: bytes) -> list[bytes]:
    """Unpack a chunk of texts: the length of the table of lengths, the table, the texts."""
    plain = zlib.decompress(data)
    start = 4 + int.from_bytes(plain[:4], "big")
    texts, at, length, shift = list[bytes](), start, 0, 0
    for byte in plain[4:start]:
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            texts.append(plain[at : at + length])
            at, length, shift = at + length, 0, 0
    return texts


def _document() -> None:
    op.create_table(
        "trace_document",
        *_numbers("id"),
        _owner(),
        _bytes("digest"),
        *_numbers("first_event", "events"),
        sa.Column("captured", INSTANT, nullable=False),
        sa.Column("origin", sa.Text, nullable=False, server_default=""),
        *_texts("format"),
        *_numbers("context", null=True),
        _key("id"),
        sa.UniqueConstraint("owner_id", "digest"),
    )


def _document_row(row: Any, firms: dict[str, int], contexts: dict[int, int]) -> dict[str, Any]:
    """Name the owner and the context by their numbers."""
    new = {name: value for name, value in row.items() if name != "firm"}
    new |= {"owner_id": firms[row["firm"]], "context": contexts.get(row["id"])}
    return new | {"format": "json"}


def _name() -> None:
    op.create_table(
        "trace_name",
        _owner(),
        *_texts("thing", "kind", "name"),
        sa.Column("attributes", JSON),
        _key("owner_id", "thing"),
    )


def _name_row(row: Any, firms: dict[str, int]) -> dict[str, Any]:
    """Name the owner by its number; of what kind a thing is was not kept."""
    return {
        "owner_id": firms[row["firm"]],
        "thing": row["thing"],
        "kind": "",
        "name": row["name"],
        "attributes": None,
    }


def _new_tables() -> None:
    """Create what had no form before."""
    op.create_table(
        "trace_context",
        *_numbers("id"),
        _bytes("digest"),
        sa.Column("value", JSON),
        _key("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "trace_sequence",
        *_numbers("id"),
        *_smalls("kind"),
        *_numbers("first_event", "last_event", "recorded"),
        _key("id"),
    )
    op.create_table(
        "trace_pending",
        *_numbers("first_event", "last_event", "written_to"),
        _owner(),
        *_texts("job", "holder"),
        *_numbers("renewed"),
        _key("first_event"),
    )
    op.create_table(
        "trace_declaration",
        *_numbers("event_id"),
        _owner(),
        *_numbers("reference_key", "digest"),
        sa.Column("undone", INSTANT),
        sa.Column("undone_by", sa.Text),
        _key("event_id"),
    )
    op.create_table(
        "trace_place_part",
        _owner(),
        *_texts("whole", "part"),
        _key("owner_id", "whole", "part"),
        sqlite_with_rowid=False,
    )
    _rules()


def _rules() -> None:
    """Who sees what, and what is kept how long."""
    op.create_table(
        "trace_rule",
        *_texts("id"),
        _owner(),
        sa.Column("viewer_id", sa.Integer, nullable=False),
        *_texts("kind", "scope"),
        sa.Column("created", INSTANT, nullable=False),
        *_texts("created_by"),
        _key("id"),
    )
    op.create_table(
        "trace_hold",
        *_texts("id"),
        _owner(),
        *_texts("scope", "value", "reason"),
        sa.Column("placed", INSTANT, nullable=False),
        *_texts("placed_by"),
        sa.Column("lifted", INSTANT),
        sa.Column("lifted_by", sa.Text),
        _key("id"),
    )
    op.create_table(
        "trace_retention",
        _owner(),
        sa.Column("days", sa.Integer, nullable=False),
        _key("owner_id"),
    )


def _indexes() -> None:
    """Create the indexes once the rows are in."""
    joined = sa.text("transformation IS NOT NULL")
    event = "trace_event"
    op.create_index("trace_event_by_reference", event, ["reference_key"])
    op.create_index("trace_event_by_hash", event, ["hash_key"])
    op.create_index("trace_event_by_time", event, ["owner_id", "event_time"])
    op.create_index("trace_event_by_record_time", event, ["owner_id", "record_time"])
    for name in ("step", "disposition", "read_point", "location"):
        op.create_index(f"trace_event_by_{name}", event, ["owner_id", name, "event_time"])
    columns = ["owner_id", "location", "step", "event_time"]
    op.create_index("trace_event_by_location_step", event, columns)
    op.create_index(
        "trace_event_by_transformation",
        event,
        ["transformation"],
        sqlite_where=joined,
        postgresql_where=joined,
    )
    op.create_index("trace_term_by_value", "trace_term", ["value", "event_id"])
    op.create_index("trace_declaration_by_reference", "trace_declaration", ["reference_key"])
    op.create_index("trace_rule_by_viewer", "trace_rule", ["viewer_id"])
    op.create_index("trace_hold_by_owner", "trace_hold", ["owner_id"])


def _first_sequence(conn: sa.Connection) -> None:
    """Let everything that is there have become visible in one commit."""
    found = conn.execute(
        sa.text("SELECT min(id), max(id), max(record_time) FROM trace_event")
    ).one()
    if found[0] is not None:
        row = {"id": 1, "kind": 1, "first_event": found[0], "last_event": found[1]}
        _fill("trace_sequence", [row | {"recorded": found[2]}])
        conn.execute(sa.text("UPDATE trace_block SET next = 2 WHERE name = 'trace_sequence'"))
