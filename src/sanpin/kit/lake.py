"""The lake: facts by the million in Parquet files, each with a row in the database."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, event, insert, select

from sanpin.base import N_, InputError, StateError
from sanpin.kit.db import Database
from sanpin.kit.db.faults import disk_faults
from sanpin.kit.ids import new_id
from sanpin.kit.schema.tables import DATASET

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Dataset", "Lake"]

_ORPHAN_AGE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Dataset:
    """One immutable Parquet file of the lake.

    Attributes
    ----------
    id : time-ordered UUID
    domain, name, key : what it is; the newest of a name and key is the one in force
    path : relative to the lake's folder, with forward slashes
    rows, bytes : size
    sha256 : of the file, in hexadecimal
    created : instant in UTC
    meta : JSON values that its writer kept beside it
    """

    id: str
    firm: str
    domain: str
    name: str
    key: str
    path: str
    rows: int
    bytes: int
    sha256: str
    created: datetime
    meta: Mapping[str, Any]


class Lake:
    """The Parquet files of one workspace.

    A file never changes. It is written beside its place, made durable and moved, before its
    row is committed: a reader that sees the row finds the whole file.

    Parameters
    ----------
    path : folder of the files
    db : database that holds their rows
    """

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self._db = db

    def write(
        self,
        conn: Connection,
        domain: str,
        name: str,
        frame: pl.DataFrame,
        *,
        firm: str,
        meta: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> Dataset:
        """Store a frame within the transaction of `conn`; undone with it, file and row.

        Parameters
        ----------
        conn : transaction with which file and row stand or fall
        domain, name : plain words, which become folders
        firm : whose data it is
        meta : JSON values to keep beside it
        key : tells datasets of one name apart, such as one for each plant

        Raises
        ------
        StateError
            when the disk is full or read-only
        """
        identifier = new_id()
        relative = f"{_part(domain)}/{_part(name)}/{identifier}.parquet"
        target = self.path / relative
        with disk_faults(self.path):
            size, digest = _write_durably(frame, target)
        event.listen(conn, "rollback", lambda _: target.unlink(missing_ok=True))
        dataset = Dataset(
            id=identifier,
            firm=firm,
            domain=domain,
            name=name,
            key=key,
            path=relative,
            rows=frame.height,
            bytes=size,
            sha256=digest,
            created=datetime.now(UTC),
            meta=dict(meta or {}),
        )
        conn.execute(
            insert(DATASET).values({c.name: getattr(dataset, c.name) for c in DATASET.columns})
        )
        return dataset

    def read(self, dataset: Dataset | str) -> pl.DataFrame:
        """Return the whole frame of a dataset."""
        import polars as pl

        return pl.read_parquet(self.file(dataset))

    def scan(self, dataset: Dataset | str) -> pl.LazyFrame:
        """Return a lazy frame that reads only the rows and columns asked for."""
        import polars as pl

        return pl.scan_parquet(self.file(dataset))

    def file(self, dataset: Dataset | str) -> Path:
        """Return the path of a dataset's file, having seen that it is there.

        Raises
        ------
        StateError
            ``lake.file.missing``
        """
        if isinstance(dataset, str):
            dataset = self.get(dataset)
        path = self.path / dataset.path
        if not path.is_file():
            raise StateError(
                "lake.file.missing",
                N_("The file of the dataset “{name}” is gone: {path}."),
                hint=N_("Put the file back, or run the step again that makes it."),
                name=f"{dataset.domain}/{dataset.name}",
                path=str(path),
            )
        return path

    def get(self, identifier: str) -> Dataset:
        """Return the committed dataset of that id.

        Raises
        ------
        InputError
            ``lake.dataset.unknown``
        """
        with self._db.read() as conn:
            row = conn.execute(select(DATASET).where(DATASET.c.id == identifier)).first()
        if row is None:
            raise InputError(
                "lake.dataset.unknown",
                N_("There is no dataset {id}."),
                hint=N_("It may have been removed; run the step again that makes it."),
                id=identifier,
            )
        return _dataset(row)

    def latest(
        self, conn: Connection, domain: str, name: str, firm: str, key: str = ""
    ) -> Dataset | None:
        """Return the dataset in force: the newest of that name and key, or None."""
        found = self.list(conn, domain=domain, name=name, firm=firm, key=key, limit=1)
        return found[0] if found else None

    def list(
        self,
        conn: Connection,
        *,
        firm: str | None = None,
        domain: str | None = None,
        name: str | None = None,
        key: str | None = None,
        limit: int | None = None,
    ) -> list[Dataset]:
        """Return the datasets that match, newest first."""
        wanted = {"firm": firm, "domain": domain, "name": name, "key": key}
        query = select(DATASET).order_by(DATASET.c.id.desc()).limit(limit)
        for column, value in wanted.items():
            if value is not None:
                query = query.where(DATASET.c[column] == value)
        return [_dataset(row) for row in conn.execute(query)]

    def remove(self, conn: Connection, dataset: Dataset) -> None:
        """Forget a dataset; its file goes when the transaction of `conn` is committed."""
        path = self.path / dataset.path
        conn.execute(delete(DATASET).where(DATASET.c.id == dataset.id))
        event.listen(conn, "commit", lambda _: path.unlink(missing_ok=True))

    def verify(self, dataset: Dataset) -> bool:
        """Return whether the file is byte for byte the one that was written."""
        return _digest(self.file(dataset)) == dataset.sha256

    def sweep(self, conn: Connection) -> int:
        """Remove files older than an hour that no row names; return how many.

        Such files remain when a process is killed between the move of the file and the
        commit of its row. Younger ones may belong to a transaction still under way.
        """
        known = set(conn.execute(select(DATASET.c.path)).scalars())
        before = time.time() - _ORPHAN_AGE_SECONDS
        removed = 0
        for file in self.path.glob("*/*/*"):
            if file.relative_to(self.path).as_posix() in known or not file.is_file():
                continue
            if file.stat().st_mtime < before:
                file.unlink(missing_ok=True)
                removed += 1
        return removed


def _part(word: str) -> str:
    """Let only plain words become folder names."""
    if not word.replace("_", "").replace("-", "").isalnum():
        raise ValueError(f"not a plain word: {word!r}")
    return word


def _dataset(row: Row[Any]) -> Dataset:
    """Dataset of a row."""
    return Dataset(**{name: row._mapping[name] for name in Dataset.__dataclass_fields__})


def _write_durably(frame: pl.DataFrame, target: Path) -> tuple[int, str]:
    """Write beside the target, flush to the disk, move; return size and SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    try:
        with partial.open("wb") as stream:
            frame.write_parquet(stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        digest = _digest(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    _flush_folder(target.parent)
    return target.stat().st_size, digest


def _flush_folder(folder: Path) -> None:
    """Make the new name durable too; Windows cannot open folders and needs no flush."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
