"""Make an `Identifier` from a key, its value and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import refuse
from sanpin.trace.engine.identifiers.keys import ATTRIBUTES, KEYS, QUALIFIERS
from sanpin.trace.engine.identifiers.values import check_value
from sanpin.trace.model.identifiers import Identifier, KeyKind

__all__ = ["build", "build_from_pairs"]


def build(
    key: str,
    value: str,
    qualifiers: Mapping[str, str] | None = None,
    attributes: Sequence[tuple[str, str]] = (),
    positions: Mapping[str, int] | None = None,
) -> Identifier:
    """Check every part and put the qualifiers in the order of the standard.

    Parameters
    ----------
    key, value : primary key and its value
    qualifiers : application identifier to value, in any order
    attributes : values that describe without naming
    positions : where each value stood in what was given, for the refusals

    Raises
    ------
    InputError
        ``trace.identifier.qualifier`` for one that the key does not take, or the refusal of a value
    """
    places = positions or {}
    given = dict(qualifiers or {})
    if key == "414" and given.get("254") == "0":
        del given["254"]  # extension 0 says "the place itself"
    rule = KEYS[key]
    check_value(rule.field, value, places.get(key, 0))
    for ai in given:
        if ai not in rule.qualifiers:
            raise refuse(
                "qualifier",
                N_("({ai}) cannot qualify ({key})."),
                places.get(ai, 0),
                N_("({key}) takes: {allowed}."),
                ai=ai,
                key=key,
                allowed=", ".join(rule.qualifiers) or "-",
            )
        check_value(QUALIFIERS[ai], given[ai], places.get(ai, 0))
    ordered = tuple((ai, given[ai]) for ai in rule.qualifiers if ai in given)
    kind = _trade_item(given) if key == "01" else rule.kind
    return Identifier(kind, rule.role, key, value, ordered, tuple(attributes))


def _trade_item(given: Mapping[str, str]) -> KeyKind:
    """Kind of a trade item by what qualifies it, the finest first."""
    if "21" in given:
        return KeyKind.SGTIN
    if "235" in given:
        return KeyKind.UPUI
    return KeyKind.LGTIN if "10" in given else KeyKind.GTIN


def build_from_pairs(pairs: Sequence[tuple[str, str, int]]) -> Identifier:
    """Make an identifier from (application identifier, value, position) in any order.

    The first primary key names the thing; qualifiers that belong to it follow it, all
    other pairs are attributes.

    Parameters
    ----------
    pairs : in the order in which they stand on the label, which the standard leaves free

    Raises
    ------
    InputError
        ``trace.identifier.no_key``, ``.qualifier``, or the refusal of a value
    """
    keys = [(ai, value, at) for ai, value, at in pairs if ai in KEYS]
    if not keys:
        raise refuse(
            "no_key",
            N_("No key such as (01) or (00) is among the values."),
            0,
            N_("A code must hold the key of a thing, not only its attributes."),
        )
    key, value, _ = keys[0]
    allowed = KEYS[key].qualifiers
    qualifiers: dict[str, str] = {}
    attributes: list[tuple[str, str]] = []
    positions: dict[str, int] = {}
    for ai, text, at in pairs:
        positions.setdefault(ai, at)
        if ai in allowed and ai not in qualifiers:
            qualifiers[ai] = text
        elif ai != key:
            _check_attribute(ai, text, at)
            attributes.append((ai, text))
    return build(key, value, qualifiers, attributes, positions)


def _check_attribute(ai: str, value: str, at: int) -> None:
    """Check the value of an attribute where its form is known."""
    field = ATTRIBUTES.get(ai) or QUALIFIERS.get(ai) or (KEYS[ai].field if ai in KEYS else None)
    if field is not None:
        check_value(field, value, at)
