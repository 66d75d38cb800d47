"""The query language for OpenAPI, made from the table of families."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanpin.trace.engine.epcis.vocabulary import PARTY_TYPE, TRANSACTION_TYPE
from sanpin.trace.engine.query import CONTROLS, FAMILIES
from sanpin.trace.model.events import EventType
from sanpin.trace.model.queries import Family, Terms, Values

__all__ = ["query_parameters"]

_SCHEMAS: dict[Values, dict[str, Any]] = {
    Values.TIME: {"type": "string", "format": "date-time"},
    Values.EVENT_TYPE: {"type": "string", "enum": [kind.word for kind in EventType]},
    Values.ACTION: {"type": "string", "enum": ["ADD", "OBSERVE", "DELETE"]},
    Values.FLAG: {"type": "boolean"},
    Values.NUMBER: {"type": "integer", "minimum": 1},
    Values.FIELD: {"type": "string", "enum": ["eventTime", "recordTime"]},
    Values.DIRECTION: {"type": "string", "enum": ["ASC", "DESC"]},
}


def query_parameters(*, own: bool = False, controls: bool = True) -> list[dict[str, Any]]:
    """Describe the parameters of queries.

    Parameters
    ----------
    own : whether to describe our own ones too
    controls : whether to describe those that shape the answer
    """
    families = [f for f in FAMILIES if own or not f.own]
    return [_described(name, f) for f in (*families, *(CONTROLS if controls else ()))
            for name in _names(f)]  # fmt: skip


def _names(family: Family) -> Iterator[str]:
    """Names of a family: one for each type of the standard."""
    if not family.typed or not isinstance(family.place, Terms):
        yield family.name
        return
    vocabulary = TRANSACTION_TYPE if family.place.kind == "transaction" else PARTY_TYPE
    yield from (family.name + word for word in sorted(vocabulary.words))


def _described(name: str, family: Family) -> dict[str, Any]:
    """Describe one parameter."""
    schema = _SCHEMAS.get(family.values, {"type": "string"})
    found = {"name": name, "in": "query", "required": False, "description": family.label}
    if not family.many:
        return found | {"schema": schema}
    listed = {"type": "array", "minItems": 1, "items": schema}
    return found | {"schema": listed, "style": "pipeDelimited", "explode": False}
