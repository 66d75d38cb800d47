"""Queries on both databases: every family of parameters, in every way, against the plain answer."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.trace.query.oracle import ASKED, Asked, Thing, answer, histories, questions, writings

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.engine.query import FAMILIES
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.service.capture import save_master
from sanpin.trace.service.queries import all_events, event_page, read_query
from sanpin.trace.store import search
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.tables import EVENT

NOW = "2026-03-10T00:00:00Z"
_FIRMS = count(1)
SMALL = {"_FEW": -1, "_FIRST_WINDOW": -10_000}
WAYS: dict[str, dict[str, int]] = {
    "as chosen": {},
    "walk side by side": SMALL,
    "walk along time": SMALL | {"_STREAMS": 0},
    "gather": {"_FEW": -1, "_EASY": -1},
}


@pytest.fixture(params=sorted(WAYS))
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the search prefer one of its ways."""
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(search, name, value)
    return str(request.param)


def kept(ctx: Context, history: list[dict[str, Any]]) -> tuple[Context, list[int]]:
    """Capture a history for a firm of its own; give the numbers of its events."""
    ctx = ctx.acting_as(Actor("someone", Role.ADMIN, f"firm-{next(_FIRMS)}"))
    names = {n: writings(Thing("place", n))[0] for n in (1, 2, 3)}
    save_master(
        ctx,
        [
            MasterEntry(names[1], "place", "site", {}, (names[2],)),
            MasterEntry(names[2], "place", "hall", {}, (names[3],)),
        ],
    )
    half = len(history) // 2
    for part in (history[:half], history[half:]):
        prefixes = {"example": "https://example.org/fields/"}
        report = service.capture(ctx, [write_document(part, NOW, prefixes)])
        assert (report.captured, report.errors) == (len(part), ())
    with ctx.db.read() as conn:
        mine = EVENT.c.owner_id == owner_of(conn, ctx.firm)
        return ctx, list(conn.scalars(select(EVENT.c.id).where(mine).order_by(EVENT.c.id)))


def paged(ctx: Context, parameters: dict[str, object], size: int) -> list[int]:
    """Ask page by page."""
    found: list[int] = []
    token = ""
    while True:
        asked = parameters | {"perPage": size} | ({"nextPageToken": token} if token else {})
        page = event_page(ctx, read_query(asked))
        assert len(page.numbers) <= size
        found += page.numbers
        token = page.next
        if not token:
            return found
        assert len(page.numbers) == size


def test_every_family_has_a_plain_answer() -> None:
    assert set(ASKED) == {family.name for family in FAMILIES if not family.own}


@pytest.mark.parametrize("family", sorted(ASKED))
@settings(
    max_examples=3,
    suppress_health_check=list(HealthCheck),
    # The events are small enough to read, and shrinking them takes minutes.
    phases=[Phase.generate],
)
@given(data=st.data())
def test_answers_are_those_of_looking_at_every_event(
    ctx: Context, way: str, family: str, data: st.DataObject
) -> None:
    history = data.draw(histories())
    own, numbers = kept(ctx, history)
    for _ in range(3):
        asked: list[Asked] = data.draw(questions(family))
        expected = [numbers[place] for place in answer(history, asked)]
        parameters: dict[str, object] = {one.name: "|".join(one.values) for one in asked}
        assert paged(own, parameters, data.draw(st.integers(1, 5))) == expected
        parameters["orderBy"] = "eventTime"
        assert paged(own, parameters, 3) == expected[::-1]
        few = data.draw(st.integers(1, 4))
        assert paged(own, parameters | {"eventCountLimit": few}, 2) == expected[::-1][:few]
        parameters = parameters | {"orderBy": "recordTime", "orderDirection": "ASC"}
        (page,) = all_events(own, read_query(parameters))
        assert list(page.numbers) == sorted(expected)
