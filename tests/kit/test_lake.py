"""The lake: file and row together or not at all, whatever goes wrong."""

from __future__ import annotations

import errno
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sanpin.base import InputError, StateError
from sanpin.kit.context import Context
from sanpin.kit.lake import Dataset

_FRAME = pl.DataFrame(
    {
        "item": ["22423", "0071", None],
        "quantity": [1, -2, 3],
        "price": [1.5, None, 0.1],
        "day": [date(2025, 3, 8), None, date(1999, 1, 1)],
        "time": [datetime(2025, 3, 8, 10, 20), None, datetime(1999, 1, 1)],  # noqa: DTZ001
        "masked": [True, False, None],
    }
)


def _write(ctx: Context, frame: pl.DataFrame = _FRAME, **options: Any) -> Dataset:
    with ctx.db.write() as conn:
        return ctx.lake.write(conn, "demand", "orders", frame, firm="own", **options)


def _files(ctx: Context) -> list[Path]:
    return [path for path in ctx.lake.path.rglob("*") if path.is_file()]


def test_a_frame_comes_back_equal(ctx: Context) -> None:
    dataset = _write(ctx, meta={"corrections": 3})
    assert ctx.lake.read(dataset).equals(_FRAME)
    assert ctx.lake.read(dataset.id).equals(_FRAME)
    scanned = ctx.lake.scan(dataset.id).filter(pl.col("quantity") > 0).select("item").collect()
    assert scanned["item"].to_list() == ["22423", None]
    assert dataset.rows == 3
    assert dataset.bytes == ctx.lake.file(dataset).stat().st_size
    assert dataset.path == f"demand/orders/{dataset.id}.parquet"
    assert ctx.lake.get(dataset.id) == dataset


def test_an_empty_frame_keeps_its_types(ctx: Context) -> None:
    dataset = _write(ctx, _FRAME.head(0))
    assert ctx.lake.read(dataset).schema == _FRAME.schema


def test_the_newest_is_in_force(ctx: Context) -> None:
    first, second = _write(ctx), _write(ctx)
    keyed = _write(ctx, key="2025-03")
    with ctx.db.read() as conn:
        assert ctx.lake.latest(conn, "demand", "orders", "own") == second
        assert ctx.lake.latest(conn, "demand", "orders", "own", "2025-03") == keyed
        assert ctx.lake.latest(conn, "demand", "panel", "own") is None
        found = ctx.lake.list(conn, domain="demand", name="orders")
        assert found == [keyed, second, first]
        assert ctx.lake.list(conn, firm="other") == []
        assert ctx.lake.list(conn, firm="own", limit=1) == [keyed]


def test_an_error_after_writing_takes_the_file_along(ctx: Context) -> None:
    kept = _write(ctx)
    with pytest.raises(RuntimeError), ctx.db.write() as conn:
        ctx.lake.write(conn, "demand", "orders", _FRAME, firm="own")
        ctx.lake.write(conn, "demand", "panel", _FRAME, firm="own")
        raise RuntimeError
    assert _files(ctx) == [ctx.lake.file(kept)]


def test_a_full_disk_leaves_nothing(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(StateError) as caught:
        _write(ctx)
    assert caught.value.code == "workspace.disk_full"
    assert _files(ctx) == []
    with ctx.db.read() as conn:
        assert ctx.lake.list(conn) == []


def test_a_full_disk_in_the_middle_of_the_file_leaves_nothing(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(self: pl.DataFrame, stream: Any, **options: Any) -> None:
        stream.write(b"PAR1 and then no more")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fill)
    with pytest.raises(StateError, match="full"):
        _write(ctx)
    assert _files(ctx) == []


def test_removing_takes_the_file_with_the_commit(ctx: Context) -> None:
    dataset = _write(ctx)
    path = ctx.lake.file(dataset)
    with pytest.raises(RuntimeError), ctx.db.write() as conn:
        ctx.lake.remove(conn, dataset)
        raise RuntimeError
    assert path.is_file()
    with ctx.db.write() as conn:
        ctx.lake.remove(conn, dataset)
        assert path.is_file()
    assert not path.exists()
    with pytest.raises(InputError) as caught:
        ctx.lake.read(dataset.id)
    assert caught.value.code == "lake.dataset.unknown"


def test_a_lost_file_is_named(ctx: Context) -> None:
    dataset = _write(ctx)
    ctx.lake.file(dataset).unlink()
    for ask in (ctx.lake.read, ctx.lake.scan, ctx.lake.file, ctx.lake.verify):
        with pytest.raises(StateError) as caught:
            ask(dataset)
        assert caught.value.code == "lake.file.missing"
        assert "demand/orders" in str(caught.value)


def test_a_changed_file_is_noticed(ctx: Context) -> None:
    dataset = _write(ctx)
    assert ctx.lake.verify(dataset)
    path = ctx.lake.file(dataset)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert not ctx.lake.verify(dataset)


def test_sweep_removes_only_old_files_without_a_row(ctx: Context) -> None:
    kept = ctx.lake.file(_write(ctx))
    folder = kept.parent
    old, young = folder / "old.parquet", folder / "young.parquet"
    left = folder / "half.partial"
    for path in (old, young, left):
        path.write_bytes(b"x")
    for path in (old, left, kept):
        os.utime(path, (0, 0))
    with ctx.db.read() as conn:
        assert ctx.lake.sweep(conn) == 2
        assert ctx.lake.sweep(conn) == 0
    assert sorted(_files(ctx)) == sorted([kept, young])


@pytest.mark.parametrize(("domain", "name"), [("..", "x"), ("a/b", "x"), ("a", ""), ("a", "x.y")])
def test_names_cannot_leave_the_lake(ctx: Context, domain: str, name: str) -> None:
    with pytest.raises(ValueError, match="plain word"), ctx.db.write() as conn:
        ctx.lake.write(conn, domain, name, _FRAME, firm="own")
    assert _files(ctx) == []
