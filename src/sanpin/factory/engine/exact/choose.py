"""Choosing what to set free: by late orders, long set-ups, and what the end waits for."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random

from sanpin.factory.engine.exact.index import Index, make_index
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["choose_window"]


def choose_window(
    problem: Problem,
    operations: Iterable[ScheduledOperation],
    random: Random,
    size: int,
    *,
    index: Index | None = None,
) -> frozenset[int]:
    """Choose about `size` operations around one that is to blame.

    Parameters
    ----------
    operations : a schedule
    random : of the choice
    size : operations to set free
    index : of the problem, to be made once for many windows

    Returns
    -------
    Numbers of operations in the order of the problem. Half of the windows are a span of time on
    few machines, the others whole orders around the one to blame.
    """
    choice = _Choice(problem, index or make_index(problem), operations)
    blamed = choice.blame(random)
    grow = choice.orders if random.random() < 0.3 else choice.span
    return frozenset(grow(blamed, size))


class _Choice:
    """A schedule with its machines and orders in sequence."""

    def __init__(
        self, problem: Problem, index: Index, operations: Iterable[ScheduledOperation]
    ) -> None:
        self.problem, self.index = problem, index
        self.placed = index.placed(operations)
        self.queues: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.members: dict[int, list[int]] = defaultdict(list)
        self.ends: dict[int, int] = defaultdict(int)
        for op, at in self.placed.items():
            self.queues[at.machine].append((at.setup_start, op))
            job = index.job_of[op]
            self.members[job].append(op)
            self.ends[job] = max(self.ends[job], at.end)
        for queue in self.queues.values():
            queue.sort()

    def blame(self, random: Random) -> int:
        """Draw an operation that costs: late, at the end, or set up for long; or any."""
        weights = self.problem.objective
        kinds: list[Callable[[Random], int | None]] = [self._anything]
        if any(weights.get(name) for name in ("tardiness", "tardy_jobs")):
            kinds += [self._late] * 2
        if weights.get("makespan") or weights.get("flow"):
            kinds += [self._last] * 2
        if weights.get("setup"):
            kinds += [self._set_up]
        found = random.choice(kinds)(random)
        return self._anything(random) if found is None else found

    def _anything(self, random: Random) -> int:
        """Return any operation, so that no part of the schedule is out of reach for ever."""
        return random.choice(sorted(self.placed))

    def _late(self, random: Random) -> int | None:
        """Return an operation on the chain that makes a late order late, dear orders first."""
        late = {
            job: self.index.jobs[job].weight * (end - due)
            for job, end in self.ends.items()
            if (due := self.index.jobs[job].due) is not None and end > due
        }
        if not late:
            return None
        job = random.choices(list(late), [max(cost, 1e-6) for cost in late.values()])[0]
        return self._chain(job, random)

    def _last(self, random: Random) -> int | None:
        """Return an operation on the chain to one of the latest ends."""
        latest = sorted(self.ends, key=lambda job: (-self.ends[job], job))[:3]
        return self._chain(random.choice(latest), random)

    def _chain(self, job: int, random: Random) -> int:
        """Follow what an order's end waited for back to the start, and return one link of it."""
        at = max(self.members[job], key=lambda op: (self.placed[op].end, op))
        chain = [at]
        while len(chain) < self.index.size:
            waited = self._waited(at)
            if not waited:
                break
            at = random.choice(waited)
            chain.append(at)
        return random.choice(chain)

    def _waited(self, op: int) -> list[int]:
        """Return what ended last before an operation: in its order, or on its machine."""
        at = self.placed[op]
        near = [before for before, _ in self.index.before[op] if before in self.placed]
        queue = self.queues[at.machine]
        place = bisect_left(queue, (at.setup_start, op))
        if at.machine and place:
            near.append(queue[place - 1][1])
        near = [before for before in near if self.placed[before].end <= at.start]
        latest = max((self.placed[before].end for before in near), default=0)
        return [before for before in near if self.placed[before].end == latest]

    def _set_up(self, random: Random) -> int | None:
        """Return an operation with a long set-up."""
        costly = [(op, at.start - at.setup_start) for op, at in self.placed.items()]
        costly = sorted((op, length) for op, length in costly if length)
        if not costly:
            return None
        return random.choices([op for op, _ in costly], [length for _, length in costly])[0]

    def span(self, blamed: int, size: int) -> list[int]:
        """Return what starts nearest in time on the machines around an operation.

        Machines of the neighbouring steps join as long as four operations of each remain: many
        machines and a short time leave nothing to reorder.
        """
        machines = dict.fromkeys(self._machines(blamed))
        for near in self._neighbours(blamed):
            more = self._machines(near)
            if len(machines.keys() | more) * 4 <= size:
                machines.update(dict.fromkeys(more))
        middle = self.placed[blamed].start
        found = [
            (abs(self.placed[op].start - middle), op)
            for machine in machines
            for _, op in self.queues[machine]
        ]
        return [op for _, op in sorted(found)[:size]]

    def _machines(self, op: int) -> set[str]:
        """Return the machines that an operation may run on, and where it is."""
        return {mode.machine for mode in self.index.ops[op].modes} | {self.placed[op].machine}

    def _neighbours(self, op: int) -> list[int]:
        """Return the operations linked with one."""
        linked = (*self.index.before[op], *self.index.after[op])
        return [other for other, _ in linked if other in self.placed]

    def orders(self, blamed: int, size: int) -> list[int]:
        """Return the order to blame and those that it meets most on machines near in time."""
        job = self.index.job_of[blamed]
        reach = max(1, self.ends[job] - min(self.placed[op].start for op in self.members[job]))
        met: dict[int, int] = defaultdict(int)
        for op in self.members[job]:
            at = self.placed[op]
            for machine in self._machines(op):
                queue = self.queues[machine]
                for place in range(
                    bisect_left(queue, (at.start - reach, -1)),
                    bisect_left(queue, (at.end + reach, -1)),
                ):
                    met[self.index.job_of[queue[place][1]]] += 1
        met.pop(job, None)
        found = list(self.members[job])
        for other in sorted(met, key=lambda each: (-met[each], each)):
            if len(found) + len(self.members[other]) > size:
                break
            found += self.members[other]
        return found
