"""Industries and regions that people ask for, found by either language.

People ask for “日化” or “daily chemicals”, the texts speak of “轻工业中的日用化学品”. A curated
table groups the wordings of the texts under industries, and the industries under wider ones;
regions are found without the word for their rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sanpin.base import N_, InputError
from sanpin.sector.model import Industry, Scope, SectorRow

__all__ = ["IndustryTree", "RegionIndex"]

_SUFFIXES = ("特别行政区", "自治区", "省", "市", " province", " municipality", " city")


def _bare(name: str) -> str:
    """Name in lower case without the word for its rank: 上海市 and 上海 are one place."""
    name = name.strip().lower()
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


class IndustryTree:
    """Curated grouping of sector wordings under industries and their parts.

    Parameters
    ----------
    industries : by id, wider ones before their parts; `within` relies on that order
    sectors : curated rows by English wording
    """

    def __init__(
        self, industries: Mapping[str, Industry], sectors: Mapping[str, SectorRow]
    ) -> None:
        self.industries = dict(industries)
        self._sectors = dict(sectors)

    def find(self, name: str) -> Industry:
        """Industry by id or by its name in either language.

        Raises
        ------
        InputError
            ``sector.industry.unknown``
        """
        wanted = name.strip().lower().replace("-", "_")
        for industry in self.industries.values():
            names = (industry.id, industry.name_en, industry.name_zh)
            if wanted in names or wanted.replace("_", " ") in names:
                return industry
        raise InputError(
            "sector.industry.unknown",
            N_("There is no industry “{name}”."),
            hint=N_("Use one of: {known}."),
            name=name,
            known=", ".join(self.industries),
        )

    def within(self, industry_id: str) -> frozenset[str]:
        """Ids of an industry and of all its parts."""
        found = {industry_id}
        for one in self.industries.values():
            if one.parent in found:
                found.add(one.id)
        return frozenset(found)

    def industries_of(self, scope: Scope) -> tuple[str, ...]:
        """Industries that a sector wording belongs to; own wordings may name one directly."""
        if row := self._sectors.get(scope.sector_en):
            return row.industries
        for industry in self.industries.values():
            if scope.sector_en in (industry.id, industry.name_en):
                return (industry.id,)
            if scope.sector_zh and scope.sector_zh == industry.name_zh:
                return (industry.id,)
        return ()

    def names(self, wording: str) -> tuple[str, str]:
        """English and Chinese form of a sector wording; an unknown one stands for both.

        Own targets may name a sector that no text has; that word then stands in both languages.
        """
        for row in self._sectors.values():
            if wording in (row.sector_en, row.sector_zh):
                return row.sector_en, row.sector_zh
        for one in self.industries.values():
            if wording in (one.id, one.name_en, one.name_zh):
                return one.name_en, one.name_zh
        return wording, wording

    def covers(self, industry_id: str, scope: Scope) -> bool:
        """Whether a sector belongs to an industry or to one of its parts."""
        return not self.within(industry_id).isdisjoint(self.industries_of(scope))

    def parts(self, industry_id: str) -> frozenset[str]:
        """Sector wordings that are only a part of an industry, or wider than it."""
        return frozenset(
            row.sector_en
            for row in self._sectors.values()
            if industry_id not in row.industries or row.wider
        )

    def is_wider(self, scope: Scope) -> bool:
        """Whether a sector wording also covers industries beyond consumer goods."""
        row = self._sectors.get(scope.sector_en)
        return row is not None and row.wider


class RegionIndex:
    """Regions that occur in the data, found by either language and without their rank."""

    def __init__(self, regions: Iterable[tuple[str, str]]) -> None:
        self.regions = tuple(dict.fromkeys(regions))
        self._by_name = {
            _bare(name): english for english, chinese in self.regions for name in (english, chinese)
        }

    def names(self, name: str) -> tuple[str, str]:
        """English and Chinese name of a region; an unknown one stands for both."""
        english = self._by_name.get(_bare(name))
        return next((pair for pair in self.regions if pair[0] == english), (name, name))

    def find(self, name: str) -> str:
        """English name of a region.

        Raises
        ------
        InputError
            ``sector.region.unknown``
        """
        found = self._by_name.get(_bare(name))
        if found is None:
            raise InputError(
                "sector.region.unknown",
                N_("There are no figures for region “{name}”."),
                hint=N_("Use one of: {known}."),
                name=name,
                known=", ".join(english for english, _ in self.regions),
            )
        return found
