"""Files with anything in them: an import is kept whole or refused with reasons."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.kit.files import import_file
from sanpin.master import service
from sanpin.master.engine import check_cycles

codes = st.sampled_from(["A", "B", "C", "D", "", " A ", "A" * 90, "红", "=1+1", "a\nb"])
numbers = st.sampled_from(["1", "0.5", "-1", "0", "", "x", "1e400", "1,000", "NaN", "٣"])
units = st.sampled_from(["EA", "kg", "件", "", "furlong", "EA "])
shares = st.sampled_from(["", "0", "0.5", "1", "-0.1", "2%", "x"])
dates = st.sampled_from(["", "2011-01-01", "2011年5月1日", "2011-13-01", "40000", "x"])
keys = st.sampled_from(["", "9521234000013", "9521234000014", "4006381333931", "123", "x"])
FUZZ = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def csv_of(headings: list[str], rows: list[tuple[str, ...]]) -> bytes:
    """Write a table as a file."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def empty(ctx: Context) -> None:
    """Take away what an example before has stored."""
    for bill in service.list_bills(ctx, limit=1000).rows:
        service.delete_bill(ctx, bill.item, bill.version)
    for item in service.all_items(ctx):
        service.delete_record(ctx, "items", item)


def attempt(ctx: Context, kind: str, content: bytes) -> bool:
    """Import; check that a refusal explains itself in both languages; tell whether it was kept."""
    try:
        import_file(ctx, content, f"{kind}.csv", kind=kind)
    except InputError as error:
        assert str(error)
        path = error.fields.get("bad_rows_path")
        if path:
            bad = pl.read_csv(Path(str(path)), infer_schema=False)
            assert bad.height
            assert bad["Reason"].null_count() == 0
            assert all(int(row) >= 2 for row in bad["Row"]), "the heading is row 1"
        return False
    return True


@FUZZ
@given(st.lists(st.tuples(codes, codes, units, keys), max_size=6))
def test_items_are_kept_whole_or_not_at_all(
    ctx: Context, rows: list[tuple[str, str, str, str]]
) -> None:
    empty(ctx)
    kept = attempt(ctx, "items", csv_of(["code", "name_en", "unit", "gtin"], list(rows)))
    items = service.all_items(ctx)
    if not kept:
        assert items == {}
        return
    named = {row[0].strip() for row in rows if any(cell.strip() for cell in row)}
    assert set(items) == named
    taken = [item.gtin for item in items.values() if item.gtin]
    assert len(taken) == len(set(taken))


@FUZZ
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCDX"),
            st.sampled_from("ABCDX"),
            numbers,
            units,
            shares,
            dates,
        ),
        max_size=6,
    )
)
def test_bills_are_kept_whole_and_without_cycles_or_not_at_all(
    ctx: Context, rows: list[tuple[str, ...]]
) -> None:
    empty(ctx)
    import_file(ctx, b"code\nA\nB\nC\nD\n", "items.csv", kind="items")
    headings = ["item", "component", "quantity", "unit", "scrap_share", "valid_from"]
    kept = attempt(ctx, "boms", csv_of(headings, rows))
    bills = service.list_bills(ctx, limit=1000).rows
    if not kept:
        assert bills == []
        return
    check_cycles(list(bills))
    assert {bill.item for bill in bills} == {row[0] for row in rows}
    assert sum(len(bill.lines) for bill in bills) == len(rows)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("items", b"code,name_en\n"),
        ("items", b"name_en\nMug\n"),
        ("items", b"\x00\x01\x02"),
        ("items", b""),
        ("boms", b"item,component\nA,B\n"),
        ("sites", b"code,latitude\nS,north\n"),
        ("sites", b"code,latitude,longitude\nS,12,\n"),
        ("sites", b"code,calendar\nS,none\n"),
        ("partners", b"code,gln\nP,123\n"),
        ("partners", b"code,kind\nP,friend\n"),
    ],
)
def test_files_that_cannot_be_are_refused(ctx: Context, kind: str, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        import_file(ctx, content, f"{kind}.csv", kind=kind)
    assert caught.value.code
    assert str(caught.value)


def test_one_row_is_a_file(ctx: Context) -> None:
    report = import_file(ctx, b"code\nA\n", "items.csv", kind="items")
    assert report.saved["items"] == 1
    assert service.get_item(ctx, "A").family == "other"
