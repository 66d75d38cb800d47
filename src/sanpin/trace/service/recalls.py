"""A recall as its page shows it: names instead of codes, amounts by consignee, reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.trace.model.lineage import Recall
from sanpin.trace.service.lineage import recall
from sanpin.trace.service.naming import Labels, path_of

__all__ = ["RecallView", "recall_view"]


@dataclass(frozen=True, slots=True)
class RecallView:
    """The scope of a recall for people.

    Attributes
    ----------
    seeds, seed_labels : what could be bad, by code and by name
    products, containers : how many must come back, and how many only carry them
    lines : one row per affected thing
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


def recall_view(ctx: Context, seeds: Iterable[str]) -> RecallView:
    """Work out a recall and name everything in it.

    Parameters
    ----------
    seeds : codes of things and lots in any writing
    """
    found = recall(ctx, seeds)
    things = {line.id for line in found.affected} | set(found.seeds)
    things |= {place for line in found.affected for place in (line.location, line.container)}
    things |= {one.location for one in found.consignees}
    with ctx.db.read() as conn:
        labels = Labels.load(conn, ctx.firm, things)
    return RecallView(
        seeds=found.seeds,
        seed_labels=tuple(labels.of(seed) for seed in found.seeds),
        products=len(found.products),
        containers=len(found.containers),
        lines=_lines(found, labels),
        consignees=_consignees(found, labels),
        gaps=[
            {
                "thing": labels.of(gap.id),
                "path": path_of(gap.id),
                "message": translate(gap.message, ctx.language, **gap.fields),
            }
            for gap in found.gaps
        ],
    )


def _lines(found: Recall, labels: Labels) -> list[dict[str, Any]]:
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
        for line in found.affected
    ]


def _consignees(found: Recall, labels: Labels) -> list[dict[str, Any]]:
    """One row for each consignee and unit."""
    return [
        {
            "place": labels.of(one.location),
            "quantity": quantity,
            "uom": uom or "EA",
            "products": len(one.products),
            "containers": len(one.containers),
            "lots": ", ".join(labels.of(product) for product in one.products[:20]),
        }
        for one in found.consignees
        for uom, quantity in sorted(one.quantities.items())
    ]
