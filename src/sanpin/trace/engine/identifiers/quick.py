"""The quick way for the commonest Digital Links: one expression, slices, remembered checks.

It answers only what the careful way would answer the same; anything else it leaves to that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from sanpin.trace.engine.identifiers.check import check_digit
from sanpin.trace.engine.identifiers.element import brackets_of
from sanpin.trace.engine.identifiers.pairs import combination
from sanpin.trace.engine.identifiers.prefixes import Prefixes
from sanpin.trace.engine.identifiers.table import RULES, check_value
from sanpin.trace.engine.identifiers.urn import escape_part
from sanpin.trace.model.identifiers import CANONICAL_STEM, escape

__all__ = ["quick_answer"]

_PLAIN = r"([A-Za-z0-9._\-]{1,20})"
_ESCAPED = r"((?:[A-Za-z0-9._\-]|%[0-9A-Fa-f]{2}){1,60})"


def _link(text: str) -> re.Pattern[str]:
    """Return the expression of a common link whose texts look as given."""
    return re.compile(
        r"(?:https?|HTTPS?)://[A-Za-z0-9.:\-]+(?:/[A-Za-z0-9._~\-]+)*?/(?:"
        rf"01/([0-9]{{14}})(?:/22/{text})?(?:/10/{text})?(?:/21/{text})?"
        rf"|00/([0-9]{{18}})|414/([0-9]{{13}})(?:/254/{text})?|417/([0-9]{{13}})"
        r")(?:\?([A-Za-z0-9._\-=&]+))?"
    )


_TEXTS = RULES["21"].pattern
_LINK, _ESCAPED_LINK = _link(_PLAIN), _link(_ESCAPED)

Answer = dict[str, Any]
Pairs = list[tuple[str, str]]


def quick_answer(name: object, text: str, prefixes: Prefixes) -> Answer | None:
    """Answer for a common Digital Link; None when it must be read with care.

    Parameters
    ----------
    name : identifier of the request, given back
    text : what was given
    prefixes : lengths of company prefixes
    """
    escaped = "%" in text
    found = (_ESCAPED_LINK if escaped else _LINK).fullmatch(text)
    if found is None:
        return None
    gtin, variant, lot, serial, sscc, place, extension, party, query = found.groups()
    if escaped:
        variant, lot, serial, extension = map(_unescaped, (variant, lot, serial, extension))
        if "" in (variant, lot, serial, extension):
            return None
    if gtin:
        pairs = [("01", gtin)]
        if variant:
            pairs.append(("22", variant))
        if lot:
            pairs.append(("10", lot))
        if serial:
            pairs.append(("21", serial))
        sound = _known(gtin)
    elif place:
        pairs = [("414", place), ("254", extension)] if extension else [("414", place)]
        sound = extension != "0" and _known(place)
    else:
        key, value = ("00", sscc) if sscc else ("417", party)
        pairs, sound = [(key, value)], check_digit(value[:-1]) == value[-1]
    if not sound:
        return None
    attributes = _attributes(query, pairs) if query else ""
    if attributes is None:
        return None
    return _write(name, pairs, attributes, prefixes, escaped=escaped)


def _unescaped(value: str | None) -> str | None:
    """Return a text without its escapes; empty when it may not stand where it stands."""
    if value is None:
        return None
    value = unquote(value)
    return value if _TEXTS.fullmatch(value) else ""


def _write(name: object, pairs: Pairs, query: str, prefixes: Prefixes, *, escaped: bool) -> Answer:
    """Write the answer; `pairs` holds the path first, then the query."""
    path = brackets = ""
    element, due = "^", ""
    count = len(pairs) - query.count("=")
    for place, (ai, value) in enumerate(pairs):
        if place < count:
            path += f"/{ai}/{escape(value) if escaped else value}"
        brackets += f"({ai}){value}"
        element += due + ai + value
        due = "" if RULES[ai].predefined else "^"
    if escaped:
        brackets = brackets_of(pairs)
    canonical = CANONICAL_STEM + path
    return {
        "id": name,
        "ok": True,
        "key": pairs[0][0],
        "ais": pairs,
        "brackets": brackets,
        "element": element,
        "dl": canonical + query,
        "urn": _urn(pairs[:count], prefixes) if prefixes else None,
        "canonical": canonical,
        "errors": [],
    }


def _urn(pairs: Pairs, prefixes: Prefixes) -> str | None:
    """Write the EPC URN."""
    key, value = pairs[0]
    length = prefixes.length_in(key, value)
    if length is None or not 6 <= length <= 12:
        return None
    if key == "00":
        return f"urn:epc:id:sscc:{value[1 : 1 + length]}.{value[0]}{value[1 + length : 17]}"
    head = f"{value[:length]}.{value[length:12]}"
    if key == "417":
        return f"urn:epc:id:pgln:{head}"
    if key == "414":
        return f"urn:epc:id:sgln:{head}.{escape_part(pairs[1][1]) if len(pairs) > 1 else '0'}"
    head = f"{value[1 : 1 + length]}.{value[0]}{value[1 + length : 13]}"
    last, text = pairs[-1]
    if last == "21":
        return f"urn:epc:id:sgtin:{head}.{escape_part(text)}"
    if last == "10":
        return f"urn:epc:class:lgtin:{head}.{escape_part(text)}"
    return f"urn:epc:idpat:sgtin:{head}.*" if last == "01" else None


@lru_cache(maxsize=65_536)
def _known(number: str) -> bool:
    """Whether the check digit of a trade item or place is right; they return often."""
    return check_digit(number[:-1]) == number[-1]


def _attributes(query: str, pairs: Pairs) -> str | None:
    """Add the attributes of a query to the pairs and return it as it is written; None for care."""
    found = []
    for part in query.split("&"):
        ai, _, value = part.partition("=")
        if not value or not _describes(ai, value):
            return None
        found.append((ai, value))
    late = [not RULES[ai].predefined for ai, _ in found]
    if late != sorted(late):
        return None
    names = [ai for ai, _ in (*pairs, *found)]
    if len(set(names)) < len(names) or combination(frozenset(names), complete=True):
        return None
    pairs += found
    return f"?{query}"


@lru_cache(maxsize=65_536)
def _describes(ai: str, value: str) -> bool:
    """Whether a value may stand for an attribute; dates and weights return often."""
    rule = RULES.get(ai)
    return rule is not None and rule.describes and ai != "01" and check_value(rule, value) is None
