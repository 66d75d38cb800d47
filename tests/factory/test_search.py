"""Dispatch, rebuilding and repair: every rule on every plant keeps the law."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanpin.base.calendar import NEVER
from sanpin.factory.engine.check import check
from sanpin.factory.engine.search.dispatch import dispatch
from sanpin.factory.engine.search.rebuild import rebuild, repair, starts_of, ways_of
from sanpin.factory.engine.search.rules import RULES, make_rule, measure_tails
from sanpin.factory.engine.search.score import extract, rate
from sanpin.factory.engine.search.shop import OUTSIDE, compile_shop
from sanpin.factory.engine.search.supply import Ledger, Pool, Tool
from sanpin.factory.model import After, Job, Mode, Operation, Outsource, Problem, Resource


def dispatched(problem, name="EDD", **options):
    """Dispatch a problem by one rule."""
    shop = compile_shop(problem)
    return rate(dispatch(shop, make_rule(name, shop, measure_tails(shop)), **options))


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("patience", [0, 4])
def test_every_rule_gives_a_valid_schedule_with_the_checkers_figures(make_plant, name, patience):
    for seed in range(25):
        problem = make_plant(seed)
        plan = dispatched(problem, name, patience=patience, stick=3.0)
        report = check(problem, extract(plan.line))
        assert plan.breach == 0
        assert report.violations == ()
        assert plan.objective == pytest.approx(report.objective)
        assert plan.terms == pytest.approx(report.terms)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(0, 99))
def test_shaken_rules_stay_valid(make_plant, seed, jobs, chance):
    problem = make_plant(seed, jobs=jobs)
    plan = dispatched(problem, "ATCS", noise=0.3, seed=chance)
    assert check(problem, extract(plan.line)).valid


def test_the_same_seed_shakes_the_same_way(make_plant):
    problem = make_plant(3, jobs=20)
    one, two = (extract(dispatched(problem, "ODD", noise=0.3, seed=5).line) for _ in range(2))
    assert one == two


def test_rules_differ(make_plant):
    problem = make_plant(1, jobs=20)
    assert len({dispatched(problem, name).objective for name in RULES}) > 3


def test_rebuilding_a_schedule_in_its_order_is_no_worse(make_plant):
    for seed in range(15):
        problem = make_plant(seed, jobs=8, plain=True)
        plan = dispatched(problem)
        again = rate(rebuild(plan.line.shop, starts_of(plan.line), ways_of(plan.line)))
        assert check(problem, extract(again.line)).valid
        assert again.terms["makespan"] <= plan.terms["makespan"]
        assert again.terms["tardiness"] <= plan.terms["tardiness"]


def test_floors_hold_starts_back(make_plant):
    problem = make_plant(2, plain=True)
    plan = dispatched(problem)
    shop = plan.line.shop
    late = rebuild(shop, starts_of(plan.line), ways_of(plan.line), [500] * shop.size)
    assert min(slot.start for slot in late.slots if slot) >= 500
    assert check(problem, extract(late)).valid


def waiting_problem():
    """Two jobs whose second step must follow soon, on a machine that one other job holds."""
    machines = (Resource("a"), Resource("b"))
    long = Job("long", (Operation("1", (Mode("b", 100),)),), due=0)
    quick = Operation("1", (Mode("a", 5),))
    soon = Operation("2", (Mode("b", 5),), after=(After("1", max_lag=10),))
    return Problem((long, Job("quick", (quick, soon), due=500)), machines)


def test_greatest_waits_are_repaired_by_delaying_the_predecessor():
    plan = dispatched(waiting_problem(), "EDD")
    assert plan.breach > 0
    mended = repair(plan)
    assert mended.breach == 0
    assert check(waiting_problem(), extract(mended.line)).valid


def test_a_plan_without_breach_is_left_alone(make_plant):
    plan = dispatched(make_plant(0))
    assert repair(plan) is plan


def test_work_that_only_others_can_do_goes_outside():
    op = Operation("1", (), outsource=Outsource(30, 4))
    problem = Problem((Job("j", (op,)),), (Resource("a"),))
    plan = dispatched(problem)
    (row,) = extract(plan.line)
    assert row.outsourced
    assert plan.line.slots[0].way.machine == OUTSIDE
    assert check(problem, (row,)).valid


def test_of_alternative_routings_the_shorter_is_taken():
    ops = tuple(Operation(name, (Mode("a", t),)) for name, t in (("x", 9), ("y", 3), ("z", 4)))
    job = Job("j", ops, alternatives=(("x",), ("y", "z")))
    problem = Problem((job,), (Resource("a"),))
    rows = extract(dispatched(problem).line)
    assert {row.op for row in rows} == {"y", "z"}
    assert check(problem, rows).valid


def test_what_is_produced_feeds_what_waits_for_it():
    from sanpin.factory.model import Material

    make = Job("make", (Operation("1", (Mode("a", 5),), produces={"mix": 3}),), release=40)
    use = Job("use", (Operation("1", (Mode("b", 2),), consumes={"mix": 3}),))
    problem = Problem((use, make), (Resource("a"), Resource("b")), materials=(Material("mix"),))
    rows = {row.job: row for row in extract(dispatched(problem).line)}
    assert rows["use"].start == rows["make"].end == 45


def test_what_can_never_run_is_left_out_and_counted_as_a_breach():
    problem = Problem(
        (Job("j", (Operation("1", (Mode("a", 5),)),)),),
        (Resource("a", calendar="short"),),
        calendars={"short": ((0, 3),)},
    )
    plan = dispatched(problem)
    assert plan.line.slots == [None]
    assert plan.breach > 0


def test_a_forbidden_change_is_avoided_where_another_machine_can(make_plant):
    problem = make_plant(4, plain=True)
    table = problem.setups["paint"]
    never = {(a, b) for a in ("red", "black") for b in ("white",)}
    colour = replace(table.attributes["colour"], forbidden=frozenset(never))
    setups = {"paint": replace(table, attributes={**table.attributes, "colour": colour})}
    everywhere = replace(problem, setups=setups)
    plan = dispatched(everywhere)
    missing = [slot for slot in plan.line.slots if slot is None]
    found = {v.code for v in check(everywhere, extract(plan.line)).violations}
    assert found == (set() if not missing else {"operation.missing"})


def test_priority_decides_between_equals_only():
    jobs = [Job(f"j{n}", (Operation("1", (Mode("a", 5),)),), due=50, priority=n) for n in range(3)]
    jobs.append(Job("soon", (Operation("1", (Mode("a", 5),)),), due=40, priority=-9))
    rows = extract(dispatched(Problem(tuple(jobs), (Resource("a"),)), "EDD").line)
    assert [row.job for row in rows] == ["soon", "j2", "j1", "j0"]


def test_the_ledger_keeps_promises_to_later_users():
    ledger = Ledger(5, [(10, 5), (30, 2)])
    assert ledger.available(0, 5) == 0
    ledger.use(20, 8)
    assert ledger.available(0, 2) == 0
    assert ledger.available(0, 3) == 30
    assert ledger.available(0, 5) == NEVER
    ledger.supply(25, 9)
    assert ledger.available(0, 5) == 25
    assert ledger.available(7, 0) == 7


def test_a_pool_is_free_when_the_sum_fits_throughout():
    pool = Pool(3)
    pool.take(10, 20, 2)
    pool.take(15, 30, 1)
    assert pool.free_from(0, 10, 3) == 0
    assert pool.free_from(8, 13, 1) == 8
    assert pool.free_from(8, 17, 1) == 20
    assert pool.free_from(0, 12, 2) == 20
    assert pool.free_from(0, 1, 4) == NEVER


def test_tools_are_taken_piece_by_piece():
    tool = Tool(2)
    tool.take(0, 10)
    assert tool.free_from(3) == 3
    tool.take(3, 30)
    assert tool.free_from(3) == 10
    tool.take(12, 14)
    assert tool.free_from(12) == 14
