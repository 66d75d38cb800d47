"""Documents of any length: checked and set aside first, then written in slices.

The first walk checks every event and puts its rows, compressed, into a file without a name, so
that a fault in the last event is found before anything is written. Then slices go into the
ledger, each in its own transaction, and become visible together.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from zstandard import ZstdCompressor, ZstdDecompressor

from sanpin.base import N_, Progress
from sanpin.kit.context import Context
from sanpin.kit.db.faults import disk_faults
from sanpin.kit.jobs.lease import new_owner
from sanpin.trace.service.capture.committing import keep
from sanpin.trace.store.pending import (
    Pending,
    abandoned,
    begin,
    erase_some,
    finish,
    write_slice,
)
from sanpin.trace.store.rows import Chunk
from sanpin.trace.store.writer import Submission, Written

__all__ = ["SLICE_EVENTS", "SLICE_LINKS", "Spool", "slices_of", "sweep", "write_long"]

SLICE_EVENTS = 10_000
"""Events in one transaction of a long document."""
SLICE_LINKS = 60_000
"""Things in the events of one slice: what keeps its lock below two seconds on a slow disk."""
# Foreign events that are compared with a long document in one transaction.
_COMPARED = 20_000
_SWEPT_EVERY = 1.0
_SWEPT: WeakKeyDictionary[Engine, datetime] = WeakKeyDictionary()


class Spool:
    """Chunks on disk, in a file that is gone when the process is.

    Parameters
    ----------
    ctx : in whose workspace the file lies
    """

    def __init__(self, ctx: Context) -> None:
        self._place = ctx.workspace.path
        with disk_faults(self._place):
            self._file: IO[bytes] = tempfile.TemporaryFile(  # noqa: SIM115 - lives as long as this
                dir=self._place
            )
        self._compressor = ZstdCompressor(level=1)
        self.events = 0

    def add(self, chunks: Iterable[Chunk]) -> None:
        """Put chunks at the end."""
        for chunk in chunks:
            packed = self._compressor.compress(chunk.packed())
            with disk_faults(self._place):
                self._file.write(len(packed).to_bytes(8, "big") + packed)
            self.events += len(chunk.rows)

    def __iter__(self) -> Iterator[Chunk]:
        """Read the chunks from the beginning."""
        decompressor = ZstdDecompressor()
        self._file.seek(0)
        while head := self._file.read(8):
            packed = self._file.read(int.from_bytes(head, "big"))
            # Nobody else can write into a file without a name.
            yield Chunk.unpacked(decompressor.decompress(packed))

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def slices_of(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    """Join chunks to slices for one transaction each."""
    part: list[Chunk] = []
    events = links = 0
    for chunk in chunks:
        more = sum(len(row.entries) for row in chunk.rows)
        if part and (events + len(chunk.rows) > SLICE_EVENTS or links + more > SLICE_LINKS):
            yield part
            part, events, links = [], 0, 0
        part.append(chunk)
        events += len(chunk.rows)
        links += more
    if part:
        yield part


def write_long(
    ctx: Context, one: Submission, spool: Spool, job: str, progress: Progress | None
) -> Written:
    """Write a document that was set aside; all of it becomes visible at once, or nothing.

    Parameters
    ----------
    one : the document without its chunks
    spool : these
    job : capture that it belongs to
    progress : told how far it is
    """
    holder = new_owner()
    pending = keep(
        ctx,
        lambda conn: begin(conn, one.firm, one.digest, spool.events, job, holder, ctx.now()),
    )
    if pending is None:
        return Written(0, spool.events)
    done = False
    try:
        written = _write_slices(ctx, one, spool, pending, progress)
        while not done and (one.proceed or not written.conflicts):
            (written, pending.seen, done) = _finish(ctx, one, pending, written)
    finally:
        if not done:
            _erase(ctx, pending)
    return written if done else Written(0, 0, written.conflicts)


def _write_slices(
    ctx: Context, one: Submission, spool: Spool, pending: Pending, progress: Progress | None
) -> Written:
    """Write all slices ahead; stop at one that contradicts what is known."""
    total = Written(0, 0)
    seen = 0
    for part in slices_of(spool):
        written, pending.written_to = _write_slice(ctx, one, pending, part)
        total = Written(
            total.captured + written.captured,
            total.duplicates + written.duplicates,
            total.conflicts + written.conflicts,
        )
        if written.conflicts and not one.proceed:
            break
        seen += sum(len(chunk.rows) for chunk in part)
        if progress is not None:
            progress(seen / spool.events, N_("Capturing events"))
    return total


def _write_slice(
    ctx: Context, one: Submission, pending: Pending, part: list[Chunk]
) -> tuple[Written, int]:
    """Write one slice."""
    return keep(ctx, lambda conn: write_slice(conn, pending, part, ctx.now(), proceed=one.proceed))


def _finish(
    ctx: Context, one: Submission, pending: Pending, written: Written
) -> tuple[Written, int, bool]:
    """Compare it with what others wrote meanwhile, and let everybody see it."""
    return keep(ctx, lambda conn: finish(conn, pending, one, written, ctx.now(), _COMPARED))


def sweep(ctx: Context) -> int:
    """Erase what writers left that were ended in the middle of a document; look once a second.

    Returns
    -------
    int
        how many documents
    """
    now = ctx.now()
    last = _SWEPT.get(ctx.db.engine)
    if last is not None and (now - last).total_seconds() < _SWEPT_EVERY:
        return 0
    _SWEPT[ctx.db.engine] = now
    with ctx.db.read() as conn:
        found = abandoned(conn, now)
    for pending, _ in found:
        _erase(ctx, pending)
    return len(found)


def _erase(ctx: Context, pending: Pending) -> None:
    """Erase what was written ahead, in short transactions."""
    while not ctx.db.transact(lambda conn: erase_some(conn, pending)):
        continue
