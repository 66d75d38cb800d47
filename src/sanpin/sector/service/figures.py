"""Published figures: lists, regions, industries, and what a pillar's column shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sanpin.kit.context import Context
from sanpin.sector.engine import select_figures
from sanpin.sector.engine.reading import word
from sanpin.sector.model import Figure, Industry, Kind, Pillar, Target
from sanpin.sector.service.records import published_record, tile_record
from sanpin.sector.service.side import as_of_day, read_side
from sanpin.sector.service.wording import Wording

__all__ = ["figures", "industries", "pillars", "published", "regions"]


def figures(
    ctx: Context,
    region: str | None = None,
    pillar: str | None = None,
    industry: str | None = None,
    kind: str | None = None,
) -> tuple[Figure, ...]:
    """Published figures in the order of the file.

    Parameters
    ----------
    region, industry : name in either language, or id of the industry
    pillar, kind : words of the vocabularies `Pillar` and `Kind`

    Raises
    ------
    InputError
        when a filter names nothing known
    """
    side = read_side(ctx)
    place = side.resolve(region, industry)
    wanted = word(Pillar, pillar, "--pillar", "pillar") if pillar else None
    sort = word(Kind, kind, "--kind", "kind") if kind else None
    return tuple(
        one
        for one in side.published.figures.values()
        if side.in_place(one.scope, *place)
        and wanted in (None, one.pillar)
        and sort in (None, one.kind)
    )


def published(
    ctx: Context, region: str | None = None, industry: str | None = None
) -> list[dict[str, object]]:
    """Published figures as records in the caller's language, for the scoreboard."""
    return [published_record(one, ctx.language) for one in figures(ctx, region, None, industry)]


def regions(ctx: Context) -> list[dict[str, str]]:
    """Regions that have figures, targets or tasks: ``id`` (English) and ``name``."""
    chinese = ctx.language.startswith("zh")
    return [
        {"id": english, "name": zh if chinese else english, "name_en": english, "name_zh": zh}
        for english, zh in read_side(ctx).regions.regions
    ]


def industries(ctx: Context) -> list[dict[str, str]]:
    """Industries, wider ones before their parts: ``id``, ``name`` and ``parent``.

    Both names are given beside the one to show, so that a search finds either.
    """
    found: Mapping[str, Industry] = read_side(ctx).published.tree.industries
    return [
        {
            "id": one.id,
            "name": one.name(ctx.language),
            "name_en": one.name_en,
            "name_zh": one.name_zh,
            "parent": one.parent,
        }
        for one in found.values()
    ]


def pillars(
    ctx: Context,
    region: str | None = None,
    industry: str | None = None,
    as_of: date | None = None,
    limit: int = 4,
) -> dict[str, list[dict[str, object]]]:
    """Choose the figures of each pillar's column for a region and an industry, as tiles.

    The rule is that of `sanpin.sector.engine.select_figures`; without a region the nation's
    figures are shown. Own targets stand beside the published ones.

    Returns
    -------
    dict
        pillar to at most `limit` tiles: ``id, label, value, unit, number, kind, region,
        sector, own_region, note, target, target_number, due, progress, path, state, state_kind,
        state_label, required, last, period, source, link, warnings``
    """
    side = read_side(ctx)
    day = as_of or as_of_day(ctx, side)
    region_en, industry_id = side.resolve(region, industry)
    candidates = [
        one
        for one in (*side.published.figures.values(), *map(_as_figure, side.own_targets))
        if not industry_id or side.published.tree.covers(industry_id, one.scope)
    ]
    views = {key: side.view(one, day) for key, one in side.targets.items()}
    paces = {key: view.pace for key, view in views.items()}
    wording = Wording(ctx.language)
    parts = side.published.tree.parts(industry_id or "consumer_goods")
    return {
        str(pillar): [
            tile_record(one, views.get(one.id), region_en or "China", wording, side.published)
            for one in select_figures(
                candidates, paces, pillar, region_en or "China", parts=parts, limit=limit
            )
        ]
        for pillar in Pillar
        if pillar is not Pillar.NONE
    }


def _as_figure(target: Target) -> Figure:
    """Own target in the shape of a published one, so that one rule chooses among both."""
    return Figure(
        id=target.id,
        source=target.source,
        issuer_zh="",
        issuer_en="",
        scope=target.scope,
        indicator_zh=target.indicator_zh,
        indicator_en=target.indicator_en,
        pillar=target.pillar,
        kind=Kind.TARGET,
        comparator=target.comparator,
        value=target.value,
        unit=target.unit,
        period=target.period,
    )
