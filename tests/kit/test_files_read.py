"""Reading: delimiters, quotes, headings anywhere, totals, sheets, JSON and Parquet."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from sanpin.base import InputError
from sanpin.kit.files import RawTable, read_table
from sanpin.kit.files.raw import OVERLONG, SOURCE_ROW, UNSAVED
from sanpin.kit.files.read import _read_json as read_json


def _rows(raw: RawTable) -> list[tuple[Any, ...]]:
    return raw.frame.drop(SOURCE_ROW, OVERLONG).rows()


def _csv(text: str) -> RawTable:
    return read_table(text.encode(), "x.csv")


def _book(*sheets: tuple[str, list[list[Any]]], hidden: str = "") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        clock = book.add_format({"num_format": "hh:mm"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            else:
                sheet.activate()  # the active sheet cannot be hidden
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    kind = clock if isinstance(value, time) else day
                    sheet.write(r, c, value, kind if isinstance(value, date | time) else None)
    return stream.getvalue()


class TestDelimited:
    """CSV and its relatives."""

    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    def test_the_delimiter_is_found(self, mark: str) -> None:
        text = f'item{mark}name\n1{mark}"a, b; c"\n2{mark}plain\n'
        raw = _csv(text)
        assert raw.headings == ("item", "name")
        assert _rows(raw) == [("1", "a, b; c"), ("2", "plain")]

    def test_the_hint_of_spreadsheets_is_obeyed(self) -> None:
        raw = _csv("sep=;\na;b,c\n1;2,5\n")
        assert raw.headings == ("a", "b,c")
        assert raw.frame[SOURCE_ROW].to_list() == [3]

    def test_everything_stays_text(self) -> None:
        raw = _csv("item,n,d\n00423,1.50,2025-03-08\n")
        assert _rows(raw) == [("00423", "1.50", "2025-03-08")]

    def test_numbers_of_rows_are_those_a_spreadsheet_shows(self) -> None:
        raw = _csv('\n\nitem,name\n\n1,"two\nlines"\n\n2,b\n')
        assert raw.frame[SOURCE_ROW].to_list() == [5, 7]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_end_of_line(self, end: str) -> None:
        assert _rows(_csv(end.join(["a,b", "1,2", "3,4"]))) == [("1", "2"), ("3", "4")]

    def test_spaces_of_every_kind_are_stripped(self) -> None:
        assert _rows(_csv("a,b\n \u3000x\u00a0,\ufeffy \n")) == [("x", "y")]

    def test_rows_that_are_too_long_are_marked_and_short_ones_filled(self) -> None:
        raw = _csv("a,b\n1\n1,2,3\n1,2,\n")
        assert raw.frame[OVERLONG].to_list() == [False, True, False]
        assert _rows(raw)[0] == ("1", None)

    def test_a_quote_inside_words_is_harmless(self) -> None:
        assert _rows(_csv('a,b\n5" pipe,x\n"CHARLIE" SIGN,y\n')) == [
            ('5" pipe', "x"),
            ("CHARLIE SIGN", "y"),
        ]

    def test_a_quote_never_closed_is_refused(self) -> None:
        with pytest.raises(InputError) as caught:
            _csv('a,b\n1,"open\n2,3\n')
        assert caught.value.code == "files.csv.broken"

    def test_a_cell_without_end_is_refused(self) -> None:
        with pytest.raises(InputError) as caught:
            _csv('a,b\n1,"' + "x" * 1_100_000 + '"\n')
        assert caught.value.code == "files.csv.broken"

    def test_one_column_and_one_row_are_a_table(self) -> None:
        raw = _csv("item\n00423\n")
        assert (raw.headings, _rows(raw)) == (("item",), [("00423",)])

    def test_headings_alone_are_a_table_without_rows(self) -> None:
        raw = _csv("item,quantity\n")
        assert (raw.headings, raw.rows) == (("item", "quantity"), 0)

    def test_a_long_file_comes_whole(self) -> None:
        raw = _csv("n,m\n" + "".join(f"{n},x\n" for n in range(120_001)))
        assert raw.rows == 120_001
        assert raw.column(0)[-1] == "120000"
        assert raw.frame[SOURCE_ROW][-1] == 120_002


class TestHeadings:
    """Where the table begins and ends."""

    def test_titles_above_are_left_out(self) -> None:
        raw = _csv("明细表,,,\n制表人：王,,,\n\n订单号,物料编码,数量,日期\n1,2,3,4\n")
        assert raw.headings == ("订单号", "物料编码", "数量", "日期")
        assert raw.frame[SOURCE_ROW].to_list() == [5]

    def test_merged_headings_in_two_lines_are_joined(self) -> None:
        raw = _csv("订单号,商品,,数量\n,编码,名称,\nA,00423,杯,5\n")
        assert raw.headings == ("订单号", "商品 / 编码", "商品 / 名称", "数量")
        assert _rows(raw) == [("A", "00423", "杯", "5")]

    def test_a_row_of_data_is_not_a_second_line(self) -> None:
        raw = _csv("a,,b\n,5,x\n1,2,3\n")
        assert raw.headings == ("a", "", "b")
        assert raw.rows == 2

    def test_line_breaks_in_headings_become_spaces(self) -> None:
        assert _csv('"unit\nprice",b\n1,2\n').headings == ("unit price", "b")

    def test_empty_columns_at_the_end_are_no_columns(self) -> None:
        assert _csv("a,b,,\n1,2,,\n").headings == ("a", "b")

    @pytest.mark.parametrize("word", ["合计", "总计：", "合 计", "Total", "GRAND TOTAL", "Sum:"])
    def test_totals_at_the_end_are_left_out_and_named(self, word: str) -> None:
        raw = _csv(f"a,b\n1,2\n3,4\n{word},6\n")
        assert raw.rows == 2
        assert raw.totals == (4,)

    def test_totals_need_not_stand_in_the_first_column(self) -> None:
        raw = _csv("a,b,c\n1,2,3\n,小计,3\n,总计,3\n")
        assert raw.totals == (3, 4)

    def test_an_item_may_be_called_total_elsewhere(self) -> None:
        raw = _csv("a,b\nTotal,2\n3,4\n5,Total\n")
        assert (raw.rows, raw.totals) == (3, ())


class TestWorkbooks:
    """XLSX files."""

    def test_cells_are_written_as_a_person_types_them(self) -> None:
        rows = [
            ["item", "n", "day", "at", "yes", "clock"],
            [22423.0, 0.1, date(2025, 3, 8), datetime(2025, 3, 8, 10, 20), True, time(8, 26)],  # noqa: DTZ001
            ["00423", -5, None, None, False, None],
            [2.0**60, 1e300, None, None, None, None],
        ]
        raw = read_table(_book(("Sheet1", rows)), "x.xlsx")
        assert _rows(raw) == [
            ("22423", "0.1", "2025-03-08", "2025-03-08 10:20:00", "TRUE", "08:26:00"),
            ("00423", "-5", None, None, "FALSE", None),
            ("1.152921504606847e+18", "1e+300", None, None, None, None),
        ]

    def test_the_first_visible_sheet_with_content_is_read(self) -> None:
        book = _book(
            ("old", [["x"], [1]]), ("empty", []), ("orders", [["a", "b"], [1, 2]]), hidden="old"
        )
        raw = read_table(book, "x.xlsx")
        assert raw.sheet == "orders"
        assert raw.sheets == ("old", "empty", "orders")

    def test_a_sheet_can_be_chosen(self) -> None:
        book = _book(("one", [["a"], [1]]), ("two", [["b"], [2]]))
        assert read_table(book, "x.xlsx", "two").headings == ("b",)
        with pytest.raises(InputError) as caught:
            read_table(book, "x.xlsx", "three")
        assert caught.value.code == "files.sheet.unknown"
        assert "one, two" in str(caught.value)

    def test_a_workbook_without_content_is_empty(self) -> None:
        with pytest.raises(InputError) as caught:
            read_table(_book(("one", []), ("two", [])), "x.xlsx")
        assert caught.value.code == "files.empty"

    def test_a_forged_count_of_rows_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sanpin.kit.files.workbook._MAX_ROWS", 3)
        assert read_table(_book(("one", [["a"], [1], [2]])), "x.xlsx").rows == 2
        with pytest.raises(InputError) as caught:
            read_table(_book(("one", [["a"], [1], [2], [], [], [3]])), "x.xlsx")
        assert caught.value.code == "files.workbook.damaged"

    def test_cells_merged_downward_hold_for_all_their_rows(self) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            sheet = book.add_worksheet()
            sheet.merge_range(0, 0, 0, 2, "订单明细")
            sheet.write_row(1, 0, ["订单号", "商品", "数量"])
            sheet.merge_range(2, 0, 4, 0, "A-1")
            for row in range(2, 5):
                sheet.write_row(row, 1, [f"00{row}", row])
            sheet.write_row(5, 0, ["A-2", "009", 9])
        raw = read_table(stream.getvalue(), "x.xlsx")
        assert raw.column(0).to_list() == ["A-1", "A-1", "A-1", "A-2"]
        assert raw.frame[SOURCE_ROW].to_list() == [3, 4, 5, 6]

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
    @pytest.mark.parametrize("spoiled", [b"", b"<broken", b"<?xml version='1.0'?><other/>"])
    def test_a_damaged_workbook_is_named(self, part: str, spoiled: bytes) -> None:
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(_book(("one", [["a"], [1]])))) as whole,
            zipfile.ZipFile(stream, "w") as copy,
        ):
            for name in whole.namelist():
                copy.writestr(name, spoiled if name == part else whole.read(name))
        with pytest.raises(InputError) as caught:
            read_table(stream.getvalue(), "x.xlsx")
        assert caught.value.code in {"files.workbook.damaged", "files.empty"}
        assert "x.xlsx" in str(caught.value)

    def test_an_empty_result_of_a_formula_is_a_result(self) -> None:
        """Only a cell without any result is marked, however its formula is written."""
        raw = read_table(
            _with_cells(
                b'<c r="A2"><v>1</v></c><c r="B2"><f>A2*2</f><v>2</v></c>',
                b'<c r="A3" t="str"><f>IF(1,"")</f><v></v></c><c r="B3" s="1"><f>A2</f></c>',
                b'<c r="A4"><v>4</v></c><c r="B4"><f t="shared" si="0"/><v/></c>',
            ),
            "x.xlsx",
        )
        assert _rows(raw) == [("1", "2"), (None, UNSAVED), ("4", UNSAVED)]


def _with_cells(*rows: bytes) -> bytes:
    """Make a workbook with the headings a and b, and these cells below them."""
    plain, made = io.BytesIO(_book(("S", [["a", "b"]]))), io.BytesIO()
    cells = b"".join(b'<row r="%d">%s</row>' % (at, row) for at, row in enumerate(rows, 2))
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", cells + b"</sheetData>")
            new.writestr(name, content)
    return made.getvalue()


class TestJson:
    """JSON files."""

    @pytest.mark.parametrize(
        "text",
        [
            '[{"item": "0071", "n": 1.0}, {"n": 2.5, "item": null}]',
            '{"rows": [{"item": "0071", "n": 1.0}, {"n": 2.5, "item": null}], "total": 2}',
            '{"item": "0071", "n": 1.0}\n{"n": 2.5, "item": null}\n',
        ],
    )
    def test_lists_of_objects_are_tables(self, text: str) -> None:
        raw = read_table(text.encode(), "x.json")
        assert raw.headings == ("item", "n")
        assert _rows(raw) == [("0071", "1"), (None, "2.5")]

    def test_values_of_other_types_become_text(self) -> None:
        raw = read_table(b'[{"a": true, "b": [1, 2], "c": {"d": 1}, "e": 12345678901}]', "x.json")
        assert _rows(raw) == [("true", "[1,2]", '{"d":1}', "12345678901")]

    @pytest.mark.parametrize("text", ["[1, 2]", '["a"]', '[{"a": 1}, 2]', "5"])
    def test_other_json_is_no_table(self, text: str) -> None:
        with pytest.raises(InputError) as caught:
            read_json(text.encode(), "x.json")
        assert caught.value.code == "files.json.not_a_table"

    def test_one_object_is_one_row(self) -> None:
        raw = read_table(b'{"a": [1], "b": [2]}', "x.json")
        assert _rows(raw) == [("[1]", "[2]")]

    def test_broken_json_is_named(self) -> None:
        with pytest.raises(InputError) as caught:
            read_table(b'[{"a": 1}, {"a": ]', "x.json")
        assert caught.value.code == "files.damaged"


class TestParquet:
    """Parquet files."""

    def test_types_are_kept(self) -> None:
        frame = pl.DataFrame({"item": ["0071"], "n": [1], "d": [date(2025, 3, 8)]})
        stream = io.BytesIO()
        frame.write_parquet(stream)
        raw = read_table(stream.getvalue(), "x.parquet")
        assert raw.headings == ("item", "n", "d")
        assert [raw.column(i).dtype for i in range(3)] == [pl.String, pl.Int64, pl.Date]
        assert raw.frame[SOURCE_ROW].to_list() == [1]

    def test_a_damaged_file_is_named(self) -> None:
        with pytest.raises(InputError) as caught:
            read_table(b"PAR1 this is not all of it PAR1", "x.parquet")
        assert caught.value.code == "files.damaged"


def test_a_path_gives_the_name(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("a,b\n1,2\n")
    raw = read_table(tmp_path / "orders.csv")
    assert raw.name == "orders.csv"
    assert len(raw.sha256) == 64


@pytest.mark.parametrize("name", ["missing.csv", ".", "missing/orders.csv"])
def test_a_path_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name)
    assert caught.value.code == "files.not_readable"


def test_many_rows_that_begin_with_total_are_data() -> None:
    """Three sums below a table are left out; a column that says “total” all the way is not."""
    head, rows = "level,item,quantity\n", "item,a,1\nitem,b,2\n"
    few = read_table((head + rows + "total,,3\n" * 3).encode(), "few.csv")
    many = read_table((head + rows + "total,,3\n" * 4).encode(), "many.csv")
    assert (few.rows, len(few.totals)) == (2, 3)
    assert (many.rows, many.totals) == (6, ())
