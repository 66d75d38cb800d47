"""Windows and whole problems: never worse, always valid, exact about calendars, repeatable."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import Budget
from sanpin.base.calendar import NEVER, OpenTime
from sanpin.factory.engine.check import check
from sanpin.factory.engine.cpsat.domains import pauses, setup_starts
from sanpin.factory.engine.cpsat.improve import improve_window, is_exact, solve_whole
from sanpin.factory.engine.cpsat.region import make_region, whole_region
from sanpin.factory.engine.cpsat.windows import choose_window
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.search.dispatch import dispatch
from sanpin.factory.engine.search.rules import make_rule, measure_tails
from sanpin.factory.engine.search.score import extract, rate
from sanpin.factory.engine.search.shop import compile_shop

WINDOWS = st.lists(st.integers(1, 9), min_size=2, max_size=12).map(
    lambda steps: [
        (sum(steps[:at]), sum(steps[: at + 1])) for at in range(len(steps) - 1) if at % 2 == 0
    ]
)


def planned(problem, name="EDD"):
    """Dispatch a problem by one rule."""
    shop = compile_shop(problem)
    return rate(dispatch(shop, make_rule(name, shop, measure_tails(shop))))


@given(WINDOWS, st.integers(0, 20), st.booleans())
def test_pauses_say_exactly_from_where_work_rests_how_long(windows, work, resumable):
    opening = OpenTime(windows)
    found = {}
    for rest, spans in pauses(opening, work, resumable, 0, 80).items():
        for first, last in spans:
            for start in range(first, last + 1):
                assert start not in found
                found[start] = start + work + rest
    expected = {}
    for start in range(81):
        if resumable:
            if opening.next_open(start) == start and opening.finish(start, work) < NEVER:
                expected[start] = opening.finish(start, work)
        elif any(a <= start and start + work <= b and start < b for a, b in windows):
            expected[start] = start + work
    assert found == expected


@given(WINDOWS, st.integers(1, 12))
def test_setups_start_where_they_fit(windows, length):
    found = {t for a, b in setup_starts(OpenTime(windows), length, 0, 80) for t in range(a, b + 1)}
    assert found == {t for t in range(81) if any(a <= t and t + length <= b for a, b in windows)}


def test_always_open_is_one_span():
    assert pauses(None, 7, True, 3, 50) == {0: [(3, 50)]}


@pytest.mark.parametrize("plain", [True, False])
def test_windows_never_make_it_worse_and_stay_valid(make_plant, plain):
    gained = 0
    for seed in range(8):
        problem = make_plant(seed, jobs=9, plain=plain)
        plan = first = planned(problem)
        random = Random(seed)
        for _ in range(6):
            outcome = improve_window(plan, random, size=10, effort=0.05, budget=Budget(60))
            assert outcome.plan.rank <= plan.rank
            assert not outcome.cut
            plan = outcome.plan
        report = check(problem, extract(plan.line))
        assert report.violations == ()
        assert report.objective == pytest.approx(plan.objective)
        gained += plan.objective < first.objective
    assert gained >= (4 if plain else 1)


def test_windows_are_repeatable(make_plant):
    problem = make_plant(5, jobs=12, plain=True)

    def run():
        plan, random = planned(problem), Random(7)
        for _ in range(4):
            plan = improve_window(plan, random, size=12, effort=0.05, budget=Budget(60)).plan
        return extract(plan.line)

    assert run() == run()


def test_a_window_holds_about_what_was_asked_for(make_plant):
    plan = planned(make_plant(1, jobs=40, plain=True))
    random = Random(0)
    sizes = []
    for _ in range(20):
        window = choose_window(plan, 12, random)
        assert window is not None
        sizes.append(len(make_region(plan.line, *window).free))
    assert 6 <= sorted(sizes)[len(sizes) // 2] <= 24


def test_a_region_knows_what_surrounds_it(make_plant):
    plan = planned(make_plant(2, jobs=12, plain=True))
    start = sorted(slot.start for slot in plan.line.slots)[15]
    region = make_region(plan.line, {0, 1}, start, start + 60)
    inside = set(region.free)
    for op in inside:
        slot = plan.line.slots[op]
        assert start <= slot.start < start + 60
        assert slot.way.machine in (0, 1)
        at = region.ways[op].index(slot.way)
        assert region.heads[op][at] <= slot.start
    for machine, (end, _) in region.before.items():
        earlier = [s.end for s in plan.line.slots if s.way.machine == machine and s.start < start]
        assert end == max(earlier, default=0)


def test_the_whole_of_ft06_is_proved(ft06):
    plan = planned(read_problem(ft06), "MWR")
    outcome = solve_whole(plan, seed=0, workers=1, effort=20, budget=Budget(120))
    assert outcome.optimal
    assert outcome.bound == outcome.plan.objective == 55
    assert outcome.plan.terms["makespan"] == 55


def test_whole_plants_with_calendars_and_setups_decode_to_what_the_model_promised(make_plant):
    for seed in range(6):
        problem = make_plant(seed, jobs=3, plain=True)
        plan = planned(problem)
        outcome = solve_whole(plan, seed=0, workers=1, effort=3, budget=Budget(60))
        assert outcome.plan.rank <= plan.rank
        assert check(problem, extract(outcome.plan.line)).valid


def test_what_the_model_leaves_out_is_known(make_plant):
    assert not is_exact(compile_shop(make_plant(0)))
    plain = make_plant(1, plain=True, jobs=2)
    shop = compile_shop(plain)
    overlaps = any(link.transfer for links in shop.before for link in links)
    assert is_exact(shop) == (not overlaps)


def test_the_whole_region_frees_everything(ft06):
    plan = planned(read_problem(ft06), "MWR")
    region = whole_region(plan.line.shop, plan.line)
    assert region.free == list(range(36))
    assert len(region.links) == 30
    assert len(region.tails) == 6
