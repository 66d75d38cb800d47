"""Workspaces: a folder with a description, a database and a lake of Parquet files."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from sanpin.base import N_, InputError, StateError
from sanpin.kit.db.faults import disk_faults

__all__ = ["FORMAT", "REMEMBERED", "Workspace", "find_workspace", "remember"]

FORMAT = 1
"""Version of the folder's own layout; the database has its versions beside it."""

REMEMBERED = N_("Using the workspace made last: {path}")
"""Said when no nearer workspace was found."""

_FILE = "workspace.toml"
_VARIABLE = "SANPIN_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One company's data in one folder.

    Attributes
    ----------
    path : absolute path of the folder
    name : what a person calls it
    database_url : address of its database; the SQLite file in the folder by default
    sample : whether it was made by the demo
    """

    path: Path
    name: str
    database_url: str
    sample: bool = False

    @property
    def lake_path(self) -> Path:
        """Folder of the Parquet files."""
        return self.path / "lake"

    @property
    def imports_path(self) -> Path:
        """Folder of the files that report refused rows."""
        return self.path / "imports"

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        name: str | None = None,
        database_url: str | None = None,
        sample: bool = False,
    ) -> Workspace:
        """Make a workspace in a new or existing folder that is not one yet.

        Parameters
        ----------
        path : folder, which may exist and hold other things
        name : the folder's name by default
        database_url : address of a PostgreSQL database; a SQLite file in the folder by default
        sample : marks everything in it as sample

        Raises
        ------
        StateError
            ``workspace.not_a_folder``, ``workspace.exists``, or a full or read-only disk
        """
        folder = Path(path).expanduser().absolute()
        file = folder / _FILE
        with disk_faults(folder):
            if folder.exists() and not folder.is_dir():
                raise StateError(
                    "workspace.not_a_folder",
                    N_("{path} is a file, not a folder."),
                    hint=N_("Choose another name for the workspace."),
                    path=str(folder),
                )
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "lake").mkdir(exist_ok=True)
            try:
                # "x" makes one of two simultaneous creators fail instead of both writing.
                with file.open("x", encoding="utf-8") as stream:
                    stream.write(_describe(name or folder.name, database_url, sample))
            except FileExistsError:
                raise StateError(
                    "workspace.exists",
                    N_("There is a workspace in {path} already."),
                    hint=N_("Open it, or choose another folder."),
                    path=str(folder),
                ) from None
            if database_url:
                file.chmod(0o600)  # the address may hold a password
        return cls.open(folder)

    @classmethod
    def open(cls, path: Path | str) -> Workspace:
        """Open the workspace in a folder; refuse one that a newer Sanpin made.

        Raises
        ------
        InputError
            ``workspace.missing``
        StateError
            ``workspace.newer``, ``workspace.not_readable`` or ``workspace.damaged``
        """
        folder = Path(path).expanduser().absolute()
        try:
            values = tomllib.loads((folder / _FILE).read_text(encoding="utf-8"))
            version = int(values["format"])
            if version > FORMAT:
                raise StateError(
                    "workspace.newer",
                    N_("The workspace {path} was made by a newer Sanpin (format {version})."),
                    hint=N_("Install the newest Sanpin to open it."),
                    path=str(folder),
                    version=version,
                )
            return cls._read(folder, values)
        except (FileNotFoundError, NotADirectoryError):
            raise _no_workspace_in(folder) from None
        except PermissionError as error:
            raise StateError(
                "workspace.not_readable",
                N_("{place} cannot be opened."),
                hint=N_("Check that it exists and that your user may read and write it."),
                place=str(folder),
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise StateError(
                "workspace.damaged",
                N_("The file {path} cannot be understood: {reason}."),
                hint=N_("Mend it, or put back a copy of the workspace that was made before."),
                path=str(folder / _FILE),
                reason=str(error),
            ) from error

    @classmethod
    def _read(cls, folder: Path, values: dict[str, Any]) -> Workspace:
        """Workspace of the values in its file."""
        url = values.get("database") or f"sqlite:///{folder / 'sanpin.sqlite'}"
        return cls(folder, str(values["name"]), str(url), bool(values.get("sample", False)))


def find_workspace(
    explicit: Path | None = None, *, tell: Callable[[Path], None] | None = None
) -> Workspace:
    """Open the workspace that a command is meant for; the first that applies.

    Named explicitly; named by ``SANPIN_WORKSPACE``; the current folder or the nearest one
    above that is a workspace; the one made last, in which case `tell` is called with its
    path (by default it writes a line on standard error).

    Raises
    ------
    InputError
        ``workspace.missing`` when the one named is none
    StateError
        ``workspace.none`` when there is none to be found
    """
    named = explicit or os.environ.get(_VARIABLE)
    if named:
        return Workspace.open(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _FILE).is_file():
            return Workspace.open(folder)
    last = _remembered()
    if last is None:
        raise StateError(
            "workspace.none",
            N_("There is no workspace here, and none was made before."),
            hint=N_("Make one with “sanpin init DIR” or “sanpin demo”, or name it: --workspace."),
        )
    (tell or _tell)(last)
    return Workspace.open(last)


def remember(workspace: Workspace) -> None:
    """Keep a workspace in the user's configuration as the one made last."""
    file = _memory()
    with disk_faults(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{workspace.path}\n", encoding="utf-8")


def _describe(name: str, database_url: str | None, sample: bool) -> str:
    """Return the text of workspace.toml; JSON strings are TOML strings as well."""
    lines = [
        f"name = {json.dumps(name)}",
        f"format = {FORMAT}",
        f"sample = {json.dumps(sample)}",
    ]
    if database_url:
        lines.append(f"database = {json.dumps(database_url)}")
    return "\n".join(lines) + "\n"


def _no_workspace_in(folder: Path) -> InputError:
    """Make the refusal of a folder that is no workspace."""
    return InputError(
        "workspace.missing",
        N_("There is no workspace in {path}."),
        hint=N_("Make one with “sanpin init {path}”."),
        path=str(folder),
    )


def _memory() -> Path:
    """File that keeps the workspace made last."""
    return platformdirs.user_config_path("sanpin") / "workspace"


def _remembered() -> Path | None:
    """Return the workspace made last if it is still there."""
    try:
        path = Path(_memory().read_text(encoding="utf-8").strip())
    except OSError:
        return None
    return path if path.is_absolute() and (path / _FILE).is_file() else None


def _tell(path: Path) -> None:
    """Say on standard error which workspace was taken, when nobody else says it."""
    sys.stderr.write(REMEMBERED.format(path=path) + "\n")
