"""``sanpin serve``: the pages and interfaces of a workspace."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sanpin.base import N_
from sanpin.kit.cli import UsageError, current_workspace, output_json, print_result, say
from sanpin.kit.whole import Whole

if TYPE_CHECKING:
    from sanpin.kit.workspace import Workspace

__all__ = ["PORT", "check_port", "serve", "serve_workspace"]

PORT = 8750

# New objects before a search, as `gc.set_threshold` takes them: 70 times as many as usual.
_SELDOM = (50_000, 20, 20)


def serve(
    *,
    host: str = "127.0.0.1",
    port: Whole | None = None,
    open: bool = False,  # noqa: A002 - the option is called --open
    public_host: tuple[str, ...] = (),
    https: bool = False,
) -> None:
    """Serve the pages until interrupted.

    Parameters
    ----------
    host
        Address to listen at; others than loopback ask everyone to sign in.
    port
        Port; 8750 by default, or the next free one.
    open
        Open a browser.
    public_host
        Name under which others reach this server; may be repeated.
    https
        Browsers reach it by HTTPS, through a proxy.
    """
    check_port(port)
    serve_workspace(
        current_workspace(), host, port, browser=open, public_hosts=public_host, https=https
    )


def check_port(port: int | None) -> None:
    """Refuse a number that no port can have."""
    if port is not None and not 1 <= port <= 65535:
        raise UsageError(say(N_("--port takes a number from 1 to 65535, not {port}."), port=port))


def serve_workspace(
    workspace: Workspace,
    host: str,
    port: int | None,
    *,
    browser: bool = False,
    public_hosts: Iterable[str] = (),
    https: bool = False,
    quiet: bool = False,
) -> None:
    """Serve a workspace at a port, or at the next free one when none is named.

    The port is taken before anything else, so that nobody waits for a server that cannot be; the
    address is told when the workspace is open. `quiet` keeps standard output for others.
    """
    with _loading():
        from sanpin.app.server import listen, prepare, run_server
        from sanpin.kit.http import is_loopback

    with closing(listen(host, port or PORT, exact=port is not None)) as place:
        chosen = place.getsockname()[1]
        if port is None and chosen != PORT:
            print(say(N_("Port {port} is taken."), port=PORT), file=sys.stderr)
        with _loading():
            app = prepare(workspace, host, hosts=public_hosts, https=https)
        # An address that stands for all addresses cannot be opened in a browser.
        shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
        address = f"http://{f'[{shown}]' if ':' in shown else shown}:{chosen}"
        _tell(workspace, address, quiet=quiet)
        if browser and is_loopback(host):
            open_later(address)
        run_server(app, place)


@contextmanager
def _loading() -> Iterator[None]:
    """Search for no garbage meanwhile: what a server loads it keeps and need not look at again.

    Afterwards it searches seldom: requests leave little behind that is not let go at once.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*_SELDOM)
        gc.enable()


def _tell(workspace: Workspace, address: str, *, quiet: bool) -> None:
    """Say where the pages are, on the stream that others do not need."""
    text = say(N_("Sanpin is at {address}. Stop it with Ctrl-C."), address=address)
    if quiet:
        print(text, file=sys.stderr, flush=True)
    elif output_json():
        print_result({"address": address, "workspace": str(workspace.path)})
    else:
        print(text, flush=True)


def open_later(address: str) -> None:
    """Open a browser as soon as the server has had time to start."""
    import threading
    import webbrowser

    timer = threading.Timer(1.5, webbrowser.open, [address])
    timer.daemon = True
    timer.start()
