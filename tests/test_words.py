"""One word, one meaning: the glossary's terms stand everywhere, and no rival of theirs does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.test_catalogues import catalogues

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

BANNED: dict[str, tuple[str, str]] = {
    # variant: (term of the glossary, English that makes the variant right)
    "延期": ("延误", ""),
    "延迟": ("延误", "delay"),
    "断货": ("缺货", ""),
    "商品": ("物料", "goods"),
    "原材料": ("材料", ""),
    "步伐": ("速度", ""),
    "进度正常": ("速度达标", ""),
    "订单明细": ("订单行", ""),
    "收入": ("销售额", "income"),
    "营业额": ("销售额", ""),
    "超负荷": ("满负荷", ""),
    "种类": ("类型", ""),
    "厂区": ("地点", ""),
    "排产": ("排程", ""),
    "废品": ("报废", ""),
    "按时": ("准时", ""),
    "样例": ("示例", ""),
    "口令": ("密码", ""),
    "计分": ("记分", ""),
    "仪表板": ("驾驶舱", ""),
    "族谱": ("谱系", ""),
    "溯源": ("追溯", ""),
    "工单": ("生产订单", ""),
    "机台": ("设备", ""),
    "换模": ("换型", ""),
    "工作空间": ("工作区", ""),
    "截止日": ("基准日", "end date"),
    "责任单位": ("牵头单位", ""),
    "支持单位": ("配合单位", ""),
    "扣留": ("冻结", ""),
    "交货期": ("交期", ""),
}
"""Words that were used beside the glossary's for the same thing."""

# Headings of other people's files are quoted as they are.
QUOTED = (
    "GB/T 33993 商品二维码",
    "商品编码",
    "商品名称",
    "商品描述",
    "| 商品 | goods |",
    "卖出之物",
    "无延迟",
)
# Names of units behind a number take the classifier that fits it; keys keep their short names.
UNLIKE = {"items", "lots", "change-overs", "GLN", "GTIN"}


def messages() -> Iterator[tuple[str, str, str]]:
    """Yield package, English and Chinese of every text."""
    for package in catalogues.packages():
        for message in catalogues.read(package):
            if message.id:
                english = message.id if isinstance(message.id, str) else message.id[1]
                chinese = message.string
                yield package, english, chinese if isinstance(chinese, str) else chinese[0]


def prose() -> Iterator[tuple[str, str]]:
    """Yield place and text of every line that is written in Chinese for people."""
    files = [ROOT / "README.zh-CN.md", ROOT / "src/sanpin/app/help/zh_CN.txt"]
    for path in [*files, *sorted((DOCS / "zh").glob("*.md"))]:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for quoted in QUOTED:
                line = line.replace(quoted, "")
            yield f"{path.relative_to(ROOT)}:{number}", line


def glossary() -> dict[str, list[str]]:
    """Return English term to its Chinese labels."""
    found: dict[str, list[str]] = {}
    for line in (DOCS / "en/glossary.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 3 or cells[0] in ("term", "---"):
            continue
        terms = [term.strip().lower() for term in cells[0].split(",")]
        labels = [label for label in re.split("[、（）]", cells[1]) if label]
        pairs = len(terms) == len(labels)
        found.update({t: [labels[at]] if pairs else labels for at, t in enumerate(terms)})
    return found


@pytest.mark.parametrize("variant", BANNED)
def test_no_rival_of_a_term_is_used(variant: str) -> None:
    """Neither in the texts of the program nor in the documentation."""
    term, allowed = BANNED[variant]
    found = [
        f"{package}: {english} => {chinese}"
        for package, english, chinese in messages()
        if variant in chinese and not (allowed and allowed in english.lower())
    ]
    found += [f"{place}: {line}" for place, line in prose() if variant in line]
    assert not found, f"write {term} for {variant}:\n" + "\n".join(found)


def test_terms_are_translated_as_the_glossary_says() -> None:
    """A text that is nothing but a term, or its plural, has the term's label."""
    labels, wrong = glossary(), []
    for package, english, chinese in messages():
        term = english.lower()
        wanted = labels.get(term) or labels.get(term.removesuffix("s"))
        if wanted and english not in UNLIKE and not any(label in chinese for label in wanted):
            wrong.append(f"{package}: {english} => {chinese}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_the_glossary_has_every_term_once_in_both_languages() -> None:
    """Both tables hold the same pairs in the same order, and no label stands for two terms."""
    tables = []
    for language, columns in (("en", (0, 1)), ("zh", (1, 0))):
        lines = (DOCS / language / "glossary.md").read_text("utf-8").splitlines()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        tables.append([tuple(row[at] for at in columns) for row in rows[1:] if len(row) == 3][2:])
    english, chinese = tables
    assert english == chinese
    for column in zip(*english, strict=True):
        assert len(set(column)) == len(column) > 50


def test_terms_that_are_preferred_are_used() -> None:
    """A term of the table that nobody writes would be a slip in the table."""
    text = "".join(chinese for _, _, chinese in messages()) + "".join(one for _, one in prose())
    assert [term for term, _ in BANNED.values() if term not in text] == []
