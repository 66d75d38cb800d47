"""The firm's figures against numbers worked out by hand and against simple invariants."""

from __future__ import annotations

import math
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.flows.scoreboard.figure import DEFINITIONS, Figure, Period, Pillar
from sanpin.flows.scoreboard.firm import FloorTotals, firm_figures

AS_OF = date(2024, 7, 1)
Line = tuple[str, int, float, float, str, str | None, str]


def book(lines: list[Line]) -> pl.DataFrame:
    """Build order lines of (item, days before AS_OF, pieces, revenue, order, customer, country)."""
    return pl.DataFrame(
        [
            (item, AS_OF - timedelta(days=days), quantity, revenue, order, customer, country)
            for item, days, quantity, revenue, order, customer, country in lines
        ],
        schema={
            "item": pl.String,
            "date": pl.Date,
            "quantity": pl.Float64,
            "revenue": pl.Float64,
            "order_id": pl.String,
            "customer": pl.String,
            "country": pl.String,
        },
        orient="row",
    )


NO_RETURNS = pl.DataFrame(schema={"date": pl.Date, "value": pl.Float64})

LINES: list[Line] = [
    ("mug", 300, 10, 20.0, "o1", "ann", "UK"),
    ("mug", 120, 10, 20.0, "o2", "bob", "UK"),
    ("mug", 100, 5, 10.0, "o3", "bob", "UK"),
    ("mug", 50, 10, 30.0, "o4", "ann", "UK"),
    ("bag", 40, 2, 10.0, "o4", "ann", "UK"),
    ("bag", 20, 4, 20.0, "o5", "cat", "France"),
    ("tin", 10, 30, 60.0, "o6", None, "France"),
]


def values(figures: list[Figure]) -> dict[str, Figure]:
    """Index figures by key."""
    return {figure.definition.key: figure for figure in figures}


@pytest.fixture
def figures() -> dict[str, Figure]:
    """Figures of the little book above."""
    back = pl.DataFrame({"date": [AS_OF - timedelta(days=5)], "value": [6.0]})
    return values(firm_figures(book(LINES), back, AS_OF))


def test_variety_by_hand(figures: dict[str, Figure]) -> None:
    assert figures["active_items"].value == 3
    assert figures["active_items"].previous == 1
    assert figures["new_items"].value == 2, "bag and tin"
    assert figures["new_item_revenue_share"].value == pytest.approx(100 * 90 / 120)
    shares = [30 / 120, 30 / 120, 60 / 120]
    entropy = -sum(s * math.log(s) for s in shares)
    assert figures["effective_items"].value == pytest.approx(math.exp(entropy))
    assert figures["median_order_size"].value == 12, "orders of 12, 4 and 30 pieces"


def test_quality_by_hand(figures: dict[str, Figure]) -> None:
    assert figures["return_rate"].value == pytest.approx(100 * 6 / 120)
    assert figures["return_rate"].previous == 0.0
    assert figures["return_rate"].improved is False


def test_brand_by_hand(figures: dict[str, Figure]) -> None:
    assert figures["repeat_purchase_share"].value == 100.0, "bob, and he came again"
    assert figures["returning_revenue_share"].value == pytest.approx(100 * 40 / 60)
    assert figures["countries"].value == 2
    assert figures["country_concentration"].value == pytest.approx((40**2 + 80**2) / 120**2)
    # mug 2.0 -> 3.0 each, bag and tin at their first price
    assert figures["price_index"].value == pytest.approx(100 * 120 / (10 * 2 + 6 * 5 + 30 * 2))


def test_floor_figures_need_a_floor(figures: dict[str, Figure]) -> None:
    assert "first_pass_yield" not in figures
    floor = FloorTotals(3, 20, 6, 1000, 980, 20, 900, 900, 50, 40)
    with_floor = values(firm_figures(book(LINES), NO_RETURNS, AS_OF, floor))
    assert list(with_floor) == [d.key for d in DEFINITIONS], "all figures, in reading order"
    assert with_floor["median_lot_size"].value == 20
    assert with_floor["changeovers_per_100_lots"].value == pytest.approx(200)
    assert with_floor["first_pass_yield"].value == pytest.approx(98)
    assert with_floor["scrap_rate"].value == pytest.approx(2)
    assert with_floor["traceable_share"].value == 100
    assert with_floor["on_time_share"].value == pytest.approx(80)
    assert with_floor["on_time_share"].previous is None


def test_floor_compares_with_the_pass_before() -> None:
    before = FloorTotals(1, 10, 1, 100, 90, 10, 0, 0, 10, 5)
    after = FloorTotals(1, 10, 1, 100, 99, 1, 50, 25, 10, 9)
    figures = values(firm_figures(book(LINES), NO_RETURNS, AS_OF, after, before))
    assert figures["scrap_rate"].change == pytest.approx(-9)
    assert figures["scrap_rate"].improved is True
    assert figures["traceable_share"].previous is None, "nothing was shipped before"


def test_short_history_says_nothing_rather_than_guess() -> None:
    short = book([("mug", 10, 1, 2.0, "o1", "ann", "UK")])
    figures = values(firm_figures(short, NO_RETURNS, AS_OF))
    assert figures["new_items"].value is None
    assert figures["repeat_purchase_share"].value is None
    assert figures["active_items"].previous is None


def test_short_history_still_counts_what_it_can() -> None:
    lines = book([("mug", 90, 1, 2.0, "o1", "ann", "UK"), ("mug", 1, 1, 2.0, "o2", "ann", "UK")])
    figures = values(firm_figures(lines, NO_RETURNS, AS_OF))
    assert figures["active_items"].value == 1
    assert figures["active_items"].previous is None


def test_empty_book_gives_no_values() -> None:
    figures = firm_figures(book([]), NO_RETURNS, AS_OF)
    assert {figure.value for figure in figures} == {None}


def test_periods_are_half_open_and_of_equal_length() -> None:
    period = Period.before(AS_OF)
    assert (period.end - period.start).days == 90
    assert period.previous.end == period.start
    assert str(period) == "2024-04-02..2024-06-30"


def test_every_pillar_has_figures() -> None:
    assert {definition.pillar for definition in DEFINITIONS} == set(Pillar)


lines_strategy = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(1, 250),
        st.integers(1, 50),
        st.floats(0.01, 1e4),
        st.sampled_from(["o1", "o2", "o3"]),
        st.one_of(st.none(), st.sampled_from("xyz")),
        st.sampled_from(["CN", "FR"]),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(lines_strategy)
def test_shares_stay_shares(lines: list[Line]) -> None:
    for figure in firm_figures(book(lines), NO_RETURNS, AS_OF):
        for value in (figure.value, figure.previous, *figure.history):
            if value is None:
                continue
            assert value >= 0
            if figure.definition.unit == "%" and figure.definition.key != "return_rate":
                assert value <= 100 + 1e-9
        if figure.definition.key == "effective_items" and figure.value is not None:
            assert figure.value <= 4 + 1e-9
