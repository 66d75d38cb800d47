"""The journey of a thing as its page draws it: words and places, no arithmetic of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sanpin.base import N_
from sanpin.kit.i18n import Translator
from sanpin.trace import service
from sanpin.trace.model.drawings import Mark, Strip
from sanpin.trace.pages.words import CONDITIONS, SENSES, measured, step_of

__all__ = ["drawn", "event_rows", "map_spec", "moment"]

_LANE = 48
_STRIP = 60
_HEAD = 6
_DAYS = 86_400_000_000
# Words in the title of a dot that stands for many events.
_NAMED = 4


def moment(micros: int) -> datetime:
    """Instant of microseconds since 1970."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def drawn(words: Translator, view: service.JourneyView) -> dict[str, Any]:
    """Lanes, marks, ways and strips with their heights and words.

    Returns
    -------
    dict
        heights in px, places on the axis in percent
    """
    drawing = view.drawing
    base = _HEAD + _LANE * len(drawing.lanes)
    lanes = [
        {
            "label": view.labels.get(lane.place, lane.place),
            "top": _HEAD + _LANE * number,
            "line": _line(number),
            "stays": lane.stays,
            "marks": [_mark(words, view, mark) for mark in lane.marks],
        }
        for number, lane in enumerate(drawing.lanes)
    ]
    strips = [
        _strip(words, strip, base + 8 + _STRIP * number)
        for number, strip in enumerate(drawing.strips)
    ]
    height = base + 8 + _STRIP * len(strips)
    return {
        "lanes": lanes,
        "moves": [
            {"from": _line(m.source), "to": _line(m.target), "span": m.span} for m in drawing.moves
        ],
        "strips": strips,
        "ticks": _ticks(words, drawing.ticks),
        "height": height + 20,
        "foot": height,
    }


def _line(number: int) -> int:
    """Height of the line of a lane."""
    return _HEAD + _LANE * number + 28


def _mark(words: Translator, view: service.JourneyView, mark: Mark) -> dict[str, Any]:
    """Dot of one or several events, with its words and where it leads."""
    lines = [view.lines[number] for number in mark.steps]
    steps = list(dict.fromkeys(step_of(words, line.step, line.type) for line in lines))
    said = ", ".join(steps[:_NAMED]) + (" …" if len(steps) > _NAMED else "")
    first, last = lines[0], lines[-1]
    when = words.datetime(_instant(first.time))
    if last.time != first.time:
        when = f"{when} – {words.datetime(_instant(last.time))}"
    if mark.declared:
        said = words.text(N_("{step}, declared wrong"), step=said)
    href = "#trace-events" if len(lines) > 1 else f"/trace/event?{urlencode({'id': first.id})}"
    many = f"×{words.number(len(lines))} " if len(lines) > 1 else ""
    title = f"{many}{said} · {first.place_label} · {when}"
    return {"at": mark.at, "count": len(lines), "title": title, "href": href,
            "declared": mark.declared}  # fmt: skip


def _instant(text: str) -> datetime:
    """Read an instant of an event line."""
    return datetime.fromisoformat(text)


def _ticks(words: Translator, ticks: Sequence[tuple[float, int]]) -> list[dict[str, Any]]:
    """Name the instants of the axis: days where they lie days apart."""
    step = ticks[1][1] - ticks[0][1] if len(ticks) > 1 else 0
    return [
        {
            "at": at,
            "anchor": "start" if at < 5 else "end" if at > 95 else "middle",
            "word": words.date(moment(time).astimezone(words.zone), year=step > 60 * _DAYS)
            if step >= _DAYS
            else words.datetime(moment(time)),
        }
        for at, time in ticks
    ]


def _strip(words: Translator, strip: Strip, top: int) -> dict[str, Any]:
    """Curve of a measurement in a box of 100 by 100, with its bounds in words."""
    path = "".join(
        f"{'L' if number else 'M'}{at:.3f} {100 - 100 * height:.2f}"
        for number, (at, height) in enumerate(strip.points)
    )
    dots = strip.points if len(strip.points) < 60 else ()
    low, high = measured(words, strip.low, strip.uom), measured(words, strip.high, strip.uom)
    kind = words.text(SENSES[strip.kind]) if strip.kind in SENSES else strip.kind
    return {
        "top": top,
        "label": f"{kind} · {step_of(words, strip.step, '')}" if strip.step else kind,
        "bounds": low if low == high else f"{low} – {high}",
        "count": strip.count,
        "path": path if len(strip.points) > 1 else "",
        "dots": [(at, round(top + 50 - 30 * height, 1)) for at, height in dots],
        "alarms": [(at, round(top + 50 - 30 * height, 1)) for at, height in strip.alarms],
    }


def event_rows(words: Translator, lines: Sequence[service.EventLine]) -> list[dict[str, Any]]:
    """Rows of the table of events, with words for steps and conditions."""
    return [
        {
            "id": line.id,
            "href": f"/trace/event?{urlencode({'id': line.id})}",
            "time": line.time,
            "step": step_of(words, line.step, line.type),
            "disposition": words.text(CONDITIONS.get(line.disposition, line.disposition)),
            "place": line.place_label,
            "things": line.things,
            "type": line.type,
            "declared": line.declared,
        }
        for line in lines
    ]


def map_spec(words: Translator, view: service.JourneyView, now: str) -> dict[str, Any] | None:
    """Points and ways for the map; None when no place has coordinates.

    Parameters
    ----------
    now : where the thing is
    """
    if not view.stops:
        return None
    points = [
        {
            "id": stop.place,
            "label": stop.label,
            "title": words.text(N_("{place}, here now"), place=stop.label)
            if stop.place == now
            else stop.label,
            "lat": stop.latitude,
            "lon": stop.longitude,
            "now": stop.place == now,
            "href": f"/trace/events?{urlencode({'EQ_bizLocation': stop.place})}",
        }
        for stop in view.stops
    ]
    lines = [
        {"from": leg.source, "to": leg.target, "count": leg.count, "told": leg.told}
        for leg in view.legs
    ]
    return {"points": points, "lines": lines}
