"""What would make a recall smaller: arithmetic, and suggestions against the recalls themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trace.recall.chains import amount, capture, event

from sanpin.base import Budget, InputError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.narrowing import Split, Step, exclusive, made_at, middle, ranked
from sanpin.trace.service import recalls

PARTS = st.dictionaries(st.sampled_from("abcd"), st.frozensets(st.integers(0, 9)), min_size=1)


@given(PARTS)
def test_only_because_is_what_leaves_with_the_seed(parts: dict[str, frozenset[int]]) -> None:
    named = {seed: frozenset(map(str, some)) for seed, some in parts.items()}
    whole = frozenset().union(*named.values())
    for seed, count in exclusive(named).items():
        rest = frozenset().union(*(some for other, some in named.items() if other != seed))
        assert count == len(whole) - len(rest)


@given(st.lists(st.integers(0, 5)))
def test_halves_are_never_empty(times: list[int]) -> None:
    steps = [Step(str(number), time, "") for number, time in enumerate(times)]
    at = middle(steps)
    if at is None:
        assert len(set(times)) < 2
    else:
        assert min(times) < at <= max(times)


def test_the_greatest_saving_stands_first() -> None:
    splits = [Split("seed", "a", 5, 0), Split("seed", "b", 4, 1), Split("place", "c", 2, 3)]
    assert [split.value for split in ranked(splits)] == ["c", "b"]
    steps = [Step("x", 1, "p"), Step("y", 2, "p"), Step("z", 3, ""), Step("w", 4, "q")]
    assert made_at(steps) == {"p": ["x", "y"], "q": ["w"]}


def two_lines(ctx: Context) -> str:
    """One lot of dough, baked on two lines on two days."""
    stem = "https://id.gs1.org/01/09521234567899/10"
    dough = f"{stem}/DOUGH"
    events = [event(1, "commissioning", action="ADD", quantityList=amount(dough, 100))]
    for number, line in enumerate(("line-1", "line-1", "line-2")):
        baked = event(2 + number, "commissioning", inputQuantityList=amount(dough, 10),
                      outputQuantityList=amount(f"{stem}/BREAD-{number}", 9),
                      readPoint={"id": f"urn:place:{line}"})  # fmt: skip
        del baked["action"]
        events.append(baked | {"type": "TransformationEvent"})
    capture(ctx, events)
    return dough


def test_every_suggestion_is_a_recall_of_its_own(ctx: Context) -> None:
    """By line and by time; asked again as suggested, the recall has just so many products."""
    asked = service.Asked((two_lines(ctx),))
    found = service.narrowing_of(ctx, asked, Budget(60))
    assert found.products == 4 and found.complete
    told = {(s.kind, s.value, s.since is None): (s.products, s.saved) for s in found.splits}
    assert told == {
        ("place", "urn:place:line-1", True): (2, 2),
        ("place", "urn:place:line-2", True): (1, 3),
        ("time", "", True): (2, 2),
        ("time", "", False): (3, 1),
    }
    for split in found.splits:
        if split.kind == "place":
            scope = service.scope_of(ctx, replace(asked, place=split.value))
            assert len(scope.products) == split.products
    nowhere = service.scope_of(ctx, replace(asked, place="urn:place:moon"))
    assert nowhere.products == () and nowhere.seeds == asked.kept()


def test_places_are_those_of_goods_at_first_hand(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far the goods went, only what was made of the seeds themselves is looked at."""
    dough = two_lines(ctx)
    bread = dough.replace("DOUGH", "BREAD-0")
    sold = event(20, "commissioning", inputQuantityList=amount(bread, 9),
                 outputQuantityList=amount(dough.replace("DOUGH", "TOAST"), 9),
                 readPoint={"id": "urn:place:oven"})  # fmt: skip
    del sold["action"]
    capture(ctx, [sold | {"type": "TransformationEvent"}])
    whole = service.recall_view(ctx, service.Asked((dough,))).places
    assert [(place, count) for place, _, count in whole] == [
        ("urn:place:line-1", 2),
        ("urn:place:line-2", 1),
    ]
    monkeypatch.setattr(recalls, "_NEAR", 1)
    assert service.recall_view(ctx, service.Asked((dough,))).places == whole
    monkeypatch.setattr(recalls, "_CUT_BY_HAND", 2)
    assert service.recall_view(ctx, service.Asked((dough,))).places == []


def test_seeds_that_share_everything_save_nothing(chain: Context, codes: Any) -> None:
    blank = codes.lot("BLANK", "BLANK-1")
    asked = service.Asked((codes.clay, blank))
    found = service.narrowing_of(chain, asked, Budget(60))
    assert found.only == {codes.clay: 3, blank: 0}
    assert [s.saved for s in found.splits if s.kind == "seed"] == [3]


def test_without_time_what_was_found_is_given(chain: Context, codes: Any) -> None:
    found = service.narrowing_of(chain, service.Asked((codes.clay,)), Budget(0))
    assert (found.products, found.splits, found.complete) == (5, [], False)


def test_nothing_is_bad_without_seeds(chain: Context, codes: Any) -> None:
    with pytest.raises(InputError):
        service.scope_of(chain, service.Asked((codes.clay,), (codes.clay,)))
