"""``sanpin demo``: a company's order history through the whole loop, then the pages."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from sanpin.base import N_, StateError
from sanpin.kit.cli import cli_progress, options, output_json, print_result, say
from sanpin.kit.workspace import Workspace, remember

__all__ = ["demo", "demo_workspace"]


def demo(
    *,
    no_serve: bool = False,
    fresh: bool = False,
    port: int | None = None,
    open: bool = False,  # noqa: A002 - the option is called --open
) -> None:
    """Run everything on the sample company and serve the pages.

    The first time it makes the sample workspace and runs the loop; later it re-uses both.

    Parameters
    ----------
    no_serve
        End after the summary.
    fresh
        Throw the sample workspace away and make a new one.
    port
        Port of the pages; 8750 by default, or the next free one.
    open
        Open a browser.
    """
    workspace = demo_workspace(options().workspace, fresh=fresh)
    remember(workspace)
    from sanpin.flows.loop.summary import describe

    summary = _summary(workspace)
    if no_serve:
        print_result(summary, lambda: describe(summary))
        return
    if output_json():
        print_result(summary)
    else:
        print(describe(summary))
    _serve(workspace, port, browser=open)


def demo_workspace(path: Path | None, *, fresh: bool) -> Workspace:
    """Open or make the sample workspace; with `fresh` make it new.

    Only a workspace that the demo made is ever thrown away.
    """
    folder = (path or _home()).expanduser().absolute()
    if (folder / "workspace.toml").is_file():
        found = Workspace.open(folder)
        if not fresh:
            return found
        if not found.sample:
            raise StateError(
                "demo.workspace.not_sample",
                N_("{path} is not a sample workspace; the demo does not throw it away."),
                hint=N_("Name another folder with --workspace."),
                path=str(folder),
            )
        shutil.rmtree(folder)
    return Workspace.create(folder, name=say(N_("Sample company")), sample=True)


def _home() -> Path:
    import platformdirs

    return platformdirs.user_data_path("sanpin") / "demo"


def _summary(workspace: Workspace) -> dict[str, Any]:
    """Return the answer of the last loop, running it first when there is none yet."""
    from sanpin.flows.company import load_sample_company
    from sanpin.flows.loop import run_loop
    from sanpin.flows.loop.summary import last_summary
    from sanpin.kit.context import open_context

    with open_context(workspace, language=options().language) as ctx:
        kept = last_summary(ctx)
        if kept is not None:
            return kept
        with cli_progress(N_("Sample company")) as progress:
            load_sample_company(ctx, progress)
            return run_loop(ctx, progress=progress)


def _serve(workspace: Workspace, port: int | None, *, browser: bool) -> None:
    from sanpin.app.commands.serving import PORT, open_later
    from sanpin.app.server import free_port, run_server

    wanted = port or PORT
    chosen = free_port("127.0.0.1", wanted, exact=False)
    if chosen != wanted:
        print(say(N_("Port {port} is taken."), port=wanted), file=sys.stderr)
    address = f"http://127.0.0.1:{chosen}"
    print(
        say(N_("Sanpin is at {address}. Stop it with Ctrl-C."), address=address),
        file=sys.stderr,
        flush=True,
    )
    if browser:
        open_later(address)
    run_server(workspace, "127.0.0.1", chosen)
