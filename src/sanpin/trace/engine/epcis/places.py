"""Find line and column of what a finding names; looked up only when there is a finding.

A path leads from the event to a value, such as ``sensorElementList[0].sensorReport[1].value``.
What is missing has no place of its own: there the innermost thing around it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sanpin.base import InputError
from sanpin.trace.engine.epcis.xml_fields import EPC_LISTS, NAMED_LISTS, QUANTITY_LISTS
from sanpin.trace.engine.epcis.xml_tree import Node, XmlEvents, local
from sanpin.trace.model.documents import Header, RawEvent

__all__ = ["Places", "header_place", "json_places"]

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_INDEXED = EPC_LISTS | QUANTITY_LISTS | frozenset(NAMED_LISTS)
_INDEXED |= {"sensorElementList", "correctiveEventIDs"}


class Places:
    """Lines and columns inside one event.

    Parameters
    ----------
    raw : the event with its text
    """

    def __init__(self, raw: RawEvent) -> None:
        self._start = (raw.line, raw.column)
        self._places: Mapping[str, tuple[int, int]] = {}
        if raw.namespaces.form == "json":
            self._places = {
                path: _moved(raw.text, at, raw.line, raw.column)
                for path, at in json_places(raw.text).items()
            }
        else:
            self._places = dict(_xml_places(raw))

    def of(self, path: str) -> tuple[int, int]:
        """Line and column of a path, or of the innermost thing around it that is there."""
        while path:
            if path in self._places:
                return self._places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._start


def header_place(header: Header, path: str) -> tuple[int, int]:
    """Line and column of what stands around the events; the beginning for what is missing."""
    at = json_places(header.text).get(path)
    if at is None:
        return header.line, 1
    line, column = _moved(header.text, at, 1, 1)
    return line + (header.gap[1] if at >= header.gap[0] > 0 else 0), column


def _moved(text: bytes, at: int, line: int, column: int) -> tuple[int, int]:
    """Line and column in the document of a place in the text of an event."""
    breaks = text.count(b"\n", 0, at)
    if breaks:
        start = text.rfind(b"\n", 0, at) + 1
        return line + breaks, len(text[start:at].decode("utf-8", "replace")) + 1
    return line, column + len(text[:at].decode("utf-8", "replace"))


def json_places(text: bytes) -> dict[str, int]:
    """Offset of every value in a JSON text, by its path."""
    found: dict[str, int] = {}
    path, index = "", -1  # index -1: inside an object, where the next string is a name
    outer: list[tuple[str, int]] = []
    name: str | None = None
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in (b":", b","):
            continue
        if word in (b"}", b"]"):
            if outer:
                path, index = outer.pop()
            continue
        if outer and index < 0 and name is None:
            name = word[1:-1].decode("utf-8", "replace")
            continue
        here = path
        if index >= 0:
            here, index = f"{path}[{index}]", index + 1
        elif name is not None:
            here = f"{path}.{name}" if path else name
        name = None
        found.setdefault(here, token.start())
        if word in (b"{", b"["):
            outer.append((path, index))
            path, index = here, 0 if word == b"[" else -1
    return found


def _xml_places(raw: RawEvent) -> Iterator[tuple[str, tuple[int, int]]]:
    """Places of the elements of an XML event, by the paths that they have in JSON."""
    spaces = "".join(f' xmlns:{p}="{u}"' for p, u in _declared(raw).items())
    text = f"<EventList{spaces}>\n".encode() + raw.text + b"</EventList>"
    waiting = [text]
    try:
        for cut in XmlEvents(lambda _: waiting.pop() if waiting else b"", positions=True):
            for path, node in _walk(cut.node, ""):
                column = node.column + (raw.column - 1 if node.line == 2 else 0)
                yield path, (raw.line + node.line - 2, column)
    except InputError:
        return  # prefixes that were renamed can clash; the line of the event is known anyway


def _declared(raw: RawEvent) -> dict[str, str]:
    """Prefixes that the text of an event may use."""
    found = {p: u.replace("&", "&amp;").replace('"', "&quot;")
             for p, u in raw.namespaces.prefixes.items()}  # fmt: skip
    for prefix in re.findall(rb"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]", raw.text):
        found.setdefault(prefix.decode(), "urn:unknown:" + prefix.decode())
    return {p: u for p, u in found.items() if p not in ("xml", "xmlns")}


def _walk(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Elements below an element with their paths."""
    counts: dict[str, int] = {}
    indexed = local(node.name) in _INDEXED
    for key in node.attributes:
        yield f"{path}.{_name(key)}" if path else _name(key), node
    for i, child in enumerate(node.children):
        name = _name(child.name)
        if name in ("extension", "baseExtension"):
            yield from _walk(child, path)
            continue
        here = f"{path}[{i}]" if indexed else f"{path}.{name}" if path else name
        yield here, child
        if indexed and local(node.name) in NAMED_LISTS:
            yield f"{here}.{name}", child
        elif not indexed:
            count = counts[name] = counts.get(name, -1) + 1
            yield f"{here}[{count}]", child
            if name in ("sensorReport", "set", "unset"):
                here = f"{here}[{count}]"
        yield from _walk(child, here)


def _name(name: str) -> str:
    """Name as it stands in the text."""
    parts = name.split(" ")
    return f"{parts[2]}:{parts[1]}" if len(parts) == 3 else parts[-1]
