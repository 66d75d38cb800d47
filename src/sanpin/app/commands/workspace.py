"""``sanpin init`` and ``sanpin status``: make a workspace, say what one holds."""

from __future__ import annotations

from pathlib import Path

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say

__all__ = ["init", "status"]


def init(directory: Path, /, *, name: str = "", database: str = "") -> None:
    """Make an empty workspace in a folder and remember it as the one made last.

    Parameters
    ----------
    directory
        Folder to make; it may exist as long as it is no workspace yet.
    name
        What people call it; the folder's name by default.
    database
        Address of a PostgreSQL database instead of a file in the folder.
    """
    from sanpin.kit.context import open_context
    from sanpin.kit.workspace import Workspace, remember

    workspace = Workspace.create(directory, name=name or None, database_url=database or None)
    try:
        open_context(workspace).close()
    except BaseException:
        # Nothing is kept of a workspace that could not be opened: the command can be said again.
        (workspace.path / "workspace.toml").unlink(missing_ok=True)
        raise
    remember(workspace)
    hint = N_("Workspace made in {path}. Next: cd {path} && sanpin import ORDERS.xlsx")
    print_result(
        {"workspace": str(workspace.path), "name": workspace.name},
        lambda: say(hint, path=str(workspace.path)),
    )


def status() -> None:
    """Say what the workspace holds and what ran last."""
    from sanpin.flows.status import workspace_status

    with current_context() as ctx:
        found = workspace_status(ctx)
    lines = [
        say(N_("Workspace {workspace}, as of {as_of}."), **found),
        say(N_("{orders} order lines, {items} items, {runs} runs."), **found),
    ]
    print_result(found, lambda: "\n".join(lines))
