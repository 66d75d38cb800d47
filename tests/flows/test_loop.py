"""The loop on a company's own files: as far as the data reach, the same every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from sanpin.base import InputError, StateError
from sanpin.demand import service as demand
from sanpin.factory import service as factory
from sanpin.flows.loop import LoopParams, last_summary, run_job, run_loop
from sanpin.flows.loop.running import demand_at
from sanpin.flows.loop.summary import describe, why_nothing
from sanpin.kit.context import Context
from sanpin.kit.files import import_file
from sanpin.kit.jobs import enqueue, run_worker
from sanpin.kit.runs import get_run, list_runs
from sanpin.kit.schema.tables import DATASET
from sanpin.kit.settings import set_setting
from sanpin.master import service as master
from sanpin.trace import service as trace

KEYS = {"workspace", "orders", "items", "forecast", "scoreboard", "seconds"}
PLANT_KEYS = {"plan", "schedule", "trace"}
FLOOR_FIGURES = ("first_pass_yield", "scrap_rate", "traceable_share", "on_time_share")

Bring = Callable[..., None]


@pytest.fixture
def bring(ctx: Context, company: Path) -> Bring:
    """Give a function that imports files of the company, or lines written here."""

    def imported(*names: str, **lines: str) -> None:
        for name in names:
            suffix = "xlsx" if name == "orders" else "csv"
            import_file(ctx, company / f"{name}.{suffix}", kind=name)
        for kind, text in lines.items():
            import_file(ctx, text.encode(), f"{kind}.csv", kind=kind)

    return imported


@pytest.fixture
def plant(ctx: Context, bring: Bring) -> Context:
    """Give the context with orders and a whole plant."""
    bring("orders", "items", "stock", "resources", "routings")
    demand.run_intake(ctx)
    master.register_items(ctx, [(f"G{n}", f"Ceramic mug {n}") for n in range(5)])
    bring("boms")
    return ctx


def without(summary: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return an answer without what may differ."""
    return {key: value for key, value in summary.items() if key not in keys}


def test_without_orders_there_is_nothing_to_begin_with(ctx: Context) -> None:
    """Refused before a Run is opened."""
    with pytest.raises(StateError) as refused:
        run_loop(ctx)
    assert refused.value.code == "loop.no_orders"
    assert list_runs(ctx, limit=None) == []


def test_orders_alone_give_forecast_and_scoreboard(ctx: Context, bring: Bring) -> None:
    """The steps that need a plant are absent, and what to import is named."""
    bring("orders")
    found = run_loop(ctx)
    assert set(found) == KEYS | {"missing"}
    assert found["missing"] == ["stock", "resources", "routings"]
    assert (found["orders"], found["items"]) == (601, 6)
    made = found["forecast"]
    assert (made["items"], made["horizon"]) == (6, 28)
    assert 0 < made["rmsse"] < made["rmsse_seasonal_naive"]
    assert set(found["scoreboard"]) == {"variety", "quality", "brand"}
    for figures in found["scoreboard"].values():
        assert all({"value", "unit", "previous"} <= set(figure) for figure in figures.values())
    assert found["scoreboard"]["variety"]["active_items"]["value"] == 6
    assert not set(FLOOR_FIGURES) & set(found["scoreboard"]["quality"])
    assert "stock, resources, routings" in describe(found)


def test_goods_of_the_orders_become_master_data(ctx: Context, bring: Bring) -> None:
    """With their descriptions; goods that have none are known by their code."""
    lines = (
        "order_id,item,quantity,time,description\n1,mug,2,2024-01-01,Clay mug\n2,x9,1,2024-01-02,"
    )
    bring(orders=lines)
    run_loop(ctx)
    known = master.all_items(ctx)
    assert {code: item.name_en for code, item in known.items()} == {"mug": "Clay mug", "x9": "x9"}


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        (["stock"], ["resources", "routings"]),
        (["routings"], ["stock", "resources"]),
        (["stock", "routings"], ["resources"]),
        (["resources", "routings"], ["stock"]),
    ],
)
def test_a_plant_in_parts_names_the_rest(
    ctx: Context, bring: Bring, present: list[str], missing: list[str]
) -> None:
    """A plant without machines is one of them."""
    bring("orders", *present)
    assert run_loop(ctx)["missing"] == missing


def test_an_own_plant_is_planned_scheduled_and_traced(plant: Context) -> None:
    """All steps, each with a Run below the loop's; every shipped lot leads back to its clay."""
    found = run_loop(plant)
    assert set(found) == KEYS | PLANT_KEYS
    assert found["plan"]["make_orders"] == 3
    assert found["schedule"] == {"operations": 4, "late_orders": 1, "valid": True}
    assert found["trace"]["events"] == trace.count_events(plant)
    quality = found["scoreboard"]["quality"]
    assert quality["traceable_share"]["value"] == 100.0
    assert not quality["first_pass_yield"]["sample"], "the plant is the company's own"
    assert quality["first_pass_yield"]["simulated"], "its floor is not"
    assert not quality["return_rate"]["simulated"]
    (loop,) = list_runs(plant, "loop", "run", limit=None)
    steps = {f"{run.domain}.{run.verb}" for run in list_runs(plant, parent=loop.id, limit=None)}
    assert {"demand.forecast", "factory.plan", "factory.schedule", "factory.make"} <= steps
    assert set(loop.metrics["step_seconds"]) >= {"forecast", "plan", "schedule", "make", "trace"}
    late = factory.late_orders(plant)
    assert late["item"].to_list() == ["G2"] and late["cause"].to_list() == ["supply"]


def test_the_second_time_says_the_same(plant: Context) -> None:
    """Same orders, day and seed: the same answer, and every event is known already."""
    first = run_loop(plant)
    events = trace.count_events(plant)
    second = run_loop(plant)
    assert without(second, "seconds") == without(first, "seconds")
    assert trace.count_events(plant) == events
    other = run_loop(plant, LoopParams(seed=7))
    assert trace.count_events(plant) > events, "another pass makes lots of its own"
    assert other["forecast"] == first["forecast"]


def test_another_day_is_computed_as_of_that_day(plant: Context) -> None:
    """What happened later is not known on it; going back gives the first answer again."""
    first = run_loop(plant)
    assert last_summary(plant) == first
    earlier = demand.as_of_day(plant) - timedelta(days=30)
    set_setting(plant, "as_of", earlier.isoformat())
    assert last_summary(plant) is None, "there is no answer of that day yet"
    second = run_loop(plant)
    assert second["orders"] == first["orders"], "raw lines kept, whatever the day"
    record = demand.current_forecast(plant)
    assert record and record.as_of == earlier
    assert demand.forecast_frame(plant)["date"].min() == earlier
    assert second["forecast"] != first["forecast"]
    set_setting(plant, "as_of", "newest")
    assert without(run_loop(plant), "seconds", "scoreboard") == without(
        first, "seconds", "scoreboard"
    )


def test_a_day_that_the_orders_do_not_reach_is_refused(plant: Context) -> None:
    """Before the first order, or long after the last."""
    for day, code in (("2023-06-01", "demand.orders.none"), ("2026-01-01", "demand.orders.old")):
        set_setting(plant, "as_of", day)
        with pytest.raises(StateError) as refused:
            run_loop(plant)
        assert refused.value.code == code
        assert list_runs(plant, "loop", "run", limit=1)[0].error["code"] == code


def test_new_orders_make_the_last_answer_old(ctx: Context, bring: Bring) -> None:
    """The demo re-uses an answer only while the orders are those it was computed from."""
    bring("orders")
    found = run_loop(ctx)
    assert last_summary(ctx) == found
    bring(orders="order_id,item,quantity,time\nlate,G0,3,2024-05-01\n")
    assert last_summary(ctx) is None


@pytest.mark.parametrize(
    ("orders", "items", "lines"),
    [
        ("1,mug,2,2024-01-03\n", 1, 1),
        ("1,mug,2,2024-01-03\n2,mug,2,2024-01-03\n3,cup,1,2024-01-03\n", 2, 3),
        ("1,mug,2,2020-01-03\n2,cup,1,2024-01-03\n", 2, 2),
        ("1,mug,99999999,2024-01-03\n2,mug,1,2024-01-04\n", 1, 2),
        ("1,mug,5,2024-01-03\n1,mug,-5,2024-01-04\n2,cup,2,2024-01-05\n", 1, 3),
        ("1,mug,0.25,2024-01-03\n2,mug,0,2024-01-04\n", 1, 2),
    ],
    ids=["one row", "one day", "four years apart", "absurd", "returned", "fractions"],
)
def test_strange_books_are_forecast(
    ctx: Context, bring: Bring, orders: str, items: int, lines: int
) -> None:
    """One sale, one day, a gap of years, a huge line, a return, parts of a piece."""
    bring(orders=f"order_id,item,quantity,time\n{orders}")
    found = run_loop(ctx)
    assert (found["orders"], found["forecast"]["items"]) == (lines, items)
    made = demand.forecast_frame(ctx)
    assert made["mean"].is_finite().all() and (made["mean"] >= 0).all()
    levels = [name for name in made.columns if name.startswith("q0")]
    rows = made.select(levels).to_numpy()
    assert (rows[:, 1:] >= rows[:, :-1]).all()


def test_a_book_of_returns_alone_has_no_demand(ctx: Context, bring: Bring) -> None:
    """The refusal names the day, and the loop's Run keeps it."""
    bring(orders="order_id,item,quantity,time\n1,mug,-2,2024-01-03\n")
    with pytest.raises(StateError) as refused:
        run_loop(ctx)
    assert refused.value.code == "demand.orders.no_sales"
    assert refused.value.fields["day"] == "2024-01-04"
    assert list_runs(ctx, "loop", "run")[0].error["code"] == "demand.orders.no_sales"


class TestPlants:
    """Plants that are not as one would wish."""

    def test_an_unknown_machine_is_named(self, plant: Context, bring: Bring) -> None:
        """With item and step; the forecast stays, no half of a schedule does."""
        bring(routings="item,step,machines,seconds_per_piece\nG3,10,GHOST,60\n")
        with pytest.raises(InputError) as refused:
            run_loop(plant)
        assert {"GHOST", "G3", 10} <= set(refused.value.fields.values())
        assert factory.schedule_in_force(plant) is None
        assert demand.current_forecast(plant) is not None

    def test_enough_stock_makes_nothing(self, plant: Context, bring: Bring) -> None:
        """No order, no operation, no event, and no error."""
        rows = "\n".join(f"G{n},1000000" for n in range(5))
        bring(stock=f"item,quantity\n{rows}\n")
        found = run_loop(plant)
        assert found["plan"] == {"make_orders": 0}
        assert "the stock covers all" in why_nothing(plant, found)
        assert found["schedule"] == {"operations": 0, "late_orders": 0, "valid": True}
        assert found["trace"] == {"events": 0}
        assert found["scoreboard"]["quality"]["on_time_share"]["value"] is None

    def test_goods_without_a_routing_are_not_made(self, ctx: Context, bring: Bring) -> None:
        """The summary says so behind the plan; where something is made it has nothing to say."""
        bring("orders", "stock", "resources")
        bring(routings="item,step,machines,seconds_per_piece\nOTHER,10,M1,60\n")
        found = run_loop(ctx)
        said = describe(found, why_nothing(ctx, found)).splitlines()
        at = said.index("Plan: 0 make orders")
        assert "no item sold has a routing" in said[at + 1]
        bring("routings")
        again = run_loop(ctx)
        assert again["plan"]["make_orders"] > 0 and why_nothing(ctx, again) == ""
        assert set(again) == set(found), "the JSON keeps its keys"

    def test_stock_and_routings_of_goods_that_nobody_bought(
        self, plant: Context, bring: Bring
    ) -> None:
        """They are kept, and nothing is made of them."""
        assert "NEVER-SOLD" in {lot.item for lot in factory.stock(plant)}
        run_loop(plant)
        assert "NEVER-SOLD" not in set(factory.make_orders(plant)["item"])

    def test_without_bills_nothing_leads_back_to_materials(
        self, ctx: Context, bring: Bring
    ) -> None:
        """Lots are made of nothing that is known: the share says so."""
        bring("orders", "stock", "resources", "routings")
        found = run_loop(ctx)
        assert found["schedule"]["operations"] > 0 and found["trace"]["events"] > 0
        assert found["scoreboard"]["quality"]["traceable_share"]["value"] == 0.0

    def test_materials_without_a_lot_number_can_be_followed(
        self, plant: Context, bring: Bring
    ) -> None:
        """They are one lot of each material."""
        bring(stock="item,quantity,unit\nCLAY,5000,KGM\nGLAZE,500,KGM\nGOLD,90000,GRM\n")
        found = run_loop(plant)
        assert found["scoreboard"]["quality"]["traceable_share"]["value"] == 100.0

    def test_arrivals_of_the_past_are_on_hand(self, plant: Context, bring: Bring) -> None:
        """A date that has gone by is no promise."""
        bring(stock="item,quantity,available\nG0,100000,2001-01-01\nG1,100000,2030-01-01\n")
        run_loop(plant)
        made = set(factory.make_orders(plant)["item"])
        assert "G0" not in made and "G1" in made

    def test_a_closed_plant_is_refused_or_late_but_never_wrong(
        self, plant: Context, bring: Bring
    ) -> None:
        """A calendar that is not known is named."""
        bring(resources="resource,calendar\nM1,nights\nM2,nights\nKILN,nights\n")
        with pytest.raises((InputError, StateError)) as refused:
            run_loop(plant)
        assert "nights" in str(refused.value)


class TestParams:
    """What can be asked of a loop."""

    @pytest.mark.parametrize(
        "asked",
        [
            {"horizon_days": 0},
            {"horizon_days": 400},
            {"plan_days": 0},
            {"plan_days": 29},
            {"service_level": 0.4},
            {"service_level": 0.99},
            {"service_level": float("nan")},
            {"schedule_seconds": -1.0},
        ],
    )
    def test_what_cannot_be_is_refused(self, asked: dict[str, Any]) -> None:
        """Before anything is computed."""
        with pytest.raises(InputError) as refused:
            LoopParams(**asked)
        assert refused.value.code == "loop.params"

    def test_a_runs_parameters_are_read_back(self) -> None:
        """Names of other versions mean nothing."""
        asked = LoopParams(horizon_days=10, plan_days=7, seed=3)
        assert LoopParams.of({**asked.asked(), "as_of": "2024-01-01", "mood": 1}) == asked

    def test_horizon_and_plan_are_those_asked_for(self, plant: Context) -> None:
        """A shorter look ahead needs less."""
        found = run_loop(plant, LoopParams(horizon_days=7, plan_days=7))
        assert found["forecast"]["horizon"] == 7
        assert demand.forecast_frame(plant)["date"].n_unique() == 7

    def test_a_higher_service_level_never_wants_less(self, plant: Context) -> None:
        """Quantiles between the kept ones are interpolated."""
        demand.run_forecast(plant)
        lead = demand.cumulative_demand(plant, 14)
        wanted = [demand_at(lead, level).wanted for level in (0.5, 0.8, 0.95, 0.97, 0.98)]
        assert all((after >= before).all() for before, after in pairwise(wanted))
        assert (
            demand_at(lead, 0.95).wanted == lead.quantiles[..., lead.levels == 0.95][..., 0]
        ).all()


def test_the_queue_runs_the_same_loop(plant: Context) -> None:
    """One Run for job and loop, with the answer among its figures."""
    run = enqueue(plant, "loop.run", {"plan_days": 7})
    run_worker(plant.workspace, once=True)
    done = get_run(plant, run.id)
    assert done.state.value == "done", done.error
    assert done.metrics["summary"]["plan"]["make_orders"] == 3
    assert [one.id for one in list_runs(plant, "loop", "run", limit=None)] == [run.id]
    assert (
        dict(run_job(plant, {"plan_days": 7}, lambda _share, _text: None))["plan"]
        == (done.metrics["summary"]["plan"])
    )


def test_every_dataset_of_a_loop_has_its_file_and_every_file_its_row(plant: Context) -> None:
    """Nothing is half-written by a loop that ended well."""
    run_loop(plant)
    with plant.db.read() as conn:
        paths = set(conn.execute(select(DATASET.c.path)).scalars())
    files = {file.relative_to(plant.lake.path).as_posix() for file in plant.lake.path.rglob("*.*")}
    assert files == paths


def test_the_answer_for_people_has_a_line_per_step(plant: Context) -> None:
    """Numbers as they are read; the workspace at the end."""
    text = describe(run_loop(plant))
    assert "601 order lines, 6 items" in text
    assert "Plan: 3 make orders" in text and "Schedule: 4 operations, 1 orders late" in text
    assert str(plant.workspace.path) in text


def test_the_panel_of_the_loop_is_that_of_the_intake(ctx: Context, bring: Bring) -> None:
    """The columns that the door promises."""
    bring("orders")
    run_loop(ctx)
    assert demand.panel(ctx).columns == [
        "item", "date", "quantity", "bulk", "returned", "revenue", "price", "orders",
        "customers", "masked",
    ]  # fmt: skip
    assert demand.panel(ctx).select(pl.col("quantity").sum()).item() > 0
