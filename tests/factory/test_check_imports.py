"""The checker shares no code with what it judges."""

import ast
import subprocess
import sys

import pytest
from tests.conftest import ROOT

ENGINE = ROOT / "src" / "sanpin" / "factory" / "engine"
CHECKER = sorted((ENGINE / "check").rglob("*.py"))
OWN = ("sanpin.base", "sanpin.factory.model", "sanpin.factory.engine.check")
# Explanations and repairs may ask the checker; whoever looks for schedules may not lean on it.
SEARCHES = ("search", "sequences", "lists", "cpsat", "bounds", "bounds.py")


def imports(path):
    """Return the names of all of our modules that a file imports, also within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("sanpin"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sanpin"):
            yield node.module


@pytest.mark.parametrize("path", CHECKER, ids=lambda path: path.stem)
def test_the_checker_imports_only_the_model_and_itself(path):
    foreign = [name for name in imports(path) if not name.startswith(OWN)]
    assert foreign == []


def test_the_searches_do_not_use_the_checker():
    files = [
        path
        for name in SEARCHES
        for path in ([ENGINE / name] if name.endswith(".py") else (ENGINE / name).rglob("*.py"))
        if path.exists()
    ]
    assert files
    for path in files:
        used = [name for name in imports(path) if name.startswith("sanpin.factory.engine.check")]
        assert used == [], path


def test_checking_loads_no_search_and_no_solver():
    code = (
        "import sys; from sanpin.factory import check; "
        "print(*sorted(m for m in sys.modules if m.startswith(('sanpin.factory', 'ortools', "
        "'numba'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = done.stdout.split()
    engine = [name for name in loaded if name.startswith("sanpin.factory.engine.")]
    assert engine
    assert all(name.startswith("sanpin.factory.engine.check") for name in engine)
    assert not any(name.startswith(("ortools", "numba")) for name in loaded)
