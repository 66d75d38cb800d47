"""``sanpin demo``: a company's order history through the whole loop, then the pages."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanpin.app.commands.serving import check_port, serve_workspace
from sanpin.base import N_, StateError
from sanpin.kit.cli import cli_progress, options, print_result, say

if TYPE_CHECKING:
    from sanpin.kit.workspace import Workspace

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
    check_port(port)
    if port is not None and not no_serve:
        # Only a port asked for by number can be taken; without one the next free port will do.
        _try_port(port)
    # The help of the command does not wait for the database.
    from sanpin.flows.loop.summary import describe
    from sanpin.kit.workspace import remember

    workspace = demo_workspace(_chosen(), fresh=fresh)
    remember(workspace)
    summary, kept = _summary(workspace)
    print_result(summary, lambda: describe(summary, kept=kept))
    sys.stdout.flush()
    if not no_serve:
        serve_workspace(workspace, "127.0.0.1", port, browser=open, quiet=True)


def _try_port(port: int) -> None:
    """Refuse a port that is taken before the loop makes anyone wait."""
    from sanpin.app.server import listen

    listen("127.0.0.1", port, exact=True).close()


def demo_workspace(path: Path | None, *, fresh: bool) -> Workspace:
    """Open or make the sample workspace; with `fresh` make it new.

    Only a workspace that the demo made is filled or thrown away, and of its folder only what
    belongs to the workspace.

    Raises
    ------
    StateError
        ``demo.workspace.not_sample`` for a workspace of someone's own

    Parameters
    ----------
    path : folder; None for the one in the user's data folder
    fresh : whether a sample workspace that is there is thrown away first
    """
    from sanpin.kit.workspace import Workspace

    folder = (path or _home()).expanduser().absolute()
    if (folder / "workspace.toml").is_file():
        found = Workspace.open(folder)
        if not found.sample:
            raise StateError(
                "demo.workspace.not_sample",
                N_("{path} is not a sample workspace; the demo leaves it alone."),
                hint=N_("Name another folder with --workspace."),
                path=str(folder),
            )
        if not fresh:
            return found
        _clear(found)
    return Workspace.create(folder, name=say(N_("Sample company")), sample=True)


def _clear(workspace: Workspace) -> None:
    """Remove the parts of a workspace; whatever else is in the folder stays.

    The description goes last: what is interrupted in the middle is a sample workspace still.
    """
    from sanpin.kit.db.faults import disk_faults

    with disk_faults(workspace.path):
        for folder in (workspace.lake_path, workspace.imports_path):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (*workspace.path.glob("sanpin.sqlite*"), workspace.path / "workspace.toml"):
            file.unlink(missing_ok=True)


def _chosen() -> Path | None:
    """Return the folder named by the option, else by the environment, else None."""
    named = os.environ.get("SANPIN_WORKSPACE")
    return options().workspace or (Path(named) if named else None)


def _home() -> Path:
    """Return the folder of the sample workspace, where the system keeps data of programs."""
    import platformdirs

    return platformdirs.user_data_path("sanpin") / "demo"


def _summary(workspace: Workspace) -> tuple[dict[str, Any], bool]:
    """Return the answer of the last loop, run now if there is none yet, and whether it was kept."""
    from sanpin.flows.company import load_sample_company
    from sanpin.flows.loop import run_loop
    from sanpin.flows.loop.summary import last_summary
    from sanpin.kit.context import open_context

    with open_context(workspace, language=options().language) as ctx:
        kept = last_summary(ctx)
        if kept is not None:
            return kept, True
        with cli_progress(N_("Sample company")) as progress:
            load_sample_company(ctx, progress)
            return run_loop(ctx, progress=progress), False
