"""The page on recalls runs as it stands, in both languages, and names everything that there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import orjson
import pytest
from tests.conftest import ROOT

from sanpin.app.cli import main
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.model.cases import Verdict
from sanpin.trace.service.seeds import SEED_FIELDS

LANGUAGES = ("en", "zh")
BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)


def text_of(language: str) -> str:
    return (ROOT / "docs" / language / "recall.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_of_the_page_run(
    chain: Context,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lots.csv").write_text("gtin,lot\n9529993143385,C-0301\n", "utf-8")
    Path("notice.txt").write_text("Recall of Celadon mug, lot MUG-1", "utf-8")
    case, ran = "", 0
    for line in "".join(BLOCK.findall(text_of(language))).splitlines():
        words = [case if word == "CASE" else word for word in shlex.split(line)][1:]
        try:
            code = main([*words, "--workspace", str(chain.workspace.path), "--json"])
        except SystemExit as stop:
            code = int(stop.code or 0)
        answer = orjson.loads(capsys.readouterr().out)
        assert code == 0, line
        case = answer["id"] if "start" in words and not case else case
        ran += 1
    assert ran == 11
    first, drill = service.list_cases(chain)[::-1]
    assert (first.state, drill.drill) == ("closed", True)
    assert service.effect_of(chain, first.id).totals == {"": (240, 120), "KGM": (300, 300)}
    assert Path("scope.xlsx").stat().st_size > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_what_there_is(language: str) -> None:
    text = text_of(language)
    assert all(f"| `{field.name}` |" in text for field in SEED_FIELDS)
    assert all(f"| `{verdict.value}` |" in text for verdict in Verdict)
    known = {name for field in SEED_FIELDS for name in (field.name, *field.synonyms)}
    rows = re.findall(r"^\| `(?:code|gtin|lot|serial|sscc)` \| ([^|]+) \|", text, re.MULTILINE)
    named = {name.strip() for row in rows for name in re.split("[,、]", row)}
    assert len(rows) == 5 and named <= known, named - known
