"""``sanpin serve``: the pages and interfaces of a workspace."""

from __future__ import annotations

from sanpin.base import N_
from sanpin.kit.cli import options, say

__all__ = ["serve"]

PORT = 8750


def serve(
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
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
    import sys

    from sanpin.app.server import free_port, run_server
    from sanpin.kit.http import is_loopback
    from sanpin.kit.workspace import find_workspace

    workspace = find_workspace(options().workspace)
    chosen = free_port(host, port or PORT, exact=port is not None)
    if port is None and chosen != PORT:
        print(say(N_("Port {port} is taken."), port=PORT), file=sys.stderr)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{chosen}"
    print(say(N_("Sanpin is at {address}. Stop it with Ctrl-C."), address=address), flush=True)
    if open and is_loopback(host):
        open_later(address)
    run_server(workspace, host, chosen, hosts=public_host, https=https)


def open_later(address: str) -> None:
    """Open a browser as soon as the server has had time to start."""
    import threading
    import webbrowser

    timer = threading.Timer(1.5, webbrowser.open, [address])
    timer.daemon = True
    timer.start()
