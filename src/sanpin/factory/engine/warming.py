"""Compiling of all kernels: it happens when their modules are loaded, and is kept on disk."""

from __future__ import annotations

from importlib import import_module

__all__ = ["PARTS", "warm"]

PARTS = (
    ("sanpin.factory.engine.lists.search",),
    ("sanpin.factory.engine.sequences.search", "sanpin.factory.engine.bounds.kernels"),
)
"""Modules with kernels, or that load such; the parts need nothing of each other."""


def warm(part: int) -> None:
    """Compile the kernels of one of `PARTS`."""
    for name in PARTS[part]:
        import_module(name)
