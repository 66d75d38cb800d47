"""The command that makes up a chain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanpin.app.cli import main


def test_a_chain_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files of 1,000 events, and one line of truth for each question."""
    folder = tmp_path / "chain"
    code = main(["trace", "generate", "--events", "1200", "--out", str(folder), "--json"])
    record = json.loads(capsys.readouterr().out)
    assert code == 0
    assert record["files"] == 2
    counts = [
        len(json.loads(path.read_bytes())["epcisBody"]["eventList"])
        for path in sorted(folder.glob("events-*.json"))
    ]
    assert counts == [1000, 200]
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == record["questions"] > 0
    assert {json.loads(line)["question"] for line in lines} == {"back", "forward", "recall"}


def test_too_few_events_and_a_file_in_the_way_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By name, with exit code 1."""
    assert main(["trace", "generate", "--events", "10", "--out", str(tmp_path)]) == 1
    assert "34" in capsys.readouterr().err
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    assert main(["trace", "generate", "--events", "600", "--out", str(blocked)]) == 1
    assert str(blocked) in capsys.readouterr().err
