"""Build the layers of an index from columns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.access import grouped
from sanpin.trace.engine.lineage.columns import Columns
from sanpin.trace.engine.lineage.layer import Layer, frozen, pack_layer
from sanpin.trace.engine.lineage.making import (
    last_words,
    lot_links,
    silent,
    sums,
    told_pairs,
    transformations,
    verdicts,
)
from sanpin.trace.engine.lineage.packing import Facts, child_rows, clearings, stays

__all__ = ["build_layer"]

Arrays = dict[str, NDArray[Any]]


def build_layer(columns: Columns, kinds: NDArray[np.uint8], words: NDArray[np.uint8]) -> Layer:
    """Build a layer that has an entry for every thing from 0 on.

    Parameters
    ----------
    columns : events in the order of the ledger
    kinds : flags by thing, see `kind_of`; as many as there are things
    words : flags by word, see `word_flags`
    """
    table = Columns(*(frozen(array, array.dtype.type) for array in columns))
    order = _by_time(table)
    flags = np.array(kinds, dtype=np.uint8)
    words = np.append(np.asarray(words, np.uint8), np.uint8(0))
    found: Arrays = {"event": table.event, "time": table.time}
    # Kernels let others run: what is known of each thing is read beside the ways of goods, which
    # look only at the flags that names tell.
    with ThreadPoolExecutor(1) as pool:
        record = pool.submit(_record, table, order, words, flags)
        found |= _transformations(table, flags.size)
        found |= _lots(table, flags.size)
        found |= _stays(table, order, np.array(kinds, dtype=np.uint8))
        found |= record.result()
    return pack_layer(found | {"flags": flags})


def _by_time(columns: Columns) -> NDArray[np.int32]:
    """Events by time, then by their place in the ledger."""
    if bool(np.all(columns.time[1:] >= columns.time[:-1])):
        return np.arange(columns.time.size, dtype=np.int32)
    return np.argsort(columns.time, kind="stable").astype(np.int32)


def _stays(columns: Columns, order: NDArray[np.int32], flags: NDArray[np.uint8]) -> Arrays:
    """Stays by child, and the children of each parent."""
    keys, events = clearings(columns, order)
    unique = np.unique(keys)
    by_key = np.argsort(keys, kind="stable")
    offsets = np.searchsorted(keys[by_key], np.append(unique, np.iinfo(np.int64).max))
    facts = Facts(columns.time, columns.action, columns.amount_at, columns.amount, columns.unit)
    offset, (parent, start, end, flag, amount, unit) = stays(
        facts,
        flags,
        child_rows(columns, order, flags.size),
        unique,
        offsets.astype(np.int32),
        events[by_key],
    )
    count = int(offset[-1])
    parent = parent[:count]
    has_amount = np.flatnonzero(~np.isnan(amount[:count]))
    found = {
        "stay_offset": offset,
        "stay_parent": parent | flag[:count],
        "stay_start": start[:count],
        "stay_end": end[:count],
        "stay_amount_at": has_amount,
        "stay_amount": amount[has_amount],
        "stay_unit": unit[has_amount],
    }
    key, held_offset, entries = _sparse(parent, flags.size)
    children = np.repeat(np.arange(flags.size, dtype=np.int32), np.diff(offset))
    return found | {
        "held_key": key,
        "held_offset": held_offset,
        "held_child": children[entries],
    }


def _sparse(
    keys: NDArray[np.int32], size: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Keys that occur, their offsets, and the positions of the entries by key."""
    offsets, entries = grouped(np.ascontiguousarray(keys, np.int32), size)
    present = np.flatnonzero(np.diff(offsets)).astype(np.int32)
    return present, np.append(offsets[present], offsets[-1]).astype(np.int32), entries


def _transformations(columns: Columns, size: int) -> Arrays:
    """Transformations by input, output and group."""
    event, input_offset, inputs, output_offset, outputs = transformations(columns)
    by_input = np.repeat(np.arange(event.size, dtype=np.int32), np.diff(input_offset))
    by_output = np.repeat(np.arange(event.size, dtype=np.int32), np.diff(output_offset))
    use_key, use_offset, entries = _sparse(inputs, size)
    times_made = np.bincount(outputs, minlength=size)
    maker = np.full(size, -1, np.int32)
    maker[outputs] = by_output
    maker[times_made > 1] = -2
    several = np.flatnonzero(maker[outputs] == -2) if outputs.size else np.zeros(0, np.int64)
    made_key, made_offset, made_entries = _sparse(outputs[several], size)
    group = columns.transformation[event]
    joined = np.flatnonzero(group >= 0)
    order = joined[np.argsort(group[joined], kind="stable")]
    group_key, first = np.unique(group[order], return_index=True)
    return {
        "maker": maker,
        "made_key": made_key,
        "made_offset": made_offset,
        "made_by": by_output[several][made_entries],
        "use_key": use_key,
        "use_offset": use_offset,
        "use_by": by_input[entries],
        "made_event": event,
        "made_group": group,
        "input_offset": input_offset,
        "input_thing": inputs,
        "output_offset": output_offset,
        "output_thing": outputs,
        "group_key": group_key,
        "group_offset": np.append(first, order.size),
        "group_made": order,
    }


def _lots(columns: Columns, size: int) -> Arrays:
    """Pieces by lot and lots by piece."""
    lots, pieces, events = lot_links(columns)
    lot_key, lot_offset, by_lot = _sparse(lots, size)
    piece_key, piece_offset, by_piece = _sparse(pieces, size)
    return {
        "lot_key": lot_key,
        "lot_offset": lot_offset,
        "lot_piece": pieces[by_lot],
        "lot_event": events[by_lot],
        "piece_key": piece_key,
        "piece_offset": piece_offset,
        "piece_lot": lots[by_piece],
        "piece_event": events[by_piece],
    }


def _record(
    columns: Columns,
    order: NDArray[np.int32],
    words: NDArray[np.uint8],
    flags: NDArray[np.uint8],
) -> Arrays:
    """Places, states and receivers of events, and the last word on each thing."""
    places, states, receivers = verdicts(columns, words)
    last, placed, settled, given = last_words(
        columns, order, places, states, receivers, words, flags
    )
    same = (placed == last).astype(np.uint8) | ((settled == last).astype(np.uint8) << 1)
    other = np.flatnonzero((same != 3) & (last >= 0))
    things, events = told_pairs(columns, order, flags)
    told_key, told_offset, entries = _sparse(things, flags.size)
    sent = np.flatnonzero(receivers >= 0)
    by_itself = np.flatnonzero(given >= 0)
    return {
        "place": places,
        "state": states,
        "sent_event": sent,
        "sent_place": receivers[sent],
        "told_key": told_key,
        "told_offset": told_offset,
        "told_event": events[entries],
        "last": last,
        "last_flag": same,
        "other_key": other,
        "other_place": placed[other],
        "other_state": settled[other],
        "given_key": by_itself,
        "given_event": given[by_itself],
    } | _amounts(columns, words, flags)


def _amounts(columns: Columns, words: NDArray[np.uint8], flags: NDArray[np.uint8]) -> Arrays:
    """Amounts by event, and summed up by thing, unit and kind."""
    thing, unit, kind, amount, event = sums(columns, words)
    part = columns.part[columns.amount_at]
    counted = np.flatnonzero(kind < 4)
    counted = counted[np.lexsort((kind[counted], unit[counted], thing[counted]))]
    keys = np.stack((thing[counted], unit[counted], kind[counted].astype(np.int32)))
    new = np.ones(counted.size, bool)
    new[1:] = np.any(keys[:, 1:] != keys[:, :-1], axis=0)
    heads = np.flatnonzero(new)
    found: Arrays = {
        "sum_key": thing[counted][heads],
        "sum_unit": unit[counted][heads],
        "sum_kind": kind[counted][heads],
        "sum_amount": np.add.reduceat(amount[counted], heads) if heads.size else np.zeros(0),
    }
    # A lot that is named without an amount was delivered all the same.
    more_events, more_things = silent(columns, flags)
    rest = more_events.size
    event, thing = np.append(event, more_events), np.append(thing, more_things)
    part, amount = (
        np.append(part, np.zeros(rest, np.uint8)),
        np.append(amount, np.full(rest, np.nan)),
    )
    unit = np.append(unit, np.full(rest, -1, np.int32))
    order = np.lexsort((part, thing, event))
    return found | {
        "amount_event": event[order],
        "amount_thing": thing[order],
        "amount_part": part[order],
        "amount": amount[order],
        "amount_unit": unit[order],
    }
