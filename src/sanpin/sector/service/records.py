"""Plain records in the caller's language: what CLI, API and flows hand on.

The keys of these records are a promise to programs: they are added to and never renamed. Values are
in base units and plain types; words of vocabularies stay as they are in files, and only names and
sentences are in the reader's language.
"""

from __future__ import annotations

from datetime import date

from sanpin.base import N_
from sanpin.sector.engine import Published
from sanpin.sector.model import Figure, Kind, Mark, Origin, Task
from sanpin.sector.service.paths import figure_path, target_path
from sanpin.sector.service.side import TargetView
from sanpin.sector.service.wording import Wording

__all__ = [
    "figure_record",
    "plain_number",
    "published_record",
    "target_record",
    "task_record",
    "tile_record",
]


def plain_number(value: float | None) -> int | float | None:
    """Whole numbers without a fraction, so that 520 billion is written 520000000000."""
    if value is None:
        return None
    # Up to 15 digits a float is exact; beyond, a whole number would show digits nobody measured.
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def _marks(marks: frozenset[Mark]) -> list[str]:
    """Marks as sorted words, so that equal records are equal as JSON."""
    return sorted(str(mark) for mark in marks)


def published_record(figure: Figure, language: str) -> dict[str, object]:
    """Record of the scoreboard: what one text says, without judgement."""
    return {
        "pillar": str(figure.pillar),
        "indicator": figure.indicator(language),
        "region": figure.scope.region(language),
        "sector": figure.scope.sector(language),
        "kind": str(figure.kind),
        "value": plain_number(figure.value),
        "unit": str(figure.unit),
        "period": figure.period.text,
        "source": figure.source,
        "id": figure.id,
        "comparator": str(figure.comparator),
        "marks": _marks(figure.marks),
    }


def figure_record(figure: Figure, published: Published, language: str) -> dict[str, object]:
    """Record of one figure with everything that the text says about it."""
    return {
        "id": figure.id,
        **{k: v for k, v in published_record(figure, language).items() if k != "id"},
        "issuer": figure.issuer(language),
        "value_text": figure.value_text,
        "baseline": published.note(figure.baseline, language),
        "note": published.note(figure.note_en, language),
        "title": published.title(figure.source, language),
    }


def target_record(view: TargetView, language: str) -> dict[str, object]:
    """Record of one target with its pace; amounts in base units, paces per year.

    Paces are percent, pieces or points a year as the measure says; `None` means that the texts
    leave it open, which is not the same as zero.
    """
    target, pace = view.target, view.pace
    latest = pace.latest
    stated = view.evidence.stated
    return {
        "id": target.id,
        "indicator": target.indicator(language),
        "region": target.scope.region(language),
        "sector": target.scope.sector(language),
        "target": plain_number(target.value),
        "due": target.period.text_end or None,
        "actual": plain_number(latest.value) if latest else None,
        "actual_period": latest.period.text if latest else None,
        "required_pace": pace.required,
        "last_pace": pace.last,
        "on_pace": pace.on_pace,
        "warnings": Wording(language).cautions(pace.cautions, target.unit),
        "source": target.source,
        "state": str(pace.state),
        "pillar": str(target.pillar),
        "unit": str(target.unit),
        "comparator": str(target.comparator),
        "direction": str(target.direction),
        "measure": str(target.measure),
        "years": pace.years,
        "years_left": pace.years_left,
        "stated_pace": stated.pace if stated else None,
        "path": pace.path,
        "projected": pace.projected,
        "interval": list(pace.interval) if pace.interval else None,
        "progress": pace.progress,
        "actual_ids": list(latest.ids) if latest else [],
        "marks": _marks(target.marks),
        "origin": str(target.origin),
    }


def task_record(task: Task, language: str, as_of: date) -> dict[str, object]:
    """Record of one task with its state and evidence."""
    status = task.status
    return {
        "id": task.id,
        "task": task.text(language),
        "region": task.region(language),
        "pillar": str(task.pillar),
        "lead_unit": list(task.lead(language)),
        "supporting_units": list(task.support(language)),
        "period": task.period.text,
        "due": task.due.isoformat() if task.due else None,
        "state": str(status.state),
        "overdue": task.overdue(as_of),
        "evidence": status.evidence,
        "link": status.link,
        "file": status.file,
        "by": status.by,
        "at": status.at.isoformat() if status.at else None,
        "article": task.article(language),
        "industries": list(task.industries),
        "source": task.source,
        "origin": str(task.origin),
    }


def tile_record(
    figure: Figure,
    view: TargetView | None,
    region: str,
    wording: Wording,
    published: Published,
) -> dict[str, object]:
    """Record of one tile: a figure, or a target beside its newest actual.

    Parameters
    ----------
    figure : what the tile shows; for a target it gives label and place
    view : judgement when the figure is a target, else None
    region : English name of the region that was asked for
    wording : writer in the reader's language
    published : gives the title of the source
    """
    language = wording.language
    latest = view.pace.latest if view else None
    shown = latest.value if latest else figure.value
    number, unit = wording.parts(shown, figure.unit)
    return {
        "id": figure.id,
        "label": figure.indicator(language),
        "value": number,
        "unit": unit,
        "number": plain_number(shown),
        "kind": str(figure.kind),
        "pillar": str(figure.pillar),
        "region": figure.scope.region(language),
        "sector": figure.scope.sector(language),
        "own_region": figure.scope.region_en == region,
        "period": wording.period(latest.period if latest else figure.period),
        "source": published.title(figure.source, language),
        "link": _link(figure, view),
        "note": _tile_note(figure, view, region, wording),
        **_target_part(view, wording),
    }


def _tile_note(figure: Figure, view: TargetView | None, region: str, wording: Wording) -> str:
    """What must stand under the value: whose figure it is, and that it is only planned."""
    notes = []
    if figure.scope.region_en != region:
        notes.append(figure.scope.region(wording.language))
    if view is not None and view.pace.latest is None:
        notes.append(wording.translator.text(N_("planned; no actual is published")))
    return " · ".join(notes)


def _link(figure: Figure, view: TargetView | None) -> str:
    """Address of the page behind a tile: an own target has no page among the figures."""
    if figure.kind is Kind.TARGET or (view and view.target.origin is Origin.OWN):
        return target_path(figure.id)
    return figure_path(figure.id)


def _target_part(view: TargetView | None, wording: Wording) -> dict[str, object]:
    """Further keys of a tile that shows a target."""
    if view is None:
        return {"is_target": False, "warnings": []}
    target, pace = view.target, view.pace
    return {
        "is_target": True,
        "target": wording.value(target.value, target.unit, target.comparator),
        "target_number": plain_number(target.value),
        "due": target.period.text_end,
        "measured": pace.latest is not None,
        "progress": pace.progress,
        "path": pace.path / target.value if pace.path and target.value else None,
        "state": str(pace.state),
        "state_kind": pace.state.status,
        "state_label": wording.translator.text(pace.state.label),
        "required": wording.pace(pace.required, target),
        "last": wording.pace(pace.last, target),
        "warnings": [wording.caution(one, target.unit) for one in pace.cautions],
    }
