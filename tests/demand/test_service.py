"""Use cases: keep orders, forecast, answer pages and flows."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tests.demand.conftest import BOOK_DAYS, Lines

from sanpin.base import InputError, StateError
from sanpin.demand import service
from sanpin.demand.model.orders import Rule
from sanpin.demand.sample import sample_orders
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import Source
from sanpin.kit.runs import list_runs
from sanpin.kit.settings import get_setting, set_setting

SOURCE = Source("book.csv", "orders", "", 0)
LAST = date(2024, 1, 1) + timedelta(days=BOOK_DAYS - 1)


def save(ctx: Context, frame: pl.DataFrame, *, dry_run: bool = False) -> int:
    """Keep an order file and return how many lines are new."""
    return int(service.save_orders(ctx, frame, SOURCE, dry_run=dry_run)["saved"])


def test_same_orders_again_change_nothing(ctx: Context, book: pl.DataFrame) -> None:
    assert save(ctx, book) == book.height
    assert save(ctx, book) == 0
    assert service.count_lines(ctx) == book.height
    assert len(service.batches(ctx)) == 1


def test_dry_run_saves_nothing(ctx: Context, book: pl.DataFrame) -> None:
    assert save(ctx, book, dry_run=True) == book.height
    assert not service.has_orders(ctx)


def test_longer_export_replaces_the_orders_that_it_holds_again(ctx: Context, lines: Lines) -> None:
    save(ctx, lines({"quantity": 2.0}, {"quantity": 3.0}))
    save(ctx, lines({"quantity": 2.0}, {"quantity": 5.0}, {"quantity": 1.0}))
    book = service.raw_lines(ctx)
    assert sorted(book["quantity"]) == [1.0, 2.0, 5.0]
    assert book["source_row"].is_unique().all()
    assert service.count_lines(ctx) == 5


def test_today_is_the_day_after_the_newest_order(with_orders: Context) -> None:
    assert service.as_of_day(with_orders) == LAST + timedelta(days=1)
    assert get_setting(with_orders, "as_of_newest") == service.as_of_day(with_orders).isoformat()
    set_setting(with_orders, "as_of", "2024-05-02")
    assert service.as_of_day(with_orders) == date(2024, 5, 2)
    set_setting(with_orders, "as_of", "real")
    assert service.as_of_day(with_orders) == with_orders.now().date()


def test_only_lines_before_today_are_used(with_orders: Context) -> None:
    set_setting(with_orders, "as_of", "2024-05-02")
    record = service.run_forecast(with_orders)
    assert record.as_of == date(2024, 5, 2)
    assert service.sales_lines(with_orders)["time"].dt.date().max() < date(2024, 5, 2)
    assert service.forecast_frame(with_orders)["date"].min() == date(2024, 5, 2)


def test_gap_before_today_is_bridged(with_orders: Context) -> None:
    later = LAST + timedelta(days=10)
    set_setting(with_orders, "as_of", later.isoformat())
    service.run_forecast(with_orders)
    days = service.forecast_frame(with_orders, "")["date"]
    assert (days.min(), days.len()) == (later, 28)


def test_orders_too_old_for_today_are_refused(with_orders: Context) -> None:
    set_setting(with_orders, "as_of", (LAST + timedelta(days=400)).isoformat())
    with pytest.raises(StateError) as refused:
        service.run_forecast(with_orders)
    assert refused.value.code == "demand.orders.old"
    assert list_runs(with_orders, "demand", "forecast")[0].state == "failed"


def test_no_orders_before_today_are_refused(with_orders: Context) -> None:
    set_setting(with_orders, "as_of", "2020-01-01")
    with pytest.raises(StateError) as refused:
        service.run_intake(with_orders)
    assert refused.value.code == "demand.orders.none"


def test_book_without_sales_is_refused(ctx: Context, lines: Lines) -> None:
    save(ctx, lines({"quantity": -1.0}))
    with pytest.raises(StateError) as refused:
        service.run_forecast(ctx)
    assert refused.value.code == "demand.orders.no_sales"


def test_empty_file_is_refused(ctx: Context, lines: Lines) -> None:
    with pytest.raises(InputError) as refused:
        save(ctx, lines({}).head(0))
    assert refused.value.code == "demand.orders.empty"


def test_amount_gives_the_price_where_none_is_named(ctx: Context, lines: Lines) -> None:
    frame = lines({"quantity": 4.0, "unit_price": None}, {"quantity": 2.0}, {"quantity": -2.0})
    save(ctx, frame.with_columns(amount=pl.Series([10.0, 99.0, -5.0])))
    assert service.raw_lines(ctx)["unit_price"].to_list() == [2.5, 2.5, 2.5]


def test_runs_tell_what_was_done(with_forecast: Context) -> None:
    (forecast,) = list_runs(with_forecast, "demand", "forecast")
    (intake,) = list_runs(with_forecast, "demand", "intake")
    assert intake.parent == forecast.id
    assert forecast.metrics["origins"] == 6
    assert isinstance(forecast.metrics["rmsse"], float)
    assert set(forecast.artefacts) == {"forecast", "cumulative", "portfolio"}
    assert set(intake.artefacts) == {"panel", "corrections", "sales", "returns"}


def test_second_forecast_takes_the_orders_in_only_when_they_changed(
    with_forecast: Context, lines: Lines
) -> None:
    service.run_forecast(with_forecast)
    assert len(list_runs(with_forecast, "demand", "intake")) == 1
    save(with_forecast, lines({}))
    service.run_forecast(with_forecast)
    assert len(list_runs(with_forecast, "demand", "intake")) == 2


def test_same_orders_give_the_same_forecast(with_forecast: Context) -> None:
    before = service.forecast_frame(with_forecast)
    service.run_forecast(with_forecast)
    assert service.forecast_frame(with_forecast).equals(before)


def test_portfolio_is_searched_and_sorted(with_forecast: Context) -> None:
    rows = service.portfolio(with_forecast)
    assert rows["revenue"].is_sorted(descending=True)
    assert rows["weeks"].list.len().unique().to_list() == [12]
    assert rows["share"].sum() == pytest.approx(1.0)
    mugs = service.portfolio(with_forecast, "cerAMIC m")
    assert mugs["item"].str.starts_with("CER-MUG").all()
    assert 0 < mugs.height < rows.height
    assert service.portfolio(with_forecast, "(.*").is_empty()
    means = service.portfolio(with_forecast, sort="-mean")["mean"]
    assert means.is_sorted(descending=True)
    shape = rows["shape"][0]
    assert set(service.portfolio(with_forecast, shape=shape)["shape"]) == {shape}


def test_item_view_joins_what_is_known(with_forecast: Context) -> None:
    item = service.portfolio(with_forecast)["item"][0]
    view = service.item_view(with_forecast, item)
    assert view.summary["item"] == item
    assert set(view.history["item"]) == {item}
    assert view.fan.height == 28
    chart = service.item_chart(with_forecast, view)
    lengths = {len(one["values"]) for one in chart["series"]} | {len(chart["x"]["values"])}
    assert len(lengths) == 1
    assert chart["as_of"] in chart["x"]["values"]


def test_unknown_item_is_not_found(with_forecast: Context) -> None:
    with pytest.raises(InputError) as refused:
        service.item_view(with_forecast, "NO-SUCH")
    assert refused.value.status == 404


def test_corrections_are_counted_and_listed(with_forecast: Context) -> None:
    counts = {one["rule"]: one["rows"] for one in service.correction_counts(with_forecast)}
    assert list(counts) == [rule.value for rule in Rule]
    assert counts["duplicate_line"] > 0
    assert counts["cancelled_order"] > 0
    rows = service.correction_rows(with_forecast, "duplicate_line")
    assert rows.height == counts["duplicate_line"]
    with pytest.raises(InputError):
        service.correction_rows(with_forecast, "magic")


def test_accuracy_lists_origins_and_coverage(with_forecast: Context) -> None:
    found = service.accuracy(with_forecast)
    assert len(found.origins) == 6
    assert [one["level"] for one in found.coverage] == [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
    chart = service.accuracy_chart(with_forecast, found)
    assert [len(one["values"]) for one in chart["series"]] == [6, 6]


def test_demand_over_days_grows_with_days_and_level(with_forecast: Context) -> None:
    week, fortnight = (service.demand_over(with_forecast, days, 0.9) for days in (7, 14))
    assert week["item"].to_list() == fortnight["item"].to_list()
    assert (fortnight["quantity"] >= week["quantity"]).all()
    surer = service.demand_over(with_forecast, 7, 0.93)
    assert (surer["quantity"] >= week["quantity"]).all()


def test_cumulative_demand_never_falls(with_forecast: Context) -> None:
    found = service.cumulative_demand(with_forecast, 14)
    assert found.quantiles.shape == (14, len(found.items), len(found.levels))
    assert (np.diff(found.quantiles, axis=0) >= 0).all()
    assert (np.diff(found.quantiles, axis=2) >= 0).all()
    asked = service.demand_over(with_forecast, 14, 0.95)
    at = list(found.levels).index(0.95)
    assert found.quantiles[13, :, at] == pytest.approx(asked["quantity"].to_numpy())


@pytest.mark.parametrize(("days", "level"), [(0, 0.9), (29, 0.9), (7, 0.999), (7, 0.01)])
def test_impossible_lead_questions_are_refused(
    with_forecast: Context, days: int, level: float
) -> None:
    with pytest.raises(InputError):
        service.demand_over(with_forecast, days, level)


def test_questions_before_the_first_forecast_are_refused(with_orders: Context) -> None:
    for ask in (service.forecast_frame, service.portfolio, service.panel, service.corrections):
        with pytest.raises(StateError) as refused:
            ask(with_orders)
        assert refused.value.code in ("demand.forecast.none", "demand.intake.none")
    assert service.search(with_orders, "mug", 5) == []


def test_clean_sales_are_there_without_an_intake(with_orders: Context, book: pl.DataFrame) -> None:
    early = service.sales_lines(with_orders, date(2024, 3, 1))
    assert 0 < early.height < book.height
    assert (early["quantity"] > 0).all()
    assert service.returned_lines(with_orders, date(2024, 3, 1)).height >= 0


def test_search_finds_items_by_code_and_name(with_forecast: Context) -> None:
    hits = service.search(with_forecast, "ceramic", 3)
    assert len(hits) == 3
    assert hits[0].path == f"/demand/items/{hits[0].label}"


def test_viewer_may_not_forecast(with_orders: Context) -> None:
    viewer = with_orders.acting_as(Actor("eve", Role.VIEWER))
    for forbidden in (service.run_forecast, service.run_intake, service.load_sample):
        with pytest.raises(StateError) as refused:
            forbidden(viewer)
        assert refused.value.code == "auth.role.missing"


def test_sample_is_loaded_named_and_removed(ctx: Context) -> None:
    assert service.load_sample(ctx)["lines"] == 343_799
    assert service.has_sample_orders(ctx)
    assert service.as_of_day(ctx) == date(2011, 9, 16)
    assert service.load_sample(ctx)["saved"] == 0
    assert service.remove_sample(ctx) == 1
    assert not service.has_orders(ctx)
    assert get_setting(ctx, "as_of_newest") is None


def test_generated_sample_is_marked_and_repeatable() -> None:
    first = sample_orders(seed=4)
    assert first.equals(sample_orders(seed=4))
    assert not first.equals(sample_orders(seed=5))
    assert first["description"].str.contains("SAMPLE").all()
    assert (first["time"].dt.weekday() != 7).all()
