"""Compiling of all kernels: it happens when their modules are loaded, and is kept on disk."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import NamedTuple

__all__ = ["PACKAGE", "PARTS", "SEARCHES", "Part", "compile_part", "warm"]

PACKAGE = "factory/engine"
"""Folder of all modules with kernels, in the folder of the program."""


class Part(NamedTuple):
    """A module with kernels, or one that loads such, and a kernel of it that only others call."""

    search: str
    module: str
    kernel: str = ""


BOUNDS = "bounds.kernels"
"""The part that every search needs."""
PARTS = (
    Part("lists", "lists.scan"),
    Part("lists", "lists.moves", "propose"),
    Part("sequences", "sequences.insertion", "offer_insertions"),
    Part("lists", "lists.dispatch"),
    Part("lists", "lists.in_turn"),
    Part("lists", BOUNDS),
    Part("lists", "lists.anneal"),
    Part("lists", "lists.mend"),
    Part("lists", "lists.search"),
    Part("sequences", "sequences.timed_moves", "offer_timed"),
    Part("sequences", "sequences.search"),
)
"""In an order in which two can be worked on side by side.

What a part needs of an earlier one it finds on disk when that is done, else it is compiled twice.
"""
SEARCHES = tuple(dict.fromkeys(part.search for part in PARTS))


def warm(searches: Collection[str] = SEARCHES) -> None:
    """Load the entries of searches, which bring what they call; compile what is not on disk."""
    for part in PARTS:
        if not part.kernel and (part.search in searches or part.module == BOUNDS):
            import_module(f"{__package__}.{part.module}")


def compile_part(part: Part) -> None:
    """Compile or load one of `PARTS`."""
    from sanpin.factory.engine.compiled import compile_now

    loaded = import_module(f"{__package__}.{part.module}")
    if part.kernel:
        compile_now(getattr(loaded, part.kernel))
