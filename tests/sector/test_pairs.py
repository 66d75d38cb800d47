"""The curated pairing: every id exists, units agree, differences carry a warning."""

from __future__ import annotations

import pytest

from sanpin.sector.engine import Published, gather_evidence
from sanpin.sector.model import Kind, Measure, Pairing, Role, Unit

WARNINGS = {"", "scope", "period", "measure"}


def test_every_id_exists(published: Published) -> None:
    """Targets are targets and the other side is a figure of the file."""
    for pair in published.pairs:
        assert pair.target_id in published.targets, pair
        assert pair.actual_id in published.figures, pair
        assert pair.target_id != pair.actual_id


def test_no_pair_is_given_twice(published: Published) -> None:
    """Target, figure and role are a key."""
    keys = [(pair.target_id, pair.actual_id, pair.role) for pair in published.pairs]
    assert len(set(keys)) == len(keys)


def test_every_pair_gives_its_reason_in_both_languages(published: Published) -> None:
    """A pair is a judgement of people, and says which."""
    for pair in published.pairs:
        assert pair.note_en
        assert pair.note_zh
        assert pair.warning in WARNINGS


def units_agree(published: Published, pair: Pairing) -> bool:
    """Whether a figure can stand in its role beside its target without a conversion."""
    target = published.targets[pair.target_id]
    figure = published.figures[pair.actual_id]
    if pair.role is Role.LEVEL:
        return figure.unit is target.unit
    if pair.role in (Role.GROWTH, Role.STATED):
        return figure.unit is Unit.PERCENT and target.measure is Measure.AMOUNT
    if pair.role is Role.UNDERLYING:
        return target.measure is Measure.RATE and figure.unit.measure is Measure.AMOUNT
    return target.measure is Measure.SHARE


def test_units_of_compared_pairs_agree(published: Published) -> None:
    """What enters a pace has the unit that its role asks for."""
    compared = [pair for pair in published.pairs if pair.role is not Role.CONTEXT]
    assert compared
    for pair in compared:
        assert units_agree(published, pair), pair


def test_context_always_says_what_differs(published: Published) -> None:
    """A related figure is only shown because it must not be compared."""
    context = [pair for pair in published.pairs if pair.role is Role.CONTEXT]
    assert all(pair.warning for pair in context)


def test_measurements_never_come_from_targets(published: Published) -> None:
    """Only the stated pace of a text is a target itself."""
    for pair in published.pairs:
        figure = published.figures[pair.actual_id]
        if pair.role not in (Role.STATED, Role.CONTEXT):
            assert figure.kind is not Kind.TARGET, pair


def test_marked_figures_are_never_compared(published: Published) -> None:
    """Class limits, list lengths and doubtful figures measure nothing."""
    for pair in published.pairs:
        if pair.role is not Role.CONTEXT:
            assert published.figures[pair.actual_id].counts, pair


def test_scope_in_words_differs_only_with_a_warning(published: Published) -> None:
    """A level of another region or sector wording is never taken silently."""
    for pair in published.pairs:
        if pair.role is not Role.LEVEL:
            continue
        target, figure = published.targets[pair.target_id], published.figures[pair.actual_id]
        assert target.scope.region_en == figure.scope.region_en
        assert target.scope.sector_en == figure.scope.sector_en or pair.warning


def test_brand_value_is_not_compared_with_sales(published: Published) -> None:
    """Brands of 10 billion by value and firms of 10 billion by sales only stand side by side."""
    roles = {pair.actual_id: pair.role for pair in published.pairs_of["m2_brand_firms"]}
    assert roles == {"cn_cg_10bn_firms": Role.CONTEXT}
    evidence = gather_evidence(
        published.targets["m2_brand_firms"], published.pairs, published.figures
    )
    assert not evidence.levels
    assert [figure.id for figure, _ in evidence.context] == ["cn_cg_10bn_firms"]


def test_growth_is_computed_from_levels(published: Published) -> None:
    """Profit of 1.1 and 1.4 trillion nine years apart is 2.72 % a year."""
    evidence = gather_evidence(
        published.targets["m2_profit_growth"], published.pairs, published.figures
    )
    (growth,) = evidence.levels
    assert growth.value == pytest.approx((1.4 / 1.1) ** (1 / 9) * 100 - 100)
    assert growth.computed
    assert growth.ids == ("cn_light_profit_2012", "cn_light_profit_2021")
    assert growth.period.text == "2012..2021"


def test_ratios_are_taken_within_one_period(published: Published) -> None:
    """The margin of 2021 is 1.4 of 22.4 trillion, never of the revenue of 2012."""
    evidence = gather_evidence(
        published.targets["m2_profit_margin"], published.pairs, published.figures
    )
    assert [one.period.text for one in evidence.levels] == ["2012", "2021"]
    assert [one.value for one in evidence.levels] == pytest.approx([6.25, 6.25])
