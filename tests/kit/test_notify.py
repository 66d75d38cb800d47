"""Notifications: kept in the inbox, sent to webhooks by the worker, signed, and tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.context import Actor, Context, Role
from sanpin.kit.notify import (
    Notification,
    Webhook,
    add_webhook,
    deliver_due,
    inbox,
    list_webhooks,
    mark_read,
    notify,
    remove_webhook,
    unread_count,
)
from sanpin.kit.notify.delivery import ATTEMPTS
from sanpin.kit.notify.shapes import shape
from sanpin.kit.schema.tables import DELIVERY
from sanpin.kit.settings import set_setting

NOW = datetime(2025, 9, 15, 8, 0, tzinfo=UTC)
DOZEN = N_("dozen")


class Listener(HTTPServer):
    """Another system: keeps what it hears and answers as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        status, text, headers = (
            self.server.answers.pop(0) if self.server.answers else (200, b"ok", {})
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener on this computer."""
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def states(ctx: Context) -> list[tuple[str, int]]:
    """Return state and attempts of all deliveries."""
    with ctx.db.read() as conn:
        query = select(DELIVERY.c.state, DELIVERY.c.attempts).order_by(DELIVERY.c.id)
        return [(row.state, row.attempts) for row in conn.execute(query)]


def make_due(ctx: Context) -> None:
    """Let the pause of all deliveries be over."""
    with ctx.db.write() as conn:
        conn.execute(update(DELIVERY).values(next_at=ctx.now() - timedelta(seconds=1)))


def test_the_inbox_keeps_messages_until_they_are_read(ctx: Context) -> None:
    """In the reader's language, newest first."""
    first = notify(ctx, "a.b", N_("There is no run {run}."), "warn", "/runs/7", run=7)
    second = notify(ctx, "a.c", DOZEN)
    assert [note.id for note in inbox(ctx)] == [second, first]
    assert inbox(ctx)[1].text("en") == "There is no run 7."
    assert inbox(ctx)[1].link == "/runs/7"
    assert unread_count(ctx) == 2
    assert mark_read(ctx, [first]) == 1
    assert [note.id for note in inbox(ctx, unread=True)] == [second]
    assert mark_read(ctx) == 1
    assert mark_read(ctx) == 0
    assert [note.id for note in inbox(ctx, limit=1, cursor=second)] == [first]


def test_messages_reach_those_they_are_meant_for(ctx: Context) -> None:
    """One user, everyone of the firm, and never another firm."""
    notify(ctx, "a.b", DOZEN, recipient="ann")
    notify(ctx, "a.b", DOZEN)
    ann, bob = (ctx.acting_as(Actor(name, Role.VIEWER)) for name in ("ann", "bob"))
    other = ctx.acting_as(Actor("ann", Role.ADMIN, "other"))
    assert [unread_count(one) for one in (ann, bob, other)] == [2, 1, 0]
    assert mark_read(other) == 0


def test_a_message_falls_with_its_change(ctx: Context) -> None:
    """Nobody hears of what did not happen."""
    with pytest.raises(StateError), ctx.db.write() as conn:
        notify(ctx, "a.b", DOZEN, conn=conn)
        raise StateError("a.b", "undone")
    assert inbox(ctx) == []


@pytest.mark.parametrize("severity", ["", "fatal"])
def test_severity_is_one_of_four(ctx: Context, severity: str) -> None:
    """The look knows no others."""
    with pytest.raises(InputError) as refused:
        notify(ctx, "a.b", DOZEN, severity)
    assert refused.value.code == "notify.severity.unknown"


def test_a_webhook_hears_the_kinds_it_wants(ctx: Context, listener: Listener) -> None:
    """Nothing is sent until the worker's turn; then all of it, once."""
    add_webhook(ctx, listener.url, secret="s3cret", kinds=["loop.done"], language="zh-CN")
    notify(ctx, "loop.done", DOZEN, "ok", "/runs/1", orders=3)
    notify(ctx, "other", DOZEN)
    assert listener.heard == []
    assert deliver_due(ctx) == 1
    assert deliver_due(ctx) == 0
    ((_, headers, body),) = listener.heard
    said = json.loads(body)
    assert (said["kind"], said["text"], said["fields"]) == ("loop.done", "打", {"orders": 3})
    seconds, signature = headers["X-Sanpin-Signature"].removeprefix("t=").split(",v1=")
    expected = hmac.new(b"s3cret", seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, expected)
    assert states(ctx) == [("sent", 1)]


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"", {}),
        (200, b'{"errcode": 310000, "errmsg": "sign not match"}', {}),
        (302, b"", {"Location": "/elsewhere"}),
    ],
    ids=["server error", "robot refuses", "redirect"],
)
def test_a_refused_message_is_tried_again(
    ctx: Context, listener: Listener, answer: tuple[int, bytes, dict[str, str]]
) -> None:
    """After a pause, and not for ever; a redirect is not followed."""
    add_webhook(ctx, listener.url, preset="wecom")
    notify(ctx, "a.b", DOZEN)
    listener.answers = [answer]
    assert deliver_due(ctx) == 0
    assert states(ctx) == [("waiting", 1)]
    assert deliver_due(ctx) == 0
    assert len(listener.heard) == 1
    make_due(ctx)
    assert deliver_due(ctx) == 1
    assert states(ctx) == [("sent", 2)]


def test_a_listener_that_is_gone_is_given_up(ctx: Context) -> None:
    """Six attempts; the reason is kept."""
    add_webhook(ctx, "http://127.0.0.1:9/hook")
    notify(ctx, "a.b", DOZEN)
    for _ in range(ATTEMPTS + 2):
        make_due(ctx)
        deliver_due(ctx)
    assert states(ctx) == [("failed", ATTEMPTS)]
    with ctx.db.read() as conn:
        assert "refused" in conn.execute(select(DELIVERY.c.error)).scalar_one()


def test_webhooks_are_the_administrators_affair(ctx: Context) -> None:
    """Added, listed and removed by them, on record without the secret address."""
    planner = ctx.acting_as(Actor("pia", Role.PLANNER))
    for attempt in (
        lambda: add_webhook(planner, "https://example.com/x"),
        lambda: list_webhooks(planner),
        lambda: remove_webhook(planner, "x"),
    ):
        with pytest.raises(StateError) as refused:
            attempt()
        assert refused.value.code == "auth.role.missing"
    hook = add_webhook(ctx, "https://example.com/robot?key=hidden", preset="wecom")
    assert [found.id for found in list_webhooks(ctx)] == [hook]
    remove_webhook(ctx, hook)
    assert list_webhooks(ctx) == []
    with pytest.raises(InputError):
        remove_webhook(ctx, hook)
    kept = audit.entries(ctx)
    assert [entry.action for entry in kept] == ["webhook.remove", "webhook.add"]
    assert "hidden" not in str(kept)


@pytest.mark.parametrize(
    "url", ["ftp://example.com", "file:///etc/passwd", "example.com", "http://"]
)
def test_only_web_addresses_are_taken(ctx: Context, url: str) -> None:
    """Nothing that would read a file."""
    with pytest.raises(InputError) as refused:
        add_webhook(ctx, url)
    assert refused.value.code == "notify.webhook.address"
    with pytest.raises(InputError) as preset:
        add_webhook(ctx, "https://example.com", preset="pager")
    assert preset.value.code == "notify.webhook.preset"


def hook_and_note(preset: str, secret: str) -> tuple[Webhook, Notification]:
    """A robot and a message for it."""
    url = "https://example.com/robot?key=1"
    hook = Webhook("w", "own", url, preset, secret, (), "en", True, NOW)
    return hook, Notification("n", "own", "", "a.b", "ok", DOZEN, {}, "/plan", NOW, None)


def test_messengers_get_the_bodies_they_document() -> None:
    """Text with the link to the page; the shape differs, and where the signature goes."""
    text = "dozen\nhttps://plant.example/plan"
    message = shape(*hook_and_note("wecom", ""), "https://plant.example/", NOW)
    assert json.loads(message.body) == {"msgtype": "text", "text": {"content": text}}

    message = shape(*hook_and_note("dingtalk", "SEC1"), "https://plant.example", NOW)
    assert json.loads(message.body) == {"msgtype": "text", "text": {"content": text}}
    query = parse_qs(urlsplit(message.url).query)
    millis = str(int(NOW.timestamp() * 1000))
    signed = hmac.new(b"SEC1", f"{millis}\nSEC1".encode(), hashlib.sha256).digest()
    wanted = {"key": ["1"], "timestamp": [millis], "sign": [base64.b64encode(signed).decode()]}
    assert query == wanted

    message = shape(*hook_and_note("feishu", "SEC2"), "", NOW)
    seconds = str(int(NOW.timestamp()))
    signed = hmac.new(f"{seconds}\nSEC2".encode(), b"", hashlib.sha256).digest()
    assert json.loads(message.body) == {
        "timestamp": seconds,
        "sign": base64.b64encode(signed).decode(),
        "msg_type": "text",
        "content": {"text": "dozen"},
    }


def test_the_link_uses_the_installations_own_address(ctx: Context, listener: Listener) -> None:
    """Set once, used by every robot message."""
    set_setting(ctx, "base_url", "https://plant.example")
    add_webhook(ctx, listener.url, preset="wecom")
    notify(ctx, "a.b", DOZEN, link="/plan")
    assert deliver_due(ctx) == 1
    assert b"https://plant.example/plan" in listener.heard[0][2]
