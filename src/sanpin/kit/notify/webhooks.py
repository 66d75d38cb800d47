"""Webhooks: addresses of other systems, and the form in which each wants its messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select

from sanpin.base import N_, InputError
from sanpin.kit.audit import record
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.kit.schema.tables import DELIVERY, WEBHOOK
from sanpin.kit.urls import is_web_address

__all__ = ["PRESETS", "Webhook", "active_hooks", "add_webhook", "list_webhooks", "remove_webhook"]

PRESETS = ("json", "wecom", "dingtalk", "feishu")
"""Plain JSON with a signature, and the group robots of three Chinese messengers."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A listener; `kinds` are the kinds of messages it wants, none of them meaning all."""

    id: str
    firm: str
    url: str
    preset: str
    secret: str
    kinds: tuple[str, ...]
    language: str
    active: bool
    created: datetime


def _check_address(url: str) -> None:
    """Refuse what is no address of the web; other schemes could read files of the server."""
    if not is_web_address(url):
        raise InputError(
            "notify.webhook.address",
            N_("“{url}” is not a web address."),
            hint=N_("Give an address that begins with https://."),
            url=url,
        )


def add_webhook(
    ctx: Context,
    url: str,
    *,
    preset: str = "json",
    secret: str = "",
    kinds: Iterable[str] = (),
    language: str = "",
) -> str:
    """Add a listener and return its id; only administrators may.

    Parameters
    ----------
    preset : one of `PRESETS`
    secret : key for the signature, as the other system was given it
    kinds : kinds of messages to send; all by default
    language : of the texts; the caller's by default
    """
    ctx.require(Role.ADMIN)
    _check_address(url)
    if preset not in PRESETS:
        raise InputError(
            "notify.webhook.preset",
            N_("“{preset}” is not a form of message."),
            hint=N_("Use one of: {known}."),
            preset=preset,
            known=", ".join(PRESETS),
        )
    hook_id, wanted = new_id(), sorted(set(kinds))
    with ctx.db.write() as conn:
        conn.execute(
            insert(WEBHOOK).values(
                id=hook_id,
                firm=ctx.firm,
                url=url,
                preset=preset,
                secret=secret,
                kinds=wanted,
                language=language or ctx.language,
                active=True,
                created=ctx.now(),
            )
        )
        # The address of a group robot is itself a secret: only its host is written down.
        after = {"host": urlsplit(url).hostname, "preset": preset, "kinds": wanted}
        record(conn, ctx, "webhook.add", f"webhook/{hook_id}", after=after)
    return hook_id


def list_webhooks(ctx: Context) -> list[Webhook]:
    """Return the listeners of the caller's firm; only administrators may see them."""
    ctx.require(Role.ADMIN)
    query = select(WEBHOOK).where(WEBHOOK.c.firm == ctx.firm).order_by(WEBHOOK.c.id)
    with ctx.db.read() as conn:
        rows = conn.execute(query).mappings().all()
    return [Webhook(**{**row, "kinds": tuple(row["kinds"])}) for row in rows]


def remove_webhook(ctx: Context, hook_id: str) -> None:
    """Remove a listener with what still waits for it.

    Raises
    ------
    InputError
        ``notify.webhook.unknown`` (404)
    """
    ctx.require(Role.ADMIN)
    own = (WEBHOOK.c.id == hook_id) & (WEBHOOK.c.firm == ctx.firm)
    with ctx.db.write() as conn:
        if conn.execute(delete(WEBHOOK).where(own)).rowcount == 0:
            missing = InputError(
                "notify.webhook.unknown", N_("There is no webhook {webhook}."), webhook=hook_id
            )
            missing.status = 404
            raise missing
        conn.execute(delete(DELIVERY).where(DELIVERY.c.webhook_id == hook_id))
        record(conn, ctx, "webhook.remove", f"webhook/{hook_id}")


def active_hooks(conn: Connection, firm: str, kind: str) -> list[Webhook]:
    """Return the listeners of a firm that want messages of that kind.

    Asked in the transaction that keeps the message, so that a listener added meanwhile is neither
    missed nor told twice.
    """
    query = select(WEBHOOK).where(WEBHOOK.c.firm == firm, WEBHOOK.c.active)
    hooks = [
        Webhook(**{**row, "kinds": tuple(row["kinds"])}) for row in conn.execute(query).mappings()
    ]
    return [hook for hook in hooks if not hook.kinds or kind in hook.kinds]
