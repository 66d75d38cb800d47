"""Lineage: walks over events that respect time. The source of events is anyone's.

Edges, written in the direction of the goods:

``transform``
    An input of a transformation went into its outputs. Events that share a transformation
    identifier are one transformation: an input counts for outputs at its own time or later.
``aggregate``
    A child lay in a parent from the event that added it until the one that took it out.
    A single piece can be in one container at a time; packing it anew ends the earlier stay.
``associate``
    A child became part of an assembly, or was fastened to an asset.
``lot``
    A piece belongs to a lot, by its code or by the master data of the event that made it.

Forward, a thing is *affected* when it was made from something affected, assembled with it,
is a piece of an affected lot, or lay in a container that was itself named. What only carries
affected goods is listed and leads to outer containers, to the products made of the container,
and to nothing else in it. An amount of a lot that was packed before its lot became affected
is good. An amount inside a named container is tied to it; after it was taken out it may be
anywhere that the lot goes from then on.

Backward, a thing is made of its inputs, of what its container held, of its parts and of its
lot, each up to the time that counts; containers in which goods came before they were used
are listed with their outer containers.

Every step carries the window of time in which it counts, and a state that an earlier one
covers is not walked again, so that rework and cycles end. Events that were declared wrong
take no part.
"""

from sanpin.trace.engine.lineage.answers import (
    back,
    balance,
    forward,
    life,
    origins,
    recall,
    surroundings,
)
from sanpin.trace.engine.lineage.chronicle import Chronicle, EventSource, MemoryEvents

__all__ = ["Chronicle", "EventSource", "MemoryEvents"]
__all__ += ["back", "balance", "forward", "life", "origins", "recall", "surroundings"]
