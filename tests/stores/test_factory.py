"""The factory on every database: plant in and out, plan, schedule, floor, results in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sanpin.base import InputError, StateError
from sanpin.factory import check, service
from sanpin.factory.engine.solve import Params
from sanpin.factory.sample import SampleGood
from sanpin.factory.store import last_result
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import import_file
from sanpin.kit.files.templates import template
from sanpin.kit.runs import list_runs
from sanpin.master import service as master

GOODS = [
    ("22423", "REGENCY CAKESTAND 3 TIER"),
    ("85099B", "JUMBO BAG RED RETROSPOT"),
    ("22720", "SET OF 3 CAKE TINS PANTRY DESIGN"),
    ("21212", "PACK OF 72 RETROSPOT CAKE CASES"),
]
DAY = date(2026, 3, 2)
QUICK = Params(seconds=60, steps=3)


def load_plant(ctx: Context) -> None:
    """Load master data of four goods, and a plant that makes them."""
    master.load_sample(ctx, GOODS, ["Germany"])
    items = master.all_items(ctx)
    goods = [SampleGood(code, items[code].family, "red", 20.0) for code, _ in GOODS]
    service.load_sample(ctx, goods, [])


def demand(days: int = 14, daily: float = 120.0) -> service.Demand:
    """Return a demand that no stock covers for long."""
    items = [code for code, _ in GOODS]
    wanted = np.arange(1, days + 1)[:, None] * np.full(len(items), daily)
    return service.Demand(items, wanted, np.full(len(items), daily))


def test_a_pass_leaves_runs_and_results_in_force(ctx: Context) -> None:
    """Plan, schedule and floor follow from each other and are kept."""
    load_plant(ctx)
    plan = service.plan(ctx, demand(), as_of=DAY, service_level=0.95)
    assert plan.orders.height > 0
    assert set(plan.orders["item"]) <= {code for code, _ in GOODS}
    scheduled = service.make_schedule(ctx, plan, QUICK, seed=1)
    assert scheduled.operations["order"].n_unique() == plan.orders.height
    assert check(scheduled.problem, scheduled.result).valid
    done = service.make(ctx, plan, scheduled, {"CUS-GERMANY": 1.0}, seed=1)
    assert done.lots.height == plan.orders.height
    assert (done.lots["good"] <= done.lots["started"]).all()
    for kind, run in (("plan", plan.run), ("schedule", scheduled.run), ("floor", done.run)):
        assert service.required(ctx, kind).run == run
    verbs = {(run.domain, run.verb, run.state.value) for run in list_runs(ctx)}
    assert {("factory", v, "done") for v in ("plan", "schedule", "make")} <= verbs


def test_lists_show_what_is_in_force(ctx: Context) -> None:
    """Orders carry names, ends and states; loads and board agree with the schedule."""
    load_plant(ctx)
    plan = service.plan(ctx, demand(daily=400.0), as_of=DAY, service_level=0.95)
    before = service.make_orders(ctx)
    assert set(before["state"]) == {"planned"}
    scheduled = service.make_schedule(ctx, plan, QUICK, seed=1)
    orders = service.make_orders(ctx)
    assert set(orders["state"]) <= {"late", "on_time"}
    assert (orders["state"] == "late").sum() == service.late_orders(ctx).height
    assert "REGENCY CAKESTAND 3 TIER" in set(orders["name"])
    assert service.make_orders(ctx, "cakestand")["item"].unique().to_list() == ["22423"]
    page = service.make_order_page(ctx, "", 1, 2)
    assert [row["order"] for row in page.rows] == orders["order"].to_list()[1:3]
    assert page.total == orders.height
    assert set(service.late_orders(ctx)["cause"]) <= set(service.CAUSES)
    board = service.gantt(ctx)
    assert len(board["bars"]) == scheduled.operations.height
    assert {bar["row"] for bar in board["bars"]} == {row["id"] for row in board["rows"]}
    one = service.gantt(ctx, orders["order"][0])
    assert {bar["row"] for bar in one["bars"]} == {row["id"] for row in one["rows"]}
    loads = service.machine_load(ctx)
    assert loads["share"].is_between(0, 1).all()
    assert service.overloads(ctx).columns[0] == "machine"
    assert service.due_within(ctx, 30) == orders.height
    assert any(
        hit.label == orders["order"][0] for hit in service.search(ctx, orders["order"][0], 9)
    )


def test_the_same_seed_gives_the_same_pass(ctx: Context) -> None:
    """A plan scheduled and made twice gives equal rows."""
    load_plant(ctx)
    plan = service.plan(ctx, demand(), as_of=DAY, service_level=0.95)
    one, two = (service.make_schedule(ctx, plan, QUICK, seed=5) for _ in range(2))
    assert one.operations.equals(two.operations)
    shares = {"CUS-GERMANY": 1.0}
    first, second = (service.make(ctx, plan, one, shares, seed=5) for _ in range(2))
    assert first.lots.equals(second.lots)


def test_without_a_plant_planning_says_what_to_import(ctx: Context) -> None:
    """Nothing is planned, kept or left running."""
    assert service.missing(ctx) == ["stock", "resources", "routings"]
    with pytest.raises(StateError) as caught:
        service.plan(ctx, demand(), as_of=DAY, service_level=0.95)
    assert caught.value.code == "factory.plant.missing"
    assert "stock, resources, routings" in str(caught.value)
    with ctx.db.read() as conn:
        assert last_result(conn, ctx.firm, "plan") is None
    with pytest.raises(StateError) as refused:
        service.required(ctx, "schedule")
    assert refused.value.code == "factory.schedule.none"
    assert service.held_lots(ctx).is_empty()


def test_the_sample_goes_as_it_came(ctx: Context) -> None:
    """Own records stay when the sample is removed."""
    load_plant(ctx)
    assert service.missing(ctx) == []
    counts = service.remove_sample(ctx)
    assert counts
    assert service.missing(ctx) == ["stock", "resources", "routings"]


@pytest.mark.parametrize("kind", ["stock", "resources", "routings"])
def test_templates_import_as_they_are(ctx: Context, tmp_path: Path, kind: str) -> None:
    """Every template can be filled in and imported; a dry run keeps nothing."""
    path = tmp_path / f"{kind}.xlsx"
    path.write_bytes(template(kind, ".xlsx"))
    dry = import_file(ctx, path, path.name, kind=kind, dry_run=True)
    assert dry.rows > 0
    assert kind in service.missing(ctx)
    import_file(ctx, path, path.name, kind=kind)
    assert kind not in service.missing(ctx)


def test_own_files_in_chinese_make_a_plant(ctx: Context) -> None:
    """Routings with Chinese headings and semicolons between machines are understood."""
    routings = (
        "物料编码,工序号,工序名称,可用设备,单件工时(秒),准备时间(分),前工序\n"
        "FZ-1,10,裁剪,裁床1;裁床2,20,15,\nFZ-1,20,缝制,缝线1,42,30,10\n"
    )
    import_file(ctx, routings.encode(), "routings.csv", kind="routings")
    import_file(
        ctx, "设备编码,工厂\n裁床1,总厂\n裁床2,总厂\n缝线1,总厂\n".encode("gb18030"), "r.csv",
        kind="resources",
    )  # fmt: skip
    import_file(ctx, "物料编码,数量\nFZ-1,5\n".encode(), "stock.csv", kind="stock")
    wanted = service.Demand(["FZ-1"], np.array([[30.0], [60.0]]), np.array([30.0]))
    plan = service.plan(ctx, wanted, as_of=DAY, service_level=0.9)
    scheduled = service.make_schedule(ctx, plan, QUICK)
    assert sum(plan.orders["quantity"]) >= 55
    assert set(scheduled.operations["machine"]) <= {"裁床1", "裁床2", "缝线1"}


def test_a_routing_over_an_unknown_machine_is_refused_by_name(ctx: Context) -> None:
    """The schedule says which machine is missing; nothing is stored."""
    import_file(
        ctx, b"item,step,machines,seconds_per_piece\nX,10,ghost,5\n", "r.csv", kind="routings"
    )
    import_file(ctx, b"resource\nreal\n", "m.csv", kind="resources")
    import_file(ctx, b"item,quantity\nX,0\n", "s.csv", kind="stock")
    wanted = service.Demand(["X"], np.array([[30.0]]), np.array([30.0]))
    plan = service.plan(ctx, wanted, as_of=DAY, service_level=0.9)
    with pytest.raises(InputError) as caught:
        service.make_schedule(ctx, plan, QUICK)
    assert "ghost" in str(caught.value)
    assert service.schedule_in_force(ctx) is None


def test_viewers_may_look_but_not_plan(ctx: Context) -> None:
    """Planning needs a planner."""
    load_plant(ctx)
    viewer = ctx.acting_as(Actor("eve", Role.VIEWER))
    with pytest.raises(StateError) as caught:
        service.plan(viewer, demand(), as_of=DAY, service_level=0.95)
    assert caught.value.code == "auth.role.missing"


def test_firms_do_not_see_each_other(ctx: Context) -> None:
    """Another firm has no plant and no plan."""
    load_plant(ctx)
    service.plan(ctx, demand(), as_of=DAY, service_level=0.95)
    other = ctx.acting_as(Actor("kim", Role.ADMIN, "other"))
    assert service.machines(other) == []
    assert service.plan_in_force(other) is None
