"""Notifications: an inbox per firm, and webhooks that other systems listen to."""

from sanpin.kit.notify.delivery import deliver_due
from sanpin.kit.notify.inbox import (
    Notification,
    inbox,
    mark_read,
    notify,
    unread_count,
)
from sanpin.kit.notify.webhooks import (
    PRESETS,
    Webhook,
    add_webhook,
    list_webhooks,
    remove_webhook,
)

__all__ = [
    "PRESETS",
    "Notification",
    "Webhook",
    "add_webhook",
    "deliver_due",
    "inbox",
    "list_webhooks",
    "mark_read",
    "notify",
    "remove_webhook",
    "unread_count",
]
