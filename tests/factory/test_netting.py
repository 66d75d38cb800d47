"""Net requirements and lots: conservation, permitted sizes, never short."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.factory.engine.netting import lot_size, make_orders, net_requirements
from sanpin.factory.model.plan import LotRule

DAYS = 6
AMOUNTS = st.lists(st.integers(0, 50), min_size=DAYS, max_size=DAYS)


def test_stock_is_used_first() -> None:
    demand = np.array([[5.0, 10, 15, 20]])
    net = net_requirements(demand, np.array([12.0]), np.zeros((1, 4)))
    assert net.tolist() == [[0, 0, 3, 5]]


def test_a_late_receipt_does_not_help_an_early_need() -> None:
    demand = np.array([[10.0, 10, 30]])
    net = net_requirements(demand, np.array([4.0]), np.array([[0.0, 20, 0]]))
    assert net.tolist() == [[6, 0, 0]], "6 are missing today; the receipt then covers the rest"


@settings(max_examples=200, deadline=None)
@given(AMOUNTS, AMOUNTS, st.integers(0, 100))
def test_requirements_are_conserved(wanted: list[int], arriving: list[int], stock: int) -> None:
    demand = np.cumsum([wanted], axis=1).astype(float)
    receipts = np.array([arriving], dtype=float)
    net = net_requirements(demand, np.array([float(stock)]), receipts)
    supply = stock + np.cumsum(receipts, axis=1)
    assert (net >= 0).all()
    # With the requirement made in time nobody is ever short, and with any less somebody is.
    balance = supply + np.cumsum(net, axis=1) - demand
    assert balance.min() >= -1e-9
    assert net.sum() == pytest.approx(max(0.0, float((demand - supply).max())))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 80), min_size=DAYS, max_size=DAYS),
    st.integers(1, 30),
    st.integers(1, 12),
    st.integers(0, 60),
    st.integers(1, 4),
)
def test_lots_cover_every_day_and_keep_their_rule(
    needs: list[int], least: int, multiple: int, beyond: int, days: int
) -> None:
    most = -(-least // multiple) * multiple + beyond
    rule = LotRule(least, multiple, most, days)
    net = np.array([needs], dtype=float)
    orders = make_orders(["a"], net, {"a": rule})
    made = np.zeros(DAYS)
    for one in orders:
        assert one.quantity % multiple == 0
        assert least <= one.quantity <= most
        assert 0 < one.needed <= one.quantity
        made[one.due_day] += one.quantity
    assert (np.cumsum(made) >= np.cumsum(net[0]) - 1e-9).all()
    assert made.sum() - net.sum() < max(least, multiple) + multiple
    assert len({one.id for one in orders}) == len(orders)


def test_a_large_need_is_split_into_lots() -> None:
    orders = make_orders(["a"], np.array([[250.0]]), {"a": LotRule(20, 10, 100)})
    assert [one.quantity for one in orders] == [100, 100, 50]
    assert [one.needed for one in orders] == [100, 100, 50]


def test_the_needs_of_some_days_are_made_together() -> None:
    net = np.array([[5.0, 0, 10, 30, 0, 7]])
    orders = make_orders(["a"], net, {"a": LotRule(days=3)})
    assert [(one.due_day, one.quantity) for one in orders] == [(0, 15), (3, 37)]


def test_what_a_lot_holds_beyond_its_need_covers_the_next() -> None:
    orders = make_orders(["a"], np.array([[5.0, 0, 10, 30]]), {"a": LotRule(24, 12)})
    assert [(one.due_day, one.quantity) for one in orders] == [(0, 24), (3, 24)]


def test_orders_are_sorted_by_day_then_item() -> None:
    net = np.array([[0.0, 3], [2, 0]])
    orders = make_orders(["a", "b"], net, {})
    assert [(one.item, one.due_day) for one in orders] == [("b", 0), ("a", 1)]


def test_no_need_makes_no_order() -> None:
    assert make_orders(["a"], np.zeros((1, 5)), {}) == []
    assert make_orders([], np.zeros((0, 5)), {}) == []


@pytest.mark.parametrize(("need", "size"), [(1, 24), (24, 24), (25, 36), (1e6, 96)])
def test_lot_sizes(need: float, size: float) -> None:
    assert lot_size(need, LotRule(24, 12, 100)) == size


@pytest.mark.parametrize("bad", [(1, 0, 5), (10, 1, 5), (-1, 1, 5)])
def test_impossible_rules_are_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(InputError) as caught:
        LotRule(*bad)
    assert caught.value.code == "factory.plan.lot_rule"
