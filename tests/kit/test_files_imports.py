"""Imports from file to domain: all or nothing, dry runs, bad rows, templates, hostile bytes."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanpin.base import InputError, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import (
    Field,
    ImportKind,
    Source,
    bad_cells,
    export_bytes,
    guess_kind,
    import_file,
    match_columns,
    parse_table,
    read_table,
    refuse_rows,
    template,
)

ORDERS = ImportKind(
    "orders",
    "Orders",
    (
        Field("order_id", required=True, synonyms=("invoice", "订单号")),
        Field("item", required=True, synonyms=("物料编码", "货号")),
        Field("quantity", "decimal", required=True, synonyms=("数量",), maximum=1e9),
        Field("time", "datetime", required=True, synonyms=("下单时间", "日期")),
        Field("unit_price", "decimal", synonyms=("单价",), minimum=0),
        Field("gift", "boolean"),
    ),
    "saver_of_orders:save",
    sample_rows=(
        {"order_id": "A-1", "item": "00423", "quantity": 5, "time": "2025-03-08 10:20"},
        {"order_id": "A-2", "item": "00424", "quantity": 2.5, "time": "2025-03-09", "gift": True},
    ),
)
GOOD = (
    "订单号,货号,数量,日期,备注\n"
    "A-1,00423,5,2025年3月8日,x\n"
    'A-2,00424,"1,000",2025/3/9,\n'
    "合计,,1005,,\n"
)
BAD = GOOD.replace("2025/3/9", "2025/2/30")

Saved = list[tuple[pl.DataFrame, Source, bool]]


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> Iterator[Saved]:
    """Give what the domain was handed; it reports the rows as saved."""
    calls: Saved = []

    def save(
        ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool
    ) -> Mapping[str, int]:
        if "stranger" in frame["item"]:
            rows = frame.filter(pl.col("item") == "stranger")
            bad = bad_cells(
                rows["source_row"], "item", rows["item"], "orders.item.unknown", "Unknown item."
            )
            raise refuse_rows(ctx, source.name, bad)
        calls.append((frame, source, dry_run))
        return {"orders": frame.height}

    module = ModuleType("saver_of_orders")
    module.save = save  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "saver_of_orders", module)
    for target in ("sanpin.kit.files.imports.import_kinds", "sanpin.kit.registry.import_kinds"):
        monkeypatch.setattr(target, lambda: {"orders": ORDERS})
    yield calls


def test_a_good_file_is_handed_over_typed(ctx: Context, saved: Saved) -> None:
    report = import_file(ctx, GOOD.encode("gb18030"), "订单.csv")
    assert report.kind == "orders"
    assert (report.rows, report.saved, report.bad) == (2, {"orders": 2}, 0)
    assert report.columns == {
        "order_id": "订单号",
        "item": "货号",
        "quantity": "数量",
        "time": "日期",
    }
    assert report.unmatched == ("备注",)
    assert report.totals == (4,)
    frame, source, dry_run = saved[0]
    assert frame["item"].to_list() == ["00423", "00424"]
    assert frame["quantity"].to_list() == [5, 1000]
    assert (source.name, source.kind, source.rows, dry_run) == ("订单.csv", "orders", 2, False)
    assert report.as_dict()["rows"] == 2


def test_a_dry_run_does_all_but_save(ctx: Context, saved: Saved) -> None:
    report = import_file(ctx, GOOD.encode(), "x.csv", dry_run=True)
    assert report.dry_run
    assert saved[0][2] is True


@pytest.mark.parametrize("dry_run", [True, False])
def test_one_bad_row_refuses_the_file(ctx: Context, saved: Saved, dry_run: bool) -> None:
    with pytest.raises(InputError) as caught:
        import_file(ctx, BAD.encode(), "my orders.csv", dry_run=dry_run)
    error = caught.value
    assert saved == []
    assert error.code == "files.rows.refused"
    assert "2025/2/30" in str(error.problems[0])
    path = Path(str(error.fields["bad_rows_path"]))
    assert str(path) in str(error)
    assert path.parent == ctx.workspace.imports_path
    listed = pl.read_csv(path)
    assert listed.rows() == [(3, "日期", "2025/2/30", "This is not a date that can be.")]


def test_all_bad_rows_are_in_the_file_the_first_in_the_message(ctx: Context, saved: Saved) -> None:
    text = "order_id,item,quantity,time\n" + "A,1,many,2025-03-08\n" * 500
    with pytest.raises(InputError) as caught:
        import_file(ctx, text.encode(), "x.csv")
    assert len(caught.value.problems) == 20
    assert caught.value.fields["rows"] == 500
    assert pl.read_csv(str(caught.value.fields["bad_rows_path"])).height == 500


def test_a_domain_refuses_in_the_same_way(ctx: Context, saved: Saved) -> None:
    text = GOOD.replace("00424", "stranger")
    with pytest.raises(InputError) as caught:
        import_file(ctx, text.encode(), "x.csv")
    assert caught.value.problems[0].code == "orders.item.unknown"
    assert Path(str(caught.value.fields["path"])).is_file()


def test_a_hostile_name_stays_in_its_folder(ctx: Context, saved: Saved) -> None:
    with pytest.raises(InputError) as caught:
        import_file(ctx, BAD.encode(), "../../etc/pass\0wd\n.csv")
    path = Path(str(caught.value.fields["bad_rows_path"]))
    assert path.resolve().parent == ctx.workspace.imports_path.resolve()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("order_id,item,quantity,time\n", "files.table.no_rows"),
        ("order_id,item,quantity\n1,2,3\n", "files.columns.unmatched"),
        ("", "files.empty"),
        ("%PDF-1.4", "files.format.unsupported"),
    ],
)
def test_files_that_do_not_fit_are_refused(
    ctx: Context, saved: Saved, text: str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        import_file(ctx, text.encode(), "x.csv", kind="orders")
    assert caught.value.code == code
    assert saved == []


def test_kind_and_columns_can_be_said(ctx: Context, saved: Saved) -> None:
    text = "Nr,Artikel,Menge,Datum\nA,00423,5,2025-03-08\n"
    mapping = {"Nr": "order_id", "Artikel": "item", "Menge": "quantity", "Datum": "time"}
    with pytest.raises(InputError) as caught:
        import_file(ctx, text.encode(), "x.csv")
    assert caught.value.code == "files.kind.unknown"
    report = import_file(ctx, text.encode(), "x.csv", kind="orders", mapping=mapping)
    assert report.columns["item"] == "Artikel"
    with pytest.raises(InputError) as caught:
        import_file(ctx, text.encode(), "x.csv", kind="nothing")
    assert caught.value.code == "files.kind.unnamed"


def test_a_viewer_may_not_import(ctx: Context, saved: Saved) -> None:
    viewer = ctx.acting_as(Actor("wang", Role.VIEWER))
    with pytest.raises(StateError) as caught:
        import_file(viewer, GOOD.encode(), "x.csv")
    assert caught.value.code == "auth.role.missing"


def test_a_path_and_a_sheet_can_be_named(ctx: Context, saved: Saved, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"order_id": ["A"], "item": ["00423"], "quantity": [1], "time": ["2025-03-08"]}
    )
    path = tmp_path / "orders.xlsx"
    path.write_bytes(export_bytes(frame, "xlsx"))
    report = import_file(ctx, path, sheet="Sanpin")
    assert (report.rows, report.sheet) == (1, "Sanpin")
    assert saved[0][1].name == "orders.xlsx"


class TestTemplates:
    """Files to fill in."""

    @pytest.mark.parametrize("language", ["en", "zh-CN"])
    @pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json"])
    def test_every_template_can_be_imported(self, suffix: str, language: str) -> None:
        raw = read_table(template(ORDERS, suffix, language), f"x.{suffix}")
        assert guess_kind(raw, {"orders": ORDERS}) is ORDERS
        matching = match_columns(raw, ORDERS)
        assert matching.unmatched == ()
        parsed = parse_table(raw, ORDERS, matching)
        assert parsed.bad.rows() == []
        assert parsed.frame["item"].to_list() == ["00423", "00424"]
        assert parsed.frame["quantity"].to_list() == [5, 2.5]
        assert parsed.frame["gift"].to_list() == [None, True]

    def test_headings_speak_the_language(self) -> None:
        english = template(ORDERS, ".csv").decode("utf-8-sig").splitlines()[0]
        chinese = template(ORDERS, ".csv", "zh-CN").decode("utf-8-sig").splitlines()[0]
        assert english == "order_id,item,quantity,time,unit_price,gift"
        assert chinese == "订单号,物料编码,数量,下单时间,单价,gift"

    def test_codes_are_texts_in_a_workbook(self) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(template(ORDERS, "xlsx"))).active
        assert sheet.cell(2, 2).value == "00423"  # type: ignore[union-attr]

    def test_a_kind_can_be_named(self, saved: Saved) -> None:
        assert template("orders", "csv") == template(ORDERS, "csv")
        with pytest.raises(InputError):
            template("nothing", "csv")
        with pytest.raises(InputError):
            template(ORDERS, "docx")


def _read_all(content: bytes, name: str) -> None:
    """Read hostile content: a table or an InputError, nothing else."""
    try:
        raw = read_table(content, name)
        matching = match_columns(raw, ORDERS)
        parsed = parse_table(raw, ORDERS, matching)
    except InputError as error:
        assert str(error)
        return
    assert parsed.frame.height + parsed.bad_rows == raw.rows


_NAMES = st.sampled_from(["x.csv", "x.xlsx", "x.json", "x.parquet", "x"])
_CELLS = st.text(max_size=8) | st.sampled_from(
    ["订单号", "item", "数量", "time", "合计", "2025-03-08", "5%", '"', "\n", "=1+1", "1e999", "'"]
)


@given(st.binary(max_size=400), _NAMES)
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    _read_all(content, name)


@given(st.lists(st.lists(_CELLS, max_size=6), max_size=8), st.sampled_from(",;\t|"), _NAMES)
def test_any_cells_are_read_or_refused(rows: list[list[str]], mark: str, name: str) -> None:
    text = "\n".join(mark.join(row) for row in rows)
    _read_all(text.encode("utf-8", "surrogatepass"), name)


@cache
def _written(suffix: str) -> bytes:
    """Write a template once: a workbook holds the second it was made in, and its length varies."""
    return template(ORDERS, suffix)


@pytest.mark.parametrize("suffix", ["xlsx", "parquet", "json", "csv"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_any_damage_is_read_or_refused(suffix: str, data: Any) -> None:
    content = bytearray(_written(suffix))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[place] = data.draw(st.integers(0, 255))
        else:
            del content[place : place + data.draw(st.integers(1, 40))]
        if not content:
            break
    _read_all(bytes(content), f"x.{suffix}")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=5) | st.just("item"), _JSON, max_size=4)))
def test_any_json_is_read_or_refused(rows: list[dict[str, Any]]) -> None:
    import json

    _read_all(json.dumps(rows).encode(), "x.json")
