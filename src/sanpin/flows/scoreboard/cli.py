"""``sanpin scoreboard``: the three pillars of the firm and of its surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say

__all__ = ["scoreboard"]


def scoreboard(*, region: str = "", industry: str = "") -> None:
    """Show how variety, quality and brand stand, for the firm and as published.

    Parameters
    ----------
    region
        Only published figures of this region, in either language.
    industry
        Only published figures of this industry, by name or id.
    """
    from sanpin.flows.scoreboard.service import scoreboard_record

    with current_context() as ctx:
        value = scoreboard_record(ctx, region, industry)
    print_result(value, lambda: "\n".join(_lines(value)))


def _lines(value: dict[str, Any]) -> Iterator[str]:
    """Write the figures pillar by pillar, each with the value of the period before."""
    from sanpin.flows.scoreboard.figure import Pillar
    from sanpin.flows.scoreboard.kept import definition_of

    for pillar in Pillar:
        figures = value["firm"][pillar.value]
        if figures:
            yield say(pillar.label)
        for key, figure in figures.items():
            mark = f" {say(N_('SAMPLE'))}" if figure["sample"] else ""
            if figure["simulated"]:
                mark = f" {say(N_('SIMULATED'))}"
            now, before = _number(figure["value"]), _number(figure["previous"])
            label = say(definition_of(key).label)
            yield f"  {label:<34}{now:>10} {say(figure['unit']):<16} ({before}){mark}"
    if not any(value["firm"].values()):
        yield say(N_("No orders yet: the firm's own figures are missing."))
    yield say(N_("{count} published figures"), count=len(value["published"]))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"
