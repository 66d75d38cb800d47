"""Jobs of a sample plant: what is made, how long it takes, and when it is wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

import numpy as np

from sanpin.factory.model import (
    After,
    BatchNeed,
    Fixed,
    Hold,
    Job,
    Mode,
    Operation,
    Outsource,
    Resource,
    WorkerNeed,
)
from sanpin.factory.sample.plants.floor import DAY, JOURNEY, OPEN_SHARE, Floor, drawn
from sanpin.factory.sample.plants.recipes import Recipe, Stage

__all__ = [
    "FILLED",
    "RUNNING",
    "Draws",
    "apportion",
    "draw_orders",
    "horizon",
    "make_jobs",
    "vessels",
]

FILLED = 0.9
"""Share of its open time for which the fullest group of machines is asked."""

LONGEST = 160
"""Minutes of the longest operation: with the slowest worker it still fits into a shift."""

RUNNING = 2
"""Operations that may already run at the origin."""

MADE = 100
"""Pieces of a component from one job: a tenth for each of the nine jobs that follow."""

_SLOW, _MEAN_PACE = 1.15, 1.04
_FULL = 0.6
_AVOIDED = 0.5

_WAITING = 1.5
"""Time for which a tank holds a lot, as a multiple of the work on it: it waits for machines."""


@dataclass(frozen=True, slots=True)
class Draws:
    """What chance decided about each job; a column is drawn whether or not it is used.

    Attributes
    ----------
    good : number of the good
    quantity : pieces
    due : place of the due date between the first and the last one, 0 to 1
    chance : numbers from 0 to 1 for everything else, one row per job
    """

    good: list[int]
    quantity: list[int]
    due: list[float]
    chance: list[list[float]]


def draw_orders(recipe: Recipe, jobs: int, seed: int) -> Draws:
    """Draw what the jobs are: a few goods sell much, most a little."""
    rng = np.random.default_rng([seed, ord(recipe.prefix)])
    share = 1 / np.arange(1, len(recipe.goods) + 1)
    ranks = rng.permutation(len(recipe.goods))
    low, high = recipe.lots
    # Dues come in the order of the jobs with some disorder, as orders are booked.
    due = (np.arange(jobs) + rng.uniform(0, 1 + jobs**0.5, jobs)) / (jobs + 1 + jobs**0.5)
    return Draws(
        ranks[rng.choice(len(recipe.goods), jobs, p=share / share.sum())].tolist(),
        (10 * rng.integers(low // 10, high // 10 + 1, jobs)).tolist(),
        due.tolist(),
        rng.random((jobs, 4 + len(recipe.groups))).round(6).tolist(),
    )


def minutes(stage: Stage, quantity: int) -> int:
    """Return the work of a stage on a machine of the usual pace."""
    return round(stage.pace) if stage.room else min(max(5, ceil(quantity * stage.pace / 100)), 139)


def _asked(recipe: Recipe, draws: Draws, features: Collection[str]) -> dict[str, float]:
    """Return the minutes that the jobs ask of each group, with half of the usual set-ups."""
    asked = {stage.group: 0.0 for stage in recipe.groups}
    jobs = len(draws.quantity)
    for at, stage in enumerate(recipe.stages):
        both = [one for one in (stage, stage.instead) if one is not None]
        # Jobs that make components end after the first stage.
        share = 0.9 if at and "production" in features else 1.0
        for one in both:
            setup = _AVOIDED * _usual_setup(recipe, one) if "setups" in features else 0.0
            if one.room and "ovens" in features:
                loads = sum(_size(one, quantity) for quantity in draws.quantity) / one.room / _FULL
                work = (one.pace + setup) * loads
            else:
                work = sum(minutes(one, quantity) for quantity in draws.quantity) * _MEAN_PACE
                work += setup * jobs
            asked[one.group] = share * work / len(both)
    return asked


def _usual_setup(recipe: Recipe, stage: Stage) -> float:
    """Return the mean change-over between two different goods."""
    means = []
    for name in stage.attributes:
        lengths = [n for row in recipe.changeovers[name].matrix().values() for n in row.values()]
        means.append(sum(lengths) / len(lengths))
    return sum(means) if stage.combine == "sum" else max(means, default=0.0)


def _open_share(stage: Stage, features: Collection[str]) -> float:
    """Return the share of time in which a group works."""
    return OPEN_SHARE if "calendars" in features and not stage.room else 1.0


def apportion(
    recipe: Recipe, machines: int, draws: Draws, features: Collection[str]
) -> dict[str, int]:
    """Return how many machines each group has: always one more where there is most to do."""
    asked = _asked(recipe, draws, features)
    needs = {s.group: asked[s.group] / _open_share(s, features) for s in recipe.groups}
    counts = dict.fromkeys(needs, 1)
    for _ in range(machines - len(counts)):
        counts[max(counts, key=lambda group: needs[group] / counts[group])] += 1
    return counts


def horizon(
    recipe: Recipe, counts: Mapping[str, int], draws: Draws, features: Collection[str]
) -> int:
    """Return the minutes in which the fullest group is `FILLED`; at least two days."""
    asked = _asked(recipe, draws, features)
    spans = [
        asked[s.group] / (counts[s.group] * _open_share(s, features) * FILLED)
        for s in recipe.groups
    ]
    return max(2 * DAY, ceil(max(spans)))


def vessels(
    recipe: Recipe,
    counts: Mapping[str, int],
    draws: Draws,
    length: int,
    features: Collection[str],
) -> dict[str, int]:
    """Return how many tanks of each name keep up with the machines, by what they must hold."""
    found = {}
    for stage, following in pairwise(recipe.stages):
        if stage.tank:
            work = sum(minutes(stage, n) + minutes(following, n) for n in draws.quantity)
            rest = len(draws.quantity) * following.lag[1] if "lags" in features else 0
            held = _WAITING * work / _open_share(following, features) + rest
            found[stage.tank] = max(2 * counts[stage.group] + 1, ceil(held / (FILLED * length)))
    return found


def make_jobs(
    recipe: Recipe, floor: Floor, draws: Draws, length: int, features: Collection[str]
) -> Iterator[Job]:
    """Yield the jobs; `length` is the minutes until the last due date."""
    for number, quantity in enumerate(draws.quantity):
        good = recipe.goods[draws.good[number]]
        # Every tenth job makes a component for the nine that follow it.
        makes = "production" in features and number % 10 == 0
        maker = _Maker(recipe, floor, number, quantity, good, draws.chance[number], features)
        operations = maker.component() if makes else maker.operations()
        yield _dated(
            Job(
                f"{recipe.prefix}{number + 1:05}",
                tuple(operations),
                item=f"{recipe.component.upper()}-{good['name']}" if makes else good["name"],
                quantity=quantity,
                alternatives=() if makes else tuple(maker.alternatives),
            ),
            draws,
            number,
            length,
            features,
        )


def _dated(job: Job, draws: Draws, number: int, length: int, features: Collection[str]) -> Job:
    """Set release, due date and weights of a job, and the limits of some jobs."""
    chance = draws.chance[number]
    work = sum(max((mode.duration for mode in op.modes), default=0) for op in job.operations)
    waits = sum(after.min_lag for op in job.operations for after in op.after)
    # Waits pass while the plant is closed, work does not.
    lead = ceil(1.3 * work / (OPEN_SHARE if "calendars" in features else 1)) + waits
    due = lead + round(draws.due[number] * max(0, length - lead))
    release = 0 if job.operations[0].fixed else max(0, due - round((2.5 + 2 * chance[0]) * lead))
    job = replace(
        job,
        release=release,
        due=due,
        weight=1 + int(5 * chance[1] ** 2),
        earliness_weight=0.1 if "earliness" in features else 0,
        priority=int(3 * chance[2]),
        deadline=due + 2 * length + 14 * DAY
        if "deadlines" in features and chance[3] < 0.1
        else None,
    )
    if "bounds" in features and chance[3] > 0.9 and not job.operations[0].fixed:
        first = replace(job.operations[0], earliest=release + 60)
        last = replace(job.operations[-1], latest=due + 3 * length + 14 * DAY)
        middle = job.operations[1:-1]
        if len(job.operations) > 1:
            job = replace(job, operations=(first, *middle, last))
    return job


@dataclass
class _Maker:
    """The operations of one job."""

    recipe: Recipe
    floor: Floor
    number: int
    quantity: int
    good: Mapping[str, str]
    chance: Sequence[float]
    features: Collection[str]

    def __post_init__(self) -> None:
        self.alternatives: list[tuple[str, ...]] = []

    def component(self) -> Iterator[Operation]:
        """Yield the one operation of a job that makes a component."""
        stage = self.recipe.stages[0]
        made = {f"{self.recipe.component}-{self._kin()}": MADE}
        yield replace(self._operation(stage, "10", ()), hold=None, produces=made)

    def operations(self) -> Iterator[Operation]:
        """Yield the operations in order, with those of the other routing."""
        before: tuple[str, ...] = ()
        for at, stage in enumerate(self.recipe.stages):
            name, other = str(10 * (at + 1)), f"{10 * (at + 1)}b"
            op = self._operation(stage, name, before)
            yield op if at else replace(op, consumes=self._consumes())
            if stage.instead is None:
                before = (name,)
                continue
            instead = replace(stage.instead, lag=stage.lag, wait=stage.wait)
            yield self._operation(instead, other, before)
            self.alternatives = [(name,), (other,)]
            before = (name, other)

    def _operation(self, stage: Stage, name: str, before: tuple[str, ...]) -> Operation:
        """Return the operation of one stage."""
        has, good = self.features, self.good
        oven = bool(stage.room) and "ovens" in has
        machines = self._machines(stage)
        op = Operation(
            name,
            modes=tuple(self._mode(stage, machine) for machine in machines),
            worker=WorkerNeed(stage.skill) if stage.skill and "workers" in has else None,
            setup_worker="setting" if stage.setter and "setup_workers" in has else "",
            tool=f"{stage.group}-{good[stage.tool]}" if stage.tool and "tools" in has else "",
            attributes={key: good[key] for key in stage.attributes} if "setups" in has else {},
            resumable=stage.rests and "resumable" in has,
            after=tuple(self._after(stage, each) for each in before),
            batch=BatchNeed(good[stage.batch], _size(stage, self.quantity)) if oven else None,
            hold=self._hold(stage, name),
        )
        if stage.outside and "outsourcing" in has and self.chance[-1] < 0.25:
            away = Outsource(3 * DAY, 40 + self.quantity // 5 if "costs" in has else 0)
            op = replace(op, outsource=away)
        if not before and self._runs:
            start = 360 if "calendars" in has else 0
            op = replace(op, fixed=Fixed(machines[0].id, start))
        return op

    @property
    def _runs(self) -> bool:
        """Whether its first operation already runs at the origin, on a machine of its own."""
        return "fixed" in self.features and self.number < min(
            RUNNING, len(self.floor.groups[self.recipe.stages[0].group])
        )

    def _machines(self, stage: Stage) -> list[Resource]:
        """Return the machines that can do it: up to four of the group, side by side."""
        group = self.floor.groups[stage.group]
        if stage is self.recipe.stages[0] and self._runs:
            return [group[self.number]]
        place = [each.group for each in self.recipe.groups].index(stage.group)
        at = int(self.chance[4 + place] * len(group))
        return [group[(at + step) % len(group)] for step in range(min(4, len(group)))]

    def _mode(self, stage: Stage, machine: Resource) -> Mode:
        """Return how a machine does it; every fourth one is older and slower, but cheap."""
        slow = not stage.room and int(machine.id[-2:]) % 4 == 0
        duration = ceil(minutes(stage, self.quantity) * _SLOW) if slow else minutes(
            stage, self.quantity)  # fmt: skip
        cost = (1 if slow else 3) if "costs" in self.features else 0
        amount = drawn(stage, _size(stage, self.quantity), self.features)
        uses = {stage.pool: amount} if stage.pool and "pools" in self.features else {}
        return Mode(machine.id, min(duration, LONGEST), cost, uses)

    def _after(self, stage: Stage, before: str) -> After:
        """Return the link to the operation before, as far as the features have it."""
        low, high = stage.lag if "lags" in self.features else (0, 0)
        share = stage.transfer if "transfer" in self.features else None
        wait = stage.wait if "waits" in self.features else None
        lag = low + round(self.chance[2] * (high - low))
        # A journey to the other plant counts into the longest wait.
        return After(before, lag, None if wait is None else lag + wait + JOURNEY, share)

    def _hold(self, stage: Stage, name: str) -> Hold | None:
        """Return the vessel that keeps the result until the next stage has emptied it."""
        vessels = self.floor.tanks.get(stage.tank) if stage.tank else None
        if not vessels:
            return None
        tank = vessels[self.number % len(vessels)]
        return Hold(tank.id, self.quantity, str(int(name) + 10), source="start", until_end=True)

    def _consumes(self) -> dict[str, int]:
        """Return what the first operation uses: bought material, and a component of one before."""
        uses = {}
        if "materials" in self.features:
            uses[self.good[self.recipe.material]] = self.quantity
        if "production" in self.features and not self._runs:
            uses[f"{self.recipe.component}-{self._kin()}"] = MADE // 10
        return uses

    def _kin(self) -> int:
        """Return the number of the component that this job makes or uses."""
        return self.number // 10 % 8


def _size(stage: Stage, quantity: int) -> int:
    """Return the room that a lot takes in an oven, at most all of it."""
    return min(stage.room, max(1, ceil(quantity / 100)))
