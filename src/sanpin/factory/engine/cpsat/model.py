"""The CP-SAT model of a region: starts, ways, calendars, setups, order, and the objective.

Calendars and setups are exact; a crew keeps the workers it has; oven loads and materials are
left to the decoder, which turns every answer into a real schedule.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ortools.sat.python import cp_model

from sanpin.factory.engine.cpsat.domains import pauses, setup_starts
from sanpin.factory.engine.cpsat.region import Region
from sanpin.factory.engine.search.shop import OUTSIDE, Way

__all__ = ["RegionModel"]


class RegionModel:
    """Variables and constraints of a region; `read` gives starts and ways of a solution.

    Parameters
    ----------
    region : free operations and what stands around them
    horizon : end of the model's time
    fine : weight of the objective against the sum of ends, which breaks ties; 0 for none

    Attributes
    ----------
    start, end, size : variables by operation; size is work plus rest
    taken : literals by operation, one per way, of which exactly one holds
    on_machine : operations with their literal by machine
    begin : start of the set-up by machine and operation, where a calendar limits it
    """

    def __init__(self, region: Region, *, horizon: int, fine: int = 0) -> None:
        self.region, self.shop = region, region.shop
        self.horizon = horizon
        self.cp = cp_model.CpModel()
        self.start: dict[int, Any] = {}
        self.end: dict[int, Any] = {}
        self.size: dict[int, Any] = {}
        self.taken: dict[int, list[Any]] = {}
        self.on_machine: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        self.begin: dict[tuple[int, int], Any] = {}
        self.setup_domains: dict[tuple[str, int], Any] = {}
        self.setup_cost: list[Any] = []
        for op in region.free:
            self._add_operation(op)
        self._add_links()
        for machine in self.on_machine:
            self._add_machine(machine)
        self._add_shared()
        self.objective = self._objective(fine)
        self.cp.minimize(self.objective)
        self._add_hints()

    def _add_operation(self, op: int) -> None:
        """Add times and the choice of way, each way with its calendar."""
        cp, ways, heads = self.cp, self.region.ways[op], self.region.heads[op]
        limit = self.shop.latest[op]
        high = self.horizon if limit is None else min(self.horizon, limit)
        start = self.start[op] = cp.new_int_var(min(heads), self.horizon, "")
        self.size[op] = size = cp.new_int_var(0, self.horizon, "")
        end = self.end[op] = cp.new_int_var(0, max(high, min(heads)), "")
        cp.add(start + size == end)
        chosen = [cp.new_bool_var("") if len(ways) > 1 else self._true() for _ in ways]
        self.taken[op] = chosen
        if len(ways) > 1:
            cp.add_exactly_one(chosen)
        for way, head, literal in zip(ways, heads, chosen, strict=True):
            if len(ways) > 1 and head > min(heads):
                cp.add(start >= head).only_enforce_if(literal)
            self._add_calendar(op, way, head, literal)
            if way.machine != OUTSIDE:
                self.on_machine[way.machine].append((op, literal))
        fixed = self.shop.ops[op].fixed
        if fixed:
            cp.add(start == fixed.start)

    def _true(self) -> Any:
        """Return the constant that stands for the literal of an operation with only one way."""
        return self.cp.new_constant(1)

    def _add_calendar(self, op: int, way: Way, head: int, literal: Any) -> None:
        """Tie the length to the start: one literal per length of rest."""
        opening, work = self._opening(op, way)
        groups = pauses(opening, work, self.shop.ops[op].resumable, head, self.horizon)
        options = []
        for rest, spans in groups.items():
            resting = literal if len(groups) == 1 else self.cp.new_bool_var("")
            options.append(resting)
            self.cp.add(self.size[op] == work + rest).only_enforce_if(resting)
            if opening is not None:
                domain = cp_model.Domain.from_intervals([list(span) for span in spans])
                self.cp.add_linear_expression_in_domain(self.start[op], domain).only_enforce_if(
                    resting
                )
        if len(groups) != 1:
            self.cp.add_bool_or(options).only_enforce_if(literal)
            for option in options:
                self.cp.add_implication(option, literal)

    def _opening(self, op: int, way: Way) -> tuple[Any, int]:
        """Return open time and work of a way, with the workers whom the operation has now."""
        if way.machine == OUTSIDE:
            return None, way.duration
        machine = self.shop.machines[way.machine]
        slot = self.region.line.slots[op] if self.region.line else None
        need = self.shop.ops[op].worker
        if slot is None or need is None or not slot.crew:
            return self.shop.opening(machine), way.duration
        slowest = min(worker.skills[need.skill] for worker in slot.crew)
        return self.shop.opening(machine, *slot.crew), -(-way.duration * 100 // slowest)

    def _add_links(self) -> None:
        """Order the free operations of a job, with transport where sites differ."""
        for before, after, least, most, overlaps in self.region.links:
            if overlaps:
                self.cp.add(self.start[after] >= self.start[before] + least)
                self.cp.add(self.end[after] >= self.end[before] + least)
            else:
                self.cp.add(self.start[after] >= self.end[before] + least)
            if most is not None:
                self.cp.add(self.start[after] <= self.end[before] + most)
            self._add_travel(before, after, 0 if overlaps else least)

    def _add_travel(self, before: int, after: int, least: int) -> None:
        """Add transport for each pair of ways between sites; forbid pairs without a way."""
        for way, here in zip(self.region.ways[before], self.taken[before], strict=True):
            for other, there in zip(self.region.ways[after], self.taken[after], strict=True):
                travel = self.shop.travel(way.machine, other.machine)
                if travel < 0:
                    self.cp.add_bool_or([here.negated(), there.negated()])
                elif travel:
                    self.cp.add(
                        self.start[after] >= self.end[before] + least + travel
                    ).only_enforce_if([here, there])

    def _add_machine(self, machine: int) -> None:
        """One thing at a time; where setups matter, in a circuit of changes."""
        members = self.on_machine[machine]
        spans = [
            self.cp.new_optional_interval_var(
                self.start[op], self.size[op], self.end[op], literal, ""
            )
            for op, literal in members
        ]
        self.cp.add_no_overlap(spans)
        ready, _ = self.region.before.get(machine, (0, -1))
        follower = self.region.after.get(machine)
        for op, literal in members:
            if ready:
                self.cp.add(self.start[op] >= ready).only_enforce_if(literal)
            if follower:
                self.cp.add(self.end[op] <= follower[0]).only_enforce_if(literal)
        if self.shop.setups[machine] is not None:
            self._add_circuit(machine, members)

    def _add_circuit(self, machine: int, members: list[tuple[int, Any]]) -> None:
        """Choose for each operation what precedes it; node 0 stands for both ends.

        Notes
        -----
        Each machine is a circuit through node 0 and the operations that it takes; an operation done
        elsewhere loops at itself, and `empty` loops at node 0 when none is taken. An arc fixes the
        length of the set-up between its ends, which a disjunctive constraint alone cannot know.
        """
        cp, shop = self.cp, self.shop
        ready, first_class = self.region.before.get(machine, (0, -1))
        follower = self.region.after.get(machine)
        arcs: list[tuple[int, int, Any]] = []
        empty = cp.new_bool_var("")
        arcs.append((0, 0, empty))
        for at, (op, literal) in enumerate(members, 1):
            arcs.append((at, at, literal.negated()))
            cp.add_implication(empty, literal.negated())
            first, last = cp.new_bool_var(""), cp.new_bool_var("")
            arcs += [(0, at, first), (at, 0, last)]
            length = shop.setup(machine, first_class, op)
            self._add_change(machine, op, ready, length, first)
            if follower:
                closing = shop.setup(machine, shop.class_of(machine, op), follower[1])
                self._add_closing(closing, last)
            for to, (other, _) in enumerate(members, 1):
                if to != at:
                    arc = cp.new_bool_var("")
                    arcs.append((at, to, arc))
                    gap = shop.setup(machine, shop.class_of(machine, op), other)
                    self._add_change(machine, other, self.end[op], gap, arc)
        cp.add_circuit(arcs)

    def _add_change(self, machine: int, op: int, since: Any, length: int, arc: Any) -> None:
        """On an arc, fit the setup between the end before and the start.

        A length below 0 marks a forbidden change. There may be idle time before and after the
        set-up, but it lies in one window itself, as the checker asks.
        """
        cp = self.cp
        if length < 0:
            cp.add(arc == 0)
            return
        cp.add(self.start[op] >= since + length).only_enforce_if(arc)
        if not length:
            return
        self.setup_cost.append(length * arc)
        opening = self.shop.opening(self.shop.machines[machine])
        if opening is None:
            return
        begin = self.begin.setdefault((machine, op), cp.new_int_var(0, self.horizon, ""))
        cp.add(begin >= since).only_enforce_if(arc)
        cp.add(begin + length <= self.start[op]).only_enforce_if(arc)
        cp.add_linear_expression_in_domain(begin, self._setups(machine, length)).only_enforce_if(
            arc
        )

    def _setups(self, machine: int, length: int) -> Any:
        """Return the starts from which a setup fits, made once per calendar and length."""
        resource = self.shop.machines[machine]
        key = (resource.calendar, length)
        if key not in self.setup_domains:
            spans = setup_starts(self.shop.opening(resource), length, 0, self.horizon)
            self.setup_domains[key] = cp_model.Domain.from_intervals([list(s) for s in spans])
        return self.setup_domains[key]

    def _add_closing(self, length: int, last: Any) -> None:
        """Count the setup of what follows the region.

        The time that the follower's set-up takes is left to the decoder; only its cost is weighed,
        so that the region does not end in a state that is dear to leave.
        """
        if length < 0:
            self.cp.add(last == 0)
        elif length:
            self.setup_cost.append(length * last)

    def _add_shared(self) -> None:
        """Keep workers, tools and pools within their capacity.

        Workers stay with the operation they have now; choosing them anew is the decoder's work.
        """
        cp, line = self.cp, self.region.line
        workers: dict[str, list[Any]] = defaultdict(list)
        tools: dict[str, list[Any]] = defaultdict(list)
        pools: dict[int, list[tuple[Any, int]]] = defaultdict(list)
        for op in self.region.free:
            slot = line.slots[op] if line else None
            span = cp.new_interval_var(self.start[op], self.size[op], self.end[op], "")
            for worker in slot.crew if slot else ():
                workers[worker.id].append(span)
            if self.shop.ops[op].tool:
                tools[self.shop.ops[op].tool].append(span)
            for way, literal in zip(self.region.ways[op], self.taken[op], strict=True):
                for pool, amount in way.uses:
                    optional = cp.new_optional_interval_var(
                        self.start[op], self.size[op], self.end[op], literal, ""
                    )
                    pools[pool].append((optional, amount))
        for spans in workers.values():
            cp.add_no_overlap(spans)
        for tool, spans in tools.items():
            capacity = self.shop.problem.tools[tool].capacity
            cp.add_cumulative(spans, [1] * len(spans), capacity)
        capacities = [r.capacity for r in self.shop.problem.resources if r.kind == "pool"]
        for pool, used in pools.items():
            cp.add_cumulative([s for s, _ in used], [a for _, a in used], capacities[pool])

    def _objective(self, fine: int) -> Any:
        """Weigh the terms; with `fine`, early ends decide between equals."""
        weights = {name: round(w) for name, w in self.shop.problem.objective.items() if w}
        ends: dict[int, list[Any]] = defaultdict(list)
        for op, tail in self.region.tails.items():
            ends[self.shop.job_of[op]].append(self.end[op] + tail)
        done = {job: self._latest(found) for job, found in ends.items()}
        parts: list[Any] = []
        for job, end in done.items():
            parts += self._job_terms(job, end, weights)
        if "makespan" in weights:
            parts.append(weights["makespan"] * self._latest(list(done.values())))
        if "setup" in weights:
            parts += [weights["setup"] * cost for cost in self.setup_cost]
        if "cost" in weights:
            parts += self._costs(weights["cost"])
        total = sum(parts)
        return total if not fine else fine * total + sum(done.values())

    def _latest(self, ends: list[Any]) -> Any:
        """Return a variable not below any of the ends; minimising makes it the greatest."""
        if len(ends) == 1:
            return ends[0]
        # Tails reach beyond the region, so its own horizon would be too tight for ends of jobs.
        latest = self.cp.new_int_var(0, 4 * self.horizon, "")
        for end in ends:
            self.cp.add(latest >= end)
        return latest

    def _job_terms(self, job_number: int, end: Any, weights: dict[str, int]) -> list[Any]:
        """Return the terms of one job that its end decides."""
        job, cp = self.shop.jobs[job_number], self.cp
        parts: list[Any] = []
        if "flow" in weights:
            parts.append(weights["flow"] * (end - job.release))
        if job.due is None:
            return parts
        if "tardiness" in weights and job.weight:
            late = cp.new_int_var(0, 4 * self.horizon, "")
            cp.add(late >= end - job.due)
            parts.append(weights["tardiness"] * round(job.weight) * late)
        if "earliness" in weights and job.earliness_weight:
            early = cp.new_int_var(0, 4 * self.horizon, "")
            cp.add(early >= job.due - end)
            parts.append(weights["earliness"] * round(job.earliness_weight) * early)
        if "tardy_jobs" in weights:
            tardy = cp.new_bool_var("")
            cp.add(end <= job.due).only_enforce_if(tardy.negated())
            parts.append(weights["tardy_jobs"] * tardy)
        return parts

    def _costs(self, weight: int) -> list[Any]:
        """Return the weighted costs of the ways taken, rounded to the solver's integers."""
        return [
            weight * round(way.cost) * literal
            for op in self.region.free
            for way, literal in zip(self.region.ways[op], self.taken[op], strict=True)
            if way.cost
        ]

    def _add_hints(self) -> None:
        """Begin from what stands.

        A complete hint lets the solver start from the plan instead of searching for one.
        """
        line = self.region.line
        for op in self.region.free:
            slot = line.slots[op] if line else None
            if slot is None:
                continue
            self.cp.add_hint(self.start[op], slot.start)
            self.cp.add_hint(self.end[op], slot.end)
            if len(self.taken[op]) > 1:
                for way, literal in zip(self.region.ways[op], self.taken[op], strict=True):
                    self.cp.add_hint(literal, way is slot.way)

    def read(self, solver: Any) -> dict[int, tuple[int, Way]]:
        """Return start and way of every free operation.

        Parameters
        ----------
        solver : one that has found an answer
        """
        answer = {}
        for op in self.region.free:
            ways = zip(self.region.ways[op], self.taken[op], strict=True)
            way = next(way for way, literal in ways if solver.boolean_value(literal))
            answer[op] = (solver.value(self.start[op]), way)
        return answer
