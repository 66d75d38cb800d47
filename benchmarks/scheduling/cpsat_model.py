"""Models for CP-SAT as a user would write them by hand, from the same problem that we solve.

`build_stages` is for problems whose machines stand in groups of equals (hybrid flow shops): one
cumulative constraint for each group. `build_general` has optional intervals without overlap on
machines and workers, a circuit on each machine with change-overs, cumulative tools, calendars by
the few times that work can take with a domain of starts for each, transport, overlapping
successors, weighted sums.

Left out, and repaired when the answer is placed: that a change-over lies within one window of its
machine. Ovens, tanks, pools, materials and alternative routings are refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from ortools.sat.python import cp_model

from benchmarks.scheduling.placing import meet, setup_length, site_delay, work_of
from sanpin.factory.model import Job, Operation, Problem

__all__ = ["Built", "NotBuiltError", "build", "equal_groups"]

MOST_ARCS = 3_000_000
"""More arcs of circuits than this are not built: the model would not fit in memory."""

Key = tuple[str, str]
Windows = tuple[tuple[int, int], ...]


class NotBuiltError(Exception):
    """The model would have too many arcs, or the problem has what no model is written for."""


@dataclass
class Built:
    """A model with what is needed to read its answer."""

    model: cp_model.CpModel
    starts: dict[Key, Any] = field(default_factory=dict)
    ends: dict[Key, Any] = field(default_factory=dict)
    machines: dict[Key, dict[str, Any]] = field(default_factory=dict)
    workers: dict[Key, dict[str, Any]] = field(default_factory=dict)
    modes: dict[Key, list[tuple[Any, str, tuple[str, ...]]]] = field(default_factory=dict)
    setups: list[Any] = field(default_factory=list)
    groups: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    arcs: int = 0


def build(problem: Problem, hint: Mapping[Key, Mapping[str, Any]]) -> Built:
    """Return the model that suits a problem.

    Parameters
    ----------
    hint : records of a schedule by job and operation; its end bounds the horizon
    """
    _refuse(problem)
    groups = equal_groups(problem)
    return build_stages(problem, groups) if groups else _General(problem, hint).build()


def _refuse(problem: Problem) -> None:
    ops = [op for job in problem.jobs for op in job.operations]
    found = {
        "ovens": any(op.batch for op in ops),
        "tanks": any(op.hold for op in ops),
        "pools": any(mode.uses for op in ops for mode in op.modes),
        "materials": any(op.consumes for op in ops),
        "outside": any(op.outsource for op in ops),
        "alternatives": any(job.alternatives for job in problem.jobs),
        "crews": any(op.worker and op.worker.count > 1 for op in ops),
        "setup workers": any(op.setup_worker for op in ops),
        "terms": bool(
            {name for name, weight in problem.objective.items() if weight}
            - {"makespan", "tardiness", "setup", "tardy_jobs", "flow"}
        ),
    }
    if any(found.values()):
        raise NotBuiltError(", ".join(name for name, there in found.items() if there))


def equal_groups(problem: Problem) -> dict[str, tuple[str, ...]]:
    """Return the group of equals of every machine; empty when machines are not equals.

    Equals are always offered together, for the same duration, and have neither calendar, table of
    change-overs, nor workers.
    """
    group: dict[str, tuple[str, ...]] = {}
    for job in problem.jobs:
        for op in job.operations:
            names = tuple(sorted({mode.machine for mode in op.modes}))
            lengths = {mode.duration for mode in op.modes}
            crew = op.worker or op.tool or any(mode.crew for mode in op.modes)
            transfer = any(after.transfer for after in op.after)
            if crew or transfer or len(lengths) > 1 or op.fixed:
                return {}
            if any(group.setdefault(name, names) != names for name in names):
                return {}
    plain = all(
        not (problem.processors[name].calendar or problem.processors[name].setup) for name in group
    )
    return group if plain and any(len(names) > 1 for names in group.values()) else {}


def _horizon(problem: Problem, hint: Mapping[Key, Mapping[str, Any]]) -> int:
    """Return an instant by which everything can be done."""
    if hint:
        return max(record["end"] for record in hint.values()) + 1
    work = sum(
        max(mode.duration for mode in op.modes) + max((a.min_lag for a in op.after), default=0)
        for job in problem.jobs
        for op in job.operations
    )
    setup = max((_longest(problem, name) for name in problem.setups), default=0)
    closed = max((spans[-1][1] for spans in problem.calendars.values()), default=0)
    return (
        work + setup * problem.operation_count + max(job.release for job in problem.jobs) + closed
    )


def _longest(problem: Problem, table: str) -> int:
    attributes = problem.setups[table].attributes.values()
    rows = [length for a in attributes for row in a.matrix.values() for length in row.values()]
    return sum(a.default for a in attributes) + max(rows, default=0)


def build_stages(problem: Problem, groups: Mapping[str, tuple[str, ...]]) -> Built:
    """Model groups of equal machines by one cumulative constraint each."""
    built = Built(cp_model.CpModel())
    model, horizon = built.model, _horizon(problem, {})
    loads: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for job in problem.jobs:
        for op in job.operations:
            key, mode = (job.id, op.id), op.modes[0]
            start = model.new_int_var(max(job.release, op.earliest or 0), horizon, "")
            built.starts[key], built.ends[key] = start, start + mode.duration
            built.groups[key] = groups[mode.machine]
            loads[groups[mode.machine]].append(
                model.new_fixed_size_interval_var(start, mode.duration, "")
            )
    for names, intervals in loads.items():
        if len(names) == 1:
            model.add_no_overlap(intervals)
        else:
            model.add_cumulative(intervals, [1] * len(intervals), len(names))
    for job in problem.jobs:
        for op in job.operations:
            for after in op.after:
                end = built.ends[job.id, after.op]
                model.add(built.starts[job.id, op.id] >= end + after.min_lag)
    _objective(problem, built, horizon)
    return built


def _objective(problem: Problem, built: Built, horizon: int) -> None:
    """Minimise the weighted sum of the terms; weights become whole numbers."""
    model, weights = built.model, {name: w for name, w in problem.objective.items() if w}
    ends = {job.id: model.new_int_var(0, 2 * horizon, "") for job in problem.jobs if job.operations}
    for job in problem.jobs:
        for op in job.operations:
            model.add(ends[job.id] >= built.ends[job.id, op.id])
    parts = []
    if "makespan" in weights:
        makespan = model.new_int_var(0, 2 * horizon, "")
        for end in ends.values():
            model.add(makespan >= end)
        parts.append(weights["makespan"] * makespan)
    for job in problem.jobs:
        parts += _terms_of(model, job, ends[job.id], weights, 2 * horizon)
    if "setup" in weights and built.setups:
        parts.append(weights["setup"] * sum(built.setups))
    model.minimize(sum(parts))


def _terms_of(
    model: cp_model.CpModel, job: Job, end: Any, weights: Mapping[str, float], horizon: int
) -> list[Any]:
    """Return the weighted terms of one job."""
    parts = []
    if "flow" in weights:
        parts.append(weights["flow"] * (end - job.release))
    if job.due is not None and "tardiness" in weights and job.weight:
        late = model.new_int_var(0, horizon, "")
        model.add(late >= end - job.due)
        parts.append(weights["tardiness"] * job.weight * late)
    if job.due is not None and "tardy_jobs" in weights:
        tardy = model.new_bool_var("")
        model.add(end <= job.due).only_enforce_if(~tardy)
        parts.append(weights["tardy_jobs"] * tardy)
    if job.deadline is not None:
        model.add(end <= job.deadline)
    return parts


def lengths_of(windows: Windows, work: int, resumable: bool) -> dict[int, list[list[int]]]:
    """Return the times from start to end that some work can take, each with its starts.

    Work that starts in window i and ends in window j takes the same time wherever it starts.
    """
    before = list(accumulate((end - start for start, end in windows), initial=0))
    found: dict[int, list[list[int]]] = defaultdict(list)
    j = 0
    for i, (opens, closes) in enumerate(windows):
        j = max(j, i)
        while j < len(windows):
            shift = before[j] - before[i] + opens - work
            least = max(opens, shift + (1 if j > i else 0))
            most = min(closes - 1, shift + windows[j][1] - windows[j][0])
            if least <= most and (resumable or i == j):
                found[windows[j][0] - before[j] + before[i] - opens + work].append([least, most])
            if most == closes - 1 or not (resumable or i == j):
                break
            j += 1
    return dict(found)


class _General:
    """The model with every rule it knows, built operation by operation."""

    def __init__(self, problem: Problem, hint: Mapping[Key, Mapping[str, Any]]) -> None:
        self.problem = problem
        self.hint = hint
        self.built = Built(cp_model.CpModel())
        self.model = self.built.model
        self.horizon = _horizon(problem, hint)
        self.parts: dict[tuple[str, str, Any], Any] = {}
        self.sizes: dict[Key, Any] = {}
        self.opened: dict[tuple[str, ...], Windows | None] = {}
        self.lengths: dict[tuple[Windows, int, bool], dict[int, list[list[int]]]] = {}
        self.loads: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self.on: dict[str, list[tuple[Key, Operation, Any]]] = defaultdict(list)
        self.tools: dict[str, list[Any]] = defaultdict(list)
        self.wanted_parts = {
            (job.id, after.op): sorted({a.transfer for a in self._followers(job, after.op)})
            for job in problem.jobs
            for op in job.operations
            for after in op.after
            if after.transfer
        }

    @staticmethod
    def _followers(job: Job, name: str) -> list[Any]:
        afters = [after for op in job.operations for after in op.after if after.op == name]
        return [after for after in afters if after.transfer]

    def build(self) -> Built:
        """Return the whole model with its hint."""
        for job in self.problem.jobs:
            for op in job.operations:
                self._operation(job, op)
        for (_, name), intervals in self.loads.items():
            if name and len(intervals) > 1:
                self.model.add_no_overlap(intervals)
        for tool, intervals in self.tools.items():
            capacity = self.problem.tools[tool].capacity
            self.model.add_cumulative(intervals, [1] * len(intervals), capacity)
        for machine, there in self.on.items():
            if self.problem.processors[machine].setup:
                self._circuit(machine, there)
        for job in self.problem.jobs:
            for op in job.operations:
                self._precedence(job, op)
        _objective(self.problem, self.built, self.horizon)
        return self.built

    def _operation(self, job: Job, op: Operation) -> None:
        """Add start, end and choices of one operation."""
        model, key, hint = self.model, (job.id, op.id), self.hint.get((job.id, op.id))
        earliest = max(job.release, op.earliest or 0)
        start = model.new_int_var(earliest, self.horizon, "")
        end = model.new_int_var(earliest, op.latest or self.horizon, "")
        self.built.starts[key], self.built.ends[key] = start, end
        if op.fixed:
            model.add(start == op.fixed.start)
        closes = any(self.problem.processors[mode.machine].calendar for mode in op.modes)
        if closes or op.worker or self.wanted_parts.get(key):
            self._by_choice(op, key, hint)
        else:
            self._by_mode(op, key, hint)
        for name, on in self.built.machines.get(key, {}).items():
            self.on[name].append((key, op, on))
        if op.tool:
            size = self._size(key)
            self.tools[op.tool].append(model.new_interval_var(start, size, end, ""))
        if hint:
            model.add_hint(start, hint["start"])
            model.add_hint(end, hint["end"])

    def _size(self, key: Key) -> Any:
        """Return the variable length of an operation."""
        if key not in self.sizes:
            self.sizes[key] = self.model.new_int_var(0, self.horizon, "")
        return self.sizes[key]

    def _by_mode(self, op: Operation, key: Key, hint: Mapping[str, Any] | None) -> None:
        """Give each mode an interval of fixed length on its machine and its workers."""
        model, start, end = self.model, self.built.starts[key], self.built.ends[key]
        names = [f"{mode.machine} {' '.join(mode.crew)}" for mode in op.modes]
        hinted = f"{hint['machine']} {' '.join(hint.get('workers', ()))}" if hint else None
        chosen = self._choice(names, hinted)
        by_machine: dict[str, list[Any]] = defaultdict(list)
        for name, mode in zip(names, op.modes, strict=True):
            on = chosen[name]
            by_machine[mode.machine].append(on)
            model.add(end == start + mode.duration).only_enforce_if(on)
            interval = (
                model.new_fixed_size_interval_var(start, mode.duration, "")
                if len(names) == 1
                else model.new_optional_fixed_size_interval_var(start, mode.duration, on, "")
            )
            for resource in (("machine", mode.machine), *(("worker", each) for each in mode.crew)):
                self.loads[resource].append(interval)
        self.built.modes[key] = [
            (chosen[name], mode.machine, mode.crew)
            for name, mode in zip(names, op.modes, strict=True)
        ]
        if self.problem.transport or any(
            self.problem.processors[name].setup for name in by_machine
        ):
            self.built.machines[key] = {
                machine: self._either(ways) for machine, ways in by_machine.items()
            }

    def _by_choice(self, op: Operation, key: Key, hint: Mapping[str, Any] | None) -> None:
        """Choose machine and worker apart; the work follows from both."""
        if any(mode.crew for mode in op.modes):
            raise NotBuiltError(f"{op.id}: workers of a mode beside calendars")
        start, end = self.built.starts[key], self.built.ends[key]
        machines = list(dict.fromkeys(mode.machine for mode in op.modes))
        chosen = self._choice(machines, hint and hint["machine"])
        helpers = self._helpers(op, hint)
        self.built.machines[key], self.built.workers[key] = chosen, helpers
        self._span(op, key)
        for kind, literals in (("machine", chosen), ("worker", helpers)):
            for name, on in literals.items():
                self.loads[kind, name].append(
                    self.model.new_optional_interval_var(start, self._size(key), end, on, "")
                )

    def _choice(self, names: Sequence[str], hinted: str | None) -> dict[str, Any]:
        """Return one literal for each name, exactly one of which holds."""
        if len(names) == 1:
            return {names[0]: self.model.new_constant(1)}
        found = {name: self.model.new_bool_var("") for name in names}
        self.model.add_exactly_one(found.values())
        if hinted:
            for name, on in found.items():
                self.model.add_hint(on, name == hinted)
        return found

    def _helpers(self, op: Operation, hint: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return a literal for each worker who may do it; none when it needs nobody."""
        hinted = hint["workers"][0] if hint and hint.get("workers") else None
        if op.worker is None:
            return {}
        sites = {self.problem.processors[mode.machine].site for mode in op.modes}
        able = [
            name
            for name, each in self.problem.workers.items()
            if op.worker.skill in each.skills and (each.site in ("*", "") or each.site in sites)
        ]
        chosen = self._choice(able, hinted)
        bound = any(self.problem.workers[name].site not in ("", "*") for name in able)
        if len(sites) > 1 and bound:
            raise NotBuiltError(f"{op.id}: workers and machines of several sites")
        return chosen

    def _span(self, op: Operation, key: Key) -> None:
        """Tie the end to the start, by the work and the open time of machine and worker."""
        start, end = self.built.starts[key], self.built.ends[key]
        kinds: dict[tuple[Windows | None, int], list[list[Any]]] = defaultdict(list)
        processors, workers = self.problem.processors, self.problem.workers
        alike: dict[tuple[int, str], list[str]] = defaultdict(list)
        for name in self.built.workers[key]:
            pace = workers[name].skills[op.worker.skill] if op.worker else 100
            alike[pace, workers[name].calendar].append(name)
        # Workers of one pace and calendar share a literal: there are few such classes.
        crews = [
            (names[0], self._either([self.built.workers[key][name] for name in names]))
            for names in alike.values()
        ]
        for mode in op.modes:
            on, calendar = self.built.machines[key][mode.machine], processors[mode.machine].calendar
            if op.worker is None:
                kinds[self._windows(calendar, ""), mode.duration].append([on])
            for name, helps in crews:
                windows = self._windows(calendar, workers[name].calendar)
                work = work_of(self.problem, op, mode.machine, [name])
                kinds[windows, work].append([on, helps])
        for (windows, work), pairs in kinds.items():
            under = self._any(pairs) if len(kinds) > 1 else None
            self._stretch(windows, start, end, work, op.resumable, under)
            for share in self.wanted_parts.get(key, ()):
                part = -(-share.numerator * work // share.denominator)
                self._stretch(windows, start, self._part(key, share), part, op.resumable, under)

    def _part(self, key: Key, share: Any) -> Any:
        """Return the instant at which a share of the work of an operation is done."""
        if (*key, share) not in self.parts:
            self.parts[*key, share] = self.model.new_int_var(0, self.horizon, "")
        return self.parts[*key, share]

    def _windows(self, *names: str) -> Windows | None:
        """Return the common windows of some calendars up to the horizon."""
        kept = tuple(sorted({name for name in names if name}))
        if kept not in self.opened:
            windows = None
            for name in kept:
                windows = meet(windows, self.problem.calendars[name])
            cut = (span for span in windows or () if span[0] <= self.horizon)
            self.opened[kept] = None if windows is None else tuple(cut)
        return self.opened[kept]

    def _any(self, pairs: Sequence[Sequence[Any]]) -> Any:
        """Return a literal that holds when one of these conjunctions does."""
        on = self.model.new_bool_var("")
        for pair in pairs:
            self.model.add_bool_or([on, *(~each for each in pair)])
        return on

    def _stretch(
        self, windows: Windows | None, start: Any, end: Any, work: int, resumable: bool, on: Any
    ) -> None:
        """Make `end` the earliest instant with all work done, when `on` holds.

        The time from start to end takes few values; each has its own domain of starts.
        """
        model = self.model
        if windows is None:
            one = model.add(end == start + work)
            if on is not None:
                one.only_enforce_if(on)
            return
        lengths = self._lengths(windows, work, resumable)
        chosen = {length: model.new_bool_var("") for length in lengths}
        model.add(sum(chosen.values()) == (1 if on is None else on))
        for length, spans in lengths.items():
            domain = cp_model.Domain.from_intervals(spans)
            model.add_linear_expression_in_domain(start, domain).only_enforce_if(chosen[length])
            model.add(end == start + length).only_enforce_if(chosen[length])

    def _lengths(self, windows: Windows, work: int, resumable: bool) -> dict[int, list[list[int]]]:
        """Return the times from start to end that some work can take, each with its starts."""
        key = (windows, work, resumable)
        if key not in self.lengths:
            self.lengths[key] = lengths_of(windows, work, resumable)
        return self.lengths[key]

    def _circuit(self, machine: str, there: list[tuple[Key, Operation, Any]]) -> None:
        """Order the operations of a machine; arcs carry the change-overs."""
        self.built.arcs += len(there) ** 2
        if self.built.arcs > MOST_ARCS:
            raise NotBuiltError(f"more than {MOST_ARCS} arcs of change-overs")
        model, arcs = self.model, []
        initial = self.problem.processors[machine].initial or None
        hinted = self._hinted_arcs(machine)
        empty = model.new_bool_var("")
        arcs.append((0, 0, empty))
        for a, (key, op, on) in enumerate(there, 1):
            first, last = model.new_bool_var(""), model.new_bool_var("")
            arcs += [(0, a, first), (a, 0, last), (a, a, ~on)]
            length = setup_length(self.problem, machine, initial, op.attributes)
            self._change(first, length, None, key, hinted.get((None, key)))
            for b, (other, after, _) in enumerate(there, 1):
                if a != b:
                    follows = model.new_bool_var("")
                    arcs.append((a, b, follows))
                    length = setup_length(self.problem, machine, op.attributes, after.attributes)
                    self._change(follows, length, key, other, hinted.get((key, other)))
        model.add_circuit(arcs)

    def _change(self, on: Any, length: int, one: Key | None, other: Key, hinted: Any) -> None:
        """Keep the change-over between two neighbours, and let it count."""
        before = self.built.ends[one] if one else 0
        self.model.add(self.built.starts[other] >= before + length).only_enforce_if(on)
        if length:
            self.built.setups.append(length * on)
        if self.hint:
            self.model.add_hint(on, bool(hinted))

    def _hinted_arcs(self, machine: str) -> dict[tuple[Key | None, Key], bool]:
        """Return the neighbours of a machine in the hint."""
        there = [key for key, record in self.hint.items() if record["machine"] == machine]
        there.sort(key=lambda key: (self.hint[key]["start"], self.hint[key]["end"]))
        return dict.fromkeys(zip([None, *there], there, strict=False), True)

    def _precedence(self, job: Job, op: Operation) -> None:
        """Add the links to the predecessors of an operation."""
        key = (job.id, op.id)
        start, end = self.built.starts[key], self.built.ends[key]
        for after in op.after:
            before = (job.id, after.op)
            done = self.built.ends[before]
            ready = self.parts[(*before, after.transfer)] if after.transfer else done
            for delay, under in self._delays(before, key):
                one = self.model.add(start >= ready + after.min_lag + delay)
                two = self.model.add(end >= done + after.min_lag + delay)
                if under:
                    one.only_enforce_if(under)
                    two.only_enforce_if(under)
            if after.max_lag is not None:
                self.model.add(start <= done + after.max_lag)

    def _delays(self, one: Key, other: Key) -> list[tuple[int, list[Any]]]:
        """Return transport between two operations, with what must be chosen for it."""
        if not self.problem.transport:
            return [(0, [])]
        processors = self.problem.processors
        by_site: list[dict[str, list[Any]]] = []
        sample: dict[str, str] = {}
        for key in (one, other):
            sites: dict[str, list[Any]] = defaultdict(list)
            for machine, on in self.built.machines[key].items():
                sites[processors[machine].site].append(on)
                sample[processors[machine].site] = machine
            by_site.append(sites)
        found = []
        for here, ways in by_site[0].items():
            for there, others in by_site[1].items():
                delay = site_delay(self.problem, sample[here], sample[there])
                found.append((delay, [self._either(ways), self._either(others)]))
        return found if len(found) > 1 else [(found[0][0], [])]

    def _either(self, ways: Sequence[Any]) -> Any:
        """Return a literal that holds when one of these does."""
        return ways[0] if len(ways) == 1 else self._any([[way] for way in ways])
