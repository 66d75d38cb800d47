"""Fixtures of demand: hand-written lines, a generated book, the packaged orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import sanpin.demand
from sanpin.demand import api, pages, service
from sanpin.demand.engine.intake import take_in
from sanpin.demand.engine.timeline import read_panel
from sanpin.demand.model.orders import complete_orders
from sanpin.demand.model.panel import Intake, Panel
from sanpin.demand.sample import sample_orders
from sanpin.kit.context import Context
from sanpin.kit.files import Source
from sanpin.kit.http import install
from sanpin.kit.pages import mount_static

Lines = Callable[..., pl.DataFrame]
BOOK_DAYS = 200


def order_lines(*rows: dict[str, Any]) -> pl.DataFrame:
    """Make order lines from dictionaries; what is not named gets an ordinary value."""
    full = [
        {
            "order_id": f"A{number}",
            "item": "MUG",
            "description": "Ceramic mug",
            "quantity": 1.0,
            "time": datetime.fromisoformat("2024-03-04T10:00"),
            "unit_price": 2.5,
            "customer": "ann",
        }
        | row
        for number, row in enumerate(rows)
    ]
    return complete_orders(pl.DataFrame(full, infer_schema_length=None))


@pytest.fixture
def lines() -> Lines:
    """Give the maker of order lines."""
    return order_lines


@pytest.fixture(scope="session")
def book() -> pl.DataFrame:
    """Give a generated order book of a small shop."""
    return sample_orders(days=BOOK_DAYS)


@pytest.fixture(scope="session")
def book_panel(book: pl.DataFrame) -> Panel:
    """Give the generated book as arrays."""
    return read_panel(take_in(book).panel)


@pytest.fixture(scope="session")
def real_orders() -> pl.DataFrame:
    """Give the packaged order history."""
    path = Path(sanpin.demand.__file__).parent / "data" / "orders.parquet"
    return pl.read_parquet(path).with_row_index("source_row", offset=1)


@pytest.fixture(scope="session")
def real_intake(real_orders: pl.DataFrame) -> Intake:
    """Give the packaged order history after its intake."""
    return take_in(real_orders)


@pytest.fixture(scope="session")
def real_panel(real_intake: Intake) -> Panel:
    """Give the packaged order history as arrays."""
    return read_panel(real_intake.panel)


@pytest.fixture
def with_orders(ctx: Context, book: pl.DataFrame) -> Context:
    """Give a context that keeps the generated book."""
    service.save_orders(ctx, book, Source("book.xlsx", "orders", "", book.height))
    return ctx


@pytest.fixture
def with_forecast(with_orders: Context) -> Context:
    """Give a context with a forecast of the generated book."""
    service.run_forecast(with_orders)
    return with_orders


def client_of(ctx: Context) -> TestClient:
    """Make a client of the domain's API and pages, on loopback without users."""
    app = FastAPI()
    install(app, ctx, host="127.0.0.1")
    mount_static(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def client(with_forecast: Context) -> Iterator[TestClient]:
    """Give a client of a workspace with a forecast."""
    with client_of(with_forecast) as client:
        yield client


@pytest.fixture
def empty_client(ctx: Context) -> Iterator[TestClient]:
    """Give a client of a workspace without orders."""
    with client_of(ctx) as client:
        yield client
