"""Attributes of an item read from its English description: colour, set size, size, materials."""

from __future__ import annotations

import re

from sanpin.master.engine.families import material_words
from sanpin.master.engine.words import words_of

__all__ = ["COLOURS", "attributes_of"]

COLOURS = {
    word: colour
    for colour, words in {
        "white": "white",
        "cream": "cream",
        "ivory": "ivory",
        "yellow": "yellow lemon",
        "gold": "gold golden",
        "orange": "orange",
        "pink": "pink fuschia fuchsia",
        "red": "red ruby raspberry",
        "purple": "purple lilac mauve violet amethyst",
        "blue": "blue navy",
        "turquoise": "turquoise aqua",
        "green": "green olive",
        "mint": "mint",
        "brown": "brown chocolate",
        "silver": "silver",
        "grey": "grey gray",
        "black": "black",
        "natural": "natural",
        "clear": "clear",
        "assorted": "assorted asstd multicolour multicoloured",
    }.items()
    for word in words.split()
}
"""Word to colour, light colours first: the order in which a line would run them."""

_SIZES = {"mini": "small", "small": "small", "medium": "medium", "large": "large"}
_SIZES |= {"jumbo": "large", "giant": "large", "tall": "large"}
_SET = re.compile(
    r"\b(?:set|s|pack|box|bundle)\s*(?:/|of)?\s*(\d{1,3})\b"
    r"|\b(\d{1,3})\s*(?:pc|pcs|piece|pieces)\b"
    r"|^\s*(\d{1,3})\s+(?!\w*\s*(?:tier|hook|drawer|wick|colour|door)\b)"
)


def attributes_of(description: str) -> dict[str, object]:
    """Return what a description says about an item; keys without an answer are absent.

    Returns
    -------
    ``colour`` : the first colour named, by its plain name
    ``pieces`` : pieces in the set or pack, when more than one
    ``size`` : ``small``, ``medium`` or ``large``
    ``materials`` : list of material words

    Examples
    --------
    >>> attributes_of("SET/4 WHITE RETRO STORAGE CUBES")
    {'colour': 'white', 'pieces': 4}
    """
    text = description.lower()
    words = words_of(description)
    found: dict[str, object] = {}
    colour = next((COLOURS[word] for word in words if word in COLOURS), None)
    if colour:
        found["colour"] = colour
    counted = _SET.search(text)
    pieces = int(next(filter(None, counted.groups()), 0)) if counted else 0
    if pieces > 1:
        found["pieces"] = pieces
    size = next((_SIZES[word] for word in words if word in _SIZES), None)
    if size:
        found["size"] = size
    materials = material_words(description)
    if materials:
        found["materials"] = materials
    return found
