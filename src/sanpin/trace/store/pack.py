"""Packing: the things of an event in a few bytes, the texts of events in compressed chunks.

Ids and repeated JSON would otherwise make up most of a ledger. Both codes are read back
exactly; a number beside the chunk says how it was compressed, so that each way can be told from
the others.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence

from zstandard import DICT_TYPE_RAWCONTENT, ZstdCompressionDict, ZstdCompressor, ZstdDecompressor

from sanpin.trace.store.dictionary import WORDS

__all__ = ["CHUNK", "CODEC", "pack_texts", "pack_things"]
__all__ += ["unpack_runs", "unpack_texts", "unpack_things"]

CHUNK = 128
"""Events in one compressed chunk: reading one event unpacks at most this many."""
CODEC = 2
"""Number of the way of compression that is written now: 1 = zlib, 2 = zstd that knows `WORDS`."""


class _Codec(threading.local):
    """Compressor and decompressor of a thread: neither may be shared."""

    def __init__(self) -> None:
        words = ZstdCompressionDict(WORDS, dict_type=DICT_TYPE_RAWCONTENT)
        self.compressor = ZstdCompressor(level=3, dict_data=words, write_content_size=True)
        self.decompressor = ZstdDecompressor(dict_data=words)


_codec = _Codec()


def pack_things(entries: Iterable[tuple[int, int]]) -> bytes:
    """Pack (part, id) pairs in their order.

    Runs of one part with consecutive ids become two varints: ``length << 3 | part`` and the
    zigzag distance of the first id from the last id of the run before.
    """
    out = bytearray()
    put = out.append
    part, first, length, last = -1, 0, 0, 0
    for own, number in (*entries, (-1, 0)):
        if length and own == part and number == first + length:
            length += 1
            continue
        if length:
            distance = first - last
            last = first + length - 1
            for value in (
                length << 3 | part,
                distance << 1 if distance >= 0 else (-distance << 1) - 1,
            ):
                while value > 0x7F:
                    put(value & 0x7F | 0x80)
                    value >>= 7
                put(value)
        part, first, length = own, number, 1
    return bytes(out)


def unpack_things(data: bytes) -> Iterator[tuple[int, int]]:
    """Unpack what `pack_things` packed."""
    for part, first, last in unpack_runs(data):
        for number in range(first, last + 1):
            yield part, number


def unpack_runs(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Unpack what `pack_things` packed run by run: part, first and last number."""
    numbers = _varints(data)
    last = 0
    for head in numbers:
        distance = next(numbers)
        first = last + ((distance >> 1) ^ -(distance & 1))
        last = first + (head >> 3) - 1
        yield head & 7, first, last


def _put(out: bytearray, number: int) -> None:
    """Write one number in groups of seven bits, lowest first."""
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _varints(data: bytes) -> Iterator[int]:
    """Read numbers in groups of seven bits."""
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            yield number
            number = shift = 0


def pack_texts(texts: Sequence[bytes]) -> bytes:
    """Compress texts into one chunk, each byte of them kept.

    A chunk begins with the length of its table of lengths (4 bytes, big-endian), then the table as
    varints, then the texts one after the other; all of it compressed.
    """
    head = bytearray()
    for text in texts:
        _put(head, len(text))
    plain = len(head).to_bytes(4, "big") + bytes(head) + b"".join(texts)
    return _codec.compressor.compress(plain)


def unpack_texts(data: bytes, codec: int = CODEC) -> list[bytes]:
    """Unpack what `pack_texts` packed, in the way that the number beside it names."""
    plain = zlib.decompress(data) if codec == 1 else _codec.decompressor.decompress(data)
    start = 4 + int.from_bytes(plain[:4], "big")
    texts = []
    for length in _varints(plain[4:start]):
        texts.append(plain[start : start + length])
        start += length
    return texts
