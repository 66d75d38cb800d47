"""Read EPCIS in each form it travels in: JSON, XML 2.0 and 1.2, each also compressed by gzip.

`read_document` takes a whole document into memory; `open_document` walks through one of any
length, from bytes or from a file that can be read twice.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from sanpin.base import N_, InputError
from sanpin.trace.engine.epcis.json_reader import EVENT_TYPES, JsonDocument, parse_json
from sanpin.trace.engine.epcis.spans import Read
from sanpin.trace.engine.epcis.xml_reader import XmlDocument
from sanpin.trace.model.documents import Document, Header, RawEvent

__all__ = ["EVENT_TYPES", "OpenDocument", "Source", "open_document", "read_document"]

_BOM = b"\xef\xbb\xbf"
_PACKED = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class File(Protocol):
    """What can be read in pieces and rewound."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        ...


Source = bytes | File


class OpenDocument:
    """A document of any length: its header, and its events as often as they are asked for.

    Parameters
    ----------
    source : bytes, or a file that can be rewound

    Raises
    ------
    InputError
        ``trace.document.*`` while it is read, also in the middle
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._header: Header | None = None

    @property
    def header(self) -> Header:
        """What stands around the events; reads to the end when that is not known yet."""
        if self._header is None:
            reading = self._reading(None)
            for _ in reading:
                pass
            self._header = reading.header
        return self._header

    def __iter__(self) -> Iterator[RawEvent]:
        """Read one event after the other; prefixes are those of the whole document."""
        reading = self._reading(lambda: self.header)
        yield from reading
        self._header = reading.header

    def mentions(self, word: bytes) -> bool:
        """Whether a word stands anywhere in the text; quicker than to read it."""
        if isinstance(self._source, bytes) and not self._source.startswith(_PACKED):
            return word in self._source
        read, _ = _opened(self._source)
        rest = b""
        while piece := read(1 << 20):
            if word in rest + piece:
                return True
            rest = piece[-len(word) :]
        return False

    def _reading(self, look_ahead: Callable[[], Header] | None) -> JsonDocument | XmlDocument:
        """Begin a pass over the text."""
        read, first = _opened(self._source)
        if _is_xml(first):
            return XmlDocument(read)
        return JsonDocument(read, look_ahead)


def open_document(source: Source) -> OpenDocument:
    """Open a document of any length; nothing is read yet."""
    return OpenDocument(source)


def read_document(data: bytes) -> Document:
    """Read a document, query document, list of events, single event or query.

    Raises
    ------
    InputError
        ``trace.document.empty``, ``.format``, ``.encoding``, ``.json``, ``.xml``, ``.kind``,
        ``.events``, ``.version``, ``.doctype``, ``.depth``, ``.too_long`` or ``.duplicate``.

    Parameters
    ----------
    data : JSON in UTF-8 or XML in the encoding it names, also compressed by gzip

    Returns
    -------
    Document
        its events with their own bytes and the line on which each begins, unchecked so far
    """
    document = open_document(data)
    try:
        events = tuple(document)
    except InputError as error:
        raise _exact(error, data) from None
    return Document(document.header, events)


def _exact(error: InputError, data: bytes) -> InputError:
    """Find the exact place of a fault that lies between the events of a JSON text."""
    if error.code == "trace.document.json":
        try:
            parse_json(data.removeprefix(_BOM))
        except InputError as exact:
            return exact
    return error


def _opened(source: Source) -> tuple[Read, bytes]:
    """Reader of a source from its beginning, and its first bytes."""
    file: File = io.BytesIO(source) if isinstance(source, bytes) else source
    file.seek(0)
    first = _start(file.read)
    if first.startswith(_PACKED):
        file.seek(0)
        read = _unzipped(file)
        first = _start(read)
    else:
        read = file.read
    _refuse_other_formats(first)
    return _joined(first.removeprefix(_BOM) if not _is_xml(first) else first, read), first


def _start(read: Read) -> bytes:
    """First bytes of a text, enough to see something else than spaces in any usual one."""
    first = read(1024)
    while first and not first.strip() and len(first) < 1 << 20:
        more = read(1 << 16)
        if not more:
            break
        first += more
    return first


def _joined(first: bytes, read: Read) -> Read:
    """Reader that gives bytes which were taken off before."""
    waiting = [first]

    def joined(size: int) -> bytes:
        """Return the next bytes."""
        return waiting.pop() + read(size) if waiting else read(size)

    return joined


def _unzipped(file: File) -> Read:
    """Reader of what was compressed; refuses what is cut off or damaged."""
    inner = gzip.GzipFile(fileobj=file, mode="rb")

    def read(size: int) -> bytes:
        """Return the next bytes."""
        try:
            return bytes(inner.read(size))
        except (EOFError, OSError, zlib.error):
            raise InputError(
                "trace.document.gzip",
                N_("The compressed document is damaged or incomplete."),
                hint=N_("Send it again."),
            ) from None

    return read


def _is_xml(first: bytes) -> bool:
    """Whether the first bytes are those of XML, in any encoding."""
    plain = first.removeprefix(_BOM).lstrip()
    return plain.startswith((b"<", b"\x00<")) or first[2:6] in (b"<\x00?\x00", b"\x00<\x00?")


def _refuse_other_formats(first: bytes) -> None:
    """Say which format it is instead of calling it bad JSON."""
    plain = first.removeprefix(_BOM).strip()
    if not plain:
        raise InputError(
            "trace.document.empty",
            N_("The document is empty."),
            hint=N_("Send an EPCIS document in JSON or XML."),
        )
    if plain.startswith(b"PK\x03\x04"):
        raise InputError(
            "trace.document.format",
            N_("The document is in {format}; JSON, XML and gzip of them are read."),
            hint=N_("Unpack it first."),
            format="zip",
        )
    if plain.startswith(_UTF_16) and not _is_xml(first):
        raise InputError(
            "trace.document.encoding",
            N_("The document is not encoded in UTF-8."),
            hint=N_("Save it again as UTF-8."),
        )
