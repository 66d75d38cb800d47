"""Decisions: their order, their counts, and what changed since the run before."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sanpin.flows.cockpit.decisions import Decision, DecisionKind, changes, counted, ranked


def decision(kind: str, thing: str, weight: float = 0.0) -> Decision:
    """Make a decision about a thing."""
    return Decision(DecisionKind(kind), thing, f"/{thing}", "{n} pieces", {"n": 1}, weight)


DECISIONS = st.lists(
    st.builds(
        decision,
        st.sampled_from([kind.value for kind in DecisionKind]),
        st.sampled_from("abcdef"),
        st.floats(0, 10),
    ),
    unique_by=lambda one: one.key,
)


def test_the_worst_of_the_first_kind_stands_first() -> None:
    given_order = [decision("hold", "a", 9), decision("late", "b", 1), decision("late", "c", 5)]
    assert [one.thing for one in ranked(given_order)] == ["c", "b", "a"]


def test_equal_weights_are_ordered_by_name() -> None:
    assert [one.thing for one in ranked([decision("late", "b"), decision("late", "a")])] == [
        "a",
        "b",
    ]


def test_every_kind_has_a_status_and_words() -> None:
    for kind in DecisionKind:
        assert kind.status in ("ok", "warn", "bad", "hold")
        assert kind.word
        assert kind.plural


def test_counts_name_every_kind() -> None:
    assert counted([decision("late", "a"), decision("late", "b")]) == {
        "late": 2,
        "short": 0,
        "overload": 0,
        "hold": 0,
    }


def test_records_come_back_as_they_went() -> None:
    one = Decision(DecisionKind.SHORT, "mug", "/x", "out on {day}", {"day": date(2024, 1, 2)}, 2.0)
    again = Decision.of(one.record())
    assert again.fields == {"day": "2024-01-02"}
    assert (again.kind, again.thing, again.weight) == (one.kind, one.thing, one.weight)


@given(DECISIONS, DECISIONS)
def test_changes_account_for_every_difference(now: list[Decision], before: list[Decision]) -> None:
    found = changes(now, before)
    assert {one.key for one in found.new} == {x.key for x in now} - {x.key for x in before}
    assert {one.key for one in found.gone} == {x.key for x in before} - {x.key for x in now}
    kept = len(now) - len(found.new)
    assert kept == len(before) - len(found.gone)
