"""Reading of the published tasks: headings in both languages, units, regions, windows.

A row says where its text lists it, such as ``专栏2`` or ``三(一)``. From that heading a curated
table gives the region and the industries, and the number is carried over into English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sanpin.base import N_, EngineError
from sanpin.sector.engine.reading import rows_of, word
from sanpin.sector.model import Article, Office, Pillar, Task, parse_period

__all__ = ["article_name", "read_tasks"]

_NUMERALS = "〇一二三四五六七八九十"
_NUMBERED = re.compile(r"(?P<head>\D*?)(?P<number>\d+|[一二三四五六七八九十]?)(?P<part>\(.\))?$")


def read_tasks(
    text: str, articles: Sequence[Article], offices: Mapping[str, Office]
) -> tuple[Task, ...]:
    """Published tasks in the order of the file, with region and industries of their headings."""
    return tuple(_task(row, articles, offices) for row in rows_of(text))


def _task(
    row: Mapping[str, str], articles: Sequence[Article], offices: Mapping[str, Office]
) -> Task:
    """Task of one row with the place of its heading."""
    place = _place(row["source"], row["article"], articles)
    lead, support = _units(row["lead_unit_zh"]), _units(row["supporting_units_zh"])
    return Task(
        id=row["id"],
        source=row["source"],
        article_zh=row["article"],
        article_en=article_name(row["article"], place),
        task_zh=row["task_zh"],
        task_en=row["task_en"],
        region_zh=place.region_zh,
        region_en=place.region_en,
        pillar=word(Pillar, row["pillar"], row["id"], "pillar"),
        period=parse_period(row["period"]),
        lead_zh=lead,
        lead_en=_in_english(lead, offices),
        support_zh=support,
        support_en=_in_english(support, offices),
        industries=place.industries,
    )


def _units(text: str) -> tuple[str, ...]:
    """Names of a cell, parted by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _in_english(names: Sequence[str], offices: Mapping[str, Office]) -> tuple[str, ...]:
    """English names of units; one that has none keeps its Chinese name."""
    return tuple(offices[name].name_en if name in offices else name for name in names)


def _place(source: str, heading: str, articles: Sequence[Article]) -> Article:
    """Longest heading of the same text that the task's heading begins with."""
    found = [one for one in articles if one.source == source and heading.startswith(one.head_zh)]
    if not found:
        raise EngineError(
            "sector.article.unknown",
            N_("Heading “{heading}” of {source} has no place in the table of headings."),
            hint=N_("Reinstall Sanpin: its packaged tables do not belong together."),
            heading=heading,
            source=source,
        )
    return max(found, key=lambda one: len(one.head_zh))


def article_name(heading: str, place: Article) -> str:
    """English form of a heading: ``专栏2`` is Box 2, ``三(一)`` is Part 3 (1).

    Parameters
    ----------
    heading : as the text prints it
    place : row of the table whose beginning fits it
    """
    rest = heading.removeprefix(place.head_zh)
    match = _NUMBERED.match(rest)
    number, part = (match["number"], match["part"] or "") if match else (rest, "")
    words = [place.head_en, _digits(number), f"({_digits(part[1:-1])})" if part else ""]
    return " ".join(one for one in words if one)


def _digits(text: str) -> str:
    """Arabic form of a Chinese numeral up to ten; other texts stay as they are."""
    return str(_NUMERALS.index(text)) if text and text in _NUMERALS else text
