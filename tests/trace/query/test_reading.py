"""Parameters of queries: every family is read, every mistake is named."""

from __future__ import annotations

import re

import pytest

from sanpin.base import InputError
from sanpin.trace.engine.query import CONTROLS, FAMILIES, family_of, read_query, unwrap
from sanpin.trace.engine.query.patterns import read_class, read_name, read_thing
from sanpin.trace.engine.query.values import READERS, REMEDIES
from sanpin.trace.model.queries import Values

STEM = "https://id.gs1.org"
GTIN = f"{STEM}/01/09521234678908"
PIECE = f"{GTIN}/21/12345"
WRITINGS = [
    "urn:epc:id:sgtin:9521234.067890.12345",
    PIECE,
    "https://shop.example/p/01/09521234678908/21/12345?17=271231",
    "(01)09521234678908(21)12345",
]


def refusal(parameters: dict[str, object]) -> list[tuple[str, object]]:
    with pytest.raises(InputError) as caught:
        read_query(parameters)
    assert caught.value.status == 400
    assert str(caught.value)
    return [(p.code, p.fields["name"]) for p in caught.value.problems]


def test_every_kind_of_value_has_a_reader_and_a_remedy() -> None:
    assert set(READERS) == set(REMEDIES) == set(Values)


def test_names_of_families_are_unique() -> None:
    names = [family.name for family in (*FAMILIES, *CONTROLS)]
    assert len(names) == len(set(names))
    assert all(family_of(name) for name in names if not name.endswith("_"))
    assert family_of("EQ_source_") is None
    assert family_of("EQ_source_owning_party") in FAMILIES


@pytest.mark.parametrize("text", WRITINGS)
def test_all_writings_of_a_thing_are_one(text: str) -> None:
    for read in (read_thing, read_class, read_name):
        found = read(text)
        assert found is not None
        assert (found.names, found.form) == ((PIECE,), None)


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("urn:epc:idpat:sgtin:9521234.067890.*", [PIECE, GTIN], [f"{STEM}/01/09521234567899/21/1"]),
        ("urn:epc:idpat:sgtin:9521234.*.*", [PIECE], [f"{STEM}/01/09521235678904/21/1", GTIN]),
        ("urn:epc:idpat:sgtin:*.*.*", [PIECE], [f"{STEM}/01/09521234678908/10/1"]),
        (GTIN, [PIECE, GTIN], [f"{GTIN}/10/L"]),
        (f"{GTIN}/10/*", [f"{GTIN}/10/L"], [PIECE, GTIN]),
        ("https://shop.example/01/09521234678908/21/*", [PIECE], [GTIN]),
        (
            "urn:epc:idpat:sscc:9521234.*",
            [f"{STEM}/00/095212340000000019", f"{STEM}/00/395212340000000010"],
            [f"{STEM}/00/095212350000000018"],
        ),
        (
            "urn:epc:idpat:sgln:9521234.*.*",
            [f"{STEM}/414/9521234000013", f"{STEM}/414/9521234000013/254/3"],
            [f"{STEM}/414/9521235000012"],
        ),
        (
            "urn:epc:idpat:sgln:9521234.00001.*",
            [f"{STEM}/414/9521234000013", f"{STEM}/414/9521234000013/254/3"],
            [f"{STEM}/414/9521234000020"],
        ),
        (
            "urn:epc:idpat:grai:9521234.00001.*",
            [f"{STEM}/8003/09521234000013A7"],
            [f"{STEM}/8003/09521234000020A7"],
        ),
        ("urn:epc:idpat:giai:9521234.*", [f"{STEM}/8004/9521234A7"], [f"{STEM}/8004/9521235A7"]),
        ("urn:epc:idpat:gid:95100.*.*", ["urn:epc:id:gid:95100.1.7"], ["urn:epc:id:gid:951.1.7"]),
    ],
)  # fmt: skip
def test_patterns_stand_for_many_things(text: str, good: list[str], bad: list[str]) -> None:
    found = read_thing(text)
    assert found is not None
    for name in good:
        assert found.matches(name), name
        assert name in found.names or name.startswith(found.beginnings), name
    assert not any(found.matches(name) for name in bad)


def test_classes_stand_for_themselves() -> None:
    for text in ("urn:epc:idpat:sgtin:9521234.067890.*", GTIN):
        found = read_class(text)
        assert found is not None
        assert found.matches(GTIN)
        assert not found.matches(PIECE)
    every = read_class("urn:epc:idpat:sgtin:9521234.*.*")
    assert every is not None
    assert every.matches(GTIN)
    assert not every.matches(PIECE)


@pytest.mark.parametrize(
    "text",
    [
        "thing",
        "two words:x",
        "urn:epc:id:sgtin:9521234.067890",
        "urn:epc:idpat:sgtin:*.067890.*",
        "urn:epc:idpat:sgtin:9521234.06789.*",
        "urn:epc:idpat:sgtin:9521234.067890.1*",
        "urn:epc:idpat:sgtin:95x1234.067890.*",
        "urn:epc:idpat:sscc:9521234.*.*",
        "https://id.gs1.org/01/09521234678909/21/5",
        "https://id.gs1.org/01/09521234678909/21/*",
        "https://id.gs1.org/01/09521234678908/10/L/21/*",
        "(01)09521234678909",
    ],
)
def test_what_is_neither_identifier_nor_pattern_is_refused(text: str) -> None:
    assert read_thing(text) is None
    assert refusal({"MATCH_anyEPC": text}) == [("trace.query.value", "MATCH_anyEPC")]


def test_words_are_one_in_all_writings() -> None:
    writings = [
        "shipping",
        "cbv:BizStep-shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
    ]
    for text in writings:
        (condition,) = read_query({"EQ_bizStep": text}).conditions
        assert condition.values == ("shipping",)
    own = "https://example.org/steps/glazing"
    (condition,) = read_query({"EQ_bizStep": f"{own}|shipping"}).conditions
    assert condition.values == (own, "shipping")


def test_values_come_as_texts_lists_and_json() -> None:
    forms: list[object] = ["ADD|DELETE", ["ADD", "DELETE"], ("ADD", "DELETE", "ADD")]
    for form in forms:
        (condition,) = read_query({"EQ_action": form}).conditions
        assert condition.values == (1, 3)
    query = read_query({"orderBy": "recordTime", "eventCountLimit": 3, "perPage": "7"})
    assert (query.order_by, query.descending, query.count_limit) == ("recordTime", True, 3)
    assert (query.per_page, query.given["eventCountLimit"]) == (7, ("3",))
    assert not read_query({"orderBy": "eventTime", "orderDirection": "ASC"}).descending
    assert not read_query({"orderDirection": "DESC"}).descending


def test_instants_need_their_offset() -> None:
    expected = read_query({"GE_eventTime": "2026-03-01T08:30:00+08:00"}).conditions[0].values
    # A plus sign that nobody escaped arrives as a space.
    for text in ("2026-03-01T08:30:00 08:00", "2026-03-01T00:30:00Z", "2026-03-01T00:30:00.000Z"):
        assert read_query({"GE_eventTime": text}).conditions[0].values == expected
    for text in ("2026-03-01T08:30:00", "2026-03-01", "now", ""):
        assert refusal({"LT_recordTime": text}) == [("trace.query.value", "LT_recordTime")]


@pytest.mark.parametrize(
    ("value", "asked"), [(True, 1), ("true", 1), (1, 1), (None, 1), (False, 0), ("false", 0)]
)
def test_a_declaration_is_asked_for_or_not(value: object, asked: int) -> None:
    assert len(read_query({"EXISTS_errorDeclaration": value}).conditions) == asked


def test_types_stand_in_names() -> None:
    for word in ("owning_party", "urn:epcglobal:cbv:sdt:owning_party", "cbv:SDT-owning_party"):
        (condition,) = read_query({f"EQ_source_{word}": "urn:epc:id:pgln:9521234.00001"}).conditions
        assert condition.type == "owning_party"
        assert condition.values == (f"{STEM}/417/9521234000013",)
    assert refusal({"EQ_source_owner": "urn:x:1"}) == [("trace.query.value", "EQ_source_owner")]
    assert refusal({"EQ_bizTransaction_po": "no uri"}) == [
        ("trace.query.value", "EQ_bizTransaction_po")
    ]


@pytest.mark.parametrize(
    ("parameters", "codes"),
    [
        ({"GE_eventDate": "2026-01-01T00:00:00Z"}, ["unknown"]),
        ({"EQ_colour": "red"}, ["unknown"]),
        ({"epc": PIECE}, ["unknown"]),
        ({"EQ_action": "SHIPPED"}, ["value"]),
        ({"eventType": "PartyEvent"}, ["value"]),
        ({"EQ_bizStep": "jumping"}, ["value"]),
        ({"EQ_bizStep": ""}, ["value"]),
        ({"EQ_action": []}, ["value"]),
        ({"GE_eventTime": ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]}, ["value"]),
        ({"EQ_readPoint": "dock 1"}, ["value"]),
        ({"EXISTS_errorDeclaration": "perhaps"}, ["value"]),
        ({"orderBy": "colour"}, ["value"]),
        ({"orderBy": "eventTime", "orderDirection": "SIDEWAYS"}, ["value"]),
        ({"perPage": "0"}, ["value"]),
        ({"perPage": "²"}, ["value"]),
        ({"maxEventCount": "99999999999"}, ["value"]),
        ({"eventCountLimit": 5}, ["order"]),
        ({"eventCountLimit": 5, "maxEventCount": 5, "orderBy": "eventTime"}, ["counts"]),
        ({"GE_eventTime": "x", "EQ_action": "y", "z": ""}, ["value", "value", "unknown"]),
    ],
)
def test_mistakes_are_named_all_at_once(parameters: dict[str, object], codes: list[str]) -> None:
    found = refusal(parameters)
    assert [code for code, _ in found] == [f"trace.query.{code}" for code in codes]


def test_a_near_name_is_proposed() -> None:
    with pytest.raises(InputError, match="GE_eventTime"):
        read_query({"GE_eventDate": "2026-01-01T00:00:00Z"})


def test_our_own_parameter_is_for_our_own_doors() -> None:
    (condition,) = read_query({"epc": "(01)09521234678908(21)12345"}, own=True).conditions
    assert condition.family.own


def test_queries_come_bare_and_with_a_name() -> None:
    bare = {"@context": "x", "EQ_action": ["ADD"]}
    assert unwrap(bare) == unwrap({"name": "mine", "query": bare}) == {"EQ_action": ["ADD"]}
    others: list[object] = [[], "EQ_action=ADD", None, {"query": [1]}]
    for other in others:
        with pytest.raises(InputError) as caught:
            unwrap(other)
        assert caught.value.code == "trace.query.document"


def test_forms_are_no_wider_than_their_beginnings() -> None:
    for text in ("urn:epc:idpat:sgtin:9521234.067890.*", "urn:epc:idpat:giai:9521234.*"):
        found = read_thing(text)
        assert found is not None
        assert isinstance(found.form, re.Pattern)
        assert not found.matches(found.beginnings[0][:-1])
