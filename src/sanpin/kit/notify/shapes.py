"""The bodies and signatures that listeners expect.

The forms are those of the messengers' own manuals for custom group robots; each signs in another
way: WeCom by its address alone, DingTalk in the query, Feishu in the body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from sanpin.kit.notify.inbox import Notification
from sanpin.kit.notify.webhooks import Webhook
from sanpin.kit.plain import dump

__all__ = ["Message", "shape"]


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP POST as it will be sent.

    Attributes
    ----------
    url, body, headers : as they go out
    robot : whether the listener is a group robot, which tells of a refusal in its answer
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    robot: bool = False


def _sign(key: str, text: bytes) -> bytes:
    """HMAC-SHA256, on which all of these signatures rest."""
    return hmac.new(key.encode(), text, hashlib.sha256).digest()


def _json(hook: Webhook, note: Notification, text: str, now: datetime) -> Message:
    """Return all parts, signed over time and body: ``t=<seconds>,v1=<hex HMAC-SHA256>``."""
    body = dump(
        {
            "id": note.id,
            "kind": note.kind,
            "severity": note.severity,
            "text": text,
            "fields": note.fields,
            "link": note.link,
            "created": note.created,
        }
    )
    if not hook.secret:
        return Message(hook.url, body)
    seconds = str(int(now.timestamp()))
    signature = _sign(hook.secret, seconds.encode() + b"." + body).hex()
    return Message(hook.url, body, {"X-Sanpin-Signature": f"t={seconds},v1={signature}"})


def _wecom(hook: Webhook, text: str) -> Message:
    """Group robot of WeCom: the address holds the key."""
    body = dump({"msgtype": "text", "text": {"content": text}})
    return Message(hook.url, body, robot=True)


def _dingtalk(hook: Webhook, text: str, now: datetime) -> Message:
    """Group robot of DingTalk: time and signature go into the address."""
    body = dump({"msgtype": "text", "text": {"content": text}})
    if not hook.secret:
        return Message(hook.url, body, robot=True)
    millis = str(int(now.timestamp() * 1000))
    signature = base64.b64encode(_sign(hook.secret, f"{millis}\n{hook.secret}".encode())).decode()
    query = urlencode({"timestamp": millis, "sign": signature})
    return Message(f"{hook.url}{'&' if '?' in hook.url else '?'}{query}", body, robot=True)


def _feishu(hook: Webhook, text: str, now: datetime) -> Message:
    """Group robot of Feishu: time and signature go into the body, the text to sign is the key."""
    body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
    if hook.secret:
        seconds = str(int(now.timestamp()))
        signature = _sign(f"{seconds}\n{hook.secret}", b"")
        body = {"timestamp": seconds, "sign": base64.b64encode(signature).decode(), **body}
    return Message(hook.url, dump(body), robot=True)


def shape(hook: Webhook, note: Notification, base_url: str, now: datetime) -> Message:
    """Return the POST that tells `hook` about a message, in its language and form.

    `base_url` is the address of this installation; links stay out where it is not known.

    Parameters
    ----------
    hook : listener with its form, language and secret
    note : the message
    base_url : address of this installation, without which paths lead nowhere
    now : instant of sending, which three of the forms sign
    """
    text = note.text(hook.language)
    if hook.preset == "json":
        return _json(hook, note, text, now)
    if note.link and base_url:
        text = f"{text}\n{base_url.rstrip('/')}{note.link}"
    if hook.preset == "wecom":
        return _wecom(hook, text)
    if hook.preset == "dingtalk":
        return _dingtalk(hook, text, now)
    return _feishu(hook, text, now)
