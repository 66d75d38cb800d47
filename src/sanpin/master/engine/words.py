"""Words of an English product description: split, put in the singular, found as phrases."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

__all__ = ["LONGEST", "find_phrases", "singular", "words_of"]

LONGEST = 5
"""Most words of a phrase."""

_WORD = re.compile(r"[a-z]+|\d+")
_HISSING = ("ss", "x", "ch", "sh", "zz")


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """Put a lower-case English noun in the singular by its ending.

    Words in -ie and in -y become alike (cookie, cookies: cooky), so that both sides of a
    comparison meet although the result is not always a word.
    """
    if len(word) < 4 or word.endswith("ss"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("ie"):
        return word[:-2] + "y"
    if word.endswith("es") and word[:-2].endswith(_HISSING):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def words_of(text: str) -> tuple[str, ...]:
    """Split a description into lower-case singular words; numbers stand alone.

    An apostrophe is part of its word (children's: children), any other sign parts words.
    """
    plain = text.lower().replace("'s", "s").replace("’s", "s").replace("'", "")
    return tuple(singular(word) for word in _WORD.findall(plain))


def find_phrases(
    words: Sequence[str], phrases: Container[tuple[str, ...]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield position and phrase wherever a phrase stands in the words as whole words."""
    for start in range(len(words)):
        for length in range(1, min(LONGEST, len(words) - start) + 1):
            piece = tuple(words[start : start + length])
            if piece in phrases:
                yield start, piece
