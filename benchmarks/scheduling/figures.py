"""Means of ratios; what was not solved is counted apart and never part of a mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

__all__ = ["against", "figure", "geometric_mean", "outcome", "select", "share", "worst"]

Record = Mapping[str, Any]


def geometric_mean(values: Iterable[float]) -> float | None:
    """Return the geometric mean of positive numbers, or nothing of none."""
    logarithms = [math.log(value) for value in values]
    return round(math.exp(math.fsum(logarithms) / len(logarithms)), 4) if logarithms else None


def select(records: Iterable[Record], **wanted: Any) -> list[Record]:
    """Return the records whose named fields have these values."""
    return [
        record for record in records if all(record.get(key) == each for key, each in wanted.items())
    ]


def solved(record: Record) -> bool:
    """Tell whether a run ended with a schedule that the checker accepts."""
    return bool(record.get("valid"))


def outcome(records: Sequence[Record]) -> dict[str, Any]:
    """Return how many were solved, and their distance to the best known value.

    Returns
    -------
    ``geometric_mean_ratio`` and ``mean_gap_percent`` over runs with a published value above 0;
    ``seed_range``, the least and greatest geometric mean of one seed, when there are several.
    """
    ratios = {id(r): r["ratio"] for r in records if solved(r) and r.get("ratio")}
    found: dict[str, Any] = {
        "runs": len(records),
        "solved": sum(map(solved, records)),
        "unsolved": sum(not r.get("placed") for r in records),
        "invalid": sum(bool(r.get("placed")) and not solved(r) for r in records),
        "geometric_mean_ratio": geometric_mean(ratios.values()),
        "mean_gap_percent": None,
    }
    if ratios:
        found["mean_gap_percent"] = round(
            100 * math.fsum(ratio - 1 for ratio in ratios.values()) / len(ratios), 3
        )
    seeds = sorted({r["seed"] for r in records})
    if len(seeds) > 1:
        means = [
            geometric_mean(ratios[id(r)] for r in records if r["seed"] == seed and id(r) in ratios)
            for seed in seeds
        ]
        known = [mean for mean in means if mean is not None]
        found["seed_range"] = [min(known), max(known)] if known else None
    return found


def against(ours: Sequence[Record], theirs: Sequence[Record]) -> dict[str, Any]:
    """Compare objectives instance by instance: the geometric mean of ours to theirs.

    A ratio needs two values above 0. Where one side reached 0 the pair is counted apart.
    """
    other = {record["instance"]: record for record in theirs}
    ratios: list[float] = []
    counts = dict.fromkeys(
        ("theirs_unsolved", "ours_unsolved", "both_zero", "ours_zero", "theirs_zero"), 0
    )
    for record in ours:
        rival = other.get(record["instance"])
        if rival is None:
            continue
        if not solved(record):
            counts["ours_unsolved"] += 1
        elif not solved(rival):
            counts["theirs_unsolved"] += 1
        else:
            kind, ratio = _compare(record["objective"], rival["objective"])
            if kind:
                counts[kind] += 1
            else:
                ratios.append(ratio)
    return {
        "compared": len(ratios),
        "geometric_mean_ratio": geometric_mean(ratios),
        **{name: count for name, count in counts.items() if count},
    }


def _compare(ours: float, theirs: float) -> tuple[str, float]:
    """Return the ratio, or the kind of a pair that has none."""
    if ours > 0 and theirs > 0:
        return "", ours / theirs
    if ours <= 0 and theirs <= 0:
        return "both_zero", 1.0
    return ("ours_zero", 0.0) if ours <= 0 else ("theirs_zero", 0.0)


def figure(
    value: float | None,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    of: Record | None = None,
) -> dict[str, Any]:
    """Return a figure with what was claimed; `met` is nothing where there is no value.

    Parameters
    ----------
    of : the outcome or comparison that a mean comes from. What we did not solve is part of no
        mean, but no claim is met without it. Where only the other side solved nothing there is
        no value, and the claim is met.
    """
    found: dict[str, Any] = {"value": value}
    met: list[bool] = []
    if at_most is not None:
        found["at_most"] = at_most
        met.append(value is not None and value <= at_most)
    if at_least is not None:
        found["at_least"] = at_least
        met.append(value is not None and value >= at_least)
    lost = sum((of or {}).get(name, 0) for name in ("ours_unsolved", "unsolved", "invalid"))
    alone = (of or {}).get("theirs_unsolved", 0)
    if lost:
        found["lost"] = lost
    if alone:
        found["alone"] = alone
    if lost:
        return found | {"met": False}
    return found | {"met": all(met) if value is not None else True if alone else None}


def share(records: Iterable[Record], test: Callable[[Record], bool]) -> float | None:
    """Return the share of records that pass a test, or nothing of none."""
    tested = [test(record) for record in records]
    return round(sum(tested) / len(tested), 4) if tested else None


def worst(records: Iterable[Record], *names: str) -> float | None:
    """Return the greatest value under a name, or a path of names, that the records have."""
    found: list[float] = []
    for record in records:
        value: Any = record
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            found.append(value)
    return max(found, default=None)
