"""Snapshots: read back as written, and refused when anything about them is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sanpin.base import StateError
from sanpin.trace.engine.generate import plan_chain, tables_of
from sanpin.trace.engine.lineage.columns import word_flags
from sanpin.trace.engine.lineage.index import Index
from sanpin.trace.store.snapshot import DAMAGED, STALE, read_snapshot, write_snapshot


@pytest.fixture
def index() -> Index:
    """Give the index of a small chain."""
    tables = tables_of(plan_chain(1200, 2))
    return Index.build(tables.columns, tables.kinds, word_flags(tables.words))


def test_a_snapshot_gives_the_same_answers(index: Index, tmp_path: Path) -> None:
    """Mapped arrays are equal, cannot be written to, and answer alike."""
    path = tmp_path / "lineage" / "own.bin"
    size = write_snapshot(path, index.base, ledger="a")
    assert path.stat().st_size == size
    layer, _ = read_snapshot(path, ledger="a")
    for one, other in zip(layer, index.base, strict=True):
        assert one.tobytes() == other.tobytes()
        assert one.dtype == other.dtype
        assert not one.flags.writeable
    again = Index(layer)
    assert again.last_event == index.last_event == 1200
    assert np.array_equal(again.back(20).things, index.back(20).things)
    write_snapshot(path, index.base, ledger="a")
    assert [found.name for found in path.parent.iterdir()] == ["own.bin"]


def test_any_changed_byte_is_found(index: Index, tmp_path: Path) -> None:
    """In the mark, the heading and the arrays; cut off anywhere; empty."""
    path = tmp_path / "own.bin"
    write_snapshot(path, index.base, ledger="a")
    whole = path.read_bytes()
    spots = np.random.default_rng(1).integers(0, len(whole), 60)
    refused = 0
    for spot in (0, 9, 17, 30, *map(int, spots)):
        broken = bytearray(whole)
        broken[spot] ^= 1
        path.write_bytes(broken)
        try:
            layer, _ = read_snapshot(path, ledger="a")
        except StateError as refusal:
            assert refusal.code == DAMAGED
            refused += 1
        else:  # a byte of the filling between two arrays
            for one, other in zip(layer, index.base, strict=True):
                assert one.tobytes() == other.tobytes()
    assert refused > 50
    for length in (0, 5, 23, 100, len(whole) // 2, len(whole) - 64):
        path.write_bytes(whole[:length])
        with pytest.raises(StateError) as cut:
            read_snapshot(path, ledger="a")
        assert cut.value.code == DAMAGED


def test_what_belongs_elsewhere_is_stale(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, of another ledger, of another version."""
    path = tmp_path / "own.bin"
    with pytest.raises(StateError) as refusal:
        read_snapshot(path, ledger="a")
    assert refusal.value.code == STALE
    write_snapshot(path, index.base, ledger="b")
    with pytest.raises(StateError) as refusal:
        read_snapshot(path, ledger="a")
    assert refusal.value.code == STALE
    monkeypatch.setattr("sanpin.trace.store.snapshot.VERSION", 2)
    with pytest.raises(StateError) as refusal:
        read_snapshot(path, ledger="b")
    assert refusal.value.code == STALE


def test_a_failed_write_leaves_the_old_file(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle of it changes nothing and leaves nothing behind."""
    path = tmp_path / "own.bin"
    write_snapshot(path, index.base, ledger="a")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_snapshot(path, index.base, ledger="b")
    assert read_snapshot(path, ledger="a")[0].time.size == 1200
    assert [found.name for found in tmp_path.iterdir()] == ["own.bin"]
