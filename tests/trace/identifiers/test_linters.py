"""Linters: one good and several bad values for each, with the place of what is wrong."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.trace.engine.identifiers.ai_table import ROWS
from sanpin.trace.engine.identifiers.check import CSET82, check_pair
from sanpin.trace.engine.identifiers.linters import LINTERS
from sanpin.trace.engine.identifiers.table import RULES, ai_at, check_value, corrected

ROOT = Path(__file__).resolve().parents[3]

# Linter: good values, then (bad value, place).
EXAMPLES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]] = {
    "csetnumeric": (("", "09"), (("1x", 1), ("１", 0))),
    "cset82": (("", CSET82), (("A#", 1), ("件", 0))),
    "cset39": (("A#-/9",), (("Ab", 1),)),
    "cset64": (("", "12", "12=", "A_-z"), (("12==", 2), ("1=2", 1), ("A+", 1))),
    "csum": (("9521234543213", "0"), (("9521234543214", 12), ("", 0), ("12a", 2))),
    "csumalpha": (
        ("22", "1987654Ad4X4bL5ttr2310c2K"),
        (("2", 0), ("33", 0), ("A #NT", 1), ("12IT", 2), ("!" * 100, 0)),
    ),
    "gcppos1": (("9521", "9521A"), (("952", 0), ("95A1", 2))),
    "gcppos2": (("19521",), (("1952", 1), ("", 0), ("195A1", 3))),
    "key": (("9521234",), (("X", 0),)),
    "keyoff1": (("09521234",), (("09", 1),)),
    "pcenc": (("A", "%20", "A%fFb"), (("A%2", 1), ("%%20", 0))),
    "hasnondigit": (("A1",), (("11", 0), ("", 0))),
    "nonzero": (("1", "010"), (("0", 0), ("A9", 0), ("", 0))),
    "nozeroprefix": (("321", "0"), (("012", 0), ("9A", 1))),
    "zero": (("0",), (("", 0), ("1", 0), ("00", 0))),
    "hyphen": (("-",), (("-X", 1),)),
    "yymmdd": (("240229", "000229"), (("230229", 4), ("241301", 2), ("240100", 4), ("24", 2))),
    "yymmd0": (("240200",), (("240230", 4), ("240001", 2), ("2402001", 6))),
    "yyyymmdd": (("20000229",), (("19000229", 6), ("20241301", 4), ("2024010x", 7))),
    "yyyymmd0": (("20240200",), (("20240232", 6),)),
    "hh": (("00", "23"), (("24", 0), ("2", 1))),
    "mi": (("59",), (("60", 0),)),
    "ss": (("59",), (("60", 0), ("0x", 1))),
    "hhmi": (("2359",), (("2400", 0), ("2360", 2), ("236", 3))),
    "iso3166": (("156",), (("157", 0), ("999", 0))),
    "iso3166999": (("156", "999"), (("998", 0),)),
    "iso3166alpha2": (("CN",), (("XX", 0), ("cn", 0))),
    "iso4217": (("156",), (("157", 0),)),
    "iso5218": (("0", "9"), (("3", 0), ("", 0))),
    "mediatype": (("01", "99"), (("00", 0), ("11", 0))),
    "packagetype": (("9", "PX", "APE"), (("", 0), ("000", 0))),
    "importeridx": (("A", "_", "-"), (("", 0), ("!", 0), ("AB", 0))),
    "yesno": (("0", "1"), (("2", 0),)),
    "winding": (("0", "9"), (("5", 0),)),
    "iban": (
        ("DE91100000000123456789",),
        (("XX361234567890", 0), ("DE9110", 0), ("DE9110000000012345678x", 21),
         ("DE92100000000123456789", 2)),
    ),
    "pieceoftotal": (("0102", "11"), (("0201", 0), ("0001", 0), ("", 0), ("012", 0))),
    "posinseqslash": (("1/3", "10/12"), (("3/1", 0), ("0/1", 0), ("1-3", 0))),
    "latitude": (("0900000000", "1800000000"), (("1800000001", 0), ("90", 0))),
    "longitude": (("3600000000",), (("3600000001", 0), ("12345678x0", 8))),
    "couponcode": (
        ("012345612345611110123", "012345612345611110123" + "3241231" + "4240101" + "90010"),
        (("712345612345611110123", 0), ("0123", 1), ("012345612345611110123" + "77", 21),
         ("012345612345611110123" + "3241331", 22), ("x", 0)),
    ),
    "couponposoffer": (
        ("001234561234560123456",),
        (("201234561234560123456", 0), ("0012345612345601234567", 21), ("00123", 2)),
    ),
}  # fmt: skip


def test_every_name_of_the_dictionary_has_a_linter_and_examples() -> None:
    """Nothing in the table is passed over."""
    named = {name for row in ROWS for component in row[3] for name in component[4]}
    assert named <= set(LINTERS)
    assert set(EXAMPLES) == set(LINTERS)


@pytest.mark.parametrize("name", LINTERS)
def test_a_linter_takes_good_values_and_places_bad_ones(name: str) -> None:
    good, bad = EXAMPLES[name]
    for text in good:
        assert LINTERS[name](text) is None, text
    for text, at in bad:
        fault = LINTERS[name](text)
        assert fault is not None, text
        assert fault.at == at, text
        assert str(fault.error())


def test_a_coupon_may_not_end_before_it_begins() -> None:
    """Last day 31 December 2024, first day a day later or the same."""
    lint, head = LINTERS["couponcode"], "012345612345611110123"
    assert lint(head + "3241231" + "4241231") is None
    fault = lint(head + "3241231" + "4250101")
    assert fault is not None
    assert (fault.at, fault.fields["place"]) == (len(head) + 8, len(head) + 9)


@given(st.text(CSET82, max_size=40))
def test_check_characters_find_every_exchange_of_neighbours(body: str) -> None:
    """The pair is right for its text and wrong for the text with two characters exchanged."""
    lint = LINTERS["csumalpha"]
    assert lint(body + check_pair(body)) is None
    for place in range(len(body) - 1):
        a, b = body[place], body[place + 1]
        if a != b:
            other = body[:place] + b + a + body[place + 2 :]
            assert lint(other + check_pair(body)) is not None


@given(st.sampled_from(sorted(LINTERS)), st.text(max_size=40))
def test_no_text_breaks_a_linter(name: str, text: str) -> None:
    """A fault lies within the text or at its end."""
    fault = LINTERS[name](text)
    assert fault is None or 0 <= fault.at <= max(1, len(text))


def load_script() -> ModuleType:
    """Load the generator of the table."""
    spec = importlib.util.spec_from_file_location("ai_table_script", ROOT / "scripts/ai_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_table_is_made_from_the_packaged_dictionary() -> None:
    """Running the generator again would change nothing; it reads all that the file says."""
    script = load_script()
    assert script.main(["--check"]) == 0
    assert script.parse_component("[N..12],nozeroprefix") == ("N", 1, 12, True, ("nozeroprefix",))
    with pytest.raises(ValueError, match="not a component"):
        script.parse_component("Q3")
    with pytest.raises(ValueError, match="not understood"):
        script.parse_entry("99 N3 what=ever")
    entries = [line for line in script.SOURCE.read_text("utf-8").splitlines() if line[:1].isdigit()]
    assert len(entries) == len(ROWS) == 224


def test_the_packaged_dictionary_is_that_of_the_open_data(open_data: Path) -> None:
    name = "gs1-syntax-dictionary.txt"
    packaged = ROOT / "src/sanpin/trace/data" / name
    assert packaged.read_bytes() == (open_data / "trace" / "identifiers" / name).read_bytes()


def test_no_identifier_is_the_beginning_of_another() -> None:
    """So the first length that is known is the right one."""
    for ai in RULES:
        assert not any(ai[:length] in RULES for length in range(2, len(ai)))
        assert ai_at(f"^{ai}123", 1) == ai
    assert ai_at("^8912", 1) == ""


def test_check_characters_are_corrected_where_they_stand() -> None:
    """Inside a value too, and only there."""
    assert corrected(RULES["8003"], "09521234123450X") == "09521234123453X"
    assert corrected(RULES["8006"], "095212345678900102") == "095212345678990102"
    assert corrected(RULES["8013"], "1987654Ad4X4bL5ttr2310cXX") == "1987654Ad4X4bL5ttr2310c2K"
    assert corrected(RULES["10"], "LOT") == "LOT"
    assert corrected(RULES["01"], "short") == "short"
    assert check_value(RULES["7040"], "1ABC") is None
