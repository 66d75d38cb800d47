"""The family of an item, read from its English description by a fixed rule.

The rule asks four tables (`vocabulary`) in this order and takes the first that knows a word:

1. *fixed phrases* (``hot water bottle``, ``paper lantern``), where single words would mislead;
2. *materials* (``ceramic``, ``wooden``, ``zinc``);
3. *products* (``mug``, ``bunting``, ``cake tin``);
4. *hints* (``kit``, ``box``, ``garden``): motifs and surroundings.

Nothing known means ``other``. Within a table the longest phrase wins; of equally long ones the
last in the text, because the head noun of an English description comes last (``WINE BOTTLE
OPENER``). Words are compared whole and in the singular, so ``tin`` is found in ``CAKE TINS``
but not in ``TINY``.
"""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.master.engine.vocabulary import FIXED, HINTS, MATERIALS, PRODUCTS, Family
from sanpin.master.engine.words import find_phrases, words_of

__all__ = ["Family", "family_of", "material_words"]

Table = dict[tuple[str, ...], Family]


def _table(lines: Mapping[Family, str]) -> Table:
    """Turn comma-separated phrases into a table from words to family.

    Phrases go through the same splitting as descriptions, so both sides meet in the singular.
    """
    return {words_of(text): family for family, texts in lines.items() for text in texts.split(",")}


_STEPS = tuple(_table(lines) for lines in (FIXED, MATERIALS, PRODUCTS, HINTS))


def family_of(description: str) -> str:
    """Return the family of an item by the rule at the top of this module.

    Examples
    --------
    >>> family_of("SET OF 3 CAKE TINS PANTRY DESIGN")
    'metal'
    """
    words = words_of(description)
    for table in _STEPS:
        hits = find_phrases(words, table)
        found = max(hits, key=lambda hit: (len(hit[1]), hit[0]), default=None)
        if found is not None:
            return str(table[found[1]])
    return str(Family.OTHER)


def material_words(description: str) -> list[str]:
    """List the words of a description that name a material, in the order of the text.

    Examples
    --------
    >>> material_words("Glass jar with wooden lid, glass")
    ['glass', 'wooden']
    """
    hits = find_phrases(words_of(description), _STEPS[1])
    return list(dict.fromkeys(" ".join(found) for _, found in hits))
