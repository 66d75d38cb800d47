"""Whom to call: contacts of places and parties out of their master data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sanpin.kit.context import Context
from sanpin.trace.service.capture.master import master_entries

__all__ = ["CONTACT_FIELDS", "contacts_of"]

CONTACT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "person": ("contactperson", "contact", "contactname", "personname", "responsible"),
    "phone": ("telephone", "phone", "tel", "telephonenumber", "mobile", "contacttelephone"),
    "email": ("email", "emailaddress", "mail", "contactemail"),
    "address": ("streetaddress", "streetaddressone", "streetaddresstwo", "address", "postalcode",
                "city", "addresslocality", "state", "countrycode"),
}  # fmt: skip
"""Attributes of master data that tell a contact, by the end of their name, in order."""


def contacts_of(ctx: Context, holders: Iterable[str]) -> dict[str, dict[str, str]]:
    """Person, phone, e-mail and address of those holders for whom master data have any.

    A place (414) and the party of the same number (417) share their contacts.
    """
    wanted = {holder: _twins(holder) for holder in holders if holder}
    names = {name for twins in wanted.values() for name in twins}
    known = {e.thing: _contact(e.attributes) for e in master_entries(ctx, things=names)}
    found: dict[str, dict[str, str]] = {}
    for holder, twins in wanted.items():
        merged: dict[str, str] = {}
        for name in reversed(twins):
            merged.update(known.get(name, {}))
        if merged:
            found[holder] = merged
    return found


def _twins(holder: str) -> list[str]:
    """Names under which the holder may stand, its own first."""
    other = holder.replace("/417/", "/414/") if "/417/" in holder else ""
    other = other or (holder.replace("/414/", "/417/") if "/414/" in holder else "")
    return [holder, other] if other else [holder]


def _contact(attributes: Mapping[str, object]) -> dict[str, str]:
    """Contact that attributes tell; several parts of an address are joined."""
    plain: dict[str, str] = {}
    for key, value in attributes.items():
        last = key.replace("#", ":").rpartition(":")[2].rpartition("/")[2].lower()
        if isinstance(value, str | int | float) and str(value).strip():
            plain.setdefault(last, str(value).strip())
    found: dict[str, str] = {}
    for field, words in CONTACT_FIELDS.items():
        parts = [plain[word] for word in words if word in plain]
        if parts:
            found[field] = ", ".join(parts) if field == "address" else parts[0]
    return found
