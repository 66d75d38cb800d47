"""Matching of headings to fields, and guessing of the kind."""

from __future__ import annotations

import pytest

from sanpin.base import InputError
from sanpin.kit.files import Field, ImportKind, RawTable, guess_kind, match_columns, read_table

ORDERS = ImportKind(
    "orders",
    "Orders",
    (
        Field("order_id", required=True, synonyms=("订单号", "invoice")),
        Field("item", required=True, synonyms=("物料编码", "商品编码", "货号", "sku")),
        Field("quantity", "decimal", required=True, synonyms=("数量", "qty")),
        Field(
            "time", "datetime", required=True, synonyms=("下单时间", "order date", "日期", "date")
        ),
        Field("unit_price", "decimal", synonyms=("单价", "price")),
    ),
    "json:dumps",
)
ITEMS = ImportKind(
    "items",
    "Items",
    (Field("item", required=True, synonyms=("货号",)), Field("name")),
    "json:dumps",
)


def _raw(*headings: str) -> RawTable:
    cells = ",".join(f'"{heading}"' for heading in headings)
    return read_table(f"{cells}\n{','.join('1' * len(headings))}\n".encode(), "x.csv")


@pytest.mark.parametrize(
    "headings",
    [
        ("order_id", "item", "quantity", "time"),
        ("Order ID", "ITEM", " Quantity ", "Time"),
        ("OrderId", "Sku", "QTY", "Order-Date"),
        ("订单号", "物料编码", "数量", "下单时间"),
        ("订单号*", "货号（SKU）", "数量(件)", "日期[年月日]"),
        ("订 单 号", "商品编码:", "数量 (pcs)", "下单时间"),
        ("ｏｒｄｅｒ＿ｉｄ", "ｉｔｅｍ", "数量【个】", "DATE"),
    ],
)
def test_headings_fit_by_name_and_synonym(headings: tuple[str, ...]) -> None:
    matching = match_columns(_raw(*headings), ORDERS)
    assert matching.columns == {"order_id": 0, "item": 1, "quantity": 2, "time": 3}
    assert matching.complete
    assert matching.unmatched == ()


def test_order_of_columns_does_not_matter_and_others_are_named() -> None:
    raw = _raw("备注", "数量", "日期", "货号", "订单号", "仓库")
    matching = match_columns(raw, ORDERS)
    assert matching.headings(raw) == {
        "order_id": "订单号",
        "item": "货号",
        "quantity": "数量",
        "time": "日期",
    }
    assert matching.unmatched == ("备注", "仓库")


def test_earlier_synonyms_win() -> None:
    raw = _raw("日期", "订单号", "数量", "货号", "下单时间")
    matching = match_columns(raw, ORDERS)
    assert matching.headings(raw)["time"] == "下单时间"
    assert matching.unmatched == ("日期",)


def test_the_exact_name_wins_over_a_normalised_one() -> None:
    raw = _raw("Quantity", "quantity", "order_id", "item", "time")
    matching = match_columns(raw, ORDERS)
    assert matching.columns["quantity"] == 1
    assert matching.unmatched == ("Quantity",)


def test_a_group_heading_helps_the_one_below() -> None:
    text = "订单号,商品,,数量,日期\n,编码,名称,,\n1,2,3,4,5\n"
    matching = match_columns(read_table(text.encode(), "x.csv"), ORDERS)
    assert matching.columns["item"] == 1
    text = "基本信息,,其他,,\n订单号,货号,数量,日期,备注\n1,2,3,4,5\n"
    matching = match_columns(read_table(text.encode(), "x.csv"), ORDERS)
    assert matching.columns == {"order_id": 0, "item": 1, "quantity": 2, "time": 3}


def test_two_equal_headings_are_ambiguous_and_refused() -> None:
    raw = _raw("order_id", "item", "数量", "数量", "time")
    matching = match_columns(raw, ORDERS)
    assert matching.ambiguous == {"quantity": ("数量", "数量")}
    assert matching.missing == ()
    with pytest.raises(InputError) as caught:
        matching.require(raw, ORDERS)
    assert [problem.code for problem in caught.value.problems] == ["files.column.ambiguous"]


def test_missing_columns_are_named_with_what_is_accepted() -> None:
    raw = _raw("order_id", "quantity", "颜色")
    matching = match_columns(raw, ORDERS)
    assert matching.missing == ("item", "time")
    with pytest.raises(InputError) as caught:
        matching.require(raw, ORDERS)
    error = caught.value
    assert error.code == "files.columns.unmatched"
    assert "颜色" in str(error)
    assert "--map" in str(error)
    assert "货号" in str(error.problems[0])
    assert len(error.problems) == 2


def test_what_the_user_says_wins() -> None:
    raw = _raw("order_id", "item", "quantity", "time", "Menge (Stk)")
    matching = match_columns(raw, ORDERS, {"Menge (Stk)": "quantity"})
    assert matching.columns["quantity"] == 4
    assert matching.unmatched == ("quantity",)
    assert match_columns(raw, ORDERS, {"menge stk": "quantity"}).columns["quantity"] == 4


@pytest.mark.parametrize(
    ("mapping", "code"),
    [({"item": "colour"}, "files.field.unknown"), ({"nothing": "item"}, "files.column.unknown")],
)
def test_a_wrong_mapping_is_refused(mapping: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as caught:
        match_columns(_raw("item"), ORDERS, mapping)
    assert caught.value.code == code


def test_the_kind_is_guessed_by_what_is_required() -> None:
    kinds = {"orders": ORDERS, "items": ITEMS}
    assert guess_kind(_raw("订单号", "货号", "数量", "日期"), kinds) is ORDERS
    assert guess_kind(_raw("货号", "name"), kinds) is ITEMS


def test_a_kind_that_lacks_a_column_is_still_the_one_that_is_meant() -> None:
    """An order file without its dates is no item file, though it has what items require."""
    raw = _raw("订单号", "货号", "数量", "name")
    kind = guess_kind(raw, {"orders": ORDERS, "items": ITEMS})
    assert kind is ORDERS
    with pytest.raises(InputError) as refused:
        match_columns(raw, kind).require(raw, kind)
    assert [one.code for one in refused.value.problems] == ["files.column.missing"]


def test_a_kind_that_cannot_be_guessed_is_asked_for() -> None:
    with pytest.raises(InputError) as caught:
        guess_kind(_raw("colour", "shape"), {"orders": ORDERS, "items": ITEMS})
    assert caught.value.code == "files.kind.unknown"
    twin = ImportKind("twins", "Twins", ITEMS.fields, "json:dumps")
    with pytest.raises(InputError) as caught:
        guess_kind(_raw("货号", "name"), {"items": ITEMS, "twins": twin})
    assert caught.value.code == "files.kind.ambiguous"
    assert "items, twins" in str(caught.value)
