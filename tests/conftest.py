"""Fixtures for all tests: a home of its own, a workspace, a context on SQLite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from sanpin.kit.context import Context, open_context
from sanpin.kit.workspace import Workspace

# The same examples on every machine and day; slowness is no failure.
settings.register_profile("sanpin", deadline=None, derandomize=True, database=None)
settings.load_profile("sanpin")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's own configuration out of the tests, and the tests out of it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.delenv("SANPIN_WORKSPACE", raising=False)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a new workspace on SQLite."""
    return Workspace.create(tmp_path / "workspace", name="test")


@pytest.fixture
def ctx(workspace: Workspace) -> Iterator[Context]:
    """Give a context of an administrator, with all tables in place."""
    with open_context(workspace) as context:
        yield context


@pytest.fixture(scope="session")
def open_data() -> Path:
    """Give the folder of the open data, one sub-folder per domain."""
    folder = os.environ.get("SANPIN_OPEN_DATA")
    if not folder:
        pytest.skip("SANPIN_OPEN_DATA names no folder with the open data")
    return Path(folder)
