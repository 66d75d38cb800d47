"""The scoreboard as records: what is kept is shown, what is not is computed, rows add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from tests.flows.conftest import DAY, FLOOR, KeepLoop, order_lines

from sanpin.base import InputError
from sanpin.demand import service as demand
from sanpin.flows.scoreboard.drill import COLUMNS, FLOOR_LINKS, drill_rows, headings, trend
from sanpin.flows.scoreboard.figure import DEFINITIONS, Figure, Period, Pillar
from sanpin.flows.scoreboard.kept import definition_of, figures_of, floor_totals
from sanpin.flows.scoreboard.service import (
    compute_firm_figures,
    figures_frame,
    grouped,
    kept_figures,
    order_book,
    scoreboard_record,
)
from sanpin.flows.scoreboard.words import FigureWords, pillar_tiles
from sanpin.kit.context import Context
from sanpin.kit.files import Source, import_file
from sanpin.kit.settings import set_setting

PERIOD = Period.before(DAY)


def figure(key: str, value: float | None, previous: float | None) -> Figure:
    """Make a figure with a short history."""
    return Figure(definition_of(key), value, previous, PERIOD, (None, previous, value))


def test_orders_alone_give_the_figures_of_orders(orders: Context) -> None:
    figures = compute_firm_figures(orders)
    assert [one.definition.key for one in figures] == [
        one.key for one in DEFINITIONS if not one.floor
    ]
    assert not any(one.sample for one in figures)


def test_a_floor_adds_its_figures_and_compares_with_the_day_before(
    orders: Context, keep_loop: KeepLoop
) -> None:
    """A loop of the same day is no period before: running it again changes nothing."""
    keep_loop(floor=replace(FLOOR, good=10800.0), as_of=DAY - timedelta(days=7))
    keep_loop(floor=replace(FLOOR, good=6000.0), as_of=DAY)
    found = {one.definition.key: one for one in compute_firm_figures(orders, FLOOR)}
    assert len(found) == len(DEFINITIONS)
    assert found["first_pass_yield"].value == pytest.approx(97.0)
    assert found["first_pass_yield"].previous == pytest.approx(90.0)


def test_a_loop_keeps_figures_that_come_back_unchanged(
    orders: Context, keep_loop: KeepLoop
) -> None:
    computed = compute_firm_figures(orders, FLOOR)
    run = keep_loop()
    assert figures_of(run) == computed
    assert floor_totals(run) == FLOOR


def test_kept_figures_are_read_and_not_computed(
    orders: Context, keep_loop: KeepLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_loop()
    monkeypatch.setattr(
        "sanpin.flows.scoreboard.service.compute_firm_figures", lambda *_: pytest.fail("computed")
    )
    assert len(kept_figures(orders)) == len(DEFINITIONS)


def test_figures_kept_for_another_day_do_not_count(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop()
    set_setting(orders, "as_of", (DAY - timedelta(days=30)).isoformat())
    assert all(one.period.end == DAY - timedelta(days=30) for one in kept_figures(orders))


def test_both_sides_in_one_record(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop()
    answer = scoreboard_record(orders, "Chongqing")
    assert set(answer) == {"firm", "published"}
    assert set(answer["firm"]) == {"variety", "quality", "brand"}
    assert answer["firm"]["variety"]["active_items"]["unit"] == "items"
    assert {one["region"] for one in answer["published"]} == {"Chongqing"}
    wanted = {"pillar", "indicator", "region", "sector", "kind", "value", "unit", "period"}
    assert all(wanted | {"source"} <= set(one) for one in answer["published"])


def test_without_orders_the_firm_has_no_figures(ctx: Context) -> None:
    answer = scoreboard_record(ctx)
    assert answer["firm"] == {"variety": {}, "quality": {}, "brand": {}}
    assert len(answer["published"]) > 100


@pytest.mark.parametrize(("region", "industry"), [("Atlantis", None), (None, "alchemy")])
def test_an_unknown_place_is_refused(
    ctx: Context, region: str | None, industry: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        scoreboard_record(ctx, region, industry)
    assert caught.value.code in ("sector.region.unknown", "sector.industry.unknown")


def test_an_unknown_figure_is_not_found() -> None:
    with pytest.raises(InputError) as caught:
        definition_of("happiness")
    assert (caught.value.code, caught.value.status) == ("scoreboard.figure.unknown", 404)


def test_only_the_columns_asked_for_are_read(orders: Context) -> None:
    sales, back = order_book(orders, DAY, ("date", "customer"))
    assert sales.columns == ["date", "customer"]
    assert (back["value"] > 0).all()
    whole, _ = order_book(orders, DAY)
    assert whole.height == sales.height
    assert whole["revenue"].sum() > 0


def test_an_order_book_not_taken_in_reads_the_same(orders: Context) -> None:
    kept, _ = order_book(orders, DAY)
    early = DAY - timedelta(days=1)
    fresh, _ = order_book(orders, early)
    assert fresh.filter(fresh["date"] < early).height <= kept.height
    assert fresh["date"].max() < early


@pytest.mark.parametrize("key", [one.key for one in DEFINITIONS])
def test_every_figure_drills_to_named_columns(
    orders: Context, keep_loop: KeepLoop, key: str
) -> None:
    keep_loop()
    rows = drill_rows(orders, definition_of(key), PERIOD)
    assert rows.frame.height > 0
    shown = rows.page(orders, 0, 5)
    for column in rows.columns:
        assert column["key"] in shown[0], column
        assert column["label"]
    assert set(shown[0]) <= set(headings(orders))


def test_rows_of_items_add_up_and_carry_names(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop()
    rows = drill_rows(orders, definition_of("active_items"), PERIOD)
    found = rows.named(orders)
    assert found["share"].sum() == pytest.approx(1)
    assert set(found["description"]) == {
        "mug of clay",
        "bag of clay",
        "tin of clay",
        "vase of clay",
    }
    assert found["item"].to_list() == rows.frame["item"].to_list(), "names must not reorder rows"


def test_a_second_page_goes_on_where_the_first_ended(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop()
    rows = drill_rows(orders, definition_of("median_order_size"), PERIOD)
    names = [row["order_id"] for at in (0, 5) for row in rows.page(orders, at, 5)]
    assert names == rows.frame["order_id"].to_list()[:10]


def test_counts_of_the_floor_stand_beside_those_of_the_run_before(
    orders: Context, keep_loop: KeepLoop
) -> None:
    keep_loop(floor=replace(FLOOR, good=10800.0))
    keep_loop()
    rows = drill_rows(orders, definition_of("first_pass_yield"), PERIOD)
    assert rows.frame["now"].to_list() == [11640.0, 12000.0]
    assert rows.frame["before"].to_list() == [10800.0, 12000.0]


def test_a_floor_that_never_ran_has_no_rows(orders: Context) -> None:
    assert drill_rows(orders, definition_of("scrap_rate"), PERIOD).frame.height == 0


def test_every_figure_of_the_floor_leads_to_its_list() -> None:
    assert set(FLOOR_LINKS) == {one.key for one in DEFINITIONS if one.floor}
    assert all(url.startswith("/") for url, _ in FLOOR_LINKS.values())


def test_columns_have_labels_in_both_languages(ctx: Context) -> None:
    chinese = headings(ctx.acting_as(ctx.actor, "zh-CN"))
    english = headings(ctx)
    assert set(chinese) == set(COLUMNS)
    assert all(chinese[name] != english[name] for name in COLUMNS)


def test_a_trend_ends_on_the_last_day_of_the_period() -> None:
    words = FigureWords("en")
    spec = trend(figure("active_items", 3.0, 2.0), words)
    assert spec is not None
    assert spec["x"]["values"][-1] == (DAY - timedelta(days=1)).isoformat()
    assert spec["series"][0]["values"] == [None, 2.0, 3.0]
    assert len(spec["x"]["values"]) == 3
    assert trend(figure("active_items", 3.0, None), words) is None, "one point is no line"


def test_the_download_has_one_row_for_each_figure(orders: Context) -> None:
    figures = compute_firm_figures(orders, FLOOR)
    english, chinese = figures_frame(figures, "en"), figures_frame(figures, "zh-CN")
    assert english["key"].to_list() == [one.key for one in DEFINITIONS]
    assert english["value"].to_list() == chinese["value"].to_list()
    assert set(english["figure"]).isdisjoint(chinese["figure"])
    assert english["until"].unique().to_list() == [date(2024, 7, 1)]


@pytest.mark.parametrize(
    ("key", "value", "previous", "shown", "change", "word"),
    [
        ("active_items", 3059.0, 3097.0, "3,059", "\N{MINUS SIGN}38", "worse"),
        ("effective_items", 94.25, 90.0, "94.2", "+4.2", "better"),
        ("return_rate", 1.033, 0.893, "1.0", "+0.1 points", "worse"),
        ("country_concentration", 0.684, 0.722, "0.684", "\N{MINUS SIGN}0.038", "better"),
        ("median_order_size", 168.0, 141.0, "168", "+27", "than before"),
        ("on_time_share", 98.12, 98.1, "98.1", 0, "unchanged"),
        ("new_items", 5.0, None, "5", None, "nothing to compare yet"),
    ],
)
def test_values_changes_and_verdicts_in_words(
    key: str,
    value: float,
    previous: float | None,
    shown: str,
    change: str | int | None,
    word: str,
) -> None:
    tile = FigureWords("en").tile(figure(key, value, previous))
    assert (tile["value"], tile["change"], tile["change_word"]) == (shown, change, word)


def test_a_figure_that_cannot_be_told_is_a_dash_without_unit() -> None:
    tile = FigureWords("en").tile(figure("price_index", None, None))
    assert (tile["value"], tile["unit"], tile["spark"]) == ("–", "", None)


def test_colour_follows_the_direction_that_is_good() -> None:
    words = FigureWords("en")
    assert words.tile(figure("scrap_rate", 1.0, 2.0))["good"] == "down"
    assert words.tile(figure("active_items", 2.0, 1.0))["good"] == "up"
    assert words.tile(figure("median_order_size", 2.0, 1.0))["good"] == ""


def test_tiles_stand_in_three_pillars() -> None:
    figures = [figure(one.key, 1.0, 2.0) for one in DEFINITIONS]
    groups = pillar_tiles(figures, FigureWords("zh-CN"))
    assert [(pillar, label) for pillar, label, _ in groups] == [
        ("variety", "增品种"),
        ("quality", "提品质"),
        ("brand", "创品牌"),
    ]
    assert sum(len(tiles) for _, _, tiles in groups) == len(DEFINITIONS)
    assert [one.value for one in Pillar] == [pillar for pillar, _, _ in groups]
    assert pillar_tiles([], FigureWords("en")) == []


def test_records_for_machines_hold_value_unit_and_period(orders: Context) -> None:
    record = grouped(compute_firm_figures(orders))["brand"]["countries"]
    assert record["value"] == 2
    assert record["period"] == "2024-04-02..2024-06-30"
    assert record["formula"]


class TestDrillRows:
    """Rows behind a figure, computed once for the same order lines."""

    def test_the_same_lines_are_read_once(
        self, orders: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        figure, period = definition_of("active_items"), Period.before(DAY)
        first = drill_rows(orders, figure, period).frame
        monkeypatch.setattr(
            "sanpin.flows.scoreboard.drill.order_book", lambda *_: pytest.fail("read again")
        )
        assert drill_rows(orders, figure, period).frame.equals(first)

    def test_new_lines_give_new_rows(self, orders: Context) -> None:
        figure, period = definition_of("active_items"), Period.before(DAY)
        before = drill_rows(orders, figure, period).frame
        more = (
            order_lines()
            .head(1)
            .with_columns(
                item=pl.lit("bowl"), order_id=pl.lit("x"), description=pl.lit(None, pl.String)
            )
        )
        demand.save_orders(orders, more, Source("more.csv", "orders", "", 1))
        after = drill_rows(orders, figure, period).frame
        assert set(after["item"]) - set(before["item"]) == {"bowl"}, "the book was cleaned anew"
        demand.run_intake(orders)
        assert drill_rows(orders, figure, period).frame.equals(after)

    def test_items_have_the_name_of_the_readers_language(self, orders: Context) -> None:
        """That of master data; of the order lines where master data know none."""
        lines = "code,name,name_zh,unit\nmug,Clay mug,陶杯,EA\n"
        import_file(orders, lines.encode(), "items.csv", kind="items")
        rows = drill_rows(orders, definition_of("active_items"), Period.before(DAY))
        chinese = rows.named(replace(orders, language="zh-CN"))
        names = dict(chinese.select("item", "description").rows())
        assert (names["mug"], names["bag"]) == ("陶杯", "bag of clay")
        assert dict(rows.named(orders).select("item", "description").rows())["mug"] == "Clay mug"
