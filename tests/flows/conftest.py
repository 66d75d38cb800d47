"""A workspace whose loops were kept by hand, and the doors of the flows on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from sanpin.app.server import create_app
from sanpin.base import Run
from sanpin.demand import service as demand
from sanpin.flows.cockpit.decisions import Decision, DecisionKind
from sanpin.flows.scoreboard.firm import FloorTotals
from sanpin.flows.scoreboard.service import compute_firm_figures, grouped, stored_record
from sanpin.kit.context import Context
from sanpin.kit.files import Source
from sanpin.kit.pages import as_of_day
from sanpin.kit.runs import get_run, start_run

FLOOR = FloorTotals(200, 60.0, 90, 12000.0, 11640.0, 240.0, 11000.0, 10890.0, 200, 188)
DAY = date(2024, 7, 1)


def order_lines() -> pl.DataFrame:
    """Make a year of orders: four items, a few customers, two countries, some returns."""
    rows = []
    for number in range(120):
        day = DAY - timedelta(days=1 + 3 * number)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).replace(tzinfo=None)
        item = ("mug", "bag", "tin")[number % 3] if number > 10 else "vase"
        late = number < 58 and number % 3 == 1
        buyer = f"new{number % 7}" if late else f"c{number % 17}"
        land = "Chile" if number % 4 == 0 else "France"
        rest = (noon, 2.0 + number % 3, buyer, land, f"{item} of clay")
        rows.append((f"o{number}", item, 6.0 + number % 5, *rest))
        if number % 10 == 5:
            rows.append((f"r{number}", item, -1.0, *rest))
    names = ["order_id", "item", "quantity", "time", "unit_price", "customer", "country",
             "description"]  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row").with_row_index("source_row", 1)


@pytest.fixture
def orders(ctx: Context) -> Context:
    """Give the context with a year of orders, taken in."""
    demand.save_orders(ctx, order_lines(), Source("orders.csv", "orders", "0" * 64, 132))
    demand.run_intake(ctx)
    return ctx


def decisions(count: int = 7) -> list[Decision]:
    """Make decisions of every kind, as the loop writes them."""
    kiln = {"en": "Kiln 2", "zh-CN": "窑 2"}
    due = {"due": "2024-07-04", "late": "2.1 d", "resource": kiln}
    vase = {"en": "1042 vase", "zh-CN": "1042 花瓶"}
    made = [
        Decision(
            DecisionKind.SHORT,
            f"i{n}",
            f"i{n} item",
            f"/demand/items/i{n}",
            "runs out {day} (**{chance}**): {stock} in stock, {wanted} expected by then",
            {"day": f"2024-07-{n % 28 + 2:02d}", "chance": "82%", "stock": 12, "wanted": 1300.0},
            weight=2000.0 - n,
        )
        for n in range(count)
    ]
    why = "due {due}, **{late}** late: {resource} works for other orders first"
    made.append(
        Decision(DecisionKind.LATE, "1042", vase, "/factory/schedule?order=1042", why, due, 3.0)
    )
    held = "**{scrap}** of {started} pieces spoiled; the rest is on hold at {site}"
    fields = {"scrap": 3, "started": 120, "site": "hq"}
    lot = "/trace/thing/01/1/10/CER-1"
    made.append(Decision(DecisionKind.HOLD, "CER-1", "CER-1", lot, held, fields))
    return made


KeepLoop = Callable[..., Run]


@pytest.fixture
def keep_loop(orders: Context) -> KeepLoop:
    """Give a function that leaves a finished loop, as running one does.

    ``decided``: its decisions; ``floor``: totals, None without a plant; ``missing``, ``as_of``.
    """

    def keep(
        decided: Sequence[Decision] = (),
        floor: FloorTotals | None = FLOOR,
        missing: Sequence[str] = (),
        as_of: date | None = None,
    ) -> Run:
        figures = compute_firm_figures(orders, floor)
        summary: dict[str, Any] = {
            "orders": demand.count_lines(orders),
            "items": 4,
            "forecast": {"items": 4, "horizon": 28},
            "scoreboard": grouped(figures),
            "seconds": 1.5,
        }
        summary |= {"missing": list(missing)} if missing else {"plan": {"make_orders": 3}}
        day = (as_of or as_of_day(orders)).isoformat()
        params = {"plan_days": 14, "horizon_days": 28, "as_of": day}
        with start_run(orders, "loop", "run", params=params) as run:
            if floor:
                run.metric("floor", floor)
            run.metrics(
                {
                    "summary": summary,
                    "scoreboard": [stored_record(one) for one in figures],
                    "decisions": [one.record() for one in decided],
                }
            )
        return get_run(orders, run.id)

    return keep


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a browser on the whole application."""
    app = create_app(ctx)
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as found:
        yield found
