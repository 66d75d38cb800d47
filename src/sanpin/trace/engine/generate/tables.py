"""The events of a planned chain as columns, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.generate.plan import (
    COLLECTED,
    FARMS,
    FIXED,
    IN_CASE,
    INGREDIENTS,
    LOTS,
    MIX_A,
    MIX_B,
    STARTER,
    Plan,
)
from sanpin.trace.engine.lineage.columns import ASSET, CLASS, CONTAINER, Columns
from sanpin.trace.model.events import Action, EventType, Part

__all__ = ["DISPOSITIONS", "STEPS", "Tables", "tables_of"]

STEPS = (
    "commissioning", "creating_class_instance", "packing", "shipping", "receiving", "unpacking",
    "retail_selling", "inspecting",
)  # fmt: skip
DISPOSITIONS = ("active", "in_progress", "in_transit", "retail_sold")
_UNITS = ("LTR", "KGM")
_START = 1_767_225_600_000_000  # 2026-01-01 in microseconds
_SECOND, _HOUR = 1_000_000, 3_600
_INTERVAL = 4 * _HOUR


@dataclass(frozen=True, slots=True)
class Tables:
    """A chain as columns.

    Attributes
    ----------
    plan : what it was made from
    columns : events in the order of time, numbered from 1
    kinds : what the name of each thing tells, see `kind_of`
    words : steps, dispositions, units and places
    """

    plan: Plan
    columns: Columns
    kinds: NDArray[np.uint8]
    words: list[str]


class _Template:
    """The events of one tank; things and places as numbers within the tank."""

    def __init__(self, pallets: int, stacked: int) -> None:
        self.events: list[tuple[int, ...]] = []
        self.entries: list[tuple[int, int]] = []
        self.amounts: list[tuple[int, float, int]] = []
        self.ends: list[int] = []
        loaded = IN_CASE * stacked
        half = loaded // 2
        items, cases = LOTS, LOTS + loaded * pallets
        boxes = cases + stacked * pallets
        self._lots()
        for pack in range(2 * pallets):
            made = [(items + half * pack + n, Part.OUTPUT) for n in range(half)]
            used = [(lot, Part.INPUT, 2700 / (2 * pallets), 0) for lot in (MIX_A, MIX_B)]
            self._add(4, 0, 1, 1, 3 * _HOUR + 60 * pack, _PLANT, [*used, *made])
        for case in range(stacked * pallets):
            inside = [(items + IN_CASE * case + n, Part.CHILD) for n in range(IN_CASE)]
            around = (cases + case, Part.PARENT)
            self._add(2, 1, 2, 1, 5 * _HOUR + 10 * case, _PLANT, [around, *inside])
            out = 150 * _HOUR + 20 * case
            self._add(2, 3, 5, 1, out, _SHOP, [around, *inside], case // stacked)
        for pallet in range(pallets):
            inside = [(cases + stacked * pallet + n, Part.CHILD) for n in range(stacked)]
            box = (boxes + pallet, Part.PARENT)
            on = (boxes + pallet, Part.EPC)
            late = 300 * pallet
            self._add(2, 1, 2, 1, 8 * _HOUR + late, _PLANT, [box, *inside], pallet)
            self._add(1, 2, 3, 2, 20 * _HOUR + late, _TO_CENTRE, [on], pallet)
            self._add(1, 2, 4, 1, 50 * _HOUR + late, _CENTRE, [on], pallet)
            self._add(1, 2, 3, 2, 90 * _HOUR + late, _TO_SHOP, [on], pallet)
            self._add(1, 2, 4, 1, 120 * _HOUR + late, _SHOP, [on], pallet)
            self._add(2, 3, 5, 1, 140 * _HOUR + late, _SHOP, [box, *inside], pallet)
        for item in range(loaded * pallets):
            if item % 10 != 7:
                when = 160 * _HOUR + item * 7919 % (120 * _HOUR)
                self._add(1, 2, 6, 3, when, _SHOP, [(items + item, Part.EPC)], item // loaded)

    def _lots(self) -> None:
        """Milk comes in, is collected, and is mixed with what else goes into the tank."""
        for lot in range(FARMS):
            self._add(1, 1, 0, 0, 600 * lot, _FARM - lot, [(lot, Part.EPC, 1000, 0)])
        milk = [(lot, Part.INPUT, 1000, 0) for lot in range(FARMS)]
        self._add(4, 0, 1, 1, _HOUR, _PLANT, [*milk, (COLLECTED, Part.OUTPUT, 6000, 0)])
        others = range(INGREDIENTS, STARTER + 1)
        for lot in others:
            self._add(1, 1, 0, 0, _HOUR + 300 + lot, _PLANT, [(lot, Part.EPC, 100, 1)])
        used = [(lot, Part.INPUT, 100, 1) for lot in range(INGREDIENTS, STARTER)]
        # The last input is what the tank before left, or the starter after cleaning.
        self._add(
            4, 0, 1, 1, 2 * _HOUR, _PLANT,
            [(COLLECTED, Part.INPUT, 6000, 0), *used, (_CARRIED, Part.INPUT),
             (MIX_A, Part.OUTPUT, 3900, 0), (MIX_B, Part.OUTPUT, 2700, 0)],
        )  # fmt: skip

    def _add(
        self,
        kind: int,
        action: int,
        step: int,
        disposition: int,
        second: int,
        place: int,
        entries: list[Any],
        pallet: int = 0,
    ) -> None:
        """Write one event down."""
        for thing, part, *amount in entries:
            if amount:
                self.amounts.append((len(self.entries), amount[0], amount[1]))
            self.entries.append((thing, int(part)))
        self.events.append((kind, action, step, disposition, second, place, pallet))
        self.ends.append(len(self.entries))


# Where an event takes place; `_FARM` minus the lot for farms.
_PLANT, _CENTRE, _SHOP, _TO_CENTRE, _TO_SHOP, _FARM = 1, 2, 3, 4, 5, 0
_CARRIED = -1


def tables_of(plan: Plan) -> Tables:
    """Write all events of a chain as columns.

    Parameters
    ----------
    plan : what is to happen
    """
    template = _Template(plan.pallets, plan.stacked)
    rows = np.array(template.events, np.int64)
    count, tanks = rows.shape[0], np.arange(plan.tanks)
    assert count == plan.events_per_tank
    words = [*STEPS, *DISPOSITIONS, *_UNITS, *plan.places]
    first_place = len(words) - len(plan.places)
    jitter = _jitter(plan, count)
    time = _START + (tanks[:, None] * _INTERVAL + rows[:, 4]) * _SECOND + jitter
    location, read_point, destination = _places(plan, rows)
    for column in (location, read_point, destination):
        column[column >= 0] += first_place
    table = {
        "type": np.tile(rows[:, 0], plan.tanks),
        "action": np.tile(rows[:, 1], plan.tanks),
        "step": np.tile(rows[:, 2], plan.tanks),
        "disposition": np.tile(rows[:, 3] + len(STEPS), plan.tanks),
        "time": time.ravel(),
        "location": location.ravel(),
        "read_point": read_point.ravel(),
        "destination": destination.ravel(),
    }
    thing, part, offset = _entries(plan, template)
    amounts = np.array(template.amounts, np.float64)
    at = (amounts[:, 0].astype(np.int64) + tanks[:, None] * len(template.entries)).ravel()
    values = np.tile(amounts[:, 1], plan.tanks)
    units = np.tile(amounts[:, 2].astype(np.int32) + len(STEPS) + len(DISPOSITIONS), plan.tanks)
    table, thing, part, offset = _filled(plan, table, thing, part, offset)
    columns = _ordered(table, thing, part, offset, (at, values, units))
    local = np.zeros(plan.per_tank, np.uint8)
    local[:LOTS] = CLASS
    local[LOTS + plan.items :] = CONTAINER
    kinds = np.tile(local, plan.tanks)
    assert not np.any(kinds & ASSET)
    return Tables(plan, columns, kinds, words)


def _jitter(plan: Plan, count: int) -> NDArray[np.int64]:
    """Microseconds below a second by tank and event, so that hardly two events are at once."""
    number = np.arange(plan.tanks * count, dtype=np.uint64) + np.uint64(plan.seed * 31 + 1)
    mixed = (number * np.uint64(11400714819323198485)) >> np.uint64(40)
    # Whole milliseconds, as documents write them.
    return (mixed % np.uint64(1000)).astype(np.int64).reshape(plan.tanks, count) * 1000


def _places(plan: Plan, rows: NDArray[np.int64]) -> tuple[NDArray[np.int32], ...]:
    """Location, read point and destination by tank and event; -1 for none."""
    tanks = np.arange(plan.tanks)
    pallet = tanks[:, None] * plan.pallets + rows[:, 6]
    centre, shop = plan.centre(pallet), plan.shop(pallet)
    where = rows[:, 5]
    location = np.where(where == _PLANT, plan.plant, np.full_like(pallet, -1))
    location = np.where(where == _CENTRE, centre, location)
    location = np.where(where == _SHOP, shop, location)
    for lot in range(FARMS):
        location[:, lot] = plan.farm(tanks, lot)
    read_point = np.where(where == _TO_CENTRE, plan.plant, np.full_like(pallet, -1))
    read_point = np.where(where == _TO_SHOP, centre, read_point)
    destination = np.where(where == _TO_CENTRE, centre, np.full_like(pallet, -1))
    destination = np.where(where == _TO_SHOP, shop, destination)
    return tuple(found.astype(np.int32) for found in (location, read_point, destination))


def _entries(
    plan: Plan, template: _Template
) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int64]]:
    """Things and parts of all events, tank by tank, and where those of each event begin."""
    entries = np.array(template.entries, np.int32)
    first = np.arange(plan.tanks, dtype=np.int32) * plan.per_tank
    things = entries[:, 0] + first[:, None]
    carried = int(np.flatnonzero(entries[:, 0] == _CARRIED)[0])
    things[:, carried] = np.where(plan.fresh, first + STARTER, first - plan.per_tank + MIX_A)
    ends = np.array(template.ends, np.int64)
    offset = ends + np.arange(plan.tanks)[:, None] * len(template.entries)
    part = np.tile(entries[:, 1].astype(np.uint8), plan.tanks)
    return things.ravel(), part, np.append(0, offset.ravel())


def _filled(
    plan: Plan,
    table: dict[str, NDArray[Any]],
    thing: NDArray[np.int32],
    part: NDArray[np.uint8],
    offset: NDArray[np.int64],
) -> tuple[dict[str, NDArray[Any]], NDArray[np.int32], NDArray[np.uint8], NDArray[np.int64]]:
    """Add inspections of collected milk up to the number of events that was asked for.

    They come after everything else, name no place and change no answer.
    """
    missing = plan.events - table["time"].size
    more = {
        "type": int(EventType.OBJECT),
        "action": int(Action.OBSERVE),
        "step": STEPS.index("inspecting"),
        "disposition": len(STEPS),
        "location": -1,
        "read_point": -1,
        "destination": -1,
    }
    found = {name: np.append(table[name], np.full(missing, more[name])) for name in more}
    last = table["time"].max() + _SECOND * np.arange(1, missing + 1)
    found["time"] = np.append(table["time"], last)
    lots = np.arange(missing) % plan.tanks * plan.per_tank + COLLECTED
    return (
        found,
        np.append(thing, lots).astype(np.int32),
        np.append(part, np.full(missing, int(Part.EPC))).astype(np.uint8),
        np.append(offset, offset[-1] + np.arange(1, missing + 1)),
    )


def _ordered(
    table: dict[str, NDArray[Any]],
    thing: NDArray[np.int32],
    part: NDArray[np.uint8],
    offset: NDArray[np.int64],
    amounts: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int32]],
) -> Columns:
    """Bring all events into the order of time."""
    order = np.argsort(table["time"], kind="stable")
    counts = np.diff(offset)[order]
    fresh_offset = np.append(0, np.cumsum(counts))
    # Where each entry of the new order stands in the old one.
    source = np.arange(thing.size) + np.repeat(offset[:-1][order] - fresh_offset[:-1], counts)
    at, values, units = amounts
    moved = np.empty(thing.size, np.int64)
    moved[source] = np.arange(thing.size)
    places = moved[at]
    by_place = np.argsort(places)
    size = order.size
    return Columns(
        event=np.arange(1, size + 1),
        time=table["time"][order],
        type=table["type"][order].astype(np.uint8),
        action=table["action"][order].astype(np.uint8),
        void=np.zeros(size, np.uint8),
        step=table["step"][order].astype(np.int32),
        disposition=table["disposition"][order].astype(np.int32),
        location=table["location"][order].astype(np.int32),
        read_point=table["read_point"][order].astype(np.int32),
        destination=table["destination"][order].astype(np.int32),
        transformation=np.full(size, -1, np.int64),
        offset=fresh_offset,
        thing=thing[source],
        part=part[source],
        amount_at=places[by_place],
        amount=values[by_place],
        unit=units[by_place],
    )


assert FIXED == FARMS + 1 + (STARTER + 1 - INGREDIENTS) + 1
