"""Read GS1 Digital Links: any scheme of the web, any domain, any path before the key.

GS1 Digital Link Standard: URI Syntax, section 4: the path ends in a key, its value and its
qualifiers. Domain and anything before the key may be the owner's own.
"""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import unquote

from sanpin.base import N_
from sanpin.trace.engine.identifiers.build import build
from sanpin.trace.engine.identifiers.check import refuse
from sanpin.trace.engine.identifiers.keys import KEYS
from sanpin.trace.model.identifiers import Identifier

__all__ = ["is_web_address", "parse_link"]

_ADDRESS = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)


def is_web_address(text: str) -> bool:
    """Whether a text begins like an address of the web."""
    return _ADDRESS.match(text) is not None


def parse_link(text: str) -> Identifier:
    """Parse a Digital Link.

    The key is the rightmost place in the path from which everything is a key with its
    qualifiers in order. Query values under an application identifier become attributes;
    other query parameters and the fragment say nothing about the thing.

    Raises
    ------
    InputError
        ``trace.identifier.not_a_link`` when no key is in the path, or the refusal of a value.
    """
    address = _ADDRESS.match(text)
    if address is None:
        raise _not_a_link(text)
    rest = text[address.end() :].partition("#")[0]
    path, _, query = rest.partition("?")
    segments = path.split("/")[1:]
    offsets = _offsets(segments, address.end() + 1)
    if segments and not segments[-1]:
        segments = segments[:-1]  # a trailing slash changes nothing
    start = _find_key(segments)
    if start < 0:
        raise _not_a_link(text)
    key, value = segments[start], unquote(segments[start + 1])
    pairs = segments[start + 2 :]
    qualifiers = {pairs[i]: unquote(pairs[i + 1]) for i in range(0, len(pairs), 2)}
    positions = {segments[i]: offsets[i + 1] for i in range(start, len(segments), 2)}
    return build(key, value, qualifiers, _attributes(query), positions)


def _find_key(segments: list[str]) -> int:
    """Find the rightmost segment that begins a key with its qualifiers; -1 for none.

    From the right, because a segment before the key may look like one: ``/00/shop/01/...``.
    """
    for start in range(len(segments) - 2, -1, -1):
        if segments[start] in KEYS and _qualifies(segments[start], segments[start + 2 :]):
            return start
    return -1


def _qualifies(key: str, pairs: list[str]) -> bool:
    """Whether what follows a key are its qualifiers, each once and in order."""
    allowed = KEYS[key].qualifiers
    names = pairs[::2]
    if len(pairs) % 2 or any(name not in allowed for name in names):
        return False
    order = [allowed.index(name) for name in names]
    return all(a < b for a, b in pairwise(order))


def _attributes(query: str) -> list[tuple[str, str]]:
    """Read the query values whose names are application identifiers."""
    pairs = (part.partition("=") for part in re.split("[&;]", query) if part)
    return [(name, unquote(value)) for name, _, value in pairs if name.isdigit()]


def _offsets(segments: list[str], start: int) -> list[int]:
    """Position of each segment in the address, for the refusals."""
    offsets = []
    for segment in segments:
        offsets.append(start)
        start += len(segment) + 1
    return offsets


def _not_a_link(text: str) -> Exception:
    """Make the refusal of an address without a key."""
    return refuse(
        "not_a_link",
        N_("No GS1 key is in the address {text}."),
        0,
        N_("A Digital Link holds a key and its value, such as /01/09521234567899."),
        text=text[:120],
    )
