"""The numbers by which a plant is planned and its floor simulated, on every database."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from sanpin.base import InputError
from sanpin.factory import service
from sanpin.factory.engine.solve import Params
from sanpin.factory.model.rules import SETTINGS, PlantRules
from sanpin.factory.sample import SampleGood
from sanpin.flows.loop.thread import number_pass
from sanpin.kit.context import Context
from sanpin.kit.runs import get_run
from sanpin.kit.settings import get_number, get_setting, number_settings, set_setting
from sanpin.master import service as master

GOODS = [("22423", "REGENCY CAKESTAND 3 TIER"), ("85099B", "JUMBO BAG RED RETROSPOT")]
DAY = date(2026, 3, 2)
QUICK = Params(seconds=60, steps=3)


@pytest.fixture
def plant(ctx: Context) -> Context:
    """Give the context with a plant for two goods."""
    master.load_sample(ctx, GOODS, ["Germany"])
    items = master.all_items(ctx)
    goods = [SampleGood(code, items[code].family, "red", 20.0) for code, _ in GOODS]
    service.load_sample(ctx, goods, [])
    return ctx


def plan(ctx: Context, daily: float = 30.5) -> service.MakePlan:
    """Plan four weeks of a demand that no stock covers."""
    wanted = 900 + np.arange(1, 29)[:, None] * np.full(len(GOODS), daily)
    demand = service.Demand([code for code, _ in GOODS], wanted, np.full(len(GOODS), daily))
    return service.plan(ctx, demand, as_of=DAY, service_level=0.95)


def test_defaults_are_in_their_ranges() -> None:
    """Each number is described once, and its default is one that it takes."""
    assert set(number_settings()) >= {one.key for one in SETTINGS}
    assert all(one.accepts(one.default) for one in SETTINGS)
    assert PlantRules().floor().failure_mean == 2400


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.key)
def test_only_numbers_in_range_are_kept(ctx: Context, setting: Any) -> None:
    """A refusal names the range; nothing is changed by it."""
    low, high = setting.span
    for bad in (low - 1, high + 1, "12", True, None if setting.whole else [1], float("nan")):
        if bad is None:
            bad = low + 0.5
        with pytest.raises(InputError) as caught:
            set_setting(ctx, setting.key, bad)
        assert caught.value.code == "settings.value.invalid"
        assert f"{high:g}" in str(caught.value)
    assert get_setting(ctx, setting.key) is None
    for good in (low, high):
        set_setting(ctx, setting.key, good)
        assert get_number(ctx, setting) == good


def test_lots_follow_the_firms_rule(plant: Context) -> None:
    """Fewer days make more lots; lots are multiples where an item sells well enough."""
    usual = plan(plant).orders
    assert (usual["quantity"] % 12 == 0).all()
    set_setting(plant, "factory.lot_days", 2)
    set_setting(plant, "factory.lot_multiple", 7)
    fine = plan(plant)
    assert fine.orders.height > usual.height
    assert (fine.orders["quantity"] % 7 == 0).all()
    assert get_run(plant, fine.run).params["lot_days"] == 2
    set_setting(plant, "factory.lot_multiple_pace", 100)
    assert (plan(plant).orders["quantity"] % 7 != 0).any()


def test_a_floor_without_faults_keeps_to_the_plan(plant: Context) -> None:
    """No breakdown, no scrap, no scatter; and the pass is another one than before."""
    made = plan(plant)
    scheduled = service.make_schedule(plant, made, QUICK, seed=1)
    usual = service.make(plant, made, scheduled, {"CUS": 1.0}, seed=1)
    for key in ("failure_hours", "scatter_percent", "scrap_percent"):
        set_setting(plant, f"factory.{key}", 0)
    ideal = service.make(plant, made, scheduled, {"CUS": 1.0}, seed=1)
    assert usual.lots["scrap"].sum() > 0 == ideal.lots["scrap"].sum()
    assert get_run(plant, ideal.run).metrics["breakdowns"] == 0
    planned = {row["op"]: row["end"] for row in scheduled.operations.iter_rows(named=True)}
    assert len(planned) > 0
    again = service.make(plant, made, scheduled, {"CUS": 1.0}, seed=1)
    numbers = [number_pass(plant, scheduled, one).number for one in (usual, ideal, again)]
    assert numbers == [1, 2, 2], "what differs gets lot numbers of its own"


def test_a_value_kept_before_a_range_was_narrowed_stops_nothing(ctx: Context) -> None:
    """The default counts instead."""
    (days, *_) = SETTINGS
    assert get_number(ctx, days) == 14
    set_setting(ctx, days.key, 30)
    assert service.plant_rules(ctx) == PlantRules(lot_days=30)
    assert isinstance(service.plant_rules(ctx).lot_days, int)
