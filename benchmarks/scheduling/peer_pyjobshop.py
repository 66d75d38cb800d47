"""Solve with PyJobShop in an environment of its own; reads our native format, writes choices.

    python peer_pyjobshop.py PROBLEM.json SECONDS WORKERS OUT

Needs only pyjobshop and the standard library. Groups of equal machines become one renewable
resource, calendars become breaks, workers become a second resource of each mode, change-overs are
set between all pairs of operations of a machine, as the library wants them. Transport is
left out and repaired when the answer is placed. What else it has no words for is refused by name.
"""

from __future__ import annotations

import heapq
import json
import sys
import time
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyjobshop

MOST_PAIRS = 3_000_000
"""More change-overs than this are not built: the model would not fit in memory."""
FAR = 10**7


class RefusedError(Exception):
    """The problem has what the library cannot express."""


class Shop:
    """The library's model of one problem."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.problem = problem
        self.model = pyjobshop.Model()
        self.resources = {
            each["id"]: each for each in problem["resources"] if _kind(each) == "machine"
        }
        self.people = {each["id"]: each for each in problem["resources"] if _kind(each) == "worker"}
        self.tools = {each["id"]: each for each in problem["resources"] if _kind(each) == "tool"}
        self.groups = equal_groups(problem)
        self.made: dict[tuple[str, Any], Any] = {}
        self.tasks: dict[tuple[str, str], Any] = {}
        self.ways: list[tuple[str, list[str]]] = []
        self.on: dict[str, list[tuple[Any, dict[str, str]]]] = defaultdict(list)
        refuse(problem)
        self.build()

    def build(self) -> None:
        """Add everything."""
        for job in self.problem["jobs"]:
            made = self.model.add_job(
                weight=int(job.get("weight", 1)), release_date=job.get("release", 0),
                due_date=job.get("due"), **_deadline(job),
            )  # fmt: skip
            for op in job["operations"]:
                self.add_task(job, made, op)
            for op in job["operations"]:
                for after in op.get("after", ()):
                    self.link(job, op, after)
        self.add_setups()
        self.set_objective()

    def resource(self, kind: str, name: Any) -> Any:
        """Return the library's resource of a machine, group, worker or tool."""
        if (kind, name) not in self.made:
            if kind == "group":
                made = self.model.add_renewable(len(name))
            elif kind == "tool":
                made = self.model.add_renewable(self.tools[name].get("capacity", 1))
            else:
                record = (self.resources if kind == "machine" else self.people)[name]
                made = self.model.add_machine(breaks=self.breaks(record.get("calendar", "")))
            self.made[kind, name] = made
        return self.made[kind, name]

    def breaks(self, calendar: str) -> list[tuple[int, int]]:
        """Return the closed times of a calendar."""
        if not calendar:
            return []
        found, since = [], 0
        for start, end in self.problem["calendars"][calendar]:
            if since < start:
                found.append((since, start))
            since = end
        return [*found, (since, FAR)]

    def add_task(self, job: dict[str, Any], made: Any, op: dict[str, Any]) -> None:
        """Add a task with one mode for each machine and worker."""
        earliest = {"earliest_start": op["earliest"]} if op.get("earliest") else {}
        task = self.model.add_task(job=made, allow_breaks=op.get("resumable", False), **earliest)
        self.tasks[job["id"], op["id"]] = task
        seen = set()
        for mode in op["modes"]:
            machine = mode["machine"]
            crew = [name for name in mode.get("uses", {}) if name in self.people]
            if self.groups:
                if not seen:
                    group = self.resource("group", self.groups[machine])
                    self.model.add_mode(task, group, mode["duration"], 1)
                    self.ways.append((machine, []))
                seen.add(machine)
                continue
            for workers, duration in self.helpers(op, mode, crew):
                used = [self.resource("machine", machine)]
                used += [self.resource("worker", name) for name in workers]
                demands = [0] * len(used)
                if op.get("tool"):
                    used.append(self.resource("tool", op["tool"]))
                    demands.append(1)
                self.model.add_mode(task, used, duration, demands)
                self.ways.append((machine, workers))
            if machine not in seen:
                self.on[machine].append((task, op.get("attributes", {})))
            seen.add(machine)

    def helpers(self, op: dict[str, Any], mode: dict[str, Any], crew: list[str]) -> Any:
        """Return pairs of workers and duration."""
        need, duration = op.get("worker"), mode["duration"]
        if not need:
            return [(crew, duration)]
        site = self.resources[mode["machine"]].get("site", "")
        able = {
            name: person["skills"][need["skill"]]
            for name, person in self.people.items()
            if need["skill"] in person.get("skills", {})
            and person.get("site", "") in ("", "*", site)
        }
        return [([name], -(-duration * 100 // pace)) for name, pace in able.items()]

    def link(self, job: dict[str, Any], op: dict[str, Any], after: dict[str, Any]) -> None:
        """Add a predecessor."""
        before = self.tasks[job["id"], after["op"]]
        task = self.tasks[job["id"], op["id"]]
        self.model.add_end_before_start(before, task, after.get("min_lag", 0))

    def add_setups(self) -> None:
        """Set the change-overs between all pairs on machines that have a table."""
        pairs = sum(
            len(tasks) ** 2 for name, tasks in self.on.items() if self.resources[name].get("setup")
        )
        if pairs > MOST_PAIRS:
            raise RefusedError(f"{pairs} change-overs between pairs")
        for name, tasks in self.on.items():
            table = self.problem.get("setups", {}).get(self.resources[name].get("setup", ""))
            for one, before in [*tasks, *self.first(name)] if table else ():
                for other, after in tasks:
                    length = setup_length(table, before, after)
                    if one is not other and length:
                        machine = self.resource("machine", name)
                        self.model.add_setup_time(machine, one, other, length)

    def first(self, name: str) -> list[tuple[Any, dict[str, str]]]:
        """Add a task of no length, at the first open instant, for what a machine made last."""
        initial, calendar = (self.resources[name].get(key) for key in ("initial", "calendar"))
        if not initial:
            return []
        opens = self.problem["calendars"][calendar][0][0] if calendar else 0
        task = self.model.add_task(latest_end=opens)
        self.model.add_mode(task, self.resource("machine", name), 0)
        return [(task, initial)]

    def set_objective(self) -> None:
        """Weigh the terms as whole numbers."""
        weights = self.problem.get("objective") or {"makespan": 1}
        names = {
            "makespan": "weight_makespan", "tardiness": "weight_total_tardiness",
            "flow": "weight_total_flow_time", "tardy_jobs": "weight_tardy_jobs",
            "setup": "weight_total_setup_time",
        }  # fmt: skip
        unknown = {name for name, weight in weights.items() if weight} - set(names)
        if unknown:
            raise RefusedError(f"terms {sorted(unknown)}")
        scale = next(
            factor
            for factor in (1, 2, 5, 10, 20, 100, 1000)
            if all(float(weight * factor).is_integer() for weight in weights.values())
        )
        given = {names[name]: int(scale * weight) for name, weight in weights.items() if weight}
        self.model.set_objective(**given)

    def choices(self, best: Any) -> list[list[Any]]:
        """Return job, operation, machine, workers and start of everything."""
        keys = list(self.tasks)
        # Tasks that stand for what machines made last come behind ours.
        rows = [
            (key, self.ways[each.mode], each) for key, each in zip(keys, best.tasks, strict=False)
        ]
        if not self.groups:
            return [[*key, way[0], way[1], each.start] for key, way, each in rows]
        free: dict[Any, list[tuple[int, str]]] = {}
        found = []
        for key, (machine, _), each in sorted(rows, key=lambda row: (row[2].start, row[2].end)):
            group = self.groups[machine]
            heap = free.setdefault(group, [(0, name) for name in group])
            _, name = heapq.heappop(heap)
            heapq.heappush(heap, (each.end, name))
            found.append([*key, name, [], each.start])
        return found


def _kind(resource: dict[str, Any]) -> str:
    return str(resource.get("kind", "machine"))


def _deadline(job: dict[str, Any]) -> dict[str, int]:
    return {"deadline": job["deadline"]} if job.get("deadline") is not None else {}


def refuse(problem: dict[str, Any]) -> None:
    """Refuse by name what the library cannot express."""
    known = {"id", "modes", "after", "worker", "tool", "attributes", "resumable", "earliest"}
    found = {
        key for job in problem["jobs"] for op in job["operations"] for key in op if op[key]
    } - known
    found |= {"oven"} & {_kind(each) for each in problem["resources"]}
    for job in problem["jobs"]:
        for op in job["operations"]:
            found |= {"max_lag", "transfer"} & {
                key for after in op.get("after", ()) for key in after if after[key] is not None
            }
            if op.get("worker", {}).get("count", 1) > 1:
                found.add("crews")
    if found:
        raise RefusedError(", ".join(sorted(found)))


def setup_length(table: dict[str, Any], before: dict[str, str], after: dict[str, str]) -> int:
    """Return the change-over between two sets of attributes."""
    lengths = [0]
    for name, rule in table["attributes"].items():
        if name in before and name in after:
            here, there = before[name], after[name]
            listed = rule.get("matrix", {}).get(here, {}).get(there)
            lengths.append(
                listed if listed is not None else 0 if here == there else rule.get("default", 0)
            )
    return max(lengths) if table.get("combine") == "max" else sum(lengths)


def equal_groups(problem: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the group of equals of every machine; empty when machines are not equals."""
    group: dict[str, tuple[str, ...]] = {}
    plain = {
        each["id"]
        for each in problem["resources"]
        if _kind(each) == "machine" and not each.get("calendar") and not each.get("setup")
    }
    for job in problem["jobs"]:
        for op in job["operations"]:
            names = tuple(sorted({mode["machine"] for mode in op["modes"]}))
            lengths = {mode["duration"] for mode in op["modes"]}
            busy = op.get("worker") or op.get("tool") or any(m.get("uses") for m in op["modes"])
            if busy or len(lengths) > 1 or not plain.issuperset(names):
                return {}
            if any(group.setdefault(name, names) != names for name in names):
                return {}
    return group if any(len(names) > 1 for names in group.values()) else {}


def main(path: str, seconds: str, workers: str, out: str) -> None:
    """Build, solve, write the answer; building the model is not counted."""
    problem = json.loads(Path(path).read_bytes())
    start = time.perf_counter()
    told: dict[str, Any] = {"choices": [], "version": version("pyjobshop")}
    try:
        shop = Shop(problem)
    except RefusedError as reason:
        told["status"] = f"not built: {reason}"
    else:
        told["build_seconds"] = round(time.perf_counter() - start, 2)
        limits = {"time_limit": float(seconds), "num_workers": int(workers)}
        result = shop.model.solve(display=False, **limits)
        told["status"] = result.status.value
        told["solve_seconds"] = round(result.runtime, 2)
        if result.best.tasks:
            told |= {"claimed": result.objective, "bound": result.lower_bound}
            told["choices"] = shop.choices(result.best)
    Path(out).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:5])
