"""Documents that hold a query: every parameter known, every value of its kind."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sanpin.base import InputError
from sanpin.trace.engine.epcis import open_document, read_document, validate
from sanpin.trace.engine.epcis.convert import convert

SCHEMA = "https://ref.gs1.org/standards/epcis/2.0.0/query-schema.json"


def codes(query: dict[str, Any]) -> list[tuple[str, str]]:
    """Findings of a bare query."""
    data = orjson.dumps({"@context": SCHEMA} | query, option=orjson.OPT_INDENT_2)
    document = read_document(data)
    assert document.kind == "query"
    assert document.events == ()
    lines = data.decode().splitlines()
    found = validate(document).problems
    for problem in found:
        name = str(problem.fields["path"]).rpartition(".")[2]
        assert name in lines[int(str(problem.fields["line"])) - 1] or "required" in problem.code
    return [(p.code.removeprefix("trace.event."), str(p.fields["path"])) for p in found]


@pytest.mark.parametrize(
    "query",
    [
        {"eventType": ["ObjectEvent", "https://x.example/MyEvent"]},
        {"GE_eventTime": "2026-01-01T00:00:00+01:00", "LT_recordTime": "2026-01-01T00:00:00Z"},
        {"EQ_bizStep": ["shipping", "https://ref.gs1.org/cbv/BizStep-packing"]},
        {"EQ_action": ["ADD", "DELETE"], "EQ_disposition": "in_transit"},
        {"MATCH_anyEPC": ["urn:epc:idpat:sgtin:9521234.*.*"], "WD_bizLocation": ["urn:x:1"]},
        {"EQ_bizTransaction_po": ["urn:x:1"], "EQ_source_location": ["urn:x:2"]},
        {"GE_quantity": 1, "LT_quantity_KGM": 2.5, "EQ_value_CEL": [21.5]},
        {"EXISTS_errorDeclaration": None, "EQ_ILMD_x:lot": ["7"], "HASATTR_x:a": ["b"]},
        {"orderBy": "eventTime", "orderDirection": "ASC", "eventCountLimit": 3, "perPage": 5},
        {"name": "mine", "query": {"EQ_eventID": ["urn:x:1"], "EQ_booleanValue": True}},
    ],
)
def test_parameters_of_the_standard_are_accepted(query: dict[str, Any]) -> None:
    assert codes(query) == []


@pytest.mark.parametrize(
    ("query", "code", "path"),
    [
        ({"GE_eventDate": "2026-01-01T00:00:00Z"}, "query_unknown", "GE_eventDate"),
        ({"MATCH_epcs": ["urn:x:1"]}, "query_unknown", "MATCH_epcs"),
        ({"GE_eventTime": "2026-01-01T00:00:00"}, "time", "GE_eventTime"),
        ({"EQ_action": ["SHIPPED"]}, "query_value", "EQ_action"),
        ({"EQ_bizStep": ["glazing"]}, "query_value", "EQ_bizStep"),
        ({"MATCH_epc": ["no uri"]}, "query_value", "MATCH_epc"),
        ({"GE_quantity": "many"}, "query_value", "GE_quantity"),
        ({"eventCountLimit": 0}, "query_value", "eventCountLimit"),
        ({"orderDirection": "SIDEWAYS"}, "query_value", "orderDirection"),
        ({"query": {"EQ_action": ["ADD"]}}, "required", "name"),
        ({"name": "mine", "query": {"EQ_x": 1}}, "query_unknown", "query.EQ_x"),
        ({"name": "mine", "query": {}, "other": 1}, "query_unknown", "other"),
    ],
)
def test_wrong_parameters_are_named(query: dict[str, Any], code: str, path: str) -> None:
    assert codes(query) == [(code, path)]


def test_a_poll_is_a_query() -> None:
    text = (
        '<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2" schemaVersion="2.0" '
        'creationDate="2026-03-01T00:00:00Z"><EPCISBody><q:Poll>{}<params><param><name>EQ_action'
        "</name><value><string>{}</string></value></param><param><name>orderBy</name><value>"
        "eventTime</value></param></params></q:Poll></EPCISBody></q:EPCISQueryDocument>"
    )
    name = "<queryName>SimpleEventQuery</queryName>"
    good = read_document(text.format(name, "ADD").encode())
    assert good.kind == "query"
    assert good.head["query"] == {"EQ_action": ["ADD"], "orderBy": "eventTime"}
    assert validate(good).problems == ()
    for bad, path in (
        (text.format("", "ADD"), "queryName"),
        (text.format(name, "MAKE"), "query.EQ_action"),
    ):
        found = validate(read_document(bad.encode())).problems
        assert [str(problem.fields["path"]) for problem in found] == [path]


def test_a_query_cannot_be_converted() -> None:
    data = orjson.dumps({"@context": SCHEMA, "EQ_action": ["ADD"]})
    with pytest.raises(InputError) as refusal:
        b"".join(convert(open_document(data), "xml"))
    assert refusal.value.code == "trace.convert.query"
