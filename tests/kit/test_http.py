"""HTTP pieces: problems, limits, headers, languages, paging, exports, events."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
from collections.abc import Iterator
from datetime import date
from typing import Annotated

import polars as pl
import pytest
from fastapi import Depends, FastAPI, Query, Request, Response, UploadFile
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from sanpin.base import N_, EngineError, InputError, Problem, RunState, StateError
from sanpin.kit.context import Context
from sanpin.kit.http import (
    LANGUAGE_COOKIE,
    Page,
    ProblemDetails,
    Snapshot,
    context,
    event_stream,
    export_response,
    install,
    is_loopback,
    paginate,
    read_cursor,
    run_events,
    write_cursor,
)
from sanpin.kit.http.headers import CONTENT_SECURITY_POLICY
from sanpin.kit.runs import start_run
from sanpin.kit.settings import set_setting

LIMIT = 10_000
Caller = Annotated[Context, Depends(context)]


def make_app() -> FastAPI:
    """An application with a route of every kind."""
    app = FastAPI()

    @app.get("/api/v1/who")
    def who(ctx: Caller) -> dict[str, str]:
        return {"user": ctx.actor.user, "language": ctx.language, "firm": ctx.firm}

    @app.get("/api/v1/number")
    def number(n: int, day: date | None = None) -> int:
        return n

    @app.get("/api/v1/refuse/{kind}")
    def refuse(kind: str) -> None:
        if kind == "input":
            findings = [Problem("a.row", N_("There is no run {run}."), {"run": 7, "row": 3})]
            raise InputError(
                "base.unit.unknown",
                N_("“{name}” is not a known unit of measure."),
                hint=N_("Use one of: {known}."),
                problems=findings,
                name="ell",
                known="EA",
            )
        if kind == "engine":
            raise EngineError("engine.broken", "It broke.")
        if kind == "wait":
            error = StateError("auth.login.throttled", "Wait.", seconds=7)
            error.status = 429
            raise error
        raise RuntimeError("secret detail")

    @app.post("/api/v1/upload")
    async def upload(file: UploadFile) -> int:
        return len(await file.read())

    @app.post("/api/v1/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    @app.get("/page", response_class=PlainTextResponse)
    def page() -> str:
        return "x" * 5000

    return app


def show_error(request: Request, ctx: Context | None, problem: ProblemDetails) -> Response:
    """Stand for the pages that people see."""
    who = ctx.actor.user if ctx else "nobody"
    return PlainTextResponse(f"{who}: {problem.detail}", media_type="text/html")


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """A browser on this computer."""
    app = make_app()
    install(app, ctx, body_limit=LIMIT, error_page=show_error)
    with TestClient(app, "http://localhost:8750", raise_server_exceptions=False) as client:
        yield client


def test_a_refusal_is_a_problem_in_the_callers_language(client: TestClient) -> None:
    """RFC 9457, with code, remedy and findings."""
    english = client.get("/api/v1/refuse/input")
    assert english.status_code == 422
    assert english.headers["content-type"] == "application/problem+json"
    assert english.json() == {
        "type": "urn:sanpin:problem:base.unit.unknown",
        "title": "The input needs a correction",
        "status": 422,
        "detail": "“ell” is not a known unit of measure.",
        "code": "base.unit.unknown",
        "hint": "Use one of: EA.",
        "problems": [
            {"code": "a.row", "text": "There is no run 7.", "fields": {"run": 7, "row": 3}}
        ],
        "instance": "/api/v1/refuse/input",
    }
    chinese = client.get("/api/v1/refuse/input", params={"lang": "zh"}).json()
    assert chinese["code"] == english.json()["code"]
    for name in ("title", "detail", "hint"):
        assert chinese[name] != english.json()[name]
    assert chinese["problems"][0]["text"] != english.json()["problems"][0]["text"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "http.path.unknown"),
        ("DELETE", "/api/v1/who", 405, "http.method.refused"),
        ("GET", "/api/v1/number", 422, "http.request.invalid"),
        ("GET", "/api/v1/number?n=x", 422, "http.request.invalid"),
        ("GET", "/api/v1/refuse/engine", 500, "engine.broken"),
        ("POST", "/api/v1/upload", 422, "http.request.invalid"),
    ],
)
def test_every_refusal_has_the_same_form(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    """Ours, the router's and those of the checks of parameters."""
    response = client.request(method, path)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_what_does_not_fit_is_named(client: TestClient) -> None:
    """Place, value and what was expected."""
    problem = client.get("/api/v1/number?n=many&day=yesterday&lang=en").json()
    texts = [found["text"] for found in problem["problems"]]
    assert texts[0] == "“n” must be a whole number, not “many”."
    assert "“day” must be a date" in texts[1]
    assert problem["problems"][0]["fields"] == {"name": "n", "in": "query"}
    assert "Input should" not in client.get("/api/v1/number?n=x&lang=zh").text


def test_a_mistake_of_ours_shows_a_number_and_no_detail(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The traceback stands in the log under that number."""
    response = client.get("/api/v1/refuse/mistake")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    incident = response.json()["detail"].split()[-1].rstrip(".")
    assert incident in caplog.text
    assert "secret detail" in caplog.text


def test_people_get_a_page(client: TestClient) -> None:
    """A browser that asks for HTML sees one; programs and the API never do."""
    browser = {"Accept": "text/html,application/xhtml+xml"}
    seen = client.get("/nothing", headers=browser)
    assert (seen.status_code, seen.text) == (404, "local: There is nothing at /nothing.")
    assert seen.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert client.get("/api/v1/nothing", headers=browser).json()["status"] == 404
    assert client.get("/nothing").json()["status"] == 404


def test_who_must_wait_is_told_how_long(client: TestClient) -> None:
    """In the header that programs understand."""
    response = client.get("/api/v1/refuse/wait")
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")


def test_every_response_forbids_foreign_content(client: TestClient) -> None:
    """No script, style or frame from elsewhere; nothing kept in caches."""
    headers = client.get("/api/v1/who").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_large_answers_are_compressed(client: TestClient) -> None:
    """Where the browser takes it."""
    packed = client.get("/page", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.text) == 5000
    assert "content-encoding" not in client.get("/page", headers={"Accept-Encoding": ""}).headers


def test_a_body_beyond_the_limit_is_refused(client: TestClient) -> None:
    """Announced or not; what is below the limit passes."""
    assert client.post("/api/v1/body", content=b"x" * LIMIT).json() == LIMIT
    announced = client.post("/api/v1/body", content=b"x" * (LIMIT + 1))
    assert (announced.status_code, announced.json()["code"]) == (413, "http.body.too_large")

    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 1000

    chunked = client.post("/api/v1/body", content=chunks())
    assert (chunked.status_code, chunked.json()["code"]) == (413, "http.body.too_large")
    files = {"file": ("a.csv", b"x" * LIMIT)}
    assert client.post("/api/v1/upload", files=files).status_code == 413


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8750", 200),
        ("127.0.0.1:8750", 200),
        ("[::1]:8750", 200),
        ("LOCALHOST", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example:8750", 400),
        ("", 400),
    ],
)
def test_only_our_own_names_are_answered(client: TestClient, host: str, status: int) -> None:
    """A foreign name that points at this computer gets nothing."""
    response = client.get("/api/v1/who", headers={"Host": host})
    assert response.status_code == status
    if status == 400:
        assert response.json()["code"] == "http.host.unknown"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:8750"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_other_sites_cannot_change_anything(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    """Even where nobody signs in: any page in the browser could reach this computer."""
    assert client.post("/api/v1/body", content=b"x", headers=headers).status_code == status
    assert client.get("/api/v1/who", headers=headers).status_code == 200


def test_the_language_follows_the_reader(client: TestClient, ctx: Context) -> None:
    """Address, cookie, setting, browser, English: the first that speaks."""
    browser = {"Accept-Language": "zh-CN,zh;q=0.9"}

    def language(path: str = "/api/v1/who") -> object:
        return client.get(path, headers=browser).json()["language"]

    assert client.get("/api/v1/who", headers={"Accept-Language": "fr"}).json()["language"] == "en"
    assert language() == "zh-CN"
    set_setting(ctx, "language", "en")
    assert language() == "en"
    client.cookies.set(LANGUAGE_COOKIE, "zh-CN")
    assert language() == "zh-CN"
    assert language("/api/v1/who?lang=en") == "en"


def test_nobody_signs_in_on_ones_own_computer(client: TestClient) -> None:
    """Whoever sits there is the administrator."""
    assert client.get("/api/v1/who").json() == {"user": "local", "language": "en", "firm": "own"}


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("plant.example", False),
    ],
)
def test_loopback_is_told_from_the_network(host: str, local: bool) -> None:
    """On anything that others can reach users are required."""
    assert is_loopback(host) is local


def test_a_server_on_the_network_requires_users(ctx: Context) -> None:
    """Unless told otherwise, and then with cookies for HTTPS only where it is HTTPS."""
    doors = install(FastAPI(), ctx, host="0.0.0.0", https=True)
    assert (doors.users, doors.https, doors.hosts) == (True, True, frozenset())
    assert not install(FastAPI(), ctx, host="127.0.0.1").users
    assert install(FastAPI(), ctx, host="127.0.0.1", users=True).users


def test_cursors_point_at_a_key() -> None:
    """Opaque, and refused when they are none."""
    for key in ("a", 7, ["2025-09-15", "x"], {"k": "ü"}):
        assert read_cursor(write_cursor(key)) == key
    assert read_cursor(None) is None
    assert read_cursor("") is None
    for bad in ("ü", "%%%", "abc", "e30x"):
        with pytest.raises(InputError) as refused:
            read_cursor(bad)
        assert refused.value.code == "http.cursor.invalid"


def test_pages_neither_miss_nor_repeat_rows_that_stay() -> None:
    """Although rows come and go between two pages."""
    rows = list(range(0, 100, 10))

    def fetch(after: int | None, limit: int) -> list[int]:
        return [row for row in rows if after is None or row > after][:limit]

    seen: list[int] = []
    cursor: str | None = None
    while True:
        page: Page[int] = paginate(fetch, cursor, 3, key=lambda row: row)
        seen += page.items
        if page.next is None:
            break
        cursor = page.next
        if len(seen) == 3:
            rows.remove(0)
            rows.insert(1, 15)
    assert seen == list(range(0, 100, 10))
    assert paginate(fetch, None, 0, key=lambda row: row).items == [10]
    assert paginate(fetch, None, 10**9, key=lambda row: row).next is None


FRAME = pl.DataFrame({"item": ["=1+1", "瓷盘"], "quantity": [1, 2], "day": [date(2025, 9, 15)] * 2})


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "parquet", "CSV"])
def test_exports_hold_all_rows(suffix: str) -> None:
    """Under a name that every script may write."""
    app = FastAPI()
    app.get("/x")(lambda: export_response(FRAME, "需求 2025", suffix, {"quantity": "数量"}))
    response = TestClient(app).get("/x")
    assert response.status_code == 200
    disposition = response.headers["content-disposition"]
    assert f"filename*=UTF-8''%E9%9C%80%E6%B1%82%202025.{suffix.lower()}" in disposition
    assert disposition.isascii()
    if suffix.lower() == "csv":
        assert response.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert rows[0] == ["item", "数量", "day"]
        assert len(rows) == 3
    if suffix == "json":
        assert [row["数量"] for row in response.json()] == [1, 2]
    if suffix == "parquet":
        assert pl.read_parquet(io.BytesIO(response.content)).height == 2


def test_an_unknown_format_is_refused() -> None:
    """Naming those that exist."""
    with pytest.raises(InputError) as refused:
        export_response(FRAME, "x", "docx")
    assert refused.value.code == "files.suffix.unknown"


def events(text: str) -> list[tuple[str, object]]:
    """Read the events of a stream."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_stream_tells_changes_and_ends() -> None:
    """Each change once, the final one as the end, and a sign of life in between."""
    looks = iter([1, 1, 1, 1, 2, 2])

    def poll() -> Snapshot:
        value = next(looks, 3)
        return Snapshot({"n": value}, final=value == 3)

    app = FastAPI()
    app.get("/x")(lambda: event_stream(poll, interval=0.01, heartbeat=0.02))
    response = TestClient(app).get("/x")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.text.startswith("retry: ")
    assert events(response.text) == [("update", {"n": 1}), ("update", {"n": 2}), ("end", {"n": 3})]
    assert ": still here" in response.text


def test_a_run_is_watched_to_its_end(ctx: Context) -> None:
    """Progress in the caller's language; the stream ends with the Run."""
    app = FastAPI()

    @app.get("/api/v1/runs/{run_id}/events")
    def watch(run_id: str, caller: Caller, lang: Annotated[str, Query()] = "") -> Response:
        return run_events(caller, run_id)

    install(app, ctx)
    client = TestClient(app, "http://localhost")
    begun, told = threading.Event(), threading.Event()
    ids: list[str] = []

    def compute() -> None:
        with start_run(ctx, "loop", "run") as run:
            ids.append(run.id)
            run.progress(0.5, N_("dozen"))
            begun.set()
            told.wait(30)
            run.metric("items", 3)

    worker = threading.Thread(target=compute)
    worker.start()
    begun.wait(30)
    threading.Timer(1.0, told.set).start()
    response = client.get(f"/api/v1/runs/{ids[0]}/events?lang=zh-CN")
    worker.join()
    found = events(response.text)
    messages = [value["message"] for _, value in found if isinstance(value, dict)]
    assert "打" in messages
    name, last = found[-1]
    assert name == "end"
    assert isinstance(last, dict)
    assert (last["state"], last["metrics"]) == (RunState.DONE.value, {"items": 3})
    missing = client.get("/api/v1/runs/none/events")
    assert (missing.status_code, missing.json()["code"]) == (404, "runs.run.unknown")


def test_there_are_no_unwatched_channels(ctx: Context) -> None:
    """A web socket is closed before any route sees it."""
    app = FastAPI()
    install(app, ctx)
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]
