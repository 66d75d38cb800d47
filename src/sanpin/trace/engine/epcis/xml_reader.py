"""Read EPCIS XML: 2.0 and 1.2, documents, query documents, SOAP answers, single events, polls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanpin.base import N_, InputError, Problem
from sanpin.trace.engine.epcis.json_reader import ignored_fields, not_understood
from sanpin.trace.engine.epcis.spans import Read
from sanpin.trace.engine.epcis.writer import CONTEXT, context_of
from sanpin.trace.engine.epcis.xml_events import INFRASTRUCTURE, EventBody, join
from sanpin.trace.engine.epcis.xml_tree import Node, XmlEvents, local
from sanpin.trace.model.documents import Header, RawEvent

__all__ = ["XmlDocument"]

_KINDS = {
    "EPCISDocument": "document",
    "EPCISMasterDataDocument": "document",
    "EPCISQueryDocument": "query-document",
    "QueryResults": "query-document",
}
_SBDH = "StandardBusinessDocumentHeader"


class XmlDocument:
    """Events of an XML text that is read in pieces; the header is known after the last one.

    Parameters
    ----------
    read : gives the next bytes, none at the end
    """

    def __init__(self, read: Read) -> None:
        self._cuts = XmlEvents(read)
        self._bodies = EventBody()
        self._header: Header | None = None

    @property
    def header(self) -> Header:
        """What stands around the events; complete once all events were read."""
        if self._header is None:
            self._header = self._read_head()
        return self._header

    def __iter__(self) -> Iterator[RawEvent]:
        """Read one event after the other."""
        for number, cut in enumerate(self._cuts, 1):
            body = self._bodies.read(cut, number)
            faults = tuple(self._bodies.faults)
            node, spaces = cut.node, self._bodies.namespaces
            yield RawEvent(number, node.line, cut.text, body, spaces, faults, node.column)
        self._header = self._read_head()

    def _read_head(self) -> Header:
        """Understand what stands around the events."""
        root = self._cuts.root
        self._bodies.enter(self._cuts.prefixes)
        spaces = self._bodies.namespaces
        if root is None:  # the event was the root
            return Header("xml", "2.0", "event", CONTEXT, {}, spaces)
        document = _find(root, tuple(_KINDS))
        if document is None:
            raise not_understood(local(root.name)[:80])
        word = local(document.name)
        head: dict[str, Any] = {"type": "EPCISDocument"}
        if _KINDS[word] == "query-document":
            head["type"] = "EPCISQueryDocument"
            for name in ("queryName", "subscriptionID"):
                node = _find(document, (name,))
                if node is not None:
                    head[name] = node.text.strip()
        attributes = {local(name): text for name, text in document.attributes.items()}
        for name in ("id", "schemaVersion", "creationDate"):
            if name in attributes:
                head[name] = attributes[name]
        poll = _find(document, ("Poll",))
        if poll is not None:
            return Header("xml", "2.0", "query", None, head | _poll(poll), spaces)
        version, faults = _version(document, head)
        self._sbdh(document, head)
        data = _find(document, ("EPCISMasterData", "EPCISBody"))
        listed = _find(data, ("VocabularyList",)) if data is not None else None
        if listed is not None:
            head["epcisHeader"] = {"epcisMasterData": {"vocabularyList": self._masterdata(listed)}}
        for node in document.children:
            name = self._bodies.name(node.name)
            if ":" in name and not node.name.startswith(INFRASTRUCTURE):
                join(head, name, self._bodies.value(node))
        spaces = self._bodies.namespaces
        context = context_of(spaces)
        head["@context"] = context
        return Header(
            "xml",
            version,
            _KINDS[word],
            context,
            head,
            spaces,
            ignored_fields(head, spaces),
            faults=faults,
            line=document.line,
            bare=word == "QueryResults",
        )

    def _sbdh(self, document: Node, head: dict[str, Any]) -> None:
        """Read sender, receiver and number of the document from its business header."""
        header = _find(document, (_SBDH,))
        if header is None:
            return
        for element, name in (("Sender", "sender"), ("Receiver", "receiver")):
            party = header.child(element)
            identifier = party.child("Identifier") if party is not None else None
            if identifier is not None and identifier.text.strip():
                head[name] = identifier.text.strip()
        instance = _find(header, ("InstanceIdentifier",))
        if instance is not None and instance.text.strip():
            head["instanceIdentifier"] = instance.text.strip()

    def _masterdata(self, listed: Node) -> list[dict[str, Any]]:
        """Read vocabularies with their elements, attributes and children."""
        found = []
        for vocabulary in listed.children:
            entry: dict[str, Any] = {"type": vocabulary.attributes.get("type", "")}
            elements = vocabulary.child("VocabularyElementList")
            if elements is not None:
                entry["vocabularyElementList"] = [self._element(e) for e in elements.children]
            found.append(entry)
        return found

    def _element(self, node: Node) -> dict[str, Any]:
        """Read the master data of one thing, place or party."""
        found: dict[str, Any] = {"id": node.attributes.get("id", "").strip()}
        attributes = []
        for child in node.children:
            if local(child.name) == "attribute":
                name = child.attributes.pop("id", "")
                attributes.append({"id": name, "attribute": self._bodies.value(child)})
            elif local(child.name) == "children":
                found["children"] = [one.text.strip() for one in child.children]
        return found | ({"attributes": attributes} if attributes else {})


def _find(root: Node, names: tuple[str, ...]) -> Node | None:
    """First element with one of some local names, the root included, in document order."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if local(node.name) in names:
            return node
        waiting += reversed(node.children)
    return None


def _version(document: Node, head: dict[str, Any]) -> tuple[str, tuple[Problem, ...]]:
    """Version of a document, and what speaks against it."""
    uri = document.name.partition(" ")[0]
    # An answer inside a SOAP envelope says its version by its namespace alone.
    bare = f"{uri[-1]}.0" if local(document.name) == "QueryResults" and uri[-1:].isdigit() else ""
    said = str(head.get("schemaVersion", bare))
    if said.split(".")[0] not in ("1", "2", ""):
        raise InputError(
            "trace.document.version_xml",
            N_("The document has schema version {version}; 1.0 to 1.2 and 2.0 are read."),
            hint=N_("Ask its sender for one of these."),
            version=said[:20],
        )
    version = "1.2" if said.startswith("1") else "2.0"
    if uri.startswith("urn:epcglobal:") and not uri.endswith(version[0]):
        fields: dict[str, object] = {"event": 0, "line": document.line, "column": document.column}
        message = N_("{path}: the namespace {namespace} does not belong to schema version {value}.")
        fields |= {"path": local(document.name), "namespace": uri, "value": said}
        return version, (Problem("trace.event.namespace", message, fields),)
    return version, ()


def _poll(poll: Node) -> dict[str, Any]:
    """Read a query: its name and its parameters."""
    query: dict[str, Any] = {}
    listed = poll.child("params")
    for node in listed.children if listed is not None else ():
        key, value = node.child("name"), node.child("value")
        if key is None:
            continue
        if value is None:
            query[key.text.strip()] = None
        elif value.children:
            query[key.text.strip()] = [one.text.strip() for one in value.children]
        else:
            query[key.text.strip()] = value.text.strip()
    return {"query": query}
