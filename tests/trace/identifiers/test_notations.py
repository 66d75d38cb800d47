"""Identifiers in every notation: what one writes the others read, and quick ways never differ."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace.engine.identifiers import (
    fault_of,
    lot_of,
    parse,
    role_of,
    thing_of,
    write_brackets,
    write_element,
    write_urn,
)
from sanpin.trace.engine.identifiers import with_check_digit as checked
from sanpin.trace.engine.identifiers.check import check_digit
from sanpin.trace.engine.identifiers.element import element_of
from sanpin.trace.engine.identifiers.table import RULES, Rule, check_value
from sanpin.trace.model.identifiers import CANONICAL_STEM, Identifier, KeyKind, Role

CHARSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
serials = st.text(CHARSET_82, min_size=1, max_size=20)
plain_serials = st.text("ABCXYZ0189-._", min_size=1, max_size=20).filter(lambda s: s != "0")


def digits(count: int) -> st.SearchStrategy[str]:
    """Rows of digits of one length."""
    return st.text("0123456789", min_size=count, max_size=count)


URN_KEYS = [
    "00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8017",
    "8018",
]  # fmt: skip

gtins = digits(13).map(checked)
lengths = st.integers(6, 12)


def build(key: str, value: str, *others: tuple[str, str]) -> Identifier:
    """Make an identifier of values in any order."""
    return parse(element_of([(key, value), *others]))


@st.composite
def identifiers(draw: st.DrawFn) -> Identifier:
    """Any identifier whose URN exists, with its qualifiers."""
    key = draw(st.sampled_from(URN_KEYS))
    serial = draw(plain_serials)
    number = draw(st.integers(1, 10**12 - 1).map(str))
    match key:
        case "01":
            which = draw(st.sampled_from(["", "10", "21", "235"]))
            return build(key, draw(gtins), *([(which, serial)] if which else []))
        case "00" | "8017" | "8018":
            return build(key, checked(draw(digits(17))))
        case "402":
            return build(key, checked(draw(digits(16))))
        case "414":
            extension = draw(st.one_of(st.none(), plain_serials))
            value = checked(draw(digits(12)))
            return build(key, value, *([("254", extension)] if extension else []))
        case "417":
            return build(key, checked(draw(digits(12))))
        case "253":
            return build(key, checked(draw(digits(12))) + serial[:17])
        case "255":
            return build(key, checked(draw(digits(12))) + number)
        case "8003":
            return build(key, "0" + checked(draw(digits(12))) + serial[:16])
        case "8006":
            return build(key, draw(gtins) + "0102", ("21", serial))
        case "8010":
            return build(key, draw(digits(12)) + "AB#/-1", ("8011", number))
        case _:
            return build(key, draw(digits(12)) + draw(st.text("AB019", min_size=1, max_size=18)))


@given(identifiers())
def test_a_link_gives_the_identifier_back(identifier: Identifier) -> None:
    """On the canonical domain, or below any stem with a path of its own."""
    assert parse(identifier.canonical) == identifier
    assert parse(identifier.link("https://brand.example/some/path/")) == identifier
    assert thing_of(identifier.canonical) == identifier.thing


@given(identifiers(), lengths)
def test_an_urn_gives_the_identifier_back(identifier: Identifier, length: int) -> None:
    """At whatever place the company prefix ends."""
    urn = write_urn(identifier, length)
    assert urn is not None
    assert parse(urn) == identifier, urn


@given(identifiers())
def test_an_urn_is_not_guessed(identifier: Identifier) -> None:
    """Without the length of the prefix, or with one that no prefix has, there is none."""
    assert write_urn(identifier, None) is None
    assert write_urn(identifier, 5) is None
    assert write_urn(identifier, 13) is None


@given(gtins, st.text("ABC012", min_size=1, max_size=20), st.text("XYZ9", min_size=1, max_size=20))
def test_an_element_string_gives_all_values_back(gtin: str, lot: str, serial: str) -> None:
    """In brackets and with separators; scanners may put a symbology identifier before."""
    identifier = build(
        "01", gtin, ("21", serial), ("10", lot), ("17", "270131"), ("3103", "000012")
    )
    assert [ai for ai, _ in identifier.qualifiers] == ["10", "21"], "order of the standard"
    assert parse(write_brackets(identifier)) == identifier
    element = write_element(identifier)
    for text in (element, f"]d2{element[1:]}", element.replace("^", "\x1d")):
        assert parse(text) == identifier


@given(gtins, st.permutations([("10", "A1"), ("21", "S9"), ("17", "270131")]))
def test_the_order_of_a_label_changes_nothing(gtin: str, pairs: list[tuple[str, str]]) -> None:
    """Key first or last: the thing is the same."""
    rows = [("01", gtin), *pairs]
    first, last = (parse(element_of(order)) for order in (rows, rows[::-1]))
    assert first.thing == last.thing == f"{CANONICAL_STEM}/01/{gtin}/21/S9"
    assert first.lot == f"{CANONICAL_STEM}/01/{gtin}/10/A1"


@given(gtin=gtins, ai=st.sampled_from(["10", "21"]), value=st.text(min_size=1, max_size=22))
def test_the_quick_way_agrees_with_the_careful_one(gtin: str, ai: str, value: str) -> None:
    """A link is a fault for `fault_of` exactly when `parse` refuses it."""
    link = f"{CANONICAL_STEM}/01/{gtin}/{ai}/{quote(value, safe='-._~')}"
    try:
        thing = parse(link).thing
    except InputError as refused:
        assert fault_of(link) == refused.code
        assert thing_of(link) == link, "what is no key names itself"
    else:
        assert fault_of(link) == ""
        assert thing_of(link) == thing


def test_a_tilde_is_no_character_of_a_lot() -> None:
    """Addresses may hold one, but the character set of the standard has none."""
    link = f"{CANONICAL_STEM}/01/09521234567899/10/A~1"
    assert fault_of(link) == "trace.identifier.character"
    with pytest.raises(InputError) as refused:
        parse(link)
    assert refused.value.fields["found"] == "~"
    assert link[int(str(refused.value.fields["at"]))] == "~"


def test_a_unit_pack_keeps_its_serial_number_as_urn() -> None:
    """Its URN is one of a piece and not of the class."""
    pack = build("01", "09521234543213", ("235", "51qIgY)%"))
    assert pack.kind is KeyKind.UPUI
    assert write_urn(pack, 7) == "urn:epc:id:upui:9521234.054321.51qIgY)%25"
    assert parse("urn:epc:id:upui:9521234.054321.51qIgY)%25") == pack


@given(st.text("0123456789", min_size=1, max_size=30))
def test_the_check_digit_finds_every_single_wrong_digit(body: str) -> None:
    """Weights 3 and 1 are prime to ten, so no exchange of one digit goes unseen."""
    right = check_digit(body)
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))
    )
    assert (weighted + int(right)) % 10 == 0
    for place, digit in enumerate(body):
        other = str((int(digit) + 1) % 10)
        assert check_digit(body[:place] + other + body[place + 1 :]) != right


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.ai)
def test_every_value_has_limits_that_hold(rule: Rule) -> None:
    """One character too many or too few is refused with the length that would do."""
    for length in (rule.minimum - 1, rule.maximum + 1):
        fault = check_value(rule, "0" * length)
        assert fault is not None
        assert fault.code == "trace.identifier.length"
        assert fault.fields["length"] == length


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.ai)
def test_every_value_refuses_what_its_characters_are_not(rule: Rule) -> None:
    """A Chinese letter stands in none of the character sets."""
    fault = check_value(rule, "件" * rule.minimum, at=4)
    assert fault is not None
    assert fault.code == "trace.identifier.character"
    assert (fault.at, fault.fields["place"]) == (4, 1)


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES.values() if any("csum" in c[4] for c in rule.components)],
    ids=lambda rule: rule.ai,
)
def test_every_check_digit_is_checked(rule: Rule) -> None:
    """The refusal names the digit that should stand there, and where."""
    lead = 1 if rule.ai == "8003" else 0
    last = lead + next(c[2] for c in rule.components if "csum" in c[4]) - 1
    good = "0" * lead + checked("0" * (last - lead)) + "0101"[: rule.minimum - last - 1]
    assert check_value(rule, good) is None
    fault = check_value(rule, good[:last] + "7" + good[last + 1 :], at=5)
    assert fault is not None
    assert fault.code == "trace.identifier.check_digit"
    assert (fault.fields["expected"], fault.at) == (good[last], 5 + last)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("hello", "unknown"),
        ("(10)LOT", "no_key"),
        ("x(01)09521234567899", "unknown"),
        ("(99999)1", "brackets"),
        ("(01)09521234567899(4711)X", "unknown_ai"),
        ("0109521234567899\x1d4711", "unknown_ai"),
        ("(01)0952123456789(10)A", "length"),
        ("https://brand.example/shop", "not_a_link"),
        ("https://brand.example/01/", "not_a_link"),
        ("https://brand.example/01/09521234567899/21/A/10/B", "not_a_link"),
        ("urn:epc:id:sgtin:9521234.067890", "urn"),
        ("urn:epc:id:sgtin:95212.06789012.1", "urn"),
        ("urn:epc:id:sgtin:9521234.067890.", "urn"),
        ("urn:epc:class:sgtin:9521234.067890.1", "urn"),
        ("urn:epc:id:lgtin:9521234.067890.1", "urn"),
        ("urn:epc:idpat:sgtin:9521234.067890.1", "urn"),
        ("urn:epc:id:itip:9521234.067890.1.2.S", "urn"),
    ],
)
def test_what_is_wrong_is_refused_by_name(text: str, code: str) -> None:
    """Each with a position inside what was given."""
    with pytest.raises(InputError) as refused:
        parse(text)
    assert refused.value.code == f"trace.identifier.{code}"
    assert 0 <= int(str(refused.value.fields["at"])) <= len(text)


@pytest.mark.parametrize(
    ("uri", "role"),
    [
        (f"{CANONICAL_STEM}/00/106141412345678908", Role.CONTAINER),
        (f"{CANONICAL_STEM}/414/{checked('952123456789')}", Role.PLACE),
        (f"{CANONICAL_STEM}/417/{checked('952123456789')}", Role.PARTY),
        ("urn:epc:id:giai:9521234.5AB", Role.ASSET),
        ("urn:epc:id:gid:952056.2718.1414", Role.PRODUCT),
        ("https://brand.example/about", Role.PRODUCT),
        ("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", Role.PRODUCT),
    ],
)
def test_things_play_the_part_of_their_key(uri: str, role: Role) -> None:
    """What holds no key of GS1 names itself and is taken for goods."""
    assert role_of(uri) is role
    assert fault_of(uri) == ""
    assert lot_of(uri) == ""


@given(gtins, serials, serials)
def test_a_piece_knows_its_lot_whatever_letters_they_have(gtin: str, lot: str, serial: str) -> None:
    """The same lot by its own link, by that of its piece, and by its URN."""
    piece = build("01", gtin, ("10", lot), ("21", serial))
    own = build("01", gtin, ("10", lot))
    assert lot_of(piece.canonical) == own.thing == thing_of(own.canonical)
    assert thing_of(piece.canonical) == build("01", gtin, ("21", serial)).thing
    urn = write_urn(own, 7)
    assert urn is not None
    assert thing_of(urn) == own.thing
