"""Addresses that people and browsers send: taken apart without trusting their form."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

__all__ = ["is_web_address", "split_url"]


def split_url(text: str) -> SplitResult | None:
    """Return the parts of an address; None for one that has no such parts.

    The library raises for an open bracket, such as ``http://[``, which any stranger may send.
    """
    try:
        return urlsplit(text)
    except ValueError:
        return None


def is_web_address(text: str) -> bool:
    """Whether a text is an address with a host that a browser opens as a page.

    Other schemes could run a script or read a file where a link is expected.
    """
    parts = split_url(text)
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
