"""Identifiers: every writing of one thing gives one canonical form; refusals name the place."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace.engine.identifiers import (
    check_digit,
    fault_of,
    lot_of,
    parse,
    role_of,
    thing_of,
    with_check_digit,
    write_brackets,
    write_element,
    write_urn,
)
from sanpin.trace.model.identifiers import Identifier, KeyKind, Role

GTIN = "09521234567899"
CHARSET = "!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz"

digits = st.text("0123456789", min_size=13, max_size=13)
serials = st.text(CHARSET, min_size=1, max_size=20)


def naive_check_digit(body: str) -> str:
    """Sum digit by digit, as the General Specifications draw it."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body)))
    return str((10 - total % 10) % 10)


@given(st.text("0123456789", min_size=1, max_size=20))
def test_check_digit_is_that_of_the_drawing(body: str) -> None:
    assert check_digit(body) == naive_check_digit(body)


@pytest.mark.parametrize(
    "text",
    [
        f"https://id.gs1.org/01/{GTIN}/21/A7",
        f"http://shop.example/de/path/01/{GTIN}/21/A7/",
        f"HTTPS://Shop.Example:8443/01/{GTIN}/21/%417?17=261231&utm=x#top",
        f"https://id.gs1.org/01/{GTIN}/10/L1/21/A7",
        "urn:epc:id:sgtin:9521234.056789.A7",
        f"(01){GTIN}(21)A7",
        f"(21)A7(01){GTIN}(10)L1(17)261231",
        f"]d201{GTIN}21A7",
        f"]C101{GTIN}10L1\x1d21A7",
        f"^01{GTIN}1726123121A7",
        f"  (01){GTIN}(21)A7  ",
    ],
)
def test_every_writing_of_a_piece_names_the_same_thing(text: str) -> None:
    assert parse(text).thing == f"https://id.gs1.org/01/{GTIN}/21/A7"


@pytest.mark.parametrize(
    ("urn", "link", "kind", "role"),
    [
        ("urn:epc:class:lgtin:9521234.056789.L/1", f"/01/{GTIN}/10/L%2F1", "lgtin", "product"),
        ("urn:epc:idpat:sgtin:9521234.056789.*", f"/01/{GTIN}", "gtin", "product"),
        ("urn:epc:id:sscc:952123456.09999999", "/00/095212345699999990", "sscc", "container"),
        ("urn:epc:id:sgln:9521234.12345.0", "/414/9521234123453", "sgln", "place"),
        ("urn:epc:id:sgln:9521234.12345.B%2F2", "/414/9521234123453/254/B%2F2", "sgln", "place"),
        ("urn:epc:id:pgln:9521234.12345", "/417/9521234123453", "pgln", "party"),
        ("urn:epc:id:grai:9521234.12345.77", "/8003/0952123412345377", "grai", "asset"),
        ("urn:epc:idpat:grai:9521234.12345.*", "/8003/09521234123453", "grai", "asset"),
        ("urn:epc:id:giai:9521234.kiln-2", "/8004/9521234kiln-2", "giai", "asset"),
        ("urn:epc:id:gdti:9521234.12345.A", "/253/9521234123453A", "gdti", "document"),
        (
            "urn:epc:id:itip:9521234.056789.01.02.S",
            "/8006/095212345678990102/21/S",
            "itip",
            "product",
        ),
        ("urn:epc:id:cpi:9521234.PART.9", "/8010/9521234PART/8011/9", "cpi", "product"),
        ("urn:epc:id:gsrn:9521234.1234567890", "/8018/952123412345678905", "gsrn", "party"),
    ],
)
def test_urns_translate_exactly(urn: str, link: str, kind: str, role: str) -> None:
    found = parse(urn)
    assert found.canonical == f"https://id.gs1.org{link}"
    assert (found.kind, found.role) == (KeyKind(kind), Role(role))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("96385074", "https://id.gs1.org/01/00000096385074"),
        (with_check_digit("952123456789"), "https://id.gs1.org/01/09521234567899"),
        ("095212345699999990", "https://id.gs1.org/00/095212345699999990"),
        (f"01{GTIN}10AB", f"https://id.gs1.org/01/{GTIN}/10/AB"),
        ("(414)9521234123453(254)0", "https://id.gs1.org/414/9521234123453"),
    ],
)
def test_short_writings_are_understood(text: str, canonical: str) -> None:
    assert parse(text).canonical == canonical


def test_attributes_describe_but_do_not_name() -> None:
    plain = parse(f"(01){GTIN}(10)L1")
    described = parse(f"(01){GTIN}(10)L1(17)261231(3103)001500")
    assert plain.canonical == described.canonical
    assert described.attributes == (("17", "261231"), ("3103", "001500"))
    assert described.link("https://shop.example/", attributes=True) == (
        f"https://shop.example/01/{GTIN}/10/L1?17=261231&3103=001500"
    )


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "empty", 0),
        ("hello", "unknown", 0),
        ("(01)09521234567898", "check_digit", 17),
        ("(01)0952123456789", "length", 4),
        ("(01)0952123456789X", "character", 17),
        (f"(01){GTIN}(21)", "length", 22),
        (f"(01){GTIN}(10)LOT#7", "character", 25),
        (f"(01){GTIN}(5555)x", "unknown_ai", 19),
        ("(10)L1", "no_key", 0),
        ("x(01)", "unknown", 0),
        ("(1)2", "brackets", 0),
        ("https://example.com/about", "not_a_link", 0),
        (f"https://id.gs1.org/01/{GTIN}/254/x", "not_a_link", 0),
        (f"https://id.gs1.org/01/{GTIN}/21/A/10/B", "not_a_link", 0),
        ("https://id.gs1.org/01/09521234567898/21/A", "check_digit", 35),
        ("https://id.gs1.org/8003/19521234123453", "filler", 24),
        ("urn:epc:id:sgtin:9521234.056789", "urn", 17),
        ("urn:epc:id:sgtin:9521234.05678.1", "urn", 25),
        ("urn:epc:id:sgtin:95212.05678901.1", "urn", 17),
        ("urn:epc:id:lgtin:9521234.056789.1", "urn", 8),
        ("urn:epc:idpat:sgtin:9521234.056789.1", "urn", 20),
        ("urn:epc:id:sgtin:9521234.056789.", "urn", 32),
        ("urn:epc:id:itip:9521234.056789.1.02.S", "urn", 31),
        ("urn:epc:id:nothing:1.2.3", "urn", 0),
    ],
)
def test_refusals_name_code_and_position(text: str, code: str, at: int) -> None:
    with pytest.raises(InputError) as refusal:
        parse(text)
    assert refusal.value.code == f"trace.identifier.{code}"
    assert refusal.value.fields["at"] == at
    assert str(refusal.value)


@given(digits, serials, st.sampled_from(["10", "21", "22"]))
def test_parse_reads_what_the_writers_write(body: str, serial: str, qualifier: str) -> None:
    gtin = body + check_digit(body)
    original = parse(f"https://id.gs1.org/01/{gtin}/{qualifier}/{quote(serial, safe='')}")
    assert original.qualifier(qualifier) == serial
    for text in (
        original.canonical,
        original.link("http://a.example/b/01/"),
    ):
        assert parse(text) == original
    assert parse(write_element(original)) == original
    assert parse(write_brackets(original)) == original


@given(digits, serials, st.integers(6, 12))
def test_urns_survive_the_way_there_and_back(body: str, serial: str, length: int) -> None:
    gtin = body + check_digit(body)
    for qualifier in ("10", "21"):
        original = parse(f"https://id.gs1.org/01/{gtin}/{qualifier}/{quote(serial, safe='')}")
        urn = write_urn(original, length)
        assert urn is not None
        assert parse(urn) == original


@pytest.mark.parametrize(
    "text",
    [
        "(00)095212345699999990",
        "(414)9521234123453(254)B2",
        "(417)9521234123453",
        "(8003)0952123412345377",
        "(8003)09521234123453",
        "(8004)9521234kiln-2",
        f"(01){GTIN}",
    ],
)
def test_other_keys_write_urns_too(text: str) -> None:
    original = parse(text)
    assert parse(str(write_urn(original, 7))) == original


def test_the_prefix_length_is_never_guessed() -> None:
    assert write_urn(parse(f"(01){GTIN}(21)A"), None) is None
    assert write_urn(parse(f"(01){GTIN}(21)A"), 5) is None
    assert write_urn(parse("(415)9521234123453(8020)X"), 7) is None


def test_names_for_the_ledger() -> None:
    piece = f"https://example.org/01/{GTIN}/10/L1/21/A"
    assert thing_of(piece) == f"https://id.gs1.org/01/{GTIN}/21/A"
    assert lot_of(piece) == f"https://id.gs1.org/01/{GTIN}/10/L1"
    assert lot_of(f"https://example.org/01/{GTIN}/10/L1") == ""
    assert role_of("urn:epc:id:sscc:952123456.09999999") is Role.CONTAINER
    assert role_of(piece) is Role.PRODUCT
    for other in ("https://example.com/pallet/7", "urn:uuid:7b3c", "urn:epc:id:gid:1.2.3"):
        assert thing_of(other) == other
        assert fault_of(other) == ""
    assert fault_of("urn:epc:id:sgtin:1.2.3") == "trace.identifier.urn"
    assert fault_of("https://id.gs1.org/01/09521234567898") == "trace.identifier.check_digit"
    assert fault_of("https://shop.example/01/09521234567898") == ""


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        found = parse(text)
    except InputError as refusal:
        assert refusal.code.startswith("trace.identifier.")
        assert 0 <= int(str(refusal.fields["at"])) <= max(1, len(text))
    else:
        assert isinstance(found, Identifier)


@given(
    st.sampled_from(["(", "]d2", "^", "urn:epc:id:", "https://id.gs1.org/"]), st.text(max_size=40)
)
def test_nothing_after_a_good_beginning_breaks_the_parser(head: str, tail: str) -> None:
    try:
        found = parse(head + tail)
    except InputError:
        return
    assert parse(found.canonical).canonical == found.canonical
