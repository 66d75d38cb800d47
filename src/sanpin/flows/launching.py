"""Starting the loop from outside, at most one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanpin.base import Run
from sanpin.flows.cockpit.progress import loop_under_way
from sanpin.flows.loop.params import LoopParams
from sanpin.kit.context import Context
from sanpin.kit.runs import enqueue

__all__ = ["start_loop"]


def start_loop(ctx: Context, params: Mapping[str, Any] | None = None) -> Run:
    """Queue a loop and return its Run; one already under way is returned instead of a second.

    Raises
    ------
    InputError
        ``loop.params`` for parameters that fit no loop

    Parameters
    ----------
    params : values of `LoopParams`; what is left out has its default

    Notes
    -----
    Pages, interface and schedules all come through here. A second loop on the same orders would
    only compute the same plan while the first still writes its own.
    """
    asked = LoopParams.of(params or {})
    return loop_under_way(ctx) or enqueue(ctx, "loop.run", asked.asked(), seed=asked.seed)
