"""The quick start with a partner's file runs as it stands and answers what it promises."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)


def blocks(language: str) -> list[str]:
    return BLOCK.findall((ROOT / "docs" / language / "partner-file.md").read_text("utf-8"))


def test_the_lines_are_the_same_in_both_languages() -> None:
    assert blocks("en") == blocks("zh")
    assert len(blocks("en")) == 6


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_quick_start_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/data", tmp_path / "examples/data")
    command = f'set -e\nsanpin() {{ "{sys.executable}" -m sanpin "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", command + "\n".join(blocks("en"))],
        cwd=tmp_path,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "valid, 3 events" in done.stdout
    assert "7 of 7 events captured" in done.stdout
    assert '"https://id.gs1.org/414/9527890000015"' in done.stdout
    back = done.stdout.index("https://id.gs1.org/01/09527890123455/10/PIZZA-77  300")
    assert "10/CH-0412" in done.stdout[back : back + 200]
    assert "2 products must come back; 1 containers carry them." in done.stdout
    assert (tmp_path / "dairy-trial/recall.xlsx").stat().st_size > 1000
    written = (tmp_path / "dairy-trial/shipped.xml").read_text("utf-8")
    assert written.count("<ObjectEvent>") == 2
    assert 'schemaVersion="1.2"' in written
