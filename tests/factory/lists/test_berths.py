"""Berths: what must soon follow in an oven has a place there before it is let loose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from tests.factory.kernels import callable_kernel

from sanpin.factory.engine.lists import berths
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant, compile_plant
from sanpin.factory.engine.lists.dispatch import begin, dispatch
from sanpin.factory.engine.lists.layout import Ints
from sanpin.factory.engine.lists.lot import Lot
from sanpin.factory.engine.lists.queues import (
    FOUND_AT,
    FOUND_MODE,
    Q_BERTH,
    hurries_to_ovens,
    make_queues,
)
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import (
    After,
    Attribute,
    BatchNeed,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
)
from sanpin.factory.sample.plants import FEATURES, generate

find, keep = callable_kernel(berths.find_berth), callable_kernel(berths.keep_berth)
leave, runs_into = callable_kernel(berths.leave_berth), callable_kernel(berths.runs_into)

OVENS, ROOM, SPAN = ("a", "b"), 6, 400


def _crowd(random: Random) -> Problem:
    """Return jobs that must go to one of two ovens soon, which draw from two pools."""
    matrix = {"x": {"y": random.randint(0, 9)}, "y": {"x": random.randint(0, 9)}}
    jobs = tuple(
        Job(
            f"j{n}",
            (
                Operation("p", (Mode("m", 5),)),
                Operation(
                    "o",
                    tuple(
                        Mode(oven, random.choice((20, 20, 26)), uses=dict(uses)) for oven in OVENS
                    ),
                    after=(After("p", random.randint(0, 3), random.randint(3, 60)),),
                    batch=BatchNeed(random.choice("uv"), random.randint(1, ROOM)),
                    attributes={"colour": random.choice("xy")},
                ),
            ),
        )
        for n in range(12)
        for uses in [{"cold": random.randint(1, 3), "air": random.randint(1, 2)}]
    )
    ovens = tuple(
        Resource(oven, ResourceKind.OVEN, capacity=ROOM, setup="s", initial={"colour": "x"})
        for oven in OVENS
    )
    pools = tuple(
        Resource(name, ResourceKind.POOL, capacity=random.randint(3, 8)) for name in ("cold", "air")
    )
    table = SetupTable({"colour": Attribute(matrix)})
    return Problem(jobs, (Resource("m"), *ovens, *pools), setups={"s": table})


@dataclass
class _Diary:
    """The same, by looking at every minute.

    Attributes
    ----------
    loads : oven, start, end, and the jobs in it
    """

    problem: Problem
    loads: list[tuple[str, int, int, list[int]]] = field(default_factory=list)

    def best(self, job: int, over: int) -> tuple[int, int]:
        """Return how much too late a job would start, and when."""
        op = self._op(job)
        ready, until = over + op.after[0].min_lag, over + op.after[0].max_lag
        shared = [
            (0, start)
            for mode in op.modes
            for oven, start, end, _ in self.loads
            if oven == mode.machine
            and ready <= start <= until
            and self._joins(job, mode, (oven, start, end))
        ]
        return min(shared) if shared else min(self._own(job, ready, until))

    def _own(self, job: int, ready: int, until: int) -> Iterator[tuple[int, int]]:
        """Yield how late a load of its own would be in each oven, and when."""
        for mode in self._op(job).modes:
            start = next(t for t in range(ready, 10 * SPAN) if self._fits(job, mode, t))
            yield max(0, start - until), start

    def _joins(self, job: int, mode: Mode, load: tuple[str, int, int]) -> bool:
        op = self._op(job)
        others = [self._op(other) for other in self._members(load)]
        return (
            all(op.batch.family == other.batch.family for other in others)
            and all(op.attributes == other.attributes for other in others)
            and sum(other.batch.size for other in others) + op.batch.size <= ROOM
            and load[1] + mode.duration <= load[2]
            and self._has_room(mode, load[1], load[2])
        )

    def _fits(self, job: int, mode: Mode, t: int) -> bool:
        end, colour = t + mode.duration, self._op(job).attributes["colour"]
        before, after = (0, "x"), None
        for oven, start, over, jobs in sorted(self.loads):
            if oven == mode.machine:
                other = self._op(jobs[0]).attributes["colour"]
                if start >= end:
                    after = after or (start, other)
                elif over <= t:
                    before = over, other
                else:
                    return False
        return (
            before[0] + self._change(before[1], colour) <= t
            and (after is None or end + self._change(colour, after[1]) <= after[0])
            and self._has_room(mode, t, end)
        )

    def _has_room(self, mode: Mode, start: int, end: int) -> bool:
        return all(
            self._drawn(pool.id, t) + mode.uses[pool.id] <= pool.capacity
            for pool in self.problem.resources
            if pool.kind is ResourceKind.POOL
            for t in range(start, end)
        )

    def _drawn(self, pool: str, t: int) -> int:
        return sum(
            mode.uses[pool]
            for oven, start, _, jobs in self.loads
            for job in jobs
            for mode in self._op(job).modes
            if mode.machine == oven and start <= t < start + mode.duration
        )

    def _change(self, before: str, after: str) -> int:
        matrix = self.problem.setups["s"].attributes["colour"].matrix
        return 0 if before == after else matrix[before][after]

    def _members(self, load: tuple[str, int, int]) -> list[int]:
        return next(jobs for *key, jobs in self.loads if tuple(key) == load)

    def _op(self, job: int) -> Operation:
        return self.problem.jobs[job].operations[1]


def _over(plant: Plant, lot: Lot, job: int, end: int) -> None:
    """Have the first operation of a job end at an instant."""
    lot.record[2 * job, at.CHOSEN] = plant.op[2 * job, at.MODES]
    lot.record[2 * job, [at.START, at.END, at.WORK]] = end - 5, end, 5


def _take_down(diary: _Diary, plant: Plant, queues: Ints, job: int) -> None:
    """Note the berth that was kept for a job in the diary."""
    mode = (
        diary.problem.jobs[job]
        .operations[1]
        .modes[queues[FOUND_MODE] - plant.op[2 * job + 1, at.MODES]]
    )
    start = int(queues[FOUND_AT])
    for oven, begins, _, jobs in diary.loads:
        if (oven, begins) == (mode.machine, start):
            jobs.append(job)
            return
    diary.loads.append((mode.machine, start, start + mode.duration, [job]))


@pytest.mark.parametrize("seed", range(40))
def test_berths_are_found_as_one_would_by_looking_at_every_minute(seed: int) -> None:
    random = Random(seed)
    problem = _crowd(random)
    plant, diary = compile_plant(problem), _Diary(problem)
    lot, (order, _) = Lot(plant, 0), measure(plant)
    queues = make_queues(plant, order)
    begin(plant.ints, lot.ints, lot.worth, queues, 0)
    for job in range(len(problem.jobs)):
        end = random.randint(5, 120)
        _over(plant, lot, job, end)
        late = find(plant.ints, lot.ints, queues, 2 * job + 1, 1)
        assert (late, queues[FOUND_AT]) == diary.best(job, end)
        keep(plant.ints, lot.ints, queues, 2 * job + 1)
        assert queues[queues[Q_BERTH] + 2 * job + 1] >= 0
        _take_down(diary, plant, queues, job)
        alone = [load for load in diary.loads if len(load[3]) == 1]
        if alone and random.random() < 0.3:
            load = random.choice(alone)
            leave(plant.ints, queues, 2 * load[3][0] + 1)
            diary.loads.remove(load)
    _check_spans(diary, plant, queues, random)


def _check_spans(diary: _Diary, plant: Plant, queues: Ints, random: Random) -> None:
    """Check what runs into berths."""
    for _ in range(20):
        oven, start = random.choice(OVENS), random.randint(0, 200)
        machine = list(diary.problem.processors).index(oven)
        met = [end for name, begins, end, _ in sorted(diary.loads)
               if name == oven and begins < start + 20 and end > start]  # fmt: skip
        assert runs_into(queues, machine, 0, (start, start + 20)) == (met[0] if met else 0)


def test_what_no_waiting_helps_has_no_berth_and_holds_nothing_back() -> None:
    oven = Resource("a", ResourceKind.OVEN, capacity=2)
    draws = Operation("o", (Mode("a", 5, uses={"cold": 9}),), after=(After("p", max_lag=5),))
    job = Job("j", (Operation("p", (Mode("m", 5),)), draws))
    cold = Resource("cold", ResourceKind.POOL, capacity=3)
    plant = compile_plant(Problem((job,), (Resource("m"), oven, cold)))
    lot, (order, _) = Lot(plant, 0), measure(plant)
    queues = make_queues(plant, order)
    begin(plant.ints, lot.ints, lot.worth, queues, 0)
    _over(plant, lot, 0, 5)
    assert find(plant.ints, lot.ints, queues, 1, 1) == 0
    assert queues[FOUND_MODE] == -1


def _breach(problem: Problem, caution: int) -> int:
    """Return by how much the schedule of a rule breaks limits."""
    plant = compile_plant(problem)
    lot, (order, tails) = Lot(plant, 0), measure(plant)
    queues, tuning = make_queues(plant, order), (4.0, 3.0, 0, caution)
    dispatch(plant.ints, lot.ints, lot.worth, tails, queues, RULES.index("ATCS"), tuning)
    total(plant.ints, plant.prices, lot.ints, lot.worth)
    return int(lot.value[at.BROKEN])


def test_caution_keeps_what_would_wait_too_long_for_ovens() -> None:
    plants = []
    for seed in range(1, 5):
        problem = generate("icecream", 60, 20, seed=seed)
        scarce = (replace(r, capacity=10) if r.id == "cooling" else r for r in problem.resources)
        plants.append(replace(problem, resources=tuple(scarce)))
    careless, careful = (sum(_breach(each, caution) for each in plants) for caution in (0, 2))
    assert careless > 1000
    assert careful < careless // 10


def test_only_plants_that_hurry_to_ovens_need_caution() -> None:
    assert hurries_to_ovens(compile_plant(generate("icecream", 30, 10)))
    without = generate("icecream", 30, 10, features=FEATURES - {"ovens"})
    assert not hurries_to_ovens(compile_plant(without))
