"""Execute a schedule on a plant that breaks down, scatters and spoils pieces.

The order of work on every machine is kept and nothing starts before its plan; a delay pushes
what waits for it. Events come from a heap of our own; time advances from one to the next.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from sanpin.base import N_, EngineError
from sanpin.base.calendar import NEVER, OpenTime
from sanpin.factory.model import Job, Operation, Problem, Schedule, ScheduledOperation
from sanpin.factory.model.floor import FloorLot, FloorOperation, FloorParams, FloorReport

__all__ = ["simulate"]


def simulate(
    problem: Problem, schedule: Schedule, params: FloorParams = FloorParams(), *, seed: int = 0
) -> FloorReport:
    """Run a valid schedule and report what happened.

    Parameters
    ----------
    problem : the plant and its jobs
    schedule : a schedule that the checker accepts
    params : breakdowns, scatter and scrap; without them every operation runs as planned
    seed : the chance of an operation and of a machine depends on it and on their names' order
        alone, not on the order of events

    Notes
    -----
    Members of an oven batch run together. A successor that could overlap its predecessor waits
    for its end. A set-up keeps its planned length. Repairs are worked off in the machine's open
    time, and so is the rest of an operation that was interrupted or pushed into a break.

    Returns
    -------
    Operations, lots and the number of breakdowns; times in the problem's unit.

    Raises
    ------
    EngineError
        ``factory.floor.stuck`` for a schedule whose order cannot be kept,
        ``factory.floor.closed`` when calendars end before the work does
    """
    return _Floor(problem, schedule, params, seed).run()


@dataclass(slots=True)
class _Node:
    """One load of a machine: an operation, or the members of a batch.

    Attributes
    ----------
    setup, work : lengths as planned, in open time
    planned : start as planned, before which it does not run
    waiting : how many predecessors have not ended
    ready : instant at which the last of them let it go
    followers : numbers of those that wait for it, with their lags
    stopped : time lost to breakdowns so far
    """

    number: int
    members: tuple[ScheduledOperation, ...]
    machine: str
    setup: int
    work: int
    planned: int
    waiting: int = 0
    ready: int = 0
    followers: list[tuple[int, int]] = field(default_factory=list)
    start: int = -1
    stopped: int = 0


class _Floor:
    """The state of one pass."""

    def __init__(
        self, problem: Problem, schedule: Schedule, params: FloorParams, seed: int
    ) -> None:
        self.problem, self.params, self.seed = problem, params, seed
        self.jobs = {job.id: job for job in problem.jobs}
        self.opening: dict[str, OpenTime] = {}
        self.nodes = _nodes(schedule, self._opening)
        self.node_of = {(one.job, one.op): node for node in self.nodes for one in node.members}
        self.heap: list[tuple[int, int, int, int]] = []
        self.uptime: dict[str, float] = {}
        # One stream per machine, named by its place: events elsewhere never shift its breakdowns.
        self.chance = {
            machine: np.random.default_rng([seed, 1, at])
            for at, machine in enumerate(sorted({node.machine for node in self.nodes}))
        }
        self.good: dict[str, int] = {}
        self.done: list[FloorOperation] = []
        self.breakdowns = 0

    def _opening(self, machine: str) -> OpenTime:
        """Return the open time of a machine, made once; work outside is always open."""
        if machine not in self.opening:
            resource = self.problem.processors.get(machine)
            calendar = resource.calendar if resource else ""
            windows = self.problem.calendars[calendar] if calendar else None
            self.opening[machine] = OpenTime(windows)
        return self.opening[machine]

    def run(self) -> FloorReport:
        """Play all events."""
        self._link()
        for node in self.nodes:
            if node.waiting == 0:
                self._arrive(node, node.planned)
        while self.heap:
            time, _, number, work = heapq.heappop(self.heap)
            self._work(self.nodes[number], time, work)
        if any(node.start < 0 for node in self.nodes):
            raise EngineError(
                "factory.floor.stuck",
                N_("The plant stood still before everything was made."),
                hint=N_("Check the schedule with: sanpin factory check"),
            )
        lots = tuple(sorted(self._lots(), key=lambda lot: (lot.end, lot.job)))
        done = tuple(sorted(self.done, key=lambda one: (one.start, one.job, one.op)))
        return FloorReport(done, lots, self.breakdowns)

    def _link(self) -> None:
        """Connect each load with those that wait for it: next on the machine, next in the job."""
        last: dict[str, _Node] = {}
        for node in sorted(self.nodes, key=lambda one: (one.planned, one.number)):
            before = last.get(node.machine)
            if before is not None and node.machine:
                self._follow(before, node, node.setup)
            last[node.machine] = node
        for node in self.nodes:
            for member in node.members:
                for earlier, lag in self._predecessors(member):
                    if earlier is not node:
                        self._follow(earlier, node, lag)

    def _follow(self, before: _Node, after: _Node, lag: int) -> None:
        """Note that one load waits for another."""
        before.followers.append((after.number, lag))
        after.waiting += 1

    def _predecessors(self, member: ScheduledOperation) -> Iterable[tuple[_Node, int]]:
        """Yield the loads that an operation waits for, with least wait and journey as lag."""
        operation = _operation(self.jobs[member.job], member.op)
        for link in operation.after:
            node = self.node_of.get((member.job, link.op))
            if node is not None:
                yield node, link.min_lag + self._journey(node.machine, member.machine)

    def _journey(self, source: str, target: str) -> int:
        """Return the transport time between two machines; 0 where none is listed."""
        sites = [self.problem.processors[m].site if m else "" for m in (source, target)]
        leg = self.problem.journeys.get((sites[0], sites[1]))
        return leg.duration if leg else 0

    def _arrive(self, node: _Node, time: int) -> None:
        """Put a load whose conditions hold into the heap."""
        work = self._duration(node)
        heapq.heappush(self.heap, (max(time, node.planned), node.number, node.number, work))

    def _duration(self, node: _Node) -> int:
        """Return the work of a load with its scatter.

        Lognormal with mean 1 and coefficient of variation cv: sigma² = ln(1 + cv²), mu = -sigma²/2.
        The stream belongs to the load, so that a change elsewhere leaves its duration alone.
        """
        cv = self.params.scatter
        if cv <= 0 or node.work == 0:
            return node.work
        spread = math.sqrt(math.log(1 + cv * cv))
        rng = np.random.default_rng([self.seed, 0, node.number])
        factor = math.exp(rng.normal(-spread * spread / 2, spread))
        return max(1, round(node.work * factor))

    def _work(self, node: _Node, time: int, work: int) -> None:
        """Work on a load until it is done or its machine breaks down."""
        opening = self.opening[node.machine]
        start = opening.next_open(time) if work else time
        if node.start < 0:
            node.start = start
        up = self._up(node.machine)
        if up >= work:
            self.uptime[node.machine] = up - work
            self._finish(node, _instant(opening.finish(start, work)))
            return
        # Times are whole units; the part of a unit worked before a breakdown is done again.
        worked = math.floor(up)
        failed = _instant(opening.finish(start, worked))
        rng = self.chance[node.machine]
        repair = max(1, round(rng.exponential(self.params.repair_mean)))
        repaired = _instant(opening.finish(opening.next_open(failed), repair))
        node.stopped += repaired - failed
        self.breakdowns += 1
        self.uptime[node.machine] = rng.exponential(self.params.failure_mean)
        heapq.heappush(self.heap, (repaired, node.number, node.number, work - worked))

    def _up(self, machine: str) -> float:
        """Return how long a machine still works until it breaks down; for ever when it never does.

        Counted in busy time and exponential: a machine that stands idle does not wear.
        """
        if not self.params.failure_mean or not machine:
            return math.inf
        if machine not in self.uptime:
            self.uptime[machine] = self.chance[machine].exponential(self.params.failure_mean)
        return self.uptime[machine]

    def _finish(self, node: _Node, end: int) -> None:
        """Record the end of a load and let its followers go."""
        for member in node.members:
            quantity, good = self._pieces(node, member)
            record = FloorOperation(
                member.job,
                member.op,
                member.machine,
                node.start - node.setup,
                node.start,
                end,
                node.stopped,
                quantity,
                good,
            )
            self.done.append(record)
        for number, lag in node.followers:
            follower = self.nodes[number]
            follower.ready = max(follower.ready, end + lag)
            follower.waiting -= 1
            if follower.waiting == 0:
                self._arrive(follower, follower.ready)

    def _pieces(self, node: _Node, member: ScheduledOperation) -> tuple[int, int]:
        """Return pieces started and pieces good; what an operation spoils its successors lack."""
        quantity = self.good.get(member.job, self.jobs[member.job].quantity)
        share = self.params.scrap_by_machine.get(member.machine, self.params.scrap_share)
        rng = np.random.default_rng([self.seed, 2, node.number, node.members.index(member)])
        good = quantity - int(rng.binomial(quantity, share)) if share else quantity
        self.good[member.job] = good
        return quantity, good

    def _lots(self) -> Iterable[FloorLot]:
        """Yield what became of each job."""
        spans: dict[str, list[FloorOperation]] = defaultdict(list)
        for one in self.done:
            spans[one.job].append(one)
        for job_id, records in spans.items():
            job = self.jobs[job_id]
            yield FloorLot(
                job_id,
                job.item,
                job.quantity,
                self.good[job_id],
                min(one.start for one in records),
                max(one.end for one in records),
                job.due,
            )


def _nodes(schedule: Schedule, opening: Callable[[str], OpenTime]) -> list[_Node]:
    """Make one load per operation or oven batch, in order of the plan."""
    loads: dict[tuple[str, str], list[ScheduledOperation]] = defaultdict(list)
    for one in schedule.operations:
        key = (one.machine, f"batch {one.batch}") if one.batch else (one.job, f"op {one.op}")
        loads[key].append(one)
    ordered = sorted(loads.values(), key=lambda group: (group[0].start, group[0].end, group[0].job))
    times = {one.machine: opening(one.machine) for one in schedule.operations}
    nodes = []
    for number, members in enumerate(ordered):
        first = members[0]
        work = max(times[one.machine].open_between(one.start, one.end) for one in members)
        setup = first.start - first.setup_start if first.setup_start <= first.start else 0
        nodes.append(_Node(number, tuple(members), first.machine, setup, work, first.start))
    return nodes


def _operation(job: Job, op: str) -> Operation:
    """Return an operation of a job by its name."""
    return next(one for one in job.operations if one.id == op)


def _instant(time: int) -> int:
    """Refuse an instant that never comes."""
    if time >= NEVER:
        raise EngineError(
            "factory.floor.closed",
            N_("The plant closes for good before everything is made."),
            hint=N_("Extend the calendars of the machines."),
        )
    return time
