"""Read codes for a workspace: with its own table of company prefixes, in the caller's language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.trace.engine.identifiers import NO_PREFIXES, Door, Prefixes, read_prefixes

__all__ = ["PREFIX_TABLES", "parse_codes", "prefixes_of"]

PREFIX_TABLES = ("gcp-table.json", "gcp-table.xml", "gcp-table.csv")
"""Files of a workspace that may hold the lengths of company prefixes; the first one counts."""


def parse_codes(ctx: Context, requests: Iterable[object]) -> list[dict[str, Any]]:
    """Answer requests about codes with all their writings, in the order given."""
    door = Door(prefixes_of(ctx), tell=partial(_tell, ctx.language))
    return [door.answer(request) for request in requests]


def prefixes_of(ctx: Context) -> Prefixes:
    """Lengths of company prefixes that the workspace knows; none without a table."""
    for name in PREFIX_TABLES:
        path = ctx.workspace.path / name
        if path.is_file():
            return _read(path, path.stat().st_mtime_ns)
    return NO_PREFIXES


def _tell(language: str, message: str, **fields: object) -> str:
    """Write a message in a language."""
    return translate(message, language, **fields)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Prefixes:
    """Read a table once for each change of its file."""
    return read_prefixes(path.read_bytes())
