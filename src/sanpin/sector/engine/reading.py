"""Reading of the packaged tables: text in, records out; every row is checked.

The tables are written by hand, so every row is checked as strictly as a user's: a word outside its
vocabulary or a value that is no number names its record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import TypeVar

from sanpin.base import N_, InputError
from sanpin.sector.model import (
    Article,
    Comparator,
    Figure,
    Industry,
    Kind,
    Mark,
    Office,
    Pairing,
    Pillar,
    Role,
    Scope,
    SectorRow,
    SourceText,
    Unit,
    parse_period,
)
from sanpin.sector.model.words import Labelled

__all__ = [
    "read_articles",
    "read_figures",
    "read_industries",
    "read_notes",
    "read_offices",
    "read_pairs",
    "read_sectors",
    "read_sources",
    "rows_of",
    "word",
]

# Rows that the origin asks to verify before a figure is called official.
_DOUBTFUL = frozenset(
    {"cn_target_cities", "cn_appl_households", "sd_foodmfg_lead_2022m5", "m2_rd_intensity_growth"}
)
# The text that was only put up for comments.
_DRAFTS = frozenset({"002_8cfc0abc71e05767.txt"})

_Word = TypeVar("_Word", bound=Labelled)


def rows_of(text: str) -> Iterator[dict[str, str]]:
    """Rows of a comma-separated text with headings, byte order mark or not."""
    return csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))


def word(kind: type[_Word], value: str, record: str, column: str) -> _Word:
    """Look up a word of a vocabulary, naming the record when it is unknown.

    Raises
    ------
    InputError
        ``sector.word.unknown``, listing the words that are known
    """
    try:
        return kind(value)
    except ValueError as error:
        raise InputError(
            "sector.word.unknown",
            N_("“{value}” in column “{column}” of “{record}” is not known."),
            hint=N_("Use one of: {known}."),
            value=value,
            column=column,
            record=record,
            known=", ".join(kind),
        ) from error


def read_figures(text: str) -> dict[str, Figure]:
    """Published figures by id, in the order of the file."""
    return {row["id"]: _figure(row) for row in rows_of(text)}


def _figure(row: Mapping[str, str]) -> Figure:
    """Figure of one row; its id names it in every refusal."""
    key = row["id"]
    return Figure(
        id=key,
        source=row["source"],
        issuer_zh=row["issuer_zh"],
        issuer_en=row["issuer_en"],
        scope=Scope(row["region_zh"], row["region_en"], row["sector_zh"], row["sector_en"]),
        indicator_zh=row["indicator_zh"],
        indicator_en=row["indicator_en"],
        pillar=word(Pillar, row["pillar"], key, "pillar"),
        kind=word(Kind, row["kind"], key, "kind"),
        comparator=word(Comparator, row["comparator"], key, "comparator"),
        value=_number(row["value"], key),
        unit=word(Unit, row["unit"], key, "unit"),
        value_text=row["value_text"],
        period=parse_period(row["period_start"], row["period_end"]),
        baseline=row["baseline"],
        note_en=row["note_en"],
        marks=frozenset(_marks(key, row["source"])),
    )


def _number(text: str, record: str) -> float:
    """Value of a row as a number, or a refusal that names the record."""
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            "sector.value.not_a_number",
            N_("The value “{value}” of “{record}” is not a number."),
            hint=N_("Give a number in base units, such as 520000000000 for 520 billion."),
            value=text,
            record=record,
        ) from error


def _marks(key: str, source: str) -> Iterator[Mark]:
    """Marks of a row: by the ending of its id, and by the list of rows to verify."""
    if key.endswith("_threshold"):
        yield Mark.CLASS_LIMIT
    if key.endswith("_list_size"):
        yield Mark.LIST_SIZE
    if key in _DOUBTFUL or source in _DRAFTS:
        yield Mark.VERIFY


def read_pairs(text: str) -> tuple[Pairing, ...]:
    """Curated pairings in the order of the file."""
    return tuple(
        Pairing(
            row["target_id"],
            row["actual_id"],
            Role(row["role"]),
            row["warning"],
            row["note_en"],
            row["note_zh"],
        )
        for row in rows_of(text)
    )


def read_industries(text: str) -> dict[str, Industry]:
    """Industries by id, wider ones before their parts."""
    return {
        row["id"]: Industry(row["id"], row["parent"], row["name_en"], row["name_zh"])
        for row in rows_of(text)
    }


def read_sectors(text: str) -> dict[str, SectorRow]:
    """Curated grouping of sector wordings, by English wording."""
    return {
        row["sector_en"]: SectorRow(
            row["sector_en"],
            row["sector_zh"],
            tuple(row["industry"].split(";")),
            row["wider"] == "1",
        )
        for row in rows_of(text)
    }


def read_sources(text: str) -> dict[str, SourceText]:
    """Titles of the public texts, by source."""
    return {row["source"]: SourceText(**row) for row in rows_of(text)}


def read_offices(text: str) -> dict[str, Office]:
    """Units that lead or support, by Chinese name."""
    return {row["name_zh"]: Office(row["name_zh"], row["name_en"]) for row in rows_of(text)}


def read_articles(text: str) -> tuple[Article, ...]:
    """Headings of the texts with the region and the industries that they speak of."""
    return tuple(
        Article(
            row["source"],
            row["head_zh"],
            row["head_en"],
            row["region_en"],
            row["region_zh"],
            tuple(row["industry"].split(";")),
        )
        for row in rows_of(text)
    )


def read_notes(text: str) -> dict[str, str]:
    """Chinese wording of the notes and baselines, by their English one."""
    return {row["text_en"]: row["text_zh"] for row in rows_of(text)}
