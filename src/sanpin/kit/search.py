"""One search box over all domains: each brings a function that returns hits."""

from __future__ import annotations

from dataclasses import dataclass

from sanpin.kit.context import Context
from sanpin.kit.registry import domains, load

__all__ = ["Hit", "search"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding.

    Attributes
    ----------
    label : the record's own name
    kind : catalogue key of what it is
    path : page that shows it
    detail : a second line, empty when there is nothing to add
    """

    label: str
    kind: str
    path: str
    detail: str = ""


def search(ctx: Context, text: str, limit: int = 20) -> list[Hit]:
    """Ask every domain in the order of the thread and return at most `limit` hits.

    Hits whose label begins with the text come first; within that, each domain's own order.
    """
    wanted = text.strip()
    if not wanted:
        return []
    hits: list[Hit] = []
    for domain in domains():
        if domain.search:
            hits.extend(load(domain.search)(ctx, wanted, limit))
    start = wanted.casefold()
    hits.sort(key=lambda hit: not hit.label.casefold().startswith(start))
    return hits[:limit]
