"""Write values of any depth as XML: texts escaped, names with prefixes, types kept.

Numbers and truth values carry their ``xsi:type``, nothing is ``xsi:nil``, so that the reader gives
back what JSON said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sanpin.base import N_, InputError
from sanpin.trace.model.namespaces import Namespaces

__all__ = ["Names", "attribute", "decimal", "refuse_shape", "scalar", "text"]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_ATTRIBUTE = _TEXT | {ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}
_NAME = re.compile(r"[^\W\d][\w.\-]*")
# Words of JSON-LD that say nothing about the event.
_KEYWORDS = ("@context", "@xmlns")


def scalar(value: object) -> str:
    """Write a single value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def decimal(value: object) -> str:
    """Write a number without exponent, as amounts want it."""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return scalar(value)


def text(value: str) -> str:
    """Escape what stands between tags."""
    _refuse_illegal(value)
    return value.translate(_TEXT)


def attribute(value: str) -> str:
    """Escape what stands in an attribute."""
    _refuse_illegal(value)
    return value.translate(_ATTRIBUTE)


def _refuse_illegal(value: str) -> None:
    """Refuse the characters that XML cannot write at all."""
    found = _ILLEGAL.search(value)
    if found:
        raise InputError(
            "trace.convert.character",
            N_("XML cannot hold the character U+{number} in “{value}”."),
            hint=N_("Take it out, or keep the document in JSON."),
            number=f"{ord(found[0]):04X}",
            value=_ILLEGAL.sub("?", value)[:60],
        )


def refuse_shape(path: str) -> InputError:
    """Make the refusal of a field that is no list or object where it must be one."""
    return InputError(
        "trace.convert.shape",
        N_("{path} does not have the form that a document needs."),
        hint=N_("Validate the document first."),
        path=path,
    )


class Names:
    """Names of fields as XML writes them, and the prefixes that they need.

    Parameters
    ----------
    namespaces : what the prefixes mean where the event stands
    """

    def __init__(self, namespaces: Namespaces) -> None:
        self._spaces = namespaces
        self.declared: dict[str, str] = {
            prefix: uri for prefix, uri in namespaces.prefixes.items() if _NAME.fullmatch(prefix)
        }
        self._prefixes = {uri: prefix for prefix, uri in self.declared.items()}
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Name of an element or attribute for a field of JSON."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._qualify(name)
        return found

    def _qualify(self, name: str) -> str:
        """Find or make the prefix of a name; refuse what XML cannot say."""
        uri, local = self._spaces.split(name)
        if not _NAME.fullmatch(local) or local.lower().startswith("xml"):
            raise InputError(
                "trace.convert.name",
                N_("XML cannot hold a field of the name “{name}”."),
                hint=N_("Give it a declared prefix and a name of letters and digits."),
                name=name[:80],
            )
        if not uri:
            return local
        wanted = name.partition(":")[0]
        if self.declared.get(wanted) == uri:
            return f"{wanted}:{local}"
        if uri not in self._prefixes:
            prefix, count = wanted if _NAME.fullmatch(wanted) else "ns", 0
            while self.declared.get(prefix, uri) != uri:
                count += 1
                prefix = f"ns{count}"
            self.declared[prefix] = uri
            self._prefixes[uri] = prefix
        return f"{self._prefixes[uri]}:{local}"

    def elements(self, name: str, value: Any) -> Iterator[str]:
        """Write a field as one element for each of its values."""
        if isinstance(value, list):
            for item in value:
                yield from self.elements(name, item)
            return
        tag = self.of(name)
        if value is None:
            yield f'<{tag} xsi:nil="true"/>'
        elif isinstance(value, dict):
            inner = "".join(self.inside(value))
            yield f"<{tag}{self.attributes(value)}>{inner}</{tag}>"
        elif isinstance(value, bool | int | float):
            yield f'<{tag} xsi:type="xsd:{_type(value)}">{scalar(value)}</{tag}>'
        else:
            yield f"<{tag}>{text(str(value))}</{tag}>" if value else f"<{tag}/>"

    def inside(self, value: Mapping[str, Any]) -> Iterator[str]:
        """Write what stands in an element: its text, then its children."""
        if value.get("#text") is not None:
            yield text(scalar(value["#text"]))
        for name, item in value.items():
            if not name.startswith(("@", "#")):
                yield from self.elements(name, item)

    def attributes(self, value: Mapping[str, Any]) -> str:
        """Write the fields of an object that are attributes, with the type of its text."""
        found = "".join(
            f' {self.of(name[1:])}="{attribute(scalar(item))}"'
            for name, item in value.items()
            if name.startswith("@") and not name.startswith(_KEYWORDS)
        )
        inner = value.get("#text")
        if isinstance(inner, bool | int | float):
            found += f' xsi:type="xsd:{_type(inner)}"'
        return found


def _type(value: bool | int | float) -> str:
    """Name of the XML type of a value."""
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "double"
