"""Search over targets, figures and tasks, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.search import Hit
from sanpin.sector.model import Figure, Kind, Target, Task
from sanpin.sector.service.paths import figure_path, target_path, task_path
from sanpin.sector.service.side import read_side

__all__ = ["search"]


def search(ctx: Context, text: str, limit: int) -> list[Hit]:
    """Targets, figures and tasks whose words contain the text, in either language.

    Targets come first, since a question is mostly about one; a figure that is a target is not found
    twice.
    """
    needle = text.casefold()
    side = read_side(ctx)

    def hits() -> Iterator[Hit]:
        for target in side.targets.values():
            if _matches(needle, target.id, target.indicator_en, target.indicator_zh):
                yield _target_hit(target, ctx.language)
        for figure in side.published.figures.values():
            if figure.kind is not Kind.TARGET and _matches(
                needle, figure.id, figure.indicator_en, figure.indicator_zh
            ):
                yield _figure_hit(figure, ctx.language)
        for task in side.tasks:
            if _matches(needle, task.id, task.task_en, task.task_zh):
                yield _task_hit(task, ctx.language)

    # Lazily, so that a short text does not write a thousand hits of which twenty are shown.
    return list(islice(hits(), limit))


def _matches(needle: str, *texts: str) -> bool:
    """Whether any of the texts contains the needle, which is in lower case already."""
    return any(needle in text.casefold() for text in texts)


def _place(region: str, sector: str) -> str:
    """Second line of a hit."""
    return f"{region} · {sector}"


def _target_hit(target: Target, language: str) -> Hit:
    scope = target.scope
    return Hit(
        target.indicator(language),
        N_("target"),
        target_path(target.id),
        _place(scope.region(language), scope.sector(language)),
    )


def _figure_hit(figure: Figure, language: str) -> Hit:
    scope = figure.scope
    return Hit(
        figure.indicator(language),
        N_("published figure"),
        figure_path(figure.id),
        _place(scope.region(language), scope.sector(language)),
    )


def _task_hit(task: Task, language: str) -> Hit:
    return Hit(
        task.text(language),
        N_("task"),
        task_path(task.id),
        task.region(language),
    )
