"""Where places lie: coordinates from master data, or from a name that is a geo address."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.service.naming import Labels, place_of
from sanpin.trace.store.masterdata import entries_of

__all__ = ["Stop", "stops_of"]

_GEO = re.compile(r"geo:(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Stop:
    """A place whose coordinates are known.

    Attributes
    ----------
    place, label : canonical name and what people read
    latitude, longitude : degrees (WGS 84)
    """

    place: str
    label: str
    latitude: float
    longitude: float


def stops_of(
    conn: Connection, firm: str, places: Iterable[str], labels: Labels
) -> tuple[Stop, ...]:
    """Those of some places whose coordinates are known, in the same order."""
    wanted = list(places)
    names = {name for place in wanted for name in (place, place_of(place))}
    entries = {e.thing: e for e in entries_of(conn, firm, things=names)} if names else {}
    return tuple(_stops(wanted, entries, labels))


def _stops(
    places: Iterable[str], entries: Mapping[str, MasterEntry], labels: Labels
) -> Iterator[Stop]:
    """Yield places with coordinates, from master data or from the place's own URI."""
    for place in places:
        entry = entries.get(place) or entries.get(place_of(place))
        at = _position(place, entry.attributes if entry else {})
        if at:
            yield Stop(place, labels.of(place), *at)


def _position(place: str, attributes: Mapping[str, object]) -> tuple[float, float] | None:
    """Latitude and longitude of a place; None when they are not known or cannot be."""
    geo = _GEO.match(place)
    texts: dict[str, object] = {"latitude": geo[1], "longitude": geo[2]} if geo else {}
    for name, value in attributes.items():
        word = re.split(r"[:#/]", name)[-1].lower()
        if word in ("latitude", "longitude"):
            texts.setdefault(word, value)
    try:
        latitude, longitude = (float(str(texts[word])) for word in ("latitude", "longitude"))
    except (KeyError, ValueError):
        return None
    good = math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if good else None
