"""Read codes for a firm: with its own lengths of company prefixes, in the caller's language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.kit.settings import get_setting
from sanpin.trace.engine.identifiers import Door, Prefixes
from sanpin.trace.engine.photos import LARGEST_FILE, read_photo
from sanpin.trace.engine.understanding import Understood, understand
from sanpin.trace.service.queries.documents import PREFIX_LENGTHS

__all__ = ["LARGEST_FILE", "parse_codes", "prefixes_of", "read_photo", "understood"]


def parse_codes(ctx: Context, requests: Iterable[object]) -> list[dict[str, Any]]:
    """Answer requests about codes with all their writings, in the order given."""
    door = Door(prefixes_of(ctx), tell=partial(_tell, ctx.language))
    return [door.answer(request) for request in requests]


def understood(ctx: Context, text: str) -> Understood:
    """Say what a code says, with the firm's own lengths of company prefixes."""
    return understand(text, ctx.now().date(), prefixes_of(ctx))


def prefixes_of(ctx: Context) -> Prefixes:
    """Lengths of company prefixes that the firm has set; none by default."""
    return Prefixes(dict(get_setting(ctx, PREFIX_LENGTHS) or {}))


def _tell(language: str, message: str, **fields: object) -> str:
    """Write a message in a language."""
    return translate(message, language, **fields)
