"""The events of a generated chain as EPCIS 2.0 documents in JSON."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import orjson

from sanpin.trace.engine.generate.tables import DISPOSITIONS, STEPS, Tables
from sanpin.trace.model.events import Action, EventType, Part

__all__ = ["documents"]

_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_LISTS = {Part.EPC: "epcList", Part.CHILD: "childEPCs", Part.INPUT: "inputEPCList",
          Part.OUTPUT: "outputEPCList"}  # fmt: skip
_AMOUNTS = {Part.EPC: "quantityList", Part.CHILD: "childQuantityList",
            Part.INPUT: "inputQuantityList", Part.OUTPUT: "outputQuantityList"}  # fmt: skip


def documents(tables: Tables, size: int = 1000) -> Iterator[bytes]:
    """Write the events in documents of a given length, places named in each of them.

    Parameters
    ----------
    tables : the chain
    size : events of a document
    """
    head = _head(tables)
    for first in range(0, tables.plan.events, size):
        past = min(first + size, tables.plan.events)
        yield head + b",".join(_events(tables, first, past)) + b"]}}"


def _head(tables: Tables) -> bytes:
    """Beginning of every document, up to its list of events."""
    plan = tables.plan
    places = [
        {
            "id": place,
            "attributes": [{"id": "https://ref.gs1.org/cbv/mda#name", "attribute": title}],
        }
        for place, title in zip(plan.places, plan.place_titles, strict=True)
    ]
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                  "vocabularyElementList": places}  # fmt: skip
    document = {
        "@context": [_CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-01T00:00:00Z",
        "epcisHeader": {"epcisMasterData": {"vocabularyList": [vocabulary]}},
    }
    return orjson.dumps(document)[:-1] + b',"epcisBody":{"eventList":['


def _events(tables: Tables, first: int, past: int) -> Iterator[bytes]:
    """Yield events as JSON."""
    plan, columns, words = tables.plan, tables.columns, tables.words
    low, high = int(columns.offset[first]), int(columns.offset[past])
    names = plan.names(columns.thing[low:high])
    times = np.datetime_as_string(columns.time[first:past].astype("datetime64[us]"), unit="ms")
    parts = columns.part[low:high].tolist()
    offsets = (columns.offset[first : past + 1] - low).tolist()
    a, b = np.searchsorted(columns.amount_at, (low, high))
    amounts = {
        int(at) - low: (float(amount), words[unit])
        for at, amount, unit in zip(
            columns.amount_at[a:b], columns.amount[a:b], columns.unit[a:b], strict=True
        )
    }
    for number in range(first, past):
        begin, end = offsets[number - first], offsets[number - first + 1]
        kind = EventType(int(columns.type[number]))
        event: dict[str, object] = {
            "type": kind.word,
            "eventID": f"urn:uuid:{plan.seed & 0xFFFFFFFF:08x}-0000-8000-8000-{number + 1:012x}",
            "eventTime": f"{times[number - first]}Z",
            "eventTimeZoneOffset": "+00:00",
            "bizStep": STEPS[columns.step[number]],
            "disposition": DISPOSITIONS[columns.disposition[number] - len(STEPS)],
        }
        if kind is not EventType.TRANSFORMATION:
            event["action"] = Action(int(columns.action[number])).name
        if columns.location[number] >= 0:
            event["bizLocation"] = {"id": words[columns.location[number]]}
        if columns.read_point[number] >= 0:
            event["readPoint"] = {"id": words[columns.read_point[number]]}
        if columns.destination[number] >= 0:
            there = words[columns.destination[number]]
            event["destinationList"] = [{"type": "location", "destination": there}]
        _things(event, names[begin:end], parts[begin:end], amounts, begin)
        yield orjson.dumps(event)


def _things(
    event: dict[str, object],
    names: list[str],
    parts: list[int],
    amounts: dict[int, tuple[float, str]],
    begin: int,
) -> None:
    """Write the things of an event into the lists of its type."""
    lists: dict[str, list[object]] = {}
    for at, (name, part) in enumerate(zip(names, parts, strict=True), begin):
        if part == Part.PARENT:
            event["parentID"] = name
        elif "/10/" in name:
            entry: dict[str, object] = {"epcClass": name}
            if at in amounts:
                entry["quantity"], entry["uom"] = amounts[at]
            lists.setdefault(_AMOUNTS[Part(part)], []).append(entry)
        else:
            lists.setdefault(_LISTS[Part(part)], []).append(name)
    event.update(lists)
