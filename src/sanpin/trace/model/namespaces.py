"""The namespaces that hold where an event stands: what its prefixes and own terms mean.

A document in JSON declares them in its ``@context`` and may add some in an event; one in XML
declares them on its elements. Both come to one table here, so that an extension field has one full
name however it was written. Contexts that stand elsewhere are never fetched: where one is named,
words that nobody declared may come from it and count as extensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["CBVMDA", "STANDARD_PREFIXES", "Namespaces", "is_standard_context"]

CBVMDA = "urn:epcglobal:cbv:mda"
"""Namespace of master data of lots and pieces; JSON writes it with a colon at its end."""

STANDARD_PREFIXES: Mapping[str, str] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": CBVMDA,
    "gs1": "https://gs1.org/voc/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
}
"""Prefixes that are known without being declared."""

# Values may use these two without a declaration, in XML as in JSON.
_VALUE_PREFIXES = {name: STANDARD_PREFIXES[name] for name in ("gs1", "cbv")}
_STANDARD_CONTEXTS = ("https://ref.gs1.org/standards/epcis/", "https://gs1.github.io/EPCIS/")


def is_standard_context(address: str) -> bool:
    """Whether an address names the context of EPCIS itself, in any version."""
    return address.startswith(_STANDARD_CONTEXTS)


class Namespaces:
    """Prefixes, own terms and default namespace that hold for an event.

    Parameters
    ----------
    form : ``json`` or ``xml``: the format the event was written in
    prefixes : declared prefixes with their namespaces
    terms : words that a local context declares, with their full names
    vocab : namespace of all other bare words; empty when there is none
    foreign : whether a context is named that is not known here
    """

    __slots__ = ("_keys", "foreign", "form", "prefixes", "terms", "values", "vocab")

    def __init__(
        self,
        form: str = "json",
        prefixes: Mapping[str, str] | None = None,
        terms: Mapping[str, str] | None = None,
        vocab: str = "",
        *,
        foreign: bool = False,
    ) -> None:
        self.form = form
        self.prefixes = dict(prefixes or {})
        self.terms = dict(terms or {})
        self.vocab = vocab
        self.foreign = foreign
        self.values = _VALUE_PREFIXES | self.prefixes
        self._keys: dict[str, str] = {}

    @classmethod
    def of_context(cls, context: object) -> Namespaces:
        """Read the namespaces that a JSON-LD context declares."""
        return cls().within(context)

    def within(self, context: object) -> Namespaces:
        """Namespaces inside something that brings a context of its own."""
        prefixes, terms = dict(self.prefixes), dict(self.terms)
        vocab, foreign = self.vocab, self.foreign
        for part in _parts(context):
            if isinstance(part, str):
                foreign = foreign or not is_standard_context(part)
                continue
            for name, meaning in part.items():
                meaning = meaning.get("@id") if isinstance(meaning, dict) else meaning
                if name == "@vocab" and isinstance(meaning, str):
                    vocab = meaning
                elif isinstance(meaning, str) and not name.startswith("@"):
                    if meaning.endswith(("/", "#", ":", "=")) or not _is_term(part[name], meaning):
                        prefixes[name] = meaning
                    terms[name] = meaning
        for name, meaning in terms.items():
            head, colon, rest = meaning.partition(":")
            known = prefixes.get(head) or STANDARD_PREFIXES.get(head)
            if colon and known and not rest.startswith("//"):
                terms[name] = known + rest
        return Namespaces("json", prefixes, terms, vocab, foreign=foreign)

    def knows(self, prefix: str) -> bool:
        """Whether a prefix is declared or standard."""
        return prefix in self.prefixes or prefix in STANDARD_PREFIXES

    def split(self, name: str) -> tuple[str, str]:
        """Namespace and local name of a field; the namespace is empty for words of EPCIS."""
        prefix, colon, rest = name.partition(":")
        if colon:
            found = self.prefixes.get(prefix) or STANDARD_PREFIXES.get(prefix)
            if found is not None and not rest.startswith("//"):
                return (CBVMDA if found == CBVMDA + ":" else found), rest
            return _cut(name) if rest.startswith("//") or prefix == "urn" else ("", name)
        if name in self.terms:
            return _cut(self.terms[name])
        return self.vocab, name

    def key(self, name: str) -> str:
        """Full name of a field as the event hash writes it: ``{namespace}local``."""
        found = self._keys.get(name)
        if found is None:
            namespace, local = self.split(name)
            found = self._keys[name] = f"{{{namespace}}}{local}" if namespace else local
        return found


def _parts(context: object) -> Iterator[str | dict[str, object]]:
    """Addresses and local tables of a context, in order."""
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, str | dict):
            yield part


def _is_term(declared: object, meaning: str) -> bool:
    """Whether a declaration names one field rather than a namespace."""
    return isinstance(declared, dict) and "@prefix" not in declared and bool(meaning)


def _cut(address: str) -> tuple[str, str]:
    """Cut a full name behind its last separator."""
    at = max(address.rfind(mark) for mark in "/#:") + 1
    return address[:at], address[at:]
