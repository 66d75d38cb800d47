"""Settings of a firm in a workspace: JSON values by key, checked when they are known.

The kit knows some keys itself, and the numbers that domains describe; others are kept as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from sanpin.base import N_, InputError, Setting
from sanpin.kit.context import Context
from sanpin.kit.db import upsert
from sanpin.kit.registry import domains
from sanpin.kit.schema.tables import SETTING

__all__ = [
    "all_settings",
    "changes",
    "check_setting",
    "get_number",
    "get_setting",
    "number_settings",
    "set_setting",
]

_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


class _Changes:
    """Counts changes of settings in this process."""

    count = 0


def changes() -> int:
    """Count of the changes of settings in this process: who remembers one asks whether it stays."""
    return _Changes.count


def get_setting(ctx: Context, key: str, default: Any = None) -> Any:
    """Return the value of a setting, or `default` when it was never set.

    Parameters
    ----------
    key : dotted lower-case words
    default : returned when the firm has chosen nothing

    Returns
    -------
    Any
        the JSON value as it was set
    """
    query = select(SETTING.c.value).where(SETTING.c.firm == ctx.firm, SETTING.c.key == key)
    with ctx.db.read() as conn:
        row = conn.execute(query).first()
    return default if row is None else row.value


def all_settings(ctx: Context) -> dict[str, Any]:
    """Return every setting of the caller's firm by key."""
    query = select(SETTING.c.key, SETTING.c.value).where(SETTING.c.firm == ctx.firm)
    with ctx.db.read() as conn:
        return {row.key: row.value for row in conn.execute(query.order_by(SETTING.c.key))}


def set_setting(ctx: Context, key: str, value: Any) -> None:
    """Keep a JSON value under a key; None forgets it.

    The keys ``as_of`` (``newest``, ``real`` or a date), ``language`` and ``theme`` take only
    values that the product understands, the numbers of domains only those of their range.

    Raises
    ------
    InputError
        ``settings.key.invalid`` or ``settings.value.invalid``
    """
    if not _KEY.fullmatch(key):
        raise InputError(
            "settings.key.invalid",
            N_("“{key}” cannot be the name of a setting."),
            hint=N_("Use lower-case words joined by dots, such as demand.service_level."),
            key=key,
        )
    if value is not None:
        check_setting(key, value)
    with ctx.db.write() as conn:
        if value is None:
            conn.execute(delete(SETTING).where(SETTING.c.firm == ctx.firm, SETTING.c.key == key))
        else:
            upsert(conn, SETTING, [{"firm": ctx.firm, "key": key, "value": value}])
    _Changes.count += 1


def check_setting(key: str, value: Any) -> None:
    """Refuse a value that a known key does not take.

    Raises
    ------
    InputError
        ``settings.value.invalid``
    """
    known = _KNOWN.get(key) or _number(key)
    if known and not known[0](value):
        raise InputError(
            "settings.value.invalid",
            N_("“{value}” is not a value of the setting “{key}”."),
            hint=N_("Use one of: {choices}."),
            key=key,
            value=value,
            choices=known[1],
        )


def number_settings() -> dict[str, Setting]:
    """Return the numbers that the domains let a firm choose, by key in their order."""
    return {one.key: one for domain in domains() for one in domain.settings}


def get_number(ctx: Context, setting: Setting) -> float:
    """Return the number that a firm has chosen, or the default."""
    value = get_setting(ctx, setting.key, setting.default)
    # What was kept before the range was narrowed must not stop anything.
    return value if setting.accepts(value) else setting.default


def _number(key: str) -> tuple[Callable[[Any], bool], str] | None:
    """Check against the range of a domain's number, with the words that a refusal shows."""
    setting = number_settings().get(key)
    if setting is None:
        return None
    low, high = setting.span
    return setting.accepts, f"{low:g} … {high:g}"


def _one_of(*choices: str) -> tuple[Callable[[Any], bool], str]:
    """Check against a fixed list, with the words that a refusal shows."""
    return (lambda value: value in choices), ", ".join(choices)


def _is_as_of(value: Any) -> bool:
    """Whether a value is a day in ISO form, or one of the two words for a moving day."""
    if value in ("newest", "real"):
        return True
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


_KNOWN: dict[str, tuple[Callable[[Any], bool], str]] = {
    "as_of": (_is_as_of, "newest, real, YYYY-MM-DD"),
    "language": _one_of("en", "zh-CN"),
    "theme": _one_of("system", "light", "dark"),
}
