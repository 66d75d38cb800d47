"""Faults of disk and database in plain words: one table from cause to StateError.

A full disk or a stopped server is no mistake of the program: people can mend it, so it is told in
words with a remedy. Everything else passes on as it is, with its traceback.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from sanpin.base import N_, SanpinError, StateError

__all__ = ["disk_faults", "from_database", "from_disk"]

_LOCKED = (
    "workspace.locked",
    N_("{place} is locked by another program."),
    N_("Wait until its work is done, or close the program that holds it, and try again."),
)
_READ_ONLY = (
    "workspace.read_only",
    N_("{place} cannot be written: it is read-only."),
    N_("Give your user the right to write there, or choose another workspace."),
)
_FULL = (
    "workspace.disk_full",
    N_("The disk that holds {place} is full. Nothing was saved."),
    N_("Free some space and try again."),
)
_FAILED = (
    "workspace.disk_failed",
    N_("The disk refuses to read or write {place}. Nothing was saved."),
    N_("Check the disk, its connection, and how large a file may grow on it; then try again."),
)
_CLOSED = (
    "workspace.not_readable",
    N_("{place} cannot be opened."),
    N_("Check that it exists and that your user may read and write it."),
)
_DAMAGED = (
    "db.file.damaged",
    N_("{place} is not a sound database file."),
    N_("Put back a copy of the workspace that was made before."),
)
_UNREACHABLE = (
    "db.server.unreachable",
    N_("The database server {place} does not answer."),
    N_("Check that it runs, and the address, user and password in workspace.toml."),
)

_Fault = tuple[str, str, str]

_SQLITE: dict[int, _Fault] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FAILED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}

_POSTGRESQL: dict[str, _Fault] = {
    "55P03": _LOCKED,  # lock_not_available
    "25006": _READ_ONLY,  # read_only_sql_transaction
    "42501": _READ_ONLY,  # insufficient_privilege
    "53100": _FULL,  # disk_full
    "58030": _FAILED,  # io_error
}

_DISK: dict[int, _Fault] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FAILED,
    errno.EIO: _FAILED,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}


def _state_error(fault: _Fault, place: str) -> StateError:
    code, message, hint = fault
    error = StateError(code, message, hint=hint, place=place)
    # No fault of what was asked: the same request may be answered later.
    error.status = 507 if fault is _FULL else 503
    return error


def from_database(error: DBAPIError, place: str) -> SanpinError | None:
    """Translate a driver's error, or return None when it is not a fault of the surroundings.

    Parameters
    ----------
    error : what SQLAlchemy raised
    place : path of the SQLite file, or address of the server without its password
    """
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # The lower byte is the primary code; the rest only refines it.
        fault = _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
        return _state_error(fault, place) if fault else None
    state = getattr(cause, "sqlstate", None)
    fault = _POSTGRESQL.get(state or "")
    # Connections that fail or break carry no state, or one of these classes.
    broken = not state or state.startswith(("08", "28", "3D", "57P"))
    # By name, as the driver is an extra; a shutdown has a class of its own below it.
    names = {kind.__name__ for kind in type(cause).__mro__}
    if fault is None and broken and "OperationalError" in names:
        fault = _UNREACHABLE
    return _state_error(fault, place) if fault else None


def from_disk(error: OSError, place: Path | str) -> StateError | None:
    """Translate an error of the file system, or return None when it is of another kind.

    Parameters
    ----------
    error : what the operating system said
    place : path to name in the message
    """
    fault = _DISK.get(error.errno or 0)
    return _state_error(fault, str(place)) if fault else None


@contextmanager
def disk_faults(place: Path | str) -> Iterator[None]:
    """Turn a full or read-only disk inside the block into its StateError."""
    try:
        yield
    except OSError as error:
        fault = from_disk(error, place)
        if fault is None:
            raise
        raise fault from error
