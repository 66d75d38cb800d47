"""From file to file: good, bad, empty, one row, one sale; every format; Chinese headings."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from sanpin.app.cli import main
from sanpin.base import InputError
from sanpin.demand import service
from sanpin.demand.model.forecast import ForecastParams
from sanpin.demand.model.panel import PANEL_SCHEMA
from sanpin.kit.files import read_frame

SUFFIXES = ("csv", "xlsx", "parquet")
GOOD = "order_id,item,quantity,time\n1,A,2,2024-03-04\n2,A,1,2024-03-05\n3,B,4,2024-03-05 10:30\n"


def write(folder: Path, text: str, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
    """Write a text file and return its path."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def run(*words: object) -> int:
    """Run the command line as a user does and return its exit code."""
    try:
        code = main([str(word) for word in words])
    except SystemExit as left:
        code = left.code  # type: ignore[assignment]
    return int(code or 0)


def read_plainly(path: Path) -> pl.DataFrame:
    """Read a table as any other tool would."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    if path.suffix == ".csv":
        return pl.read_csv(path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    heads, *rows = sheet.iter_rows(values_only=True)
    return pl.DataFrame(rows, schema=[str(head) for head in heads], orient="row")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_panel_survives_every_format(tmp_path: Path, book: pl.DataFrame, suffix: str) -> None:
    orders, panel = tmp_path / "orders.parquet", tmp_path / f"panel.{suffix}"
    book.filter(pl.col("item") <= "CER-MUG-016").write_parquet(orders)
    report = service.intake_file(orders, panel)
    frame = read_frame(panel)
    assert frame.columns == list(PANEL_SCHEMA)
    assert frame.height == report.rows
    out = tmp_path / f"forecast.{suffix}"
    made = service.forecast_file(panel, out, ForecastParams(horizon=14))
    forecast = read_plainly(out)
    assert made.items == frame["item"].n_unique()
    assert forecast.filter(pl.col("level") == "item")["item"].n_unique() == made.items
    assert forecast.filter(pl.col("level") == "total").height == 14


def test_formats_agree(tmp_path: Path, book: pl.DataFrame) -> None:
    orders = tmp_path / "orders.parquet"
    book.filter(pl.col("item") <= "CER-MUG-016").write_parquet(orders)
    found = []
    for suffix in SUFFIXES:
        panel, out = tmp_path / f"p.{suffix}", tmp_path / f"f-{suffix}.parquet"
        service.intake_file(orders, panel)
        service.forecast_file(panel, out, ForecastParams(horizon=7))
        found.append(pl.read_parquet(out))
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


def test_commands_make_the_files_of_the_doors(tmp_path: Path, capfd: Any) -> None:
    orders, panel = write(tmp_path, GOOD), tmp_path / "panel.csv"
    corrections, out = tmp_path / "corrections.csv", tmp_path / "forecast.csv"
    assert run("demand", "intake", orders, "--out", panel, "--corrections", corrections) == 0
    assert corrections.is_file()
    assert run("demand", "forecast", panel, "--horizon", 3, "--out", out, "--json") == 0
    frame = pl.read_csv(out)
    names = ["q0.05", "q0.1", "q0.25", "q0.5", "q0.75", "q0.9", "q0.95"]
    assert frame.columns == ["level", "item", "date", "mean", *names]
    assert frame["date"].unique().sort().to_list() == ["2024-03-06", "2024-03-07", "2024-03-08"]
    total = frame.filter(pl.col("level") == "total")
    assert total["item"].fill_null("").unique().to_list() == [""]
    assert '"items":2' in capfd.readouterr().out.replace(" ", "")


def test_chosen_quantiles_are_written(tmp_path: Path) -> None:
    panel, out = tmp_path / "panel.csv", tmp_path / "forecast.csv"
    service.intake_file(write(tmp_path, GOOD), panel)
    words = ("demand", "forecast", panel, "--horizon", 2, "--out", out)
    assert run(*words, "--quantiles", ".5,.975") == 0
    assert pl.read_csv(out).columns == ["level", "item", "date", "mean", "q0.5", "q0.975"]
    assert run(*words, "--quantiles", "half") == 2
    assert run(*words, "--quantiles", ".9,.1") == 1


def test_bad_rows_are_listed_and_nothing_else_is_written(tmp_path: Path, capfd: Any) -> None:
    text = GOOD + "4,A,many,2024-03-06\n5,,1,2024-03-06\n6,A,1,2024-02-30\n"
    panel, bad = tmp_path / "panel.csv", tmp_path / "bad.csv"
    orders = write(tmp_path, text)
    assert run("demand", "intake", orders, "--out", panel, "--bad-rows", bad) == 1
    assert not panel.exists()
    rows = pl.read_csv(bad)
    assert rows["row"].to_list() == [5, 6, 7]
    assert rows["column"].to_list() == ["quantity", "item", "time"]
    assert "bad.csv" in capfd.readouterr().err


def test_identical_lines_are_kept_when_asked(tmp_path: Path) -> None:
    line = "1,A,2,2024-03-04 10:00:00\n"
    orders = write(tmp_path, "order_id,item,quantity,time\n" + line * 3)
    for switch, sold in (((), 2.0), (("--keep-duplicates",), 6.0)):
        panel = tmp_path / "panel.csv"
        assert run("demand", "intake", orders, "--out", panel, *switch) == 0
        assert pl.read_csv(panel)["quantity"].sum() == sold


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_and_dates_are_understood(tmp_path: Path, encoding: str) -> None:
    text = (
        "订单编号,货号,品名,件数,下单时间,金额,客户,省份\n"
        "销001,0071,陶瓷杯,12,2024年3月8日,150,王女士,江苏\n"
        '销002,0071,陶瓷杯,"1,200",2024年3月9日,"15,000",李先生,浙江\n'
        "销003,F1,运费,1,2024年3月9日,20,李先生,浙江\n"
    )
    panel = tmp_path / "panel.parquet"
    report = service.intake_file(write(tmp_path, text, encoding=encoding), panel)
    frame = pl.read_parquet(panel)
    assert report.corrections == {"non_product": 1}
    assert frame["item"].unique().to_list() == ["0071"]
    assert frame["quantity"].to_list() == [12.0, 1200.0]
    assert frame["price"].to_list() == [12.5, 12.5]


def test_workbook_with_real_dates_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["单号", "商品编码", "数量", "日期", "单价"])
    sheet.append(["S1", "A-1", 3, date(2024, 3, 4), 9.9])
    sheet.append(["S2", "A-1", 2, date(2024, 3, 6), 9.9])
    book.save(tmp_path / "orders.xlsx")
    panel = tmp_path / "panel.csv"
    assert run("demand", "intake", tmp_path / "orders.xlsx", "--out", panel) == 0
    frame = pl.read_csv(panel)
    assert frame["date"].to_list() == ["2024-03-04", "2024-03-05", "2024-03-06"]
    assert frame["quantity"].to_list() == [3, 0, 2]


def test_headings_can_be_named_by_hand(tmp_path: Path) -> None:
    orders = write(tmp_path, "No,Thing,HowMany,When\n1,A,2,2024-03-04\n")
    panel = tmp_path / "panel.csv"
    pairs = ("No=order_id", "Thing=item", "HowMany=quantity", "When=time")
    maps = [word for pair in pairs for word in ("--map", pair)]
    assert run("demand", "intake", orders, "--out", panel) == 1
    assert run("demand", "intake", orders, "--out", panel, *maps) == 0
    assert run("demand", "intake", orders, "--out", panel, "--map", "No") == 2
    assert pl.read_csv(panel)["quantity"].to_list() == [2]


@pytest.mark.parametrize(
    "text",
    ["", "order_id,item,quantity,time\n", "a,b\n1,2\n", "order_id,item,quantity\n1,A,2\n"],
)
def test_file_without_orders_is_refused(tmp_path: Path, text: str, capfd: Any) -> None:
    panel = tmp_path / "panel.csv"
    assert run("demand", "intake", write(tmp_path, text), "--out", panel) == 1
    assert not panel.exists()
    assert capfd.readouterr().err.strip()


@pytest.mark.parametrize("words", [("intake",), ("forecast", "p.csv"), ("intake", "x.csv")])
def test_missing_options_are_wrong_usage(words: tuple[str, ...]) -> None:
    assert run("demand", *words) == 2


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert run("demand", "intake", tmp_path / "no.csv", "--out", tmp_path / "p.csv") == 1
    assert run("demand", "backtest", tmp_path / "no.csv") == 1


def test_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    orders = write(tmp_path, GOOD)
    assert run("demand", "intake", orders, "--out", tmp_path / "panel.pdf") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv"]


def test_one_sale_goes_all_the_way(tmp_path: Path) -> None:
    orders = write(tmp_path, "order_id,item,quantity,time\n1,A,2,2024-03-04\n")
    panel, out = tmp_path / "panel.csv", tmp_path / "forecast.csv"
    assert run("demand", "intake", orders, "--out", panel) == 0
    assert run("demand", "forecast", panel, "--horizon", 28, "--out", out) == 0
    assert pl.read_csv(out).height == 56
    assert run("demand", "backtest", panel) == 0


def test_fees_only_leave_nothing_to_forecast(tmp_path: Path, capfd: Any) -> None:
    orders = write(tmp_path, "order_id,item,description,quantity,time\n1,P,Postage,2,2024-03-04\n")
    panel = tmp_path / "panel.csv"
    assert run("demand", "intake", orders, "--out", panel) == 0
    out = tmp_path / "f.csv"
    assert run("demand", "forecast", panel, "--horizon", 7, "--out", out) == 1
    assert not out.exists()
    assert capfd.readouterr().err.strip()


def test_negative_demand_of_a_foreign_panel_is_told(tmp_path: Path, capfd: Any) -> None:
    panel = write(tmp_path, "item,date,quantity\nA,2024-03-04,5\nA,2024-03-05,-2\n", "p.csv")
    assert run("demand", "forecast", panel, "--horizon", 2, "--out", tmp_path / "f.csv") == 0
    assert capfd.readouterr().err.startswith("1 ")


def test_backtest_prints_scores_beside_the_seasonal_naive(tmp_path: Path, capfd: Any) -> None:
    days = [date(2024, 1, 1) + timedelta(days=k) for k in range(120)]
    panel = tmp_path / "panel.parquet"
    pl.DataFrame(
        {"item": "A", "date": days, "quantity": [k % 5 + 1 for k in range(120)]}
    ).write_parquet(panel)
    assert run("demand", "backtest", panel, "--json") == 0
    out = capfd.readouterr().out
    assert '"rmsse_seasonal_naive"' in out
    assert run("demand", "backtest", panel) == 0
    assert "2024-04-01" in capfd.readouterr().out


def test_panel_with_a_bad_date_names_it(tmp_path: Path) -> None:
    panel = write(tmp_path, "item,date,quantity\nA,2024-13-01,5\n", "p.csv")
    with pytest.raises(InputError) as refused:
        service.forecast_file(panel, tmp_path / "f.csv", ForecastParams(horizon=2))
    assert refused.value.problems or refused.value.code.startswith("demand.panel")
