"""Snapshots of a lineage index: one file, mapped into memory, checked before it is used.

A file begins with a mark, the length and checksum of its heading, and the heading in JSON: version
of the format, firm and ledger to which it belongs, the last event in it, facts that its user wants
to find again, and for each array its type, place and checksum. The arrays follow, each on a
multiple of 64 bytes.

A snapshot holds nothing that the ledger does not: whoever meets one that is damaged or stale builds
the index anew and writes another.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from sanpin.base import N_, StateError
from sanpin.trace.engine.lineage.layer import Layer, freeze

__all__ = ["DAMAGED", "STALE", "VERSION", "read_snapshot", "write_snapshot"]

VERSION = 1
"""Version of the format; a file of another version is stale."""
DAMAGED, STALE = "trace.snapshot.damaged", "trace.snapshot.stale"
"""Codes of the two reasons for which a snapshot cannot be used."""

_MARK = b"SNPNLIN\n"
_ALIGN = 64


def write_snapshot(
    path: Path, layer: Layer, *, ledger: str, facts: Mapping[str, object] | None = None
) -> int:
    """Write the arrays of an index to a file, all of it or nothing.

    Parameters
    ----------
    path : where; an earlier file is replaced in one step
    layer : the arrays
    ledger : what tells the ledger and the firm from others
    facts : whatever else is to be known of them, as JSON values

    Returns
    -------
    int
        bytes written
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in layer._asdict().items()}
    entries, at = {}, 0
    for name, array in arrays.items():
        entries[name] = (array.dtype.str, at, array.size, _checksum(array))
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    last = int(layer.event[-1]) if layer.event.size else 0
    heading = {
        "version": VERSION,
        "ledger": ledger,
        "facts": dict(facts or {}),
        "last_event": last,
        "arrays": entries,
    }
    head = orjson.dumps(heading)
    front = _MARK + len(head).to_bytes(8, "little") + zlib.crc32(head).to_bytes(8, "little") + head
    front += bytes(-len(front) % _ALIGN)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(front)
            for array in arrays.values():
                file.write(array.data.cast("B") if array.size else b"")
                file.write(bytes(-array.nbytes % _ALIGN))
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return size


def read_snapshot(path: Path, *, ledger: str, check: bool = True) -> tuple[Layer, dict[str, Any]]:
    """Map the arrays of an index from a file.

    Parameters
    ----------
    path : where
    ledger : as it was written
    check : whether to read everything once and compare the checksums

    Returns
    -------
    tuple
        the arrays, and the facts that were written with them

    Raises
    ------
    StateError
        ``trace.snapshot.damaged`` when it is cut off or was changed, ``trace.snapshot.stale`` when
        there is none, or it is of another version or ledger
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise _stale(path) from None
    except (OSError, ValueError):
        raise _damaged(path) from None
    if len(data) < 24 or data[:8] != _MARK:
        raise _damaged(path)
    length = int.from_bytes(data[8:16], "little")
    head = data[24 : 24 + length]
    if len(head) != length or zlib.crc32(head) != int.from_bytes(data[16:24], "little"):
        raise _damaged(path)
    heading = orjson.loads(head)
    if heading["version"] != VERSION or heading["ledger"] != ledger:
        raise _stale(path)
    if tuple(heading["arrays"]) != Layer._fields:
        raise _stale(path)
    start = -(-(24 + length) // _ALIGN) * _ALIGN
    arrays = [_array(path, data, start, *entry) for entry in heading["arrays"].values()]
    if check:
        for array, entry in zip(arrays, heading["arrays"].values(), strict=True):
            if _checksum(array) != entry[3]:
                raise _damaged(path)
    return freeze(Layer(*arrays)), heading["facts"]


def _array(
    path: Path, data: mmap.mmap, start: int, kind: str, at: int, size: int, _: int
) -> NDArray[Any]:
    """One array of a mapped file."""
    dtype = np.dtype(kind)
    if start + at + size * dtype.itemsize > len(data):
        raise _damaged(path)
    if not size:
        return np.zeros(0, dtype)
    return np.frombuffer(data, dtype, size, start + at)


def _checksum(array: NDArray[Any]) -> int:
    """Checksum of the bytes of an array."""
    return zlib.crc32(array.data.cast("B")) if array.size else 0


def _damaged(path: Path) -> StateError:
    """Make the refusal of a file that was cut off or changed."""
    return StateError(
        DAMAGED,
        N_("The lineage snapshot {path} is damaged."),
        hint=N_("It is built anew from the ledger; nothing is lost."),
        path=path,
    )


def _stale(path: Path) -> StateError:
    """Make the refusal of a file that does not belong here."""
    return StateError(
        STALE,
        N_("The lineage snapshot {path} is missing or of another ledger or version."),
        hint=N_("It is built anew from the ledger; nothing is lost."),
        path=path,
    )
