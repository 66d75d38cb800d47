"""Uploads: files on their way in, kept in the workspace until they are imported."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.kit.db.faults import disk_faults
from sanpin.kit.ids import new_id

__all__ = ["Upload", "bad_rows_file", "drop_upload", "find_upload", "keep_upload"]

KEPT = timedelta(days=7)
_ID = re.compile(r"[0-9a-f-]{36}")
_BAD_ROWS = re.compile(r"[\w.-]+-bad-rows\.csv")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent and not imported yet; `name` is what its owner calls it."""

    id: str
    name: str
    firm: str
    user: str
    created: str
    bytes: int
    folder: str

    @property
    def path(self) -> Path:
        """Where the content lies; its own name would be a stranger's word in a path."""
        return Path(self.folder) / f"content{Path(self.name).suffix.lower()[:10]}"


def _folder(ctx: Context) -> Path:
    """Return where uploads lie, one folder each."""
    return ctx.workspace.imports_path / "uploads"


def keep_upload(ctx: Context, name: str, content: bytes) -> Upload:
    """Keep what was sent, and let go of what nobody came back for within a week.

    Parameters
    ----------
    name : as the browser sent it; of a path only the last part is kept
    content : bytes of the file
    """
    short = PurePosixPath(PureWindowsPath(name).name).name[:200] or "file"
    place = _folder(ctx) / new_id()
    now = ctx.now()
    upload = Upload(
        place.name, short, ctx.firm, ctx.actor.user, now.isoformat(), len(content), str(place)
    )
    with disk_faults(place):
        place.mkdir(parents=True)
        upload.path.write_bytes(content)
        (place / "upload.json").write_text(json.dumps(asdict(upload)), encoding="utf-8")
    _forget_old(ctx, now)
    return upload


def find_upload(ctx: Context, upload_id: str) -> Upload:
    """Return an upload of the caller's firm.

    Raises
    ------
    InputError
        ``imports.upload.unknown`` (404), also for an upload of another firm: that it exists is
        already more than a stranger should learn
    """
    record = _folder(ctx) / upload_id / "upload.json"
    if _ID.fullmatch(upload_id) and record.is_file():
        values = json.loads(record.read_text(encoding="utf-8"))
        found = Upload(**{**values, "folder": str(record.parent)})
        if found.firm == ctx.firm:
            return found
    raise _missing(upload_id)


def drop_upload(upload: Upload) -> None:
    """Remove an upload that has done its duty."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def bad_rows_file(ctx: Context, name: str) -> Path:
    """Return the path of a file of refused rows, by its name alone.

    Raises
    ------
    InputError
        ``imports.upload.unknown`` (404) for any other name, such as one that leaves the folder
    """
    path = ctx.workspace.imports_path / name
    if not _BAD_ROWS.fullmatch(name) or not path.is_file():
        raise _missing(name)
    return path


def _missing(name: str) -> InputError:
    """Return the refusal of a file that is gone, was never there, or is of another firm."""
    missing = InputError(
        "imports.upload.unknown",
        N_("The file {name} is no longer here."),
        hint=N_("Send it again."),
        name=name,
    )
    missing.status = 404
    return missing


def _forget_old(ctx: Context, now: datetime) -> None:
    """Remove uploads that nobody came back for."""
    oldest = (now - KEPT).timestamp()
    for place in _folder(ctx).iterdir():
        if place.stat().st_mtime < oldest:
            shutil.rmtree(place, ignore_errors=True)
