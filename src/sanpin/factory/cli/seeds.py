"""Seeds as commands take them."""

from __future__ import annotations

from sanpin.base import N_
from sanpin.kit.cli import UsageError, say

__all__ = ["check_seed"]

END = 2**31


def check_seed(seed: int) -> None:
    """Refuse a seed that the generators of chance do not take."""
    if not 0 <= seed < END:
        raise UsageError(say(N_("--seed must be 0 or more and below {end}."), end=END))
