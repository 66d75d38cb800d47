"""Cut the events out of a JSON document, byte for byte as they came, a piece at a time.

Nothing but brackets, strings and the names in front of brackets is looked at, so that numbers,
spaces and the order of the fields stay exactly as their sender wrote them. The text around the
events is kept as the envelope; it is small, and the JSON parser judges it when the end is reached.
A document of any length needs the memory of its longest event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sanpin.base import N_, InputError

__all__ = ["LONGEST", "EventSpan", "JsonEvents", "event_spans", "too_long"]

LONGEST = 64 * 1024 * 1024
"""Bytes that an event, or all that stands around the events, may have."""

Read = Callable[[int], bytes]

_PIECE = 1 << 18
# Strings are taken whole, so that a bracket inside one is never mistaken for structure.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN = re.compile(_STRING + rb"|[{}\[\]]", re.DOTALL)
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|' + _STRING + rb")*+([{}\[\]])", re.DOTALL)
# A structure that closes within so many levels, which usual events do, in one go.
_LEVELS = 5


def _structure(levels: int) -> bytes:
    """Expression of what stands between brackets, which may hold others."""
    # The text of an expression cannot name itself, so that each level is written out.
    deeper = rb"|" + _structure(levels - 1) if levels > 1 else b""
    return rb'[{\[](?:[^"{}\[\]]++|' + _STRING + deeper + rb")*+[}\]]"


_SHALLOW = re.compile(_structure(_LEVELS), re.DOTALL)
# What may stand between two events, and a value that is no event at all.
_BETWEEN = re.compile(rb"[\s,]*+")
_OTHER = re.compile(rb'(?:[^",\[\]{}\s]++|' + _STRING + rb")++", re.DOTALL)

_LIST = b'"eventList"'
# Ways from the root to a list of events; "[" marks a list.
_LISTS = {
    (b"", b"epcisBody", b"eventList["),
    (b"", b"epcisBody", b"queryResults", b"resultsBody", b"eventList["),
    (b"", b"eventList["),
    (b"[",),
}


class EventSpan(NamedTuple):
    """The text of one event and the line and column on which it begins, both from 1."""

    text: bytes
    line: int
    column: int


def event_spans(data: bytes) -> list[EventSpan]:
    """All events of a text in memory."""
    return list(JsonEvents(_reader(data)))


def _reader(data: bytes) -> Read:
    """Hand out bytes in memory as if they came from a file."""
    place = 0

    def read(size: int) -> bytes:
        """Return the next piece."""
        nonlocal place
        piece = data[place : place + size]
        place += len(piece)
        return piece

    return read


class JsonEvents:
    """Iterate over the events of a JSON text that is read in pieces.

    Parameters
    ----------
    read : gives the next bytes, none at the end

    Attributes
    ----------
    envelope : after the last event, the text with a 0 in the place of each event
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._buffer = b""
        self._at = 0
        self._ended = False
        self._line, self._column = 1, 1
        self._marked = 0
        self._path: list[bytes] = []
        self._name = b""
        self._kept = bytearray()
        self._gap: tuple[int, int] | None = None

    @property
    def envelope(self) -> bytes:
        """The text around the events, a 0 in the place of each."""
        return bytes(self._kept)

    @property
    def gap(self) -> tuple[int, int]:
        """Where in the envelope the first event stood, and how many lines it lacks behind that."""
        if self._gap is None:
            return 0, 0
        at, line = self._gap
        kept = self.envelope
        return at, self._line - line - kept.count(b"\n", at)

    @property
    def closing(self) -> bytes:
        """What would end the envelope if nothing came behind the event that is handed out."""
        ends = (b"]" if name.endswith(b"[") else b"}" for name in reversed(self._path))
        return b"0" * self._kept.endswith((b"[", b",")) + b"".join(ends)

    def __iter__(self) -> Iterator[EventSpan]:
        """Walk the text; in a list of events, hand them out one by one."""
        short = self._more() and not self._more()
        if short and self._buffer[:1] == b"{" and _LIST not in self._buffer:
            # There is no list in it, and so nothing to cut out.
            self._place(len(self._buffer))
            self._keep(len(self._buffer))
            return
        while True:
            token = _TOKEN.search(self._buffer, self._at)
            if token is None or (token.end() == len(self._buffer) and not self._ended):
                if self._more():
                    continue
                if token is None:
                    self._place(len(self._buffer))
                    self._keep(len(self._buffer))
                    return
            text = token[0]
            if text in (b"{", b"["):
                self._path.append(self._name + text if text == b"[" else self._name)
                self._name = b""
                self._keep(token.end())
                if text == b"[" and tuple(self._path) in _LISTS:
                    yield from self._events()
            else:
                if text in (b"}", b"]"):
                    if self._path:
                        self._path.pop()
                else:
                    self._name = text[1:-1]
                self._keep(token.end())

    def _events(self) -> Iterator[EventSpan]:
        """Hand out the members of a list of events until it ends."""
        while True:
            start = self._skip()
            if start is None:
                return
            first = self._buffer[start : start + 1]
            if first == b"]":
                self._at = start
                return
            if first in (b"}", b":"):
                return
            end = self._end_of_structure() if first in (b"{", b"[") else self._end_of_other()
            if end is None:
                # Cut off in the middle: what is there belongs to the envelope, where it is judged.
                return
            start = self._at
            line, column = self._place(start)
            self._gap = self._gap or (len(self._kept), line)
            self._at = end
            yield EventSpan(self._buffer[start:end], line, column)
            self._kept += b"0"

    def _skip(self) -> int | None:
        """Pass over what stands between two events; where the next one begins, None at the end."""
        while True:
            match = _BETWEEN.match(self._buffer, self._at)
            start = match.end() if match else self._at
            if start < len(self._buffer):
                self._kept += b"," * self._buffer.count(b",", self._at, start)
                self._at = start
                return start
            if not self._more():
                return None

    def _end_of_structure(self) -> int | None:
        """Where the brackets that open here are closed; None when the text ends before."""
        whole = _SHALLOW.match(self._buffer, self._at)
        if whole is not None:
            return whole.end()
        depth, place = 0, self._at
        while True:
            buffer, match = self._buffer, _BRACKET.match
            while (found := match(buffer, place)) is not None:
                place = found.end()
                if found[1] in b"{[":
                    depth += 1
                else:
                    depth -= 1
                    if not depth:
                        return place
            used = place - self._at
            if not self._more():
                return None
            place = self._at + used

    def _end_of_other(self) -> int | None:
        """Where a value that is no event ends."""
        while True:
            match = _OTHER.match(self._buffer, self._at)
            if match is not None and (match.end() < len(self._buffer) or self._ended):
                return match.end()
            if not self._more():
                return None

    def _more(self) -> bool:
        """Read another piece behind what is not used up yet; False at the end."""
        if self._ended:
            return False
        rest = self._buffer[self._at :]
        # The longer an event, the larger the next piece: its text is scanned anew each time.
        piece = self._read(max(_PIECE, len(rest)))
        if not piece:
            self._ended = True
            return False
        self._place(self._at)
        if len(rest) + len(self._kept) > LONGEST:
            raise too_long(self._line)
        self._buffer = rest + piece
        self._at = self._marked = 0
        return True

    def _keep(self, end: int) -> None:
        """Add the text up to `end` to the envelope."""
        self._kept += self._buffer[self._at : end]
        if len(self._kept) > LONGEST:
            raise too_long(self._line)
        self._at = end

    def _place(self, at: int) -> tuple[int, int]:
        """Line and column of a place, which must not lie before the last one asked for."""
        breaks = self._buffer.count(b"\n", self._marked, at)
        if breaks:
            self._line += breaks
            self._column = at - self._buffer.rfind(b"\n", self._marked, at)
        else:
            self._column += at - self._marked
        self._marked = at
        return self._line, self._column


def too_long(line: int) -> InputError:
    """Make the refusal of an event that is longer than any real one."""
    return InputError(
        "trace.document.too_long",
        N_("Line {line}: an event, or what stands around the events, has more than {limit} MiB."),
        hint=N_("Check that the document was written correctly."),
        line=line,
        limit=LONGEST // (1024 * 1024),
    )
