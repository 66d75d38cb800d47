"""What the pages of found schedules say: figures that agree, boards, comparisons, files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.factory import api, pages, service
from sanpin.factory.model import (
    Attribute,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    Schedule,
    SetupTable,
)
from sanpin.factory.model import ScheduledOperation as Op
from sanpin.factory.service.figures import compute_figures
from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.kit.pages import mount_static

SOLVE = "/factory/solve"
API = "/api/v1/factory"


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a client of the pages and their interface."""
    app = FastAPI()
    install(app, ctx, host="127.0.0.1")
    mount_static(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def test_a_setup_ends_when_it_is_done_though_the_work_begins_later():
    paint = SetupTable({"colour": Attribute({}, 20)})
    machine = Resource("m", setup="paint", initial={"colour": "red"})
    op = Operation("1", (Mode("m", 10),), attributes={"colour": "blue"})
    problem = Problem((Job("j", (op,)),), (machine,), setups={"paint": paint})
    figures = compute_figures(problem, Schedule((Op("j", "1", "m", 500, 510, 5),)))
    assert figures.operations["setup_end"].to_list() == [25]


def test_the_board_hatches_as_much_as_is_set_up(client, ctx, make_plant):
    run = service.solve(ctx, make_plant(3, plain=True), steps=3)
    bars = client.get(f"{API}/schedules/{run}/gantt").json()["bars"]
    found = service.find_solution(ctx, run)
    hatched = sum(bar["setup_end"] - bar["setup_start"] for bar in bars)
    assert hatched == found.head["metrics"]["setup_time"] > 0
    document = client.get(f"{API}/schedules/{run}").json()
    assert "setup_end" not in document["operations"][0]
