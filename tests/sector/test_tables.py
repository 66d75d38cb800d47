"""Reading of packaged tables and of units: every wrong word is refused with its record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import EngineError, InputError
from sanpin.sector.engine import read_unit
from sanpin.sector.engine.reading import (
    read_articles,
    read_figures,
    read_offices,
    read_sectors,
    rows_of,
    word,
)
from sanpin.sector.engine.tasks import article_name, read_tasks
from sanpin.sector.model import Article, Kind, Mark, Pillar, Unit

COLUMNS = (
    "id,source,issuer_zh,issuer_en,region_zh,region_en,sector_zh,sector_en,indicator_zh,"
    "indicator_en,pillar,kind,comparator,value,unit,value_text,period_start,period_end,baseline,"
    "note_en"
)
ROW = {
    "id": "x_output", "source": "text.txt", "issuer_zh": "市政府", "issuer_en": "the city",
    "region_zh": "上海市", "region_en": "Shanghai", "sector_zh": "食品", "sector_en": "food",
    "indicator_zh": "产值", "indicator_en": "output", "pillar": "scale", "kind": "actual",
    "comparator": "ge", "value": "5e10", "unit": "CNY", "value_text": "超过500亿元",
    "period_start": "2021", "period_end": "2021", "baseline": "", "note_en": "",
}  # fmt: skip
TASK_COLUMNS = "id,source,article,task_zh,task_en,pillar,period,lead_unit_zh,supporting_units_zh"
CHAPTER = Article("plan.txt", "三", "Part 3", "Shanghai", "上海市", ("food",))
WHOLE = Article("plan.txt", "", "Plan", "China", "中国", ("consumer_goods",))


def table(**changes: str) -> str:
    """Write one row of figures with some cells changed."""
    row = ROW | changes
    return f"{COLUMNS}\n" + ",".join(row[name] for name in COLUMNS.split(",")) + "\n"


def task(heading: str, source: str = "plan.txt", lead: str = "市经济信息委; 市商务委") -> str:
    """Write one row of tasks below a heading."""
    return f"{TASK_COLUMNS}\nt1,{source},{heading},做,Do,brand,2020..2022,{lead},\n"


def test_a_row_becomes_a_figure() -> None:
    """Words, number and period of the row, in base units."""
    figure = read_figures(table())["x_output"]
    assert (figure.value, figure.unit, figure.kind) == (5e10, Unit.CNY, Kind.ACTUAL)
    assert figure.period.text == "2021"
    assert figure.counts
    assert (figure.indicator("zh-CN"), figure.indicator("en")) == ("产值", "output")
    assert (figure.issuer("zh"), figure.issuer("en")) == ("市政府", "the city")


def test_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    """Spreadsheet programs write one."""
    assert list(rows_of("\ufeffid,name\n1,a\n")) == [{"id": "1", "name": "a"}]


@pytest.mark.parametrize("column", ["pillar", "kind", "comparator", "unit"])
def test_a_word_outside_its_vocabulary_names_its_record(column: str) -> None:
    """Which value, in which column, of which record, and what would do."""
    with pytest.raises(InputError) as refused:
        read_figures(table(**{column: "nonsense"}))
    assert refused.value.code == "sector.word.unknown"
    fields = refused.value.fields
    assert (fields["value"], fields["column"], fields["record"]) == (
        "nonsense", column, "x_output",
    )  # fmt: skip
    assert str(fields["known"]).count(",") >= 3


@pytest.mark.parametrize("value", ["", "many", "1,5", "12%"])
def test_a_value_that_is_no_number_names_its_record(value: str) -> None:
    """The packaged tables hold plain numbers in base units."""
    with pytest.raises(InputError) as refused:
        read_figures(table(value=f'"{value}"'))
    assert refused.value.code == "sector.value.not_a_number"
    assert refused.value.fields["record"] == "x_output"


def test_marks_come_from_the_record_itself() -> None:
    """Class limits, list lengths and drafts enter no total."""
    limit = read_figures(table(id="x_threshold"))["x_threshold"]
    length = read_figures(table(id="x_list_size"))["x_list_size"]
    draft = read_figures(table(source="002_8cfc0abc71e05767.txt"))["x_output"]
    assert limit.marks == {Mark.CLASS_LIMIT}
    assert length.marks == {Mark.LIST_SIZE}
    assert draft.marks == {Mark.VERIFY}
    assert not (limit.counts or length.counts or draft.counts)


@given(st.sampled_from(list(Pillar)))
def test_every_word_finds_itself(pillar: Pillar) -> None:
    """A word and its member are the same value."""
    assert word(Pillar, str(pillar), "r", "pillar") is pillar


def test_small_tables_are_read_by_key() -> None:
    """Sectors by wording, offices by Chinese name, headings in order."""
    sectors = read_sectors("sector_en,sector_zh,industry,wider\nfood,食品,food;drink,0\n")
    assert sectors["food"].industries == ("food", "drink")
    assert not sectors["food"].wider
    offices = read_offices("name_zh,name_en\n市商务委,Commerce\n")
    assert offices["市商务委"].name("en") == "Commerce"
    assert offices["市商务委"].name("zh-CN") == "市商务委"
    heads = (
        "source,head_zh,head_en,region_en,region_zh,industry\np,三,Part 3,Shanghai,上海市,food\n"
    )
    assert read_articles(heads)[0].region_zh == "上海市"


def test_the_longest_heading_gives_region_and_industries() -> None:
    """A chapter may speak of another place than its text as a whole."""
    offices = read_offices("name_zh,name_en\n市商务委,Commerce\n")
    (found,) = read_tasks(task("三(一)"), [WHOLE, CHAPTER], offices)
    assert (found.region_en, found.industries) == ("Shanghai", ("food",))
    assert found.article_en == "Part 3 (1)"
    assert found.lead_zh == ("市经济信息委", "市商务委")
    assert found.lead_en == ("市经济信息委", "Commerce"), "a unit without English keeps its name"
    assert found.support("en") == ()


def test_a_heading_without_a_place_is_a_fault_of_the_package() -> None:
    """The tables do not belong together; nobody's input is to blame."""
    with pytest.raises(EngineError) as refused:
        read_tasks(task("三", source="other.txt"), [WHOLE, CHAPTER], {})
    assert refused.value.code == "sector.article.unknown"


@pytest.mark.parametrize(
    ("heading", "english"),
    [("专栏2", "Box 2"), ("专栏十", "Box 10"), ("专栏", "Box"), ("专栏(四)", "Box (4)")],
)
def test_numbers_of_headings_are_carried_over(heading: str, english: str) -> None:
    """In Arabic figures, whatever the text writes."""
    assert article_name(heading, Article("p", "专栏", "Box", "China", "中国", ())) == english


SIZES = {"": 1, "万": 1e4, "百万": 1e6, "亿": 1e8, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12}
THINGS = {"元": Unit.CNY, "美元": Unit.USD, "人": Unit.PERSON, "家": Unit.COUNT}


@given(size=st.sampled_from(sorted(SIZES)), thing=st.sampled_from(sorted(THINGS)))
def test_every_chinese_size_goes_with_every_thing(size: str, thing: str) -> None:
    """万亿元 is a trillion yuan and not ten thousand of something called 亿元."""
    assert read_unit(f" {size}{thing} ") == (SIZES[size], THINGS[thing])


@pytest.mark.parametrize("order", ["CNY {}", "{} yuan", "{} CNY", "rmb {}"])
@pytest.mark.parametrize(
    ("size", "factor"), [("million", 1e6), ("Billion", 1e9), ("TRILLION", 1e12)]
)
def test_english_sizes_stand_before_or_behind(order: str, size: str, factor: float) -> None:
    """In upper or lower case."""
    assert read_unit(order.format(size)) == (factor, Unit.CNY)


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_is_its_own_name(unit: Unit) -> None:
    """What an export writes an import reads."""
    assert read_unit(str(unit)) == (1.0, unit)


def test_a_size_alone_counts_pieces() -> None:
    """Ten thousand of them, of whatever the indicator names."""
    assert read_unit("万") == (1e4, Unit.COUNT)
    assert read_unit("billion") == (1e9, Unit.COUNT)


@pytest.mark.parametrize("text", ["furlong", "亿furlong", "%%", "十元"])
def test_an_unknown_unit_is_refused_with_examples(text: str) -> None:
    """The refusal carries the unit as it was written."""
    with pytest.raises(InputError) as refused:
        read_unit(text)
    assert refused.value.code == "sector.unit.unknown"
    assert refused.value.fields["unit"] == text
