"""``sanpin import`` and ``sanpin export``: whole files in, all rows out, nothing by halves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
import polars as pl
import pytest

from sanpin.app.exports import LISTS
from sanpin.kit.files import read_frame
from sanpin.kit.registry import import_kinds
from sanpin.kit.workspace import Workspace

Sanpin = Callable[..., Any]

HEAD = "order_id,item,quantity,time"


def holds(sanpin: Sanpin) -> tuple[int, int]:
    """Return what a refused import must not change: order lines and imports noted."""
    return sanpin("status", "--json").value["orders"], len(list(Path("lake").rglob("*.parquet")))


def test_the_systems_reasons_are_said_in_words(sanpin: Sanpin, inside: Path) -> None:
    """A file that is not there, a folder: nothing of it is left in English."""
    (inside / "d.csv").mkdir()
    for words, english, chinese in (
        (("import", "none.csv"), "none.csv cannot be read: it does not exist.", "：它不存在。"),
        (("import", "d.csv"), "d.csv cannot be read: it is a folder.", "：它是文件夹。"),
        (("export", "items", "--out", "d.csv"), "written: it is a folder.", "：它是文件夹。"),
    ):
        refused, translated = sanpin(*words), sanpin("--lang", "zh", *words)
        assert (refused.code, translated.code) == (1, 1)
        assert english in refused.err and chinese in translated.err
    assert not list(inside.glob(".*partial"))


def test_a_formula_that_nobody_computed_is_told(
    sanpin: Sanpin, inside: Path, tmp_path: Path
) -> None:
    """Needed or not, it is no empty cell; in a column that means nothing it does not matter."""
    book = openpyxl.Workbook()
    book.active.append([*HEAD.split(","), "unit_price", "mood"])
    book.active.append(["1", "a", "=1+1", "2024-01-01", 3, "=1+1"])
    book.active.append(["2", "a", 2, "2024-01-02", "=C3*2", None])
    book.save(tmp_path / "f.xlsx")
    refused = sanpin("import", tmp_path / "f.xlsx").err.splitlines()
    told = "The cell holds a formula without a saved result; open the file in a"
    assert refused[1].startswith(f"Row 2, column “quantity”, value “=”: {told}")
    assert refused[2].startswith(f"Row 3, column “unit_price”, value “=”: {told}")
    assert refused[0].startswith("2 rows") and "is missing" not in "".join(refused)
    assert "没有保存计算结果" in sanpin("--lang", "zh", "import", tmp_path / "f.xlsx").err
    assert holds(sanpin) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content", "english", "chinese"),
    [
        ("e.csv", b"", "The file e.csv is empty.", "文件 e.csv 是空的"),
        ("h.csv", f"{HEAD}\n".encode(), "has headings but no rows", "只有列标题，没有数据行"),
        ("x.pdf", b"%PDF-1.7 ...", "x.pdf is a PDF document", "PDF"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "before 2007 (.xls)", ".xls"),
        ("x.xlsx", b"PK\x03\x04 and then nothing", "The file x.xlsx is damaged.", "已损坏"),
        ("x.parquet", b"PAR1 and then nothing", "x.parquet", "x.parquet"),
        ("x.json", b'[{"order_id": 1', "x.json", "x.json"),
        ("d.csv", f"{HEAD}\n1,a,2,2024-02-30\n".encode(), "value “2024-02-30”", "值“2024-02-30”"),
        ("q.csv", f"{HEAD}\n1,a,1e12,2024-01-01\n".encode(), "value “1e12”", "大于允许的最大值"),
        ("n.csv", f"{HEAD}\n1,a,many,2024-01-01\n".encode(), "This is not a number", "这不是数字"),
        ("i.csv", f"{HEAD}\n1,,2,2024-01-01\n".encode(), "A value is missing here", "此处缺少值"),
        ("c.csv", b"order_id,item,quantity\n1,a,2\n", "The column “time” is missing", "“time”"),
        ("k.csv", b"this,that\n1,2\n", "fit no kind of import", "k.csv"),
    ],
)
def test_a_bad_file_is_refused_whole_in_both_languages(
    sanpin: Sanpin, inside: Path, tmp_path: Path, name: str, content: bytes,
    english: str, chinese: str,
) -> None:  # fmt: skip
    """Exit code 1; the message names the file or the row; nothing is kept."""
    file = tmp_path / name
    file.write_bytes(content)
    before = holds(sanpin)
    for words in (["import", file], ["import", file, "--json"], ["import", file, "--dry-run"]):
        refused = sanpin(*words)
        assert (refused.code, refused.out) == (1, ""), name
        assert english in refused.err
        assert "went wrong that should not" not in refused.err
    refused = sanpin("--lang", "zh", "import", file)
    assert refused.code == 1 and chinese in refused.err
    assert holds(sanpin) == before


def test_all_bad_rows_are_in_the_file_that_the_message_names(
    sanpin: Sanpin, inside: Path, tmp_path: Path
) -> None:
    """Row, column, value and reason, in the reader's language."""
    rows = [f"{n},a,{'x' if n % 2 else n},2024-01-01" for n in range(1, 101)]
    (tmp_path / "b.csv").write_text("\n".join([HEAD, *rows]))
    refused = sanpin("--lang", "zh", "import", tmp_path / "b.csv")
    assert "b.csv 中有 50 行无法导入" in refused.err
    (listed,) = inside.glob("imports/*.csv")
    assert str(listed) in refused.err
    table = pl.read_csv(listed)
    assert table.height == 50 and table.columns == ["行", "列", "值", "原因"]
    assert table["行"].to_list() == list(range(2, 102, 2))


def test_encodings_and_headings_of_the_country_are_understood(
    sanpin: Sanpin, inside: Path, tmp_path: Path
) -> None:
    """GB18030 with Chinese headings, dates and separators; a negative line is a return."""
    text = "订单号;商品编码;数量;下单日期\nA1;杯子;1,200;2024年3月5日\nA2;杯子;-3;2024/3/6\n"
    (tmp_path / "订单.csv").write_bytes(text.encode("gb18030"))
    done = sanpin("import", tmp_path / "订单.csv", "--json").value
    assert (done["kind"], done["rows"], done["saved"]["saved"]) == ("orders", 2, 2)
    sanpin("export", "orders", "--out", tmp_path / "o.json")
    kept = json.loads((tmp_path / "o.json").read_text())
    assert [(row["item"], row["quantity"]) for row in kept] == [("杯子", 1200.0), ("杯子", -3.0)]


def test_the_same_file_again_changes_nothing(sanpin: Sanpin, inside: Path, company: Path) -> None:
    """Whatever it is called, and it is told."""
    first = sanpin("import", company / "orders.xlsx", "--json").value
    assert (first["saved"]["saved"], first["columns"]["item"]) == (601, "货号")
    (company / "copy.xlsx").write_bytes((company / "orders.xlsx").read_bytes())
    again = sanpin("import", company / "copy.xlsx")
    assert again.out == "Orders: 601 rows are here already; nothing has changed.\n"
    assert holds(sanpin) == (601, 1)
    for kind in ("items", "boms", "stock", "resources", "routings"):
        assert sanpin("import", company / f"{kind}.csv", "--kind", kind).code in (0, 1)


def test_what_is_left_out_is_told(sanpin: Sanpin, inside: Path, tmp_path: Path) -> None:
    """Columns without a meaning, and rows of totals."""
    lines = [f"{HEAD},mood", "1,a,2,2024-01-01,good", "2,b,3,2024-01-02,bad", "Total,,5,,"]
    (tmp_path / "o.csv").write_text("\n".join(lines))
    told = sanpin("import", tmp_path / "o.csv").out.splitlines()
    assert told[:2] == ["Orders: 2 rows imported.", "Columns left out: mood"]
    assert told[2].startswith("Rows left out because they hold totals:")


def test_a_mapping_says_what_a_heading_does_not(
    sanpin: Sanpin, inside: Path, tmp_path: Path
) -> None:
    """COLUMN=FIELD; what cannot be understood names the remedy."""
    (tmp_path / "o.csv").write_text("a,b,c,d\n1,mug,2,2024-01-01\n")
    words = ["import", tmp_path / "o.csv", "--kind", "orders"]
    maps = ["--map", "a=order_id", "--map", "b=item", "--map", "c=quantity", "--map", "d=time"]
    assert sanpin(*words, *maps, "--dry-run").out == ("Orders: 1 row checked; nothing was saved.\n")
    assert holds(sanpin)[0] == 0
    assert sanpin(*words, *maps).code == 0
    for bad, text in (("x", "--map COLUMN=FIELD"), ("x=item", "no column “x”"), ("a=y", "“y”")):
        refused = sanpin(*words, "--map", bad)
        assert refused.code == 1 and text in refused.err


class TestTemplates:
    """Templates of every kind of import."""

    @pytest.mark.parametrize("kind", list(import_kinds()))
    def test_every_template_can_be_filled_in(
        self, sanpin: Sanpin, inside: Path, tmp_path: Path, kind: str
    ) -> None:
        """It has the headings that the kind requires, also in Chinese."""
        plain = sanpin("import", "--template", kind)
        assert plain.code == 0
        headings = plain.out.lstrip("\ufeff").splitlines()[0].split(",")
        required = {one.name for one in import_kinds()[kind].fields if one.required}
        assert required <= set(headings)
        file = tmp_path / "t.xlsx"
        done = sanpin("--lang", "zh", "import", "--template", kind, "--out", file)
        assert done.out == f"模板已写入 {file}。\n"
        row = next(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
        assert len(row) == len(headings)

    def test_their_rows_tell_of_one_company(
        self, sanpin: Sanpin, inside: Path, tmp_path: Path
    ) -> None:
        """Imported as they are, they give a plan; the summary names kinds in words."""
        for kind, label in (
            ("orders", "订单"), ("items", "物料"), ("partners", "伙伴"), ("sites", "地点"),
            ("boms", "物料清单"), ("stock", "库存"), ("resources", "设备"),
            ("routings", "工艺路线"),
        ):  # fmt: skip
            file = tmp_path / f"{kind}.csv"
            assert sanpin("import", "--template", kind, "--out", file).code == 0
            done = sanpin("--lang", "zh", "import", file)
            assert (done.code, done.out.partition("：")[0]) == (0, label), done.err
        found = sanpin("loop", "run", "--json").value
        assert found["plan"]["make_orders"] > 0 and found["schedule"]["operations"] > 0
        assert found["scoreboard"]["quality"]["traceable_share"]["value"] == 100.0

    def test_what_there_is_no_template_for(self, sanpin: Sanpin, tmp_path: Path) -> None:
        """A wrong kind, suffix or folder; it needs no workspace."""
        for words, text in (
            (["cups"], "no kind of import called “cups”"),
            (["orders", "--out", tmp_path / "t.pdf"], "cannot be written as “.pdf”"),
            (["orders", "--out", tmp_path / "no" / "t.csv"], f"no folder {tmp_path / 'no'}"),
            (["orders", "--out", "/dev/null/t.csv"], "a part of its path is no folder"),
        ):
            refused = sanpin("import", "--template", *words)
            assert refused.code == 1 and text in refused.err
        assert list(tmp_path.iterdir()) == []


class TestExports:
    """Every list in every format."""

    made: ClassVar[list[Path]] = []
    """The workspace after a whole loop, which the first test that asks for it makes."""

    @pytest.fixture
    def full(
        self,
        sanpin: Sanpin,
        inside: Path,
        company: Path,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Path:
        """A workspace after a whole loop; each test has a copy."""
        if not self.made:
            for name in ("orders.xlsx", "items.csv", "stock.csv", "resources.csv", "routings.csv"):
                assert sanpin("import", company / name).code == 0
            assert sanpin("loop", "run").code == 0
            assert sanpin("import", company / "boms.csv").code == 0
            assert "plan" in sanpin("loop", "run", "--json").value
            self.made.append(tmp_path_factory.mktemp("full") / "workspace")
            shutil.copytree(inside, self.made[0])
        else:
            shutil.copytree(self.made[0], inside, dirs_exist_ok=True)
        return inside

    def test_every_list_is_written_whole(self, sanpin: Sanpin, full: Path, tmp_path: Path) -> None:
        """The count that is told is the count of the file."""
        counts = {}
        for name in LISTS:
            done = sanpin("export", name, "--out", tmp_path / f"{name}.parquet", "--json")
            assert (done.code, done.value["list"]) == (0, name), done.err
            counts[name] = done.value["rows"]
            assert pl.read_parquet(tmp_path / f"{name}.parquet").height == counts[name]
        assert (counts["orders"], counts["resources"], counts["routings"]) == (601, 3, 5)
        assert counts["forecast"] == 7 * 28
        assert counts["make-orders"] >= 2 and counts["schedule"] >= 3 and counts["events"] > 10
        assert counts["targets"] > 0 and counts["tasks"] > 0 and counts["runs"] > 5

    @pytest.mark.parametrize("kind", ["orders", "items", "boms", "stock", "resources", "routings"])
    def test_what_was_exported_can_be_imported(
        self, sanpin: Sanpin, full: Path, tmp_path: Path, kind: str
    ) -> None:
        """The headings are those of the import, and the second export is the first."""
        first, second = tmp_path / "1.csv", tmp_path / "2.csv"
        sanpin("export", kind, "--out", first)
        assert first.read_bytes().startswith(b"\xef\xbb\xbf")
        done = sanpin("import", first, "--json")
        assert (done.code, done.value["kind"], done.value["unmatched"]) == (0, kind, [])
        sanpin("export", kind, "--out", second)
        assert second.read_bytes() == first.read_bytes()

    def test_one_row_is_no_rows(self, sanpin: Sanpin, full: Path, tmp_path: Path) -> None:
        """The form of the word fits the count, in files and in master data."""
        line = f"{HEAD}\n1,a,2,2024-01-01\n"
        (tmp_path / "one.csv").write_text(line)
        place = tmp_path / "alone"
        assert sanpin("init", place).code == 0
        words = ("--workspace", place)
        assert sanpin("import", tmp_path / "one.csv", *words).out == "Orders: 1 row imported.\n"
        again = "Orders: 1 row is here already; nothing has changed.\n"
        assert sanpin("import", tmp_path / "one.csv", *words).out == again
        out = tmp_path / "o.csv"
        assert sanpin("export", "orders", "--out", out, *words).out == f"1 row written to {out}.\n"
        told = sanpin("export", "orders", "--out", out, *words, "--lang", "zh").out
        assert "1 行" in told
        assert "rows written" in sanpin("export", "orders", "--out", out).out
        goods = "item,name\nA,Mug\n"
        (tmp_path / "goods.csv").write_text(goods)
        assert sanpin("import", tmp_path / "goods.csv", "--kind", "items", *words).code == 0
        told = sanpin("master", "export", "items", "--out", out, *words).out
        assert told == f"1 row written to {out}.\n"

    def test_no_orders_at_all_are_told_plainly(
        self, sanpin: Sanpin, workspace: Workspace, tmp_path: Path
    ) -> None:
        words = ("export", "orders", "--out", tmp_path / "o.csv", "--workspace", workspace.path)
        for language, text in (("en", "There are no orders yet."), ("zh", "还没有订单。")):
            told = sanpin(*words, "--lang", language)
            assert (told.code, told.out) == (1, "") and text in told.err
            assert "9999" not in told.err
        assert not (tmp_path / "o.csv").exists()

    @pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json"])
    def test_the_suffix_chooses_the_format(
        self, sanpin: Sanpin, full: Path, tmp_path: Path, suffix: str
    ) -> None:
        """The same rows in each; an older file of the name is replaced."""
        out = tmp_path / f"f.{suffix}"
        out.write_text("old")
        assert sanpin("export", "resources", "--out", out).code == 0
        assert read_frame(out)["resource"].to_list() == ["KILN", "M1", "M2"]
        assert [one.name for one in tmp_path.glob("f.*")] == [out.name]

    def test_empty_lists_are_files_with_headings(
        self, sanpin: Sanpin, inside: Path, tmp_path: Path
    ) -> None:
        """Before the first import and the first loop; what cannot be is refused."""
        for name in LISTS:
            out = tmp_path / f"{name}.csv"
            done = sanpin("export", name, "--out", out)
            if done.code == 0:
                assert out.exists()
                assert name in ("actuals",) or len(out.read_text().splitlines()) >= 1
            else:
                assert not out.exists()
                assert len(done.err.splitlines()) == 2, f"{name} says what to do"

    def test_a_wrong_name_lists_the_right_ones(
        self, sanpin: Sanpin, inside: Path, tmp_path: Path
    ) -> None:
        """Every one of them, in both languages."""
        refused = sanpin("export", "cups", "--out", tmp_path / "x.csv")
        assert (refused.code, list(tmp_path.glob("x*"))) == (1, [])
        assert all(name in refused.err for name in LISTS)
        assert "没有名为“cups”的列表" in sanpin("--lang", "zh", "export", "cups", "--out", "x").err

    def test_places_that_cannot_be_written(
        self, sanpin: Sanpin, inside: Path, tmp_path: Path
    ) -> None:
        """A missing folder, an unknown suffix."""
        refused = sanpin("export", "items", "--out", tmp_path / "no" / "x.csv")
        assert refused.code == 1 and f"There is no folder {tmp_path / 'no'}." in refused.err
        refused = sanpin("export", "items", "--out", tmp_path / "x.pdf")
        assert refused.code == 1 and "“.pdf”" in refused.err
