"""Own targets, actuals and tasks from the fields of a form or of a row of a file.

All three doors (form, interface, file) hand over the same fields, so one function for each kind of
record reads, completes and checks them. Words of the user's own region and industry are replaced by
the known names where there are any, so that own and published records meet in one list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sanpin.base import N_, InputError
from sanpin.sector.engine.industries import IndustryTree, RegionIndex
from sanpin.sector.engine.quantities import read_unit
from sanpin.sector.engine.reading import word
from sanpin.sector.model import (
    Actual,
    Comparator,
    Direction,
    Measure,
    Origin,
    Period,
    Pillar,
    Role,
    Scope,
    Target,
    Task,
    Unit,
    parse_period,
)

__all__ = ["make_actual", "make_target", "make_task"]

# Files from offices write these words in Chinese as often as in English.
_ROLES = {"": Role.LEVEL, "level": Role.LEVEL, "growth": Role.GROWTH, "水平": Role.LEVEL}
_ROLES |= {"增速": Role.GROWTH, "实际": Role.LEVEL, "value": Role.LEVEL}


def make_target(row: Mapping[str, Any], tree: IndustryTree, regions: RegionIndex) -> Target:
    """Own target from its fields; the fields are those of the import kind ``targets``.

    Without an id the same indicator, place and due date always give the same one, so that a
    file imported twice changes nothing. A measure ``rate`` makes it a yearly average.

    Parameters
    ----------
    row : field name to text or number; missing fields take their defaults
    tree, regions : known names in both languages

    Raises
    ------
    InputError
        ``sector.field.missing``, ``sector.unit.unknown``, ``sector.word.unknown``,
        ``sector.value.not_a_number`` or a problem of the period
    """
    indicator, due = _text(row, "indicator"), _text(row, "due")
    if not indicator:
        raise _missing("indicator")
    if not due:
        raise _missing("due")
    scope = _scope(row, tree, regions)
    factor, unit = read_unit(_text(row, "unit"))
    key = _text(row, "id") or _identifier("target", indicator, scope, due)
    comparator = word(Comparator, _text(row, "comparator") or "ge", key, "comparator")
    # “At most” alone tells that the value is meant to fall; any other comparator leaves a rise.
    falling = comparator is Comparator.LE
    direction = _text(row, "direction") or ("decrease" if falling else "increase")
    return Target(
        id=key,
        indicator_zh=indicator,
        indicator_en=_text(row, "indicator_en") or indicator,
        scope=scope,
        pillar=word(Pillar, _text(row, "pillar") or "none", key, "pillar"),
        comparator=comparator,
        direction=word(Direction, direction, key, "direction"),
        measure=word(Measure, _text(row, "measure") or unit.measure, key, "measure"),
        value=_number(row, "value") * factor,
        unit=unit,
        period=parse_period(_text(row, "start"), due),
        source=_text(row, "source"),
        stated_pace=None if row.get("stated_pace") is None else _number(row, "stated_pace"),
        note_zh=_text(row, "note"),
        note_en=_text(row, "note"),
        origin=Origin.OWN,
    )


def make_actual(row: Mapping[str, Any], targets: Mapping[str, Target]) -> Actual:
    """Own actual of a target, which it names by id; the unit must be the target's.

    Raises
    ------
    InputError
        ``sector.actual.target``, ``sector.actual.unit`` or a problem of the fields

    Parameters
    ----------
    row : field name to text or number
    targets : published and own targets by id
    """
    target = targets.get(_text(row, "target"))
    if target is None:
        raise InputError(
            "sector.actual.target",
            N_("There is no target “{target}” to measure."),
            hint=N_("Name a target by its id; sanpin sector targets lists them."),
            target=_text(row, "target"),
        )
    period = parse_period(_text(row, "period"))
    if period.end is None:
        raise _missing("period")
    role = _role(_text(row, "kind").lower())
    factor, unit = _unit(_text(row, "unit"), target, role)
    return Actual(
        id=_text(row, "id") or _digest("actual", target.id, period.text, role),
        target_id=target.id,
        value=_number(row, "value") * factor,
        unit=unit,
        period=period,
        comparator=word(Comparator, _text(row, "comparator") or "eq", target.id, "comparator"),
        role=role,
        source=_text(row, "source"),
        note_zh=_text(row, "note"),
        note_en=_text(row, "note"),
        origin=Origin.OWN,
    )


def make_task(row: Mapping[str, Any], tree: IndustryTree, regions: RegionIndex) -> Task:
    """Own task from its fields; the fields are those of the import kind ``tasks``.

    Parameters
    ----------
    row : field name to text or number; the state, if any, is the service's to record
    tree, regions : known names in both languages
    """
    text = _text(row, "task")
    if not text:
        raise _missing("task")
    scope = _scope(row, tree, regions)
    period = _window(_text(row, "start"), _text(row, "due"))
    lead, support = _units(_text(row, "lead")), _units(_text(row, "support"))
    key = _text(row, "id") or _digest("task", text, scope.region_en, period.text)
    return Task(
        id=key,
        source=_text(row, "source"),
        article_zh="",
        article_en="",
        task_zh=text,
        task_en=_text(row, "task_en") or text,
        region_zh=scope.region_zh,
        region_en=scope.region_en,
        pillar=word(Pillar, _text(row, "pillar") or "none", key, "pillar"),
        period=period,
        lead_zh=lead,
        lead_en=lead,
        support_zh=support,
        support_en=support,
        industries=tree.industries_of(scope),
        origin=Origin.OWN,
    )


def _window(start: str, due: str) -> Period:
    """Plan period from its two columns; a task may have none."""
    return parse_period(start, due) if start or due else Period()


def _text(row: Mapping[str, Any], name: str) -> str:
    """Value of a field as text without spaces around it, empty when there is none."""
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _number(row: Mapping[str, Any], name: str) -> float:
    """Value of a field as a number; separators of thousands are read over."""
    try:
        return float(str(row[name]).replace(",", ""))
    except (KeyError, ValueError) as error:
        raise InputError(
            "sector.value.not_a_number",
            N_("The value “{value}” of “{record}” is not a number."),
            hint=N_("Give a number in base units, such as 520000000000 for 520 billion."),
            value=_text(row, name),
            record=name,
        ) from error


def _units(text: str) -> tuple[str, ...]:
    """Names parted by the semicolons and enumeration commas of either script."""
    parts = text.replace("；", ";").replace("、", ";").split(";")
    return tuple(part.strip() for part in parts if part.strip())


def _role(text: str) -> Role:
    """Role of an actual from the word of its column ``kind``."""
    if text in _ROLES:
        return _ROLES[text]
    raise InputError(
        "sector.word.unknown",
        N_("“{value}” in column “{column}” of “{record}” is not known."),
        hint=N_("Use one of: {known}."),
        value=text,
        column="kind",
        record="actual",
        known="level, growth",
    )


def _unit(text: str, target: Target, role: Role) -> tuple[float, Unit]:
    """Unit of an actual: percent for growth, else the target's, in any size of it."""
    wanted = Unit.PERCENT if role is Role.GROWTH else target.unit
    if not text:
        return 1.0, wanted
    factor, unit = read_unit(text)
    if unit is not wanted:
        raise InputError(
            "sector.actual.unit",
            N_("Target “{target}” is counted in {wanted}, its actual in {unit}."),
            hint=N_("Give the actual in the unit of its target."),
            target=target.id,
            wanted=str(wanted),
            unit=str(unit),
        )
    return factor, unit


def _scope(row: Mapping[str, Any], tree: IndustryTree, regions: RegionIndex) -> Scope:
    """Names in both languages where they are known, else the words given in both places."""
    region, sector = _text(row, "region"), _text(row, "sector")
    region_en, region_zh = regions.names(region)
    sector_en, sector_zh = tree.names(sector)
    return Scope(region_zh, region_en, sector_zh, sector_en)


def _identifier(kind: str, indicator: str, scope: Scope, due: str) -> str:
    """Identifier of a target that was given none, from what makes it that target."""
    return _digest(kind, indicator, scope.region_en, scope.sector_en, due)


def _digest(kind: str, *parts: str) -> str:
    """Twelve hexadecimal digits over parts joined by a separator that no text contains."""
    text = "\x1f".join((kind, *parts))
    return f"own_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _missing(name: str) -> InputError:
    """Make the refusal of a record without one of its necessary fields."""
    return InputError(
        "sector.field.missing",
        N_("“{field}” is missing."),
        hint=N_("Fill it in; every target, actual and task needs it."),
        field=name,
    )
