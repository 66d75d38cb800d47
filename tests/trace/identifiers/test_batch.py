"""The batch door: the shape of an answer, refusals by name, prefixes, options, and one meaning."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace.engine.identifiers import (
    Door,
    Options,
    Prefixes,
    canonical,
    read,
    read_prefixes,
    to_urn,
    with_check_digit,
)
from sanpin.trace.engine.identifiers.quick import quick_answer
from sanpin.trace.engine.identifiers.scan import upc_a_of

GTIN = "09521234567899"
TABLE = Prefixes({"952": 7, "9521111": 9, "95": 0})
DOOR = Door(TABLE)
EMPTY = {"ais": [], "key": None, "brackets": None, "element": None, "dl": None, "urn": None,
         "canonical": None}  # fmt: skip


def ask(value: object, kind: str = "auto", **more: Any) -> dict[str, Any]:
    """Answer of the door."""
    return DOOR.answer({"id": "7", "kind": kind, "value": value} | more)


def codes(answer: dict[str, Any]) -> list[tuple[str, int]]:
    """Short code and place of each error."""
    return [(error["code"].removeprefix("trace.identifier."), error["at"])
            for error in answer["errors"]]  # fmt: skip


def test_an_answer_holds_every_writing() -> None:
    link = f"https://shop.example/p/01/{GTIN}/10/L%2F1?17=261231&utm=x&99=a#top"
    assert ask(link, "dl") == {
        "id": "7",
        "ok": True,
        "key": "01",
        "ais": [("01", GTIN), ("10", "L/1"), ("17", "261231"), ("99", "a")],
        "brackets": f"(01){GTIN}(10)L/1(17)261231(99)a",
        "element": f"^01{GTIN}10L/1^1726123199a",
        "dl": f"https://id.gs1.org/01/{GTIN}/10/L%2F1?17=261231&99=a",
        "urn": "urn:epc:class:lgtin:9521234.056789.L%2F1",
        "canonical": f"https://id.gs1.org/01/{GTIN}/10/L%2F1",
        "errors": [],
        "parameters": [("utm", "x")],
        "fragment": "top",
    }


def test_lines_keep_their_order_and_empty_ones_are_passed_over() -> None:
    lines = [b'{"id":1,"value":"(01)09521234567899"}\n', b"\n", b"{broken", b'["x"]', b'{"id":4}']
    answers = [(orjson.loads(line), good) for line, good in DOOR.lines(lines)]
    assert [(a["id"], a["ok"], good) for a, good in answers] == [
        (1, True, True), (None, False, False), (None, False, False), (4, False, False),
    ]  # fmt: skip
    assert [codes(a) for a, _ in answers] == [[], [("line", 1)], [("request", 0)], [("request", 0)]]
    assert "Line 3" in answers[1][0]["errors"][0]["message"]


@pytest.mark.parametrize(
    "request_",
    [
        {"value": 5},
        {"value": "x", "kind": "morse"},
        {"value": "x", "kind": "lint"},
        {"value": "x", "kind": "lint", "linter": "no"},
        {"value": "x", "kind": 3},
        {"value": "x", "gcp_length": "7"},
        {"value": "x", "gcp_length": True},
        {"value": "x", "options": []},
        {"value": "x", "options": {"speed": True}},
        {"value": "x", "options": {"fix_check_digit": "yes"}},
        {"value": "x", "stem": ["y"]},
        "text",
        None,
    ],
)
def test_a_request_that_cannot_be_answered_is_refused(request_: object) -> None:
    answer = DOOR.answer(request_)
    assert (answer["ok"], codes(answer)) == (False, [("request", 0)])
    assert {name: answer[name] for name in EMPTY} == EMPTY


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("(01)09521234567898(10)A#", "ai", [("check_digit", 17), ("character", 23)]),
        ("(01) 0952123456789 8", "ai", [("check_digit", 19)]),
        ("  (01)09521234567898", "auto", [("check_digit", 19)]),
        (f"(01){GTIN}(10)A\\(#", "ai", [("character", 25)]),
        (f"(01){GTIN}(10)A(B", "ai", [("stray_bracket", 23)]),
        (f"(01){GTIN}(02)09521234567899(37)1", "ai",
         [("excluded", 4), ("excluded", 22), ("required", 40)]),
        (f"(01){GTIN}(3922)0299", "ai", [("required", 24)]),
        (f"(01){GTIN}(10)A(10)B", "ai", [("repeated", 27)]),
        ("(255)9521234543213(8030)AB", "ai", [("signature", 5)]),
        (f"https://x.example/01/{GTIN}?10=A&10=A", "dl", [("double", 44)]),
        (f"https://x.example/01/{GTIN}?21=A", "dl", [("not_an_attribute", 36)]),
        (f"https://x.example/01/{GTIN}?1234=A", "dl", [("unknown_ai", 36)]),
        (f"https://x.example/a<b/01/{GTIN}", "dl", [("address", 19)]),
        ("https://x.example/gtin/09521234567899", "dl", [("word", 18)]),
        ("https://x.example/01/9521234567899", "dl", [("short_gtin", 21)]),
        (f"https://x.example/01/{GTIN}/10/%41%23", "dl", [("character", 42)]),
        (f"01{GTIN}", "element", [("no_function", 0)]),
        ("^", "element", [("empty", 0)]),
        ("]E0123", "scan", [("number", 6)]),
        ("]E09521234567890", "scan", [("check_digit", 15)]),
        ("]E4x2345673", "scan", [("number", 3)]),
        ("]Zz123", "scan", [("symbology", 0)]),
        ("]Q1hello", "auto", [("unknown", 0)]),
        ("urn:epc:id:sgtin:9521234.05678x.1", "urn", [("urn", 25)]),
        ("urn:epc:id:bic:CSQU305438", "urn", [("urn", 15)]),
        ("urn:epc:idpat:sgtin:*.056789.*", "urn", [("urn", 20)]),
        ("urn:epc:idpat:sgtin:9521234.*.1", "urn", [("urn", 20)]),
    ],
)  # fmt: skip
def test_refusals_name_code_and_place(text: str, kind: str, found: list[tuple[str, int]]) -> None:
    answer = ask(text, kind)
    assert (answer["ok"], codes(answer)) == (False, found)
    assert all(error["message"] for error in answer["errors"])


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        (f"]C101{GTIN}10L\x1d21S", "scan", f"/01/{GTIN}/10/L/21/S"),
        (f"]e001{GTIN}", "scan", f"/01/{GTIN}"),
        (f"]J101{GTIN}", "scan", f"/01/{GTIN}"),
        ("]E09521234567899", "scan", f"/01/{GTIN}"),
        ("]E402345673", "scan", "/01/00000002345673"),
        (f"]I1{GTIN}", "scan", f"/01/{GTIN}"),
        ("]E09521234567899|]e010L\x1d21S", "scan", f"/01/{GTIN}/10/L/21/S"),
        (f"]d1https://x.example/01/{GTIN}/21/S", "scan", f"/01/{GTIN}/21/S"),
        (f"01{GTIN}10L\x1d21S", "auto", f"/01/{GTIN}/10/L/21/S"),
        (f"http://www.2dcode.org/01{GTIN}OXjVB3", "auto", f"/01/{GTIN}"),
        (f"GTIN: {GTIN}, LOT: A7", "auto", f"/01/{GTIN}/10/A7"),
        (f"GTIN {GTIN} 批号：A7", "ai", f"/01/{GTIN}/10/A7"),
        ("SSCC 095212345699999990", "auto", "/00/095212345699999990"),
        ("GLN 9521234123453", "auto", "/414/9521234123453"),
        (f"https://x.example/01/{GTIN}/10/A//B", "dl", f"/01/{GTIN}/10/A%2F%2FB"),
        (f"https://x.example/00/shop/01/{GTIN}/", "dl", f"/01/{GTIN}"),
        ("(8013)1987654Ad4X4bL5ttr2310c2K", "ai", "/8013/1987654Ad4X4bL5ttr2310c2K"),
        ("(415)9521234123453(8020)X1", "ai", "/415/9521234123453/8020/X1"),
        ("(8017)952123412345678905(8019)1", "ai", "/8017/952123412345678905/8019/1"),
        ("(414)9521234123453(7040)1ABC", "ai", "/414/9521234123453/7040/1ABC"),
        (f"(01){GTIN}(235)T(10)L", "ai", f"/01/{GTIN}/235/T"),
    ],
)
def test_notations_lead_to_one_name(text: str, kind: str, name: str) -> None:
    answer = ask(text, kind)
    assert (answer["ok"], answer["canonical"]) == (True, f"https://id.gs1.org{name}"), answer


@pytest.mark.parametrize(
    "text",
    [
        "urn:epc:id:gid:952056.2718.1414",
        "urn:epc:id:usdod:CAGEY.5678",
        "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92",
        "urn:epc:id:adi:W81X9C..%23A-1",
        "urn:epc:id:bic:CSQU3054383",
        "urn:epc:id:imovn:9176187",
        "urn:epc:idpat:gid:952056.2718.*",
        "urn:epc:idpat:sgtin:9521234.*.*",
        "urn:epc:idpat:sscc:9521234.*",
        "88.1031.1/abc-1",
        "urn:oid:2.999.1",
    ],
)
def test_what_holds_no_key_of_gs1_names_itself(text: str) -> None:
    answer = ask(text)
    assert (answer["ok"], answer["key"], answer["canonical"]) == (True, None, text)
    assert answer["urn"] == (text if text.startswith("urn:epc:") else None)
    assert canonical(text) == text


@pytest.mark.parametrize("text", ["1.2.156.3088.1", "URN:OID:1.2.156.3088.1"])
def test_an_object_identifier_has_one_name(text: str) -> None:
    assert canonical(text) == ask(text)["canonical"] == "urn:oid:1.2.156.3088.1"


def test_plain_text_of_a_bar_code_is_read_and_names_nothing() -> None:
    assert ask("]Q1hello", "scan") == {"id": "7", "ok": True, "errors": []} | EMPTY


def test_options_open_what_the_standard_closed() -> None:
    words = {"convenience_alphas": True}
    link = "https://x.example/gtin/09521234567899/lot/A"
    assert ask(link, options=words)["canonical"] == f"https://id.gs1.org/01/{GTIN}/10/A"
    short = {"zero_suppressed_gtin": True}
    assert ask("https://x.example/01/9521234567899", options=short)["element"] == f"^01{GTIN}"
    fixed = ask("(01)09521234567890", options={"fix_check_digit": True})
    assert (fixed["ok"], fixed["ais"]) == (True, [("01", GTIN)])
    assert Door(fix_check_digit=True).answer({"value": "09521234567890"})["ok"]
    stem = ask(f"(01){GTIN}(17)261231", stem="https://x.example/a/")
    assert stem["dl"] == f"https://x.example/a/01/{GTIN}?17=261231"
    assert stem["canonical"] == f"https://id.gs1.org/01/{GTIN}"


@pytest.mark.parametrize(
    ("symbology", "value", "gtin"),
    [
        ("UPC-E", "01234565", "00012345000065"),
        ("UPC-A", "012345000065", "00012345000065"),
        ("EAN-13", "9521234567899", GTIN),
        ("EAN-8", "02345673", "00000002345673"),
        ("ITF-14", GTIN, GTIN),
        ("]E0", "9521234567899", GTIN),
    ],
)
def test_numbers_of_a_named_symbology_are_expanded(symbology: str, value: str, gtin: str) -> None:
    for kind in ("scan", "auto"):
        if kind == "scan" or symbology not in ("]E0",):
            assert ask(value, kind, symbology=symbology)["ais"] == [("01", gtin)]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("123450", "012000003455"), ("0123453", "012300000451"), ("01234541", "012340000051"),
        ("123457", "012345000072"), ("12345", "12345"), ("12345x", "12345x"),
    ],
)  # fmt: skip
def test_a_upc_e_is_expanded_by_its_last_digit(short: str, full: str) -> None:
    expanded = upc_a_of(short)
    assert expanded[:11] == full[:11]
    if len(short) in (6, 7) and short.isdigit():
        assert expanded == with_check_digit(expanded[:-1])


def test_a_urn_is_written_only_when_the_prefix_is_known() -> None:
    plain = Door()
    text = f"(01){GTIN}(21)S"
    assert plain.answer({"value": text})["urn"] is None
    own = plain.answer({"value": text, "gcp_length": 9})
    assert own["urn"] == "urn:epc:id:sgtin:952123456.0789.S"
    assert ask(text)["urn"] == "urn:epc:id:sgtin:9521234.056789.S"
    urn = "urn:epc:id:sgtin:952123456.0789.S"
    assert ask(urn)["urn"] == plain.answer({"value": urn})["urn"] == urn
    link = canonical(urn)
    assert to_urn(link, prefixes=9) == urn
    assert to_urn(link, prefixes=TABLE) == "urn:epc:id:sgtin:9521234.056789.S"
    assert to_urn(link, prefixes=None) is None
    assert to_urn("https://x.example/about", prefixes=7) is None
    assert codes(ask(text, gcp_length=5)) == [("prefix_length", 0)]
    assert codes(ask("(8004)95212345A", gcp_length=9)) == [("prefix_digits", 6)]


def test_the_longest_beginning_of_a_prefix_decides() -> None:
    assert TABLE.length_in("01", "09521111567893") == 9
    assert TABLE.length_in("00", "095212345699999990") == 7
    assert TABLE.length_in("414", "9600000000000") is None
    assert TABLE.length_in("8013", "9521234X") is None
    assert len(TABLE) == 2


@pytest.mark.parametrize(
    "text",
    [
        '{"GCPPrefixFormatList":{"date":"x","entry":[{"prefix":"952","gcpLength":7}]}}',
        '\ufeff{"952": 7}',
        '<GCPPrefixFormatList><entry prefix="952" gcpLength="7"/></GCPPrefixFormatList>',
        "prefix,length\n952,7\n\n# more\n",
        '"952";"7"\n',
    ],
)
def test_tables_of_prefixes_have_three_forms(text: str) -> None:
    assert read_prefixes(text.encode()).length_in("414", "9521234123453") == 7


@pytest.mark.parametrize(("text", "line"), [("952,7\nx,y\n", 2), ("{", 1), ('{"entry":[{}]}', 1)])
def test_a_broken_table_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InputError) as refused:
        read_prefixes(text.encode())
    assert refused.value.code == "trace.identifier.prefix_table"
    assert refused.value.fields["line"] == line


plain = st.text("ABab09._-", min_size=1, max_size=21) | st.sampled_from(
    ["%2F", "A%28%41", "%7E", "%20", "%C3%A9", "L%2f1", "%2", "%41" * 20, "%41" * 21]
)
dates = st.sampled_from(["17=261231", "17=261331", "99=A", "3103=000123", "x=1", "21=A", "10=L"])


@st.composite
def links(draw: st.DrawFn) -> str:
    """Links of the kinds that the quick way knows, many of them wrong."""
    number = draw(st.text("0123456789", min_size=12, max_size=17))
    number = with_check_digit(number) if draw(st.booleans()) else number
    key = draw(st.sampled_from(["01", "00", "414", "417", "8004"]))
    path = f"/{key}/{number}"
    for ai in draw(st.lists(st.sampled_from(["22", "10", "21", "254"]), max_size=3)):
        path += f"/{ai}/{draw(plain)}"
    stem = draw(st.sampled_from(["", "/a", "/a~/01", "/00/x", "/01/09521234567899"]))
    host = draw(st.sampled_from(["https://id.gs1.org", "HTTP://x:80", "https://x_y"]))
    query = draw(st.lists(dates, max_size=3))
    return host + stem + path + ("?" + "&".join(query) if query else "")


@given(links(), st.booleans())
def test_the_quick_way_answers_as_the_careful_one(text: str, table: bool) -> None:
    """Whatever the quick way answers, the careful way answers the same."""
    prefixes = TABLE if table else Prefixes({})
    quick = quick_answer("7", text, prefixes)
    careful = Door(prefixes).answer(
        {"id": "7", "kind": "dl", "value": text, "stem": "https://id.gs1.org"}
    )
    if quick is not None:
        assert quick == careful


@given(links())
def test_any_reading_of_a_link_is_finished(text: str) -> None:
    """Either faults, or a key with its canonical name that reads as itself."""
    reading = read(text, "dl", Options(zero_suppressed_gtin=True))
    if not reading.faults:
        assert reading.identifier is not None
        name = reading.identifier.canonical
        assert canonical(name) == name
