"""Cut the events out of a JSON document, byte for byte as they came."""

from __future__ import annotations

import re
from collections.abc import Sequence

import orjson

__all__ = ["compact_spans", "event_spans"]

# Strings are taken whole, so that a bracket inside one is never mistaken for structure.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)

# Ways from the root to a list of events; "[" marks a list.
_LISTS = {
    (b"", b"epcisBody", b"eventList["),
    (b"", b"epcisBody", b"queryResults", b"resultsBody", b"eventList["),
    (b"", b"eventList["),
    (b"[",),
}
_DEEPEST = max(map(len, _LISTS))


def compact_spans(data: bytes, events: Sequence[object]) -> list[tuple[int, int]]:
    """Find the events in a text without spaces, such as most programs write.

    Much faster than `event_spans`; empty when the text is written in any other way.

    Parameters
    ----------
    data : text of the document
    events : what the parser made of its events, in order

    Returns
    -------
    list of tuple
        start and end of each in `data`, in bytes
    """
    spans: list[tuple[int, int]] = []
    place = 0
    for event in events:
        text = orjson.dumps(event)
        if not spans:
            place = data.find(b"[" + text) + 1
        if place == 0 or not data.startswith(text, place):
            return []
        spans.append((place, place + len(text)))
        place += len(text) + 1
    return spans


def event_spans(data: bytes) -> list[tuple[int, int]]:
    """Start and end of each event in the text of a document that holds a list of events.

    The text must be valid JSON. Only brackets and strings are looked at, so that numbers,
    spaces and the order of the fields stay exactly as their sender wrote them.

    Returns
    -------
    list of tuple
        start and end of each in `data`, in bytes; empty when no list of events is where one may be
    """
    path: list[bytes] = []
    spans: list[tuple[int, int]] = []
    name, start, event_depth = b"", 0, 0
    for token in _TOKEN.finditer(data):
        text = token[0]
        if text == b"{" or text == b"[":
            if text == b"[":
                name += text
            elif not event_depth and len(path) <= _DEEPEST and tuple(path) in _LISTS:
                start, event_depth = token.start(), len(path) + 1
            path.append(name)
            name = b""
        elif text == b"}" or text == b"]":
            if len(path) == event_depth:
                spans.append((start, token.end()))
                event_depth = 0
            path.pop()
        else:
            name = text[1:-1]
    return spans
