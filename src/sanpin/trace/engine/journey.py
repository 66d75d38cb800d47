"""Lay a life out on one axis of time: a lane for each place, marks, stays, ways between lanes.

The numbers are percents of the axis, so that the drawing is as wide as the window that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sanpin.trace.engine.sensors import strips_of
from sanpin.trace.model.drawings import Journey, Lane, Mark, Move, Reading, Span, Step

__all__ = ["lay_out", "legs_of"]

_DAY = 86_400_000_000
_HOUR = _DAY // 24
# Steps between two ticks, from a second to ten years.
_STEPS = (
    1_000_000, 5_000_000, 15_000_000, 60_000_000, 300_000_000, 900_000_000, _HOUR, 3 * _HOUR,
    6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY, 91 * _DAY, 365 * _DAY,
    3653 * _DAY,
)  # fmt: skip
_TICKS = 5
# Marks that are nearer than this would lie on one another on a phone; in percent.
_NEAR = 2.6
_RIM = 0.03


def lay_out(
    steps: Sequence[Step], readings: Iterable[Reading] = (), *, single: bool, shift: int = 0
) -> Journey:
    """Lay out a life.

    Parameters
    ----------
    steps : events in order of time
    readings : what sensors measured
    single : whether the thing is at one place at a time; a lot may be at many
    shift : offset of the reader's zone, microseconds, so that days begin at midnight

    Returns
    -------
    Journey
        without lanes when no event names a place
    """
    measured = list(readings)
    times = [step.time for step in steps] + [one.time for one in measured]
    if not steps:
        return Journey()
    start, end = min(times), max(times)
    rim = max(int((end - start) * _RIM), 0 if end > start else _HOUR)
    start, end = start - rim, end + rim
    places = list(dict.fromkeys(step.place for step in steps if step.place))
    lanes = tuple(
        Lane(
            place,
            tuple(_marks(steps, place, start, end)),
            tuple(_stays(steps, place, start, end, single=single)),
        )
        for place in places
    )
    moves = tuple(
        Move(places.index(steps[a].place), places.index(steps[b].place),
             Span(_at(steps[a].time, start, end), _at(steps[b].time, start, end)))
        for a, b in legs_of(steps, single=single)
    )  # fmt: skip
    return Journey(
        lanes, moves, tuple(_ticks(start, end, shift)), tuple(strips_of(measured, start, end))
    )


def _at(time: int, start: int, end: int) -> float:
    """Place of an instant on the axis, in percent."""
    return round(100 * (time - start) / (end - start), 3)


def _marks(steps: Sequence[Step], place: str, start: int, end: int) -> Iterator[Mark]:
    """Join events at one place that stand too near to one another."""
    for declared in (False, True):
        group: list[int] = []
        first = 0.0
        for number, step in enumerate(steps):
            if step.place != place or step.declared is not declared:
                continue
            at = _at(step.time, start, end)
            if group and at - first > _NEAR:
                yield Mark(first, tuple(group), declared)
                group = []
            first = at if not group else first
            group.append(number)
        if group:
            yield Mark(first, tuple(group), declared)


def _stays(
    steps: Sequence[Step], place: str, start: int, end: int, *, single: bool
) -> Iterator[Span]:
    """From when until when something was at a place, as far as events tell."""
    good = [step for step in steps if step.place and not step.declared]
    if not single:
        here = [step.time for step in good if step.place == place]
        if len(here) > 1:
            yield Span(_at(here[0], start, end), _at(here[-1], start, end))
        return
    began: int | None = None
    last = 0
    for step in good:
        if step.place != place:
            if began is not None and last > began:
                yield Span(_at(began, start, end), _at(last, start, end))
            began = None
            continue
        began, last = step.time if began is None else began, step.time
    if began is not None:
        # Where it was seen last, it still is, unless it was sent away.
        yield Span(_at(began, start, end), _at(last, start, end) if good[-1].leaves else 100.0)


def legs_of(steps: Sequence[Step], *, single: bool) -> Iterator[tuple[int, int]]:
    """Pairs of events between which something went from one place to another.

    A single thing goes from event to event. Of a lot, what arrives somewhere came from where
    something was sent away last.
    """
    before: int | None = None
    for number, step in enumerate(steps):
        if not step.place or step.declared:
            continue
        if before is not None and steps[before].place != step.place and (single or step.arrives):
            yield before, number
        if single or step.leaves or before is None:
            before = number


def _ticks(start: int, end: int, shift: int) -> Iterator[tuple[float, int]]:
    """Round instants on the axis, at most so many."""
    step = next((one for one in _STEPS if (end - start) / one <= _TICKS), _STEPS[-1])
    time = -(-(start + shift) // step) * step - shift
    while time <= end:
        yield _at(time, start, end), time
        time += step
