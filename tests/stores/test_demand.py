"""Order files, intakes and forecasts on both databases."""

from __future__ import annotations

import polars as pl
import pytest
from sqlalchemy import inspect

from sanpin.base import StateError
from sanpin.demand import service
from sanpin.demand.sample import sample_orders
from sanpin.demand.store import METADATA, last_forecast, last_intake, list_batches
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import Source, import_file, template

SOURCE = Source("book.csv", "orders", "", 0)


def other_firm(ctx: Context) -> Context:
    """Return the same workspace as another firm sees it."""
    return ctx.acting_as(Actor("eve", Role.ADMIN, firm="other"))


@pytest.fixture(scope="module")
def orders() -> pl.DataFrame:
    """Give a small generated order book."""
    return sample_orders(items=12, days=120)


def test_tables_are_those_of_the_migration(ctx: Context) -> None:
    found = inspect(ctx.db.engine)
    for table in METADATA.sorted_tables:
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        assert set(columns) == {column.name for column in table.columns}
        for column in table.columns:
            assert columns[column.name]["nullable"] == column.nullable
        keys = found.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key.columns]


def test_orders_become_a_forecast(ctx: Context, orders: pl.DataFrame) -> None:
    service.save_orders(ctx, orders, SOURCE)
    record = service.run_forecast(ctx)
    with ctx.db.read() as conn:
        assert last_forecast(conn, ctx.firm) == record
        intake = last_intake(conn, ctx.firm)
    assert intake is not None
    assert intake.lines == orders.height
    assert record.intake == intake.run
    assert service.accuracy(ctx).metrics["items"] == record.items == intake.items


def test_firms_see_only_their_own(ctx: Context, orders: pl.DataFrame) -> None:
    service.save_orders(ctx, orders, SOURCE)
    service.run_forecast(ctx)
    other = other_firm(ctx)
    assert not service.has_orders(other)
    with pytest.raises(StateError):
        service.portfolio(other)
    service.save_orders(other, orders.head(50), SOURCE)
    assert service.count_lines(other) == 50
    assert service.count_lines(ctx) == orders.height


def test_same_content_is_kept_once(ctx: Context, orders: pl.DataFrame) -> None:
    service.save_orders(ctx, orders, SOURCE)
    again = orders.with_columns(pl.col("source_row") + 7)
    assert service.save_orders(ctx, again, Source("copy.xlsx", "orders", "", 0))["saved"] == 0
    with ctx.db.read() as conn:
        assert len(list_batches(conn, ctx.firm)) == 1


def test_fault_while_saving_leaves_nothing(
    ctx: Context, orders: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(service.orders, "save_batch", fail)
    with pytest.raises(OSError, match="no space"):
        service.save_orders(ctx, orders, SOURCE)
    assert not service.has_orders(ctx)
    assert not list((ctx.lake.path / "demand").rglob("*.parquet"))


def test_fault_while_keeping_a_forecast_leaves_the_old_one(
    ctx: Context, orders: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.save_orders(ctx, orders, SOURCE)
    before = service.run_forecast(ctx)

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(service.computing, "save_forecast", fail)
    with pytest.raises(OSError, match="no space"):
        service.run_forecast(ctx)
    assert service.current_forecast(ctx) == before
    assert service.forecast_frame(ctx).height > 0


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_template_of_orders_imports(ctx: Context, suffix: str) -> None:
    content = template(service.IMPORT_KINDS[0], suffix)
    report = import_file(ctx, content, f"orders.{suffix}", kind="orders")
    assert report.rows == report.saved["lines"] == 4
    assert service.count_lines(ctx) == 4


def test_kind_of_an_order_file_is_seen_from_chinese_headings(ctx: Context) -> None:
    text = "订单号,物料编码,数量,下单时间\n1,A,2,2024-03-04 10:00\n"
    report = import_file(ctx, text.encode("gb18030"), "订单.csv")
    assert report.kind == "orders"
    assert service.count_lines(ctx) == 1
