"""Small random plants with every feature of the model switchable one by one.

Use::

    from tests.factory.plants import FEATURES, make_plant, plants

    make_plant(7)                                   # jobs in chains on machines, makespan
    make_plant(7, ["setup", "clean"], jobs=2)       # the same plant with two features more
    make_plant(7, FEATURES)                         # everything at once

    @given(problem=plants())                        # Hypothesis: any features, any seed
    @given(problem=plants(["worker", "oven"]))      # any subset of these

A seed and a size fix the plain plant; each feature adds its own to it, by chance of its own, so
that two plants which differ by one feature differ by nothing else. Times are small (work of 1
to 6 units) and limits loose: a plant nearly always has a schedule within some 150 units, but
pairs such as ``fixed`` with ``shelf_life`` may leave none. Every plant is well-formed: written
in the native format it is read without a finding, and equal. Some features stand on others
(`NEEDS`) and bring them along.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from sanpin.factory.model import (
    After,
    Attribute,
    BatchNeed,
    Fixed,
    Hold,
    Job,
    Material,
    Mode,
    Operation,
    Outsource,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
    Transport,
    WorkerNeed,
)

__all__ = ["FEATURES", "NEEDS", "make_plant", "plants"]

Feature = Callable[[Random, Problem], Problem]

COLOURS = ("white", "red", "black")
FOREVER = 100_000
DAY = ((0, 12), (15, 30), (34, 50), (55, FOREVER))
SHIFT = ((2, 10), (13, 27), (29, 44), (47, FOREVER))
HOURS = ((1, 9), (11, 24), (26, 48), (50, FOREVER))


def make_plant(
    seed: int,
    features: Iterable[str] = (),
    *,
    jobs: int = 2,
    operations: int = 3,
    machines: int = 2,
) -> Problem:
    """Make a plant with some features.

    Parameters
    ----------
    seed : of all chance
    features : names from `FEATURES`, in any order; those they stand on are added
    jobs, operations, machines : orders, largest number of steps of each, machines
    """
    chosen = set(features)
    unknown = chosen - set(FEATURES)
    if unknown:
        raise ValueError(f"no such features: {sorted(unknown)}")
    for name in reversed(FEATURES):
        if name in chosen:
            chosen.update(NEEDS.get(name, ()))
    problem = _plain(Random(f"plain {seed}"), jobs, operations, machines)
    for name, feature in FEATURES.items():
        if name in chosen:
            problem = feature(Random(f"{name} {seed}"), problem)
    return replace(problem, name=" ".join([f"plant {seed}", *(f for f in FEATURES if f in chosen)]))


def plants(
    features: Collection[str] | None = None,
    *,
    always: Collection[str] = (),
    jobs: int = 3,
    operations: int = 3,
    machines: int = 3,
) -> st.SearchStrategy[Problem]:
    """Return a strategy of plants with any subset of some features (None: of all).

    Parameters
    ----------
    features : from which Hypothesis chooses
    always : features that are on in every plant
    jobs, operations, machines : greatest sizes
    """
    names = sorted(FEATURES if features is None else features, key=list(FEATURES).index)
    return st.builds(
        lambda seed, chosen, *size: make_plant(
            seed, [*chosen, *always], jobs=size[0], operations=size[1], machines=size[2]
        ),
        st.integers(0, 9999),
        st.lists(st.sampled_from(names), unique=True) if names else st.just([]),
        st.integers(1, jobs),
        st.integers(1, operations),
        st.integers(1, machines),
    )


def _plain(random: Random, jobs: int, operations: int, machines: int) -> Problem:
    """Make jobs of operations in chains, each on one machine."""
    return Problem(
        jobs=tuple(
            Job(
                f"j{number}",
                tuple(
                    Operation(
                        f"o{step}",
                        (Mode(f"m{random.randrange(machines)}", random.randint(1, 6)),),
                        after=(After(f"o{step - 1}"),) if step else (),
                    )
                    for step in range(random.randint(1, operations))
                ),
                item=f"item {number % 2}",
                quantity=random.randint(1, 9),
            )
            for number in range(jobs)
        ),
        resources=tuple(Resource(f"m{number}") for number in range(machines)),
        origin="2026-01-05T00:00:00+08:00",
    )


# How features change a plant


def _each(problem: Problem, change: Callable[[Job, int, Operation], Mapping[str, Any]]) -> Problem:
    """Return the plant with values of its operations changed."""
    return replace(
        problem,
        jobs=tuple(
            replace(
                job,
                operations=tuple(
                    replace(op, **change(job, at, op)) for at, op in enumerate(job.operations)
                ),
            )
            for job in problem.jobs
        ),
    )


def _jobs(problem: Problem, change: Callable[[Job], Mapping[str, Any]]) -> Problem:
    """Return the plant with values of its jobs changed."""
    return replace(problem, jobs=tuple(replace(job, **change(job)) for job in problem.jobs))


def _resources(problem: Problem, change: Callable[[Resource], Mapping[str, Any]]) -> Problem:
    """Return the plant with values of its resources changed."""
    changed = (replace(each, **change(each)) for each in problem.resources)
    return replace(problem, resources=tuple(changed))


def _more(problem: Problem, *resources: Resource) -> Problem:
    """Return the plant with more resources."""
    return replace(problem, resources=(*problem.resources, *resources))


def _oven(problem: Problem, op: Operation) -> bool:
    """Tell whether an operation runs in an oven."""
    return any(problem.processors[m.machine].kind is ResourceKind.OVEN for m in op.modes)


def _due(random: Random, problem: Problem) -> Problem:
    changed = _jobs(
        problem,
        lambda job: {
            "due": random.randint(3, 20),
            "weight": random.randint(1, 3),
            "earliness_weight": random.randint(0, 1),
            "priority": random.randint(0, 2),
        },
    )
    return replace(changed, objective={"tardiness": 2, "makespan": 1, "tardy_jobs": 3})


def _release(random: Random, problem: Problem) -> Problem:
    return _jobs(problem, lambda _: {"release": random.randint(0, 8)})


def _zero(random: Random, problem: Problem) -> Problem:
    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        empty = random.random() < 0.35
        return {"modes": tuple(replace(m, duration=0) for m in op.modes) if empty else op.modes}

    return _each(problem, change)


def _dag(random: Random, problem: Problem) -> Problem:
    """Let steps wait for any earlier ones instead of the one before."""

    def change(job: Job, at: int, _op: Operation) -> Mapping[str, Any]:
        names = [job.operations[n].id for n in range(at) if random.random() < 0.5]
        return {"after": tuple(After(name) for name in names)}

    return _each(problem, change)


def _modes(random: Random, problem: Problem) -> Problem:
    """Let steps run on another machine too, or slower and cheaper on the same."""
    machines = list(problem.processors)

    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        if random.random() < 0.4:
            return {}
        mode = Mode(random.choice(machines), random.randint(1, 6), random.randint(0, 3))
        return {"modes": (replace(op.modes[0], cost=random.randint(0, 3)), mode)}

    return _each(problem, change)


def _calendar(random: Random, problem: Problem) -> Problem:
    changed = _resources(problem, lambda _: {"calendar": random.choice(("day", "day", "shift"))})
    return replace(changed, calendars={"day": DAY, "shift": SHIFT})


def _resumable(random: Random, problem: Problem) -> Problem:
    return _each(problem, lambda *_: {"resumable": random.random() < 0.7})


def _setup(random: Random, problem: Problem) -> Problem:
    changed = _each(
        problem,
        lambda *_: {
            "attributes": {
                name: random.choice(values)
                for name, values in (("colour", COLOURS), ("size", "SL"))
                if random.random() < 0.9
            }
        },
    )
    matrix = {a: {b: random.randint(0, 4) for b in COLOURS if b != a} for a in COLOURS}
    if random.random() < 0.3:
        matrix["red"]["red"] = 1
    table = SetupTable(
        {"colour": Attribute(matrix), "size": Attribute({}, random.randint(1, 2))},
        random.choice(("sum", "max")),
    )
    changed = _resources(changed, lambda each: {"setup": "paint" if random.random() < 0.8 else ""})
    return replace(changed, setups={"paint": table}, objective={**changed.objective, "setup": 1})


def _initial(random: Random, problem: Problem) -> Problem:
    return _resources(
        problem, lambda each: {"initial": {"colour": random.choice(COLOURS), "size": "S"}}
    )


def _colour(problem: Problem, **values: Any) -> Problem:
    """Return the plant with its change-overs of colours changed."""
    table = problem.setups["paint"]
    colour = replace(table.attributes["colour"], **values)
    table = replace(table, attributes={**table.attributes, "colour": colour})
    return replace(problem, setups={"paint": table})


def _forbidden(random: Random, problem: Problem) -> Problem:
    """Forbid one way between two colours; the other way round stays open."""
    return _colour(problem, forbidden=frozenset({tuple(random.sample(COLOURS, 2))}))


def _clean(random: Random, problem: Problem) -> Problem:
    every = random.choice(({"every_batches": random.randint(1, 2)}, {"every_units": 6}))
    return _colour(problem, clean={**every, "duration": random.randint(1, 3)})


def _lag(random: Random, problem: Problem) -> Problem:
    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        return {"after": tuple(replace(a, min_lag=random.randint(0, 3)) for a in op.after)}

    return _each(problem, change)


def _max_lag(random: Random, problem: Problem) -> Problem:
    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        limits = [a.min_lag + random.randint(1, 8) for a in op.after]
        return {
            "after": tuple(
                replace(a, max_lag=limit) if random.random() < 0.6 else a
                for a, limit in zip(op.after, limits, strict=True)
            )
        }

    return _each(problem, change)


def _transfer(random: Random, problem: Problem) -> Problem:
    shares = (Fraction(1, 2), Fraction(1, 4), Fraction(3, 10))

    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        return {
            "after": tuple(
                replace(a, transfer=random.choice(shares)) if random.random() < 0.7 else a
                for a in op.after
            )
        }

    return _each(problem, change)


def _site(random: Random, problem: Problem) -> Problem:
    changed = _resources(problem, lambda _: {"site": random.choice("ab")})
    legs = tuple(
        Transport(x, y, random.randint(1, 4), random.randint(0, 2)) for x, y in ("ab", "ba")
    )
    return replace(changed, sites=("a", "b"), transport=legs)


def _closed_site(_random: Random, problem: Problem) -> Problem:
    return replace(problem, closed_sites=frozenset("b"))


def _worker(random: Random, problem: Problem) -> Problem:
    changed = _each(
        problem,
        lambda *_: {"worker": WorkerNeed("sew") if random.random() < 0.6 else None},
    )
    kind, everywhere = ResourceKind.WORKER, "*" if problem.sites else ""
    return _more(
        changed,
        Resource("anna", kind, everywhere, skills={"sew": 100, "pack": 100}),
        Resource("bo", kind, everywhere, skills={"sew": 100}),
    )


def _people(problem: Problem, change: Callable[[Resource], Mapping[str, Any]]) -> Problem:
    """Return the plant with values of its workers changed."""
    return _resources(
        problem, lambda each: change(each) if each.kind is ResourceKind.WORKER else {}
    )


def _efficiency(random: Random, problem: Problem) -> Problem:
    return _people(
        problem, lambda each: {"skills": {s: random.choice((50, 80, 130)) for s in each.skills}}
    )


def _worker_calendar(random: Random, problem: Problem) -> Problem:
    changed = _people(problem, lambda _: {"calendar": "hours" if random.random() < 0.7 else ""})
    return replace(changed, calendars={**problem.calendars, "hours": HOURS})


def _worker_site(random: Random, problem: Problem) -> Problem:
    """Let a worker who sews stay at one site; the other goes everywhere."""
    return _people(problem, lambda each: {"site": random.choice("ab*") if each.id == "bo" else "*"})


def _team(random: Random, problem: Problem) -> Problem:
    """Let some steps need two workers."""
    changed = _each(
        problem,
        lambda _job, _at, op: {
            "worker": WorkerNeed("sew", 2) if op.worker and random.random() < 0.5 else op.worker
        },
    )
    return _people(changed, lambda each: {"site": "*" if changed.sites else ""})


def _crew(random: Random, problem: Problem) -> Problem:
    """Let some modes name their worker instead, each with a pace of its own."""

    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        if op.worker or random.random() < 0.4:
            return {}
        return {
            "modes": tuple(
                replace(mode, crew=(name,), duration=mode.duration + extra)
                for mode in op.modes
                for extra, name in enumerate(("anna", "bo"))
                if problem.workers[name].site in ("", "*")
            )
        }

    return _each(problem, change)


def _setup_worker(random: Random, problem: Problem) -> Problem:
    return _each(problem, lambda *_: {"setup_worker": random.choice(("sew", "pack", ""))})


def _tool(random: Random, problem: Problem) -> Problem:
    changed = _each(problem, lambda *_: {"tool": random.choice(("die", "die", ""))})
    return _more(changed, Resource("die", ResourceKind.TOOL, capacity=random.randint(1, 2)))


def _pool(random: Random, problem: Problem) -> Problem:
    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        amounts = [random.randint(0, 3) for _ in op.modes]
        return {
            "modes": tuple(
                replace(mode, uses={"steam": amount}) if amount else mode
                for mode, amount in zip(op.modes, amounts, strict=True)
            )
        }

    changed = _each(problem, change)
    return _more(changed, Resource("steam", ResourceKind.POOL, capacity=random.randint(3, 4)))


def _oven_step(random: Random, problem: Problem) -> Problem:
    """Let some steps run in an oven, where several may share a load."""

    def change(_job: Job, _at: int, op: Operation) -> Mapping[str, Any]:
        if random.random() < 0.4:
            return {}
        need = BatchNeed(random.choice("FFG"), random.randint(1, 2))
        return {"modes": (Mode("kiln", op.modes[0].duration),), "batch": need}

    machine = problem.resources[0]
    kiln = replace(machine, id="kiln", kind=ResourceKind.OVEN, capacity=3)
    return _each(_more(problem, kiln), change)


def _tank(random: Random, problem: Problem) -> Problem:
    """Let some steps fill a tank that a later step of the job drains."""

    def change(job: Job, at: int, op: Operation) -> Mapping[str, Any]:
        later = [o.id for o in job.operations if any(a.op == op.id for a in o.after)]
        if not later or random.random() < 0.3:
            return {}
        source = random.choice(("start", "end"))
        end = random.random() < 0.5
        return {"hold": Hold("vat", random.randint(1, 3), later[0], source, end)}

    vat = Resource("vat", ResourceKind.TANK, capacity=random.randint(3, 5))
    return _each(_more(problem, vat), change)


def _mixed(_random: Random, problem: Problem) -> Problem:
    return _resources(problem, lambda each: {"mixed": each.kind is ResourceKind.TANK})


def _material(random: Random, problem: Problem) -> Problem:
    """Let first steps take clay, of which the last comes late."""
    changed = _each(
        problem, lambda _job, at, _op: {"consumes": {} if at else {"clay": random.randint(0, 3)}}
    )
    changed = _each(
        changed, lambda _job, _at, op: {"consumes": {k: v for k, v in op.consumes.items() if v}}
    )
    need = sum(op.consumes.get("clay", 0) for job in changed.jobs for op in job.operations)
    early = random.randint(0, need)
    late = random.randint(0, need - early)
    arrivals = ((random.randint(1, 6), late), (random.randint(6, 12), need - early - late))
    clay = Material("clay", early, tuple(each for each in arrivals if each[1]))
    return replace(changed, materials=(*changed.materials, clay))


def _produced(random: Random, problem: Problem) -> Problem:
    """Let the first job's last step make what the last job's last step takes."""
    first, last = problem.jobs[0], problem.jobs[-1]
    if first is last:
        return problem

    def change(job: Job, at: int, op: Operation) -> Mapping[str, Any]:
        if at < len(job.operations) - 1 or job not in (first, last):
            return {}
        if job is first:
            return {"produces": {"part": 3}}
        return {"consumes": {**op.consumes, "part": 2}}

    part = Material("part", random.randint(0, 1))
    return _each(replace(problem, materials=(*problem.materials, part)), change)


def _shelf_life(random: Random, problem: Problem) -> Problem:
    lives = (None, 25, 40)
    return replace(
        problem,
        materials=tuple(replace(m, shelf_life=random.choice(lives)) for m in problem.materials),
    )


def _earliest(random: Random, problem: Problem) -> Problem:
    return _each(problem, lambda *_: {"earliest": random.choice((None, random.randint(0, 10)))})


def _latest(random: Random, problem: Problem) -> Problem:
    return _each(problem, lambda *_: {"latest": random.choice((None, random.randint(60, 90)))})


def _deadline(random: Random, problem: Problem) -> Problem:
    return _jobs(problem, lambda _: {"deadline": random.randint(60, 90)})


def _alternatives(random: Random, problem: Problem) -> Problem:
    """Let the last job choose between its last step and another one of the same kind."""
    job = problem.jobs[-1]
    last = job.operations[-1]
    other = replace(
        last,
        id="x",
        hold=None,
        modes=tuple(replace(m, duration=random.randint(1, 6)) for m in last.modes),
    )
    choice = replace(job, operations=(*job.operations, other), alternatives=((last.id,), ("x",)))
    return replace(problem, jobs=(*problem.jobs[:-1], choice))


def _outsource(random: Random, problem: Problem) -> Problem:
    def change(_job: Job, _at: int, _op: Operation) -> Mapping[str, Any]:
        offer = Outsource(random.randint(4, 9), random.randint(1, 5))
        return {"outsource": offer if random.random() < 0.4 else None}

    changed = _each(problem, change)
    return replace(changed, objective={**changed.objective, "cost": 1})


def _fixed(random: Random, problem: Problem) -> Problem:
    """Fix the first step of the last job where and when it could be."""
    job = problem.jobs[-1]
    first = job.operations[0]
    start = random.randint(16, 20)
    fixed = replace(first, fixed=Fixed(first.modes[0].machine, start), earliest=None)
    return replace(
        problem,
        jobs=(*problem.jobs[:-1], replace(job, operations=(fixed, *job.operations[1:]))),
    )


def _cost(random: Random, problem: Problem) -> Problem:
    processing = (ResourceKind.MACHINE, ResourceKind.OVEN, ResourceKind.WORKER, ResourceKind.TOOL)
    changed = _resources(
        problem,
        lambda each: {"cost_per_unit": random.randint(0, 2) if each.kind in processing else 0},
    )
    return replace(changed, objective={**changed.objective, "cost": 1})


def _earliness(random: Random, problem: Problem) -> Problem:
    changed = _jobs(
        problem,
        lambda job: {
            "due": random.randint(5, 20) if job.due is None else job.due,
            "earliness_weight": random.randint(1, 2),
        },
    )
    return replace(changed, objective={**changed.objective, "earliness": 1})


def _flow(_random: Random, problem: Problem) -> Problem:
    return replace(problem, objective={**problem.objective, "flow": 1})


def _stability(random: Random, problem: Problem) -> Problem:
    rows = tuple(
        (job.id, op.id, random.choice(op.modes).machine, random.randint(0, 15))
        for job in problem.jobs
        for op in job.operations
        if random.random() < 0.7
    )
    objective = {**problem.objective, "stability": 1}
    return replace(problem, baseline=rows, objective=objective)


FEATURES: Mapping[str, Feature] = {
    "dag": _dag,
    "modes": _modes,
    "zero": _zero,
    "release": _release,
    "due": _due,
    "site": _site,
    "closed_site": _closed_site,
    "calendar": _calendar,
    "setup": _setup,
    "initial": _initial,
    "forbidden": _forbidden,
    "clean": _clean,
    "oven": _oven_step,
    "resumable": _resumable,
    "lag": _lag,
    "max_lag": _max_lag,
    "transfer": _transfer,
    "worker": _worker,
    "efficiency": _efficiency,
    "worker_calendar": _worker_calendar,
    "worker_site": _worker_site,
    "team": _team,
    "crew": _crew,
    "setup_worker": _setup_worker,
    "tool": _tool,
    "pool": _pool,
    "tank": _tank,
    "mixed": _mixed,
    "material": _material,
    "produced": _produced,
    "shelf_life": _shelf_life,
    "earliest": _earliest,
    "latest": _latest,
    "deadline": _deadline,
    "alternatives": _alternatives,
    "outsource": _outsource,
    "fixed": _fixed,
    "cost": _cost,
    "earliness": _earliness,
    "flow": _flow,
    "stability": _stability,
}
"""Every feature by name, in the order in which they are added."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    "closed_site": ("site",),
    "initial": ("setup",),
    "forbidden": ("setup",),
    "clean": ("setup",),
    "resumable": ("calendar",),
    "efficiency": ("worker",),
    "worker_calendar": ("worker",),
    "worker_site": ("worker", "site"),
    "team": ("worker",),
    "crew": ("worker",),
    "setup_worker": ("worker", "initial"),
    "mixed": ("tank",),
    "shelf_life": ("material",),
}
"""Features that others stand on."""
