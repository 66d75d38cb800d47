"""Goods and everything else that stands in an order book."""

from __future__ import annotations

import polars as pl
import pytest
from tests.demand.conftest import Lines

from sanpin.demand.engine.goods import booking_text, non_product_items, usual_descriptions

FEES = [
    "POSTAGE", "Shipping and Handling", "Dotcom Postage", "CARRIAGE", "Bank Charges", "AMAZON FEE",
    "Discount", "Manual", "SAMPLES", "Adjust bad debt", "CRUK Commission", "Customs duty",
    "Dotcomgiftshop Gift Voucher £20.00", "This is a test product.", "Grand Total",
    "运费", "邮费补差", "快递费", "手续费", "开模费", "折扣", "补差价", "定金", "代金券", "合计",
]  # fmt: skip
GOODS = [
    "PINK POSTAGE STAMP MUG", "SHIPPING CRATE TOY", "PHONE CHARGER", "SAMPLER EMBROIDERY KIT",
    "PACKING PAPER ROLL 5M", "GIFT BAG", "RECIPE BOX", "陶瓷杯", "样品展示架", "邮票图案马克杯",
]  # fmt: skip


def judged(lines: Lines, text: str, item: str = "A1") -> bool:
    """Return whether an item with that text is taken for a fee."""
    frame = lines({"item": item, "description": text}, {"item": "B2", "description": "Mug"})
    return item in non_product_items(frame, usual_descriptions(frame))["item"].to_list()


@pytest.mark.parametrize("text", FEES)
def test_fee_is_known_by_its_text(lines: Lines, text: str) -> None:
    assert judged(lines, text)


@pytest.mark.parametrize("text", GOODS)
def test_goods_with_a_similar_text_stay(lines: Lines, text: str) -> None:
    assert not judged(lines, text)


@pytest.mark.parametrize("code", ["POST", "dot", "BANK CHARGES", "gift_card_50", "TEST001"])
def test_fee_is_known_by_its_code(lines: Lines, code: str) -> None:
    assert judged(lines, "", code)


@pytest.mark.parametrize("code", ["M", "S", "B", "POSTER", "DOTS"])
def test_short_codes_alone_prove_nothing(lines: Lines, code: str) -> None:
    assert not judged(lines, "Mug", code)


def test_most_common_priced_text_names_the_item(lines: Lines) -> None:
    frame = lines(
        {"description": "Mug"},
        {"description": "damaged", "unit_price": 0.0},
        {"description": "damaged", "unit_price": 0.0},
        {"description": None},
    )
    assert usual_descriptions(frame).rows() == [("MUG", "Mug")]


def test_wild_prices_without_digits_are_no_item(lines: Lines) -> None:
    numbered = [{"item": f"9{k:04d}", "description": None} for k in range(30)]
    wild = [
        {"item": "XX", "description": None, "unit_price": price}
        for price in (0.1, 1.0, 9.0, 40.0, 300.0)
    ]
    frame = lines(*numbered, *wild)
    found = non_product_items(frame, usual_descriptions(frame))
    assert found.rows() == [("XX", 0.7)]
    lettered = frame.with_columns(pl.col("item").str.replace("^9", "Q").str.replace_all(r"\d", "Z"))
    assert non_product_items(lettered, usual_descriptions(lettered)).is_empty()


@pytest.mark.parametrize(
    ("text", "booking"),
    [
        ("thrown away", True), ("?", True), ("wet damaged", True), ("盘亏", True),
        ("found", True), ("破损报废", True), ("OWL DOORSTOP", False),
        ("陶瓷杯", False), (None, False),
    ],
)  # fmt: skip
def test_notes_of_stock_bookings(text: str | None, booking: bool) -> None:
    frame = pl.DataFrame({"description": pl.Series([text], dtype=pl.String)})
    assert frame.select(booking_text()).item() is booking
