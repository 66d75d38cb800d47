"""Small parts of the kit at their edges: answers of robots, leases, cursors, plug-ins, Runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sanpin.base import EngineError, InputError, RunState, StateError
from sanpin.kit import registry
from sanpin.kit.context import Actor, Context
from sanpin.kit.cursors import LARGEST_PAGE, paginate, read_cursor, write_cursor
from sanpin.kit.http.details import describe, simple
from sanpin.kit.http.doors import is_loopback
from sanpin.kit.http.events import Snapshot, event_stream
from sanpin.kit.http.exports import export_response
from sanpin.kit.http.roles import domain_of, is_open
from sanpin.kit.jobs.lease import hold_lease, host_name, is_alive, new_owner
from sanpin.kit.jobs.queue import claim, read_job, renew, settle
from sanpin.kit.notify.delivery import _refusal
from sanpin.kit.notify.inbox import Notification
from sanpin.kit.notify.shapes import shape
from sanpin.kit.notify.webhooks import PRESETS, Webhook
from sanpin.kit.runs import compare_runs, get_run, start_run
from sanpin.kit.runs.record import close_row, error_record, hash_inputs
from sanpin.kit.schema.tables import LEASE, RUN

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def hook(preset: str, secret: str = "") -> Webhook:
    """A listener of one form."""
    url = "https://robot.example/send?key=1"
    return Webhook("w", "own", url, preset, secret, (), "en", True, NOW)


NOTE = Notification("n", "own", "", "a.b", "ok", "Done: {n}", {"n": 3}, "/runs/7", NOW, None)


@pytest.mark.parametrize("preset", PRESETS)
def test_only_robots_are_asked_whether_they_took_the_message(preset: str) -> None:
    """A listener of one's own may answer any code, 200 among them."""
    message = shape(hook(preset, "key"), NOTE, "https://plant.example/", NOW)
    assert message.robot is (preset != "json")
    if preset == "json":
        assert orjson.loads(message.body)["text"] == "Done: 3"
    else:
        assert b"Done: 3" in message.body
        assert b"https://plant.example/runs/7" in message.body, "one slash between the two"


@pytest.mark.parametrize("preset", [one for one in PRESETS if one != "json"])
def test_a_link_stays_out_where_the_address_is_not_known(preset: str) -> None:
    """A path alone leads nowhere from a messenger."""
    assert b"/runs/7" not in shape(hook(preset), NOTE, "", NOW).body


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (b'{"errcode": 0, "errmsg": "ok"}', ""),
        (b'{"code": 0}', ""),
        (b"ok", ""),
        (b"", ""),
        (b"[1]", ""),
        (b"[" * 10_000, ""),
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "93000: invalid webhook url"),
        (b'{"code": 19021, "msg": "sign match fail"}', "19021: sign match fail"),
    ],
)
def test_a_robot_says_why_it_refused(answer: bytes, refused: str) -> None:
    """By a code that is not zero; what is no such answer is none, however deep it nests."""
    assert _refusal(answer) == refused


def test_a_lease_is_held_by_one_until_it_ends(ctx: Context) -> None:
    """Renewed by its holder, refused to others, free after its time."""
    first, second = "elsewhere:1:a", "elsewhere:2:b"
    assert hold_lease(ctx.db, "work", first, 10, NOW)
    assert not hold_lease(ctx.db, "work", second, 10, NOW + timedelta(seconds=9))
    assert hold_lease(ctx.db, "work", first, 10, NOW + timedelta(seconds=9))
    assert not hold_lease(ctx.db, "work", second, 10, NOW + timedelta(seconds=18))
    assert hold_lease(ctx.db, "work", second, 10, NOW + timedelta(seconds=20))
    assert not hold_lease(ctx.db, "work", first, 10, NOW + timedelta(seconds=21))
    assert hold_lease(ctx.db, "other", first, 10, NOW), "another name is another lease"


def test_a_lease_of_a_dead_process_here_is_not_waited_for(ctx: Context) -> None:
    """Its host and process id tell; a living one and one elsewhere are waited for."""
    dead = f"{host_name()}:999999999:x"
    alive = f"{host_name()}:{os.getpid()}:x"
    for owner, free in ((dead, True), (alive, False), ("elsewhere:999999999:x", False)):
        with ctx.db.write() as conn:
            conn.execute(LEASE.delete())
        assert hold_lease(ctx.db, "work", owner, 60, NOW)
        assert hold_lease(ctx.db, "work", "new", 60, NOW) is free


def test_owners_are_told_apart() -> None:
    """Two names of one process are two owners; both name a process that lives."""
    one, two = new_owner(), new_owner()
    assert one != two
    assert one.split(":")[:2] == two.split(":")[:2] == [host_name(), str(os.getpid())]
    assert is_alive(os.getpid())
    assert not is_alive(999_999_999)


def test_an_empty_queue_gives_nothing(ctx: Context) -> None:
    """And what is not held cannot be renewed or settled."""
    reason = StateError("jobs.process.died", "died")
    assert claim(ctx.db, "me", NOW) is None
    assert read_job(ctx.db, "none") is None
    assert not renew(ctx.db, "none", "me", NOW)
    with ctx.db.write() as conn:
        assert settle(conn, "none", "me", reason, NOW) is None


json_keys = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(json_keys)
def test_a_cursor_gives_its_key_back(key: object) -> None:
    """Any JSON value, without a letter that an address would change."""
    cursor = write_cursor(key)
    assert read_cursor(cursor) == key
    assert all(c.isalnum() or c in "-_" for c in cursor)


@given(st.text(max_size=12))
def test_any_text_is_a_cursor_or_a_refusal(text: str) -> None:
    """Nothing else comes of what a caller invents."""
    try:
        read_cursor(text)
    except InputError as refused:
        assert refused.code == "http.cursor.invalid"


@given(st.integers(0, 40), st.integers(-2, 12))
def test_pages_hold_every_item_once(count: int, limit: int) -> None:
    """In order, until there is no further one."""
    items = list(range(count))

    def fetch(last: Any, size: int) -> Sequence[int]:
        start = 0 if last is None else last + 1
        return items[start : start + size]

    seen: list[int] = []
    cursor: str | None = None
    for _ in range(count + 2):
        page = paginate(fetch, cursor, limit, key=lambda item: item)
        assert len(page.items) <= max(limit, 1)
        seen += page.items
        cursor = page.next
        if cursor is None:
            break
    assert seen == items
    assert len(paginate(lambda _, n: range(n), None, 10**9, key=int).items) == LARGEST_PAGE


@pytest.mark.parametrize(
    ("path", "domain"),
    [("/", "cockpit"), ("/api/v1/demand/orders", "demand"), ("/demand/x", "demand"),
     ("/epcis/events", "trace"), ("/01/09521234567899/10/A", "trace"), ("/00/1", "trace"),
     ("/414/1", "trace"), ("//sector//targets", "sector"), ("/api/v1", "cockpit")],
)  # fmt: skip
def test_a_path_belongs_to_a_domain(path: str, domain: str) -> None:
    """By which a key's scope is checked; standards keep their own paths."""
    assert domain_of(path) == domain


@pytest.mark.parametrize(
    ("path", "free"),
    [("/login", True), ("/healthz", True), ("/static/x/theme.css", True), ("/login/x", False),
     ("/static", False), ("/", False), ("/loginx", False), ("/api/v1/healthz", False)],
)  # fmt: skip
def test_little_is_open_to_strangers(path: str, free: bool) -> None:
    """The form, its looks, and whether the server lives."""
    assert is_open(path) is free


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("[::1]", True), ("localhost", True),
     ("x.localhost", True), ("0.0.0.0", False), ("::", False), ("plant.example", False),
     ("localhost.evil.example", False), ("192.168.0.5", False)],
)  # fmt: skip
def test_which_addresses_only_this_computer_reaches(host: str, local: bool) -> None:
    """Names are not looked up: what they point to may change."""
    assert is_loopback(host) is local


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_problem_is_told_in_the_readers_language(language: str) -> None:
    """Title, text and remedy; an unknown status gets the general title."""
    error = InputError(
        "http.cursor.invalid",
        "“{cursor}” is not a cursor of this list.",
        hint="Use the value of “next” of the page before, or none for the first page.",
        cursor="x",
    )
    told = orjson.loads(describe(error, language, "/here").body())
    assert told["type"] == "urn:sanpin:problem:http.cursor.invalid"
    assert (told["status"], told["instance"]) == (422, "/here")
    assert (told["detail"] == "“x” is not a cursor of this list.") is (language == "en")
    assert (told["title"] == "The input needs a correction") is (language == "en")
    odd = simple(418, "x.y", "The request was refused.", language)
    assert odd.title == simple(500, "x.y", "", language).title


async def _all(stream: Any) -> list[bytes]:
    return [part async for part in stream.body_iterator]


def test_a_stream_tells_each_change_once_and_the_end_always() -> None:
    """Numbered, with a sign of life while nothing changes."""
    import anyio

    looks = iter([1, 1, 1, 2, 2])

    def poll() -> Snapshot:
        try:
            return Snapshot(next(looks))
        except StopIteration:
            return Snapshot(2, final=True)

    parts = anyio.run(_all, event_stream(poll, interval=0.001, heartbeat=0.002))
    text = b"".join(parts)
    assert text.startswith(b"retry:")
    assert text.count(b"event: update") == 2
    assert b": still here" in text
    assert parts[-1] == b"id: 3\nevent: end\ndata: 2\n\n"


@pytest.mark.parametrize("name", ["订单", "a b", 'x"; evil="1', "ü/..\\", ""])
def test_the_name_of_a_download_cannot_break_its_header(name: str) -> None:
    """Plain letters for old programs, the whole name escaped for others."""
    import polars as pl

    header = export_response(pl.DataFrame({"a": [1]}), name, "CSV").headers["content-disposition"]
    assert header.isascii()
    assert header.count('"') == 2
    assert header.endswith(".csv")
    assert "/" not in header
    assert "\\" not in header


def test_broken_plug_ins_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what is wrong, and what would help."""
    for path in ("no.such.package:x", "sanpin.kit.urls:nothing", "sanpin.kit.urls:split_url.x"):
        with pytest.raises(EngineError) as refused:
            registry.load(path)
        assert refused.value.code == "registry.plugin.broken"
        assert refused.value.fields["path"] == path
    assert registry.load("sanpin.kit.urls:split_url").__name__ == "split_url"
    assert registry.load("sanpin.kit.urls").__name__ == "sanpin.kit.urls"
    with pytest.raises(InputError) as unknown:
        registry.domain("nowhere")
    assert "sector" in str(unknown.value.fields["known"])


@pytest.fixture
def two_runs(ctx: Context) -> Iterator[tuple[str, str]]:
    """Give two finished Runs that differ in one parameter and three figures."""
    ids = []
    for seed, share in ((1, 0.5), (2, 0.25)):
        params = {"model": {"kind": "tree", "depth": seed}, "share": 1}
        with start_run(ctx, "demand", "forecast", params=params, seed=seed) as run:
            run.metrics({"rmsse": {"all": share}, "note": "a" if seed == 1 else "b", "zero": 0})
            if seed == 2:
                run.metric("new", True)
        ids.append(run.id)
    yield ids[0], ids[1]


def test_two_runs_side_by_side(ctx: Context, two_runs: tuple[str, str]) -> None:
    """Nested values have dotted names; words are no figures and are left out."""
    found = compare_runs(ctx, *two_runs)
    assert [(d.name, d.a, d.b) for d in found.params] == [("model.depth", 1, 2), ("seed", 1, 2)]
    changes = {one.name: (one.difference, one.relative) for one in found.metrics}
    assert changes == {
        "rmsse.all": (-0.25, -0.5),
        "zero": (0.0, None),
        "new": (None, None),
    }
    assert not found.same_inputs
    assert compare_runs(ctx, two_runs[0], two_runs[0]).same_inputs


def test_runs_of_another_firm_do_not_exist(ctx: Context, two_runs: tuple[str, str]) -> None:
    """Not even for a comparison."""
    stranger = ctx.acting_as(Actor("eve", ctx.actor.role, firm="other"))
    with pytest.raises(InputError) as refused:
        compare_runs(stranger, *two_runs)
    assert (refused.value.code, refused.value.status) == ("runs.run.unknown", 404)


def test_a_run_is_closed_once(ctx: Context, two_runs: tuple[str, str]) -> None:
    """A process that was given up for dead cannot change what was said since."""
    before = get_run(ctx, two_runs[0])
    with ctx.db.write() as conn:
        assert not close_row(conn, two_runs[0], RunState.FAILED, at=NOW, error={"code": "x"})
        state = conn.execute(select(RUN.c.state).where(RUN.c.id == two_runs[0])).scalar_one()
    assert state == "done"
    assert get_run(ctx, two_runs[0]) == before


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_the_hash_of_inputs_knows_where_each_part_ends(a: list[bytes], b: list[bytes]) -> None:
    """Equal parts give equal hashes, and a moved byte another one."""
    assert (hash_inputs(*a) == hash_inputs(*b)) is (a == b)


def test_a_failure_is_kept_with_its_parts() -> None:
    """Ours with code and fields; any other with its type and words, and no traceback."""
    ours = error_record(InputError("a.b", "Bad {x}.", hint="Mend {x}.", x=5))
    assert ours == {
        "code": "a.b", "text": "Bad 5. Mend 5.", "message": "Bad {x}.",
        "hint": "Mend {x}.", "fields": {"x": "5"},
    }  # fmt: skip
    other = error_record(ZeroDivisionError("by {nothing}"))
    assert other["code"] == "runs.unexpected"
    assert "ZeroDivisionError: by {nothing}" in other["text"]
