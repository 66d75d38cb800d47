"""The packaged tables: all rows read, all words known, every note in both languages."""

from __future__ import annotations

import csv
import hashlib
from importlib.resources import files
from pathlib import Path

import pytest

from sanpin.base import EngineError, InputError
from sanpin.sector.engine import Published
from sanpin.sector.engine.reading import read_figures, rows_of
from sanpin.sector.engine.tasks import article_name, read_tasks
from sanpin.sector.model import Article, Comparator, Kind, Mark, Measure, Pillar, Unit

HEADINGS = (
    "id,source,issuer_zh,issuer_en,region_zh,region_en,sector_zh,sector_en,indicator_zh,"
    "indicator_en,pillar,kind,comparator,value,unit,value_text,period_start,period_end,"
    "baseline,note_en"
)


def table(name: str) -> str:
    """Return the text of a packaged table."""
    return (files("sanpin.sector") / "data" / f"{name}.csv").read_text(encoding="utf-8")


def test_all_figures_are_read(published: Published) -> None:
    """217 figures of five regions, 54 of them targets."""
    assert len(published.figures) == 217
    assert len(published.targets) == 54
    kinds = [one.kind for one in published.figures.values()]
    assert kinds.count(Kind.TARGET) == 54
    assert {one.scope.region_en for one in published.figures.values()} == {
        "China", "Shandong", "Zhejiang", "Chongqing", "Shanghai",
    }  # fmt: skip


def test_every_column_arrives(published: Published) -> None:
    """One row is compared with the file, word for word."""
    figure = published.figures["sh_fashion_scale_2021"]
    assert figure.value == 433_586_000_000
    assert figure.unit is Unit.CNY
    assert figure.value_text == "4335.86亿元"
    assert figure.period.text == "2021"
    assert figure.comparator is Comparator.EQ
    assert figure.pillar is Pillar.SCALE
    assert figure.issuer("zh-CN") == "上海市经济和信息化委员会"
    assert figure.indicator("en") == "Industry size"
    assert figure.note_en == "As at end of 2021; manufacturing plus services"
    assert table("policy_figures").splitlines()[0].removeprefix("\ufeff") == HEADINGS


def test_the_packaged_copies_are_the_open_data(open_data: Path) -> None:
    """Nothing was changed on the way into the package."""
    for name in ("policy_figures", "policy_tasks"):
        packaged = (files("sanpin.sector") / "data" / f"{name}.csv").read_bytes()
        original = (open_data / "sector" / f"{name}.csv").read_bytes()
        assert hashlib.sha256(packaged).digest() == hashlib.sha256(original).digest()


def test_marked_rows_enter_no_total(published: Published) -> None:
    """Class limits, list lengths and rows to verify are known by their marks."""
    figures = published.figures
    assert figures["zj_cluster_threshold"].marks == {Mark.CLASS_LIMIT}
    assert figures["m2_brand_threshold"].marks == {Mark.CLASS_LIMIT, Mark.VERIFY}
    assert figures["sd_cotton_list_size"].marks == {Mark.LIST_SIZE}
    assert figures["cn_appl_households"].marks == {Mark.VERIFY}
    drafts = [one for one in figures.values() if one.source.startswith("002_")]
    assert len(drafts) == 12
    assert all(Mark.VERIFY in one.marks for one in drafts)
    assert not figures["sd_cotton_top100"].marks
    limits = [one for one in figures.values() if one.id.endswith(("_threshold", "_list_size"))]
    assert limits
    assert not any(one.counts for one in limits)


def test_every_note_and_baseline_exists_in_chinese(published: Published) -> None:
    """A reader of Chinese never meets an English note."""
    texts = {one.note_en for one in published.figures.values()}
    texts |= {one.baseline for one in published.figures.values()}
    missing = sorted(text for text in texts - {""} if not published.notes.get(text))
    assert not missing
    unused = set(published.notes) - texts
    assert not unused, "notes that no figure carries"


def test_every_source_has_a_title(published: Published) -> None:
    """Figures and tasks name their text by its title in both languages."""
    named = {one.source for one in published.figures.values()}
    named |= {one.source for one in published.tasks}
    assert named == set(published.sources)
    for source in named:
        assert published.title(source, "en") != published.title(source, "zh-CN")


def test_every_sector_belongs_to_an_industry(published: Published) -> None:
    """The grouping covers all wordings, names known industries, and agrees with the file."""
    rows = {row["sector_en"]: row for row in rows_of(table("sectors"))}
    for figure in published.figures.values():
        assert rows[figure.scope.sector_en]["sector_zh"] == figure.scope.sector_zh
        assert published.tree.industries_of(figure.scope)
    known = set(published.tree.industries)
    assert all(set(row["industry"].split(";")) <= known for row in rows.values())


def test_rates_are_curated_and_all_else_follows_the_unit(published: Published) -> None:
    """An average yearly growth is a rate; a coverage in percent is a share."""
    targets = published.targets
    assert targets["sh_fashion_growth_2025"].measure is Measure.RATE
    assert targets["m2_new_items"].measure is Measure.RATE
    assert targets["zj_digital_cover_large_2025"].measure is Measure.SHARE
    assert targets["sh_fashion_scale_2025"].measure is Measure.AMOUNT
    assert targets["sh_smart_factories_2025"].measure is Measure.COUNT
    curated = {row["target_id"] for row in rows_of(table("measures"))}
    assert curated <= set(targets)


def test_an_unknown_word_names_its_row() -> None:
    """A file with a wrong kind is refused with id, column and the words that are known."""
    row = ",".join(["x", "s", *["n"] * 8, "scale", "wish", "eq", "1", "CNY", *[""] * 5])
    with pytest.raises(InputError) as caught:
        read_figures(f"{HEADINGS}\n{row}\n")
    assert caught.value.code == "sector.word.unknown"
    assert caught.value.fields["record"] == "x"
    assert "target" in str(caught.value)


def test_a_value_that_is_no_number_is_refused() -> None:
    """The refusal names row and value."""
    row = ",".join(["x", "s", *["n"] * 8, "scale", "target", "eq", "many", "CNY", *[""] * 5])
    with pytest.raises(InputError, match="many"):
        read_figures(f"{HEADINGS}\n{row}\n")


def test_all_tasks_are_read(published: Published) -> None:
    """209 tasks, 101 with a leading unit, each with a region and a window."""
    tasks = published.tasks
    assert len(tasks) == 209
    assert sum(bool(one.lead_zh) for one in tasks) == 101
    assert all(one.region_en and not one.period.empty for one in tasks)
    assert len({one.id for one in tasks}) == 209


def test_regions_of_tasks_follow_their_headings(published: Published) -> None:
    """The four places of the first text are told apart; the plan of Chongqing is all its own."""
    regions = {one.id: one.region_en for one in published.tasks}
    assert regions["s0_001"] == "Shandong"
    assert regions["s0_010"] == "Shanghai"
    assert regions["s0_017"] == "Zhejiang"
    assert regions["s0_024"] == "Chongqing"
    assert regions["s1_004"] == "China"
    assert regions["s4_074"] == "Chongqing"


def test_every_unit_has_an_english_name(published: Published) -> None:
    """Leading and supporting units are named in both languages."""
    for task in published.tasks:
        for name in (*task.lead_en, *task.support_en):
            assert name.isascii(), name
    task = next(one for one in published.tasks if one.id == "s4_001")
    assert task.lead("zh-CN") == ("市经济信息委", "市科技局")
    assert task.lead("en")[1] == "Municipal Science and Technology Bureau"


@pytest.mark.parametrize(
    ("heading", "head", "english"),
    [("专栏2", "专栏", "Box 2"), ("三(一)", "", "Part 3 (1)"), ("25", "", "Part 25"),
     ("医药(四)", "医药", "Part (4)"), ("一", "", "Part 1"), ("家电", "家电", "Part")],
)  # fmt: skip
def test_headings_are_numbered_in_english(heading: str, head: str, english: str) -> None:
    """Chinese numerals become digits."""
    place = Article("s", head, "Box" if head == "专栏" else "Part", "", "", ())
    assert article_name(heading, place) == english


def test_a_heading_without_a_place_is_our_mistake() -> None:
    """Tables that do not belong together are refused as a fault of the program."""
    text = (
        "id,source,article,task_zh,task_en,lead_unit_zh,supporting_units_zh,period,pillar\n"
        "x,unknown.txt,1,甲,a,,,2022,none\n"
    )
    with pytest.raises(EngineError) as caught:
        read_tasks(text, (), {})
    assert caught.value.code == "sector.article.unknown"


def test_tables_hold_no_stray_columns() -> None:
    """Every row of every table has as many cells as there are headings."""
    for path in (files("sanpin.sector") / "data").iterdir():
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name
