"""Master data of places, parties and products, as documents and people give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["MasterEntry"]


@dataclass(frozen=True, slots=True)
class MasterEntry:
    """What is known of one place, party or product.

    Attributes
    ----------
    thing : canonical name
    kind : ``place``, ``party``, ``product`` or the URI of another vocabulary
    name : what people read; empty when none was given
    attributes : everything else by attribute URI
    parts : canonical names of the places within a place
    """

    thing: str
    kind: str = ""
    name: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
