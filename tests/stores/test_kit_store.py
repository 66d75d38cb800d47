"""What the kit keeps, on every database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import polars as pl
import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from sanpin.base import EngineError
from sanpin.kit.context import Context
from sanpin.kit.db import Instant, Json, upsert
from sanpin.kit.schema.tables import DATASET, SETTING
from sanpin.kit.settings import all_settings, get_setting, set_setting

_META = MetaData()
_THING = Table(
    "test_thing",
    _META,
    Column("id", Text, primary_key=True),
    Column("at", Instant),
    Column("value", Json),
)


@pytest.fixture
def things(ctx: Context) -> Context:
    """Give a context with a table of instants and JSON values."""
    with ctx.db.write() as conn:
        _META.create_all(conn)
    return ctx


def test_instants_come_back_in_utc(things: Context) -> None:
    noon = datetime(2025, 3, 8, 12, 0, 0, 5, timezone(timedelta(hours=8)))
    with things.db.write() as conn:
        conn.execute(insert(_THING).values(id="a", at=noon))
    with things.db.read() as conn:
        found = conn.execute(select(_THING.c.at)).scalar_one()
    assert found == noon
    assert found.tzinfo is UTC
    assert found.hour == 4


def test_naive_times_are_refused(things: Context) -> None:
    with pytest.raises(StatementError, match="time zone"), things.db.write() as conn:
        conn.execute(insert(_THING).values(id="a", at=datetime(2025, 3, 8)))  # noqa: DTZ001


def test_instants_sort_and_compare_in_the_database(things: Context) -> None:
    start = datetime(2025, 3, 8, tzinfo=UTC)
    moments = [start + timedelta(microseconds=step) for step in (0, 1, 1_000_000, 86_400_000_000)]
    with things.db.write() as conn:
        conn.execute(
            insert(_THING), [{"id": str(i), "at": at} for i, at in enumerate(reversed(moments))]
        )
    with things.db.read() as conn:
        found = conn.execute(select(_THING.c.at).order_by(_THING.c.at)).scalars().all()
        later = conn.execute(select(_THING.c.id).where(_THING.c.at > moments[1])).all()
    assert found == moments
    assert len(later) == 2


@pytest.mark.parametrize(
    "value", [{"件": [1, 2.5, None, True, "x"]}, [], "text", 0, False, {"a": {"b": {}}}]
)
def test_json_comes_back_equal(things: Context, value: object) -> None:
    with things.db.write() as conn:
        conn.execute(insert(_THING).values(id="a", value=value))
    with things.db.read() as conn:
        assert conn.execute(select(_THING.c.value)).scalar_one() == value


def test_json_takes_dates_decimals_and_no_value(things: Context) -> None:
    with things.db.write() as conn:
        value = {"d": datetime(2025, 3, 8, tzinfo=UTC), "n": Decimal("1.5"), 3: "x"}
        conn.execute(insert(_THING).values(id="a", value=value))
        conn.execute(insert(_THING).values(id="b", value=None))
    with things.db.read() as conn:
        found = conn.execute(select(_THING.c.value).where(_THING.c.id == "a")).scalar_one()
        nothing = conn.execute(select(_THING.c.id).where(_THING.c.value.is_(None))).scalars()
        assert list(nothing) == ["b"]
    assert found == {"d": "2025-03-08T00:00:00+00:00", "n": "1.5", "3": "x"}


def test_upsert_replaces_what_it_names_and_keeps_the_rest(things: Context) -> None:
    at = datetime(2025, 3, 8, tzinfo=UTC)
    with things.db.write() as conn:
        upsert(conn, _THING, [{"id": "a", "at": at, "value": 1}, {"id": "b", "at": at, "value": 2}])
        upsert(conn, _THING, [{"id": "a", "value": 3}, {"id": "c", "value": 4}])
        upsert(conn, _THING, [{"id": "a"}])
        upsert(conn, _THING, [])
        rows = conn.execute(select(_THING).order_by(_THING.c.id)).all()
    assert [tuple(row) for row in rows] == [("a", at, 3), ("b", at, 2), ("c", None, 4)]


def test_a_failed_block_leaves_nothing(things: Context) -> None:
    with pytest.raises(IntegrityError), things.db.write() as conn:
        conn.execute(insert(_THING).values(id="a"))
        conn.execute(insert(_THING).values(id="a"))
    with things.db.read() as conn:
        assert conn.execute(select(_THING)).all() == []


def test_a_reader_sees_one_state(things: Context) -> None:
    with things.db.read() as reader:
        before = reader.execute(select(_THING)).all()
        with things.db.write() as conn:
            conn.execute(insert(_THING).values(id="a"))
        assert reader.execute(select(_THING)).all() == before == []
    with things.db.read() as reader:
        assert len(reader.execute(select(_THING)).all()) == 1


def test_a_write_inside_a_write_is_refused_at_once(things: Context) -> None:
    with things.db.write(), pytest.raises(EngineError) as caught, things.db.write():
        pass
    assert caught.value.code == "db.write.nested"
    with things.db.write() as conn:  # the refusal does not stay
        conn.execute(insert(_THING).values(id="a"))


def test_writers_in_threads_wait_for_each_other(things: Context) -> None:
    def add(number: int) -> None:
        def count_up(conn: object) -> None:
            row = conn.execute(  # type: ignore[attr-defined]
                select(_THING.c.value).where(_THING.c.id == "n").with_for_update()
            ).scalar_one()
            upsert(conn, _THING, [{"id": "n", "value": row + number}])  # type: ignore[arg-type]

        for _ in range(5):
            things.db.transact(count_up)

    with things.db.write() as conn:
        conn.execute(insert(_THING).values(id="n", value=0))
    threads = [threading.Thread(target=add, args=(number,)) for number in (1, 10, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with things.db.read() as conn:
        assert conn.execute(select(_THING.c.value)).scalar_one() == 555


def test_settings_belong_to_a_firm(ctx: Context) -> None:
    set_setting(ctx, "as_of", "2011-09-16")
    set_setting(ctx, "demand.levels", {"service": 0.95})
    set_setting(ctx, "as_of", "newest")
    assert get_setting(ctx, "as_of") == "newest"
    assert all_settings(ctx) == {"as_of": "newest", "demand.levels": {"service": 0.95}}
    with ctx.db.write() as conn:
        upsert(conn, SETTING, [{"firm": "other", "key": "as_of", "value": "real"}])
    assert get_setting(ctx, "as_of") == "newest"
    set_setting(ctx, "as_of", None)
    assert get_setting(ctx, "as_of", "newest of all") == "newest of all"


def test_the_lake_keeps_file_and_row_together(ctx: Context) -> None:
    frame = pl.DataFrame({"item": ["22423", "0071"], "quantity": [1, 2]})
    with ctx.db.write() as conn:
        dataset = ctx.lake.write(conn, "demand", "orders", frame, firm="own", meta={"a": 1})
    with ctx.db.read() as conn:
        assert ctx.lake.latest(conn, "demand", "orders", "own") == dataset
        assert ctx.lake.latest(conn, "demand", "orders", "other") is None
    assert ctx.lake.read(dataset.id).equals(frame)
    assert ctx.lake.get(dataset.id).meta == {"a": 1}
    with pytest.raises(RuntimeError), ctx.db.write() as conn:
        ctx.lake.write(conn, "demand", "orders", frame, firm="own")
        raise RuntimeError
    with ctx.db.read() as conn:
        assert conn.execute(select(DATASET.c.id)).scalars().all() == [dataset.id]
    assert len(list(ctx.lake.path.rglob("*.parquet"))) == 1


def test_json_loses_only_the_character_that_no_database_keeps(ctx: Context) -> None:
    """An escaped backslash before u0000 is text like any other."""
    kept = {"a\x00": ["b\x00c\x00", r"\u0000", "\\\x00"]}
    set_setting(ctx, "example", kept)
    assert get_setting(ctx, "example", None) == {
        "a\ufffd": ["b\ufffdc\ufffd", r"\u0000", "\\\ufffd"]
    }
