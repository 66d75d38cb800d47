"""The page on the rules is true: every code is on it, and its example comes out as it says."""

import json
import re

import orjson
import pytest
from tests.conftest import ROOT

from sanpin.factory.engine.causes import CAUSES
from sanpin.factory.engine.check import check_solution
from sanpin.factory.engine.formats.native import parse_native
from sanpin.factory.model import TERMS

SOURCE = ROOT / "src" / "sanpin" / "factory" / "engine" / "check"


@pytest.fixture(params=["en", "zh"])
def page(request):
    """Give the text of the page in a language."""
    return (ROOT / "docs" / request.param / "schedule-check.md").read_text(encoding="utf-8")


def test_every_code_and_term_has_its_rule(page):
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("*.py"))
    codes = set(re.findall(r"\"([a-z]+\.[a-z_]+)\"", source))
    assert len(codes) >= 45
    rows = "".join(line for line in page.splitlines() if line.startswith("|"))
    assert [name for name in sorted(codes) + list(TERMS) if f"`{name}`" not in rows] == []
    listed = set(re.findall(r"`([a-z]+\.[a-z_]+)`", page))
    assert listed - codes == set()


def test_every_cause_has_its_meaning(page):
    rows = "".join(line for line in page.splitlines() if line.startswith("|"))
    assert [code for code in CAUSES if f"`{code}`" not in rows] == ["structure"]
    assert "`structure`" in page


def test_the_example_comes_out_as_it_says(page):
    blocks = [json.loads(body) for body in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    problem, schedule, expected = blocks
    report = check_solution(parse_native(problem), orjson.dumps(schedule))
    assert report.record() == expected
    correction = re.search(r"`(\"setup_start\": [^`]*)`", page)
    schedule["operations"][1].update(json.loads("{" + correction[1] + "}"))
    assert check_solution(parse_native(problem), orjson.dumps(schedule)).valid
