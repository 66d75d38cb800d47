"""The published side, read from the package once per process.

The tables are read on first use and kept: they change only with the package, and every request
needs them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from sanpin.sector.engine import Published, build_published
from sanpin.sector.engine.published import TABLES

__all__ = ["library"]


@cache
def library() -> Published:
    """Published figures, targets and tasks with the curated tables."""
    folder = files("sanpin.sector") / "data"
    return build_published(
        {name: (folder / f"{name}.csv").read_text(encoding="utf-8") for name in TABLES}
    )
