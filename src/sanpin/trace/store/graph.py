"""The lineage of a firm as arrays: mapped from its snapshot, or built, and kept up to date.

Before every question the steps of the ledger since the last one are read. Events that came, and
events that were declared wrong or right, are taken in as news. Where that would not be exact, all
is built anew by one ordered scan: events were erased, the rules of sight let other events be seen
than before, or a long document ended whose events have lower numbers than those in the base.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from sanpin.base import StateError
from sanpin.trace.engine.lineage.columns import (
    ASSET,
    CLASS,
    CONTAINER,
    WORDS,
    Columns,
    Numbering,
    kind_of,
    word_flags,
)
from sanpin.trace.engine.lineage.index import Index
from sanpin.trace.engine.lineage.telling import knows_events
from sanpin.trace.engine.lineage.updates import merged, updated
from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.store.abreast import read_abreast
from sanpin.trace.store.intern import owner_of, things_of
from sanpin.trace.store.scan import Scan, among, text_bytes
from sanpin.trace.store.sequence import Change, Kind, changes_since
from sanpin.trace.store.sights import sights_of
from sanpin.trace.store.snapshot import read_snapshot, write_snapshot
from sanpin.trace.store.tables import EPC, EPC_CLASS, SEQUENCE, VOCAB
from sanpin.trace.store.unpacking import read_numbers

__all__ = ["Graph", "build_graph", "open_graph", "refreshed", "save_graph"]

_LOG = logging.getLogger("sanpin.trace")
_THINGS = 200_000
_BY_NAME = CLASS | CONTAINER | ASSET

Flags = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Graph:
    """The lineage of what a firm may see, at one state of the ledger.

    Attributes
    ----------
    index : the arrays
    step : last step of the ledger that is in them; None for an empty ledger
    kinds : what the name of each thing tells
    units : units of measure by number
    sights : what tells these rules of sight from others
    """

    index: Index
    step: Change | None
    kinds: Flags
    units: Numbering
    sights: str


def open_graph(conn: Connection, firm: str, path: Path) -> Graph:
    """Map the snapshot of a firm; build the lineage anew where it cannot be used.

    Parameters
    ----------
    conn : connection on which all is read in one state
    path : file of the snapshot
    """
    try:
        layer, facts = read_snapshot(path, ledger=_ledger(conn, firm))
    except StateError as refusal:
        _LOG.info("%s", refusal.code)
    else:
        step = _step(conn, facts["step"][0]) if facts["step"] else None
        same = list(step or ()) == list(facts["step"] or ())
        if same and facts["sights"] == _sights(conn, firm):
            units = Numbering(facts["units"])
            kinds = (layer.flags & _BY_NAME).astype(np.uint8)
            return Graph(Index(layer), step, kinds, units, facts["sights"])
    graph = build_graph(conn, firm)
    save_graph(conn, firm, path, graph)
    return graph


def build_graph(conn: Connection, firm: str) -> Graph:
    """Build the lineage of a firm by one ordered scan of the ledger."""
    units = Numbering()
    step = _step(conn)
    kinds = _kinds(conn, np.zeros(0, np.uint8))
    index = Index.build(Scan(conn, firm, units).all(), kinds, _words(conn))
    return Graph(index, step, kinds, units, _sights(conn, firm))


def save_graph(conn: Connection, firm: str, path: Path, graph: Graph) -> None:
    """Write the snapshot of a graph that was just built; where that fails it is done without."""
    facts = {
        "step": list(graph.step) if graph.step else None,
        "units": graph.units.names,
        "sights": graph.sights,
    }
    try:
        write_snapshot(path, graph.index.base, ledger=_ledger(conn, firm), facts=facts)
    except OSError as error:
        # A full or read-only disk makes the next process slower and no answer wrong.
        _LOG.warning("The lineage snapshot %s could not be written: %s", path, error)


def refreshed(conn: Connection, firm: str, graph: Graph) -> Graph:
    """Bring a graph to the state that a connection sees; the same one when nothing happened."""
    changes = _changes(conn, graph.step)
    if _sights(conn, firm) != graph.sights or _lost(graph.index, changes):
        return build_graph(conn, firm)
    if not changes:
        return graph
    units = Numbering(graph.units.names)
    scan = Scan(conn, firm, units)
    news = scan.events(())
    for first, last in _joined(change for change in changes if change.kind is Kind.VISIBLE):
        news = merged(news, scan.between(first, last))
    if news.event.size and _is_late(graph.index, int(news.event[0])):
        return build_graph(conn, firm)
    changed = scan.events(_known(graph.index, changes, news))
    later = replace(graph, step=changes[-1])
    if not news.event.size and not changed.event.size:
        return later
    kinds = _kinds(conn, graph.kinds)
    index = updated(graph.index, news, scan.naming, kinds, _words(conn), changed)
    return replace(later, index=index, kinds=kinds, units=units)


def _changes(conn: Connection, step: Change | None) -> list[Change]:
    """Steps of the ledger after one."""
    found: list[Change] = []
    last = step.number if step else 0
    while part := changes_since(conn, last):
        found += part
        last = part[-1].number
    return found


def _joined(changes: Iterable[Change]) -> list[tuple[int, int]]:
    """Ranges of events, those that touch each other as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted((change.first, change.last) for change in changes):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def _lost(index: Index, changes: Sequence[Change]) -> bool:
    """Whether events that an index knows were erased."""
    for first, last in _joined(change for change in changes if change.kind is Kind.ERASED):
        for layer in (index.base, index.news):
            low, high = np.searchsorted(layer.event, (first, last + 1))
            if low < high:
                return True
    return False


def _is_late(index: Index, first: int) -> bool:
    """Whether an event has a number that the base has gone beyond."""
    base = index.base.event
    return bool(base.size and first < base[-1])


def _known(index: Index, changes: Sequence[Change], news: Columns) -> list[int]:
    """Events that changed and that an index knows already."""
    numbers = {
        number
        for change in changes
        if change.kind is Kind.CHANGED
        for number in range(change.first, change.last + 1)
    }
    asked = np.array(sorted(numbers), np.int64)
    found: list[int] = asked[knows_events(index, asked) & ~np.isin(asked, news.event)].tolist()
    return found


def _ledger(conn: Connection, firm: str) -> str:
    """What tells the events of a firm in this ledger from all others: when it began."""
    first = conn.execute(select(SEQUENCE).order_by(SEQUENCE.c.id).limit(1)).first()
    return f"{firm} {owner_of(conn, firm)} {tuple(first) if first else ()}"


def _step(conn: Connection, number: int | None = None) -> Change | None:
    """One step of the ledger, or the last; None when there is none."""
    asked = select(SEQUENCE).order_by(SEQUENCE.c.id.desc()).limit(1)
    if number is not None:
        asked = asked.where(SEQUENCE.c.id == number)
    row = conn.execute(asked).first()
    return None if row is None else Change(row[0], Kind(row[1]), *row[2:])


def _sights(conn: Connection, firm: str) -> str:
    """Digest of what the rules let a firm see, with the places and things that they come to."""
    parts: list[object] = []
    for sight in sights_of(conn, firm):
        compiled = None if sight.only is None else sight.only.compile(dialect=conn.dialect)
        found = "" if compiled is None else f"{compiled} {sorted(compiled.params.items())}"
        parts.append((sight.owner, found))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _words(conn: Connection) -> Flags:
    """What each word of the vocabulary says about whereabouts; most say nothing."""
    found = np.zeros(int(conn.execute(select(func.max(VOCAB.c.id))).scalar() or 0) + 1, np.uint8)
    rows = conn.execute(select(VOCAB.c.id, VOCAB.c.uri).where(VOCAB.c.uri.in_(WORDS))).all()
    found[[row[0] for row in rows]] = word_flags(row[1] for row in rows)
    return found


def _kinds(conn: Connection, known: Flags) -> Flags:
    """What the names of all things tell, going on from those that are known."""
    last = int(conn.execute(select(func.max(EPC.c.id))).scalar() or 0)
    if last < known.size:
        return known
    kinds = np.zeros(last + 1, np.uint8)
    kinds[: known.size] = known
    of_class: dict[int, int] = {}
    ranges = range(known.size, last + 1, _THINGS)
    for numbers, classes in read_abreast(conn, ranges, _classes):
        present, inverse = np.unique(classes, return_inverse=True)
        _learn(conn, of_class, set(present.tolist()) - of_class.keys())
        kinds[numbers] = np.array([max(of_class[one], 0) for one in present.tolist()], np.uint8)[
            inverse
        ]
        odd = np.isin(classes, [one for one, kind in of_class.items() if kind < 0])
        for number, name in things_of(conn, numbers[odd].tolist()).items():
            kinds[number] = kind_of(name)
    return kinds


def _classes(conn: Connection, first: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Numbers of some things from one on, and the class of each."""
    text = "CAST(group_concat({}) AS BLOB)"
    if conn.dialect.name != "sqlite":
        text = "string_agg({}::text, ',')"
    both = ", ".join(text.format(column) for column in ("id", "class_id"))
    last = first + _THINGS - 1
    asked = f"SELECT {both} FROM trace_epc WHERE id BETWEEN {first:d} AND {last:d}"
    row = conn.exec_driver_sql(asked).one()
    numbers, classes = (read_numbers(text_bytes(one)).astype(np.int32) for one in row)
    return numbers, classes


def _learn(conn: Connection, of_class: dict[int, int], missing: set[int]) -> None:
    """Find what classes of names tell; -1 where each name must be looked at.

    Names of GS1 that share all but their serial are of one kind.
    """
    one = select(func.min(EPC.c.serial)).where(EPC.c.class_id == EPC_CLASS.c.id)
    asked = select(EPC_CLASS.c.id, EPC_CLASS.c.prefix, one.scalar_subquery())
    asked = asked.where(among(conn, EPC_CLASS.c.id, sorted(missing)))
    for number, prefix, serial in conn.execute(asked) if missing else ():
        own = prefix.startswith(f"{CANONICAL_STEM}/")
        of_class[number] = kind_of(prefix + serial) if own else -1
