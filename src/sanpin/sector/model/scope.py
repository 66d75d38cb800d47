"""Where and for what a figure holds: regions, sectors, industries, sources and offices.

Names are kept in both languages side by side rather than translated, because the texts and their
official translations disagree in wording, and a user searches for either.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Article", "Industry", "Office", "Scope", "SectorRow", "SourceText"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Region and sector of a figure, in both languages.

    Two figures are compared only when a curated pair says so; equal names alone prove nothing,
    since texts word the same sector differently.
    """

    region_zh: str
    region_en: str
    sector_zh: str
    sector_en: str

    def region(self, language: str) -> str:
        """Name of the region."""
        return self.region_zh if language.startswith("zh") else self.region_en

    def sector(self, language: str) -> str:
        """Name of the sector as the text words it."""
        return self.sector_zh if language.startswith("zh") else self.sector_en


@dataclass(frozen=True, slots=True)
class Industry:
    """A group of sectors that people ask for; `parent` is the wider group, empty at the top.

    Attributes
    ----------
    id : lower-case words joined by underscores, as filters and addresses take it
    parent : id of the wider group, empty at the top
    """

    id: str
    parent: str
    name_en: str
    name_zh: str

    def name(self, language: str) -> str:
        """Name in the chosen language."""
        return self.name_zh if language.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class SectorRow:
    """To which industries a sector wording belongs; `wider` when it also covers others.

    Attributes
    ----------
    sector_en, sector_zh : the wording of the texts
    industries : ids of the groups that it belongs to
    wider : whether it covers more than those groups, such as all industry
    """

    sector_en: str
    sector_zh: str
    industries: tuple[str, ...]
    wider: bool


@dataclass(frozen=True, slots=True)
class SourceText:
    """One of the public texts, by title.

    Attributes
    ----------
    source : name of the file of the text, as the figures refer to it
    date : as printed, a day or a year
    date_note_en, date_note_zh : what to know about it, such as that it is a draft
    """

    source: str
    title_en: str
    title_zh: str
    date: str
    date_note_en: str
    date_note_zh: str

    def title(self, language: str) -> str:
        """Title in the chosen language."""
        return self.title_zh if language.startswith("zh") else self.title_en

    def date_note(self, language: str) -> str:
        """What to know about its date or state."""
        return self.date_note_zh if language.startswith("zh") else self.date_note_en


@dataclass(frozen=True, slots=True)
class Article:
    """Region and industries that a heading of a text speaks of.

    `head_zh` is the beginning of the headings it stands for; the longest that fits wins, so a
    chapter may have another region than the text as a whole.
    """

    source: str
    head_zh: str
    head_en: str
    region_en: str
    region_zh: str
    industries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """A unit that leads or supports tasks, in both languages."""

    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """Name in the chosen language."""
        return self.name_zh if language.startswith("zh") else self.name_en
