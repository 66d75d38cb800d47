"""What a code says before it is looked for: key, prefix, dates, check digit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.settings import set_setting
from sanpin.trace import service
from sanpin.trace.engine.identifiers import Prefixes
from sanpin.trace.engine.understanding import clean, date_of, understand
from sanpin.trace.pages.meanings import meaning

TODAY = date(2026, 11, 21)
MUG = "09521234567899"


@pytest.mark.parametrize(
    "typed",
    [
        f"01{MUG}10AB\x1d17271231",
        f"\x1d01{MUG}10AB\x1d17271231\x1d",
        f"]d201{MUG}10AB\x1d17271231",
        f"]C101{MUG}10AB<GS>17271231",
        f"01{MUG}10AB{{GS}}17271231\r\n",
        f"01{MUG}10AB␝17271231",
        f"01{MUG}10AB[FNC1]17271231",
        f"01{MUG}10AB\\x1d17271231",
        f"(01){MUG}(10)AB(17)271231",
        "（01）０９５２１２３４５６７８９９（10）ＡＢ（17）２７１２３１",
        f"https://example.com/01/{MUG}/10/AB?17=271231",
    ],
)
def test_every_way_to_type_a_code_says_the_same(typed: str) -> None:
    """Scanners and keyboards write the separator in a dozen ways."""
    found = understand(typed, TODAY)
    assert found.name == f"https://id.gs1.org/01/{MUG}/10/AB"
    assert found.faults == ()
    assert [(one.ai, one.text) for one in found.values] == [
        ("01", MUG), ("10", "AB"), ("17", "271231"),
    ]  # fmt: skip
    assert found.values[2].day == date(2027, 12, 31)
    assert found.check == "9"


def test_the_scanner_tells_the_bar_code() -> None:
    assert understand(f"]d201{MUG}", TODAY).symbol == "GS1 DataMatrix"
    assert understand(f"]E0{MUG[1:]}", TODAY).symbol == "EAN-13"
    assert understand(f"(01){MUG}", TODAY).symbol == ""


def test_a_wrong_check_digit_is_offered_right() -> None:
    found = understand(f"(01){MUG[:-1]}8(10)X", TODAY)
    assert (found.corrected, found.right) == (f"(01){MUG}(10)X", "9")
    assert [fault.code for fault in found.faults] == ["trace.identifier.check_digit"]
    assert found.check == ""
    other = understand("(00)09521234000000001", TODAY)
    assert other.corrected == "" and other.faults, "another mistake is not guessed at"


def test_the_company_prefix_is_told_only_when_it_is_known() -> None:
    assert understand(f"(01){MUG}", TODAY).prefix == ""
    assert understand(f"(01){MUG}", TODAY, Prefixes({"952": 7})).prefix == "9521234"
    assert understand("urn:epc:id:sscc:9521234.0000000001", TODAY).prefix == "9521234"


def test_measures_have_their_decimal_point() -> None:
    weight = understand(f"(01){MUG}(3103)001500", TODAY).values[1]
    assert (weight.number, weight.unit) == (1.5, "kg")


def test_what_is_no_code_is_looked_for_as_a_beginning() -> None:
    assert not understand("MUG", TODAY).is_code
    assert understand(f"(01){MUG[:-1]}8", TODAY).is_code
    named = understand("88.100.5/abc", TODAY)
    assert (named.name, named.kind, named.faults) == ("88.100.5/abc", None, ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("271200", date(2027, 12, 31)),
        ("280200", date(2028, 2, 29)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
        ("20260302", date(2026, 3, 2)),
        ("260230", None),
        ("261301", None),
        ("12", None),
    ],
)
def test_dates_find_their_century_and_the_end_of_their_month(text: str, day: date | None) -> None:
    assert date_of(text, TODAY) == day


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    found = understand(text, TODAY)
    assert found.text == clean(text)
    assert clean(found.text) == found.text
    assert all(fault.at <= len(found.text) for fault in found.faults) or not found.is_code


def test_it_is_said_in_words(chain: Context) -> None:
    """With the product's name, the prefix when the firm set its length, and days as people say."""
    set_setting(chain, "trace.prefix_lengths", {"952": 7})
    code = service.search(chain, "MUG-1")[0].detail
    said = meaning(chain, f"{code}(17)201231")
    facts = {label: (value, state) for label, value, state in said["facts"]}
    assert said["head"] == "lot"
    assert said["label"] == "MUG-1 · Celadon mug (SAMPLE)"
    assert facts["Company prefix"] == ("9529163", "")
    assert facts["Use by"] == ("Thu 31 Dec 2020", "warn")
    assert facts["Check digit"] == ("7, right", "ok")
    chinese = meaning(chain.acting_as(chain.actor, "zh-CN"), code)
    assert ("批次", "MUG-1", "") in chinese["facts"]


def test_the_preview_is_a_part_of_a_page(chain: Context, site: TestClient) -> None:
    text = site.get("/trace/understood", params={"q": f"(01){MUG[:-1]}8(10)X"}).text
    assert "<html" not in text
    assert "<mark>8</mark>" in text
    assert f'<a href="/trace?q=%2801%29{MUG}%2810%29X">(01){MUG}(10)X</a>' in text
    assert "begin with it are looked for" in site.get("/trace/understood?q=MUG").text
    assert site.get("/trace/understood?q=").text.strip() == ""


def test_a_scanner_code_leads_to_its_thing(chain: Context, site: TestClient) -> None:
    """As it comes from the wedge, with separator and symbology."""
    code = service.search(chain, "MUG-1")[0].detail
    gtin = code[4:18]
    for text in (f"]d201{gtin}10MUG-1\x1d17361231", f"01{gtin}10MUG-1␝17361231"):
        answer = site.get("/trace", params={"q": text}, follow_redirects=False)
        assert answer.headers["location"] == f"/trace/thing/01/{gtin}/10/MUG-1"
