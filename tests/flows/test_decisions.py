"""Decisions: their order, their counts, and what changed since the run before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.flows.cockpit.decisions import (
    Changes,
    Decision,
    DecisionKind,
    Text,
    changes,
    counted,
    in_language,
    ranked,
)


def decision(kind: str, thing: str, weight: float = 0.0) -> Decision:
    """Make a decision about a thing."""
    return Decision(DecisionKind(kind), thing, thing, f"/{thing}", "{n} pieces", {"n": 1}, weight)


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
    day = {"day": date(2024, 1, 2)}
    one = Decision(DecisionKind.SHORT, "m", "mug", "/x", "out on {day}", day, 2.0)
    again = Decision.of(one.record())
    assert again.fields == {"day": "2024-01-02"}
    assert (again.key, again.thing, again.weight) == (("short", "m"), one.thing, one.weight)


def test_a_record_without_a_code_is_known_by_its_text() -> None:
    record = decision("late", "1042 vase").record()
    del record["subject"]
    assert Decision.of(record).key == ("late", "1042 vase")


def test_another_name_is_no_other_decision() -> None:
    before = decision("late", "1042")
    now = replace(before, thing={"en": "1042 vase", "zh-CN": "1042 花瓶"})
    assert changes([now], [before]) == Changes([], [])


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("kiln", "zh-CN", "kiln"),
        ({"en": "Kiln", "zh-CN": "窑"}, "zh-CN", "窑"),
        ({"en": "Kiln", "zh-CN": "窑"}, "en", "Kiln"),
        ({"en": "Kiln"}, "zh-CN", "Kiln"),
        ({}, "en", ""),
    ],
)
def test_a_name_is_read_in_the_readers_language(text: Text, language: str, read: str) -> None:
    assert in_language(text, language) == read


@given(DECISIONS, DECISIONS)
def test_changes_account_for_every_difference(now: list[Decision], before: list[Decision]) -> None:
    found = changes(now, before)
    assert {one.key for one in found.new} == {x.key for x in now} - {x.key for x in before}
    assert {one.key for one in found.gone} == {x.key for x in before} - {x.key for x in now}
    kept = len(now) - len(found.new)
    assert kept == len(before) - len(found.gone)
