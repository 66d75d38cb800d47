"""Bounds of the terms that the ends of jobs decide: how many can be done by when?

On a group of resources, the earliest instants by which one, two, three ... jobs can be done are
known (`shortest`). Whoever is done when, jobs matched with these instants in order of their due
dates are late by the least sum, since being late is convex. Weights are added up in layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.bounds.flat import Flat
from sanpin.factory.engine.bounds.groups import Group
from sanpin.factory.engine.bounds.kernels import FAR, shortest

__all__ = ["Ends", "job_ends"]

Ints = NDArray[np.int64]

LAYERS = 8
"""Layers that the weights of jobs are cut into."""

PICKS = 24
"""Groups that share the jobs among them, those with the most work first."""


def job_ends(flat: Flat) -> Ints:
    """Return the earliest end of each job if only the job and calendars bind."""
    problem = flat.problem
    found = np.zeros(len(problem.jobs), np.int64)
    np.maximum.at(found, flat.job_of[flat.certain], flat.ends[flat.certain])
    at = 0
    for number, job in enumerate(problem.jobs):
        if job.alternatives:
            ends = {op.id: flat.ends[at + place] for place, op in enumerate(job.operations)}
            least = min(
                max((ends[name] for name in names), default=0) for names in job.alternatives
            )
            found[number] = max(found[number], least)
        at += len(job.operations)
    return found


@dataclass(frozen=True, slots=True)
class _Share:
    """Jobs that need a group: number, head, work and least tail of each."""

    group: Group
    jobs: Ints
    heads: Ints
    work: Ints
    tails: Ints

    def without(self, taken: NDArray[np.bool_]) -> _Share:
        """Return the share of the jobs that are not yet taken."""
        left = ~taken[self.jobs]
        return _Share(
            self.group, self.jobs[left], self.heads[left], self.work[left], self.tails[left]
        )

    def instants(self, chosen: NDArray[np.bool_]) -> Ints:
        """Return the earliest instants by which one, two, ... chosen jobs leave the group."""
        return shortest(
            self.heads[chosen], self.work[chosen], 0, self.group.times, self.group.works
        )


class Ends:
    """Bounds from the earliest end of each job, made better on groups of resources.

    Parameters
    ----------
    flat, found : the problem and all its groups
    """

    def __init__(self, flat: Flat, found: Sequence[Group]) -> None:
        self.flat, self.ends = flat, job_ends(flat)
        jobs = flat.problem.jobs
        self.due = np.array([FAR if job.due is None else job.due for job in jobs], np.int64)
        self.release = np.array([job.release for job in jobs], np.int64)
        self.weight = np.array([job.weight for job in jobs], float)
        heavy = sorted(
            found, key=lambda group: -int(group.work.sum()) / max(1, len(group.resources))
        )
        self.shares = [self._share(group) for group in heavy[:PICKS]]

    def _share(self, group: Group) -> _Share:
        """Add up what each job needs of a group."""
        jobs, at = np.unique(self.flat.job_of[group.ops], return_inverse=True)
        heads, tails = np.full(len(jobs), FAR), np.full(len(jobs), FAR)
        np.minimum.at(heads, at, self.flat.starts[group.ops])
        np.minimum.at(tails, at, self.flat.tails[group.ops])
        work = np.zeros(len(jobs), np.int64)
        np.add.at(work, at, group.work)
        return _Share(group, jobs, heads, work, tails)

    def _disjoint(self) -> Iterator[_Share]:
        """Yield shares that have no job in common, those with the most work first."""
        taken = np.zeros(len(self.due), bool)
        for share in self.shares:
            left = share.without(taken)
            if len(left.jobs) > 1:
                taken[left.jobs] = True
                yield left

    def flow(self) -> float:
        """Return the least sum of time from release to end."""
        total = float((self.ends - self.release).sum())
        for share in self._disjoint():
            done = share.instants(np.ones(len(share.jobs), bool))
            more = int(done.sum() + share.tails.sum() - self.ends[share.jobs].sum())
            total += max(0, more)
        return total

    def tardiness(self) -> float:
        """Return the least weighted sum of lateness."""
        late = np.maximum(0, self.ends - self.due)
        total = float((self.weight * late).sum())
        for share in self._disjoint():
            weights = self.weight[share.jobs]
            below = 0.0
            for layer in _layers(weights[self.due[share.jobs] < FAR]):
                chosen = (weights >= layer) & (self.due[share.jobs] < FAR)
                due = np.sort(self.due[share.jobs][chosen] - share.tails[chosen])
                least = int(np.maximum(0, share.instants(chosen) - due).sum())
                more = least - int(late[share.jobs[chosen]].sum())
                total += (layer - below) * max(0, more)
                below = layer
        return total

    def tardy_jobs(self) -> int:
        """Return the least number of late jobs."""
        late = self.ends > self.due
        total = int(late.sum())
        for share in self._disjoint():
            chosen = self.due[share.jobs] < FAR
            due = np.sort(self.due[share.jobs][chosen] - share.tails[chosen])
            done = share.instants(chosen)
            total += max(0, _late_count(done, due) - int(late[share.jobs[chosen]].sum()))
        return total

    def earliness(self) -> float:
        """Return the least weighted earliness: what a deadline before the due date forces."""
        return float(
            sum(
                job.earliness_weight * max(0, job.due - job.deadline)
                for job in self.flat.problem.jobs
                if job.due is not None and job.deadline is not None
            )
        )


def _layers(weights: NDArray[np.float64]) -> list[float]:
    """Return ascending weights at which layers begin, the least one first."""
    distinct = np.unique(weights[weights > 0])
    if len(distinct) > LAYERS:
        distinct = distinct[np.linspace(0, len(distinct) - 1, LAYERS).astype(int)]
    return [float(weight) for weight in distinct]


def _late_count(done: Ints, due: Ints) -> int:
    """Return how many jobs must be late: the fewest in time are those with the latest dues."""
    low, high = 0, len(done)
    while low < high:
        count = (low + high + 1) // 2
        if (done[:count] <= due[len(due) - count :]).all():
            low = count
        else:
            high = count - 1
    return len(done) - low
