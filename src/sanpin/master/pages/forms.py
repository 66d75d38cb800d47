"""Forms of items, partners, sites and calendars: their fields, and records made from them.

A form is described by data: its texts, its menus and its many-line fields. The same names go
out with a record's values and come back with what was typed, so a refused form loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sanpin.base import N_, InputError, Shift
from sanpin.base.units import UNITS
from sanpin.kit.context import Context
from sanpin.master import service
from sanpin.master.model import (
    CalendarRecord,
    Item,
    ItemKind,
    Partner,
    PartnerKind,
    Site,
    SiteKind,
    Supply,
)
from sanpin.master.model.labels import (
    FAMILY_LABELS,
    ITEM_LABELS,
    PARTNER_LABELS,
    SITE_LABELS,
    SUPPLY_LABELS,
)
from sanpin.master.pages.shared import Form, options, say, word

__all__ = ["FormField", "form_fields", "form_values", "record_of", "unreadable"]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form, in the reader's words."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    options: list[tuple[str, str]] = field(default_factory=list)
    help: str = ""
    required: bool = False
    fixed: bool = False


_NAMES = (("name_en", N_("English name")), ("name_zh", N_("Chinese name")))
_TEXTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "items": (*_NAMES, ("gtin", N_("GTIN")), ("supplier", N_("Supplier (code)"))),
    "partners": (*_NAMES, ("country", N_("Country")), ("gln", N_("GLN"))),
    "sites": (
        *_NAMES,
        ("address", N_("Address")),
        ("country", N_("Country")),
        ("latitude", N_("Latitude")),
        ("longitude", N_("Longitude")),
        ("gln", N_("GLN")),
        ("partner", N_("Partner (code)")),
    ),
    "calendars": (*_NAMES, ("zone", N_("Time zone"))),
}
_LINES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "items": (("attributes", N_("Attributes"), N_("One per line, such as colour: red.")),),
    "calendars": (
        ("holidays", N_("Own days off"), N_("Dates such as 2011-10-08, parted by spaces.")),
        ("extra_days", N_("Own worked rest days"), N_("Dates such as 2011-10-09.")),
    ),
}


def form_values(record: Any) -> dict[str, str]:
    """Return a record as the texts of its form."""
    values = {name: _text(getattr(record, name)) for name in record.__dataclass_fields__}
    if isinstance(record, Item):
        values["attributes"] = "\n".join(
            f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            for key, value in record.attributes.items()
        )
    return values


def _text(value: object) -> str:
    """Write a value of a record as the text of its field; days as a list of dates."""
    if isinstance(value, frozenset):
        return " ".join(sorted(day.isoformat() for day in value))
    return "" if value is None else str(value)


def form_fields(
    ctx: Context, noun: str, values: Mapping[str, str], *, new: bool
) -> list[FormField]:
    """Return the fields of a noun's form with their values.

    Parameters
    ----------
    values : texts by field name, of a record or as they were typed
    new : whether the code can still be chosen
    """
    code = FormField(
        "code", say(ctx, N_("Code")), values.get("code", ""), required=True, fixed=not new
    )
    texts = [FormField(name, say(ctx, label), values.get(name, "")) for name, label in _TEXTS[noun]]
    menus = [
        FormField(name, say(ctx, label), values.get(name, ""), "select", choices)
        for name, label, choices in _menus(ctx, noun, values)
    ]
    lines = [
        FormField(name, say(ctx, label), values.get(name, ""), "lines", help=say(ctx, advice))
        for name, label, advice in _LINES.get(noun, ())
    ]
    return [code, *texts, *menus, *lines]


def _menus(
    ctx: Context, noun: str, values: Mapping[str, str]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return name, label and entries of the menus that a noun has."""
    if noun == "items":
        known = dict.fromkeys([*FAMILY_LABELS, *service.families(ctx), values.get("family", "")])
        families = [(name, word(ctx, FAMILY_LABELS, name)) for name in known if name]
        units = [(unit.code, f"{say(ctx, unit.label)} ({unit.code})") for unit in UNITS]
        return [
            ("unit", N_("Unit"), units),
            ("family", N_("Family"), families),
            ("kind", N_("Kind"), options(ctx, ITEM_LABELS)),
            ("supply", N_("Supply"), options(ctx, SUPPLY_LABELS)),
        ]
    if noun == "sites":
        calendars = [("", "–"), *((code, code) for code in service.all_calendars(ctx))]
        return [
            ("kind", N_("Kind"), options(ctx, SITE_LABELS)),
            ("calendar", N_("Calendar"), calendars),
        ]
    if noun == "partners":
        return [("kind", N_("Kind"), options(ctx, PARTNER_LABELS))]
    regions = [("CN", say(ctx, N_("mainland China"))), ("", say(ctx, N_("none")))]
    return [("public_holidays", N_("Public holidays"), regions)]


def record_of(noun: str, form: Form) -> Any:
    """Make a record from a posted form.

    Raises
    ------
    InputError
        naming the field that cannot be read
    """
    given: dict[str, Any] = {"code": form.first("code")}
    given |= {name: form.first(name) for name, _ in _TEXTS[noun]}
    if noun == "items":
        given |= {name: form.first(name) for name in ("unit", "family")}
        given["kind"] = _choice(ItemKind, form.first("kind"))
        given["supply"] = _choice(Supply, form.first("supply"))
        return Item(**given, attributes=_attributes(form.first("attributes")))
    if noun == "partners":
        return Partner(**given, kind=_choice(PartnerKind, form.first("kind")))
    if noun == "sites":
        given |= {name: _degrees(name, given[name]) for name in ("latitude", "longitude")}
        kind = _choice(SiteKind, form.first("kind"))
        return Site(**given, kind=kind, calendar=form.first("calendar"))
    return CalendarRecord(
        **given,
        shifts=_shifts(form),
        public_holidays=form.first("public_holidays"),
        holidays=_dates(form.first("holidays")),
        extra_days=_dates(form.first("extra_days")),
    )


def unreadable(value: str, what: str) -> InputError:
    """Return the refusal of a field whose text has not the form it needs."""
    return InputError(
        "master.form.value",
        N_("“{value}” cannot be read as {what}."),
        hint=N_("Correct it and save again."),
        value=value,
        what=what,
    )


def _choice(kind: Any, value: str) -> Any:
    """Read an entry of a menu; only a forged form names another."""
    try:
        return kind(value)
    except ValueError:
        raise unreadable(value, "/".join(kind)) from None


def _degrees(name: str, value: str) -> float | None:
    """Read a latitude or longitude; nothing typed means unknown."""
    try:
        return float(value) if value else None
    except ValueError:
        raise unreadable(value, name) from None


def _dates(text: str) -> frozenset[date]:
    """Read dates parted by spaces or commas."""
    found = set()
    for part in text.replace(",", " ").split():
        try:
            found.add(date.fromisoformat(part))
        except ValueError:
            raise unreadable(part, "YYYY-MM-DD") from None
    return frozenset(found)


def _clock(text: str) -> time:
    """Read a time of day; 6:00 is 06:00."""
    try:
        return time.fromisoformat(text.strip().zfill(5))
    except ValueError:
        raise unreadable(text, "HH:MM") from None


def _attributes(text: str) -> dict[str, Any]:
    """Read lines of ``name: value``; a value that is JSON keeps its type."""
    found: dict[str, Any] = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise unreadable(line, "name: value")
        try:
            found[name.strip()] = json.loads(value)
        except ValueError:
            found[name.strip()] = value.strip()
    return found


def _shifts(form: Form) -> tuple[Shift, ...]:
    """Read the rows of the shift table; rows without days or times are left out."""
    shifts = []
    for row, (start, end, breaks) in enumerate(
        zip(form.get("start", []), form.get("end", []), form.get("breaks", []), strict=False)
    ):
        weekdays = frozenset(int(day) for day in form.get(f"days-{row}", []) if day.isdecimal())
        if start.strip() and end.strip() and weekdays:
            spans = (span.replace("–", "-").split("-") for span in breaks.replace(",", " ").split())
            pauses = tuple((_clock(span[0]), _clock(span[-1])) for span in spans)
            shifts.append(Shift(weekdays, _clock(start), _clock(end), pauses))
    return tuple(shifts)
