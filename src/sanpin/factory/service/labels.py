"""Words for the keys in tables of schedules: causes, links of a chain, terms."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_

__all__ = ["CAUSES", "LINKS", "MEASURES", "TERMS", "UNITS"]

CAUSES: Mapping[str, str] = {
    "queue": N_("the machine works for other orders first"),
    "setup": N_("the machine has to be set up"),
    "calendar": N_("the machine is closed when it is needed"),
    "supply": N_("a material, tool or worker is not there in time"),
    "transport": N_("the goods are on the way between plants"),
    "behind": N_("an order that is released later comes first"),
    "fixed": N_("its start is fixed"),
    "gap": N_("nothing; it could begin earlier"),
    "release": N_("the order was released too late"),
    "work": N_("the work takes longer than the time left"),
}
"""Why an order is late, by the cause that the schedule's explanation names."""

LINKS: Mapping[str, str] = {
    "release": N_("its release"),
    "fixed": N_("its fixed start"),
    "predecessor": N_("the operation before it"),
    "transport": N_("the way from another plant"),
    "machine": N_("the machine"),
    "setup": N_("the set-up of the machine"),
    "worker": N_("a worker"),
    "tool": N_("a tool"),
    "pool": N_("a shared capacity"),
    "tank": N_("a tank"),
    "material": N_("a material"),
    "calendar": N_("closed time"),
    "batch": N_("the others in its load"),
    "wait": N_("the longest wait that is allowed after it"),
}
"""What an operation waited for, by the kind of a link of the critical chain."""

TERMS: Mapping[str, str] = {
    "tardiness": N_("Lateness, weighted"),
    "setup": N_("Setting up"),
    "makespan": N_("End of the last operation"),
    "earliness": N_("Earliness, weighted"),
    "flow": N_("Time in the plant"),
    "cost": N_("Cost"),
    "stability": N_("Changes against the older schedule"),
    "tardy_jobs": N_("Number of late jobs"),
}
"""Terms of the objective."""

MEASURES: Mapping[str, str] = {
    "objective": N_("Objective"),
    "bound": N_("Proven bound"),
    **TERMS,
}
"""What two searches are compared by."""

UNITS: Mapping[str, str] = {"min": N_("min"), "s": N_("s"), "h": N_("h")}
"""Units of time of problems."""
