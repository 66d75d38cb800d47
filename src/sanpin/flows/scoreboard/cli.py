"""``sanpin scoreboard``: the three pillars of the firm and of its surroundings."""

from __future__ import annotations

from typing import Any

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say

__all__ = ["scoreboard"]


def scoreboard(*, region: str = "", industry: str = "") -> None:
    """Show how variety, quality and brand stand, for the firm and as published.

    Parameters
    ----------
    region: Only published figures of this region, in either language.
    industry: Only published figures of this industry, by name or id.
    """
    from sanpin.demand.service import has_orders
    from sanpin.flows.scoreboard.service import grouped, kept_figures
    from sanpin.sector.service import published

    with current_context() as ctx:
        figures = kept_figures(ctx) if has_orders(ctx) else []
        rows = published(ctx, region or None, industry or None)
    value = {"firm": grouped(figures), "published": rows}
    print_result(value, lambda: _describe(value))


def _describe(value: dict[str, Any]) -> str:
    lines = []
    for pillar, figures in value["firm"].items():
        lines.append(say(PILLAR_LABELS[pillar]))
        for key, figure in figures.items():
            shown = "–" if figure["value"] is None else f"{figure['value']:,.1f}"
            before = "–" if figure["previous"] is None else f"{figure['previous']:,.1f}"
            mark = f" {say(N_('SAMPLE'))}" if figure["sample"] else ""
            lines.append(f"  {key:<26}{shown:>12} {say(figure['unit']):<18} ({before}){mark}")
    lines.append(say(N_("{count} published figures"), count=len(value["published"])))
    return "\n".join(lines)


PILLAR_LABELS = {"variety": N_("Variety"), "quality": N_("Quality"), "brand": N_("Brand")}
