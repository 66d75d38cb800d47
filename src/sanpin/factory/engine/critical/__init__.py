"""The critical chain of a job: what fixed its end, link by link back to where it began.

From the last operation of a job each step asks which rule kept it from starting earlier, the
sequence on machines and workers taken as given, and goes to the operation that stood in the
way. It ends at a release, an arrival, a fixed start, or the origin.

Notes
-----
The chain is that of critical path analysis (Kelley and Walker 1959) with more kinds of links
than precedence. A link with slack could move earlier by as much although nothing before it
moves: the search left a gap, or held the operation back on purpose, such as against earliness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sanpin.base import N_, InputError
from sanpin.factory.engine.check.facts import Placing
from sanpin.factory.engine.critical.board import Board, key_of, lay_out
from sanpin.factory.engine.critical.bounds import bounds_of, followers_of, open_from, without
from sanpin.factory.engine.critical.kinds import Bound, LinkKind
from sanpin.factory.engine.critical.levels import Key
from sanpin.factory.model import Problem, Schedule

__all__ = ["Link", "LinkKind", "chain_on", "critical", "walk"]


@dataclass(frozen=True, slots=True)
class Link:
    """One operation of the chain, and what fixed its start.

    Attributes
    ----------
    machine : where it runs; empty when done outside
    kind : what it waited for
    name : the machine, worker, tool, pool, tank, material or operation that it waited for
    since : instant at which the link before it let go; of the first link where the chain begins
    start, end : of the work
    until : instant at which it let the next link go, mostly its end
    slack : by how much it could start earlier with everything before it unmoved
    """

    job: str
    op: str
    machine: str
    kind: LinkKind
    name: str
    since: int
    start: int
    end: int
    until: int
    slack: int


def critical(problem: Problem, schedule: Schedule, job: str) -> tuple[Link, ...]:
    """Return the chain of operations that fixes when a job ends.

    Parameters
    ----------
    problem : what the schedule answers
    schedule : a valid schedule
    job : id of a job with at least one placed operation

    Returns
    -------
    The links in order of time; `until` of each is `since` of the next, and `until` of the last
    is the end of the job. `until` lies before `since` only where an operation was delayed so
    that a successor need not wait too long: then the chain leads back through that successor.

    Raises
    ------
    InputError
        ``factory.critical.job`` when nothing of the job is placed
    """
    return chain_on(lay_out(problem, schedule.operations), job)


def chain_on(board: Board, job: str) -> tuple[Link, ...]:
    """Return the chain of a job on a schedule that is laid out, like `critical`."""
    mine = [placing for key, placing in board.facts.placed.items() if key[0] == job]
    if not mine:
        raise InputError(
            "factory.critical.job",
            N_("The schedule has no operation of a job “{job}”."),
            hint=N_("Name a job of the problem that is placed."),
            job=job,
        )
    last = max(mine, key=lambda placing: (placing.at.end, placing.at.start, placing.rank))
    return tuple(reversed(list(walk(board, last))))


def walk(board: Board, last: Placing) -> Iterator[Link]:
    """Yield the links of the chain that fixes the end of an operation, from there back."""
    seen: set[Key] = set()
    current: Placing | None = last
    until = last.at.end
    while current is not None:
        seen.add(key_of(current))
        member, bound, slack = _binding(board, current, seen)
        if member is not current:
            # A load starts together: what held back one member held back all.
            name = "/".join(key_of(member))
            together = Bound(LinkKind.BATCH, name, current.at.start, current.at.start)
            yield _link(current, together, until, 0)
            current, until = member, member.at.start
            seen.add(key_of(member))
        yield _link(current, bound, until, slack)
        until = bound.since
        current = board.facts.placed[bound.source] if bound.source else None


def _link(placing: Placing, bound: Bound, until: int, slack: int) -> Link:
    at = placing.at
    return Link(
        at.job, at.op, at.machine, bound.kind, bound.name, bound.since, at.start, at.end, until,
        slack,
    )  # fmt: skip


def _binding(board: Board, placing: Placing, seen: set[Key]) -> tuple[Placing, Bound, int]:
    """Return the bound that lets an operation's load start last, of which member, and its slack."""
    bound, slack = _latest(board, placing, seen)
    best = placing, bound, slack
    for member in board.loads[key_of(placing)]:
        if member is not placing and key_of(member) not in seen:
            bound, slack = _latest(board, member, seen)
            if slack < best[2]:
                best = member, bound, slack
    if not best[2] or placing.op.fixed:
        return best
    for follower, latest in followers_of(board, placing):
        if key_of(follower) in seen:
            continue
        slack = max(0, placing.at.end - latest)
        _, more = _latest(board, follower, seen)
        # The successor keeps it back only as far as something else holds the successor.
        if slack + more < best[2]:
            bound = Bound(LinkKind.WAIT, follower.op.id, latest, latest, key_of(follower))
            best = placing, bound, slack
    return best


def _latest(board: Board, placing: Placing, seen: set[Key]) -> tuple[Bound, int]:
    """Return an operation's own bound of the latest instant, calendars included, and its slack."""
    bound = max(without(bounds_of(board, placing), seen), key=lambda bound: bound.ready)
    ready = min(bound.ready, placing.at.start)
    opens = open_from(placing, board.opening(placing), ready)
    if opens > ready:
        bound = Bound(LinkKind.CALENDAR, placing.at.machine, opens, bound.since, bound.source)
    return bound, max(0, placing.at.start - max(ready, opens))
