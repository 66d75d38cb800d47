"""Parse EPCIS XML in pieces: events as small trees with their own bytes and positions.

Document type declarations are refused, so there are no entities to expand and nothing is ever
fetched; depth, namespaces and length are limited. Source: the expat parser of the standard library
tells byte, line and column of every element, which is what exact texts and findings need.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from sanpin.base import N_, InputError
from sanpin.trace.engine.epcis.json_reader import DEEPEST, is_utf8, too_deep
from sanpin.trace.engine.epcis.spans import LONGEST, Read, too_long

__all__ = ["EVENT_NAMES", "Cut", "Node", "XmlEvents", "local"]

EVENT_NAMES = frozenset(
    (
        "ObjectEvent",
        "AggregationEvent",
        "TransactionEvent",
        "TransformationEvent",
        "AssociationEvent",
        "QuantityEvent",
    )
)
"""Elements that are events; the last is that of EPCIS 1, an observation of amounts."""

_PIECE = 1 << 18
# What an element around the events counts, whatever its text: two million of them are allowed.
_ELEMENT = 32
_MOST_NAMESPACES = 1_000
_DECLARED = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


class Node:
    """One element: name and attributes as ``namespace local prefix``, text, children, position."""

    __slots__ = ("attributes", "children", "column", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int, column: int) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""
        self.line = line
        self.column = column

    def child(self, name: str) -> Node | None:
        """First child with a local name."""
        return next((node for node in self.children if local(node.name) == name), None)


def local(name: str) -> str:
    """Local part of a name."""
    return name.split(" ")[1] if " " in name else name


@dataclass(frozen=True, slots=True)
class Cut:
    """An event with its bytes, and the prefixes that are declared where it stands."""

    node: Node
    text: bytes
    prefixes: dict[str, str]


class XmlEvents:
    """Iterate over the events of an XML text that is read in pieces.

    Parameters
    ----------
    read : gives the next bytes, none at the end
    positions : whether to note line and column of every element, also inside of events

    Attributes
    ----------
    root : after the last event, the document with the events left out
    prefixes : prefixes that are declared around the events
    """

    def __init__(self, read: Read, *, positions: bool = False) -> None:
        self._read = read
        self._positions = positions
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.namespace_prefixes = True
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartNamespaceDeclHandler = self._declare
        self._parser.EndNamespaceDeclHandler = self._withdraw
        self._parser.StartDoctypeDeclHandler = self._doctype
        self.root: Node | None = None
        self.prefixes: dict[str, str] = {}
        self._scope: dict[str, list[str]] = {}
        self._declared = 0
        self._path: list[Node] = []
        self._event_depth = 0
        self._event_start = 0
        self._event_prefixes: dict[str, str] = {}
        self._buffer = b""
        self._base = 0
        self._around = 0
        self._waiting: list[str] = []
        self._found: list[Cut] = []

    def __iter__(self) -> Iterator[Cut]:
        """Feed the parser and hand out the events that are complete."""
        for piece in _utf8(self._read):
            self._feed(piece, final=False)
            yield from self._found
            self._found.clear()
        self._feed(b"", final=True)
        yield from self._found

    def _feed(self, piece: bytes, *, final: bool) -> None:
        """Parse one piece; forget what lies before the event that is still open."""
        self._buffer += piece
        try:
            self._parser.Parse(piece, final)
        except expat.ExpatError as error:
            raise self._broken(error, piece) from None
        used = self._event_start if self._event_depth else self._parser.CurrentByteIndex
        if used > self._base:
            self._buffer = self._buffer[used - self._base :]
            self._base = used
        if len(self._buffer) > LONGEST:
            raise too_long(self._parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element; one of the event names under a list begins an event."""
        path = self._path
        if self._waiting:
            self._take_text()
        if self._event_depth and not self._positions:
            # Positions inside an event are looked up only when a finding asks for one.
            node = Node(name, attributes, 0, 0)
            path[-1].children.append(node)
            path.append(node)
            if len(path) > DEEPEST:
                raise too_deep(self._parser.CurrentLineNumber)
            return
        parser = self._parser
        node = Node(name, attributes, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if self._event_depth:
            path[-1].children.append(node)
        elif self._begins(name):
            self._event_depth = len(path) + 1
            self._event_start = parser.CurrentByteIndex
            self._event_prefixes = {p: uris[-1] for p, uris in self._scope.items() if uris}
        elif path:
            path[-1].children.append(node)
        else:
            self.root = node
            self.prefixes = {p: uris[-1] for p, uris in self._scope.items() if uris}
        path.append(node)
        if not self._event_depth:
            self._count(_ELEMENT)
        if len(path) > DEEPEST:
            raise too_deep(node.line)

    def _begins(self, name: str) -> bool:
        """Whether an element is an event: a child of a list, or the root itself."""
        if local(name) not in EVENT_NAMES:
            return False
        return not self._path or local(self._path[-1].name) in ("EventList", "extension")

    def _end(self, _name: str) -> None:
        """Close an element; an event is cut out when it is closed."""
        if self._waiting:
            self._take_text()
        node = self._path.pop()
        if len(self._path) + 1 == self._event_depth:
            self._event_depth = 0
            end = self._parser.CurrentByteIndex - self._base
            end = self._buffer.index(b">", end) + 1
            text = self._buffer[self._event_start - self._base : end]
            self._found.append(Cut(node, text, self._event_prefixes))

    def _characters(self, data: str) -> None:
        """Collect the text of the element that is open."""
        self._waiting.append(data)
        if not self._event_depth:
            self._count(len(data))

    def _take_text(self) -> None:
        """Give an element its text; between events it is the space that separates them."""
        text = "".join(self._waiting)
        self._waiting.clear()
        if self._event_depth:
            self._path[-1].text += text
        elif text.isspace():
            # Of a million events it would become a text of its own, longer with each of them.
            self._around -= len(text)
        else:
            self._path[-1].text += text

    def _count(self, size: int) -> None:
        """Refuse more around the events than fits into memory."""
        self._around += size
        if self._around > LONGEST:
            raise too_long(self._parser.CurrentLineNumber)

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        """Note a namespace; it is declared before the element that brings it."""
        self._declared += 1
        if self._declared > _MOST_NAMESPACES:
            raise InputError(
                "trace.document.namespaces",
                N_("Line {line}: more than {limit} namespaces are declared at once."),
                hint=N_("Check that the document was written correctly."),
                line=self._parser.CurrentLineNumber,
                limit=_MOST_NAMESPACES,
            )
        self._scope.setdefault(prefix or "", []).append(uri or "")
        if self._event_depth and prefix and prefix not in self._event_prefixes:
            self._event_prefixes[prefix] = uri or ""

    def _withdraw(self, prefix: str | None) -> None:
        """Forget a namespace whose element is closed."""
        self._declared -= 1
        uris = self._scope[prefix or ""]
        uris.pop()
        if not uris:
            del self._scope[prefix or ""]

    def _doctype(self, _name: str, system: str | None, public: str | None, inner: bool) -> None:
        """Refuse the only door through which entities could come in.

        A declaration that declares nothing and names no address is let through: examples of the
        standard itself carry one.
        """
        if not (system or public or inner):
            return
        raise InputError(
            "trace.document.doctype",
            N_("Line {line}: the document brings a document type declaration, which is not read."),
            hint=N_("Take the DOCTYPE out; EPCIS documents need none."),
            line=self._parser.CurrentLineNumber,
        )

    def _broken(self, error: expat.ExpatError, piece: bytes) -> InputError:
        """Say what is wrong with the XML, or that it is in another encoding."""
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN] and not is_utf8(
            piece[: max(piece.rfind(b">"), 0)]
        ):
            return _not_encoded("UTF-8")
        return InputError(
            "trace.document.xml",
            N_("The document is no valid XML: line {line}, column {column}: {reason}."),
            hint=N_("Check that it was sent completely."),
            line=error.lineno,
            column=error.offset + 1,
            reason=expat.ErrorString(error.code),
        )


def _utf8(read: Read) -> Iterator[bytes]:
    """Pieces of the text in UTF-8, whatever encoding it names."""
    first = read(_PIECE)
    encoding = next((name for mark, name in _MARKS if first.startswith(mark)), "")
    if not encoding:
        declared = _DECLARED.match(first.lstrip())
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    # Programs that name GB 2312 write the characters of its successors too.
    encoding = {"gb2312": "gb18030", "gbk": "gb18030"}.get(encoding, encoding)
    if encoding in ("utf-8", "us-ascii"):
        while first:
            yield first
            first = read(_PIECE)
        return
    decode = _decoder(encoding)
    try:
        while first:
            yield decode(first).encode()
            first = read(_PIECE)
        yield decode(b"", True).encode()  # type: ignore[call-arg]
    except UnicodeError:
        raise _not_encoded(encoding) from None


def _decoder(encoding: str) -> Callable[[bytes], str]:
    """Incremental decoder of a text encoding; refuses names that are none."""
    try:
        found = codecs.lookup(encoding)
        "".encode(encoding)  # codecs that are not of text refuse this
        return codecs.getincrementaldecoder(found.name)().decode
    except LookupError:
        raise InputError(
            "trace.document.unknown_encoding",
            N_("The document names the encoding {encoding}, which is not known."),
            hint=N_("Save it again as UTF-8."),
            encoding=encoding[:40],
        ) from None


def _not_encoded(encoding: str) -> InputError:
    """Make the refusal of bytes that are not in the encoding they claim."""
    return InputError(
        "trace.document.encoding_other",
        N_("The document is not encoded in {encoding}, as it says."),
        hint=N_("Save it again as UTF-8."),
        encoding=encoding,
    )
