"""Several people at the same master data: the last complete record stands, nothing is mixed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import inspect, text

from sanpin.base import SanpinError
from sanpin.kit.context import Context
from sanpin.kit.migrations import revision_of, upgrade
from sanpin.master import service
from sanpin.master.model import BillLine, BillOfMaterials, Item
from sanpin.master.plugin import DOMAIN
from sanpin.master.store import METADATA

DAY = date(2011, 9, 16)


def at_once(*calls: Callable[[], object]) -> list[Exception]:
    """Start all calls in threads of their own and return what they raised."""
    raised: list[Exception] = []
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        gate.wait()
        try:
            call()
        except SanpinError as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_bill_is_never_a_mixture_of_two(ctx: Context) -> None:
    for code in ("A", *"BCDEFG"):
        service.put_record(ctx, Item(code))
    first = BillOfMaterials("A", lines=tuple(BillLine(code, 1) for code in "BCD"))
    second = BillOfMaterials("A", lines=tuple(BillLine(code, 2) for code in "EFG"))
    for _ in range(5):
        assert not at_once(
            lambda: service.put_bill(ctx, first), lambda: service.put_bill(ctx, second)
        )
        assert service.get_bills(ctx, "A") in ([first], [second])


def test_two_new_items_do_not_share_a_gtin_in_turn(ctx: Context) -> None:
    service.put_record(ctx, Item("A", gtin="9521234000013"))
    raised = at_once(
        *(
            lambda code=code: service.put_record(ctx, Item(code, gtin="9521234000013"))
            for code in ("B", "C", "D")
        )
    )
    assert [error.code for error in raised] == ["master.item.gtin_taken"] * 3  # type: ignore[attr-defined]


def test_goods_entered_twice_at_once_are_there_once(ctx: Context) -> None:
    goods = [(f"G{number:03d}", "Red glass jar") for number in range(200)]
    assert not at_once(*[lambda: service.register_items(ctx, goods)] * 3)
    assert service.list_records(ctx, "items").total == 200


def test_the_sample_may_be_loaded_and_taken_away_at_once(ctx: Context) -> None:
    goods = [("22423", "REGENCY CAKESTAND 3 TIER"), ("21212", "PACK OF 72 CAKE CASES")]
    assert not at_once(
        lambda: service.load_sample(ctx, goods),
        lambda: service.remove_sample(ctx),
        lambda: service.load_sample(ctx, goods),
    )
    service.load_sample(ctx, goods)
    bills = service.bills_on(ctx, DAY)
    items = service.all_items(ctx)
    assert {line.component for bill in bills.values() for line in bill.lines} <= set(items)


@pytest.mark.parametrize("component", ["B", "A"])
def test_a_cycle_cannot_be_closed_from_two_sides(ctx: Context, component: str) -> None:
    for code in "AB":
        service.put_record(ctx, Item(code))
    raised = at_once(
        lambda: service.put_bill(ctx, BillOfMaterials("A", lines=(BillLine("B", 1),))),
        lambda: service.put_bill(ctx, BillOfMaterials("B", lines=(BillLine("A", 1),))),
    )
    assert len(raised) == 1, "one of the two closes the cycle and is refused"
    assert raised[0].code == "master.bom.cycle"  # type: ignore[attr-defined]
    assert len(service.bills_on(ctx, DAY)) == 1
    service.explode_demand(ctx, {component: 1}, DAY)


def test_an_older_schema_is_brought_forward(ctx: Context) -> None:
    """A database of the first revision, with records in it, gets the second and keeps them."""
    service.put_record(ctx, Item("A", "Kept"))
    with ctx.db.write() as conn:
        conn.execute(text("DROP TABLE master_turn"))
        conn.execute(text("UPDATE master_version SET version_num = '0001'"))
    assert upgrade(ctx.db, [DOMAIN]) == ["master 0002"]
    assert revision_of(ctx.db, DOMAIN) == "0002"
    service.put_record(ctx, Item("B"))
    assert set(service.all_items(ctx)) == {"A", "B"}


def test_the_tables_are_those_of_the_scripts(ctx: Context) -> None:
    with ctx.db.read() as conn:
        for table in METADATA.tables.values():
            found = {column["name"] for column in inspect(conn).get_columns(table.name)}
            assert found == {column.name for column in table.columns}
            key = inspect(conn).get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key.columns]
            indexes = {index["name"] for index in inspect(conn).get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes
