"""Steps of what is taken and what is left, beside the slow way of counting them."""

from hypothesis import given
from hypothesis import strategies as st

from sanpin.factory.engine.critical.levels import stock, taken
from sanpin.factory.model import Material

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12), st.integers(0, 4)), max_size=12)


@given(SPANS, st.integers(0, 8), st.integers(0, 45))
def test_above_until_is_the_last_crowded_instant(spans, most, before):
    rows = [(start, start + length, amount, ("j", str(n)))
            for n, (start, length, amount) in enumerate(spans)]  # fmt: skip

    def level(t):
        return sum(amount for start, end, amount, _ in rows if start <= t < end)

    crowded = [t + 1 for t in range(before) if level(t) > most]
    steps = taken(rows)
    found = steps.above_until(most, before)
    assert found == max(crowded, default=None)
    if found is not None and found < before:
        assert steps.causes[found] in {key for _, end, _, key in rows if end == found}


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=8),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=8),
    st.integers(1, 15) | st.none(),
    st.integers(1, 9),
)
def test_below_until_is_the_last_short_instant(arrivals, uses, life, least):
    material = Material("x", 20, tuple(sorted(arrivals)), life)
    before = 41

    def left(t):
        lots = [[time, amount] for time, amount in [(0, 20), *material.arrivals] if time <= t]
        for time, amount in sorted(uses):
            if time > t:
                break
            for lot in sorted(lots):
                fresh = lot[0] <= time and (life is None or time < lot[0] + life)
                drawn = min(amount, lot[1]) if fresh else 0
                lot[1] -= drawn
                amount -= drawn
            if amount:
                return None
        return sum(lot[1] for lot in lots if life is None or t < lot[0] + life)

    levels = [left(t) for t in range(before)]
    if None in levels:
        return  # more is used than there is: no valid schedule does that
    short = [t + 1 for t in range(before) if levels[t] < least]
    assert stock(material, uses, ()).below_until(least, before) == max(short, default=None)
