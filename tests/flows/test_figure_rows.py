"""The rows behind a figure add up to the figure."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import polars as pl
import pytest

from sanpin.flows.scoreboard.book import Book
from sanpin.flows.scoreboard.figure import DEFINITIONS, Figure, Period
from sanpin.flows.scoreboard.firm import firm_figures
from sanpin.flows.scoreboard.rows import figure_rows

AS_OF = date(2011, 9, 16)
SAMPLE_PATH = str(files("sanpin.demand") / "data" / "orders.parquet")


@pytest.fixture(scope="module")
def order_book() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The real order history, positive lines as sales and negative ones as returns."""
    lines = pl.read_parquet(SAMPLE_PATH).with_columns(
        pl.col("time").dt.date().alias("date"),
        pl.col("quantity").cast(pl.Float64),
        pl.col("customer").cast(pl.String),
        (pl.col("quantity") * pl.col("unit_price")).alias("revenue"),
    )
    sales = lines.filter((pl.col("quantity") > 0) & (pl.col("unit_price") > 0))
    back = lines.filter(pl.col("quantity") < 0).select("date", value=-pl.col("revenue"))
    return sales, back


@pytest.fixture(scope="module")
def book(order_book: tuple[pl.DataFrame, pl.DataFrame]) -> Book:
    """The indexed book."""
    return Book.of(*order_book)


@pytest.fixture(scope="module")
def figures(order_book: tuple[pl.DataFrame, pl.DataFrame]) -> dict[str, Figure]:
    """All figures of the real orders."""
    return {one.definition.key: one for one in firm_figures(*order_book, AS_OF)}


PERIOD = Period.before(AS_OF)


def rows(book: Book, key: str) -> pl.DataFrame:
    """Return the rows of a figure that has some."""
    found = figure_rows(book, key, PERIOD)
    assert found is not None
    return found


def test_items_count_and_shares_sum_to_one(book: Book, figures: dict[str, Figure]) -> None:
    found = rows(book, "active_items")
    assert found.height == figures["active_items"].value
    assert found["share"].sum() == pytest.approx(1)
    assert found["revenue"].is_sorted(descending=True)


def test_new_items_are_a_part_of_the_active_ones(book: Book, figures: dict[str, Figure]) -> None:
    new, active = rows(book, "new_items"), rows(book, "active_items")
    assert new.height == figures["new_items"].value
    assert set(new["item"]) < set(active["item"])
    assert new["first"].min() >= PERIOD.start
    share = 100 * new["revenue"].sum() / active["revenue"].sum()
    assert share == pytest.approx(figures["new_item_revenue_share"].value)


def test_orders_have_the_median_of_the_figure(book: Book, figures: dict[str, Figure]) -> None:
    assert rows(book, "median_order_size")["quantity"].median() == pytest.approx(
        figures["median_order_size"].value
    )


def test_returns_add_up(book: Book, figures: dict[str, Figure]) -> None:
    value, sold = rows(book, "return_rate")["value"].sum(), rows(book, "active_items")["revenue"]
    assert 100 * value / sold.sum() == pytest.approx(figures["return_rate"].value)


def test_the_cohort_bought_first_in_the_period_before(
    book: Book, figures: dict[str, Figure]
) -> None:
    cohort = rows(book, "repeat_purchase_share")
    before = PERIOD.previous
    assert cohort["first"].min() >= before.start
    assert cohort["first"].max() < before.end
    again = cohort.drop_nulls("again")
    assert (again["again"] > again["first"]).all()
    assert (again["again"] - again["first"]).max() < timedelta(days=90)
    assert 100 * again.height / cohort.height == pytest.approx(
        figures["repeat_purchase_share"].value
    )


def test_countries_and_customers(book: Book, figures: dict[str, Figure]) -> None:
    countries = rows(book, "countries")
    assert countries.height == figures["countries"].value
    assert (countries["share"] ** 2).sum() == pytest.approx(figures["country_concentration"].value)
    customers = rows(book, "returning_revenue_share")
    known = customers.filter("returning")["revenue"].sum()
    assert 100 * known / customers["revenue"].sum() == pytest.approx(
        figures["returning_revenue_share"].value
    )


def test_prices_relate_to_the_items_own_first_price(book: Book, figures: dict[str, Figure]) -> None:
    found = rows(book, "price_index")
    worth = (found["revenue"] / found["price"] * found["first_price"]).sum()
    assert 100 * found["revenue"].sum() / worth == pytest.approx(
        figures["price_index"].value, rel=1e-6
    )


def test_every_figure_of_the_orders_has_rows(book: Book) -> None:
    for definition in DEFINITIONS:
        found = figure_rows(book, definition.key, PERIOD)
        assert (found is None) == definition.floor
