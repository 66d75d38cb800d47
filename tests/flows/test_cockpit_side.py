"""The two sides of the cockpit as values: what the last loops kept, what is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from tests.flows.conftest import DAY, FLOOR, KeepLoop, decisions, order_lines

from sanpin.base import InputError, RunState, StateError
from sanpin.demand import service as demand
from sanpin.flows.cockpit.decisions import DecisionKind
from sanpin.flows.cockpit.firm import decisions_of, firm_side, groups
from sanpin.flows.cockpit.industry import industry_side
from sanpin.flows.cockpit.progress import loop_steps, loop_under_way
from sanpin.flows.launching import start_loop
from sanpin.kit.context import Context
from sanpin.kit.files import Source
from sanpin.kit.runs import cancel_run, enqueue, get_run, list_runs, start_run
from sanpin.kit.settings import set_setting


def test_before_the_first_loop_there_is_nothing_but_the_orders(orders: Context) -> None:
    side = firm_side(orders)
    assert (side.last, side.before, side.under_way, side.failed) == (None, None, None, None)
    assert (side.decisions, side.figures, side.missing, side.planned) == ([], [], [], False)
    assert (side.seen_day, side.new_orders, side.changes, side.moved) == (None, 0, None, [])
    assert side.orders == 132
    assert side.days == 14


def test_a_loop_is_read_as_it_was_kept(orders: Context, keep_loop: KeepLoop) -> None:
    made = decisions()
    run = keep_loop(made)
    side = firm_side(orders)
    assert side.last is not None
    assert side.last.id == run.id
    assert {one.key for one in side.decisions} == {one.key for one in made}
    assert [one.kind for one in side.decisions][:2] == [DecisionKind.LATE, DecisionKind.SHORT]
    assert len(side.figures) == 17
    assert side.planned
    assert side.as_of == DAY


def test_nothing_is_computed_from_orders(
    orders: Context, keep_loop: KeepLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_loop(decisions())
    for name in ("sales_lines", "returned_lines", "raw_lines", "panel"):
        monkeypatch.setattr(f"sanpin.demand.service.{name}", lambda *_: pytest.fail("read"))
    side = firm_side(orders)
    assert side.decisions
    assert side.figures


def test_what_changed_since_the_loop_before(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop(decisions(3), replace(FLOOR, good=10800.0))
    keep_loop([one for one in decisions(4) if one.kind is DecisionKind.SHORT])
    side = firm_side(orders)
    assert side.changes is not None
    assert [one.thing for one in side.changes.new] == ["i3 item"]
    assert {one.kind for one in side.changes.gone} == {DecisionKind.LATE, DecisionKind.HOLD}
    (moved,) = side.moved
    assert moved.figure.definition.key == "first_pass_yield"
    assert (moved.before, moved.figure.value) == (pytest.approx(90.0), pytest.approx(97.0))


def test_another_day_than_the_loop_saw_is_told(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop()
    assert firm_side(orders).seen_day is None
    set_setting(orders, "as_of", (DAY + timedelta(days=3)).isoformat())
    assert firm_side(orders).seen_day == DAY


def test_orders_imported_later_are_counted(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop()
    more = order_lines().head(5).with_columns(pl.lit("later").alias("order_id"))
    demand.save_orders(orders, more, Source("later.csv", "orders", "", 5))
    assert firm_side(orders).new_orders == 5


def test_a_loop_without_a_plant_says_what_is_missing(orders: Context, keep_loop: KeepLoop) -> None:
    keep_loop(floor=None, missing=["stock", "resources"])
    side = firm_side(orders)
    assert side.missing == ["stock", "resources"]
    assert not side.planned
    assert len(side.figures) == 11


def test_a_failed_loop_stands_beside_the_last_good_one(
    orders: Context, keep_loop: KeepLoop
) -> None:
    good = keep_loop()
    with pytest.raises(StateError), start_run(orders, "loop", "run"):
        raise StateError("x.y.z", "It broke.")
    side = firm_side(orders)
    assert side.last is not None
    assert side.last.id == good.id
    assert side.failed is not None
    keep_loop()
    assert firm_side(orders).failed is None, "a later good loop clears the message"


def test_decisions_of_a_run_without_any(orders: Context) -> None:
    assert decisions_of(None) == []
    with start_run(orders, "loop", "run") as run:
        pass
    assert decisions_of(get_run(orders, run.id)) == []


def test_groups_keep_the_order_of_the_kinds() -> None:
    found = groups(decisions(2))
    assert [(kind.value, len(members)) for kind, members in found] == [
        ("late", 1),
        ("short", 2),
        ("hold", 1),
    ]


def test_a_loop_is_started_once(orders: Context) -> None:
    assert loop_under_way(orders) is None
    first = start_loop(orders, {"plan_days": 7, "seed": 3})
    assert first.state is RunState.QUEUED
    assert first.params["plan_days"] == 7
    assert first.seed == 3
    assert start_loop(orders).id == first.id
    assert len(list_runs(orders, "loop", "run")) == 1


def test_a_loop_that_was_cancelled_makes_room_for_the_next(orders: Context) -> None:
    first = start_loop(orders)
    cancel_run(orders, first.id)
    assert loop_under_way(orders) is None
    assert start_loop(orders).id != first.id


def test_parameters_that_fit_no_loop_are_refused(orders: Context) -> None:
    with pytest.raises(InputError) as caught:
        start_loop(orders, {"plan_days": 99})
    assert caught.value.code == "loop.params"
    assert list_runs(orders, "loop", "run") == []


def test_a_running_loop_goes_before_a_waiting_one(orders: Context) -> None:
    waiting = enqueue(orders, "loop.run", {})
    assert loop_under_way(orders).id == waiting.id  # type: ignore[union-attr]
    with start_run(orders, "loop", "run") as run:
        assert loop_under_way(orders).id == run.id  # type: ignore[union-attr]


def test_steps_are_named_in_the_readers_language(orders: Context) -> None:
    with start_run(orders, "loop", "run") as run:
        with start_run(orders, "demand", "forecast"):
            pass
        with start_run(orders, "demand", "nameless"):
            steps = loop_steps(orders, get_run(orders, run.id))
    assert [one["state"] for one in steps] == ["done", "running"]
    assert steps[0]["label"] != "demand.forecast", "its verb has a name"
    assert steps[1]["label"] == "demand.nameless"


def test_the_industry_has_three_pillars_and_its_worries(ctx: Context) -> None:
    side = industry_side(ctx)
    assert list(side.pillars) == ["variety", "quality", "brand"]
    assert all(tile["source"] and tile["link"] for tiles in side.pillars.values() for tile in tiles)
    assert side.counts["measured"] >= 4
    assert side.tasks[0]["due"] <= side.tasks[-1]["due"]
    assert side.warnings


def test_a_region_narrows_every_part(ctx: Context) -> None:
    whole, part = industry_side(ctx), industry_side(ctx, "重庆市")
    assert 0 < len(part.tasks) < len(whole.tasks)
    assert {one["region"] for one in part.tasks} == {"Chongqing"}
    assert {one.region for one in part.warnings} == {"Chongqing"}
    assert part.counts["total"] < whole.counts["total"]


def test_an_unknown_region_is_refused(ctx: Context) -> None:
    with pytest.raises(InputError) as caught:
        industry_side(ctx, "Atlantis")
    assert caught.value.code == "sector.region.unknown"
