"""Every published vector, wholesale; what is decided otherwise stands here with its reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from sanpin.trace.engine.identifiers import Door, parse

DOOR = Door()
KINDS = {
    "parseDLuri": "dl", "generateDLuri": "ai", "parseAIdata": "ai", "processAIdata": "element",
    "validateAIs": "ai", "processScanData": "scan", "linters": "lint",
}  # fmt: skip
COUNTS = {
    "parseDLuri": 75, "generateDLuri": 9, "parseAIdata": 13, "processAIdata": 45,
    "validateAIs": 38, "processScanData": 31, "linters": 2622,
}  # fmt: skip

# Inputs of the GS1 engine that are decided otherwise, by kind.
ENGINE_CONTESTED: Mapping[tuple[str, str], str] = {
    ("parseAIdata", ""): "nothing given is refused, the engine takes it for an empty message",
    ("processAIdata", ""): "in the list as good and as bad; refused",
    ("processScanData", "]Q1HtTps://example.com/01/12312312312333?99=TEST"): (
        "the engine takes a scheme in mixed letters for plain text; its own reader of links and "
        "this one refuse it"
    ),
    ("generateDLuri", "(01)12312312312326(99)000001(89)XXX(95)INT"): "needs unknown AIs allowed",
    ("validateAIs", "(89)ABC(89)ABC(89)ABC"): "needs unknown AIs allowed",
    ("linters", "012345612345611110123"): "one of its two copies tests a table that is offline",
    ("linters", "012345612345611110123101101230123456"): "tests a table that is offline",
    ("linters", "I1234567"): "tests a table that refuses every prefix",
}  # fmt: skip
# The same link is good with, and bad without, leading zeros of a GTIN left out by option.
BY_OPTION = ("?01=2112345678900", "?01=02345673")

OPENEPCIS_CONTESTED = {
    "urn:epc:idpat:itip:164759476414.5.56.34.*": "piece 56 of 34",
    "https://id.gs1.org/401/12345678A012": "whether A is in the prefix needs its length",
    "https://id.gs1.org/8010/12345678901234A/8011/1111": "refused there for want of a length",
}
# Lengths of the prefix that the tests of OpenEPCIS pass beside these links.
LENGTHS = {
    "https://id.gs1.org/8010/12345678901234/8011/1111": 5,
    "https://id.gs1.org/8010/1234567890/8011/1111": 12,
    "https://id.gs1.org/8010/12A456789012345/8011/1111": 10,
    "https://id.gs1.org/8010/1234567": 10,
}

Vector = dict[str, Any]


def vectors(open_data: Path, name: str) -> dict[str, list[Vector]]:
    """Read a file of vectors."""
    path = open_data / "trace" / "identifiers" / f"{name}.json"
    found: dict[str, list[Vector]] = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    return found


@pytest.fixture(scope="module")
def engine(open_data: Path) -> dict[str, list[Vector]]:
    """Give the vectors of the GS1 syntax engine."""
    return vectors(open_data, "gs1-syntax-engine-vectors")


@pytest.fixture(scope="module")
def openepcis(open_data: Path) -> dict[str, list[Vector]]:
    """Give the vectors of the OpenEPCIS translator."""
    return vectors(open_data, "openepcis-identifier-vectors")


def given(vector: Vector) -> str:
    """What a vector of the engine gives."""
    return str(next(vector[name] for name in ("uri", "ai", "scan", "in") if name in vector))


def agrees(family: str, vector: Vector) -> bool:
    """Whether the batch door decides a vector as the engine does."""
    request = {"id": 0, "kind": KINDS[family], "value": given(vector)} | {
        name: vector[name] for name in ("linter", "stem") if name in vector
    }
    if family == "parseDLuri":
        request["options"] = {"convenience_alphas": True, "zero_suppressed_gtin": True}
    answer = DOOR.answer(request)
    expect = vector.get("expect", "")
    if family == "generateDLuri":
        return bool((answer["dl"] or "") == expect)
    if not vector["ok"] or not answer["ok"]:
        return bool(answer["ok"] == vector["ok"])
    return not expect.startswith("^") or bool(answer["element"] == expect)


@pytest.mark.parametrize("family", KINDS)
def test_the_engine_is_agreed_with(engine: dict[str, list[Vector]], family: str) -> None:
    """All but the listed ones; each listed one still differs."""
    assert len(engine[family]) == COUNTS[family]
    differing = {given(vector) for vector in engine[family] if not agrees(family, vector)}
    differing -= {text for text in differing if text.endswith(BY_OPTION)}
    assert differing == {text for name, text in ENGINE_CONTESTED if name == family}


def test_a_short_gtin_is_a_matter_of_an_option(engine: dict[str, list[Vector]]) -> None:
    """Without the option exactly the links that need it are refused, by name."""
    for vector in engine["parseDLuri"]:
        answer = DOOR.answer({"id": 0, "kind": "dl", "value": vector["uri"]})
        if not vector["ok"] or answer["ok"]:
            continue
        code = answer["errors"][0]["code"]
        assert code in ("trace.identifier.short_gtin", "trace.identifier.word"), vector["uri"]


def test_published_urns_translate_to_their_links(openepcis: dict[str, list[Vector]]) -> None:
    """And back, since the URN itself tells the length of its prefix."""
    assert len(openepcis["urn_to_dl"]) == 34
    for vector in openepcis["urn_to_dl"]:
        assert unquote(parse(vector["in"]).canonical) == unquote(vector["expect"])
        answer = DOOR.answer({"id": 0, "kind": "urn", "value": vector["in"]})
        assert unquote(answer["urn"]) == unquote(vector["in"])


def test_accept_and_reject_lists_are_agreed_with(openepcis: dict[str, list[Vector]]) -> None:
    """All that are decided: not those in both lists, nor links with a wrong check digit.

    The translator's older checks do not look at check digits, so a wrong one stands in either list.
    """
    valid = {vector["in"] for vector in openepcis["valid"]}
    invalid = {vector["in"] for vector in openepcis["invalid"]}
    differing = set()
    for text in valid ^ invalid:
        answer = DOOR.answer({"id": 0, "value": text, "gcp_length": LENGTHS.get(text)})
        wrong_digit = any(e["code"].endswith(".check_digit") for e in answer["errors"])
        if answer["ok"] != (text in valid) and not wrong_digit:
            differing.add(text)
        if wrong_digit and text in valid:
            options = {"fix_check_digit": True}
            assert DOOR.answer({"id": 0, "value": text, "options": options})["ok"], text
    assert differing == set(OPENEPCIS_CONTESTED)
