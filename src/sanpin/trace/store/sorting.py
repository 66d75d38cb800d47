"""What of a document is new, what is known, and what contradicts what is known.

An event is known by its identifier and its event hash; one that came without an identifier, by its
hash alone, also where the known one has an identifier. The same identifier with another hash is
a contradiction, unless one of the two is an error declaration, or one takes the known one out:
a correction may say anything under the old identifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sanpin.trace.store.bulk import find_numbers
from sanpin.trace.store.rows import LIVE, TAKEN_OUT, TAKES_OUT, EventRow, hash_uri
from sanpin.trace.store.sequence import Range, hidden

__all__ = ["Sorter", "Verdict"]

_Key = tuple[int, int]
_COLUMNS = "t.owner_id, t.reference_key, t.hash_key, t.hash_rest, t.declared, t.id"


@dataclass(slots=True)
class _Identity:
    """What is known under one identifier of one firm."""

    hashes: set[bytes] = field(default_factory=set)
    declarations: set[tuple[bytes, int]] = field(default_factory=set)
    live: list[int] = field(default_factory=list)
    void: bool = False

    def copy(self) -> _Identity:
        """Return a copy that may be changed without changing this one."""
        return _Identity(set(self.hashes), set(self.declarations), self.live, self.void)


@dataclass(slots=True)
class Verdict:
    """What became of the events of one document.

    Attributes
    ----------
    new : for each event whether it is to be written
    count : how many are
    conflicts : identifiers that are known with other content
    """

    new: list[bool] = field(default_factory=list)
    count: int = 0
    conflicts: list[str] = field(default_factory=list)


class Sorter:
    """Compares the documents of one transaction with the ledger, and with each other.

    Parameters
    ----------
    conn : connection of the transaction
    rows : all events of all its documents
    own : numbers that the document in hand has written ahead, which only it sees
    """

    def __init__(
        self, conn: Connection, rows: Sequence[EventRow], own: Range | None = None
    ) -> None:
        self._known: dict[_Key, _Identity | bytes] = {}
        self.declared: set[_Key] = set()
        keys = sorted({row.key for row in rows})
        unseen = [one for one in hidden(conn) if one != own]
        takers: dict[int, tuple[_Identity, bytes]] = {}
        found: dict[_Key, _Identity] = {}
        for row in find_numbers(conn, "trace_event", _COLUMNS, "reference_key", keys):
            identity = found.setdefault((row[0], row[1]), _Identity())
            if row[4] == LIVE:
                identity.live.append(row[5])
            if any(first <= row[5] <= last for first, last in unseen):
                continue
            hashed = _hash_of(row[2], row[3])
            if row[4] == TAKES_OUT:
                takers[row[5]] = identity, hashed
            else:
                identity.hashes.add(hashed)
                identity.void |= row[4] == TAKEN_OUT
        self._known.update(found)
        self._see_undone(conn, takers)
        nameless = {row.hash[:8]: row.hash for row in rows if _is_nameless(row)}
        self._hashes = self._known_hashes(conn, nameless, unseen)

    @staticmethod
    def _see_undone(conn: Connection, takers: dict[int, tuple[_Identity, bytes]]) -> None:
        """Note known declarations; let only those count that nobody has taken back."""
        columns = "t.event_id, t.undone, t.digest"
        for row in find_numbers(conn, "trace_declaration", columns, "event_id", takers):
            identity, hashed = takers[row[0]]
            identity.declarations.add((hashed, row[2]))
            identity.void |= row[1] is None

    @staticmethod
    def _known_hashes(
        conn: Connection, wanted: dict[bytes, bytes], unseen: Sequence[Range]
    ) -> set[tuple[int, bytes]]:
        """Owners and hashes of known events that have one of the hashes and are no declaration."""
        keys = sorted(int.from_bytes(start, "big", signed=True) for start in wanted)
        return {
            (row[0], _hash_of(row[2], row[3]))
            for row in find_numbers(conn, "trace_event", _COLUMNS, "hash_key", keys)
            if row[4] != TAKES_OUT and not any(first <= row[5] <= last for first, last in unseen)
        }

    def judge(self, owner: int, rows: Sequence[EventRow], *, proceed: bool) -> Verdict:
        """Judge the events of one document; its new ones are known to the next one.

        Parameters
        ----------
        proceed : whether the rest is written when some contradict; otherwise nothing is
        """
        verdict = Verdict()
        touched: dict[_Key, _Identity | bytes] = {}
        for row in rows:
            key = owner, row.key
            if self._is_fresh(key, row) and key not in touched:
                # Mostly nothing is known: a hash alone takes less than an identity of sets.
                touched[key] = row.hash
                verdict.new.append(True)
                verdict.count += 1
                continue
            one = touched.get(key) or self._known.get(key)
            identity = touched[key] = _opened(one)
            if self._is_known(identity, owner, row):
                verdict.new.append(False)
                continue
            if identity.hashes and not row.declaration and not identity.void:
                verdict.conflicts.append(row.identifier)
                verdict.new.append(False)
                continue
            if row.declaration:
                identity.declarations.add((row.hash, row.declaration))
                identity.void = True
            else:
                identity.hashes.add(row.hash)
            verdict.new.append(True)
            verdict.count += 1
        if proceed or not verdict.conflicts:
            self._known.update(touched)
            self.declared.update(
                (owner, row.key)
                for row, new in zip(rows, verdict.new, strict=True)
                if new and row.declaration
            )
        else:
            verdict.new, verdict.count = [False] * len(rows), 0
        return verdict

    def _is_fresh(self, key: _Key, row: EventRow) -> bool:
        """Whether nothing at all is known of an event that declares nothing."""
        if key in self._known or row.declaration:
            return False
        return not self._hashes or (key[0], row.hash) not in self._hashes

    def _is_known(self, identity: _Identity, owner: int, row: EventRow) -> bool:
        """Whether an event is known with the same content, and so with the same declaration."""
        if row.declaration:
            return (row.hash, row.declaration) in identity.declarations
        if row.hash in identity.hashes:
            return True
        return (owner, row.hash) in self._hashes and _is_nameless(row)

    def is_void(self, owner: int, row: EventRow) -> bool:
        """Whether a declaration takes an event out."""
        identity = self._known.get((owner, row.key))
        return isinstance(identity, _Identity) and identity.void

    def taken_out(self) -> list[int]:
        """Numbers of known events that the new declarations take out."""
        return sorted(n for key in self.declared for n in _opened(self._known[key]).live)


def _opened(known: _Identity | bytes | None) -> _Identity:
    """Make an identity that may be changed, also of a hash that stands for one."""
    if isinstance(known, _Identity):
        return known.copy()
    return _Identity({known} if known else set())


def _is_nameless(row: EventRow) -> bool:
    """Whether an event came without an identifier, or with its own hash as one."""
    return row.identifier.startswith("ni:") and row.identifier == hash_uri(row.hash)


def _hash_of(key: int | None, rest: bytes) -> bytes:
    """Event hash from its two columns; empty where it was never made."""
    return b"" if key is None else key.to_bytes(8, "big", signed=True) + bytes(rest)
