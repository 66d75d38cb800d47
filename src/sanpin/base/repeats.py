"""Keys that JSON writes twice in one object, of which a decoder drops the first."""

from __future__ import annotations

import json
from contextlib import suppress

import orjson

__all__ = ["repeated_key"]


def repeated_key(content: bytes, value: object) -> str | None:
    """Return the first key that is written twice in one object, None if there is none.

    Parameters
    ----------
    content : JSON
    value : what it was decoded to
    """
    # What a decoder drops takes its quotes along; only then it is worth a slower look.
    if content.count(b'"') == orjson.dumps(value).count(b'"'):
        return None
    found: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen and not found:
                found.append(key)
            seen.add(key)

    with suppress(RecursionError):
        json.loads(content, object_pairs_hook=note)
    return found[0] if found else None
