"""Lot codes: whatever a firm calls its items and lots, GS1 must allow what the trace is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.flows.loop.thread import Numbering, lot_code

ALLOWED = re.compile(r"[A-Za-z0-9._-]{1,20}")


@pytest.mark.parametrize(
    ("prefix", "name", "code"),
    [
        ("25072001-", "85099B-01", "25072001-85099B-01"),
        ("", "A-17", "A-17"),
        ("25072001-", "ABCDEFGHIJK", "25072001-ABCDEFGHIJK"),
    ],
)
def test_names_that_fit_stay_readable(prefix: str, name: str, code: str) -> None:
    """Twenty characters are allowed, and these are."""
    assert lot_code(prefix, name) == code


@pytest.mark.parametrize("name", ["CER-MUG-0001-01", "陶杯-01", "A/17", "批次 1", "ABCDEFGHIJKL"])
def test_names_that_do_not_fit_become_digests(name: str) -> None:
    """Always the same one, after the same prefix."""
    code = lot_code("25072001-", name)
    assert code == lot_code("25072001-", name)
    assert code.startswith("25072001-")
    assert ALLOWED.fullmatch(code)
    assert name not in code


@given(st.text(min_size=1), st.text(min_size=1), st.integers(1, 12_000))
def test_any_name_gives_a_code_of_its_own(one: str, other: str, number: int) -> None:
    """Long, foreign or empty of letters: allowed, and told apart."""
    numbering = Numbering(number, "250720")
    codes = [numbering.lot(name) for name in (one, other)]
    assert all(ALLOWED.fullmatch(code) for code in codes)
    assert (codes[0] == codes[1]) == (one == other)
