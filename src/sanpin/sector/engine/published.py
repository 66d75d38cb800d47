"""The published side as one value: figures, targets, tasks and the curated tables.

`service.library` hands over the texts of the packaged tables, once per process; `build_published`
reads them and joins what belongs together. The result is immutable and shared by all firms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sanpin.sector.engine.industries import IndustryTree
from sanpin.sector.engine.reading import (
    read_articles,
    read_figures,
    read_industries,
    read_notes,
    read_offices,
    read_pairs,
    read_sectors,
    read_sources,
    rows_of,
)
from sanpin.sector.engine.tasks import read_tasks
from sanpin.sector.model import (
    Direction,
    Figure,
    Kind,
    Measure,
    Office,
    Pairing,
    SourceText,
    Target,
    Task,
)

__all__ = ["TABLES", "Published", "build_published"]

TABLES = (
    "policy_figures",
    "policy_tasks",
    "pairs",
    "measures",
    "sources",
    "industries",
    "sectors",
    "articles",
    "offices",
    "notes",
)
"""Names of the packaged tables that `build_published` reads."""


@dataclass(frozen=True)
class Published:
    """Everything that the public texts say, read once.

    Attributes
    ----------
    figures : all figures by id
    targets : those of kind target, by id
    tasks : tasks without their recorded state
    pairs : curated pairings
    sources : titles of the texts
    tree : industries
    notes : Chinese wording of notes and baselines
    offices : leading and supporting units by Chinese name
    """

    figures: Mapping[str, Figure]
    targets: Mapping[str, Target]
    tasks: tuple[Task, ...]
    pairs: tuple[Pairing, ...]
    sources: Mapping[str, SourceText]
    tree: IndustryTree
    offices: Mapping[str, Office]
    notes: Mapping[str, str]

    @cached_property
    def pairs_of(self) -> Mapping[str, tuple[Pairing, ...]]:
        """Pairings by target."""
        found: dict[str, list[Pairing]] = {}
        for pair in self.pairs:
            found.setdefault(pair.target_id, []).append(pair)
        return {key: tuple(pairs) for key, pairs in found.items()}

    def note(self, text_en: str, language: str) -> str:
        """Return a note or baseline in the chosen language."""
        return self.notes.get(text_en, text_en) if language.startswith("zh") else text_en

    def title(self, source: str, language: str) -> str:
        """Title of a text, or the source itself when it is not one of the packaged texts."""
        found = self.sources.get(source)
        return found.title(language) if found else source


def build_published(tables: Mapping[str, str]) -> Published:
    """Build the published side from the texts of the packaged tables, by name.

    Parameters
    ----------
    tables : name to content of each of `TABLES`, comma-separated with headings

    Raises
    ------
    InputError
        for a word, number or period that cannot be; the package is damaged then
    EngineError
        ``sector.article.unknown`` when a heading has no place
    """
    figures = read_figures(tables["policy_figures"])
    notes = read_notes(tables["notes"])
    offices = read_offices(tables["offices"])
    measures = {row["target_id"]: row for row in rows_of(tables["measures"])}
    return Published(
        figures=figures,
        targets={
            one.id: _target(one, measures.get(one.id, {}), notes)
            for one in figures.values()
            if one.kind is Kind.TARGET
        },
        tasks=read_tasks(tables["policy_tasks"], read_articles(tables["articles"]), offices),
        pairs=read_pairs(tables["pairs"]),
        sources=read_sources(tables["sources"]),
        tree=IndustryTree(read_industries(tables["industries"]), read_sectors(tables["sectors"])),
        offices=offices,
        notes=notes,
    )


def _target(figure: Figure, curated: Mapping[str, str], notes: Mapping[str, str]) -> Target:
    """Target of a figure; the curated table says which percentages are yearly rates."""
    return Target(
        id=figure.id,
        indicator_zh=figure.indicator_zh,
        indicator_en=figure.indicator_en,
        scope=figure.scope,
        pillar=figure.pillar,
        comparator=figure.comparator,
        direction=Direction(curated.get("direction", "increase")),
        measure=Measure(curated.get("measure", figure.unit.measure)),
        value=figure.value,
        unit=figure.unit,
        period=figure.period,
        source=figure.source,
        value_text=figure.value_text,
        note_zh=notes.get(figure.note_en, figure.note_en),
        note_en=figure.note_en,
        marks=figure.marks,
    )
