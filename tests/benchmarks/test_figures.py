"""Means of ratios, and what is counted apart."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks.scheduling.figures import (
    against,
    figure,
    geometric_mean,
    outcome,
    select,
    share,
    worst,
)


def record(instance: str, objective: float | None, **more: Any) -> dict[str, Any]:
    """Return a record as a run leaves it."""
    there = objective is not None
    found = {"instance": instance, "objective": objective, "placed": there, "valid": there}
    return found | {"seed": 0, "solver": "sanpin", "detail": {}} | more


def test_the_geometric_mean_of_a_ratio_and_its_inverse_is_one() -> None:
    """Twice as good here and twice as bad there cancel out, unlike in the plain mean."""
    assert geometric_mean([2.0, 0.5]) == 1.0
    assert geometric_mean([1.0, 4.0]) == 2.0
    assert geometric_mean([]) is None


def test_an_outcome_keeps_unsolved_and_invalid_apart() -> None:
    """Neither enters the mean."""
    runs = [
        record("a", 110, ratio=1.1),
        record("b", 120, ratio=1.2),
        record("c", None),
        record("d", 50, ratio=0.5, valid=False),
    ]
    found = outcome(runs)
    assert (found["runs"], found["solved"], found["unsolved"], found["invalid"]) == (4, 2, 1, 1)
    assert found["geometric_mean_ratio"] == pytest.approx(1.1489)
    assert found["mean_gap_percent"] == pytest.approx(15.0)


def test_several_seeds_have_a_range() -> None:
    """The least and greatest mean of one seed."""
    runs = [record("a", 1, ratio=1 + seed / 10, seed=seed) for seed in range(3)]
    assert outcome(runs)["seed_range"] == [1.0, 1.2]
    assert "seed_range" not in outcome(runs[:1])


def test_sides_are_compared_instance_by_instance() -> None:
    """Zeros and unsolved ones are counted, not averaged."""
    ours = [record("a", 50), record("b", 0), record("c", 0), record("d", 7), record("e", None)]
    theirs = [record("a", 100), record("b", 10), record("c", 0), record("d", None), record("e", 1)]
    assert against(ours, theirs) == {
        "compared": 1, "geometric_mean_ratio": 0.5, "ours_zero": 1, "both_zero": 1,
        "theirs_unsolved": 1, "ours_unsolved": 1,
    }  # fmt: skip
    assert against([record("a", 5)], [record("a", 0)])["theirs_zero"] == 1
    assert against([record("x", 5)], [record("a", 1)])["compared"] == 0


@pytest.mark.parametrize(
    ("value", "limits", "met"),
    [
        (1.0, {"at_most": 1.0}, True),
        (1.1, {"at_most": 1.0}, False),
        (0.5, {"at_least": 0.5}, True),
        (0.4, {"at_least": 0.5}, False),
        (None, {"at_most": 1.0}, None),
    ],
)
def test_a_figure_says_whether_it_suffices(
    value: float | None, limits: dict[str, float], met: bool | None
) -> None:
    """Without a value nothing is claimed."""
    assert figure(value, **limits) == {"value": value, **limits, "met": met}


def test_records_are_selected_by_their_fields() -> None:
    """All wanted fields must agree."""
    runs = [record("a", 1), record("a", 2, solver="cpsat"), record("b", 3)]
    assert select(runs, instance="a", solver="sanpin") == [runs[0]]
    assert worst(runs, "objective") == 3
    assert (
        worst([record("a", 1, detail={"first_seconds": 0.5}), runs[0]], "detail", "first_seconds")
        == 0.5
    )
    assert worst([], "objective") is None
    assert share(runs, lambda run: run["objective"] > 1) == pytest.approx(0.6667)
    assert share([], lambda run: True) is None


def test_no_claim_is_met_by_leaving_out_what_we_did_not_solve() -> None:
    """A mean over the rest may be fine; the claim is not."""
    ours = [record("a", 50), record("b", None)]
    theirs = [record("a", 100), record("b", 10)]
    found = against(ours, theirs)
    assert figure(found["geometric_mean_ratio"], at_most=0.9)["met"]
    assert figure(found["geometric_mean_ratio"], at_most=0.9, of=found) == {
        "value": 0.5, "at_most": 0.9, "lost": 1, "met": False,
    }  # fmt: skip
    broken = outcome([record("a", 1, ratio=1.0), record("b", 1, ratio=1.0, valid=False)])
    assert not figure(broken["mean_gap_percent"], at_most=1, of=broken)["met"]


def test_a_claim_is_met_where_only_the_other_side_found_nothing() -> None:
    """There is no ratio, and nothing that beats us; without either side there is no answer."""
    found = against([record("a", 50)], [record("a", None)])
    assert figure(found["geometric_mean_ratio"], at_most=0.9, of=found) == {
        "value": None, "at_most": 0.9, "alone": 1, "met": True,
    }  # fmt: skip
    nobody = against([record("a", None)], [record("a", None)])
    assert figure(nobody["geometric_mean_ratio"], at_most=0.9, of=nobody)["met"] is False
    nothing = against([], [])
    assert figure(nothing["geometric_mean_ratio"], at_most=0.9, of=nothing)["met"] is None
