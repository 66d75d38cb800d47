"""Units are found by code or word and convert within their dimension only."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError, Quantity
from sanpin.base.units import UNITS, unit

amounts = st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False)


@pytest.mark.parametrize(
    ("word", "code"),
    [("pcs", "EA"), (" KG ", "KGM"), ("公斤", "KGM"), ("打", "DZN"), ("m²", "MTK"), ("ltr", "LTR")],
)
def test_words_in_both_languages_find_the_unit(word: str, code: str) -> None:
    assert unit(word).code == code


def test_codes_and_words_are_unambiguous() -> None:
    words = [word.lower() for known in UNITS for word in (known.code, *known.names)]
    assert len(words) == len(set(words))


def test_unknown_unit_lists_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        unit("furlong")
    assert caught.value.code == "base.unit.unknown"
    assert "KGM" in str(caught.value)
    assert "furlong" in str(caught.value)


@pytest.mark.parametrize(
    ("amount", "source", "target", "expected"),
    [("2", "DZN", "EA", "24"), ("1500", "GRM", "KGM", "1.5"), ("0.25", "TNE", "GRM", "250000")],
)
def test_published_conversions(amount: str, source: str, target: str, expected: str) -> None:
    assert Quantity(Decimal(amount), unit(source)).to(unit(target)).amount == Decimal(expected)


@given(amounts, st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_there_and_back_is_the_same_amount(amount: Decimal, source: object, target: object) -> None:
    assert isinstance(source, type(UNITS[0]))
    assert isinstance(target, type(UNITS[0]))
    quantity = Quantity(amount, source)
    if source.dimension != target.dimension:
        with pytest.raises(InputError) as caught:
            quantity.to(target)
        assert caught.value.code == "base.unit.dimension"
        return
    back = quantity.to(target).to(source)
    assert back.unit is source
    assert abs(back.amount - amount) <= abs(amount) * Decimal("1e-20")
