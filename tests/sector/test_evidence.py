"""Gathering of evidence: roles, own actuals beside published ones, order of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sanpin.sector.engine import gather_evidence
from sanpin.sector.model import (
    Actual,
    Comparator,
    Figure,
    Kind,
    Measure,
    Pairing,
    Pillar,
    Role,
    Scope,
    Target,
    Unit,
    parse_period,
)

MakeTarget = Callable[..., Target]
PLACE = Scope("重庆市", "Chongqing", "五金", "hardware")


def figure(name: str, value: float, period: str, unit: Unit = Unit.CNY, **more: Any) -> Figure:
    """Make a published figure."""
    given: dict[str, Any] = {
        "id": name,
        "source": "s",
        "issuer_zh": "",
        "issuer_en": "",
        "scope": PLACE,
        "indicator_zh": name,
        "indicator_en": name,
        "pillar": Pillar.SCALE,
        "kind": Kind.ACTUAL,
        "comparator": Comparator.EQ,
        "value": value,
        "unit": unit,
        "period": parse_period(period),
    }
    return Figure(**{**given, **more})


def pair(actual: str, role: Role = Role.LEVEL, warning: str = "", note: str = "n") -> Pairing:
    """Pair a figure with the target of these tests."""
    return Pairing("t", actual, role, warning, note, note)


def own(name: str, value: float, period: str, role: Role = Role.LEVEL) -> Actual:
    """Make an own actual of the target of these tests."""
    return Actual(name, "t", value, Unit.CNY, parse_period(period), role=role)


def by_id(*figures: Figure) -> dict[str, Figure]:
    """Index figures by their ids."""
    return {one.id: one for one in figures}


def test_levels_stand_in_order_of_time(make_target: MakeTarget) -> None:
    """Whatever the order of the table."""
    figures = by_id(figure("b", 2, "2021"), figure("a", 1, "2020"), figure("c", 3, "2022-06"))
    pairs = [pair("c"), pair("a"), pair("b")]
    evidence = gather_evidence(make_target(), pairs, figures)
    assert [one.value for one in evidence.levels] == [1, 2, 3]


def test_an_own_actual_replaces_the_published_one_of_its_period(make_target: MakeTarget) -> None:
    """The firm knows its own figure better; other periods stay."""
    figures = by_id(figure("a", 1, "2020"), figure("b", 2, "2021"))
    pairs = [pair("a"), pair("b")]
    evidence = gather_evidence(make_target(), pairs, figures, [own("mine", 9, "2021")])
    assert [one.ids for one in evidence.levels] == [("a",), ("mine",)]


def test_others_are_left_alone(make_target: MakeTarget) -> None:
    """Pairs and actuals of another target say nothing about this one."""
    stranger = Actual("x", "another", 5, Unit.CNY, parse_period("2021"))
    foreign = Pairing("another", "a", Role.LEVEL, "", "n", "n")
    figures = by_id(figure("a", 1, "2020"))
    evidence = gather_evidence(make_target(), [foreign], figures, [stranger])
    assert (evidence.levels, evidence.growth, evidence.context) == ((), (), ())
    assert evidence.stated is None


def test_undated_figures_are_no_measurements(make_target: MakeTarget) -> None:
    """Without a period there is no pace."""
    evidence = gather_evidence(make_target(), [pair("a")], by_id(figure("a", 1, "")))
    assert evidence.levels == ()


def test_growth_stands_apart_from_levels(make_target: MakeTarget) -> None:
    """Published and own growth alike."""
    figures = by_id(figure("g", 9.9, "2021", Unit.PERCENT))
    growth = own("mine", 5, "2022", Role.GROWTH)
    evidence = gather_evidence(make_target(), [pair("g", Role.GROWTH)], figures, [growth])
    assert [one.value for one in evidence.growth] == [9.9, 5]
    assert evidence.levels == ()


def test_the_stated_pace_of_a_text_and_of_an_own_target(make_target: MakeTarget) -> None:
    """A figure of the text brings its own window and its “about”; an own target its plan's."""
    figures = by_id(
        figure("s", 10, "2020-2022", Unit.PERCENT, comparator=Comparator.APPROX, kind=Kind.TARGET)
    )
    evidence = gather_evidence(make_target(), [pair("s", Role.STATED)], figures)
    assert evidence.stated is not None
    assert (evidence.stated.pace, evidence.stated.approximate) == (10, True)
    assert evidence.stated.period.text == "2020..2022"
    mine = gather_evidence(make_target(stated_pace=7.5), [], {})
    assert mine.stated is not None
    assert (mine.stated.pace, mine.stated.period.text) == (7.5, "2022..2025")


def test_growth_of_levels_needs_a_rate_and_two_levels(make_target: MakeTarget) -> None:
    """A target that is no rate takes none; one level has no growth; nor has a loss."""
    pairs = [pair("a", Role.UNDERLYING), pair("b", Role.UNDERLYING)]
    figures = by_id(figure("a", 100, "2019"), figure("b", 121, "2021"))
    rate = make_target(measure=Measure.RATE, unit=Unit.PERCENT, value=5.0)
    (found,) = gather_evidence(rate, pairs, figures).levels
    assert found.value == pytest.approx(10)
    assert gather_evidence(make_target(), pairs, figures).levels == ()
    assert gather_evidence(rate, pairs[:1], figures).levels == ()
    loss = by_id(figure("a", -1, "2019"), figure("b", 121, "2021"))
    assert gather_evidence(rate, pairs, loss).levels == ()


def test_ratios_need_both_parts_of_one_period(make_target: MakeTarget) -> None:
    """A part without its whole, or with a whole of zero, is no ratio."""
    share = make_target(measure=Measure.SHARE, unit=Unit.PERCENT, value=6.0)
    pairs = [pair("p", Role.NUMERATOR), pair("w", Role.DENOMINATOR)]
    same = by_id(figure("p", 3, "2021"), figure("w", 50, "2021"))
    (found,) = gather_evidence(share, pairs, same).levels
    assert (found.value, found.ids, found.computed) == (6, ("p", "w"), True)
    apart = by_id(figure("p", 3, "2021"), figure("w", 50, "2020"))
    assert gather_evidence(share, pairs, apart).levels == ()
    nothing = by_id(figure("p", 3, "2021"), figure("w", 0, "2021"))
    assert gather_evidence(share, pairs, nothing).levels == ()


def test_one_sentence_is_one_caution(make_target: MakeTarget) -> None:
    """Several figures with the same difference share it; context brings none."""
    figures = by_id(*(figure(name, 1, f"20{n}") for n, name in enumerate("abcd", 18)))
    pairs = [
        pair("a", warning="scope", note="differs"),
        pair("b", warning="scope", note="differs"),
        pair("c", warning="period", note="old"),
        pair("d", Role.CONTEXT, warning="measure", note="else"),
    ]
    evidence = gather_evidence(make_target(), pairs, figures)
    assert [(one.code, one.ids) for one in evidence.cautions] == [
        ("scope", ("a", "b")),
        ("period", ("c",)),
    ]
    assert [one.id for one, _ in evidence.context] == ["d"]
