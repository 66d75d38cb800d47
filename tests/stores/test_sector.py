"""Own targets, actuals, tasks and task states on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import inspect

from sanpin.base import InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import import_file
from sanpin.kit.files.templates import template
from sanpin.kit.settings import set_setting
from sanpin.sector import service
from sanpin.sector.model import Origin, PaceState, TaskState
from sanpin.sector.store import METADATA

OUTPUT = {
    "indicator": "产值",
    "indicator_en": "Output",
    "region": "重庆",
    "sector": "五金",
    "pillar": "scale",
    "value": 500,
    "unit": "亿元",
    "start": "2022",
    "due": "2025",
}


def other_firm(ctx: Context) -> Context:
    """Return the same workspace as another firm sees it."""
    return ctx.acting_as(Actor("eve", Role.ADMIN, firm="other"))


def test_the_migration_makes_the_tables_of_the_code(ctx: Context) -> None:
    """Names of tables and columns, and what may be empty, agree."""
    inspector = inspect(ctx.db.engine)
    for table in METADATA.tables.values():
        found = {one["name"]: one["nullable"] for one in inspector.get_columns(table.name)}
        assert found == {one.name: bool(one.nullable) for one in table.columns}, table.name
        keys = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [one.name for one in table.primary_key.columns]
        indexes = {one["name"] for one in inspector.get_indexes(table.name)}
        assert {one.name for one in table.indexes} <= indexes


def test_an_own_target_is_judged_by_its_own_actuals(ctx: Context) -> None:
    """40 billion in 2021, 42 in 2022: 5 % a year, where 6 % are needed."""
    target = service.save_own_target(ctx, OUTPUT)
    for value, period in ((400, "2021"), (420, "2022")):
        row = {"target": target.id, "value": value, "unit": "亿元", "period": period}
        service.save_own_actual(ctx, row)
    view = service.target(ctx, target.id)
    assert view.target == target
    assert view.target.origin is Origin.OWN
    assert view.target.scope.region_en == "Chongqing"
    assert view.pace.last == pytest.approx(5)
    assert view.pace.required == pytest.approx((500 / 420) ** (1 / 3) * 100 - 100)
    assert view.pace.state is PaceState.BEHIND
    assert [one.target.id for one in service.behind(service.targets(ctx))] == [
        "m2_profit_growth",
        target.id,
    ]


def test_an_own_actual_moves_a_published_target(ctx: Context) -> None:
    """A figure of 2022 is newer than that of the text; the text's growth no longer counts."""
    row = {"target": "sh_fashion_scale_2025", "value": 445, "unit": "CNY billion", "period": "2022"}
    service.save_own_actual(ctx, row)
    assert service.as_of_day(ctx) == date(2022, 12, 31)
    pace = service.target(ctx, "sh_fashion_scale_2025").pace
    assert pace.latest is not None
    assert pace.latest.value == 445e9
    assert pace.last == pytest.approx(445 / 433.586 * 100 - 100)
    assert pace.state is PaceState.BEHIND


def test_saving_twice_replaces(ctx: Context) -> None:
    """The same fields give the same id; the newer value stands."""
    first = service.save_own_target(ctx, OUTPUT)
    second = service.save_own_target(ctx, {**OUTPUT, "value": 600})
    assert first.id == second.id
    own = [one for one in service.targets(ctx) if one.target.origin is Origin.OWN]
    assert [one.target.value for one in own] == [600e8]
    actual = {"target": first.id, "value": 1, "unit": "亿元", "period": "2021"}
    service.save_own_actual(ctx, actual)
    service.save_own_actual(ctx, {**actual, "value": 2})
    assert [one.value for one in service.own_actuals(ctx, first.id)] == [2e8]


def test_deleting_a_target_takes_its_actuals_along(ctx: Context) -> None:
    """Nothing is left that points at nothing."""
    target = service.save_own_target(ctx, OUTPUT)
    service.save_own_actual(ctx, {"target": target.id, "value": 1, "period": "2021"})
    service.delete_own_target(ctx, target.id)
    assert service.own_actuals(ctx) == ()
    with pytest.raises(InputError) as caught:
        service.target(ctx, target.id)
    assert caught.value.status == 404


@pytest.mark.parametrize("name", ["target", "actual", "task"])
def test_only_own_records_can_be_removed(ctx: Context, name: str) -> None:
    """A published id is unknown to the delete."""
    published = {"target": "sh_fashion_scale_2025", "actual": "cq_output_2021", "task": "s4_001"}
    delete = getattr(service, f"delete_own_{name}")
    with pytest.raises(InputError) as caught:
        delete(ctx, published[name])
    assert caught.value.code == f"sector.{name}.unknown"


def test_firms_do_not_see_each_other(ctx: Context) -> None:
    """Own targets, actuals, tasks and states belong to one firm."""
    target = service.save_own_target(ctx, OUTPUT)
    service.save_own_task(ctx, {"task": "check the kiln", "state": "open"})
    service.set_task_state(ctx, "s4_001", "done", evidence="built")
    stranger = other_firm(ctx)
    assert target.id not in [one.target.id for one in service.targets(stranger)]
    assert all(one.origin is Origin.PUBLISHED for one in service.tasks(stranger))
    assert service.task(stranger, "s4_001").status.state is TaskState.OPEN
    with pytest.raises(InputError):
        service.delete_own_target(stranger, target.id)


def test_a_task_state_is_kept_with_its_evidence(ctx: Context) -> None:
    """Who, when, what and where, and the state before in the audit log."""
    service.set_task_state(ctx, "s4_001", "in_progress", due=date(2022, 6, 30))
    task = service.set_task_state(
        ctx, "s4_001", "done", evidence="  opened in May ", link="https://example.org/x", file="A-7"
    )
    status = service.task(ctx, "s4_001").status
    assert status == task.status
    assert (status.state, status.evidence) == (TaskState.DONE, "opened in May")
    assert (status.link, status.file, status.by) == ("https://example.org/x", "A-7", "local")
    assert status.at is not None
    assert status.at.tzinfo is not None
    newest, oldest = audit.entries(ctx, subject="task/s4_001")
    assert newest.before["state"] == "in_progress"
    assert newest.before["due"] == "2022-06-30"
    assert newest.after["evidence"] == "opened in May"
    assert oldest.before["state"] == "open"


def test_done_needs_evidence(ctx: Context) -> None:
    """A claim without a word, a link or a file is refused and changes nothing."""
    with pytest.raises(InputError) as caught:
        service.set_task_state(ctx, "s4_001", "done", evidence="  ")
    assert caught.value.code == "sector.task.no_evidence"
    assert service.task(ctx, "s4_001").status.state is TaskState.OPEN


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "example.org"])
def test_only_web_addresses_become_links(ctx: Context, link: str) -> None:
    """What stands in a page as a link must not run code."""
    with pytest.raises(InputError) as caught:
        service.set_task_state(ctx, "s4_001", "open", link=link)
    assert caught.value.code == "sector.task.link"


def test_a_viewer_may_look_and_not_write(ctx: Context) -> None:
    """Every writing use case asks for a planner."""
    viewer = ctx.acting_as(Actor("vi", Role.VIEWER))
    assert service.targets(viewer)
    for write in (
        lambda: service.set_task_state(viewer, "s4_001", "open"),
        lambda: service.save_own_target(viewer, OUTPUT),
        lambda: service.save_own_actual(viewer, {}),
        lambda: service.save_own_task(viewer, {"task": "x"}),
        lambda: service.delete_own_target(viewer, "x"),
        lambda: service.delete_own_actual(viewer, "x"),
        lambda: service.delete_own_task(viewer, "x"),
    ):
        with pytest.raises(StateError) as caught:
            write()
        assert caught.value.status == 403


def test_own_tasks_come_and_go(ctx: Context) -> None:
    """They stand behind the published ones, with units, window and state."""
    row = {
        "task": "验收车间",
        "region": "上海市",
        "lead": "生产部；质量部",
        "due": "2022-12",
        "state": "done",
        "evidence": "报告",
    }
    task = service.save_own_task(ctx, row)
    assert task.lead_zh == ("生产部", "质量部")
    found = service.tasks(ctx, region="Shanghai")[-1]
    assert found.id == task.id
    assert found.due == date(2022, 12, 31)
    assert found.status.state is TaskState.DONE
    service.delete_own_task(ctx, task.id)
    assert task.id not in [one.id for one in service.tasks(ctx)]


def test_the_day_follows_the_setting(ctx: Context) -> None:
    """Newest by default; an earlier day of the firm does not hide what is published."""
    assert service.as_of_day(ctx) == date(2022, 9, 30)
    set_setting(ctx, "as_of", "2011-09-16")
    assert service.as_of_day(ctx) == date(2022, 9, 30)
    set_setting(ctx, "as_of", "2024-03-01")
    assert service.as_of_day(ctx) == date(2024, 3, 1)
    set_setting(ctx, "as_of", "real")
    assert service.as_of_day(ctx) == ctx.now().date()


def test_a_file_of_targets_is_imported_twice_with_one_result(ctx: Context, tmp_path: Path) -> None:
    """Chinese headings are understood; the second time changes nothing."""
    path = tmp_path / "targets.csv"
    path.write_text(
        "指标,地区,行业,支柱,目标值,单位,期限\n产值,重庆,五金,scale,500,亿元,2025\n品牌,重庆,,brand,20,个,2025\n",
        encoding="gb18030",
    )
    for _ in range(2):
        report = import_file(ctx, path)
        assert report.kind == "targets"
        assert report.saved == {"targets": 2}
    own = [one.target for one in service.targets(ctx) if one.target.origin is Origin.OWN]
    assert sorted(one.value for one in own) == [20, 500e8]
    assert {one.source for one in own} == {"targets.csv"}


def test_actuals_and_tasks_are_imported(ctx: Context, tmp_path: Path) -> None:
    """Each kind is known by its headings."""
    path = tmp_path / "actuals.xlsx"
    frame = {
        "对应目标": ["sh_fashion_scale_2025"],
        "实际值": [4550],
        "单位": ["亿元"],
        "期间": [2022],
    }
    pl.DataFrame(frame).write_excel(path)
    assert import_file(ctx, path).saved == {"actuals": 1}
    assert service.own_actuals(ctx)[0].value == 455e9
    path = tmp_path / "tasks.csv"
    path.write_text(
        "任务,牵头单位,期限,状态,证据\n建车间,生产部,2025,done,报告\n", encoding="utf-8"
    )
    assert import_file(ctx, path).saved == {"tasks": 1}
    assert service.tasks(ctx)[-1].status.evidence == "报告"


def test_a_dry_run_saves_nothing(ctx: Context, tmp_path: Path) -> None:
    """It reports what it would have saved."""
    path = tmp_path / "tasks.csv"
    path.write_text("任务,期限\n建车间,2025\n", encoding="utf-8")
    assert import_file(ctx, path, dry_run=True).saved == {"tasks": 1}
    assert all(one.origin is Origin.PUBLISHED for one in service.tasks(ctx))


def test_one_bad_row_refuses_the_file(ctx: Context, tmp_path: Path) -> None:
    """Nothing is saved; the file of bad rows names row and reason in the reader's language."""
    path = tmp_path / "actuals.csv"
    path.write_text(
        "target,value,unit,period\nsh_fashion_scale_2025,1,亿元,2022\nno_such,1,亿元,2022\n"
        "sh_fashion_scale_2025,1,家,{x}\n",
        encoding="utf-8",
    )
    chinese = replace(ctx, language="zh-CN")
    with pytest.raises(InputError) as caught:
        import_file(chinese, path, kind="actuals")
    assert caught.value.code == "files.rows.refused"
    assert [problem.code for problem in caught.value.problems] == [
        "sector.actual.target",
        "sector.period.unreadable",
    ]
    listed = Path(str(caught.value.fields["bad_rows_path"])).read_text(encoding="utf-8-sig")
    assert "no_such" in listed
    assert "{x}" in listed
    assert service.own_actuals(ctx) == ()


@pytest.mark.parametrize("kind", ["targets", "actuals", "tasks"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_template_can_be_imported(
    ctx: Context, tmp_path: Path, kind: str, language: str
) -> None:
    """What we hand out, we take back."""
    path = tmp_path / f"{kind}.xlsx"
    path.write_bytes(template(kind, "xlsx", language))
    report = import_file(ctx, path)
    assert report.kind == kind
    assert report.saved == {kind: 1}
    assert report.unmatched == ()
