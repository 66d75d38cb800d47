"""Verbs of the domain: read the published tables, gather evidence, judge pace, select.

`published` reads what the package brings, `own` what a firm enters; `evidence` collects what bears
on a target, `assessing` judges it with the arithmetic of `pace`; `selecting` chooses what a small
page shows. All of it is pure.
"""

from sanpin.sector.engine.assessing import assess
from sanpin.sector.engine.evidence import gather_evidence
from sanpin.sector.engine.industries import IndustryTree, RegionIndex
from sanpin.sector.engine.own import make_actual, make_target, make_task
from sanpin.sector.engine.pace import (
    expected_interval,
    last_pace,
    project,
    required_pace,
    satisfies,
)
from sanpin.sector.engine.published import Published, build_published
from sanpin.sector.engine.quantities import read_unit
from sanpin.sector.engine.selecting import select_figures, summarise_tasks

__all__ = [
    "IndustryTree",
    "Published",
    "RegionIndex",
    "assess",
    "build_published",
    "expected_interval",
    "gather_evidence",
    "last_pace",
    "make_actual",
    "make_target",
    "make_task",
    "project",
    "read_unit",
    "required_pace",
    "satisfies",
    "select_figures",
    "summarise_tasks",
]
