"""Two Runs side by side: what was asked differently, and what came out differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sanpin.base import Run
from sanpin.kit.context import Context
from sanpin.kit.runs.query import get_run

__all__ = ["Difference", "MetricChange", "RunComparison", "compare_runs", "scalars"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs; None where a Run has none."""

    name: str
    a: object
    b: object


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A figure of both Runs; `difference` is b - a, `relative` the share of \\|a\\|.

    Both are None where a figure is missing or not a number, `relative` also where a is 0.
    """

    name: str
    a: object
    b: object
    difference: float | None
    relative: float | None


@dataclass(frozen=True, slots=True)
class RunComparison:
    """The comparison of two Runs: differing parameters, and all figures of either."""

    a: Run
    b: Run
    params: tuple[Difference, ...]
    metrics: tuple[MetricChange, ...]

    @property
    def same_inputs(self) -> bool:
        """Whether both read the same inputs with the same parameters, seed and version."""
        a, b = self.a, self.b
        return not self.params and a.inputs_hash == b.inputs_hash


def scalars(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield the single values among nested ones under dotted names.

    A figure that is kept with its unit, period and formula counts as its value; lists are left
    out, since they are contents rather than figures.

    Parameters
    ----------
    values : parameters or figures, as a Run keeps them
    prefix : names of the levels above, each with its dot
    """
    for name, value in values.items():
        if isinstance(value, Mapping) and {"value", "unit"} <= value.keys():
            yield prefix + name, value["value"]
        elif isinstance(value, Mapping):
            yield from scalars(value, f"{prefix}{name}.")
        elif not isinstance(value, list | tuple):
            yield prefix + name, value


def _figures(run: Run) -> dict[str, object]:
    """Return the figures of a Run by name; texts among what it kept are none."""
    return {name: value for name, value in scalars(run.metrics) if not isinstance(value, str)}


def _number(value: object) -> float | None:
    """Value as a number; truth values are none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _change(name: str, a: object, b: object) -> MetricChange:
    """Figure of both Runs with its difference."""
    first, second = _number(a), _number(b)
    if first is None or second is None:
        return MetricChange(name, a, b, None, None)
    difference = second - first
    return MetricChange(name, a, b, difference, difference / abs(first) if first else None)


def compare_runs(ctx: Context, a: str, b: str) -> RunComparison:
    """Compare two Runs by id, in the order of their own figures.

    Seed and version are compared like parameters. Nested values get dotted names, so that
    ``forecast.rmsse`` of both stand side by side. Lists and texts among the figures are left out.
    """
    first, second = get_run(ctx, a), get_run(ctx, b)
    asked_a = dict(scalars({**first.params, "seed": first.seed, "version": first.version}))
    asked_b = dict(scalars({**second.params, "seed": second.seed, "version": second.version}))
    made_a, made_b = _figures(first), _figures(second)
    return RunComparison(
        first,
        second,
        tuple(
            Difference(name, asked_a.get(name), asked_b.get(name))
            for name in dict.fromkeys([*asked_a, *asked_b])
            if asked_a.get(name) != asked_b.get(name)
        ),
        tuple(
            _change(name, made_a.get(name), made_b.get(name))
            for name in dict.fromkeys([*made_a, *made_b])
        ),
    )
