"""Write what stands around the events of an XML document: root, business header, master data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanpin.trace.engine.epcis.xml_values import Names, attribute, scalar, text
from sanpin.trace.model.documents import Header

__all__ = ["write_head", "write_tail"]

_SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_EPCIS = {"2.0": "urn:epcglobal:epcis:xsd:2", "1.2": "urn:epcglobal:epcis:xsd:1"}
_QUERY = {"2.0": "urn:epcglobal:epcis-query:xsd:2", "1.2": "urn:epcglobal:epcis-query:xsd:1"}


def write_head(header: Header, outer: Mapping[str, str], created: str, version: str) -> str:
    """Write everything up to the first event."""
    head = header.head
    query = header.kind == "query-document"
    prefix, word, uri = (
        ("epcisq", "EPCISQueryDocument", _QUERY[version])
        if query
        else ("epcis", "EPCISDocument", _EPCIS[version])
    )
    spaces = "".join(f' xmlns:{p}="{attribute(u)}"' for p, u in outer.items() if p != prefix)
    said = f' schemaVersion="{version}" creationDate="{_created(head, created)}"'
    if isinstance(head.get("id"), str):
        said += f' id="{attribute(str(head["id"]))}"'
    written = f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}:{word} xmlns:{prefix}="{uri}"'
    written += f"{spaces}{said}>\n{_header(header, created)}<EPCISBody>\n"
    if query:
        name = text(scalar(head.get("queryName", "SimpleEventQuery")))
        written += f"<epcisq:QueryResults><queryName>{name}</queryName>"
        if "subscriptionID" in head:
            subscription = text(scalar(head["subscriptionID"]))
            written += f"<subscriptionID>{subscription}</subscriptionID>"
        written += "<resultsBody>\n"
    return written + "<EventList>\n"


def write_tail(header: Header) -> str:
    """Write everything behind the last event, extensions of the document included."""
    written = "</EventList>\n"
    prefix, word = "epcis", "EPCISDocument"
    if header.kind == "query-document":
        prefix, word = "epcisq", "EPCISQueryDocument"
        written += "</resultsBody></epcisq:QueryResults>\n"
    written += "</EPCISBody>\n"
    names = Names(header.namespaces)
    for name, value in header.head.items():
        if ":" in name and not name.startswith("@"):
            written += "".join(names.elements(name, value)) + "\n"
    return written + f"</{prefix}:{word}>\n"


def _created(head: Mapping[str, Any], created: str) -> str:
    """Creation date of the document."""
    return attribute(scalar(head.get("creationDate", created)))


def _header(header: Header, created: str) -> str:
    """Write the header of a document, when there is something to say in it."""
    head = header.head
    inner = ""
    named = ("sender", "receiver", "instanceIdentifier")
    if any(isinstance(head.get(name), str) for name in named):
        inner += _business_header(head, created)
    listed: Any = head.get("epcisHeader")
    for step in ("epcisMasterData", "vocabularyList"):
        listed = listed.get(step) if isinstance(listed, dict) else None
    if isinstance(listed, list):
        names = Names(header.namespaces)
        data = "".join(_vocabulary(v, names) for v in listed if isinstance(v, dict))
        data = f"<VocabularyList>{data}</VocabularyList>"
        inner += f"<extension><EPCISMasterData>{data}</EPCISMasterData></extension>"
    return f"<EPCISHeader>{inner}</EPCISHeader>\n" if inner else ""


def _business_header(head: Mapping[str, Any], created: str) -> str:
    """Write sender, receiver and number in the header that the standard borrows for them."""
    parties = ""
    for element, name in (("Sender", "sender"), ("Receiver", "receiver")):
        identifier = text(scalar(head.get(name, "")))
        parties += f"<sbdh:{element}><sbdh:Identifier>{identifier}</sbdh:Identifier>"
        parties += f"</sbdh:{element}>"
    number = text(scalar(head.get("instanceIdentifier", "")))
    return (
        f'<sbdh:StandardBusinessDocumentHeader xmlns:sbdh="{_SBDH}">'
        f"<sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>{parties}<sbdh:DocumentIdentification>"
        "<sbdh:Standard>EPCglobal</sbdh:Standard><sbdh:TypeVersion>1.0</sbdh:TypeVersion>"
        f"<sbdh:InstanceIdentifier>{number}</sbdh:InstanceIdentifier><sbdh:Type>Events</sbdh:Type>"
        f"<sbdh:CreationDateAndTime>{_created(head, created)}</sbdh:CreationDateAndTime>"
        "</sbdh:DocumentIdentification></sbdh:StandardBusinessDocumentHeader>"
    )


def _vocabulary(vocabulary: Mapping[str, Any], names: Names) -> str:
    """Write one vocabulary of the master data."""
    kind = attribute(scalar(vocabulary.get("type", "")))
    elements = vocabulary.get("vocabularyElementList")
    inner = ""
    if isinstance(elements, list) and elements:
        listed = "".join(_element(e, names) for e in elements if isinstance(e, dict))
        inner = f"<VocabularyElementList>{listed}</VocabularyElementList>"
    return f'<Vocabulary type="{kind}">{inner}</Vocabulary>'


def _element(element: Mapping[str, Any], names: Names) -> str:
    """Write the master data of one thing, place or party."""
    inner = ""
    attributes = element.get("attributes")
    for entry in attributes if isinstance(attributes, list) else ():
        if not isinstance(entry, dict):
            continue
        value = entry.get("attribute", "")
        key = attribute(scalar(entry.get("id", "")))
        if isinstance(value, dict):
            said, content = names.attributes(value), "".join(names.inside(value))
        else:
            said, content = "", text(scalar(value))
        inner += f'<attribute id="{key}"{said}>{content}</attribute>'
    children = element.get("children")
    if isinstance(children, list):
        listed = "".join(f"<id>{text(scalar(child))}</id>" for child in children)
        inner += f"<children>{listed}</children>"
    return f'<VocabularyElement id="{attribute(scalar(element.get("id", "")))}">{inner}' + (
        "</VocabularyElement>"
    )
