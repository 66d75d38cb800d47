"""What can be computed about shared nouns: families, attributes, bills of materials."""

from sanpin.master.engine.attributes import COLOURS, attributes_of
from sanpin.master.engine.bills import (
    Explosion,
    Need,
    Node,
    check_cycles,
    explode,
    find_cycle,
    low_level_codes,
    tree,
    valid_bills,
    where_used,
)
from sanpin.master.engine.families import Family, family_of
from sanpin.master.engine.months import CalendarDay, month_of

__all__ = [
    "COLOURS",
    "CalendarDay",
    "Explosion",
    "Family",
    "Need",
    "Node",
    "attributes_of",
    "check_cycles",
    "explode",
    "family_of",
    "find_cycle",
    "low_level_codes",
    "month_of",
    "tree",
    "valid_bills",
    "where_used",
]
