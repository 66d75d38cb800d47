"""A budget tells time only through shares that a test can decide."""

import math
import threading

from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import Budget


def test_without_a_limit_it_never_ends_by_itself() -> None:
    budget = Budget()
    assert budget.remaining == math.inf
    assert not budget.exhausted
    assert not budget.cancelled


@given(st.floats(max_value=0, allow_nan=False))
def test_no_time_is_exhausted_at_once(seconds: float) -> None:
    budget = Budget(seconds)
    assert budget.exhausted
    assert budget.remaining == 0
    assert not budget.cancelled


def test_cancel_ends_it_before_its_time() -> None:
    budget = Budget(3600)
    before = budget.exhausted
    budget.cancel()
    assert budget.cancelled
    assert (before, budget.exhausted) == (False, True)
    assert budget.remaining > 0


def test_a_shared_flag_cancels_all_who_hold_it() -> None:
    flag = threading.Event()
    first, second = Budget(3600, stop=flag), Budget(3600, stop=flag)
    first.cancel()
    assert second.exhausted
    assert flag.is_set()


def test_elapsed_never_runs_backwards() -> None:
    budget = Budget(3600)
    readings = [budget.elapsed for _ in range(50)]
    assert readings == sorted(readings)
    assert readings[0] >= 0
