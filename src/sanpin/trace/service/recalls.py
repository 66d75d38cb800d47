"""A recall as its page shows it: names instead of codes, amounts by consignee, reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.trace.model.lineage import Affected
from sanpin.trace.service.affected import Share
from sanpin.trace.service.lineage import recall_scope
from sanpin.trace.service.naming import Labels, path_of

__all__ = ["RecallView", "recall_view"]


@dataclass(frozen=True, slots=True)
class RecallView:
    """The scope of a recall for people.

    Attributes
    ----------
    seeds, seed_labels : what could be bad, by code and by name
    products, containers : how many must come back, and how many only carry them
    lines : one row per affected thing, or of those that were asked for
    consignees : one row per consignee and unit
    gaps : what could not be traced
    """

    seeds: tuple[str, ...]
    seed_labels: tuple[str, ...]
    products: int
    containers: int
    lines: list[dict[str, Any]]
    consignees: list[dict[str, Any]]
    gaps: list[dict[str, Any]]


def recall_view(
    ctx: Context, seeds: Iterable[str], *, first: int = 0, past: int | None = None
) -> RecallView:
    """Work out a recall and name what is shown of it.

    Parameters
    ----------
    seeds : codes of things and lots in any writing
    first, past : which lines; all when left out, which for a million takes long
    """
    with recall_scope(ctx, seeds) as scope:
        lines, shares, gaps = scope.lines(first, past), scope.shares(), scope.gaps
        counts = scope.products, scope.containers
        asked = scope.seeds
    things = {line.id for line in lines} | set(asked)
    things |= {name for line in lines for name in (line.location, line.container, *line.through)}
    things |= {name for share in shares for name in (share.location, *share.some)}
    things |= {gap.id for gap in gaps}
    with ctx.db.read() as conn:
        labels = Labels.load(conn, ctx.firm, things)
    return RecallView(
        seeds=asked,
        seed_labels=tuple(labels.of(seed) for seed in asked),
        products=counts[0],
        containers=counts[1],
        lines=_lines(lines, labels),
        consignees=_consignees(shares, labels),
        gaps=[
            {
                "thing": labels.of(gap.id),
                "path": path_of(gap.id),
                "message": translate(gap.message, ctx.language, **gap.fields),
            }
            for gap in gaps
        ],
    )


def _lines(lines: Iterable[Affected], labels: Labels) -> list[dict[str, Any]]:
    """One row for each affected thing, nearest first."""
    return [
        {
            "id": line.id,
            "path": path_of(line.id),
            "label": labels.of(line.id),
            "role": str(line.role),
            "depth": line.depth,
            "status": str(line.status),
            "place": labels.of(line.location),
            "container": labels.of(line.container),
            "quantity": line.quantity,
            "uom": line.uom or ("EA" if line.quantity is not None else ""),
            "why": line.why,
            "why_text": " → ".join(labels.of(thing) for thing in line.through),
        }
        for line in lines
    ]


def _consignees(shares: Iterable[Share], labels: Labels) -> list[dict[str, Any]]:
    """One row for each consignee and unit."""
    return [
        {
            "place": labels.of(one.location),
            "quantity": quantity,
            "uom": uom or "EA",
            "products": one.products,
            "containers": one.containers,
            "lots": ", ".join(labels.of(product) for product in one.some),
        }
        for one in shares
        for uom, quantity in sorted(one.quantities.items())
    ]
