"""Who has goods that must come back, as a map and in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from sanpin.kit.i18n import Translator
from sanpin.trace import service
from sanpin.trace.pages.words import amounts_of

__all__ = ["holders_of"]

# Places without coordinates that are named; the table below the map has them all.
_NAMED = 12


def holders_of(words: Translator, view: service.RecallView) -> dict[str, Any]:
    """Points of the map, and what is not on it.

    Returns
    -------
    dict
        ``map`` with the points, None without any; ``unplaced`` with name and number of products
        of the first places without coordinates, ``more`` how many others there are; ``untold``
        products of which nobody has said where they are; ``beyond`` places with few products that
        are left out of all this
    """
    told = [one for one in view.holders if one.place]
    unplaced = [one for one in told if one.stop is None]
    points = list(_points(words, told))
    return {
        "map": {"points": points, "lines": []} if points else None,
        "unplaced": [(one.label, one.products) for one in unplaced[:_NAMED]],
        "more": max(len(unplaced) - _NAMED, 0),
        "untold": sum(one.products for one in view.holders if not one.place),
        "beyond": view.holder_count - len(view.holders),
    }


def _points(words: Translator, holders: Iterable[service.Holder]) -> Iterable[dict[str, Any]]:
    """Yield a point for each spot; holders at one spot share it."""
    spots: dict[tuple[float, float], list[service.Holder]] = {}
    for one in holders:
        if one.stop is not None:
            spots.setdefault((one.stop.latitude, one.stop.longitude), []).append(one)
    for (latitude, longitude), here in spots.items():
        first, *others = here
        label = f"{first.label} +{words.number(len(others))}" if others else _label(words, first)
        yield {
            "id": first.place,
            "label": label,
            "title": "; ".join(_title(words, one) for one in here),
            "lat": latitude,
            "lon": longitude,
            "count": sum(one.products for one in here),
            "href": f"/trace/events?{urlencode({'EQ_bizLocation': first.place})}",
        }


def _label(words: Translator, one: service.Holder) -> str:
    """Name a holder with what was delivered there."""
    return f"{one.label} · {amounts_of(words, one.quantities)}" if one.quantities else one.label


def _title(words: Translator, one: service.Holder) -> str:
    """Say what a holder has, with the number of products."""
    told = words.plural(
        "{place}: {n} product", "{place}: {n} products", one.products,
        place=one.label, n=words.number(one.products),
    )  # fmt: skip
    return f"{told} ({amounts_of(words, one.quantities)})" if one.quantities else told
