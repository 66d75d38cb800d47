"""What is placed, and whether one thing more can stand beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.factory.oracles.clock import HORIZON, ceiling, opened, rested, span, whole

from sanpin.factory.model import Job, Mode, Operation, Problem, Resource, SetupTable


@dataclass(frozen=True)
class Placed:
    """One operation with all that was decided about it."""

    job: Job
    op: Operation
    mode: Mode | None
    workers: tuple[str, ...]
    work: int
    start: int
    end: int
    setup_start: int
    length: int
    load: int
    setters: tuple[str, ...] = ()

    @property
    def machine(self) -> str:
        """Where it runs; empty when outside."""
        return self.mode.machine if self.mode else ""


Rows = tuple[Placed, ...]


def setup(
    table: SetupTable | None, initial: Mapping[str, str], loads: Sequence[Sequence[Placed]]
) -> int | None:
    """Return the set-up length before the last of some loads; None when it is forbidden."""
    if table is None:
        return 0
    lengths: dict[tuple[int, int], list[int]] = {}
    olds = [p.op.attributes for p in loads[-2]] if len(loads) > 1 else [initial]
    for name, attribute in table.attributes.items():
        due = is_due(name, attribute.clean or {}, initial, loads)
        for i, old in enumerate(olds):
            for k, new in enumerate(p.op.attributes for p in loads[-1]):
                if name not in new:
                    continue
                extra = attribute.clean["duration"] if attribute.clean and due else 0
                if name in old:
                    if (old[name], new[name]) in attribute.forbidden:
                        return None
                    extra += attribute.length(old[name], new[name])
                lengths.setdefault((i, k), []).append(extra)
    combine = sum if table.combine == "sum" else max
    return max((combine(each) for each in lengths.values()), default=0)


def is_due(
    name: str,
    clean: Mapping[str, int],
    initial: Mapping[str, str],
    loads: Sequence[Sequence[Placed]],
) -> bool:
    """Tell whether an attribute must be cleaned before the last load, counting from the first."""
    batches = units = 0
    before = {initial[name]} if name in initial else set()
    due = False
    for load in loads:
        here = {p.op.attributes[name] for p in load if name in p.op.attributes}
        due = False
        if here:
            if before and len(before | here) > 1:
                batches = units = 0
            elif ("every_batches" in clean and batches >= clean["every_batches"]) or (
                "every_units" in clean and units >= clean["every_units"]
            ):
                due, batches, units = True, 0, 0
            batches += 1
            units += sum(p.job.quantity for p in load if name in p.op.attributes)
        before = here
    return due


def ready(problem: Problem, rows: Rows, new: Placed) -> bool:
    """Judge bounds of the operation and its predecessors; those not placed are not chosen."""
    op, job = new.op, new.job
    lows = [job.release, op.earliest or 0]
    highs = [x for x in (job.deadline, op.latest) if x is not None]
    if new.start < max(lows) or any(new.end > x for x in highs) or new.end > HORIZON:
        return False
    if op.fixed and (op.fixed.machine, op.fixed.start) != (new.machine, new.start):
        return False
    for after in op.after:
        before = next((p for p in rows if (p.job.id, p.op.id) == (job.id, after.op)), None)
        if before is None:
            continue
        way = journey(problem, before, new)
        if way is None:
            return False
        lag = after.min_lag + way[0]
        handed = before.end
        if after.transfer is not None:
            handed = handed_over(problem, before, ceiling(after.transfer, before.work))
            if new.end < before.end + lag:
                return False
        if new.start < handed + lag:
            return False
        if after.max_lag is not None and new.start > before.end + after.max_lag:
            return False
    return True


def handed_over(problem: Problem, before: Placed, units: int) -> int:
    """Return when a predecessor has done so many units of its work."""
    mask = everyone(problem, before)
    if before.mode is None or not before.op.resumable or before.load:
        return before.start + units
    done = rested(mask, before.start, units)
    assert done is not None
    return done


def everyone(problem: Problem, placed: Placed) -> int:
    """Return the mask in which machine and workers are open."""
    machine = problem.processors.get(placed.machine)
    return opened(problem, machine, *(problem.workers[w] for w in placed.workers))


def journey(problem: Problem, before: Placed, new: Placed) -> tuple[int, float] | None:
    """Return duration and cost of the way between two operations, None for no way."""
    ends = [problem.processors[p.machine].site if p.mode else "" for p in (before, new)]
    for leg in problem.transport:
        if [leg.source, leg.target] == ends:
            return leg.duration, leg.cost
    if ends[0] == ends[1] or "" in ends:
        return 0, 0
    return None if set(ends) & problem.closed_sites else (0, 0)


def timed(problem: Problem, new: Placed, longest: int) -> Placed | None:
    """Return the operation with its end, None where it cannot stand at its start."""
    if new.mode is None:
        return replace(new, end=new.start + new.work)
    mask = everyone(problem, new)
    if new.op.resumable and not new.load:
        end = rested(mask, new.start, new.work) if mask >> new.start & 1 else None
        return None if end is None else replace(new, end=end)
    end = new.start + longest
    return replace(new, end=end) if whole(mask, new.start, end) else None


def held(rows: Sequence[Placed], worker: str) -> int:
    """Return the mask in which a worker is held, by work or by set-ups."""
    mask = 0
    for p in rows:
        if worker in p.workers:
            mask |= span(p.start, p.end)
        if worker in p.setters:
            mask |= span(p.setup_start, p.setup_start + p.length)
    return mask


def free(problem: Problem, rows: Rows, load: Sequence[Placed]) -> bool:
    """Judge whether workers, tools and pools suffice for a load beside what is placed."""
    so_far = list(rows)
    for new in load:
        own = span(new.start, new.end)
        if any(held(so_far, worker) & own for worker in new.workers):
            return False
        so_far.append(new)
    limits: list[tuple[Resource, list[tuple[Placed, int]]]] = [
        (tool, [(p, 1) for p in so_far if p.op.tool == name and p.mode])
        for name, tool in problem.tools.items()
    ]
    for name, pool in problem.pools.items():
        limits.append((pool, [(p, p.mode.uses.get(name, 0)) for p in so_far if p.mode]))
    units = [t for new in load[:1] for t in range(new.start, max(p.end for p in load))]
    return all(
        sum(amount for p, amount in users if p.start <= t < p.end) <= each.capacity
        for each, users in limits
        if users
        for t in units
    )


def tanks(problem: Problem, rows: Rows) -> bool:
    """Judge the tanks unit by unit; a hold that nobody drained yet lasts no unit."""
    for name, tank in problem.tanks.items():
        holds = []
        for p in rows:
            hold = p.op.hold
            if hold is None or hold.tank != name:
                continue
            drain = next((q for q in rows if (q.job.id, q.op.id) == (p.job.id, hold.until)), None)
            if drain is not None:
                start = p.start if hold.source == "start" else p.end
                end = drain.end if hold.until_end else drain.start
                holds.append((span(start, end), hold.amount, p.job.item or p.job.id))
        for t in range(HORIZON if holds else 0):
            here = [(amount, item) for mask, amount, item in holds if mask >> t & 1]
            if sum(amount for amount, _ in here) > tank.capacity:
                return False
            if not tank.mixed and len({item for _, item in here}) > 1:
                return False
            if not here and t > max(mask.bit_length() for mask, _, _ in holds):
                break
    return True


def stocked(problem: Problem, rows: Rows) -> bool:
    """Judge the materials: piece by piece, each use takes the pieces that expire first."""
    for material in problem.materials:
        life = material.shelf_life
        pieces = [0] * material.on_hand
        for t, amount in material.arrivals:
            pieces += [t] * amount
        for p in rows:
            pieces += [p.end] * p.op.produces.get(material.id, 0)
        pieces.sort()
        for p in sorted(rows, key=lambda p: p.start):
            for _ in range(p.op.consumes.get(material.id, 0)):
                good = (x for x in pieces if x <= p.start and (life is None or p.start < x + life))
                piece = next(good, None)
                if piece is None:
                    return False
                pieces.remove(piece)
    return True


def setups(
    problem: Problem, rows: Rows, load: Sequence[Placed], *, all_starts: bool
) -> Iterator[list[Placed]]:
    """Yield a load with each set-up that it can have: where, and by whom."""
    first = load[0]
    if first.mode is None:
        yield list(load)
        return
    machine = problem.processors[first.machine]
    before: dict[int, list[Placed]] = {}
    for p in rows:
        if p.machine == first.machine:
            before.setdefault(p.load or -len(before) - 1, []).append(p)
    until = max((p.end for each in before.values() for p in each), default=0)
    table = problem.setups.get(machine.setup)
    length = setup(table, machine.initial, [*before.values(), load])
    if length is None or first.start < until:
        return
    if not length:
        yield [replace(p, setup_start=p.start) for p in load]
        return
    mask = opened(problem, machine)
    starts = [
        s for s in range(first.start - length, until - 1, -1)
        if s >= 0 and whole(mask, s, s + length)
    ]  # fmt: skip
    skills = sorted({p.op.setup_worker for p in load if p.op.setup_worker})
    for s in starts if all_starts or skills else starts[:1]:
        for setters in crews(problem, [*rows, *load], machine, skills, span(s, s + length)):
            yield [
                replace(p, setup_start=s, length=length, setters=setters if p is first else ())
                for p in load
            ]


def crews(
    problem: Problem, rows: Sequence[Placed], machine: Resource, skills: Sequence[str], mask: int
) -> Iterator[tuple[str, ...]]:
    """Yield different free workers, one for each skill that a set-up asks for."""
    if not skills:
        yield ()
        return
    for name, who in problem.workers.items():
        near = who.site in ("", "*") or not machine.site or who.site == machine.site
        if (
            near
            and skills[0] in who.skills
            and not mask & ~opened(problem, who)
            and not held(rows, name) & mask
        ):
            for others in crews(problem, rows, machine, skills[1:], mask):
                if name not in others:
                    yield (name, *others)
