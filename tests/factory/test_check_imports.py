"""The checker shares no code with what it judges."""

import ast
import subprocess
import sys

import pytest
from tests.conftest import ROOT

ENGINE = ROOT / "src" / "sanpin" / "factory" / "engine"
CHECKER = sorted((ENGINE / "check").rglob("*.py"))
OWN = ("sanpin.base", "sanpin.factory.model", "sanpin.factory.engine.check")
# What looks for schedules may ask for a verdict, but builds nothing on the checker's arithmetic;
# explanations may: they say in words what the checker found.
SEARCHES = ("search", "sequences", "lists", "cpsat", "exact", "bounds", "causes", "solve")
DOORS = ("", ".reading", ".report")


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


def test_no_search_builds_on_the_inside_of_the_checker():
    inside = "sanpin.factory.engine.check"
    allowed = {inside + door for door in DOORS}
    searches = [
        path
        for path in ENGINE.rglob("*.py")
        if path.relative_to(ENGINE).parts[0].removesuffix(".py") in SEARCHES
    ]
    assert len(searches) > 20
    used = {name for path in searches for name in imports(path) if name.startswith(inside)}
    assert used <= allowed


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
