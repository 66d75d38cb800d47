"""The command line: what it may load, where it finds its workspace, how it refuses."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sanpin.app import cli
from sanpin.app.cli import commands, main

Sanpin = Callable[..., Any]

HEAVY = ("polars", "numpy", "sqlalchemy", "alembic", "fastapi", "ortools", "cyclopts", "rich")


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"], ["--version"]])
def test_the_overview_loads_nothing_heavy(words: list[str]) -> None:
    """People ask for help often; tables, databases and solvers wait for work."""
    script = (
        "import sys; from sanpin.app.cli import main; code = main(sys.argv[1:]);"
        f"found = [name for name in {HEAVY!r} if name in sys.modules];"
        "sys.exit(code or (f'loaded {found}' if found else 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "anpin" in done.stdout


def test_the_overview_names_every_command_in_both_languages(sanpin: Sanpin) -> None:
    """One line each, in groups."""
    english, chinese = sanpin("--help"), sanpin("--help", "--lang", "zh")
    for command in commands():
        for shown in (english, chinese):
            assert f"\n  {command.name} " in shown.out
    assert "Make a workspace." in english.out
    assert "Make a workspace." not in chinese.out
    assert "--workspace" in chinese.out


@pytest.mark.parametrize("command", [one.name for one in commands()])
def test_every_command_explains_itself(sanpin: Sanpin, command: str) -> None:
    """``--help`` after any command says how it is used."""
    shown = sanpin(command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Usage: sanpin {command}")


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["nosuch"], "There is no command “nosuch”.", "没有“nosuch”这个命令。"),
        (["loop", "rum"], "There is no command “rum”.", "没有“rum”这个命令。"),
        (["status", "--nope"], "There is no option --nope.", "没有 --nope 这个选项。"),
        (
            ["serve", "--port", "abc"],
            "“abc” is no value for --port.",
            "“abc”不能作为 --port 的值。",
        ),
        (["serve", "--port", "0"], "from 1 to 65535, not 0.", "1 到 65535 之间的数字，而不是 0。"),
        (["demo", "--port", "70000"], "not 70000.", "而不是 70000。"),
        (["init"], "DIRECTORY is missing", "缺少 DIRECTORY"),
        (["export", "orders"], "--out is missing", "缺少 --out"),
        (["loop", "run", "twice"], "“twice” is one word too many.", "“twice”是多余的词。"),
        (["import"], "Name a file", "请指定文件"),
        (["--lang", "fr", "status"], "--lang takes en or zh", "--lang 只接受"),
        (["status", "--workspace"], "--workspace needs the folder", "--workspace 需要给出工作区"),
        (["runs", "list", "--limit", "x"], "no value for --limit", "不能作为 --limit 的值"),
    ],
)
def test_wrong_usage_is_told_in_both_languages(
    sanpin: Sanpin, words: list[str], english: str, chinese: str
) -> None:
    """Exit code 2, one or two lines on standard error, nothing of Python's."""
    for language, text in (("en", english), ("zh", chinese)):
        refused = sanpin("--lang", language, *words)
        assert (refused.code, refused.out) == (2, "")
        assert text in refused.err
        assert "Traceback" not in refused.err and len(refused.err.splitlines()) <= 2


def test_the_help_to_look_at_is_that_of_the_command(sanpin: Sanpin) -> None:
    """The second line names the command whose usage was wrong."""
    assert sanpin("loop", "run", "--seed", "x").err.endswith("See “sanpin loop run --help”.\n")
    assert sanpin("nosuch").err.endswith("See “sanpin --help”.\n")


class TestWorkspace:
    """Which workspace a command is meant for."""

    def test_none_is_refused_with_the_remedy(
        self, sanpin: Sanpin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exit code 1, in both languages, and no half of a JSON document."""
        monkeypatch.chdir(tmp_path)
        for words, text in (
            (["status"], "sanpin init DIR"),
            (["status", "--json"], "There is no workspace here"),
            (["--lang", "zh", "export", "orders", "--out", "x.csv"], "这里没有工作区"),
            (["loop", "run", "--json"], "none was made before"),
            (["serve"], "sanpin demo"),
        ):
            refused = sanpin(*words)
            assert (refused.code, refused.out) == (1, "")
            assert text in refused.err
        assert list(tmp_path.iterdir()) == []

    def test_the_rule(
        self, sanpin: Sanpin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The option, the variable, the folder or one above it, the one made last."""
        for name in ("named", "variable", "above", "last"):
            assert sanpin("init", tmp_path / name).code == 0
        deep = tmp_path / "above" / "some" / "where"
        deep.mkdir(parents=True)

        def found(*words: object) -> tuple[str, str]:
            answer = sanpin("status", "--json", *words)
            assert answer.code == 0
            return Path(answer.value["workspace"]).name, answer.err

        monkeypatch.chdir(tmp_path)
        name, told = found()
        assert name == "last" and str(tmp_path / "last") in told
        monkeypatch.chdir(deep)
        assert found() == ("above", "")
        monkeypatch.setenv("SANPIN_WORKSPACE", str(tmp_path / "variable"))
        assert found() == ("variable", "")
        assert found("--workspace", tmp_path / "named") == ("named", "")
        assert found(f"--workspace={tmp_path / 'named'}") == ("named", "")

    def test_a_wrong_name_is_not_passed_over(
        self, sanpin: Sanpin, inside: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was named and is no workspace is refused, though there is one nearer."""
        refused = sanpin("status", "--workspace", inside / "lake")
        assert refused.code == 1
        assert f"There is no workspace in {inside / 'lake'}." in refused.err
        monkeypatch.setenv("SANPIN_WORKSPACE", "/nowhere/at/all")
        assert "没有工作区" in sanpin("--lang", "zh", "status").err


def test_init_makes_a_workspace_once(sanpin: Sanpin, tmp_path: Path) -> None:
    """The answer names it; a second one in the same place is refused."""
    made = sanpin("init", tmp_path / "my", "--name", "三品", "--json")
    assert made.code == 0
    assert made.value == {"workspace": str(tmp_path / "my"), "name": "三品"}
    again = sanpin("init", tmp_path / "my")
    assert again.code == 1
    assert f"There is a workspace in {tmp_path / 'my'} already." in again.err
    (tmp_path / "file").write_text("x")
    assert "is a file, not a folder" in sanpin("init", tmp_path / "file").err
    assert "“mysql” is not a database" in sanpin("init", tmp_path / "x", "--database", "mysql:").err


def test_a_workspace_whose_database_cannot_be_reached_is_not_left_behind(
    sanpin: Sanpin, tmp_path: Path
) -> None:
    """The same command works once the address is right."""
    address = "postgresql://u:secret@127.0.0.1:1/x"
    refused = sanpin("init", tmp_path / "my", "--database", address)
    assert refused.code == 1
    assert "does not answer" in refused.err and "secret" not in refused.err
    assert not (tmp_path / "my" / "workspace.toml").exists()
    assert sanpin("init", tmp_path / "my").code == 0


def test_status_says_what_a_workspace_holds(sanpin: Sanpin, inside: Path, company: Path) -> None:
    """The keys that programs read, before and after orders came in."""
    empty = sanpin("status", "--json").value
    assert (empty["workspace"], empty["orders"], empty["items"]) == (str(inside), 0, 0)
    assert (empty["runs"], empty["last_run"], empty["sample"]) == (0, None, False)
    sanpin("import", company / "orders.xlsx")
    sanpin("loop", "run")
    full = sanpin("status", "--json").value
    assert (full["orders"], full["items"], full["as_of"]) == (601, 6, "2024-05-30")
    assert full["runs"] >= 2
    assert (full["last_run"]["verb"], full["last_run"]["state"]) == ("loop.run", "done")
    assert "601 条订单行" in sanpin("--lang", "zh", "status").out


def test_a_terminal_without_chinese_is_no_reason_to_fail(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Letters that cannot be shown become marks."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["--lang", "zh", "--help"]) == 0
    sys.stdout.flush()
    assert b"Sanpin \\u4e09\\u54c1" in raw.getvalue()


class TestFaults:
    """Errors that no one foresaw."""

    def _fail(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        def dispatch(_words: list[str]) -> int:
            raise error

        monkeypatch.setattr(cli, "_dispatch", dispatch)

    def test_a_mistake_of_ours_is_told_without_a_traceback(
        self, sanpin: Sanpin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It says so, and how to show more."""
        monkeypatch.delenv("SANPIN_DEBUG", raising=False)
        self._fail(monkeypatch, KeyError("clay"))
        told = sanpin("status")
        assert (told.code, told.out) == (1, "")
        assert "KeyError: 'clay'" in told.err and "SANPIN_DEBUG=1" in told.err
        assert "不应发生" in sanpin("--lang", "zh", "status").err
        monkeypatch.setenv("SANPIN_DEBUG", "1")
        with pytest.raises(KeyError):
            sanpin("status")

    def test_a_full_disk_is_named(self, sanpin: Sanpin, monkeypatch: pytest.MonkeyPatch) -> None:
        """Wherever it was met."""
        self._fail(monkeypatch, OSError(errno.ENOSPC, "No space left on device", "/data/x"))
        told = sanpin("status")
        assert told.code == 1
        assert "The disk that holds /data/x is full." in told.err

    def test_interruption_and_a_reader_that_left(
        self, sanpin: Sanpin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ctrl-C has the exit code that shells expect."""

        def dispatch(_words: list[str]) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr(cli, "_dispatch", dispatch)
        assert sanpin("status").code == 130
