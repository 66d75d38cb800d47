"""The list of made lots: figures, states, codes of the trace, page, interface and export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from starlette.testclient import TestClient

from sanpin.app.exports import export_list
from sanpin.app.server import create_app
from sanpin.base import StateError
from sanpin.factory import service
from sanpin.factory.engine.solve import Params
from sanpin.factory.sample import SampleGood
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.settings import set_setting
from sanpin.master import service as master

GOODS = [("22423", "REGENCY CAKESTAND 3 TIER"), ("85099B", "JUMBO BAG RED RETROSPOT")]
DAY = date(2026, 3, 2)
QUICK = Params(seconds=60, steps=3)


@pytest.fixture
def made(ctx: Context) -> service.FloorPass:
    """Give a pass of a floor that spoils so much that lots go on hold."""
    master.load_sample(ctx, GOODS, ["Germany"])
    items = master.all_items(ctx)
    goods = [SampleGood(code, items[code].family, "red", 20.0) for code, _ in GOODS]
    service.load_sample(ctx, goods, [])
    set_setting(ctx, "factory.lot_days", 3)
    set_setting(ctx, "factory.scrap_percent", 2.0)
    wanted = 400 + np.arange(1, 15)[:, None] * np.full(len(GOODS), 90.0)
    demand = service.Demand([code for code, _ in GOODS], wanted, np.full(len(GOODS), 90.0))
    plan = service.plan(ctx, demand, as_of=DAY, service_level=0.95)
    scheduled = service.make_schedule(ctx, plan, QUICK, seed=1)
    return service.make(ctx, plan, scheduled, {"CUS-GERMANY": 1.0}, seed=3)


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a browser without a browser."""
    with TestClient(create_app(ctx), base_url="http://127.0.0.1") as found:
        yield found


def test_before_the_first_pass_there_is_no_list(ctx: Context, client: TestClient) -> None:
    """Refused with the remedy by the service, an empty page with its doors for people."""
    with pytest.raises(StateError) as refused:
        service.made_lots(ctx)
    assert refused.value.code == "factory.floor.none"
    assert service.held_lots(ctx).is_empty()
    page = client.get("/factory/lots")
    assert page.status_code == 200
    assert "Nothing has been made yet." in page.text
    assert client.get("/api/v1/factory/lots").status_code == 409


def test_lots_add_up_and_those_on_hold_come_first(ctx: Context, made: service.FloorPass) -> None:
    """Pieces started are good or spoiled; every lot of the pass is there once."""
    lots = service.made_lots(ctx)
    assert lots["order"].to_list() != []
    assert set(lots["order"]) == set(made.lots["order"])
    assert (lots["good"] + lots["scrap"] == lots["started"]).all()
    held = made.lots["held"].sum()
    assert 0 < held < lots.height
    assert lots["state"].to_list()[:held] == ["held"] * held
    assert "held" not in lots["state"].to_list()[held:]
    assert service.held_lots(ctx).equals(service.made_lots(ctx, state="held"))
    first = lots["finished"].min()
    assert isinstance(first, date)
    assert timedelta() <= first.date() - DAY < timedelta(days=60)  # type: ignore[attr-defined]


def test_lots_are_known_by_their_order_until_they_are_named(
    ctx: Context, made: service.FloorPass
) -> None:
    """The codes of a pass count for that pass only."""
    lots = service.made_lots(ctx)
    assert (lots["lot"] == lots["order"]).all()
    assert (lots["thing"] == "").all()
    orders = made.lots["order"].to_list()
    things = {orders[0]: "https://id.gs1.org/01/09521234567899/10/L-0"}
    service.name_lots(ctx, made, {order: f"L-{n}" for n, order in enumerate(orders)}, things)
    named = service.made_lots(ctx, "L-0")
    assert named.select("order", "thing").rows() == [(orders[0], things[orders[0]])]
    viewer = ctx.acting_as(Actor("v", Role.VIEWER, ctx.firm))
    with pytest.raises(StateError, match="needs the role"):
        service.name_lots(viewer, made, {}, {})


def test_rows_come_page_by_page(ctx: Context, made: service.FloorPass) -> None:
    """A page is a part of the whole list."""
    every = service.made_lots(ctx)
    page = service.lot_page(ctx, "", "", 1, 2)
    assert page.total == every.height
    assert [row["order"] for row in page.rows] == every["order"].to_list()[1:3]
    assert service.lot_page(ctx, "cakestand", "", 0, 99).total < every.height


def test_the_page_shows_lots_with_their_way_in_the_trace(
    ctx: Context, made: service.FloorPass, client: TestClient
) -> None:
    """Marked as sample, in both languages, with a link where the trace knows the lot."""
    order = service.made_lots(ctx)["order"][0]
    thing = "https://id.gs1.org/01/09521234567899/10/L-9"
    service.name_lots(ctx, made, {order: "L-9"}, {order: thing})
    page = client.get("/factory/lots").text
    assert "What was made, and what is on hold?" in page
    assert "SAMPLE" in page
    assert (
        'href="/trace/thing?epc=https%3A%2F%2Fid.gs1.org%2F01%2F09521234567899%2F10%2FL-9"' in page
    )
    assert "on hold" in page
    chinese = client.get("/factory/lots?lang=zh&state=held").text
    assert "哪些被冻结" in chinese
    assert "on hold" not in chinese
    assert client.get("/factory/lots?state=nosuch&q=L-9").text.count("/trace/thing?epc=") == 1
    assert 'href="/factory/lots"' in client.get("/factory/plan").text
    assert 'href="/factory/lots"' in client.get("/factory/schedule").text


def test_all_rows_can_be_had_as_files(
    ctx: Context, made: service.FloorPass, client: TestClient, tmp_path: Path
) -> None:
    """The interface, a download, and the command export the same rows."""
    every = service.made_lots(ctx)
    answer = client.get("/api/v1/factory/lots?limit=1").json()
    assert (len(answer["lots"]), answer["total"]) == (1, every.height)
    held = client.get("/api/v1/factory/lots?state=held&format=csv")
    assert len(held.text.strip().splitlines()) == 1 + service.held_lots(ctx).height
    assert client.get("/api/v1/factory/lots?state=odd").status_code == 422
    out = tmp_path / "lots.parquet"
    assert export_list(ctx, "lots", out) == every.height
    assert pl.read_parquet(out).columns == every.columns
