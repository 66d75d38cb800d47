"""Workspaces: making, opening, finding, remembering, refusing."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sanpin.base import SanpinError, StateError
from sanpin.kit.workspace import FORMAT, Workspace, find_workspace, remember


def test_a_new_workspace_opens_again_as_it_was(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "工厂", name='A "quoted" 名字\\', sample=True)
    assert made == Workspace.open(tmp_path / "工厂")
    assert made.name == 'A "quoted" 名字\\'
    assert made.sample
    assert made.database_url == f"sqlite:///{tmp_path / '工厂' / 'sanpin.sqlite'}"
    assert made.lake_path.is_dir()


def test_name_and_kind_have_defaults(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "my")
    assert (made.name, made.sample) == ("my", False)


def test_a_database_address_is_kept_out_of_sight(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w", database_url="postgresql://u:p@h/d")
    assert Workspace.open(made.path).database_url == "postgresql://u:p@h/d"
    assert (made.path / "workspace.toml").stat().st_mode & 0o077 == 0


def test_a_folder_with_files_may_become_a_workspace_once(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("x")
    Workspace.create(tmp_path)
    with pytest.raises(StateError) as caught:
        Workspace.create(tmp_path)
    assert caught.value.code == "workspace.exists"
    assert (tmp_path / "orders.csv").read_text() == "x"


def test_a_file_cannot_become_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StateError) as caught:
        Workspace.create(tmp_path / "file")
    assert caught.value.code == "workspace.not_a_folder"


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w")
    file = made.path / "workspace.toml"
    file.write_text(file.read_text().replace(f"format = {FORMAT}", f"format = {FORMAT + 1}"))
    with pytest.raises(StateError) as caught:
        Workspace.open(made.path)
    assert caught.value.code == "workspace.newer"
    assert "newest Sanpin" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "name = ", 'name = "x"', "format = 1", 'name="x"\nformat="one"', "\x00", "[[["]
)
def test_a_damaged_description_is_named(tmp_path: Path, text: str) -> None:
    made = Workspace.create(tmp_path / "w")
    (made.path / "workspace.toml").write_text(text)
    with pytest.raises(StateError) as caught:
        Workspace.open(made.path)
    assert caught.value.code == "workspace.damaged"
    assert "workspace.toml" in str(caught.value)


def test_what_is_no_workspace_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", tmp_path / "missing" / "deeper"):
        with pytest.raises(SanpinError) as caught:
            Workspace.open(path)
        assert caught.value.code == "workspace.missing"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "workspace.disk_full"),
        (errno.EFBIG, "workspace.disk_failed"),
        (errno.EROFS, "workspace.read_only"),
        (errno.EACCES, "workspace.read_only"),
    ],
)
def test_disks_that_refuse_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StateError) as caught:
        Workspace.create(tmp_path / "w")
    assert caught.value.code == code
    assert str(tmp_path / "w") in str(caught.value)


def test_an_unreadable_workspace_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Workspace.create(tmp_path / "w")

    def refuse(*args: object, **kwargs: object) -> str:
        raise PermissionError(errno.EACCES, "refused")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(StateError) as caught:
        Workspace.open(made.path)
    assert caught.value.code == "workspace.not_readable"


class TestFinding:
    """The rule by which a command finds its workspace; the first that applies."""

    @pytest.fixture
    def places(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Workspace]:
        made = {name: Workspace.create(tmp_path / name) for name in ("a", "b", "c", "d")}
        outside = tmp_path / "outside"
        outside.mkdir()
        monkeypatch.chdir(outside)
        return made

    def test_the_named_one_comes_first(
        self, places: dict[str, Workspace], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SANPIN_WORKSPACE", str(places["b"].path))
        monkeypatch.chdir(places["c"].path)
        remember(places["d"])
        assert find_workspace(places["a"].path) == places["a"]

    def test_then_the_variable(
        self, places: dict[str, Workspace], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SANPIN_WORKSPACE", str(places["b"].path))
        monkeypatch.chdir(places["c"].path)
        remember(places["d"])
        assert find_workspace() == places["b"]

    def test_then_the_nearest_above(
        self, places: dict[str, Workspace], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deep = places["c"].path / "lake" / "x"
        deep.mkdir(parents=True)
        monkeypatch.chdir(deep)
        remember(places["d"])
        assert find_workspace() == places["c"]

    def test_then_the_last_one_made_with_a_word(
        self, places: dict[str, Workspace], capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(places["a"])
        remember(places["d"])
        assert find_workspace() == places["d"]
        captured = capsys.readouterr()
        assert captured.out == ""
        assert str(places["d"].path) in captured.err

    def test_the_word_can_be_taken_over(
        self, places: dict[str, Workspace], capsys: pytest.CaptureFixture[str]
    ) -> None:
        remember(places["d"])
        told: list[Path] = []
        find_workspace(tell=told.append)
        assert told == [places["d"].path]
        assert capsys.readouterr().err == ""

    def test_none_is_refused_with_the_remedy(self, places: dict[str, Workspace]) -> None:
        with pytest.raises(StateError) as caught:
            find_workspace()
        assert caught.value.code == "workspace.none"
        assert "sanpin init" in str(caught.value)

    def test_one_that_is_gone_is_not_remembered(self, places: dict[str, Workspace]) -> None:
        remember(places["d"])
        (places["d"].path / "workspace.toml").unlink()
        with pytest.raises(StateError) as caught:
            find_workspace()
        assert caught.value.code == "workspace.none"

    def test_a_wrong_name_is_not_passed_over(
        self, places: dict[str, Workspace], tmp_path: Path
    ) -> None:
        remember(places["d"])
        with pytest.raises(SanpinError) as caught:
            find_workspace(tmp_path / "nowhere")
        assert caught.value.code == "workspace.missing"
