"""Commands of the domain: ``sanpin sector targets | figures | tasks | task set | regions``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from sanpin.base import N_
from sanpin.kit.cli import current_context, print_result, say

if TYPE_CHECKING:
    from sanpin.kit.context import Context
    from sanpin.sector.service import TargetView

__all__ = ["app"]

app = App(name="sector", help=N_("Targets, actuals and tasks of regions and industries."))
_task = App(name="task", help=N_("Record where a task stands."))
app.command(_task)

PillarName = Literal["variety", "quality", "brand", "scale", "digital", "green", "chain", "none"]
TargetStateName = Literal["reached", "on_pace", "behind", "overdue", "unknown"]
TaskStateName = Literal["open", "in_progress", "done", "blocked"]
KindName = Literal["target", "actual", "growth", "share", "ratio", "rank", "count"]
Region = Annotated[str | None, Parameter(help=N_("Region, in English or Chinese."))]
Industry = Annotated[str | None, Parameter(help=N_("Industry, by id or name."))]
Pillar = Annotated[PillarName | None, Parameter(help=N_("Pillar or field."))]


@app.command
def targets(
    *,
    region: Region = None,
    pillar: Pillar = None,
    industry: Industry = None,
    state: TargetStateName | None = None,
    as_of: date | None = None,
) -> None:
    """List targets with actuals and the pace they need.

    Parameters
    ----------
    state
        Only targets that stand so.
    as_of
        Day of the judgement; the workspace's day by default.
    """
    from sanpin.sector import service

    with current_context() as ctx:
        views = service.targets(ctx, region, pillar, industry, as_of, state)
        records = [service.target_record(view, ctx.language) for view in views]
        print_result({"targets": records}, lambda: _target_lines(ctx, views))


def _target_lines(ctx: Context, views: Sequence[TargetView]) -> str:
    from sanpin.sector.service import Wording

    wording = Wording(ctx.language)
    lines = []
    for view in views:
        target, pace = view.target, view.pace
        actual = wording.value(pace.latest.value, target.unit) if pace.latest else "–"
        value = wording.value(target.value, target.unit, target.comparator)
        state = wording.translator.text(pace.state.label)
        lines += [
            f"{target.id}  {target.indicator(ctx.language)}, {target.scope.region(ctx.language)}",
            f"    {state}: {actual} → {value} ({target.period.text_end or '–'})"
            + say(N_(", needs {required}, last {last}"),
                  required=wording.pace(pace.required, target),
                  last=wording.pace(pace.last, target)),
            *(f"    ▲ {wording.caution(one, target.unit)}" for one in pace.cautions),
        ]  # fmt: skip
    return "\n".join(lines)


@app.command
def figures(
    *,
    region: Region = None,
    pillar: Pillar = None,
    industry: Industry = None,
    kind: KindName | None = None,
) -> None:
    """List published figures.

    Parameters
    ----------
    kind
        Only figures of this kind.
    """
    from sanpin.sector import service

    with current_context() as ctx:
        found = service.figures(ctx, region, pillar, industry, kind)
        library = service.library()
        records = [service.figure_record(one, library, ctx.language) for one in found]
        wording = service.Wording(ctx.language)

        def lines() -> str:
            return "\n".join(
                f"{one.id}  {one.scope.region(ctx.language)} · {one.scope.sector(ctx.language)} · "
                f"{one.indicator(ctx.language)}: "
                f"{wording.value(one.value, one.unit, one.comparator)} ({one.period.text or '–'})"
                for one in found
            )

        print_result({"figures": records}, lines)


@app.command
def tasks(
    *,
    region: Region = None,
    pillar: Pillar = None,
    state: TaskStateName | None = None,
    lead: str | None = None,
    period: str | None = None,
    industry: Industry = None,
) -> None:
    """List tasks with lead units, windows, states and evidence.

    Parameters
    ----------
    state
        Only tasks that stand so.
    lead
        Leading unit, or part of its name.
    period
        Window as the text writes it, such as 2022..2025.
    """
    from sanpin.sector import service

    with current_context() as ctx:
        found = service.tasks(ctx, region, pillar, state, lead, period, industry)
        day = service.as_of_day(ctx)
        records = [service.task_record(one, ctx.language, day) for one in found]

        def lines() -> str:
            return "\n".join(
                f"{one.id}  {say(one.status.state.label)}  {one.text(ctx.language)} "
                f"({', '.join(one.lead(ctx.language)) or '–'}; {one.period.text or '–'})"
                for one in found
            )

        print_result({"tasks": records}, lines)


@_task.command(name="set")
def set_task(
    task_id: Annotated[str, Parameter(name="ID")],
    *,
    state: TaskStateName,
    evidence: str = "",
    link: str = "",
    file: str = "",
    due: date | None = None,
) -> None:
    """Record where a task stands; done needs evidence, a link or a file reference.

    Parameters
    ----------
    task_id
        The task, by the id that `tasks` shows.
    evidence
        What was done.
    link
        Web address of a proof.
    file
        Reference of a document in your own archive.
    due
        A milestone of your own.
    """
    from sanpin.sector import service

    with current_context() as ctx:
        task = service.set_task_state(
            ctx, task_id, state, evidence=evidence, link=link, file=file, due=due
        )
        record = service.task_record(task, ctx.language, service.as_of_day(ctx))
        print_result(
            record, lambda: f"{task.id}  {say(task.status.state.label)}  {task.text(ctx.language)}"
        )


@app.command
def regions() -> None:
    """List the regions that have figures."""
    from sanpin.sector import service

    with current_context() as ctx:
        found = service.regions(ctx)
        print_result({"regions": found}, lambda: "\n".join(one["name"] for one in found))


@app.command
def industries() -> None:
    """List the industries and their parts."""
    from sanpin.sector import service

    with current_context() as ctx:
        found = service.industries(ctx)
        print_result(
            {"industries": found},
            lambda: "\n".join(f"{one['id']:<16}{one['name']}" for one in found),
        )
