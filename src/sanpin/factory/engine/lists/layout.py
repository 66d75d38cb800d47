"""The plant as flat arrays: what each table and column means. Times are whole units.

A *group* is the set of workers who have a skill and reach a site. A *class* is a combination of
attribute values that a table of change-overs tells apart; lengths are kept by pair of classes,
never by pair of operations. Calendar 0 is always open; intersections of calendars are calendars
of their own.

Kernels hand on few arrays, since each costs a count of references: all whole numbers of a plant
lie in one, all of a schedule that is worked on in another, and likewise the decimal ones. Each
begins with a directory: the place where a table begins, and the width of its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FAR",
    "FORBIDDEN",
    "IMPOSSIBLE",
    "Floats",
    "Ints",
    "Table",
    "get",
    "make_room",
    "row_of",
    "spot",
]

from sanpin.factory.engine.compiled import kernel

Ints = Annotated[NDArray[np.int64], 1]
Floats = Annotated[NDArray[np.float64], 1]
Table = Annotated[NDArray[np.float64], 2]

FAR = 1 << 50
"""An instant that never comes."""

IMPOSSIBLE = 1 << 30
"""Breach of what no waiting mends: a change that is forbidden, a way that does not exist."""

FORBIDDEN = 1 << 29
"""Added to the length of a change-over that must not be made."""

# Columns of `Plant.op`.
JOB, EARLIEST, LATEST, MODES, MODES_END, BEFORE, BEFORE_END, NEXT, NEXT_END = range(9)
COUNT, TOOL, RESUMABLE, USES, USES_END, MAKES, MAKES_END, FAMILY, SIZE = range(9, 18)
FIXED, SINK, OLD_MACHINE, OLD_START, SOURCES, OPTIONAL = range(18, 24)
HOLD, FREES, FREES_END, OP_WIDTH = range(24, 28)

# Columns of `Plant.mode`; the machine is -1 for work done outside. What may be left out has a mode
# more after its last one, which says that it is.
# SETTERS is the group of whoever sets up.
MACHINE, DURATION, CLASS, GROUP, POOLS, POOLS_END, CREW, CREW_END, SETTERS, MODE_WIDTH = range(10)

# Columns of `Plant.link`: a predecessor; the share handed over is NUMERATOR / DENOMINATOR.
OTHER, MIN_LAG, MAX_LAG, NUMERATOR, DENOMINATOR, LINK_WIDTH = range(6)

# Columns of `Plant.machine`; what it counts until it is cleaned begins at COUNTS in the state.
CALENDAR, SITE, OVEN, CAPACITY, TABLE, INITIAL, COUNTS, MACHINE_WIDTH = range(8)

# Columns of `Plant.job`.
DUE, RELEASE, ENDS, ENDS_END, PRIORITY, QUANTITY, ROUTINGS, ROUTINGS_END = range(8)
OPS, OPS_END, JOB_WIDTH = range(8, 11)

# Columns of `Plant.able`, who has a skill: his pace in percent and the number of his calendar.
PERSON, PACE, HOURS, ABLE_WIDTH = range(4)

# Columns of `Plant.table`, a table of change-overs, and of `Plant.clean`, what must be cleaned.
LENGTHS, CLASSES, CLEANS, CLEANS_END, KINDS, LONGEST, TABLE_WIDTH = range(7)
BATCHES, UNITS, CLEANING, CLEAN_WIDTH = range(4)

# Columns of `Plant.hold`: who fills which tank, how much, and who drains it.
HOLDER, TANK, AMOUNT, FROM_END, UNTIL, UNTIL_END, ITEM, HOLD_WIDTH = range(8)

# Columns of `Plant.material`; LIFE is `FAR` for what does not expire.
ARRIVALS, ARRIVALS_END, MADE_LOG, LIFE, DRAWN_LOG, SHELF, MATERIAL_WIDTH = range(7)

# Columns of `Plant.tank`.
VOLUME, MIXED, TANK_LOG, HELD_FIRST, HELD_END, TANK_WIDTH = range(6)

# Places of `Plant.aim`, in the order of `model.TERMS`.
TARDINESS, SETUP_TERM, MAKESPAN, EARLINESS, FLOW, COST, STABILITY, TARDY_JOBS = range(8)

# Tables of a plant, by the place of their entry in the directory.
PLANT_TABLES = [
    "op",
    "mode",
    "link",
    "machine",
    "job",
    "after",
    "last",
    "window",
    "calendar",
    "both",
    "table",
    "length",
    "travel",
    "group",
    "able",
    "worker",
    "member",
    "crew",
    "need",
    "pool",
    "material",
    "arrival",
    "tool",
    "room",
    "hold",
    "freed",
    "tank",
    "clean",
    "kind",
    "routing",
    "step",
    "salt",
]
_WHOLE = 2 * len(PLANT_TABLES)
(
    P_OP, P_MODE, P_LINK, P_MACHINE, P_JOB, P_AFTER, P_LAST, P_WINDOW, P_CALENDAR, P_BOTH, P_TABLE,
    P_LENGTH, P_TRAVEL, P_GROUP, P_ABLE, P_WORKER, P_MEMBER, P_CREW, P_NEED, P_POOL, P_MATERIAL,
    P_ARRIVAL, P_TOOL, P_ROOM, P_HOLD, P_FREED, P_TANK, P_CLEAN, P_KIND, P_ROUTING, P_STEP,
    P_SALT,
) = range(0, _WHOLE, 2)  # fmt: skip
# Tables of decimal numbers; their directory is the plant's too.
PRICE_TABLES = ["fare", "price", "rate_machine", "rate_worker", "rate_tool", "weight", "aim"]
_TABLES = _WHOLE + 2 * len(PRICE_TABLES)
P_FARE, P_PRICE, P_RATE_MACHINE, P_RATE_WORKER, P_RATE_TOOL, P_WEIGHT, P_AIM = range(
    _WHOLE, _TABLES, 2
)
# Single numbers of a plant: counts, where each part of the state begins, whether holding resources
# costs, and the pace of the fastest worker, at least 100.
(
    MACHINES, WORKERS, PIECES, MATERIALS, GROUPS, POOL_COUNT, WIDTH, LOG_ROWS, TANKS, HASTE,
    SHELF_SIZE, AT_MACHINE, AT_LAST, AT_WORKER, AT_PIECE, AT_USED, AT_MADE, AT_MADE_ROWS,
    AT_DRAWN_ROWS, AT_POOL, AT_POOL_ROWS, AT_GROUP, AT_TANK, AT_COUNT, AT_GAP, STATE_SIZE,
    OPERATIONS, JOBS, MARKS, HOLDS_COST, FASTEST, PLANT_HEAD,
) = range(_TABLES, _TABLES + 32)  # fmt: skip

# Cells of the state per tank: rows of the log, hash of them, hash of holds that have begun and
# not ended, and of these the amount, the number, and the sum of the numbers of their items.
ROWS, HELD, BEGUN, LEVEL, HOLDS, ITEMS, TANK_CELLS = range(7)

# Tables of a schedule that is worked on.
LOT_TABLES = [
    "order",
    "position",
    "mode",
    "load",
    "delay",
    "record",
    "job_end",
    "state",
    "after_state",
    "mark",
    "mark_at",
    "before_on",
    "after_on",
    "pushed",
    "forced",
    "picked",
    "old_record",
    "old_op",
    "job_seen",
    "old_job",
    "old_job_end",
    "log",
    "old_log",
    "before_top",
    "after_top",
    "segment",
    "edit",
    "stain",
    "seen_after",
    "best_order",
    "best_mode",
    "best_load",
    "best_delay",
    "best_record",
    "event",
    "last_on",
    "slack",
    "guessed",
    "shelf",
    "met",
]
(
    L_ORDER, L_POSITION, L_MODE, L_LOAD, L_DELAY, L_RECORD, L_JOB_END, L_STATE, L_AFTER_STATE,
    L_MARK, L_MARK_AT, L_BEFORE_ON, L_AFTER_ON, L_PUSHED, L_FORCED, L_PICKED, L_OLD_RECORD,
    L_OLD_OP, L_JOB_SEEN, L_OLD_JOB, L_OLD_JOB_END, L_LOG, L_OLD_LOG, L_BEFORE_TOP, L_AFTER_TOP,
    L_SEGMENT, L_EDIT, L_STAIN, L_SEEN_AFTER, L_BEST_ORDER, L_BEST_MODE, L_BEST_LOAD,
    L_BEST_DELAY, L_BEST_RECORD, L_EVENT, L_LAST_ON,
    L_SLACK, L_GUESSED, L_SHELF, L_MET,
) = range(0, 2 * len(LOT_TABLES), 2)  # fmt: skip
WORTH_TABLES = ["cost", "old_cost", "guess", "value"]
_WORTH = 2 * len(LOT_TABLES)
L_COST, L_OLD_COST, L_GUESS, L_VALUE = range(_WORTH, _WORTH + 8, 2)
# Counters of a schedule, its state of chance, and how many of `moves.KINDS` proposals are ruins.
# WISHER is one more than the operation that a trial wishes for another worker, WISHED his row.
# ASKED counts how often someone was looked for.
(
    TRIAL, CHANCE, LABEL, EFFORT, UNDONE, JOBS_UNDONE, TOP, STOPPED, FIRST, LAST, EDITS, BETTER,
    TRIED, ACCEPTED, RESTORED, POOLS_TO, STOCKS_TO, BLOCK, BLOCK_END, RUINS, WISHER,
    WISHED, ASKED, LOT_HEAD,
) = range(_WORTH + 8, _WORTH + 32)  # fmt: skip
# Places of a shelf, before supply and then use of a material, each with its time: rows of both logs
# that it knows and hashes of them, the number of lots; and how many uses were replayed, the first
# lot that they have not used up, and what they took of it.
(
    S_MADE, S_DRAWN, S_MADE_HASH, S_DRAWN_HASH, S_SUPPLIES, S_REPLAYED, S_HEAD, S_TAKEN, SHELF_HEAD,
) = range(9)  # fmt: skip
# Columns of `Lot.met`, by calendar: when someone with these hours was looked at last, from when on
# he would work and at which pace.
MET_AT, MET_FROM, MET_PACE, MET_WIDTH = range(4)
# Cells of a row of `Lot.log`: from when to when, how much, and the latest end so far.
LOG_WIDTH = 4
# Columns of `Lot.edit`: an operation, its decisions before, and where in the list it is put: twice
# the place of whom it goes before or replaces, one more for after.
EDITED, OLD_MODE, OLD_LOAD, OLD_DELAY, KEY, EDIT_WIDTH = range(6)
MOST_EDITS = 32
# Places of the list that a move may span.
FARTHEST = 3000
# What is looked at from some instant on: pools, stocks.
LOOKS = 2

# Places of the table `value` of a schedule: as it stands, and the changes by a trial.
(
    OBJECTIVE, BROKEN, GAIN, BROKEN_GAIN, GUESS, SPAN, NEW_SPAN, BEST, BEST_BROKEN, VALUES,
) = range(10)  # fmt: skip

# Columns of records: what became of an operation. Its workers follow from CREW_AT on.
# Pools and stocks were looked at from SEEN on, pools up to SEEN_TO. LEADS tells whether it speaks
# for its load, alone or before others; SETTER sets up. INPUT and CLOSER are hashes of what it
# looked at, see `inputs`; PLAIN tells that it starts when it would without pools.
(
    START, END, SETUP_START, SETUP, CHOSEN, PIECE, INPUT, LOOKED, SEEN, SEEN_TO, BREACH, LEADS,
    SETTER, CLOSER, PLAIN, WORK, OPEN, CREW_AT,
) = range(18)  # fmt: skip


@kernel
def spot(tables: Ints, table: int, row: int, column: int) -> int:
    """Return the place of a number in a flat array."""
    return int(tables[table] + row * tables[table + 1] + column)


@kernel
def get(tables: Ints, table: int, row: int, column: int) -> int:
    """Return a number of a flat array."""
    return int(tables[tables[table] + row * tables[table + 1] + column])


@kernel
def row_of(tables: Ints, table: int, row: int) -> int:
    """Return the place where a row begins in a flat array."""
    return int(tables[table] + row * tables[table + 1])


def make_room(
    head: int, whole: Mapping[str, tuple[int, ...]], decimal: Mapping[str, tuple[int, ...]]
) -> tuple[Ints, Floats, dict[str, NDArray[np.int64] | NDArray[np.float64]]]:
    """Make room for tables one after the other, in an array of whole and one of decimal numbers.

    All is zero, and takes no memory as long as nobody writes to it.

    Parameters
    ----------
    head : length of the directory and of what else stands at the beginning
    whole, decimal : shapes of the tables by name

    Returns
    -------
    Both arrays, and the tables as views of them.
    """
    flat = np.zeros(head + sum(map(prod, whole.values())), dtype=np.int64)
    floats = np.zeros(sum(map(prod, decimal.values())), dtype=np.float64)
    views: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {}
    entry = 0
    groups: Iterable[tuple[Ints | Floats, int, Mapping[str, tuple[int, ...]]]]
    groups = ((flat, head, whole), (floats, 0, decimal))
    for target, place, shapes in groups:
        for name, shape in shapes.items():
            flat[entry] = place
            flat[entry + 1] = shape[1] if len(shape) == 2 else 1
            views[name] = target[place : place + prod(shape)].reshape(shape)
            place += prod(shape)
            entry += 2
    return flat, floats, views
