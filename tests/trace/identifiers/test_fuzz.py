"""Anything at all may be given: an answer comes, with a place inside what was given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.trace.engine.identifiers import Door, Options, canonical, read
from sanpin.trace.engine.identifiers.read import NOTATIONS

GTIN = "09521234567899"
SEEDS = [
    f"(01){GTIN}(10)LOT(17)261231", f"^01{GTIN}10LOT^21S", f"]d201{GTIN}21S\x1d17261231",
    f"https://id.gs1.org/01/{GTIN}/10/L%2F1/21/S?17=261231#x", "urn:epc:id:sgtin:9521234.056789.S",
    "urn:epc:idpat:grai:9521234.12345.*", "]E09521234567899|]e010L", f"GTIN {GTIN} LOT A",
    "88.1031.1/x", f"(8110)012345612345611110123(01){GTIN}", "(423)156840(02)09521234567899(37)1",
    f"http://www.2dcode.org/01{GTIN}Ab1", "(7003)2602281259(01)" + GTIN,
]  # fmt: skip
ALL = Options(convenience_alphas=True, zero_suppressed_gtin=True, fix_check_digit=True)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A good code with some characters changed, put in, cut out or said twice."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 5))
        signs = st.sampled_from(["/", "%", "^", "(", ")", "?&", ".", "\\", " "])
        put = draw(st.one_of(st.text(max_size=3), signs, st.just(text[at : at + 9])))
        text = text[:at] + put + text[at + cut :]
    return text


@settings(max_examples=400)
@given(broken(), st.sampled_from(sorted(NOTATIONS)), st.sampled_from([Options(), ALL]))
def test_a_broken_code_is_answered(text: str, kind: str, options: Options) -> None:
    reading = read(text, kind, options)
    for fault in reading.faults:
        assert 0 <= fault.at <= max(1, len(text)), (fault, text)
        assert str(fault.error())
    if reading.identifier is not None:
        name = reading.identifier.canonical
        assert canonical(name) == name


@given(st.text(max_size=80), st.sampled_from(sorted(NOTATIONS)))
def test_any_text_is_answered(text: str, kind: str) -> None:
    answer = Door().answer({"id": 1, "kind": kind, "value": text})
    assert answer["ok"] is (not answer["errors"])


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes_are_answered_line_by_line(lines: list[bytes]) -> None:
    answers = list(Door().lines(lines))
    assert len(answers) == sum(bool(line.strip()) for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "(01)" * 20_000,
        "^" + "10" * 50_000,
        "https://x.example" + "/01/a" * 20_000,
        "https://x.example/" + "a/" * 50_000 + f"01/{GTIN}",
        f"https://x.example/01/{GTIN}?" + "&" * 100_000,
        "urn:epc:id:sgtin:" + "1." * 50_000,
        "https://x.example/01/" + "%25" * 50_000,
        '"' * 10 + "https://" + '"/01' * 20_000,
        f'https://x.example/"{"/01/a" * 3_000}',
        " " * 100_000,
        "1" * 100_000,
    ],
)
def test_a_long_text_is_answered_in_the_same_way(text: str) -> None:
    """Long input is read once or twice, not once for every character: these would take hours."""
    answer = Door().answer({"id": 1, "value": text})
    assert answer["errors"] or answer["canonical"]
