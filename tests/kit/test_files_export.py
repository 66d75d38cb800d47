"""Exports: all rows, nothing that runs, and reading back what was written."""

from __future__ import annotations

import errno
import gc
import io
import os
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.base import InputError, StateError
from sanpin.kit.files import (
    Field,
    ImportKind,
    export_bytes,
    match_columns,
    parse_table,
    read_frame,
    read_table,
    stream_csv,
    stream_json,
    stream_xlsx,
    write_file,
    write_table,
    write_xlsx,
)

KIND = ImportKind(
    "things",
    "Things",
    (
        Field("name"),
        Field("count", "integer"),
        Field("price", "decimal"),
        Field("day", "date"),
        Field("at", "datetime"),
        Field("good", "boolean"),
    ),
    "json:dumps",
)
FRAME = pl.DataFrame(
    {
        "name": ["杯子", "0071", None, '=cmd|"/c calc"!A1', 'a "b", c\nd'],
        "count": [1, -5, None, 2**53, 0],
        "price": [0.1, -1e-9, None, 1e300, 2.0],
        "day": [date(2025, 3, 8), date(1999, 1, 1), None, date(2100, 1, 1), date(1950, 5, 5)],
        "at": [datetime(2025, 3, 8, 10, 20, 30), None, None, datetime(1999, 1, 1), None],  # noqa: DTZ001
        "good": [True, False, None, True, False],
    }
)
FORMATS = ("csv", "xlsx", "parquet", "json")


def _again(content: bytes, suffix: str, kind: ImportKind = KIND) -> pl.DataFrame:
    raw = read_table(content, f"x.{suffix}")
    parsed = parse_table(raw, kind, match_columns(raw, kind))
    assert parsed.bad.rows() == []
    return parsed.frame.drop("source_row")


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_written_is_read_again(suffix: str) -> None:
    kept = FRAME.filter(pl.any_horizontal(pl.all().is_not_null()))
    again = _again(export_bytes(FRAME, suffix), suffix)
    assert again.filter(pl.any_horizontal(pl.all().is_not_null())).equals(kept)


# What a cell can hold: no control characters, no spaces at its ends, which reading strips.
_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Co", "Cn")), min_size=1
)
_ROW = st.fixed_dictionaries(
    {
        "name": _TEXT,
        "count": st.none() | st.integers(-(2**63), 2**63 - 1),
        "price": st.none() | st.floats(-1e300, 1e300),
        "day": st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        "at": st.none()
        | st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(  # noqa: DTZ001
            lambda moment: moment.replace(microsecond=0)
        ),
        "good": st.none() | st.booleans(),
    }
)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
@given(rows=st.lists(_ROW, min_size=1, max_size=6))
def test_parsing_undoes_writing(suffix: str, rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows, schema=FRAME.schema)
    # A last row that begins with a word for a total would rightly be left out.
    frame = pl.concat([frame, frame.head(1).with_columns(pl.lit("end").alias("name"))])
    assert _again(export_bytes(frame, suffix), suffix).equals(frame)


@settings(max_examples=25)
@given(rows=st.lists(_ROW, min_size=1, max_size=3))
def test_parsing_undoes_writing_of_workbooks(rows: list[dict[str, Any]]) -> None:
    for row in rows:  # a spreadsheet keeps fifteen digits
        row["price"] = None if row["price"] is None else float(f"{row['price']:.14e}")
    frame = pl.DataFrame(rows, schema=FRAME.schema)
    frame = pl.concat([frame, frame.head(1).with_columns(pl.lit("end").alias("name"))])
    again = _again(write_xlsx(frame), "xlsx")
    assert again.drop("price").equals(frame.drop("price"))
    for mine, theirs in zip(again["price"], frame["price"], strict=True):
        assert mine == (theirs if theirs is None else pytest.approx(theirs, rel=1e-13))


def test_csv_begins_with_the_mark_of_utf_8() -> None:
    content = b"".join(stream_csv(FRAME, {"name": "名称"}))
    assert content.startswith(b"\xef\xbb\xbf" + "名称,count".encode())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''=1"])
def test_formulas_never_run_and_come_back(text: str) -> None:
    frame = pl.DataFrame({"name": [text, "end"], "count": [1, 2]})
    content = b"".join(stream_csv(frame)).decode("utf-8-sig")
    cell = content.splitlines()[1] if "\r" not in text else content.partition("\n")[2]
    assert cell.strip('"').startswith("'")
    kind = ImportKind("x", "X", (Field("name"), Field("count", "integer")), "json:dumps")
    assert _again(content.encode(), "csv", kind)["name"][0] == text.strip()


def test_headings_are_guarded_too() -> None:
    content = b"".join(stream_csv(pl.DataFrame({"=evil()": [1], "b": [2]})))
    assert content.splitlines()[0] == b"\xef\xbb\xbf'=evil(),b"


def test_workbooks_hold_texts_as_texts() -> None:
    content = write_xlsx(pl.DataFrame({"name": ["=1+1", "http://x.y", "-5"], "n": [1, 2, 3]}))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [sheet.cell(row, 1) for row in (2, 3, 4)]  # type: ignore[union-attr]
    assert [cell.value for cell in cells] == ["=1+1", "http://x.y", "-5"]
    assert [cell.quotePrefix for cell in cells] == [True, False, True]
    assert all(cell.hyperlink is None for cell in cells)


def test_workbooks_go_on_in_further_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanpin.kit.files.sheets._MAX_ROWS", 4)
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(pl.DataFrame({"n": range(10)}))))
    assert book.sheetnames == ["Sanpin", "Sanpin 2", "Sanpin 3"]
    rows = [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == list(range(10))


def test_workbooks_are_written_frame_by_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """No frame is kept when the next one is made; sheets end where they are full."""
    monkeypatch.setattr("sanpin.kit.files.sheets._MAX_ROWS", 4)
    alive: list[weakref.ref[pl.DataFrame]] = []

    def frames() -> Iterator[pl.DataFrame]:
        for start, past in ((0, 3), (3, 3), (3, 8), (8, 19)):
            gc.collect()
            assert sum(one() is not None for one in alive) <= 1, "only the last may be there"
            frame = pl.DataFrame({"n": range(start, past)}, schema={"n": pl.Int64})
            alive.append(weakref.ref(frame))
            yield frame
            del frame

    content = b"".join(stream_xlsx(frames(), {"n": "Number"}))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == 5
    assert {sheet.cell(1, 1).value for sheet in book} == {"Number"}
    sizes = [sheet.max_row - 1 for sheet in book]
    assert sizes == [4, 4, 4, 4, 3]
    rows = [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == list(range(19))


def test_a_workbook_that_cannot_be_finished_is_refused_before_its_first_piece() -> None:
    def frames() -> Iterator[pl.DataFrame]:
        yield pl.DataFrame({"n": [1]})
        raise InputError("test.refused", "Not this one.")

    with pytest.raises(InputError):
        stream_xlsx(frames())


def test_a_text_that_no_cell_can_hold_says_that_it_was_cut() -> None:
    frame = pl.DataFrame({"x": ["a" * 32_767, "b" * 32_768]})
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(frame))).active
    first, second = (sheet.cell(row, 1).value for row in (2, 3))  # type: ignore[union-attr]
    assert first == "a" * 32_767
    assert second == "b" * 32_766 + "…"


def test_what_a_cell_cannot_hold_is_written_as_text_or_left_out() -> None:
    frame = pl.DataFrame(
        {"n": [10**18, 1], "x": [float("nan"), float("inf")], "d": [date(1850, 1, 1), None]}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(frame))).active
    values = [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]  # type: ignore[union-attr]
    assert values == [("1000000000000000000", None, "1850-01-01"), (1, None, None)]


def test_all_rows_are_streamed_in_pieces() -> None:
    frame = pl.DataFrame({"n": range(50_001), "x": ["a"] * 50_001})
    pieces = list(stream_csv(frame))
    assert len(pieces) == 4
    assert b"".join(pieces).count(b"\n") == 50_002
    pieces = list(stream_csv(frame.slice(start, 10_000) for start in range(0, 50_001, 10_000)))
    assert b"".join(pieces).count(b"\n") == 50_002
    assert len(orjson.loads(b"".join(stream_json(frame)))) == 50_001


def test_empty_frames_have_headings_only() -> None:
    empty = FRAME.head(0)
    assert export_bytes(empty, "csv").count(b"\n") == 1
    assert orjson.loads(export_bytes(empty, "json")) == []
    assert pl.read_parquet(io.BytesIO(export_bytes(empty, "parquet"))).schema == empty.schema
    sheet = openpyxl.load_workbook(io.BytesIO(export_bytes(empty, "xlsx"))).active
    assert sheet.max_row == 1  # type: ignore[union-attr]


def test_json_has_numbers_texts_and_nulls() -> None:
    frame = FRAME.with_columns(pl.lit(float("nan")).alias("price"))
    rows = orjson.loads(export_bytes(frame, "json", {"name": "名称"}))
    assert rows[0]["名称"] == "杯子"
    assert rows[0]["count"] == 1
    assert rows[0]["price"] is None
    assert rows[0]["day"] == "2025-03-08"


def test_lists_are_written_as_text() -> None:
    content = export_bytes(pl.DataFrame({"tags": [["a", "b"], []], "n": [1, 2]}), "csv")
    assert b'"[""a"",""b""]",1' in content


@pytest.mark.parametrize("suffix", FORMATS)
def test_paths_choose_their_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix.upper()}"
    write_table(FRAME.head(2), path)
    again = read_frame(path, {"name": "text", "price": "decimal"})
    assert again["name"].to_list() == ["杯子", "0071"]
    assert again.schema["count"] == pl.Int64
    assert again.schema["price"] == pl.Float64
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_suffixes_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_table(FRAME, tmp_path / "out.pdf")
    assert caught.value.code == "files.suffix.unknown"
    with pytest.raises(InputError) as caught:
        write_table(FRAME, tmp_path / "missing" / "out.csv")
    assert caught.value.code == "files.folder.missing"


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")

    def fill(self: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(StateError) as caught:
        write_table(FRAME, path)
    assert caught.value.code == "workspace.disk_full"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


class TestReadFrame:
    """Typed reading of tables whose columns are known by name."""

    def _read(self, tmp_path: Path, text: str, **schema: Any) -> pl.DataFrame:
        path = tmp_path / "x.csv"
        path.write_text(text, encoding="utf-8")
        return read_frame(path, schema)

    def test_types_are_those_that_all_values_share(self, tmp_path: Path) -> None:
        frame = self._read(
            tmp_path,
            "a,b,c,d,e,f,g,h\n1,1.5,2025-03-08,2025-03-08 10:20,true,0071,x,\n"
            "-20,3,2025-03-09,2025-03-08,False,5,2,\n",
        )
        assert frame.dtypes == [
            pl.Int64, pl.Float64, pl.Date, pl.Datetime("us"), pl.Boolean, pl.String, pl.String,
            pl.String,
        ]  # fmt: skip
        assert frame["f"].to_list() == ["0071", "5"]

    def test_a_schema_wins(self, tmp_path: Path) -> None:
        frame = self._read(tmp_path, "item,n\n22423,5\n10001,\n", item="text", n="decimal")
        assert frame["item"].to_list() == ["22423", "10001"]
        assert frame["n"].to_list() == [5.0, None]

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as caught:
            self._read(tmp_path, "item\n1\n", item="text", date="date")
        assert caught.value.code == "files.columns.unmatched"
        assert caught.value.problems[0].fields["field"] == "date"

    def test_a_wrong_value_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as caught:
            self._read(tmp_path, "item,date\n1,soon\n", item="text", date="date")
        assert caught.value.code == "files.rows.refused"
        assert "soon" in str(caught.value.problems[0])

    def test_a_heading_may_stand_once(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as caught:
            self._read(tmp_path, "a,a\n1,2\n")
        assert caught.value.code == "files.heading.twice"


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """A pipe, like the devices of the system, stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        write_file([b"a", b"b"], pipe)
        assert read.result(30) == b"ab"
    assert pipe.is_fifo() and list(tmp_path.iterdir()) == [pipe]
