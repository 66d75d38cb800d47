"""The help of commands: whole, in the reader's language, and fast to print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sanpin.app.cli import application
from sanpin.app.help.wording import in_language, notes, paragraphs, wording

Sanpin = Callable[..., Any]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def groups(app: Any, words: list[str]) -> Iterator[list[str]]:
    """Yield the words of each command and of each group of commands."""
    names = [word for word in app if not word.startswith("-")]
    if words:
        yield words
    for name in names:
        yield from groups(app[name], [*words, name])


EVERY = [" ".join(words) for words in groups(application(), [])]


def entries(shown: str) -> list[str]:
    """Return the lines of a help that begin an entry."""
    return re.findall(r"^  (\S.*)$", shown, re.MULTILINE)


@pytest.mark.parametrize("command", EVERY)
def test_every_line_of_help_is_chinese_for_a_chinese_reader(
    sanpin: Sanpin, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Usage, description, titles, and a meaning beside each name; as many as in English."""
    monkeypatch.setenv("COLUMNS", "400")
    words = command.split()
    english, chinese = sanpin(*words, "--help"), sanpin(*words, "--help", "--lang", "zh")
    assert (english.code, chinese.code, chinese.err) == (0, 0, "")
    assert english.out.startswith(f"Usage: sanpin {command}")
    assert chinese.out.startswith(f"用法：sanpin {command}")
    assert not CHINESE.search(english.out)
    assert len(entries(english.out)) == len(entries(chinese.out))
    lines = [line for line in chinese.out.splitlines() if line.strip()]
    assert [line for line in lines if not CHINESE.search(line)] == []


def test_the_help_of_a_command_is_the_whole_of_it(sanpin: Sanpin) -> None:
    """The one line of the overview hides nothing of what the command says about itself."""
    shown = sanpin("demo", "--help").out
    assert "Run everything on the sample company and serve the pages." in shown
    assert "The first time it makes the sample workspace" in shown
    assert "首次运行会建立示例工作区" in sanpin("--lang=zh", "demo", "--help").out
    assert "all of it, or nothing and a file of bad rows" in " ".join(
        sanpin("import", "--help").out.split()
    )


def test_choices_defaults_and_needs_are_told(sanpin: Sanpin) -> None:
    """What may be typed, what happens without it, and what must be there."""
    english = " ".join(sanpin("trace", "convert", "--help").out.split())
    assert "[choices: json, xml, xml-1.2] [required]" in english
    assert "[default: Never_Translates]" in english
    chinese = "".join(sanpin("trace", "convert", "--help", "--lang", "zh").out.split())
    assert "[可选：json,xml,xml-1.2]" in chinese
    assert "[必填]" in chinese


def test_a_narrow_terminal_still_shows_every_word() -> None:
    """Long names and meanings are wrapped, not cut."""
    script = "import sys; from sanpin.app.cli import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", script, "demand", "forecast", "--help"],
        env={**os.environ, "COLUMNS": "40", "SANPIN_LANG": "en"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert max(map(len, done.stdout.splitlines())) <= 40
    words = " ".join(done.stdout.split())
    assert "Forecast every item of a panel file and their total." in words
    assert "Periods ahead." in words


@pytest.mark.parametrize("module", ["sanpin.app.demo", "sanpin.app.commands.files"])
def test_help_waits_for_no_database(module: str) -> None:
    """What a command imports before it runs is light."""
    script = (
        f"import sys, {module}; sys.exit('sqlalchemy' in sys.modules or 'polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_paragraph_is_one_line_without_marks() -> None:
    """However the docstring was wrapped."""
    text = "First\n    line.\n\n\n    The Run, or\n    ``last``.\n"
    assert paragraphs(text) == ["First line.", "The Run, or last."]
    assert paragraphs("") == []


def test_wording_is_looked_up_by_paragraph() -> None:
    """A text that has no Chinese stays as it is; English readers get English."""
    known = next(iter(wording()))
    text = f"{known}\n\nNobody worded this."
    assert in_language(text, "zh-CN") == f"{wording()[known]}\n\nNobody worded this."
    assert in_language(text, "en") == text


def test_notes_are_translated_and_other_brackets_left_alone() -> None:
    """Only the three notes that the help knows."""
    assert notes("[default: .05,.1] [required]", "zh-CN") == "[默认：.05,.1] [必填]"
    assert notes("[choices: a, b]", "en") == "[choices: a, b]"
    assert notes("[else]", "zh-CN") == "[else]"
