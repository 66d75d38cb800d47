"""Run records, domain descriptors and catalogue marks are plain, frozen values."""

from dataclasses import FrozenInstanceError

import pytest

import sanpin.base
from sanpin.base import N_, Domain, NavEntry, Run, RunState, Verb


def test_marking_changes_nothing() -> None:
    assert N_("Two {things}.") == "Two {things}."


@pytest.mark.parametrize("state", list(RunState))
def test_only_ended_states_are_final(state: RunState) -> None:
    assert state.final is (state in {"done", "failed", "cancelled"})


def test_a_new_run_is_queued_and_empty() -> None:
    run = Run("id", "demand", "forecast")
    assert run.state is RunState.QUEUED
    assert run.progress == 0
    assert run.metrics == {}
    assert run.metrics is not Run("other", "demand", "forecast").metrics
    with pytest.raises(FrozenInstanceError):
        run.progress = 1.0  # type: ignore[misc]


def test_a_domain_says_what_it_has_by_names_only() -> None:
    domain = Domain(
        "demand",
        "Demand",
        "sanpin.demand",
        nav=(NavEntry("Demand", "/demand", "chart", 10),),
        verbs={"forecast": Verb("Forecast", "sanpin.demand.service:run_forecast")},
    )
    assert domain.verbs["forecast"].role == "planner"
    assert domain.nav[0].path == "/demand"
    assert domain.api == domain.pages == domain.cli == ""
    with pytest.raises(FrozenInstanceError):
        domain.name = "other"  # type: ignore[misc]


def test_every_public_name_exists() -> None:
    assert sorted(sanpin.base.__all__) == sorted(set(sanpin.base.__all__))
    for name in sanpin.base.__all__:
        assert hasattr(sanpin.base, name)
