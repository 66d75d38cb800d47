"""The library door works without store, web or command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sanpin.base import InputError
from sanpin.trace import Lineage, parse, read_events
from sanpin.trace.sample import sample_documents

PROGRAM = """
import sys
from sanpin.trace import Lineage, parse, read_events
from sanpin.trace.sample import sample_documents
Lineage(read_events(sample_documents()[0])); parse("(01)09521234567899")
heavy = {"sqlalchemy", "fastapi", "cyclopts", "jinja2", "sanpin.kit", "polars", "numba"}
sys.exit(" ".join(sorted(heavy & set(sys.modules))) or 0)
"""


def test_the_library_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_events_in_memory_answer_all_questions() -> None:
    lineage = Lineage([event for data in sample_documents() for event in read_events(data)])
    pallet = "https://shop.example/00/095212340000000914"
    assert parse(pallet).thing == lineage.back(pallet).root
    assert len(lineage.back(pallet).nodes) == 15
    assert {node.depth for node in lineage.forward(pallet).nodes} == {0, 1, 2}
    assert lineage.history(pallet)[1].location
    assert lineage.recall([pallet]).consignees


def test_documents_that_are_not_valid_are_refused_with_all_findings() -> None:
    data = sample_documents()[0].replace(b'"OBSERVE"', b'"CREATE"')
    with pytest.raises(InputError) as refusal:
        read_events(data)
    assert refusal.value.code == "trace.document.invalid"
    assert len(refusal.value.problems) == 7


def test_unknown_names_are_no_attributes() -> None:
    import sanpin.trace

    with pytest.raises(AttributeError):
        _ = sanpin.trace.nothing
