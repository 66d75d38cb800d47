"""How pages are found: along indexes, within a budget, without what is not to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from sanpin.base import InputError, StateError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.service.queries import all_events, event_page, pages, read_query
from sanpin.trace.store import search
from sanpin.trace.store.search import Budget, Sight, find_events_by_query

NOW = "2026-03-10T00:00:00Z"
THING = "https://id.gs1.org/01/09521234678908/21/A"


def history(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [
        {
            "type": "ObjectEvent",
            "eventTime": f"2026-03-01T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z",
            "eventTimeZoneOffset": "+00:00",
            "eventID": f"urn:example:{n}",
            "action": "ADD" if n % 100 == 99 else "OBSERVE",
            "bizStep": ("storing", "shipping")[n % 2],
            "disposition": "active",
            "readPoint": {"id": f"urn:example:gate:{n % 3}"},
            "bizLocation": {"id": f"urn:example:hall:{n % 5}"},
            "epcList": [THING if n % 2 else f"{THING}{n}"],
        }
        | fields
        for n in range(count)
    ]


@pytest.fixture
def filled(ctx: Context) -> Context:
    """Give a context with 600 events."""
    assert service.capture(ctx, [write_document(history(600), NOW)]).captured == 600
    return ctx


@pytest.fixture
def statements(filled: Context) -> Iterator[list[tuple[str, Any]]]:
    """Give the statements on events that are run from here on."""
    found: list[tuple[str, Any]] = []

    def keep(conn: Any, cursor: Any, statement: str, parameters: Any, *others: Any) -> None:
        if statement.startswith("SELECT trace_event.") and "epcs" not in statement:
            found.append((statement, parameters))

    event.listen(filled.db.engine, "before_cursor_execute", keep)
    yield found
    event.remove(filled.db.engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "trace_event_by_time"),
        ({"GE_eventTime": "2026-03-01T00:01:00Z"}, "trace_event_by_time"),
        ({"orderBy": "recordTime"}, "trace_event_by_record_time"),
        ({"EQ_bizStep": "shipping"}, "trace_event_by_step"),
        ({"EQ_bizStep": "shipping|storing", "orderBy": "eventTime"}, "trace_event_by_step"),
        ({"EQ_disposition": "active", "EQ_action": "ADD"}, "trace_event_by_disposition"),
        ({"EQ_readPoint": "urn:example:gate:1"}, "trace_event_by_read_point"),
        ({"WD_bizLocation": "urn:example:hall:1"}, "trace_event_by_location"),
    ],
)
def test_walks_go_along_an_index_and_sort_nothing(
    filled: Context,
    statements: list[tuple[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, object],
    index: str,
) -> None:
    monkeypatch.setattr(search, "_FEW", -1)
    page = event_page(filled, read_query(asked | {"perPage": 5}))
    event_page(filled, read_query(asked | {"perPage": 5, "nextPageToken": page.next}))
    walks = [one for one in statements if "ORDER BY" in one[0]]
    assert walks
    with filled.db.read() as conn:
        for statement, parameters in walks:
            rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            plan = " / ".join(str(row[3]) for row in rows)
            assert index in plan, (plan, statement)
            assert "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize(
    "asked",
    [
        {"MATCH_epc": THING},
        {"MATCH_epc": THING, "EQ_bizStep": "shipping"},
        {"EQ_eventID": "urn:example:7", "GE_eventTime": "2026-03-01T00:00:00Z"},
    ],
)
def test_gathering_never_scans_all_events(
    filled: Context, statements: list[tuple[str, Any]], asked: dict[str, object]
) -> None:
    assert event_page(filled, read_query(asked)).numbers
    with filled.db.read() as conn:
        for statement, parameters in statements:
            rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            plan = " / ".join(str(row[3]) for row in rows)
            assert "SCAN" not in plan, plan
            assert "by_time" not in plan, plan


def test_rare_events_are_found_through_many_windows(
    filled: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FIRST_WINDOW", -10_000)
    (page,) = all_events(filled, read_query({"EQ_action": "ADD"}))
    assert len(page.numbers) == 6


def test_a_budget_is_kept(filled: Context) -> None:
    query = read_query({"EQ_action": "DELETE"})
    assert event_page(filled, query, budget=Budget(600, 0)).numbers == ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_EASY", 10)
        with pytest.raises(StateError) as caught:
            event_page(filled, query, budget=Budget(50, 0))
    assert (caught.value.code, caught.value.status) == ("trace.query.too_complex", 413)
    assert "50" in str(caught.value)


def test_too_many_classes_for_a_pattern_are_walked(
    filled: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanpin.trace.store import routes

    asked = {"MATCH_epc": "urn:epc:idpat:sgtin:*.*.*", "perPage": "1000"}
    expected = event_page(filled, read_query(asked)).numbers
    monkeypatch.setattr(routes, "_MOST_CLASSES", 0)
    assert event_page(filled, read_query(asked)).numbers == expected
    assert len(expected) == 600


def test_what_is_hidden_and_what_is_not_seen_stays_out(filled: Context) -> None:
    with filled.db.read() as conn:
        owner, first = conn.execute(text("SELECT owner_id, min(id) FROM trace_event")).one()

        def found(*sights: Sight, hidden: tuple[tuple[int, int], ...] = ()) -> int:
            def nothing(numbers: Any, conditions: Any) -> set[int]:
                raise AssertionError("no text decides here")

            return len(
                find_events_by_query(
                    conn, "own", sights, read_query({"EQ_bizStep": "shipping"}), nothing,
                    limit=1000, hidden=hidden,
                )
            )  # fmt: skip

        assert found(Sight(owner)) == 300
        assert found(Sight(owner), hidden=((first, first + 99),)) == 250
        assert found(Sight(owner + 1)) == 0
        assert found() == 0
        assert found(Sight(owner, search.EVENT.c.action == 1), Sight(owner + 1)) == 6


def test_tokens_are_read_strictly(filled: Context) -> None:
    query = {"perPage": 2}
    token = event_page(filled, read_query(query)).next
    good = pages.read_cursor(token)
    for changed in (
        [*good[:1], True, *good[2:]],
        [*good[:2], 2**63, *good[3:]],
        good[:3],
        {"a": 1},
        "text",
    ):
        other = pages.write_cursor(changed)
        with pytest.raises(InputError) as caught:
            event_page(filled, read_query(query | {"nextPageToken": other}))
        assert caught.value.code == "trace.query.page"


def test_an_unknown_firm_sees_nothing(ctx: Context) -> None:
    assert event_page(ctx, read_query({})).numbers == ()
    assert event_page(ctx, read_query({"MATCH_epc": THING})).numbers == ()


def test_a_step_at_a_place_goes_along_an_index_of_both(
    filled: Context, statements: list[tuple[str, Any]]
) -> None:
    asked = {"EQ_bizStep": "shipping", "EQ_bizLocation": "urn:example:hall:3", "perPage": 7}
    found = [n for page in all_events(filled, read_query(asked)) for n in page.numbers]
    assert len(found) == sum(n % 2 == 1 and n % 5 == 3 for n in range(600))
    assert found == sorted(found)
    walks = [sql for sql, _ in statements if sql.startswith("SELECT trace_event.event_time")]
    assert walks
    assert all("INDEXED BY trace_event_by_location_step" in sql for sql in walks)
    many: dict[str, Any] = asked | {
        "EQ_bizStep": ["shipping", "storing", *(f"urn:example:step:{n}" for n in range(9))],
        "EQ_bizLocation": [f"urn:example:hall:{n}" for n in range(4)],
    }
    assert sum(len(page.numbers) for page in all_events(filled, read_query(many))) == 480
