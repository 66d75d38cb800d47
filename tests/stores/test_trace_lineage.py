"""Lineage from arrays over the store gives the answers that following the events gives.

Every chain goes to a firm of its own in one ledger, so that the things of many firms are mixed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from tests.trace.lineage.conftest import THINGS, chains

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.trace.model.events import Event, Involvement, Part
from sanpin.trace.model.lineage import Recall
from sanpin.trace.service import questions, warming
from sanpin.trace.service.affected import ScopeAnswer
from sanpin.trace.service.answers import ArrayAnswers
from sanpin.trace.service.questions import EventAnswers, asking
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.erasing import erase, steps_of
from sanpin.trace.store.reader import LedgerEvents
from sanpin.trace.store.rows import LIVE, chunks_of, row_of
from sanpin.trace.store.sequence import Kind, append
from sanpin.trace.store.tables import EVENT
from sanpin.trace.store.writer import Submission, take_out, write_documents

NOW = datetime(2026, 3, 10, tzinfo=UTC)
NUMBERS = itertools.count(1)
ALL = -(1 << 62), 1 << 62
mixed = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # Each example has to write to a database: a failure is told at once instead of made small.
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(autouse=True)
def arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let arrays answer from the first event on."""
    monkeypatch.setattr(questions, "_is_small", lambda _conn, _firm: False)
    monkeypatch.setattr(warming, "are_ready", lambda: True)


def new_firm(ctx: Context) -> Context:
    """The same ledger for a firm that has nothing."""
    return ctx.acting_as(Actor("someone", Role.ADMIN, f"firm {next(NUMBERS)}"))


def stored(event: Event) -> Event:
    """An event with its things as a document gives them: each lot before its pieces."""
    plain = [e for e in event.involved if not e.lot and e.part is not Part.LOT]
    lots = dict.fromkeys(e.lot for e in event.involved if e.lot)
    for lot in lots:
        plain.append(Involvement(Part.LOT, lot))
        plain += [e for e in event.involved if e.lot == lot]
    return replace(event, involved=tuple(plain))


def write(ctx: Context, events: Sequence[Event]) -> list[int]:
    """Take events into the ledger, some of them declared wrong; return their numbers."""
    rows = []
    for event in map(stored, events):
        digest = sha256(f"{ctx.firm} {event.id}".encode()).digest()
        rows.append((row_of(event, digest, derived=False), b"{}"))
    document = Submission(ctx.firm, sha256(repr(rows).encode()).digest(),
                          list(chunks_of(rows, pack=False)))  # fmt: skip
    with ctx.db.write() as conn:
        first = Blocks(conn).next(EVENT.name)
        written, naming = write_documents(conn, [document], NOW)
    naming.keep()
    assert written[0].captured == len(events)
    numbers = list(range(first, first + len(events)))
    declare(ctx, [n for n, event in zip(numbers, events, strict=True) if event.declared], True)
    return numbers


def declare(ctx: Context, numbers: Sequence[int], wrong: bool) -> None:
    """Declare events wrong, or right again."""
    with ctx.db.write() as conn:
        blocks = Blocks(conn)
        if wrong:
            steps = list(take_out(conn, numbers))
        else:
            conn.execute(update(EVENT).where(EVENT.c.id.in_(numbers)).values(declared=LIVE))
            steps = [(Kind.CHANGED, number, number) for number in numbers]
        append(conn, blocks, 0, steps)
        blocks.save()


@contextmanager
def both(ctx: Context) -> Iterator[tuple[ArrayAnswers, EventAnswers]]:
    """What answers from arrays, and what answers from events, in one state of the ledger."""
    with asking(ctx) as (conn, answers):
        assert isinstance(answers, ArrayAnswers)
        yield answers, EventAnswers(LedgerEvents(conn, ctx.firm))


def assert_same(ctx: Context, things: Sequence[str]) -> None:
    """All answers about things are equal."""
    with both(ctx) as (arrays, events):
        assert arrays.origins(things) == events.origins(things)
        for thing in things:
            assert arrays.back(thing) == events.back(thing)
            assert arrays.forward(thing) == events.forward(thing)
            assert arrays.life(thing) == events.life(thing)
            assert arrays.balance(thing) == events.balance(thing)
            assert arrays.surroundings(thing) == events.surroundings(thing)
        for seeds in [things, *([thing] for thing in things)]:
            for window in (ALL, (3, 8)):
                assert_scope(arrays.scope(seeds, *window), events.scope(seeds, *window))


def assert_scope(found: ScopeAnswer, wanted: ScopeAnswer) -> None:
    """Two scopes are equal, but for which of several equally near ways explains a line."""
    counts = ("seeds", "size", "products", "containers")
    assert [getattr(found, name) for name in counts] == [getattr(wanted, name) for name in counts]
    assert pathless(found.recall()) == pathless(wanted.recall())
    ours = {share.location: replace(share, some=()) for share in found.shares()}
    assert ours == {share.location: replace(share, some=()) for share in wanted.shares()}
    assert dict(found.standing()) == dict(wanted.standing())
    assert dict(found.holders()) == dict(wanted.holders())
    for line in found.lines():
        assert len(line.through) == line.depth
    assert [len(part) for part in (found.lines(1, 3), found.lines(2))] == [
        len(part) for part in (wanted.lines(1, 3), wanted.lines(2))
    ]


def pathless(found: Recall) -> Recall:
    """A recall without the ways that explain its lines."""
    return replace(
        found, affected=tuple(replace(line, why=(), through=()) for line in found.affected)
    )


@mixed
@given(chains(), st.lists(st.sampled_from(THINGS), min_size=1, max_size=2, unique=True))
def test_answers_are_those_of_the_events(
    ctx: Context, events: list[Event], things: list[str]
) -> None:
    """Rework, packing anew, events at one instant, late and void events."""
    mine = new_firm(ctx)
    write(mine, events)
    assert_same(mine, things)


@mixed
@given(chains(16), st.lists(st.integers(0, 16), max_size=3), st.data())
def test_the_next_question_knows_what_happened(
    ctx: Context, events: list[Event], cuts: list[int], data: st.DataObject
) -> None:
    """Between questions events come, are declared wrong and right again, and are erased."""
    mine = new_firm(ctx)
    known: dict[int, bool] = {}
    places = sorted({min(cut, len(events)) for cut in cuts})
    for first, past in zip([0, *places], [*places, len(events)], strict=True):
        part = events[first:past]
        numbers = write(mine, part) if part else []
        known |= dict(zip(numbers, (event.declared for event in part), strict=True))
        things = data.draw(st.lists(st.sampled_from(THINGS), min_size=1, max_size=2, unique=True))
        assert_same(mine, things)
        if known:
            number = data.draw(st.sampled_from(sorted(known)))
            if data.draw(st.integers(0, 5)):
                known[number] = not known[number]
                declare(mine, [number], known[number])
            else:
                del known[number]
                erase_one(mine, number)
            assert_same(mine, things)


def erase_one(ctx: Context, number: int) -> None:
    """Erase an event for good."""
    with ctx.db.write() as conn:
        blocks = Blocks(conn)
        append(conn, blocks, 0, steps_of([number], erase(conn, [number])))
        blocks.save()
