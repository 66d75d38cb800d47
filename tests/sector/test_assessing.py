"""The judgement: states, the as-of date, stated paces, cautions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from sanpin.sector.engine import Published, assess, gather_evidence
from sanpin.sector.engine.assessing import check_stated_pace
from sanpin.sector.model import (
    Caution,
    Comparator,
    Direction,
    Evidence,
    Mark,
    Measure,
    Observation,
    Pace,
    PaceState,
    Stated,
    Target,
    Unit,
    parse_period,
)

DAY = date(2022, 9, 30)
MakeTarget = Callable[..., Target]
Maker = Callable[[float, str], Observation]


def judge(published: Published, target_id: str, day: date = DAY) -> Pace:
    """Judge a published target from its published evidence."""
    target = published.targets[target_id]
    return assess(target, gather_evidence(target, published.pairs, published.figures), day)


def codes(pace: Pace) -> list[str]:
    """Return the codes of the cautions."""
    return [one.code for one in pace.cautions]


def test_shanghai_is_on_pace_but_its_stated_pace_does_not_fit(published: Published) -> None:
    """The text says 520 billion and 5 % a year; 5 % gives 527 billion."""
    pace = judge(published, "sh_fashion_scale_2025")
    assert pace.required == pytest.approx(4.65, abs=0.005)
    assert pace.last == 9.9
    assert pace.on_pace is True
    assert pace.state is PaceState.ON_PACE
    assert (pace.years, pace.years_left) == (4, 3.25)
    (caution,) = pace.cautions
    assert caution.code == "stated_pace"
    assert caution.fields["implied"] == pytest.approx(527.03e9, rel=1e-4)
    assert caution.fields["required"] == pace.required


def test_chongqing_is_reached_with_a_scope_warning(published: Published) -> None:
    """450 billion for 2022 was passed by 483.02 billion in 2021, perhaps in a wider scope."""
    pace = judge(published, "cq_output_target_2022")
    assert pace.state is PaceState.REACHED
    assert pace.on_pace is True
    assert pace.latest is not None
    assert pace.latest.value == 483_020_000_000
    assert pace.progress == pytest.approx(1.0734, abs=1e-4)
    assert set(codes(pace)) == {"scope"}
    assert "pharmaceuticals" in pace.cautions[0].text_en
    assert "医药" in pace.cautions[0].text_zh


def test_an_average_growth_is_not_reached_before_the_plan_ends(published: Published) -> None:
    """9.9 % in the year before the plan shows promise, no more."""
    pace = judge(published, "sh_fashion_growth_2025")
    assert pace.state is PaceState.ON_PACE
    assert (pace.required, pace.last) == (5, 9.9)
    assert codes(pace) == ["period"]


def test_computed_growth_is_behind_and_says_so(published: Published) -> None:
    """2.72 % a year does not reach about 5 %; the row is a draft besides."""
    pace = judge(published, "m2_profit_growth")
    assert pace.state is PaceState.BEHIND
    assert pace.on_pace is False
    assert codes(pace) == ["period", "computed", "verify"]


def test_without_an_end_date_there_is_no_pace(published: Published) -> None:
    """The press conference names 200 brands and no year."""
    pace = judge(published, "cn_target_brands")
    assert pace.state is PaceState.UNKNOWN
    assert pace.required is None
    assert pace.years_left is None
    assert codes(pace) == ["measure", "no_due"]
    assert pace.progress == 0.75


def test_a_class_limit_carries_its_mark(published: Published) -> None:
    """It is a target in the file and enters no total."""
    assert "class_limit" in codes(judge(published, "zj_cluster_threshold"))


def test_all_targets_can_be_judged(published: Published) -> None:
    """On any day, with or without actuals, nothing fails and states agree with the paces."""
    for day in (date(2000, 1, 1), DAY, date(2030, 1, 1)):
        for target in published.targets.values():
            pace = judge(published, target.id, day)
            if pace.state is PaceState.ON_PACE:
                assert pace.on_pace is True
            if pace.state is PaceState.BEHIND:
                assert pace.on_pace is False
            if pace.latest is None:
                assert pace.required is None
                assert pace.state in (PaceState.UNKNOWN, PaceState.OVERDUE)


def test_what_was_not_known_yet_is_left_out(published: Published) -> None:
    """Before the end of 2021 nobody knew the output of 2021."""
    pace = judge(published, "cq_output_target_2022", date(2021, 6, 30))
    assert pace.latest is None
    assert pace.state is PaceState.UNKNOWN
    assert codes(pace) == []


def test_a_missed_due_date_is_overdue(make_target: MakeTarget, seen: Maker) -> None:
    """Not reached when the year of the target is over."""
    target = make_target(value=200)
    evidence = Evidence(levels=(seen(150, "2024"), seen(160, "2025")))
    pace = assess(target, evidence, date(2026, 3, 1))
    assert pace.state is PaceState.OVERDUE
    assert pace.required is None
    assert pace.years_left == 0
    late = assess(target, Evidence(levels=(seen(210, "2025"),)), date(2026, 3, 1))
    assert late.state is PaceState.REACHED


def test_falling_targets_are_judged_the_other_way(make_target: MakeTarget, seen: Maker) -> None:
    """From 100 to 80 in four years needs minus five a year; minus six will do."""
    target = make_target(
        value=80,
        unit=Unit.COUNT,
        measure=Measure.COUNT,
        direction=Direction.DECREASE,
        comparator=Comparator.LE,
    )
    quick = assess(target, Evidence(levels=(seen(106, "2020"), seen(100, "2021"))), DAY)
    assert quick.required == -5
    assert quick.state is PaceState.ON_PACE
    slow = assess(target, Evidence(levels=(seen(104, "2020"), seen(100, "2021"))), DAY)
    assert slow.state is PaceState.BEHIND
    assert slow.progress is None
    done = assess(target, Evidence(levels=(seen(79, "2021"),)), DAY)
    assert done.state is PaceState.REACHED


def test_the_path_runs_from_the_actual_to_the_target(make_target: MakeTarget, seen: Maker) -> None:
    """It begins at the measurement, ends at the target and stops there."""
    target = make_target(value=200, unit=Unit.COUNT, measure=Measure.COUNT)
    evidence = Evidence(levels=(seen(90, "2020"), seen(100, "2021")))
    at = {day: assess(target, evidence, day).path for day in (
        date(2021, 12, 31), date(2023, 12, 31), date(2025, 12, 31), date(2027, 1, 31))}  # fmt: skip
    assert list(at.values()) == pytest.approx([100, 150, 200, 200])


def test_the_last_pace_is_projected(make_target: MakeTarget, seen: Maker) -> None:
    """Ten percent a year from 100 gives 146.41 after four years."""
    pace = assess(
        make_target(), Evidence(levels=(seen(100, "2021"),), growth=(seen(10, "2021"),)), DAY
    )
    assert pace.projected == pytest.approx(146.41)


def test_an_interval_appears_with_three_measurements(make_target: MakeTarget, seen: Maker) -> None:
    """Two are not enough."""
    levels = (seen(80, "2019"), seen(90, "2020"), seen(100, "2021"))
    assert assess(make_target(), Evidence(levels=levels[1:]), DAY).interval is None
    interval = assess(make_target(), Evidence(levels=levels), DAY).interval
    assert interval is not None
    assert interval[0] < 12 < interval[1]


def test_limits_and_rounded_actuals_are_pointed_out(make_target: MakeTarget) -> None:
    """“More than” is a lower limit, “about” is rounded."""
    for comparator, code in ((Comparator.GE, "bound"), (Comparator.APPROX, "rounded")):
        level = Observation(100, parse_period("2021"), ("a",), comparator)
        assert codes(assess(make_target(), Evidence(levels=(level,)), DAY)) == [code]


def test_cautions_fall_away_with_their_figures(make_target: MakeTarget, seen: Maker) -> None:
    """A newer own measurement frees the target from the differences of older figures."""
    difference = Caution("scope", text_en="differs", text_zh="不同", ids=("a_2018",))
    old = Evidence(levels=(seen(80, "2018"), seen(90, "2019")), cautions=(difference,))
    assert codes(assess(make_target(), old, DAY)) == ["scope"]
    new = Evidence(
        levels=(*old.levels, seen(95, "2020"), seen(100, "2021")), cautions=(difference,)
    )
    assert codes(assess(make_target(), new, DAY)) == []


def test_marks_are_cautions(make_target: MakeTarget) -> None:
    """Whoever reads the target learns why it is in no total."""
    target = make_target(marks=frozenset({Mark.VERIFY, Mark.LIST_SIZE}))
    assert codes(assess(target, Evidence(), DAY)) == ["list_size", "verify"]


class TestStatedPace:
    """The pace that a text states is run from the year before its window."""

    def test_a_fitting_pace_is_not_flagged(self, make_target: MakeTarget, seen: Maker) -> None:
        """4.65 % leads from 433.586 to 520 within one percent."""
        target = make_target(value=520)
        levels = [seen(433.586, "2021")]
        assert check_stated_pace(target, levels, Stated(4.65)) is None
        assert check_stated_pace(target, levels, Stated(5)) is not None

    def test_about_is_more_patient(self, make_target: MakeTarget, seen: Maker) -> None:
        """“About 5 %” may miss by five percent of the target."""
        target, levels = make_target(value=520), [seen(433.586, "2021")]
        assert check_stated_pace(target, levels, Stated(5, approximate=True)) is None
        assert check_stated_pace(target, levels, Stated(8, approximate=True)) is not None

    def test_the_base_year_must_be_measured(self, make_target: MakeTarget, seen: Maker) -> None:
        """A window from 2020 is not checked from 2021, nor from 2015."""
        stated = Stated(10, parse_period("2020", "2022"))
        target = make_target(value=450, due="2022", start="2020")
        assert check_stated_pace(target, [seen(483, "2021")], stated) is None
        assert check_stated_pace(target, [seen(200, "2015")], stated) is None
        assert check_stated_pace(target, [seen(250, "2019")], stated) is not None

    def test_counts_have_no_percent(self, make_target: MakeTarget, seen: Maker) -> None:
        """Only amounts grow by percent a year."""
        target = make_target(unit=Unit.COUNT, measure=Measure.COUNT)
        assert check_stated_pace(target, [seen(100, "2021")], Stated(50)) is None
