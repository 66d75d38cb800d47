"""Lineage: walks over events that respect time. The source of events is anyone's."""

from sanpin.trace.engine.lineage.answers import back, balance, forward, life, recall, surroundings
from sanpin.trace.engine.lineage.chronicle import Chronicle, EventSource, MemoryEvents

__all__ = ["Chronicle", "EventSource", "MemoryEvents"]
__all__ += ["back", "balance", "forward", "life", "recall", "surroundings"]
