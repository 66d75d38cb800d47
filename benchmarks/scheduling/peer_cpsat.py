"""Solve with CP-SAT on a model written by hand; writes choices.

    python peer_cpsat.py PROBLEM FORMAT SECONDS WORKERS SEED OUT [HINT]

The limit counts the solver's own search and presolve; building the model is not counted.
"""

from __future__ import annotations

import heapq
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

from benchmarks.scheduling.cpsat_model import Built, NotBuiltError, build
from sanpin.factory import read


def main(arguments: list[str]) -> None:
    """Build, solve, write the answer."""
    path, form, seconds, workers, seed, out = arguments[:6]
    problem = read(Path(path), form)
    hint = _hint(Path(arguments[6])) if len(arguments) > 6 else {}
    start = time.perf_counter()
    told: dict[str, Any] = {"choices": [], "hinted": bool(hint)}
    try:
        built = build(problem, hint)
    except NotBuiltError as reason:
        told["status"] = f"not built: {reason}"
    else:
        if hint:
            told["hint_complete"] = _complete_hint(built)
        told["build_seconds"] = round(time.perf_counter() - start, 2)
        told |= _solve(built, float(seconds), int(workers), int(seed))
    if hint and not told["choices"]:
        # Whoever starts from a schedule has at least that.
        told["choices"] = [
            [*key, each["machine"], each["workers"], each["start"]] for key, each in hint.items()
        ]
        told["fallback"] = "hint"
    Path(out).write_text(json.dumps(told), encoding="utf-8")


def _hint(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the records of a schedule by job and operation."""
    return {(each["job"], each["op"]): each for each in json.loads(path.read_bytes())["operations"]}


def _complete_hint(built: Built) -> bool:
    """Give every variable the value that follows from the hinted ones; False when none does."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = 30
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    if solver.solve(built.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return False
    built.model.clear_hints()
    for place, value in enumerate(solver.response_proto.solution):
        built.model.add_hint(built.model.get_int_var_from_proto_index(place), value)
    return True


def _solve(built: Built, seconds: float, workers: int, seed: int) -> dict[str, Any]:
    """Search and return status, bound and choices."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(built.model)
    told = {"status": solver.status_name(status), "bound": solver.best_objective_bound}
    told["solve_seconds"] = round(solver.wall_time, 2)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        told["claimed"] = solver.objective_value
        told["choices"] = _choices(built, solver)
    return told


def _choices(built: Built, solver: cp_model.CpSolver) -> list[list[Any]]:
    """Return job, operation, machine, workers and start of everything."""
    starts = {key: solver.value(start) for key, start in built.starts.items()}
    if built.groups:
        shared = _share_out(built, solver, starts)
        return [[*key, shared[key], [], start] for key, start in starts.items()]
    found = []
    for key, start in starts.items():
        if key in built.modes:
            ways = built.modes[key]
            _, machine, crew = next(way for way in ways if solver.value(way[0]))
            found.append([*key, machine, list(crew), start])
        else:
            helpers = built.workers[key]
            workers = [_chosen(solver, helpers)] if helpers else []
            found.append([*key, _chosen(solver, built.machines[key]), workers, start])
    return found


def _chosen(solver: cp_model.CpSolver, literals: dict[str, Any]) -> str:
    """Return the name whose literal holds."""
    return next(name for name, on in literals.items() if solver.value(on))


def _share_out(built: Built, solver: cp_model.CpSolver, starts: Any) -> dict[Any, str]:
    """Give each operation of a group a machine that is free at its start."""
    free: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    found = {}
    for key in sorted(starts, key=lambda key: (starts[key], solver.value(built.ends[key]))):
        group = built.groups[key]
        heap = free[group] or [(0, name) for name in group]
        _, name = heapq.heappop(heap)
        heapq.heappush(heap, (solver.value(built.ends[key]), name))
        free[group], found[key] = heap, name
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
