"""Runs, jobs, leases, users, audit and notifications on both databases."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import DBAPIError

from sanpin.base import Domain, RunState, StateError, Verb
from sanpin.kit import audit
from sanpin.kit.auth import Role, create_key, create_user, identify_key, identify_session, log_in
from sanpin.kit.context import Context
from sanpin.kit.jobs import hold_lease, sweep_jobs
from sanpin.kit.jobs.child import carry_out
from sanpin.kit.jobs.lease import new_owner
from sanpin.kit.jobs.queue import claim, settle
from sanpin.kit.notify import add_webhook, inbox, notify, unread_count
from sanpin.kit.runs import cancel_run, enqueue, get_run, list_runs, start_run
from sanpin.kit.schema.tables import AUDIT, DELIVERY, JOB, METADATA, NOTIFICATION

SECRET = "correct horse battery"
DOMAIN = Domain("test", "Test", "tests", verbs={"add": Verb("Add", f"{__name__}:add")})


def add(_ctx: object, params: dict[str, int], _progress: object) -> dict[str, int]:
    """Add two numbers."""
    return {"sum": params["a"] + params["b"]}


@pytest.fixture(autouse=True)
def verb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the registry one domain with one computation."""
    monkeypatch.setattr("sanpin.kit.runs.control.domains", lambda: (DOMAIN,))
    monkeypatch.setattr("sanpin.kit.jobs.child.load", lambda _: add)


def test_the_tables_are_those_of_the_migrations(ctx: Context) -> None:
    """Every table has the columns, keys and nullability that the code believes in."""
    found = inspect(ctx.db.engine)
    for table in METADATA.sorted_tables:
        kept = {column["name"]: column for column in found.get_columns(table.name)}
        assert set(kept) == {column.name for column in table.columns}, table.name
        for column in table.columns:
            # SQLite reports text primary keys as they are declared; both must refuse NULL there.
            if not column.primary_key:
                assert kept[column.name]["nullable"] is column.nullable, column
        key = found.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key.columns]
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {str(index.name) for index in table.indexes} <= indexes, table.name


def test_a_job_from_queue_to_result(ctx: Context) -> None:
    """Queued, claimed once, carried out, settled."""
    run = enqueue(ctx, "test.add", {"a": 2, "b": 3})
    owner = new_owner()
    job = claim(ctx.db, owner, ctx.now())
    assert job and job.run_id == run.id
    assert claim(ctx.db, new_owner(), ctx.now()) is None
    carry_out(ctx, job)
    with ctx.db.write() as conn:
        assert settle(conn, job.id, owner, StateError("a", "b"), ctx.now()) is RunState.DONE
    assert get_run(ctx, run.id).metrics == {"sum": 5}


def test_racing_workers_take_each_job_once(ctx: Context) -> None:
    """Whatever the database does to keep them apart."""
    wanted = sorted(enqueue(ctx, "test.add", {"a": n, "b": 0}).id for n in range(10))
    taken: list[str] = []
    barrier = threading.Barrier(3)

    def race() -> None:
        owner = new_owner()
        barrier.wait()
        while job := claim(ctx.db, owner, ctx.now()):
            taken.append(job.run_id)

    threads = [threading.Thread(target=race) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == wanted


def race_for_the_lease(ctx: Context, moment: datetime) -> list[str]:
    """Let four processes elsewhere try at once; return who got it."""
    winners: list[str] = []
    barrier = threading.Barrier(4)

    def race(name: str) -> None:
        barrier.wait()
        if hold_lease(ctx.db, "scheduler", name, 15, moment):
            winners.append(name)

    threads = [threading.Thread(target=race, args=(f"elsewhere:{n}:x",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return winners


def test_racing_schedulers_agree_on_one(ctx: Context) -> None:
    """First taking and taking over are both decided by one statement."""
    now = ctx.now()
    assert len(race_for_the_lease(ctx, now)) == 1
    assert len(race_for_the_lease(ctx, now + timedelta(minutes=1))) == 1


def test_a_lost_job_is_swept_once(ctx: Context) -> None:
    """Two sweepers, one reason."""
    run = enqueue(ctx, "test.add", {"a": 1, "b": 1})
    assert claim(ctx.db, new_owner(), ctx.now())
    past = ctx.now() - timedelta(seconds=1)
    with ctx.db.write() as conn:
        conn.execute(update(JOB).values(host="elsewhere", lease_until=past))
    assert sweep_jobs(ctx) == 1
    assert sweep_jobs(ctx) == 0
    assert get_run(ctx, run.id).error["code"] == "jobs.worker.lost"


def test_runs_keep_their_values(ctx: Context) -> None:
    """JSON, instants and states come back as they went in."""
    params = {"text": "瓷盘", "numbers": [1, 2.5, None], "nested": {"yes": True}}
    with start_run(ctx, "demand", "forecast", params=params, seed=2**40) as run:
        run.metrics({"rmsse": 0.5, "nan": float("nan")})
        cancel_run(ctx, run.id)
    (kept,) = list_runs(ctx)
    assert (kept.params, kept.seed) == (params, 2**40)
    assert kept.metrics == {"rmsse": 0.5, "nan": None}
    assert kept.started and kept.finished and kept.started.utcoffset() == timedelta()


@pytest.mark.parametrize("kind", ["update", "delete"])
def test_the_audit_log_is_sealed(ctx: Context, kind: str) -> None:
    """By the database itself."""
    with ctx.db.write() as conn:
        audit.record(conn, ctx, "item.change", "item/1", None, {"unit": "EA"})
    change = update(AUDIT).values(actor="x") if kind == "update" else delete(AUDIT)
    with pytest.raises(DBAPIError, match="append-only"), ctx.db.write() as conn:
        conn.execute(change)
    (entry,) = audit.entries(ctx)
    assert (entry.actor, entry.before, entry.after) == ("local", None, {"unit": "EA"})


def test_users_sessions_and_keys(ctx: Context) -> None:
    """The way in, on both databases."""
    create_user(ctx, "ann", SECRET, Role.PLANNER)
    with pytest.raises(StateError):
        create_user(ctx, "ann", SECRET)
    session = log_in(ctx.db, "ann", SECRET, "10.0.0.1", ctx.now())
    identity = identify_session(ctx.db, session.token, ctx.now())
    assert identity and identity.role is Role.PLANNER
    made = create_key(ctx, "script", scopes=["demand:read"])
    known = identify_key(ctx.db, made.secret, ctx.now())
    assert known and known.scopes == ("demand:read",)


def test_a_notification_and_its_deliveries_are_one_change(ctx: Context) -> None:
    """Both or neither."""
    add_webhook(ctx, "https://example.com/x", kinds=["a.b"])
    notify(ctx, "a.b", "Hello {who}", who="世界")
    with pytest.raises(StateError), ctx.db.write() as conn:
        notify(ctx, "a.b", "Hello", conn=conn)
        raise StateError("a.b", "undone")
    assert unread_count(ctx) == 1
    assert inbox(ctx)[0].text("en") == "Hello 世界"
    with ctx.db.read() as conn:
        deliveries = conn.execute(select(DELIVERY.c.notification_id)).scalars().all()
        notes = conn.execute(select(NOTIFICATION.c.id)).scalars().all()
    assert deliveries == notes
