"""Read the parameters of a query and refuse what is wrong with them, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from sanpin.base import N_, InputError, Problem
from sanpin.trace.engine.query.families import CONTROLS, FAMILIES, family_of
from sanpin.trace.engine.query.values import READERS, REMEDIES, read_type
from sanpin.trace.model.queries import Condition, Family, Operator, Query, Terms, Values

__all__ = ["fault", "read_query", "unwrap"]

_SEPARATOR = "|"
# A query of more values than this is a mistake, and would not fit into an address anyway.
_MOST_VALUES = 1000


class _Finding(NamedTuple):
    """What is wrong with a parameter, and what to do."""

    problem: Problem
    remedy: str = N_("See the list of query parameters.")


def fault(code: str, message: str, hint: str = "", **fields: object) -> InputError:
    """Make the refusal of a query.

    Parameters
    ----------
    code : last part of the code below ``trace.query``
    message, hint : English texts with named `fields`, keys of the catalogues
    """
    error = InputError(f"trace.query.{code}", message, hint=hint)
    error.fields = fields
    error.status = 400
    return error


def unwrap(document: object) -> Mapping[str, object]:
    """Take the parameters out of a query as JSON documents hold it.

    Parameters
    ----------
    document : object with the parameters, or a named query that holds them as ``query``

    Raises
    ------
    InputError
        ``trace.query.document`` for anything else
    """
    inner = document.get("query", document) if isinstance(document, dict) else None
    if not isinstance(inner, dict):
        raise fault(
            "document",
            N_("The document holds no query."),
            N_('Send an object with parameters, such as "EQ_bizStep": ["shipping"].'),
        )
    return {name: value for name, value in inner.items() if name not in ("@context", "queryType")}


def read_query(parameters: Mapping[str, object], *, own: bool = False) -> Query:
    """Read the parameters of a query.

    Parameters
    ----------
    parameters : by name, each a text, number, truth value or list of them; texts of several values
        are separated by ``|``, as in addresses
    own : whether our own parameters are known beside those of the standard

    Raises
    ------
    InputError
        ``trace.query.parameter`` with every finding as a problem
    """
    problems: list[_Finding] = []
    conditions: list[Condition] = []
    controls: dict[str, Any] = {}
    given: dict[str, tuple[str, ...]] = {}
    for name, raw in parameters.items():
        family = family_of(name)
        if family is None or (family.own and not own):
            problems.append(_unknown(name, own=own))
            continue
        texts = _texts(raw, split=family.many)
        given[name] = tuple(texts)
        found = _condition(family, name, texts)
        if isinstance(found, _Finding):
            problems.append(found)
        elif family.place is None:
            controls[name] = found.values[0]
        elif family.operator is not Operator.EXISTS or found.values == (True,):
            conditions.append(found)
    problems += _contradictions(controls)
    if problems:
        raise _refusal(problems)
    return Query(
        conditions=tuple(conditions),
        order_by=controls.get("orderBy", "eventTime"),
        descending=controls.get("orderDirection", "DESC") == "DESC" and "orderBy" in controls,
        count_limit=controls.get("eventCountLimit"),
        max_count=controls.get("maxEventCount"),
        per_page=controls.get("perPage"),
        page_token=controls.get("nextPageToken", ""),
        given=given,
    )


def _texts(raw: object, *, split: bool) -> list[str]:
    """Values of a parameter as texts, however they were given."""
    values: Iterable[object] = raw if isinstance(raw, list | tuple) else [raw]
    texts = [_plain(value) for value in values]
    if split:
        texts = [part for text in texts for part in text.split(_SEPARATOR)]
    return [text.strip() for text in texts]


def _plain(value: object) -> str:
    """Write a JSON value as it stands in an address."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _condition(family: Family, name: str, texts: Sequence[str]) -> Condition | _Finding:
    """Read the values of one parameter, and the type in its name."""
    if (len(texts) != 1 and not family.many) or not 0 < len(texts) <= _MOST_VALUES:
        return _problem(N_("{name} takes one value."), name, str(len(texts)), family.values)
    reader = READERS[family.values]
    values: list[object] = []
    for text in texts:
        value = reader(text)
        if value is None:
            return _problem(N_("{name} does not take “{value}”."), name, text, family.values)
        values.append(value)
    kind: str | None = ""
    if family.typed and isinstance(family.place, Terms):
        word = name.removeprefix(family.name)
        kind = read_type(family.place.kind, word)
        if kind is None:
            return _problem(N_("{name}: “{value}” is no such type."), name, word, Values.URI)
    return Condition(family, name, tuple(dict.fromkeys(values)), kind or "")


def _problem(message: str, name: str, value: str, kind: Values) -> _Finding:
    """Make a finding about a parameter."""
    fields = {"name": name, "value": value[:120]}
    return _Finding(Problem("trace.query.value", message, fields), REMEDIES[kind])


def _unknown(name: str, *, own: bool) -> _Finding:
    """Make the finding about a parameter that nobody knows, with the one that may be meant."""
    names = [f.name for f in (*FAMILIES, *CONTROLS) if own or not f.own]
    near = get_close_matches(name, names, 1, 0.75)
    if near:
        message = N_("The query parameter {name} is not known here. Is {near} meant?")
        fields = {"name": name[:120], "near": near[0]}
        return _Finding(Problem("trace.query.unknown", message, fields))
    message = N_("The query parameter {name} is not known here.")
    return _Finding(Problem("trace.query.unknown", message, {"name": name[:120]}))


def _contradictions(controls: Mapping[str, object]) -> Iterator[_Finding]:
    """Yield findings about parameters that cannot stand together."""
    fields = {"name": "eventCountLimit"}
    if "eventCountLimit" in controls and "maxEventCount" in controls:
        message = N_("eventCountLimit and maxEventCount exclude each other.")
        yield _Finding(Problem("trace.query.counts", message, fields))
    if "eventCountLimit" in controls and "orderBy" not in controls:
        message = N_("eventCountLimit needs orderBy: without an order there are no first events.")
        yield _Finding(Problem("trace.query.order", message, fields))


def _refusal(findings: Sequence[_Finding]) -> InputError:
    """Make the refusal of a query from its findings; the first stands in the message."""
    problems = [finding.problem for finding in findings]
    error = InputError(
        "trace.query.parameter", problems[0].message, hint=findings[0].remedy, problems=problems
    )
    error.fields = dict(problems[0].fields)
    error.status = 400
    return error
