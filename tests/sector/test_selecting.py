"""The rule by which a pillar's column chooses its figures, one step at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sanpin.sector.engine import select_figures, summarise_tasks
from sanpin.sector.model import (
    Comparator,
    Figure,
    Kind,
    Mark,
    Observation,
    Pace,
    PaceState,
    Pillar,
    Scope,
    Task,
    TaskState,
    TaskStatus,
    Unit,
    parse_period,
)

HERE = Scope("重庆市", "Chongqing", "消费品", "goods")
NATION = Scope("中国", "China", "消费品", "goods")
PART = Scope("重庆市", "Chongqing", "五金", "hardware")
SEEN = Pace(PaceState.BEHIND, latest=Observation(1, parse_period("2021"), ("x",)))


def figure(name: str, **changes: Any) -> Figure:
    """Make a count of brands in Chongqing, with some of it changed."""
    given: dict[str, Any] = {
        "id": name,
        "source": "s",
        "issuer_zh": "",
        "issuer_en": "",
        "scope": HERE,
        "indicator_zh": name,
        "indicator_en": name,
        "pillar": Pillar.BRAND,
        "kind": Kind.COUNT,
        "comparator": Comparator.EQ,
        "value": 1.0,
        "unit": Unit.COUNT,
        "period": parse_period("2021"),
    }
    return Figure(**{**given, **changes})


def chosen(*figures: Figure, **options: Any) -> list[str]:
    """Return the ids that the brand column of Chongqing shows."""
    paces = options.pop("paces", {})
    found = select_figures(figures, paces, Pillar.BRAND, "Chongqing", **options)
    return [one.id for one in found]


def test_the_region_comes_before_the_nation() -> None:
    """The nation fills what is left; other regions never do."""
    other = Scope("上海市", "Shanghai", "消费品", "goods")
    rows = [figure("n", scope=NATION), figure("r"), figure("o", scope=other)]
    assert chosen(*rows) == ["r", "n"]


def test_only_the_pillar_and_only_what_counts() -> None:
    """Marked rows and dull units are left out."""
    rows = [
        figure("limit", marks=frozenset({Mark.CLASS_LIMIT})),
        figure("doubt", marks=frozenset({Mark.VERIFY})),
        figure("years", unit=Unit.YEAR),
        figure("edition", unit=Unit.EDITION),
        figure("other", pillar=Pillar.QUALITY),
        figure("good"),
    ]
    assert chosen(*rows) == ["good"]


def test_a_measured_target_comes_first() -> None:
    """Then plain targets, amounts, ratios, growth, counts and ranks."""
    kinds = [Kind.RANK, Kind.COUNT, Kind.GROWTH, Kind.SHARE, Kind.ACTUAL, Kind.TARGET]
    rows = [figure(str(kind), kind=kind) for kind in kinds]
    assert chosen(*rows, limit=9) == ["target", "actual", "share", "growth", "count", "rank"]
    measured = figure("measured", kind=Kind.TARGET)
    assert chosen(*rows, measured, paces={"measured": SEEN}, limit=2) == ["measured", "target"]


def test_the_whole_comes_before_its_parts() -> None:
    """A sector that is only a part gives way, unless nothing else is there."""
    rows = [figure("part", scope=PART, kind=Kind.TARGET), figure("whole")]
    assert chosen(*rows, parts=frozenset({"hardware"})) == ["whole", "part"]
    assert chosen(*rows) == ["part", "whole"]


def test_the_later_period_comes_first_then_the_order_of_the_file() -> None:
    """A figure without a period is the oldest."""
    rows = [
        figure("a", period=parse_period("2020")),
        figure("b", period=parse_period("2021")),
        figure("none", period=parse_period("")),
        figure("c", period=parse_period("2021")),
    ]
    assert chosen(*rows) == ["b", "c", "a", "none"]


def test_one_indicator_is_shown_once() -> None:
    """Of two years of one indicator the later one; of two sectors both."""
    rows = [
        figure("old", indicator_en="x", period=parse_period("2012")),
        figure("new", indicator_en="x", period=parse_period("2021")),
        figure("part", indicator_en="x", scope=PART),
    ]
    assert chosen(*rows) == ["new", "part"]


def test_the_limit_holds() -> None:
    """Four unless told otherwise."""
    rows = [figure(str(number)) for number in range(9)]
    assert len(chosen(*rows)) == 4
    assert len(chosen(*rows, limit=6)) == 6
    assert chosen() == []


def task(name: str, due: str, state: TaskState, milestone: date | None = None) -> Task:
    """Make a task with a window that ends in `due`."""
    return Task(
        id=name,
        source="",
        article_zh="",
        article_en="",
        task_zh="任务",
        task_en="task",
        region_zh="",
        region_en="",
        pillar=Pillar.NONE,
        period=parse_period("2020", due) if due else parse_period("2020", ""),
        status=TaskStatus(state, due=milestone),
    )


def test_a_milestone_outranks_the_window() -> None:
    """A task is due when its user said so; done ones are never late."""
    day = date(2023, 1, 1)
    assert task("a", "2022", TaskState.OPEN).overdue(day)
    assert not task("a", "2022", TaskState.DONE).overdue(day)
    assert not task("a", "2022", TaskState.OPEN, date(2023, 6, 1)).overdue(day)
    assert task("a", "2025", TaskState.BLOCKED, date(2022, 6, 1)).overdue(day)
    assert not task("a", "", TaskState.OPEN).overdue(day)
    assert not task("a", "2022", TaskState.OPEN).overdue(date(2022, 12, 31))


def test_states_are_counted_beside_what_is_late() -> None:
    """Every state is named, even when nothing stands there."""
    rows = [
        task("a", "2022", TaskState.OPEN),
        task("b", "2025", TaskState.OPEN),
        task("c", "2022", TaskState.DONE),
    ]
    assert summarise_tasks(rows, date(2023, 1, 1)) == {
        "open": 2,
        "in_progress": 0,
        "done": 1,
        "blocked": 0,
        "overdue": 1,
    }


def test_a_task_speaks_both_languages() -> None:
    """Text, article, region and units."""
    one = task("a", "2022", TaskState.OPEN)
    assert (one.text("en"), one.text("zh-CN")) == ("task", "任务")
    assert one.lead("en") == one.support("zh") == ()
    assert one.due == date(2022, 12, 31)
