"""Tables inside sheets and texts: titles, two-line headings, totals, encodings, separators."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.kit.files.dates import is_ambiguous_date, to_datetime
from sanpin.kit.files.delimited import read_records
from sanpin.kit.files.encoding import decode
from sanpin.kit.files.export import export_bytes, guard_formulas
from sanpin.kit.files.grid import find_table
from sanpin.kit.files.kinds import Field, ImportKind
from sanpin.kit.files.match import guess_kind, match_columns
from sanpin.kit.files.numbers import to_decimal, to_integer
from sanpin.kit.files.raw import OVERLONG, SOURCE_ROW
from sanpin.kit.files.read import read_table
from sanpin.kit.files.values import convert

words = st.text(alphabet="abcxyz件货号 ", min_size=1, max_size=8).filter(str.strip)
cells = st.text(alphabet="abc中文,;|\t\"'\n 123", max_size=8)


@given(
    title=st.lists(words, max_size=2),
    headings=st.lists(words, min_size=2, max_size=5, unique_by=str.strip),
    count=st.integers(1, 6),
    blanks=st.integers(0, 3),
)
def test_a_table_is_found_below_its_titles(
    title: list[str], headings: list[str], count: int, blanks: int
) -> None:
    """Whatever stands above, the rows keep the numbers that they have in the file."""
    above: list[list[str | None]] = [[one] for one in title] + [[] for _ in range(blanks)]
    data = [[str(row * 10 + i) for i in range(len(headings))] for row in range(count)]
    grid = find_table([*above, list(headings), *data], flag_overlong=True)
    assert grid.headings == tuple(" ".join(one.split()) for one in headings)
    first = len(above) + 2
    assert grid.frame[SOURCE_ROW].to_list() == list(range(first, first + count))
    assert grid.frame["c0"].to_list() == [row[0] for row in data]
    assert not grid.frame[OVERLONG].any()


def test_two_lines_of_headings_are_joined() -> None:
    """The upper one reaches over its empty cells; a line of values is no second line."""
    upper, lower = ["订单", "客户", "数量", None], [None, None, "计划", "实际"]
    values = ["A-1", "某某店", "5", "4"]
    grid = find_table([upper, lower, values], flag_overlong=True)
    assert grid.headings == ("订单", "客户", "数量 / 计划", "数量 / 实际")
    gaps = find_table([["a", None, "c"], ["1", "2", None]], flag_overlong=True)
    assert gaps.headings == ("a", "", "c")
    assert gaps.frame.height == 1


@pytest.mark.parametrize(
    "word", ["合计", "总计：", "小 计", "本页合计", "Total", "GRAND TOTAL", "Sub total", "sum:"]
)
def test_totals_at_the_end_are_left_out_and_named(word: str) -> None:
    """In both languages; the same word in the middle is a row like any other."""
    rows: list[list[str | None]] = [["item", "n"], ["a", "1"], [word, "9"], ["b", "2"], [word, "3"]]
    grid = find_table(rows, flag_overlong=True)
    assert grid.totals == (5,)
    assert grid.frame["c1"].to_list() == ["1", "9", "2"]


def test_a_row_that_is_too_long_is_marked_only_where_it_means_a_fault() -> None:
    """In text a quotation mark is missing; in a sheet someone wrote beside the table."""
    rows = [["a", "b"], ["1", "2", "3"], ["4", "5"]]
    assert find_table(rows, flag_overlong=True).frame[OVERLONG].to_list() == [True, False]
    assert not find_table(rows, flag_overlong=False).frame[OVERLONG].any()


@pytest.mark.parametrize("rows", [[], [[]], [[None], [" "], ["\ufeff\u3000"]]])
def test_blanks_alone_are_no_table(rows: list[list[str | None]]) -> None:
    """No heading, no row, and no failure."""
    grid = find_table(rows, flag_overlong=True)
    assert grid.headings == ()
    assert grid.frame.height == 0


@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=3, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
def test_a_quoted_text_is_read_cell_by_cell(rows: list[list[str]], delimiter: str) -> None:
    """The separator is found, and what stands in quotes is kept to the letter."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    assert list(read_records(stream.getvalue(), "x.csv")) == rows


def test_a_separator_may_be_named_in_the_first_line() -> None:
    """As spreadsheet programs write it; its line keeps its number."""
    assert list(read_records("sep=;\na,b;c\n1,2;3\n", "x")) == [[], ["a,b", "c"], ["1,2", "3"]]


def test_an_open_quote_is_refused_and_a_stray_one_is_not() -> None:
    """The first would swallow the rest; the second stands in many descriptions."""
    with pytest.raises(InputError) as refused:
        list(read_records('a,b\n"1,2\n3,4\n', "orders.csv"))
    assert refused.value.code == "files.csv.broken"
    assert refused.value.fields["file"] == "orders.csv"
    assert list(read_records('a,b\n"24"" pipe" long,2\n', "x"))[1][1] == "2"


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk")


@given(
    text=st.text(alphabet="订单号数量货陶瓷杯纺织品", min_size=4, max_size=40),
    encoding=st.sampled_from(ENCODINGS),
)
def test_chinese_text_is_read_in_each_of_its_encodings(text: str, encoding: str) -> None:
    """With a mark or without one."""
    line = f"item,{text}\n1,2\n"
    assert decode(line.encode(encoding), "x.csv") == line


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_shows_by_its_zeros(encoding: str) -> None:
    """Headings have Latin letters, and every second byte of those is zero."""
    line = "item,quantity,订单号\n1,2,3\n"
    assert decode(line.encode(encoding), "x.csv") == line


def test_western_accents_stand_alone() -> None:
    """One high byte at a time is Windows-1252 and no Chinese."""
    assert decode("Café crème; Größe; 5 €".encode("cp1252"), "x") == "Café crème; Größe; 5 €"


@pytest.mark.parametrize("content", [b"\x00\x00\x00\x01", b"\xff\xfe\x00\xd8", b"\xef\xbb\xbf\xff"])
def test_bytes_without_meaning_are_refused(content: bytes) -> None:
    """Rather than read as wrong letters."""
    with pytest.raises(InputError) as refused:
        decode(content, "x.csv")
    assert refused.value.code == "files.encoding.unknown"


@given(st.lists(st.floats(-1e12, 1e12).map(lambda x: round(x, 4)), min_size=1, max_size=20))
def test_a_number_is_the_same_with_and_without_separators(values: list[float]) -> None:
    """Thousands by comma, a currency before, a full-width minus or brackets."""
    plain = to_decimal(pl.Series([repr(v) for v in values])).to_list()
    grouped = to_decimal(pl.Series([f"{v:,.4f}" for v in values])).to_list()
    money = to_decimal(pl.Series([f"{'-' if v < 0 else ''}¥{abs(v):,.4f}" for v in values]))
    bracket = to_decimal(pl.Series([f"({abs(v):,.4f})" for v in values])).to_list()
    assert plain == pytest.approx(values)
    assert grouped == pytest.approx(values)
    assert money.to_list() == pytest.approx(values)
    assert bracket == pytest.approx([-abs(v) for v in values])


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=20))
def test_whole_numbers_keep_all_their_digits(values: list[int]) -> None:
    """Beyond what a float can hold, when they are written plainly."""
    assert to_integer(pl.Series([str(v) for v in values])).to_list() == values


@pytest.mark.parametrize(
    "text", ["1,23", "1.234.567", "--5", "5-6", "12 34", "1e999", "inf", "NaN", "0x10", "-"]
)
def test_what_is_no_number_is_null(text: str) -> None:
    """A decimal comma above all: it cannot be told from thousands."""
    assert to_decimal(pl.Series([text])).to_list() == [None]
    assert to_integer(pl.Series([text])).to_list() == [None]


@pytest.mark.parametrize(
    ("text", "value"),
    [("5%", 0.05), ("３％", 0.03), ("2‰", 0.002), ("1.2万", 12_000), ("3亿", 3e8), ("12元", 12),
     ("US$ 7", 7), ("12-", -12), ("−4", -4), ("1’234", 1234), ("+6", 6)],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    """With percent, ten thousands, currency and signs of several scripts."""
    assert to_decimal(pl.Series([text]))[0] == pytest.approx(value)


moments = st.datetimes(datetime(1954, 10, 4), datetime(2119, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


@given(moments)
def test_a_moment_is_the_same_in_every_writing(moment: datetime) -> None:
    """ISO, slashes, Chinese words, digits alone, English months and the days of Excel."""
    clock = moment.strftime("%H:%M:%S")
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    texts = [
        moment.isoformat(sep=" "),
        f"{moment.year}/{moment.month}/{moment.day} {clock}",
        f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}时{moment.minute}分"
        f"{moment.second}秒",
        moment.strftime("%Y%m%d%H%M%S"),
        f"{moment.day}-{moment.strftime('%b')}-{moment.year} {clock}",
        f"{serial:.9f}",
    ]
    assert to_datetime(pl.Series(texts)).to_list() == [moment] * len(texts)


@given(moments.filter(lambda moment: moment.day > 12))
def test_one_large_number_shows_where_the_day_stands(moment: datetime) -> None:
    """For the whole column; without one the column is left to its writer."""
    doubtful = "03/04/2025"
    day_first = pl.Series([f"{moment.day}/{moment.month}/{moment.year}", doubtful])
    month_first = pl.Series([f"{moment.month}/{moment.day}/{moment.year}", doubtful])
    assert to_datetime(day_first).dt.month().to_list() == [moment.month, 4]
    assert to_datetime(month_first).dt.month().to_list() == [moment.month, 3]
    assert not is_ambiguous_date(day_first)
    assert is_ambiguous_date(pl.Series([doubtful]))
    assert to_datetime(pl.Series([doubtful])).to_list() == [None]


@pytest.mark.parametrize(
    "text",
    ["2025-02-29", "2025-13-01", "2025-00-10", "1815-06-18", "2500-01-01", "2025-3", "12345"],
)
def test_a_date_that_cannot_be_is_null(text: str) -> None:
    """No calendar has it, or nobody orders so early or so late."""
    assert to_datetime(pl.Series([text])).to_list() == [None]


@given(st.lists(st.text(alphabet="=+-@'ab\t ", max_size=6), min_size=1, max_size=8))
def test_a_guarded_text_never_begins_like_a_formula_and_comes_back(texts: list[str]) -> None:
    """Out with an apostrophe, in without it."""
    guarded = guard_formulas(pl.DataFrame({"t": texts}))["t"]
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in guarded)
    back, faults = convert(guarded, Field("t"))
    assert not faults
    stripped = [text.strip() or None for text in texts]
    kept = [(a, b) for a, b in zip(back, stripped, strict=True) if b and not b.startswith("'")]
    assert all(a == b for a, b in kept)


@given(
    st.lists(
        st.tuples(st.integers(-9999, 9999), st.floats(-1e6, 1e6), st.text("abc货 ", max_size=5)),
        min_size=1,
        max_size=10,
    ),
    st.sampled_from(["csv", "xlsx", "parquet", "json"]),
)
def test_an_export_is_an_import(rows: list[tuple[int, float, str]], suffix: str) -> None:
    """In every format all rows come back under the headings that were given."""
    frame = pl.DataFrame(
        {"n": [r[0] for r in rows], "x": [r[1] for r in rows], "t": [f"t{r[2]}" for r in rows]}
    )
    raw = read_table(export_bytes(frame, suffix, {"n": "数量", "x": "单价"}), f"x.{suffix}")
    assert raw.headings == ("数量", "单价", "t")
    assert raw.rows == len(rows)
    numbers, faults = convert(raw.column(0), Field("n", "integer"))
    prices, more = convert(raw.column(1), Field("x", "decimal"))
    assert not faults + more
    assert numbers.to_list() == frame["n"].to_list()
    assert prices.to_list() == pytest.approx(frame["x"].to_list())
    names, _ = convert(raw.column(2), Field("t"))
    assert names.to_list() == [one.strip() for one in frame["t"]]


def test_an_unknown_suffix_is_refused_with_those_that_would_do() -> None:
    """By name, before anything is written."""
    with pytest.raises(InputError) as refused:
        export_bytes(pl.DataFrame({"a": [1]}), ".pdf")
    assert refused.value.code == "files.suffix.unknown"
    assert "parquet" in str(refused.value.fields["known"])


SHOES = ImportKind("shoes", "", (Field("item", required=True), Field("size", required=True)), "")
SOCKS = ImportKind("socks", "", (Field("item", required=True), Field("colour", required=True)), "")
KINDS = {"shoes": SHOES, "socks": SOCKS}


def test_the_kind_is_guessed_by_its_required_headings() -> None:
    """The one that is complete; none or two are refused by name."""
    assert guess_kind(read_table(b"item,size\n1,42\n"), KINDS) is SHOES
    assert guess_kind(read_table(b"Item,COLOUR (RGB)\n1,red\n"), KINDS) is SOCKS
    with pytest.raises(InputError) as none:
        guess_kind(read_table(b"item,weight\n1,2\n"), KINDS)
    assert none.value.code == "files.kind.unknown"
    with pytest.raises(InputError) as both:
        guess_kind(read_table(b"item,size,colour\n1,42,red\n"), KINDS)
    assert both.value.code == "files.kind.ambiguous"


def test_a_users_own_word_about_a_column_is_checked() -> None:
    """A field or a heading that is not there is named with those that are."""
    raw = read_table(b"Number,size\n1,42\n")
    assert match_columns(raw, SHOES, {"number": "item"}).columns == {"item": 0, "size": 1}
    with pytest.raises(InputError) as field:
        match_columns(raw, SHOES, {"Number": "weight"})
    assert (field.value.code, field.value.fields["known"]) == ("files.field.unknown", "item, size")
    with pytest.raises(InputError) as column:
        match_columns(raw, SHOES, {"Nummer": "item"})
    assert column.value.code == "files.column.unknown"
    assert column.value.fields["known"] == "Number, size"
