"""Search over machine sequences for the shortest makespan.

For job shops, flexible job shops, flow shops, parallel machines and shops whose modes name a
worker: whatever `suits` says; also with open hours, set-ups, overlaps and limits. Schedules are
longest paths in the disjunctive graph (Roy and Sussmann 1964); the search moves operations in the
sequences of machines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanpin.factory.engine.sequences.compile import suits

if TYPE_CHECKING:
    from sanpin.factory.engine.sequences.search import SequenceSearch

__all__ = ["SequenceSearch", "suits"]


def __getattr__(name: str) -> Any:
    """Load the search when it is asked for: its compiler takes a second."""
    if name != "SequenceSearch":
        raise AttributeError(name)
    from sanpin.factory.engine.sequences.search import SequenceSearch

    return SequenceSearch
