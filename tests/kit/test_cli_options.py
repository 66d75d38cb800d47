"""Global options anywhere on the line, results as one JSON document, refusals as exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanpin.base import N_, InputError
from sanpin.kit.cli import UsageError, guarded, options, print_result, say, use_options


@pytest.mark.parametrize(
    "words",
    [
        ["--json", "--lang", "zh", "runs", "list", "--workspace", "w"],
        ["runs", "--workspace=w", "list", "--lang=zh-CN", "--json"],
        ["runs", "list", "--json", "--workspace", "w", "--lang", "zh_CN.UTF-8"],
    ],
)
def test_global_options_stand_anywhere(words: list[str]) -> None:
    assert use_options(words) == ["runs", "list"]
    assert options().workspace == Path("w")
    assert options().language == "zh-CN"
    assert options().json is True


def test_words_after_two_dashes_are_left_alone() -> None:
    assert use_options(["trace", "events", "--", "--json"]) == ["trace", "events", "--", "--json"]
    assert options().json is False


@pytest.mark.parametrize("words", [["--workspace"], ["--lang", "fr"], ["--workspace="]])
def test_a_bad_global_option_is_wrong_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError):
        use_options(words)
    assert guarded(lambda: len(use_options(words))) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "--" in shown.err


def test_a_refusal_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> int:
        raise InputError("test.no", N_("No {what}."), hint=N_("Try again."), what="bread")

    use_options([])
    assert guarded(refuse) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "No bread." in shown.err
    assert "Try again." in shown.err


def test_json_is_exactly_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    use_options(["--json"])
    print_result({"a": 1}, lambda: "for people")
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"a": 1}
    assert shown.count("\n") == 1
    use_options([])
    print_result({"a": 1}, lambda: "for people")
    assert capsys.readouterr().out == "for people\n"


def test_interruption_and_unknown_text() -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    assert guarded(interrupt) == 130
    assert say("a text in no catalogue {n}", n=3) == "a text in no catalogue 3"
