"""Published bounds of the open sets: whoever beats one has a checker that lets mistakes pass.

Our schedules, after a few steps only, stay at or above the published lower bound of their
instance; our own bounds stay at or below the best schedule that anybody has published.
"""

from __future__ import annotations

import csv
import math
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.solve import Params, schedule

Limits = tuple[float, float]
"""Published lower bound and best objective."""

PACKS = {
    # Pack: format, how many of its published instances by default.
    "jsp": ("jsp", 10),
    "fjsp": ("fjsp", 10),
    "fjsp_workers": ("fjsp-w", 5),
    "hfsp": ("hfsp", 5),
}
LARGEST = 12_000
"""Bytes of the instances that are searched by default."""


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table of best known values."""
    with (folder / "best_known" / f"{name}.csv").open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def published(folder: Path, pack: str) -> dict[str, Limits]:
    """Return the published limits of a pack by the instance's name."""
    if pack == "fjsp_workers":
        return {
            row["instance"].removesuffix(".fjs"): (float(row["lb"]), float(row["ub"]))
            for row in rows(folder, pack)
        }
    if pack == "hfsp":
        best = {
            r["instance"]: float(r["bks"]) for r in rows(folder, "shops") if r["problem"] == "HFSP"
        }
        proved = dict.fromkeys(best, 0.0)
        for row in rows(folder, "shops_engine_results_900s"):
            if row["problem"] == "HFSP" and row["lower_bound"]:
                name = row["instance"]
                proved[name] = max(proved[name], float(row["lower_bound"]))
        return {name.removesuffix(".txt"): (proved[name], best[name]) for name in best}
    return {
        row["instance"]: (float(row["lb"]), float(row["ub"]))
        for row in rows(folder, "jsp_fjsp")
        if row["problem"] == pack.upper() and row["lb"] and row["ub"]
    }


def instances(folder: Path, pack: str) -> Iterator[tuple[str, bytes, Limits]]:
    """Yield the published instances of a pack: name, file, limits."""
    limits = published(folder, pack)
    with tarfile.open(folder / f"{pack}.tar.gz") as archive:
        for member in sorted(archive.getmembers(), key=lambda one: one.name):
            name = Path(member.name).stem
            name = name.removesuffix("js") if pack == "jsp" else name
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None and name in limits:
                yield name, file.read(), limits[name]


def stay_within(name: str, content: bytes, form: str, limits: Limits) -> bool:
    """Search an instance for a few steps and hold its figures against the published ones."""
    lower, best = limits
    problem = read_problem(content, form)
    found = schedule(problem, Params(seconds=600, steps=2))
    report = check(problem, found)
    assert report.valid, name
    assert report.objective is not None, name
    assert report.objective == found.objective, name
    assert report.objective >= math.ceil(lower - 1e-6), f"{name}: below what was proved"
    ours = max(found.bound, lower_bounds(problem)["objective"])
    assert ours <= best, f"{name}: our bound lies above a schedule that was published"
    return report.objective <= best


@pytest.mark.parametrize("pack", PACKS)
def test_no_schedule_is_below_and_no_bound_above_what_is_published(open_data, pack):
    form, count = PACKS[pack]
    known = [one for one in instances(open_data / "factory", pack) if len(one[1]) <= LARGEST]
    chosen = known[:: max(1, len(known) // count)]
    assert len(chosen) >= count
    for name, content, limits in chosen:
        stay_within(name, content, form, limits)


def test_the_test_would_notice(open_data):
    """A bound that somebody had proved one above our optimum would be missed by no one."""
    name, content, (lower, best) = next(
        one for one in instances(open_data / "factory", "jsp") if one[0] == "ft06"
    )
    assert stay_within(name, content, "jsp", (lower, best))
    with pytest.raises(AssertionError, match="below what was proved"):
        stay_within(name, content, "jsp", (lower + 1, best))
    with pytest.raises(AssertionError, match="above a schedule"):
        stay_within(name, content, "jsp", (lower - 9, lower - 9))


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.slow
def test_all_published_instances_stay_within_their_limits(open_data, pack, request):
    if request.config.getoption("markexpr") != "slow":
        pytest.skip("searching all published instances takes minutes: pytest -m slow")
    for name, content, limits in instances(open_data / "factory", pack):
        stay_within(name, content, PACKS[pack][0], limits)
