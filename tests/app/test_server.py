"""The server: its port, its health, several at once, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from sanpin import __version__
from sanpin.app.server import create_app, listen, prepare
from sanpin.base import InputError, StateError
from sanpin.kit.context import Context, open_context
from sanpin.kit.jobs import enqueue
from sanpin.kit.registry import domains
from sanpin.kit.runs import get_run
from sanpin.kit.schema.tables import LEASE
from sanpin.kit.workspace import Workspace

Sanpin = Callable[..., Any]
PATIENCE_SECONDS = 90


def until(condition: Callable[[], object]) -> None:
    """Wait for something that another process does; fail when it never comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


def healthy(address: str) -> bool:
    """Whether a server answers that it is well."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Server:
    """A server in a process of its own, at a port that it chose or was given."""

    def __init__(self, workspace: Workspace, *words: str) -> None:
        command = [sys.executable, "-m", "sanpin", "serve", "--workspace", str(workspace.path)]
        self.process = subprocess.Popen(
            [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.said = self.process.stdout.readline()
        self.address = next((word for word in self.said.split() if "://" in word), "").rstrip(".")

    def end(self, number: int = signal.SIGTERM) -> str:
        """End it and return what it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.communicate(timeout=PATIENCE_SECONDS)[1]


@pytest.fixture
def serve(workspace: Workspace) -> Iterator[Callable[..., Server]]:
    """Give a function that starts servers on the workspace; all are ended after the test."""
    open_context(workspace).close()
    started: list[Server] = []

    def start(*words: str) -> Server:
        started.append(Server(workspace, *words))
        return started[-1]

    yield start
    for server in started:
        server.end(signal.SIGKILL)


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with closing(listen("127.0.0.1", 20000 + os.getpid() % 20000, exact=False)) as place:
        return int(place.getsockname()[1])


class TestPorts:
    """Taking a port."""

    def test_a_taken_port_is_passed_over_or_refused(self) -> None:
        """The next free one, unless that very one was asked for."""
        wanted = free_port()
        with closing(listen("127.0.0.1", wanted, exact=True)) as first:
            assert first.getsockname()[1] == wanted
            with closing(listen("127.0.0.1", wanted, exact=False)) as second:
                assert second.getsockname()[1] > wanted
            with pytest.raises(StateError) as refused:
                listen("127.0.0.1", wanted, exact=True)
        assert refused.value.code == "server.port.taken"
        assert refused.value.fields == {"port": wanted, "host": "127.0.0.1"}

    @pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
    def test_a_foreign_address_is_named(self, host: str) -> None:
        """It is not taken for a port in use."""
        with pytest.raises(InputError) as refused:
            listen(host, free_port(), exact=False)
        assert refused.value.code == "server.host.unknown"

    def test_the_commands_refuse_a_taken_port_before_they_work(
        self, sanpin: Sanpin, workspace: Workspace, tmp_path: Path
    ) -> None:
        """Exit code 1, in both languages; the demo makes nobody wait for the loop first."""
        with closing(listen("127.0.0.1", free_port(), exact=True)) as place:
            port = place.getsockname()[1]
            for words in (["serve", "--workspace", workspace.path], ["demo"]):
                refused = sanpin(*words, "--port", port)
                assert (refused.code, refused.out) == (1, "")
                assert f"Port {port} of 127.0.0.1 is in use" in refused.err
            chinese = sanpin("--lang", "zh", "serve", "--workspace", workspace.path, "--port", port)
            assert str(port) in chinese.err and "--port" in chinese.err
            assert "in use" not in chinese.err


def test_a_server_says_where_it_is_and_ends_when_told(serve: Callable[..., Server]) -> None:
    """Health, API description; SIGTERM ends it with its worker."""
    server = serve("--port", str(free_port()))
    until(lambda: healthy(server.address))
    with urllib.request.urlopen(f"{server.address}/api/openapi.json", timeout=30) as answer:
        assert b'"/api/v1/loop"' in answer.read()
    assert "Traceback" not in server.end()
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert not healthy(server.address)


def test_two_servers_and_a_command_share_a_workspace(
    serve: Callable[..., Server], sanpin: Sanpin, workspace: Workspace, company: Path
) -> None:
    """Both answer, the command writes, one scheduler works, one of the workers runs the loop."""
    first, second = serve("--port", str(free_port())), serve("--port", str(free_port()))
    until(lambda: healthy(first.address) and healthy(second.address))
    done = sanpin("import", company / "orders.xlsx", "--workspace", workspace.path)
    assert (done.code, done.out) == (0, "Orders: 601 rows imported.\n")
    with open_context(workspace) as ctx:
        run = enqueue(ctx, "loop.run", {})
        until(lambda: get_run(ctx, run.id).state.final)
        assert get_run(ctx, run.id).state.value == "done"
        until(lambda: _scheduler(ctx))
        assert len(_scheduler(ctx)) == 1
    for server in (first, second):
        with urllib.request.urlopen(f"{server.address}/api/v1/cockpit", timeout=60) as answer:
            assert run.id.encode() in answer.read()


def _scheduler(ctx: Context) -> list[str]:
    with ctx.db.read() as conn:
        return list(
            conn.execute(select(LEASE.c.owner).where(LEASE.c.name == "scheduler")).scalars()
        )


def test_a_killed_server_leaves_nothing_that_stops_the_next(
    serve: Callable[..., Server],
) -> None:
    """Its port is free, its worker gone, the workspace opens."""
    port = str(free_port())
    server = serve("--port", port)
    until(lambda: healthy(server.address))
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    workers = [int(word) for word in children.read_text().split()] if children.exists() else []
    server.end(signal.SIGKILL)
    until(lambda: all(not Path(f"/proc/{pid}").exists() or _zombie(pid) for pid in workers))
    again = serve("--port", port)
    until(lambda: healthy(again.address))


def _zombie(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def test_serving_in_json_prints_one_document(serve: Callable[..., Server]) -> None:
    """Address and workspace for programs that start a server."""
    server = serve("--port", str(free_port()), "--json")
    assert server.said.startswith("{") and '"workspace"' in server.said


def test_the_next_free_port_is_told(
    workspace: Workspace, sanpin: Sanpin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error; the address is that of the port that was taken."""
    from sanpin.app import server
    from sanpin.app.commands import serving

    chosen: list[int] = []
    monkeypatch.setattr(
        server, "run_server", lambda _app, place: chosen.append(place.getsockname()[1])
    )
    with closing(listen("127.0.0.1", free_port(), exact=True)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(serving, "PORT", port)
        said = sanpin("serve", "--workspace", workspace.path)
    assert (said.code, f"Port {port} is taken." in said.err) == (0, True)
    assert chosen[0] > port and f"http://127.0.0.1:{chosen[0]}" in said.out


def test_every_door_of_every_domain_is_open(ctx: Context) -> None:
    """Pages and API of the whole house in one application."""
    app = create_app(ctx)
    with TestClient(app, base_url="http://localhost") as browser:
        assert browser.get("/healthz").json() == {"status": "ok", "version": __version__}
        paths = browser.get("/api/openapi.json").json()["paths"]
        assert {"/healthz", "/api/v1/loop", "/api/v1/runs"} <= set(paths)
        for domain in domains():
            for entry in domain.nav:
                page = browser.get(entry.path)
                assert page.status_code == 200, entry.path
                assert page.headers["content-type"].startswith("text/html")


def test_a_server_on_the_network_asks_everyone_to_sign_in(ctx: Context) -> None:
    """Without users nobody gets in."""
    app = create_app(ctx, host="0.0.0.0")
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as browser:
        page = browser.get("/", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2F")
        assert browser.get("/api/v1/cockpit").status_code == 401


def test_a_workspace_that_cannot_be_opened_is_refused_before_the_address_is_told(
    workspace: Workspace, sanpin: Sanpin
) -> None:
    """Nothing on standard output, and the port is free again."""
    open_context(workspace).close()
    (workspace.path / "sanpin.sqlite").write_bytes(b"this is no database" * 1000)
    port = free_port()
    refused = sanpin("serve", "--workspace", workspace.path, "--port", port)
    assert (refused.code, refused.out) == (1, "")
    assert "is not a sound database file" in refused.err
    with closing(listen("127.0.0.1", port, exact=True)) as place:
        assert isinstance(place, socket.socket)
    with pytest.raises(StateError):
        prepare(workspace, "127.0.0.1")
