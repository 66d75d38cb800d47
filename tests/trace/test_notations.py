"""Identifiers in every notation: what one writes the others read, and quick ways never differ."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace.engine.identifiers import fault_of, lot_of, parse, role_of, thing_of
from sanpin.trace.engine.identifiers import with_check_digit as checked
from sanpin.trace.engine.identifiers.build import build, build_from_pairs
from sanpin.trace.engine.identifiers.check import check_digit
from sanpin.trace.engine.identifiers.element import parse_element, write_brackets, write_element
from sanpin.trace.engine.identifiers.keys import ATTRIBUTES, KEYS, QUALIFIERS, Field
from sanpin.trace.engine.identifiers.urn import parse_urn, write_urn
from sanpin.trace.engine.identifiers.values import check_value
from sanpin.trace.model.identifiers import CANONICAL_STEM, Identifier, KeyKind, Role

CHARSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
serials = st.text(CHARSET_82, min_size=1, max_size=20)
plain_serials = st.text("ABCXYZ0189-._", min_size=1, max_size=20).filter(lambda s: s != "0")


def digits(count: int) -> st.SearchStrategy[str]:
    """Rows of digits of one length."""
    return st.text("0123456789", min_size=count, max_size=count)


gtins = digits(13).map(checked)
lengths = st.integers(6, 12)


@st.composite
def identifiers(draw: st.DrawFn) -> Identifier:
    """Any identifier whose URN exists, with its qualifiers."""
    key = draw(st.sampled_from(["01", "00", "414", "417", "8003", "8004"]))
    if key == "01":
        which = draw(st.sampled_from(["", "10", "21", "235"]))
        return build(key, draw(gtins), {which: draw(plain_serials)} if which else {})
    if key == "00":
        return build(key, checked(draw(digits(17))))
    if key == "414":
        extension = draw(st.one_of(st.none(), plain_serials))
        return build(key, checked(draw(digits(12))), {"254": extension} if extension else {})
    if key == "417":
        return build(key, checked(draw(digits(12))))
    if key == "8003":
        serial = draw(st.text("AB019", min_size=1, max_size=16))
        return build(key, checked("0" + draw(digits(12))) + serial)
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
    assert parse_urn(urn) == identifier, urn


@given(identifiers())
def test_an_urn_is_not_guessed(identifier: Identifier) -> None:
    """Without the length of the prefix, or with one that no prefix has, there is none."""
    assert write_urn(identifier, None) is None
    assert write_urn(identifier, 5) is None
    assert write_urn(identifier, 13) is None


@given(gtins, st.text("ABC012", min_size=1, max_size=20), st.text("XYZ9", min_size=1, max_size=20))
def test_an_element_string_gives_all_values_back(gtin: str, lot: str, serial: str) -> None:
    """In brackets and with separators; scanners may put a symbology identifier before."""
    identifier = build("01", gtin, {"21": serial, "10": lot}, [("17", "270131"), ("37", "12")])
    assert [ai for ai, _ in identifier.qualifiers] == ["10", "21"], "order of the standard"
    assert parse(write_brackets(identifier)) == identifier
    element = write_element(identifier)
    for text in (element, f"]d2{element[1:]}", element.replace("^", "\x1d")):
        assert parse_element(text) == identifier


@given(gtins, st.permutations([("10", "A1"), ("21", "S9"), ("17", "270131")]))
def test_the_order_of_a_label_changes_nothing(gtin: str, pairs: list[tuple[str, str]]) -> None:
    """Key first or last: the thing is the same."""
    rows = [("01", gtin), *pairs]
    first = build_from_pairs([(ai, value, 0) for ai, value in rows])
    last = build_from_pairs([(ai, value, 0) for ai, value in reversed(rows)])
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
    pack = build("01", "09521234543213", {"235": "51qIgY)%"})
    assert pack.kind is KeyKind.UPUI
    assert write_urn(pack, 7) == "urn:epc:id:upui:9521234.054321.51qIgY)%25"
    assert parse_urn("urn:epc:id:upui:9521234.054321.51qIgY)%25") == pack


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


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_has_limits_that_hold(key: str) -> None:
    """One character too many or too few is refused with the length that would do."""
    field = KEYS[key].field
    for length in (field.minimum - 1, field.maximum + 1):
        with pytest.raises(InputError) as refused:
            check_value(field, "0" * length)
        assert refused.value.code == "trace.identifier.length"
        assert refused.value.fields["length"] == length


@pytest.mark.parametrize("key", [k for k in sorted(KEYS) if KEYS[k].field.check])
def test_every_check_digit_of_a_key_is_checked(key: str) -> None:
    """The refusal names the digit that should stand there, and where."""
    field = KEYS[key].field
    body = checked("0" * (field.check - 1)) + "0" * (field.minimum - field.check)
    assert check_value(field, body) == body
    wrong = body[: field.check - 1] + "7" + body[field.check :]
    with pytest.raises(InputError) as refused:
        check_value(field, wrong, at=5)
    assert refused.value.code == "trace.identifier.check_digit"
    assert refused.value.fields["expected"] == body[field.check - 1]
    assert refused.value.fields["at"] == 5 + field.check - 1


@pytest.mark.parametrize(
    "field", [*QUALIFIERS.values(), *ATTRIBUTES.values()], ids=lambda field: field.ai
)
def test_every_field_refuses_what_its_characters_are_not(field: Field) -> None:
    """A Chinese letter stands in none of the character sets."""
    value = "件" * field.minimum
    with pytest.raises(InputError) as refused:
        check_value(field, value)
    assert refused.value.code == "trace.identifier.character"
    assert refused.value.fields["place"] == 1


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
    piece = build("01", gtin, {"10": lot, "21": serial})
    own = build("01", gtin, {"10": lot})
    assert lot_of(piece.canonical) == own.thing == thing_of(own.canonical)
    assert thing_of(piece.canonical) == build("01", gtin, {"21": serial}).thing
    urn = write_urn(own, 7)
    assert urn is not None
    assert thing_of(urn) == own.thing
