"""Use cases on published facts alone: lists, filters, tiles, warnings, tasks due, search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.sector import service
from sanpin.sector.model import Kind, PaceState, TaskState

DOOR = [
    "id", "indicator", "region", "sector", "target", "due", "actual", "actual_period",
    "required_pace", "last_pace", "on_pace", "warnings", "source",
]  # fmt: skip


def ids(views: tuple[service.TargetView, ...]) -> list[str]:
    """Return the ids of targets."""
    return [view.target.id for view in views]


def test_targets_are_filtered_by_place_pillar_and_state(ctx: Context) -> None:
    """Filters narrow together; either language names the region."""
    assert len(service.targets(ctx)) == 54
    assert ids(service.targets(ctx, "上海")) == ids(service.targets(ctx, "Shanghai"))
    scale = service.targets(ctx, "Chongqing", "scale")
    assert {view.target.scope.region_en for view in scale} == {"Chongqing"}
    assert "cq_output_target_2022" in ids(scale)
    assert ids(service.targets(ctx, industry="pharmaceuticals")) == [
        "cn_pharma_innov_share_2025",
        "cn_pharma_scenarios",
        "cn_pharma_factories",
    ]
    assert ids(service.targets(ctx, "重庆", state="reached")) == ["cq_output_target_2022"]


@pytest.mark.parametrize("filters", [{"region": "x"}, {"industry": "x"}, {"pillar": "x"}])
def test_unknown_filters_are_refused(ctx: Context, filters: dict[str, str]) -> None:
    """An empty list would hide the mistake."""
    with pytest.raises(InputError):
        service.targets(ctx, **filters)  # type: ignore[arg-type]


def test_the_record_of_a_target_begins_with_the_door(ctx: Context) -> None:
    """Keys, order and plain values of the command's JSON."""
    record = service.target_record(service.target(ctx, "sh_fashion_scale_2025"), "en")
    assert list(record)[: len(DOOR)] == DOOR
    assert record["target"] == 520_000_000_000
    assert (record["due"], record["actual_period"]) == ("2025", "2021")
    assert record["source"] == "000_217b2f632fd65200.txt"
    assert record["stated_pace"] == 5
    warnings = record["warnings"]
    assert isinstance(warnings, list)
    assert len(warnings) == 1
    assert warnings[0].startswith("stated_pace: ")
    assert "CNY 527 billion" in warnings[0]


def test_records_speak_the_caller_s_language(ctx: Context) -> None:
    """Names and warnings; ids and numbers stay."""
    record = service.target_record(service.target(ctx, "cq_output_target_2022"), "zh-CN")
    assert (record["indicator"], record["region"]) == ("总产值目标", "重庆市")
    warnings = record["warnings"]
    assert isinstance(warnings, list)
    assert all(text.startswith("scope: ") for text in warnings)
    assert "医药" in str(record["warnings"])


def test_wider_texts_are_pointed_out(ctx: Context) -> None:
    """Zhejiang's targets are for all industry."""
    view = service.target(ctx, "zj_prov_design_centres_2025")
    assert [one.code for one in view.pace.cautions] == ["wider"]


def test_the_summary_counts_only_what_may_be_counted(ctx: Context) -> None:
    """Marked rows stand apart; states add up to the total."""
    counts = service.summary(service.targets(ctx))
    assert counts["total"] + counts["marked"] == 54
    assert sum(counts[str(state)] for state in PaceState) == counts["total"]
    assert counts["reached"] == 1
    limits = [view for view in service.targets(ctx) if view.target.id.endswith("_threshold")]
    assert service.summary(limits)["total"] == 0


def test_published_records_have_the_scoreboard_s_keys(ctx: Context) -> None:
    """pillar, indicator, region, sector, kind, value, unit, period, source come first."""
    (record,) = [r for r in service.published(ctx, "重庆", "消费品") if r["id"] == "cq_output_2021"]
    assert list(record)[:9] == [
        "pillar", "indicator", "region", "sector", "kind", "value", "unit", "period", "source",
    ]  # fmt: skip
    assert record["value"] == 483_020_000_000
    assert len(service.published(ctx)) == 217
    assert {r["region"] for r in service.published(ctx, "重庆")} == {"Chongqing"}


def test_each_pillar_shows_four_figures(ctx: Context) -> None:
    """The region first, the nation's figures fill the rest and carry its name."""
    columns = service.pillars(ctx, "Chongqing", "consumer_goods")
    assert set(columns) >= {"variety", "quality", "brand"}
    assert all(len(tiles) <= 4 for tiles in columns.values())
    for name in ("variety", "quality", "brand"):
        assert len(columns[name]) == 4
    assert all(tile["own_region"] for tile in columns["brand"])
    assert all("China" in str(tile["note"]) for tile in columns["quality"])
    first = columns["scale"][0]
    assert (first["id"], first["value"], first["unit"]) == (
        "cq_output_target_2022",
        "483",
        "CNY billion",
    )
    assert first["state"] == "reached"
    assert first["warnings"]


def test_tiles_never_show_marked_rows(ctx: Context) -> None:
    """Class limits, list lengths and figures to verify are no headline."""
    marked = {one.id for one in service.library().figures.values() if not one.counts}
    for region in (None, "Shandong", "Shanghai", "Zhejiang", "Chongqing"):
        shown = {t["id"] for tiles in service.pillars(ctx, region).values() for t in tiles}
        assert not shown & marked


def test_a_planned_figure_says_that_it_is_planned(ctx: Context) -> None:
    """A target without an actual must not be read as a result."""
    tiles = service.pillars(ctx, "Shanghai")["digital"]
    assert [tile["measured"] for tile in tiles[:2]] == [False, False]
    assert "planned" in str(tiles[0]["note"])


def test_warnings_name_what_does_not_fit(ctx: Context) -> None:
    """The gravest first, each once, with its target's page."""
    found = service.warnings(ctx)
    assert found[0].code == "stated_pace"
    assert len(set(found)) == len(found)
    assert {one.code for one in found} == {"stated_pace", "scope", "period", "measure"}
    assert all(one.link == f"/sector/targets/{one.target_id}" for one in found)
    late = service.warnings(ctx, as_of=date(2027, 1, 1))
    assert late[0].code == "overdue"
    assert late[0].kind == "bad"
    assert service.warnings(ctx, "Shandong") == ()


def test_tasks_are_filtered(ctx: Context) -> None:
    """By region, pillar, unit in either language, window and industry."""
    assert len(service.tasks(ctx)) == 209
    assert {one.region_en for one in service.tasks(ctx, "浙江")} == {"Zhejiang"}
    led = service.tasks(ctx, lead="市科技局")
    assert led == service.tasks(ctx, lead="science and technology bureau")
    assert len(led) == 6
    assert {one.period.text for one in service.tasks(ctx, period="2021..2025")} == {"2021..2025"}
    assert len(service.tasks(ctx, industry="pharmaceuticals")) == 7
    assert service.tasks(ctx, state="done") == ()


def test_tasks_due_come_in_order(ctx: Context) -> None:
    """Within a quarter of the day; done ones fall away."""
    due = service.tasks_due(ctx, "Chongqing")
    assert len(due) == 78
    assert [one.due for one in due] == sorted(one.due for one in due if one.due)
    assert service.tasks_due(ctx, as_of=date(2022, 1, 1)) == ()
    service.set_task_state(ctx, due[0].id, "done", evidence="x")
    assert due[0].id not in [one.id for one in service.tasks_due(ctx, "Chongqing")]


def test_tasks_are_counted_by_state(ctx: Context) -> None:
    """Overdue is not a state but a fact beside it."""
    counts = service.task_counts(ctx, service.tasks(ctx), date(2023, 6, 1))
    assert counts["open"] == 209
    assert counts["overdue"] == 94
    assert sum(counts[str(state)] for state in TaskState) == 209


def test_windows_and_regions_are_listed(ctx: Context) -> None:
    """Menus offer what there is."""
    assert service.task_windows(ctx) == ["2020..2022", "2021..2025", "2022", "2022..", "2022..2025"]
    chinese = replace(ctx, language="zh-CN")
    assert [one["name"] for one in service.regions(chinese)][:2] == ["山东省", "上海市"]
    names = {one["id"]: one["name"] for one in service.industries(chinese)}
    assert names["textiles"] == "纺织服装"


def test_search_finds_both_languages(ctx: Context) -> None:
    """Targets, figures and tasks, with their pages, up to the limit."""
    for text in ("Smart factories", "智慧工厂"):
        assert service.search(ctx, text, 5)[0].path == "/sector/targets/sh_smart_factories_2025"
    assert len(service.search(ctx, "a", 3)) == 3
    kinds = {hit.kind for hit in service.search(ctx, "数字", 200)}
    assert kinds == {"target", "published figure", "task"}
    assert service.search(ctx, "no such words", 5) == []


def test_evidence_is_told_with_its_origin(ctx: Context) -> None:
    """Computed values name all the figures they come from; context says why it is none."""
    view = service.target(ctx, "m2_profit_growth")
    (record,) = service.evidence_records(view, "en")
    assert record["id"] == "cn_light_profit_2012 + cn_light_profit_2021"
    assert record["role"] == "computed from published figures"
    (related,) = service.context_records(view, "zh-CN")
    assert related["reason"] == "仅家用电器的利润增速。"


def test_a_bullet_keeps_its_marks_inside(ctx: Context) -> None:
    """The largest mark stands at 92 of 100."""
    for view in service.targets(ctx):
        mark = service.bullet(view)
        found = [m for m in (mark.actual, mark.path, mark.projected, mark.target) if m is not None]
        assert max(found) <= 92
        assert min(found) >= 0
    shanghai = service.bullet(service.target(ctx, "sh_fashion_scale_2025"))
    assert shanghai.actual is not None
    assert shanghai.path is not None
    assert shanghai.actual < shanghai.path < shanghai.target < (shanghai.projected or 0)


def test_the_chart_leaves_averages_out(ctx: Context) -> None:
    """A year above the average is no distance to a target."""
    spec = service.progress_chart(service.targets(ctx), "en")
    names = spec["x"]["values"]  # type: ignore[index]
    assert "Shanghai · Industry size target" in names
    assert "Shanghai · Average annual growth target" not in names


def test_figures_are_filtered_by_kind(ctx: Context) -> None:
    """Ranks only, and none of another kind."""
    found = service.figures(ctx, "Zhejiang", kind="rank")
    assert found
    assert {one.kind for one in found} == {Kind.RANK}
