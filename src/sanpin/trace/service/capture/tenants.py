"""Moving a whole firm: everything it owns into one file, and out of it into another ledger.

The file is a ZIP archive of JSON Lines: `events.jsonl` holds a document, or a part of one, on each
line, with the texts of its events as they came; `master.jsonl` the master data; `firm.json`
counts, retention, holds and undone declarations. On the way in every event is read anew, and its
event hash must come out as it was. `cases.jsonl` holds recall cases and the lists of their seeds;
archives of older versions have none.
"""

from __future__ import annotations

import errno
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection

from sanpin.base import N_, InputError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.db.faults import disk_faults
from sanpin.trace.engine.epcis import normalise, read_document, write_query_document
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.service.capture.committing import keep
from sanpin.trace.service.capture.keeping import holds, place_hold, retention, set_retention
from sanpin.trace.service.capture.master import master_entries
from sanpin.trace.service.capture.moved_cases import check_cases, import_cases, write_cases
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.intern import Naming
from sanpin.trace.store.masterdata import save_entries
from sanpin.trace.store.originals import json_of
from sanpin.trace.store.rows import EventRow, chunks_of, declaration_key, hash_uri, row_of
from sanpin.trace.store.tenants import Part, parts_of, restore_undone, undone_of
from sanpin.trace.store.writer import Submission, Written, write_documents

__all__ = ["export_firm", "import_firm"]

_FORMAT = 1
_CASES = "cases.jsonl"
_DAMAGED = (
    AttributeError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a file raises that is no archive, or a damaged one."""


def export_firm(ctx: Context, path: Path) -> int:
    """Write everything that the firm owns into a file; return the number of events."""
    ctx.require(Role.ADMIN)
    half = path.with_name(f".{path.name}.half")
    try:
        if path.exists() and not path.is_file():
            # The archive would take the place of a device or pipe.
            raise OSError(errno.EINVAL, "no file", str(path))
        with disk_faults(path):
            count = _write_archive(ctx, half)
            half.replace(path)
    except OSError as error:
        raise InputError(
            "trace.archive.unwritable",
            N_("The file {path} cannot be written."),
            hint=N_("Check the folder, the space on the disk and your right to write."),
            path=path,
        ) from error
    finally:
        half.unlink(missing_ok=True)
    with ctx.db.write() as conn:
        audit.record(conn, ctx, "trace.firm.export", "trace/events", None, {"events": count})
    return count


def _write_archive(ctx: Context, path: Path) -> int:
    """Write the archive and return the number of events."""
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with ctx.db.read() as conn:
            with archive.open("events.jsonl", "w", force_zip64=True) as file:
                for part in parts_of(conn, ctx.firm):
                    file.write(orjson.dumps(_record(part)) + b"\n")
                    count += len(part.events)
            undone = undone_of(conn, ctx.firm)
            with archive.open(_CASES, "w", force_zip64=True) as file:
                for line in write_cases(conn, ctx.firm):
                    file.write(line)
        lines = [orjson.dumps(asdict(entry)) for entry in master_entries(ctx)]
        archive.writestr("master.jsonl", b"".join(line + b"\n" for line in lines))
        head = {
            "format": _FORMAT,
            "firm": ctx.firm,
            "events": count,
            "retention": retention(ctx),
            "holds": [_hold(hold) for hold in holds(ctx) if hold["lifted"] is None],
            "undone": undone,
        }
        archive.writestr("firm.json", orjson.dumps(head))
    return count


def _record(part: Part) -> dict[str, Any]:
    """Write a part as JSON values."""
    return {
        "digest": part.digest.hex(),
        "format": part.format,
        "origin": part.origin,
        "context": part.context,
        "recorded": part.recorded,
        "events": [[name, digest.hex(), text.decode()] for name, digest, text in part.events],
    }


def _hold(hold: Mapping[str, Any]) -> dict[str, str]:
    """Write a standing hold as JSON values."""
    return {name: hold[name] for name in ("scope", "value", "reason")}


def import_firm(ctx: Context, path: Path) -> int:
    """Take in what `export_firm` wrote, for the caller's firm; return the number of new events.

    What is there already stays; the same file twice changes nothing.

    Raises
    ------
    InputError
        ``trace.archive.format`` for another file, ``trace.archive.hash`` when an event does not
        come out as it went in
    """
    ctx.require(Role.ADMIN)
    captured = 0
    try:
        with zipfile.ZipFile(path) as archive:
            head = orjson.loads(archive.read("firm.json"))
            if head.get("format") != _FORMAT:
                raise _not_understood(path)
            # All of it is read once before anything is written, so that a bad file leaves nothing.
            with archive.open("events.jsonl") as file:
                for line in file:
                    for _ in _rows(orjson.loads(line)):
                        pass
            with _cases_in(archive) as file:
                check_cases(file)
            entries = [_entry(line) for line in archive.read("master.jsonl").splitlines()]
            with archive.open("events.jsonl") as file:
                for line in file:
                    captured += _import_part(ctx, orjson.loads(line))
            with _cases_in(archive) as file:
                import_cases(ctx, file)
    except _DAMAGED as error:
        raise _not_understood(path) from error
    _import_rest(ctx, head, entries)
    with ctx.db.write() as conn:
        audit.record(conn, ctx, "trace.firm.import", "trace/events", None, {"events": captured})
    return captured


def _cases_in(archive: zipfile.ZipFile) -> IO[bytes]:
    """Open the recall cases of an archive; those of older versions have none."""
    return archive.open(_CASES) if _CASES in archive.namelist() else io.BytesIO()


def _not_understood(path: Path) -> InputError:
    """Make the refusal of a file that no export wrote."""
    return InputError(
        "trace.archive.format",
        N_("{path} is no archive of a firm."),
        hint=N_("Give a file that an export wrote."),
        path=path,
    )


def _import_part(ctx: Context, record: Mapping[str, Any]) -> int:
    """Write the events of one line; they count as taken in when they first were."""
    digest = hashlib.sha256(
        bytes.fromhex(record["digest"]) + b"%d %d" % (record["recorded"], len(record["events"]))
    )
    chunks = tuple(chunks_of(_rows(record), pack=True))
    one = Submission(
        ctx.firm,
        digest.digest(),
        chunks,
        format=record["format"],
        context=record["context"],
        origin=record["origin"],
        partial=True,
        recorded=record["recorded"],
    )

    def work(conn: Connection) -> tuple[list[Written], Naming]:
        """Write it."""
        return write_documents(conn, [one], ctx.now())

    (written,) = keep(ctx, work)
    if written.conflicts:
        raise _changed(written.conflicts[0])
    return written.captured


def _rows(record: Mapping[str, Any]) -> Iterator[tuple[EventRow, bytes]]:
    """Read events anew and compare their hashes."""
    for name, digest, text in record["events"]:
        kept = text.encode()
        told = json_of(kept)
        data = write_query_document([(told, record["context"])], "2026-01-01T00:00:00Z")
        raw = read_document(data).events[0]
        found = event_hash(raw.body, raw.namespaces)
        if digest and found != hash_uri(bytes.fromhex(digest)):
            raise _changed(name)
        hashed = bytes.fromhex(found.removeprefix("ni:///sha-256;")[:64])
        declaration = declaration_key(raw.body.get("errorDeclaration"))
        derived = "eventID" not in raw.body
        yield (
            row_of(normalise(raw.body), hashed, derived=derived, declaration=declaration),
            raw.text + kept[len(told) :],
        )


def _changed(identifier: str) -> InputError:
    """Make the refusal of an event that does not come out as it went in."""
    return InputError(
        "trace.archive.hash",
        N_("The event {identifier} is not the one that was exported."),
        hint=N_("The file was changed, or the ledger knows the event with other content."),
        identifier=identifier,
    )


def _entry(line: bytes) -> MasterEntry:
    """Read one line of master data."""
    values = orjson.loads(line)
    return MasterEntry(**(values | {"parts": tuple(values["parts"])}))


def _import_rest(ctx: Context, head: Mapping[str, Any], entries: list[MasterEntry]) -> None:
    """Master data, undone declarations, retention and holds."""
    undone = [
        (key, digest, datetime.fromisoformat(at), by) for key, digest, at, by in head["undone"]
    ]

    def work(conn: Connection) -> tuple[None, Naming]:
        """Write what stands beside the events."""
        blocks = Blocks(conn)
        naming = Naming(conn, blocks)
        save_entries(conn, naming.owner(ctx.firm), entries)
        blocks.save()
        return None, naming

    keep(ctx, work)
    if undone:
        ctx.db.transact(lambda conn: restore_undone(conn, ctx.firm, undone, ctx.now()))
    if head["retention"] and not retention(ctx):
        set_retention(ctx, head["retention"])
    known = {(hold["scope"], hold["value"]) for hold in holds(ctx) if hold["lifted"] is None}
    for hold in head["holds"]:
        if (hold["scope"], hold["value"]) not in known:
            place_hold(ctx, hold["scope"], hold["value"], hold["reason"])
