"""Fixtures of the command line: a workspace to stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def inside(sanpin: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a new workspace that is the current folder."""
    folder = tmp_path / "my"
    assert sanpin("init", folder).code == 0
    monkeypatch.chdir(folder)
    return folder
