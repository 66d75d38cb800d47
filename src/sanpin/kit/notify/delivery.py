"""Delivery: sends what waits for webhooks, from the worker and never from a request.

A message waits as a row, so it survives a restart; the scheduler sends it from the worker. A claim
is one conditional update: two schedulers never send the same message at once.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import orjson
from sqlalchemy import select, update

from sanpin.kit.context import Actor, Context
from sanpin.kit.notify.inbox import Notification
from sanpin.kit.notify.shapes import Message, shape
from sanpin.kit.notify.webhooks import Webhook
from sanpin.kit.schema.tables import DELIVERY, NOTIFICATION, WEBHOOK
from sanpin.kit.settings import get_setting

__all__ = ["ATTEMPTS", "deliver_due", "send"]

ATTEMPTS = 6
TIMEOUT_SECONDS = 5.0
FIRST_PAUSE = timedelta(seconds=30)
TURN_SECONDS = 8.0
"""Longest time of one turn, so that the scheduler's other work is not kept waiting."""


class _NoRedirect(HTTPRedirectHandler):
    """Follow nothing: an address that moved must be entered anew."""

    def redirect_request(self, *_: object) -> None:
        return None


def send(message: Message) -> str:
    """Post a message and return an empty text, or what went wrong.

    A listener that does not answer within `TIMEOUT_SECONDS` counts as gone. The proxy of the
    environment is used, as many plants reach the outside only through one.
    """
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Sanpin"}
    request = Request(message.url, message.body, {**headers, **message.headers}, method="POST")
    try:
        with build_opener(_NoRedirect, ProxyHandler()).open(
            request, timeout=TIMEOUT_SECONDS
        ) as got:
            answer = got.read(10_000)
            return _refusal(answer) if message.robot else ""
    except (OSError, HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def _refusal(answer: bytes) -> str:
    """Return why a robot refused: it answers 200 with a code that is not zero.

    WeCom and DingTalk call it ``errcode``, Feishu ``code``. Other listeners may answer anything,
    such as a code of 200 for success, so only robots are asked.
    """
    try:
        values = orjson.loads(answer)
    except ValueError:
        return ""
    code = values.get("errcode", values.get("code", 0)) if isinstance(values, dict) else 0
    return f"{code}: {values.get('errmsg', values.get('msg', ''))}" if code else ""


def deliver_due(ctx: Context) -> int:
    """Send what is due, for all firms; return how many were sent.

    A failure is tried again after 30 s, then after twice as long each time, six times in all.
    """
    began, sent = time.monotonic(), 0
    due = (
        select(DELIVERY.c.id, DELIVERY.c.attempts, DELIVERY.c.next_at)
        .where(DELIVERY.c.state == "waiting", DELIVERY.c.next_at <= ctx.now())
        .order_by(DELIVERY.c.next_at)
        .limit(100)
    )
    with ctx.db.read() as conn:
        rows = conn.execute(due).all()
    for row in rows:
        if time.monotonic() - began > TURN_SECONDS:
            break
        sent += _deliver(ctx, row.id, row.attempts, row.next_at)
    return sent


def _deliver(ctx: Context, delivery_id: str, attempts: int, due: datetime) -> bool:
    """Send one message; the attempt is noted first, so that nobody else makes it too."""
    next_at = ctx.now() + FIRST_PAUSE * 2**attempts
    claimed = (
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery_id, DELIVERY.c.state == "waiting")
        .where(DELIVERY.c.attempts == attempts, DELIVERY.c.next_at == due)
        .values(attempts=attempts + 1, next_at=next_at)
    )
    with ctx.db.write() as conn:
        if conn.execute(claimed).rowcount != 1:
            return False
    with ctx.db.read() as conn:
        hook = conn.execute(
            select(WEBHOOK)
            .join(DELIVERY, DELIVERY.c.webhook_id == WEBHOOK.c.id)
            .where(DELIVERY.c.id == delivery_id)
        ).mappings()
        note = conn.execute(
            select(NOTIFICATION)
            .join(DELIVERY, DELIVERY.c.notification_id == NOTIFICATION.c.id)
            .where(DELIVERY.c.id == delivery_id)
        ).mappings()
        target, about = hook.first(), note.first()
    if target is None or about is None:
        return False
    firm = ctx.acting_as(Actor(ctx.actor.user, ctx.actor.role, target["firm"]))
    base_url = str(get_setting(firm, "base_url", ""))
    message = shape(Webhook(**target), Notification(**about), base_url, ctx.now())
    error = send(message)
    state = "sent" if not error else "failed" if attempts + 1 >= ATTEMPTS else "waiting"
    done = update(DELIVERY).where(DELIVERY.c.id == delivery_id).values(state=state, error=error)
    with ctx.db.write() as conn:
        conn.execute(done)
    return not error
