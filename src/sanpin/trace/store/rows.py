"""Events on their way into the store: everything about them that needs no database.

Making rows takes most of the time of a capture, so it happens before the transaction, if need
be in another process. Names are still names here; they become numbers in the transaction.
"""

from __future__ import annotations

import hashlib
import marshal
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sanpin.trace.engine.hash.quick import Plain
from sanpin.trace.model.events import Event
from sanpin.trace.store.pack import CHUNK, pack_texts

__all__ = ["LIVE", "TAKEN_OUT", "TAKES_OUT", "Chunk", "EventRow", "chunks_of", "hash_uri"]
__all__ += ["declaration_key", "quick_row", "read_reference", "reference_key", "row_of"]
__all__ += ["write_reference"]

LIVE, TAKEN_OUT, TAKES_OUT = 0, 1, 2
"""States of an event: it counts; a declaration takes it out; it is such a declaration."""

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UUID_MARK = b"\x01"


class EventRow(NamedTuple):
    """One event with its names.

    Attributes
    ----------
    identifier : as given, or the event hash as a URI
    reference : bytes that stand for it; None when the hash says it
    key : 64 bits of the hash of the identifier
    hash : event hash, 32 bytes
    declaration : 64 bits of the hash of its error declaration; 0 where it has none
    type, action, time, offset : as in `sanpin.trace.model.events.Event`
    words : step, disposition, read point, location, transformation; empty where not given
    entries : part and name of each thing in order
    quantities : place in `entries`, amount and unit
    terms : place, kind, type and value of sources, destinations and transactions
    """

    identifier: str
    reference: bytes | None
    key: int
    hash: bytes
    declaration: int
    type: int
    action: int
    time: int
    offset: int
    words: tuple[str, str, str, str, str]
    entries: tuple[tuple[int, str], ...]
    quantities: tuple[tuple[int, float, str], ...]
    terms: tuple[tuple[int, str, str, str], ...]


class Chunk(NamedTuple):
    """At most 128 events whose texts are compressed together.

    Attributes
    ----------
    rows : the events
    texts : as they came; empty once `data` is there
    data : the same compressed; empty while other documents may join the chunk
    """

    rows: Sequence[EventRow]
    texts: Sequence[bytes]
    data: bytes

    def __reduce__(self) -> tuple[Any, ...]:
        """Send it to another process in the quickest way."""
        return Chunk.unpacked, (self.packed(),)

    def packed(self) -> bytes:
        """Write it as bytes that only this Sanpin reads, on this machine."""
        return marshal.dumps((list(map(tuple, self.rows)), list(self.texts), self.data))

    @staticmethod
    def unpacked(data: bytes) -> Chunk:
        """Read what `packed` wrote."""
        rows, texts, compressed = marshal.loads(data)
        return Chunk(list(map(EventRow._make, rows)), texts, compressed)


def row_of(event: Event, hashed: bytes, *, derived: bool, declaration: int = 0) -> EventRow:
    """Make the row of a checked event.

    Parameters
    ----------
    event : with canonical names
    hashed : its event hash
    derived : whether it came without an identifier, so that its hash stands for one
    declaration : number of its error declaration, see `declaration_key`; 0 where it has none
    """
    involved = event.involved
    identifier = hash_uri(hashed) if derived else event.id
    return EventRow(
        identifier,
        write_reference(identifier, hashed),
        reference_key(identifier),
        hashed,
        declaration,
        int(event.type),
        int(event.action),
        event.time,
        event.offset,
        (
            event.step,
            event.disposition,
            event.read_point,
            event.location,
            event.transformation,
        ),
        tuple([(int(entry.part), entry.thing) for entry in involved]),
        tuple(
            [
                (place, float(entry.quantity), entry.uom)
                for place, entry in enumerate(involved)
                if entry.quantity is not None
            ]
        ),
        tuple(
            [
                (place, link.kind, link.type or "-", link.value)
                for place, link in enumerate(event.links)
            ]
        ),
    )


def quick_row(plain: Plain) -> EventRow:
    """Make the row of an event that was read in the quick way."""
    hashed = plain.hash
    identifier = plain.identifier or hash_uri(hashed)
    reference = write_reference(identifier, hashed)
    return EventRow(identifier, reference, reference_key(identifier), hashed, 0, *plain[2:])


def chunks_of(pairs: Iterable[tuple[EventRow, bytes]], *, pack: bool) -> Iterator[Chunk]:
    """Cut rows with their texts into chunks.

    Parameters
    ----------
    pack : whether to compress full chunks at once; a short last one stays open for others
    """
    rows: list[EventRow] = []
    texts: list[bytes] = []
    for row, text in pairs:
        rows.append(row)
        texts.append(text)
        if len(rows) == CHUNK:
            yield Chunk(rows, (), pack_texts(texts)) if pack else Chunk(rows, texts, b"")
            rows, texts = [], []
    if rows:
        yield Chunk(rows, texts, b"")


def reference_key(identifier: str) -> int:
    """64 bits of the SHA-256 of an event identifier, as a signed integer.

    An index over eight bytes stays small however long the identifiers are.
    """
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big", signed=True)


def declaration_key(declaration: object) -> int:
    """64 bits of the SHA-256 of an error declaration, never 0; 0 for None.

    The event hash leaves declarations out, and the same event may be declared wrong, reinstated,
    and declared wrong anew.
    """
    if declaration is None:
        return 0
    text = orjson.dumps(declaration, option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big", signed=True) or 1


def hash_uri(hashed: bytes) -> str:
    """Event hash as the URI that CBV 2.0, section 8.9, allows as an identifier of the event."""
    return f"ni:///sha-256;{hashed.hex()}?ver=CBV2.0"


def write_reference(identifier: str, hashed: bytes) -> bytes | None:
    """Bytes that stand for an identifier; None when the hash says it.

    A UUID, as most programs give, takes 17 instead of 45 bytes.
    """
    if identifier.startswith("ni:") and identifier == hash_uri(hashed):
        return None
    if _UUID.fullmatch(identifier):
        return _UUID_MARK + bytes.fromhex(identifier[9:].replace("-", ""))
    return identifier.encode()


def read_reference(reference: bytes | None, hashed: bytes) -> str:
    """Identifier for which `write_reference` wrote the bytes."""
    if reference is None:
        return hash_uri(hashed)
    if reference[:1] == _UUID_MARK:
        return UUID(bytes=bytes(reference[1:])).urn
    return bytes(reference).decode()
