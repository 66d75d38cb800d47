"""Queries on both databases: every family of parameters, in every way, against the plain answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.trace.query.oracle import ASKED, Asked, Thing, answer, histories, questions, writings

from sanpin.base import InputError, SanpinError
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


@contextmanager
def going(way: str) -> Iterator[None]:
    """Make the search prefer one of its ways."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WAYS[way].items():
            patch.setattr(search, name, value)
        yield


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
    ctx: Context, family: str, data: st.DataObject
) -> None:
    """In each way, about a history of its own: it is kept once, then asked in all of them."""
    history = data.draw(histories())
    own, numbers = kept(ctx, history)
    for way in data.draw(st.permutations(sorted(WAYS))):
        asked: list[Asked] = data.draw(questions(family))
        expected = [numbers[place] for place in answer(history, asked)]
        parameters: dict[str, object] = {one.name: "|".join(one.values) for one in asked}
        with going(way):
            assert paged(own, parameters, data.draw(st.integers(1, 5))) == expected, way
            parameters["orderBy"] = "eventTime"
            assert paged(own, parameters, 3) == expected[::-1], way
            few = data.draw(st.integers(1, 4))
            limited = parameters | {"eventCountLimit": few}
            assert paged(own, limited, 2) == expected[::-1][:few], way
            parameters = parameters | {"orderBy": "recordTime", "orderDirection": "ASC"}
            (page,) = all_events(own, read_query(parameters))
            assert list(page.numbers) == sorted(expected), way


NUL = "\x00"


def test_a_character_that_no_database_keeps_is_refused_or_found_nowhere(ctx: Context) -> None:
    """PostgreSQL has no text with U+0000: documents name it, questions find nothing."""
    event: dict[str, Any] = {
        "type": "ObjectEvent", "eventTime": "2026-03-01T08:30:00Z", "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE", "epcList": ["urn:x:good"], "example:note": f"a{NUL}b",
    }  # fmt: skip
    prefixes = {"example": "https://example.org/fields/"}
    assert service.capture(ctx, [write_document([event], NOW, prefixes)]).captured == 1
    bad = f"urn:x:{NUL}"
    for field in (
        {"epcList": [bad]},
        {"eventID": bad},
        {"bizStep": bad},
        {"readPoint": {"id": bad}},
    ):
        report = service.capture(ctx, [write_document([event | field], NOW, prefixes)])
        assert (report.captured, report.errors[0].problem.code[:12]) == (0, "trace.event.")
    for name in ("MATCH_anyEPC", "EQ_bizStep", "EQ_eventID", "EQ_bizLocation", "WD_readPoint"):
        try:
            page = event_page(ctx, read_query({name: [bad]}))
        except InputError as error:
            assert error.code == "trace.query.parameter"
        else:
            assert not page.numbers
    assert list(service.search(ctx, NUL, 5)) == []
    assert not service.places(ctx, search=NUL).rows
    for ask in (service.back_record, service.history_of):
        with pytest.raises(SanpinError) as refusal:
            ask(ctx, bad)
        assert refusal.value.status in (404, 422)


def test_names_of_places_lose_what_no_database_keeps(ctx: Context) -> None:
    """The document stays as it came; only the name that people read leaves the character out."""
    place = "https://id.gs1.org/414/9520000000004"
    named = {"id": "https://ref.gs1.org/cbv/mda#name", "attribute": f"F{NUL}arm"}
    header = {"epcisMasterData": {"vocabularyList": [
        {"type": "urn:epcglobal:epcis:vtype:BusinessLocation",
         "vocabularyElementList": [{"id": place, "attributes": [named]}]}]}}  # fmt: skip
    event: dict[str, Any] = {
        "type": "ObjectEvent", "eventTime": "2026-03-01T08:30:00Z", "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE", "epcList": ["urn:x:good"], "bizLocation": {"id": place},
    }  # fmt: skip
    document = orjson.loads(write_document([event], NOW, {})) | {"epcisHeader": header}
    assert service.capture(ctx, [orjson.dumps(document)]).captured == 1
    assert "arm" in service.place(ctx, place).name_en
