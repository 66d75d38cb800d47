"""Parsing of whole tables: good rows typed, bad cells listed, keys unique."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from sanpin.kit.files import (
    Field,
    ImportKind,
    Parsed,
    bad_cells,
    match_columns,
    parse_table,
    read_table,
)
from sanpin.kit.files.parse import BAD_COLUMNS, problems_of

KIND = ImportKind(
    "lines",
    "Lines",
    (
        Field("order_id", required=True, synonyms=("订单号",)),
        Field("item", required=True, synonyms=("货号",)),
        Field("quantity", "integer", required=True, minimum=1, maximum=1_000_000),
        Field("time", "datetime"),
        Field("country"),
    ),
    "json:dumps",
    unique=("order_id", "item"),
)


def _parse(text: str, kind: ImportKind = KIND) -> Parsed:
    raw = read_table(text.encode(), "x.csv")
    return parse_table(raw, kind, match_columns(raw, kind))


def test_the_frame_has_exactly_the_fields_and_the_row() -> None:
    parsed = _parse("货号,订单号,quantity,time,colour\n00423,A,5,2025-03-08,red\n")
    assert parsed.frame.columns == ["order_id", "item", "quantity", "time", "country", "source_row"]
    assert parsed.frame.row(0) == ("A", "00423", 5, datetime(2025, 3, 8), None, 2)  # noqa: DTZ001
    assert parsed.frame.schema["country"] == pl.String
    assert parsed.bad_rows == 0
    assert dict(parsed.bad.schema) == BAD_COLUMNS


def test_bad_cells_are_listed_in_the_order_of_the_file() -> None:
    parsed = _parse(
        "订单号,货号,quantity,time\nA,1,x,2025-03-08\nB,2,5,2025-03-08\n,3,0,2025-02-30\nD,4,2000000,\n"
    )
    assert parsed.frame["order_id"].to_list() == ["B"]
    assert parsed.bad_rows == 3
    cells = parsed.bad.select("row", "column", "value", "code").rows()
    assert cells == [
        (2, "quantity", "x", "files.value.not_whole"),
        (4, "订单号", None, "files.value.missing"),
        (4, "quantity", "0", "files.value.too_small"),
        (4, "time", "2025-02-30", "files.value.not_a_date"),
        (5, "quantity", "2000000", "files.value.too_large"),
    ]


def test_a_key_may_occur_once() -> None:
    parsed = _parse("订单号,货号,quantity\nA,1,5\nA,2,5\nA,1,6\nA,1,7\n")
    assert parsed.frame["quantity"].to_list() == [5, 5]
    assert parsed.bad.select("row", "value", "code", "limit").rows() == [
        (4, "A, 1", "files.row.duplicate", "2"),
        (5, "A, 1", "files.row.duplicate", "2"),
    ]
    assert "row 2" in str(problems_of(parsed.bad)[0])


def test_without_a_key_rows_may_repeat() -> None:
    kind = ImportKind("lines", "Lines", KIND.fields, "json:dumps")
    assert _parse("订单号,货号,quantity\nA,1,5\nA,1,5\n", kind).bad_rows == 0


def test_rows_whose_cells_have_moved_are_bad() -> None:
    parsed = _parse("订单号,货号,quantity\nA,1,5\nB,a, b,5\n")
    assert parsed.bad["code"].to_list()[0] == "files.row.too_long"
    assert parsed.frame.height == 1


def test_problems_name_row_column_and_value() -> None:
    parsed = _parse("订单号,货号,quantity\n" + "A,1,x\n" * 30)
    problems = problems_of(parsed.bad)
    assert len(problems) == 20
    assert str(problems[0]) == ("Row 2, column “quantity”, value “x”: This is not a whole number.")
    assert problems[0].fields["row"] == 2


def test_a_domain_can_list_its_own_bad_cells() -> None:
    frame = pl.DataFrame({"item": ["a", "b"], "source_row": [2, 3]})
    bad = bad_cells(
        frame["source_row"], "item", frame["item"], "x.unknown", "No item up to {limit}.", "z"
    )
    assert dict(bad.schema) == BAD_COLUMNS
    assert "No item up to z." in str(problems_of(bad)[1])


def test_one_row_and_no_row() -> None:
    assert _parse("订单号,货号,quantity\nA,1,5\n").frame.height == 1
    nothing = _parse("订单号,货号,quantity\n")
    assert nothing.frame.height == 0
    assert nothing.frame.schema["quantity"] == pl.Int64


def test_a_hundred_thousand_rows_are_parsed_alike() -> None:
    lines = "".join(
        f'{n},{n % 7:05},"1,{n % 1000:03}",2025年3月{n % 28 + 1}日\n' for n in range(100_000)
    )
    parsed = _parse("订单号,货号,quantity,time\n" + lines)
    assert parsed.bad_rows == 0
    assert parsed.frame["quantity"].sum() == sum(1000 + n % 1000 for n in range(100_000))
    assert parsed.frame["item"].n_unique() == 7
    assert parsed.frame["time"].dt.day().max() == 28
