"""Half hours in which things of a class take part: how they are marked, and pages found by them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from sanpin.base import StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.engine.identifiers import check_digit
from sanpin.trace.model.events import Part
from sanpin.trace.service.queries import event_page, pages, read_query
from sanpin.trace.store import presence, search
from sanpin.trace.store.erasing import erase
from sanpin.trace.store.intern import find_things, owner_of
from sanpin.trace.store.keeping import erase_older
from sanpin.trace.store.migrations.v0005_presence import FILL
from sanpin.trace.store.presence import Presence, spans_of
from sanpin.trace.store.search import Budget
from sanpin.trace.store.tables import EPC_CLASS, EVENT, PRESENCE

START = datetime(2026, 3, 1, tzinfo=UTC)
HALF = 1_800_000_000
OFTEN, RARE, NEVER = (
    f"https://id.gs1.org/01/{body}{check_digit(body)}"
    for body in ("0952123400010", "0952123400011", "0952123400012")
)
CASE = f"https://id.gs1.org/00/09521234000000001{check_digit('09521234000000001')}"
SHOP = "urn:example:shop"


def moment(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def one(name: str, minutes: int, product: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:example:{name}",
        "eventTime": moment(minutes),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "storing" if minutes % 4 else "shipping",
        "epcList": [f"{product}/21/{name}"],
        **fields,
    }


def history() -> list[dict[str, Any]]:
    """A product in every event of three weeks but the last, and one on two of the days."""
    often = [one(f"o{n}", 37 * n, OFTEN) for n in range(800)]
    rare = [one(f"r{n}", minutes, RARE) for n, minutes in enumerate((15_000, 15_001, 29_500))]
    packed = one("packed", 15_002, RARE, type="AggregationEvent", action="ADD",
                 parentID=CASE, childEPCs=[f"{RARE}/21/r0"])  # fmt: skip
    del packed["epcList"]
    early = one("early", -40_000_000, RARE)
    return [*often, *rare, packed, early]


def capture(ctx: Context, events: list[dict[str, Any]]) -> None:
    report = service.capture(ctx, [write_document(events, "2026-04-10T00:00:00Z")])
    assert report.captured == len(events)


@pytest.fixture
def filled(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Give a context with a history, whose patterns are never gathered."""
    capture(ctx, history())
    monkeypatch.setattr(search, "_FEW", -1)
    return ctx


def names(ctx: Context, asked: dict[str, Any], between: Any = None) -> list[str]:
    """Identifiers of the events of all pages; between two of them something happens."""
    found: list[str] = []
    token = ""
    while True:
        page = event_page(ctx, read_query(asked | ({"nextPageToken": token} if token else {})))
        for body, _ in page.texts:
            found.append(body.decode().split('"urn:example:')[1].split('"')[0])
        token = page.next
        if not token:
            return found
        if between is not None:
            between()


def expected(product: str, *fields: str, events: list[dict[str, Any]]) -> list[str]:
    """The plain answer, in the order of time."""
    chosen = [e for e in events if any(product in str(e.get(name)) for name in fields)]
    chosen.sort(key=lambda e: datetime.fromisoformat(e["eventTime"]))
    return [e["eventID"].removeprefix("urn:example:") for e in chosen]


@pytest.mark.parametrize(
    "product, size", [(OFTEN, 30), (OFTEN, 100), (RARE, 2), (RARE, 100), (NEVER, 2)]
)
def test_a_product_is_found_in_both_orders(filled: Context, product: str, size: int) -> None:
    plain = expected(product, "epcList", "childEPCs", events=history())
    assert names(filled, {"MATCH_epc": product, "perPage": size}) == plain
    down = {"MATCH_epc": product, "perPage": size, "orderBy": "eventTime"}
    assert names(filled, down) == plain[::-1]
    since = {"MATCH_epc": product, "GE_eventTime": moment(15_001), "perPage": size}
    late = [e for e in history() if e["eventTime"] >= moment(15_001) and e["eventTime"][0] == "2"]
    assert names(filled, since) == expected(product, "epcList", "childEPCs", events=late)
    until = {"MATCH_epc": product, "LT_eventTime": moment(15_001), "perPage": size}
    assert names(filled, until) == plain[: len(plain) - len(names(filled, since))]


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_a_product_is_found_in_the_order_of_capture(filled: Context, order: str) -> None:
    asked = {"MATCH_epc": RARE, "orderBy": "recordTime", "orderDirection": order, "perPage": 2}
    plain = ["r0", "r1", "r2", "packed", "early"]
    assert names(filled, asked) == (plain if order == "ASC" else plain[::-1])


def test_a_part_is_marked_apart(filled: Context) -> None:
    assert names(filled, {"MATCH_anyEPC": RARE, "EQ_bizStep": "shipping"}) == [
        "early", "r0", "r2",
    ]  # fmt: skip
    assert names(filled, {"MATCH_parentID": CASE}) == ["packed"]
    assert names(filled, {"MATCH_parentID": "urn:epc:idpat:sscc:*.*"}) == ["packed"]
    assert names(filled, {"MATCH_outputEPC": RARE}) == []
    both = {"MATCH_epc": RARE, "MATCH_parentID": "urn:epc:idpat:sscc:*.*"}
    assert names(filled, both) == ["packed"]


def test_only_marked_half_hours_are_looked_at(
    filled: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three half hours with a dozen events, of more than 800."""
    few = Budget(20, 40)
    query = read_query({"MATCH_epc": RARE})
    assert len(event_page(filled, query, budget=few).numbers) == 5
    monkeypatch.setattr(search, "spans_of", lambda conn, owner, wanted, bounds, **_: iter([bounds]))
    with pytest.raises(StateError) as caught:
        event_page(filled, query, budget=few)
    assert caught.value.code == "trace.query.too_complex"


def test_pages_stay_while_new_events_arrive(filled: Context) -> None:
    count = iter(range(1000))

    def arrive() -> None:
        n = next(count)
        capture(filled, [one(f"new{n}-{m}", m + n, RARE) for m in (1, 15_001, 40_000)])

    plain = expected(RARE, "epcList", "childEPCs", events=history())
    assert names(filled, {"MATCH_epc": RARE, "perPage": 2}, arrive) == plain
    down = {"MATCH_epc": RARE, "perPage": 3, "orderBy": "eventTime"}
    now = names(filled, {"MATCH_epc": RARE, "perPage": 100})
    assert {"new0-1", "new1-40000"} < set(now)
    assert names(filled, down, arrive) == now[::-1]


def marks(ctx: Context) -> set[tuple[Any, ...]]:
    with ctx.db.read() as conn:
        asked = select(EPC_CLASS.c.prefix, PRESENCE.c.part, PRESENCE.c.day, PRESENCE.c.halves)
        asked = asked.join(PRESENCE, PRESENCE.c.class_id == EPC_CLASS.c.id)
        return {tuple(row) for row in conn.execute(asked)}


def test_a_document_that_spreads_is_marked_exactly(filled: Context) -> None:
    """And as the migration marks what was there before."""
    written = marks(filled)
    start = int(START.timestamp()) // 86_400
    assert (f"{RARE}/21/", int(Part.EPC), start + 10, 1 << 20) in written
    assert (f"{RARE}/21/", int(Part.CHILD), start + 10, 1 << 20) in written
    assert all(day < start for _, _, day, _ in written if day < 0)
    with filled.db.write() as conn:
        conn.execute(delete(PRESENCE))
        conn.execute(text(FILL))
    assert marks(filled) == written


def test_a_document_of_two_half_hours_is_marked_as_a_whole(ctx: Context) -> None:
    capture(ctx, [one("a", 10, OFTEN), one("b", 40, RARE)])
    assert {halves for _, _, _, halves in marks(ctx)} == {3}


def test_marks_go_with_the_last_event_of_a_day_and_come_back(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FEW", -1)
    monkeypatch.setattr(presence, "_TOGETHER", 0)
    events = [one(f"e{n}", 1440 * n, RARE) for n in range(3)] + [one("late", 600, OFTEN)]
    capture(ctx, events)
    now = START + timedelta(days=90)
    with ctx.db.write() as conn:
        assert erase_older(conn, ctx.firm, START + timedelta(minutes=5), 10, now) == 1
    assert len(marks(ctx)) == 4
    with ctx.db.write() as conn:
        assert erase_older(conn, ctx.firm, START + timedelta(days=1), 10, now) == 1
    assert len(marks(ctx)) == 2
    capture(ctx, [events[0], one("again", 2880, RARE)])
    assert names(ctx, {"MATCH_epc": RARE}) == ["e0", "e1", "e2", "again"]
    with ctx.db.write() as conn:
        erase(conn, list(conn.scalars(select(EVENT.c.id))))
    assert marks(ctx) == set()


def test_what_another_firm_has_is_not_looked_for(filled: Context) -> None:
    other = filled.acting_as(Actor("someone", Role.ADMIN, "other"))
    capture(other, [one("theirs", 15_001, RARE)])
    assert names(other, {"MATCH_epc": RARE}) == ["theirs"]
    assert "theirs" not in names(filled, {"MATCH_epc": RARE})
    with filled.db.read() as conn:
        number = find_things(conn, [f"{RARE}/21/r0"])
        assert len(number) == 1
        owner = owner_of(conn, "other")
        classes = list(
            conn.scalars(select(EPC_CLASS.c.id).where(EPC_CLASS.c.prefix == f"{RARE}/21/"))
        )
        wanted = [Presence(classes, [int(Part.EPC)])]
        first = int(START.timestamp()) * 1_000_000 + 500 * HALF
        ever = (-(2**62), 2**62)
        assert list(spans_of(conn, owner, wanted, ever)) == [(first, first + HALF)]
        assert list(spans_of(conn, owner, wanted, (first + 61_000_000, first + HALF - 1))) == []
        inside = first + 7, first + HALF - 1
        assert list(spans_of(conn, owner, wanted, inside)) == [inside]
        mine = owner_of(conn, filled.firm)
        up = list(spans_of(conn, mine, wanted, ever))
        down = list(spans_of(conn, mine, wanted, ever, descending=True))
        assert up == down[::-1] and len(up) == 3
        nothing = [*wanted, Presence(classes, [int(Part.INPUT)])]
        assert list(spans_of(conn, mine, nothing, ever)) == []


def test_frequent_parties_and_declarations_are_told_without_texts(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FEW", -1)
    to = {"destinationList": [{"type": "owning_party", "destination": SHOP}]}
    wrong = {"errorDeclaration": {"declarationTime": moment(0), "reason": "incorrect_data"}}
    capture(ctx, [one(f"e{n}", n, OFTEN, **(to if n % 3 else {})) for n in range(60)])
    capture(ctx, [one("e7", 7, OFTEN, **wrong)])

    def unread(*_: Any) -> set[int]:
        raise AssertionError("no text decides here")

    monkeypatch.setattr(pages._Search, "_check", unread)
    asked = {"EQ_destination_owning_party": SHOP, "perPage": 7}
    assert names(ctx, asked) == [f"e{n}" for n in range(60) if n % 3]
    shipped = asked | {"EQ_bizStep": "shipping", "orderBy": "eventTime"}
    assert names(ctx, shipped) == [f"e{n}" for n in range(59, -1, -1) if n % 3 and n % 4 == 0]
    assert names(ctx, {"EXISTS_errorDeclaration": "true"}) == ["e7"]
    assert names(ctx, {"EQ_destination_possessing_party": SHOP}) == []


def test_many_classes_are_not_looked_up_for_each_event() -> None:
    assert presence.marked(Presence(range(100), [0])) is None
    assert presence.marked(Presence([1], [0])) is not None
