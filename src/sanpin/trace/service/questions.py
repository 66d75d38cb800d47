"""Who answers about lineage: the arrays of a firm's graph, or of few events the events themselves.

A process keeps one graph for each firm and database. Before every question it is brought to the
state that the question sees, while other questions wait; answers are worked out side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from sanpin.base import SanpinError
from sanpin.kit.context import Context
from sanpin.trace.engine import lineage
from sanpin.trace.model.events import Event
from sanpin.trace.model.lineage import Balance, Consignee, Walk, Where
from sanpin.trace.service import warming
from sanpin.trace.service.affected import RecordedScope, ScopeAnswer
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.ledger import sees_few
from sanpin.trace.store.reader import LedgerEvents

if TYPE_CHECKING:
    from pathlib import Path

    from sanpin.trace.store.graph import Graph

__all__ = ["MANY", "SMALL", "Answers", "EventAnswers", "asking", "make_ready"]

SMALL = 5_000
"""Up to so many events a firm's questions are answered from the events: nothing is to be built."""

MANY = 50_000
"""With more events the walks are waited for while they are compiled: it is sooner than walking."""

# A base of so many events is built in a few seconds, while the question waits.
_AT_ONCE = 1_000_000


class Answers(Protocol):
    """Answers to questions about things by their canonical names, at one state of the ledger."""

    def back(self, root: str) -> Walk:
        """Everything a thing is made of, and what carried that before it was used."""
        ...

    def forward(self, root: str) -> Walk:
        """Everything a thing went into, and what carries or carried that."""
        ...

    def origins(self, roots: Iterable[str]) -> dict[str, frozenset[str]]:
        """Name everything that each of many things leads back to."""
        ...

    def life(self, thing: str) -> tuple[list[Event], Where]:
        """Time line of a thing, and where it is now."""
        ...

    def scope(self, seeds: Iterable[str], start: int, end: int) -> ScopeAnswer:
        """Find what must come back when the seeds are bad, who has it, and why."""
        ...

    def balance(self, lot: str) -> Balance:
        """What became of a lot: made or received, used, delivered."""
        ...

    def surroundings(self, root: str) -> tuple[Walk, Walk, list[Consignee]]:
        """Walks backward and forward from a thing, and who got what it became."""
        ...


class EventAnswers:
    """Answers by following events, each read when the way leads to it.

    Parameters
    ----------
    source : the events
    """

    def __init__(self, source: lineage.EventSource) -> None:
        self._source = source

    def back(self, root: str) -> Walk:
        """Everything a thing is made of, and what carried that before it was used."""
        return lineage.back(self._source, root)

    def forward(self, root: str) -> Walk:
        """Everything a thing went into, and what carries or carried that."""
        return lineage.forward(self._source, root)

    def origins(self, roots: Iterable[str]) -> dict[str, frozenset[str]]:
        """Name everything that each of many things leads back to."""
        return lineage.origins(self._source, roots)

    def life(self, thing: str) -> tuple[list[Event], Where]:
        """Time line of a thing, and where it is now."""
        return lineage.life(self._source, thing)

    def scope(self, seeds: Iterable[str], start: int, end: int) -> ScopeAnswer:
        """Find what must come back when the seeds are bad, who has it, and why."""
        return RecordedScope(lineage.recall(self._source, seeds, start, end))

    def balance(self, lot: str) -> Balance:
        """What became of a lot: made or received, used, delivered."""
        return lineage.balance(self._source, lot)

    def surroundings(self, root: str) -> tuple[Walk, Walk, list[Consignee]]:
        """Walks backward and forward from a thing, and who got what it became."""
        return lineage.surroundings(self._source, root)


@dataclass
class _Keeper:
    """The graph of one firm in this process; whoever changes it holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    graph: Graph | None = None
    rebuilding: bool = False


_KEEPERS: WeakKeyDictionary[Engine, dict[str, _Keeper]] = WeakKeyDictionary()
_KEEPERS_LOCK = threading.Lock()


@contextmanager
def asking(ctx: Context) -> Iterator[tuple[Connection, Answers]]:
    """Give a connection and what answers questions in the very state that it sees."""
    keeper = _keeper(ctx)
    with ExitStack() as stack:
        # In the lock, so that no question sees an older state than the graph has come to.
        with keeper.lock:
            conn = stack.enter_context(ctx.db.read())
            graph = _current(ctx, conn, keeper)
        if graph is None:
            yield conn, EventAnswers(LedgerEvents(conn, ctx.firm))
            return
        from sanpin.trace.service.answers import ArrayAnswers

        yield conn, ArrayAnswers(conn, graph)


def make_ready(ctx: Context) -> None:
    """Compile the walks and open the graph before somebody asks, where that takes long."""
    with ctx.db.read() as conn:
        small = _is_small(conn, ctx.firm)
    if not small:
        warming.start_compiling()
        if warming.wait_until_ready():
            with asking(ctx):
                return


def _keeper(ctx: Context) -> _Keeper:
    """Find what keeps the graph of the caller's firm."""
    with _KEEPERS_LOCK:
        return _KEEPERS.setdefault(ctx.db.engine, {}).setdefault(ctx.firm, _Keeper())


def _current(ctx: Context, conn: Connection, keeper: _Keeper) -> Graph | None:
    """Bring the graph to the state that a connection sees; None where events do as well."""
    if keeper.graph is None:
        if _is_small(conn, ctx.firm):
            return None
        if not warming.are_ready():
            warming.start_compiling()
            if sees_few(conn, ctx.firm, MANY) or not warming.wait_until_ready():
                return None
    warming.prepare()
    from sanpin.trace.engine.lineage.updates import wants_rebuilding
    from sanpin.trace.store import graph

    if keeper.graph is None:
        keeper.graph = graph.open_graph(conn, ctx.firm, _path(ctx, conn))
    keeper.graph = graph.refreshed(conn, ctx.firm, keeper.graph)
    if wants_rebuilding(keeper.graph.index) and not keeper.rebuilding:
        if keeper.graph.index.base.event.size <= _AT_ONCE:
            keeper.graph = _rebuilt(ctx, conn)
        else:
            keeper.rebuilding = True
            threading.Thread(target=_rebuild, args=(ctx, keeper), daemon=True).start()
    return keeper.graph


def _is_small(conn: Connection, firm: str) -> bool:
    """Whether a firm sees so few events that arrays would not pay."""
    return sees_few(conn, firm, SMALL)


def _path(ctx: Context, conn: Connection) -> Path:
    """File of the snapshot of the caller's firm."""
    return ctx.workspace.path / "trace" / f"lineage-{owner_of(conn, ctx.firm)}.bin"


def _rebuilt(ctx: Context, conn: Connection) -> Graph:
    """Build the graph anew and keep its snapshot."""
    from sanpin.trace.store import graph

    found = graph.build_graph(conn, ctx.firm)
    graph.save_graph(conn, ctx.firm, _path(ctx, conn), found)
    return found


def _rebuild(ctx: Context, keeper: _Keeper) -> None:
    """Build a large graph anew beside the questions; what comes meanwhile are its first news."""
    try:
        with ctx.db.read() as conn:
            found = _rebuilt(ctx, conn)
        with keeper.lock:
            keeper.graph = found
    except SanpinError:
        # The database went away: the next question says so, or tries again.
        return
    finally:
        keeper.rebuilding = False
