"""From where, whereto, where now, what must come back: each in one consistent reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from sanpin.base import N_, InputError, SanpinError, StateError
from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import instant
from sanpin.trace.engine.identifiers import fault_of, parse
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER
from sanpin.trace.model.events import Event
from sanpin.trace.model.lineage import Recall, Walk, Where
from sanpin.trace.service.affected import ScopeAnswer
from sanpin.trace.service.naming import thing_named
from sanpin.trace.service.questions import Answers, asking
from sanpin.trace.service.records import gap_record, history_record, recall_record, walk_record
from sanpin.trace.service.texts import event_bodies
from sanpin.trace.store.ledger import is_named

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "back",
    "back_record",
    "forward",
    "forward_record",
    "history",
    "history_of",
    "origins",
    "recall",
    "recall_of",
    "recall_scope",
    "recall_table",
    "recall_text",
    "where",
]

_Answer = TypeVar("_Answer")


def back(ctx: Context, epc: str) -> Walk:
    """Everything that a thing is made of, and what carried that before it was used."""
    return _ask(ctx, epc, lambda answers, thing: answers.back(thing))


def forward(ctx: Context, epc: str) -> Walk:
    """Everything that a thing went into, and what carries or carried that."""
    return _ask(ctx, epc, lambda answers, thing: answers.forward(thing))


def history(ctx: Context, epc: str) -> tuple[list[Event], Where]:
    """Time line of a thing, including that of its containers, and where it is."""
    return _ask(ctx, epc, lambda answers, thing: answers.life(thing))


def where(ctx: Context, epc: str) -> Where:
    """Last known place, containers, disposition and status of a thing."""
    return history(ctx, epc)[1]


def origins(ctx: Context, epcs: Iterable[str]) -> dict[str, frozenset[str]]:
    """Name everything that each of many things leads back to, by the names as given."""
    names = {epc: thing_named(epc) for epc in epcs}
    with asking(ctx) as (_, answers):
        found = answers.origins(names.values())
    return {epc: found[name] for epc, name in names.items()}


def recall(
    ctx: Context, seeds: Iterable[str], *, since: str | None = None, until: str | None = None
) -> Recall:
    """What must come back when the seeds are bad.

    Parameters
    ----------
    seeds : codes of things and lots in any writing
    since, until : times with offset between which the seeds are bad

    Raises
    ------
    InputError
        ``trace.recall.no_seeds``, ``trace.recall.time``, or the refusal of a code
    """
    with recall_scope(ctx, seeds, since=since, until=until) as scope:
        return scope.recall()


@contextmanager
def recall_scope(
    ctx: Context, seeds: Iterable[str], *, since: str | None = None, until: str | None = None
) -> Iterator[ScopeAnswer]:
    """Give what `recall` finds part by part, however much it is: counts, shares, some lines.

    Parameters
    ----------
    seeds : codes of things and lots in any writing
    since, until : times with offset between which the seeds are bad
    """
    names = [thing_named(seed) for seed in seeds]
    if not names:
        raise InputError(
            "trace.recall.no_seeds",
            N_("Nothing was named that could be bad."),
            hint=N_("Give at least one lot, piece or container."),
        )
    start = NEVER if since is None else _time(since)
    end = ALWAYS if until is None else _time(until)
    with asking(ctx) as (_, answers):
        yield answers.scope(names, start, end)


def back_record(ctx: Context, epc: str) -> dict[str, Any]:
    """`back` as JSON values."""
    return walk_record(back(ctx, epc))


def forward_record(ctx: Context, epc: str) -> dict[str, Any]:
    """`forward` as JSON values."""
    return walk_record(forward(ctx, epc))


def history_of(ctx: Context, epc: str) -> dict[str, Any]:
    """`history` as JSON values, with the events as they came."""
    events, place = history(ctx, epc)
    return history_record(thing_named(epc), event_bodies(ctx, events), place)


def recall_of(
    ctx: Context, seeds: Iterable[str], *, since: str | None = None, until: str | None = None
) -> dict[str, Any]:
    """`recall` as JSON values, with the seconds that it took."""
    started = perf_counter()
    found = recall(ctx, seeds, since=since, until=until)
    return recall_record(found, perf_counter() - started, ctx.language)


def recall_text(
    ctx: Context, seeds: Iterable[str], *, since: str | None = None, until: str | None = None
) -> Iterator[bytes]:
    """`recall_of` as the text of one JSON document, piece by piece, whatever its length.

    Seeds are looked up and the scope is worked out before the first piece is asked for, so that
    a refusal comes in place of an answer and never in the middle of one.
    """
    started = perf_counter()
    with ExitStack() as stack:
        scope = stack.enter_context(recall_scope(ctx, seeds, since=since, until=until))
        pieces = _pieces(scope, started, ctx.language)
        return _closing(stack.pop_all(), pieces)


def recall_table(
    ctx: Context, seeds: Iterable[str], *, since: str | None = None, until: str | None = None
) -> pl.DataFrame:
    """Lines of `recall` as a table."""
    import polars as pl

    names = ("id", "role", "status", "location", "container", "uom", "last_event", "why")
    types = dict.fromkeys(names, pl.String) | {"depth": pl.Int64, "quantity": pl.Float64}
    parts = [pl.DataFrame(schema=types)]
    with recall_scope(ctx, seeds, since=since, until=until) as scope:
        for piece in scope.records():
            lines = orjson.loads(b"[" + piece.removeprefix(b",") + b"]")
            rows = [line | {"why": " ".join(line["why"])} for line in lines]
            parts.append(pl.DataFrame(rows, schema_overrides=types).select(parts[0].columns))
    return pl.concat(parts)


def _closing(stack: ExitStack, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield all pieces, then let go of the reading that they come from."""
    with stack:
        yield from pieces


def _pieces(scope: ScopeAnswer, started: float, language: str) -> Iterator[bytes]:
    """Write the answer of a recall in the order of its fields."""
    yield b'{"seeds":' + orjson.dumps(scope.seeds) + b',"affected":['
    yield from scope.records()
    counts = {"products": scope.products, "containers": scope.containers}
    yield b'],"counts":' + orjson.dumps(counts) + b',"consignees":['
    yield from scope.consignee_records()
    gaps = [gap_record(gap, language) for gap in scope.gaps]
    seconds = round(perf_counter() - started, 4)
    yield b'],"gaps":%b,"seconds":%b}' % (orjson.dumps(gaps), orjson.dumps(seconds))


def _ask(ctx: Context, epc: str, question: Callable[[Answers, str], _Answer]) -> _Answer:
    """Ask a question about one thing within one reading of the ledger."""
    thing = thing_named(epc)
    with asking(ctx) as (conn, answers):
        if not is_named(conn, ctx.firm, thing):
            raise unknown_thing(thing)
        return question(answers, thing)


def unknown_thing(thing: str) -> SanpinError:
    """Make the refusal of a thing that no event names; a wrong check digit says why."""
    if fault_of(thing):
        try:
            parse(thing)
        except InputError as refusal:
            return refusal
    error = StateError(
        "trace.thing.unknown",
        N_("No event of yours names {thing}."),
        hint=N_("Check the code, or capture the events that name it."),
        thing=thing,
    )
    error.status = 404
    return error


def _time(text: str) -> int:
    """Read a time that limits a recall."""
    found = instant(text)
    if found is None:
        raise InputError(
            "trace.recall.time",
            N_("“{value}” is no date and time with an offset."),
            hint=N_("Compare it with 2026-03-01T08:30:00+08:00."),
            value=text,
        )
    return found
