"""Matching of cancellations against a slow, obvious stack."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sanpin.demand.engine.cancellations import match_last

START = datetime.fromisoformat("2024-01-01")
Move = tuple[str, int, int]


def by_stack(moves: list[Move]) -> set[tuple[int, int]]:
    """Match each negative line with the latest open positive one, line by line."""
    rows = sorted(
        ((hour, quantity < 0, row, customer, quantity) for row, (customer, hour, quantity) in
         enumerate(moves)),
    )  # fmt: skip
    opened: dict[tuple[str, int], list[int]] = {}
    pairs = set()
    for _, _, row, customer, quantity in rows:
        stack = opened.setdefault((customer, abs(quantity)), [])
        if quantity > 0:
            stack.append(row)
        elif stack:
            pairs.add((row, stack.pop()))
    return pairs


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob"]),
            st.integers(0, 30),
            st.sampled_from([-3, -2, -1, 1, 2, 3]),
        ),
        max_size=40,
    )
)
def test_matching_equals_the_stack(moves: list[Move]) -> None:
    frame = pl.DataFrame(
        {
            "source_row": list(range(len(moves))),
            "customer": [customer for customer, _, _ in moves],
            "time": [START + timedelta(hours=hour) for _, hour, _ in moves],
            "quantity": [float(quantity) for _, _, quantity in moves],
        },
        schema={
            "source_row": pl.Int64,
            "customer": pl.String,
            "time": pl.Datetime("us"),
            "quantity": pl.Float64,
        },
    )
    found = match_last(frame, ("customer",))
    assert set(found.select("source_row", "matched_row").rows()) == by_stack(moves)


def test_unknown_customers_do_not_match() -> None:
    frame = pl.DataFrame(
        {
            "source_row": [1, 2],
            "customer": pl.Series([None, None], dtype=pl.String),
            "time": [START, START],
            "quantity": [2.0, -2.0],
        }
    )
    assert match_last(frame, ("customer",)).is_empty()


def test_lag_is_counted_in_days() -> None:
    frame = pl.DataFrame(
        {
            "source_row": [1, 2],
            "customer": ["ann", "ann"],
            "time": [START, START + timedelta(days=3, hours=5)],
            "quantity": [2.0, -2.0],
        }
    )
    assert match_last(frame, ("customer",))["lag_days"].to_list() == [3]
