"""Dispatch rules: which of the waiting operations goes next. Lower keys go first.

The static rules are classics: SPT by Smith (1956), EDD by Jackson (1955), most work remaining,
most operations remaining; the dynamic ones look at slack and set-ups (Pinedo 2016, ch. 14).
None is best everywhere, which is why the search tries all that suit the objective.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from statistics import fmean

from sanpin.factory.engine.search.shop import OUTSIDE, Shop

__all__ = ["RULES", "Rule", "Tails", "make_rule", "measure_tails"]

Key = Callable[[int, int, int, int], float]
"""Rate operation, duration here, setup here, and the time now; lower goes first."""

FAR = 10**9


@dataclass(frozen=True, slots=True)
class Tails:
    """Per operation: mean duration, and the least work from its start to the job's end.

    Attributes
    ----------
    mean : mean duration over the ways, per operation
    rest : longest work from the start of the operation to the end of its job
    steps : operations from here to the end of the job, itself included
    due, weight, release : of its job; weights are never 0, since rules divide by them
    urgency : negated priority of its job
    """

    mean: list[float]
    rest: list[float]
    steps: list[int]
    due: list[float]
    weight: list[float]
    release: list[int]
    ties: list[float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to use; a `static` key never changes while an operation waits.

    `urgency` is the latest start of each operation that keeps its due date; `ties` are small
    numbers that let the priority of a job decide between equal keys.
    """

    name: str
    key: Key
    urgency: list[float]
    ties: list[float]
    static: bool = True


def measure_tails(shop: Shop) -> Tails:
    """Compute what the rules look at."""
    mean = [fmean(way.duration for way in ways) for ways in shop.ways]
    rest, steps = list(mean), [1] * shop.size
    for op in reversed(shop.order):
        for link in shop.next[op]:
            rest[op] = max(rest[op], mean[op] + link.min_lag + rest[link.op])
            steps[op] = max(steps[op], 1 + steps[link.op])
    jobs = [shop.jobs[job] for job in shop.job_of]
    due = [float(job.due if job.due is not None else FAR) for job in jobs]
    return Tails(
        mean,
        rest,
        steps,
        due,
        [max(1e-3, job.weight) for job in jobs],
        [job.release for job in jobs],
        [-1e-9 * job.priority for job in jobs],
    )


def _static(name: str, tails: Tails) -> Key | None:
    """Return the key of a rule that looks at neither clock nor set-up; None for the others.

    Keys take operation, duration, set-up and time. ODD is the due date less the work that remains:
    the latest start that keeps the date.
    """
    rest, due, weight = tails.rest, tails.due, tails.weight
    keys: dict[str, Key] = {
        "SPT": lambda _o, p, _s, _t: p,
        "LPT": lambda _o, p, _s, _t: -p,
        "MWR": lambda o, _p, _s, _t: -rest[o],
        "LWR": lambda o, _p, _s, _t: rest[o],
        "MOR": lambda o, _p, _s, _t: -tails.steps[o],
        "EDD": lambda o, _p, _s, _t: due[o],
        "ODD": lambda o, _p, _s, _t: due[o] - rest[o],
        "WEDD": lambda o, _p, _s, _t: (due[o] - rest[o]) / weight[o],
        "FIFO": lambda o, _p, _s, _t: tails.release[o],
    }
    return keys.get(name)


def _dynamic(name: str, tails: Tails, scale: float, setup: float, k1: float) -> Key:
    """Rules that look at the clock or the setup.

    ATC and ATCS: Vepsalainen and Morton 1987; Lee, Bhaskaran and Pinedo 1997, with k2 = 0.5
    (a value from the middle of their tables). A small k1 looks at urgent orders only, a large
    one at weight per work.

    Notes
    -----
    With p the duration, s the set-up, d the due date, r the remaining work, t the time:
    ATC = w/p exp(-max(0, d - r - t)/(k1 p̄)), ATCS = ATC exp(-s/(k2 s̄)); CR = (d - t)/r;
    slack per operation = (d - t - r)/n. Keys are negated where the formula favours large values.
    """
    rest, due, weight = tails.rest, tails.due, tails.weight

    def ratio(o: int, _p: int, _s: int, t: int) -> float:
        return (due[o] - t) / max(1.0, rest[o])

    def atc(o: int, p: int, _s: int, t: int) -> float:
        # The cap keeps the key off 0: with much slack, weight and duration still decide.
        slack = max(0.0, due[o] - t - rest[o])
        return -weight[o] / max(p, 1) * exp(-min(slack / (k1 * scale), 500))

    def atcs(o: int, p: int, s: int, t: int) -> float:
        return atc(o, p, s, t) * exp(-s / (0.5 * setup))

    def sticky(o: int, _p: int, s: int, _t: int) -> float:
        return s * 3 * scale / setup + due[o] - rest[o]

    def slack_each(o: int, _p: int, _s: int, t: int) -> float:
        return (due[o] - t - rest[o]) / tails.steps[o]

    keys: dict[str, Key] = {
        "CR": ratio,
        "ATC": atc,
        "ATCS": atcs,
        "STICKY": sticky,
        "SETUP": lambda o, _p, s, _t: s * FAR + due[o] - rest[o],
        "SLACK/OP": slack_each,
        "SLACK": lambda o, _p, s, _t: (due[o] - rest[o]) + s,
    }
    return keys[name]


RULES = (
    "MWR",
    "LWR",
    "SPT",
    "LPT",
    "MOR",
    "FIFO",
    "EDD",
    "ODD",
    "WEDD",
    "SLACK",
    "SLACK/OP",
    "CR",
    "ATC",
    "ATCS",
    "STICKY",
    "SETUP",
)
"""Names of all rules; those after FIFO look at due dates or setups."""


def make_rule(name: str, shop: Shop, tails: Tails, k1: float = 2.0) -> Rule:
    """Build a rule for a shop; `k1` is how far ahead ATC and ATCS look.

    Parameters
    ----------
    name : one of `RULES`
    shop : durations and set-ups, whose means scale the dynamic rules
    tails : what `measure_tails` computed for it
    """
    key = _static(name, tails)
    urgency = [due - rest for due, rest in zip(tails.due, tails.rest, strict=True)]
    if key is not None:
        return Rule(name, key, urgency, tails.ties)
    waits = [way.duration for ways in shop.ways for way in ways if way.machine != OUTSIDE]
    scale = max(1.0, fmean(waits) if waits else 1.0)
    return Rule(
        name, _dynamic(name, tails, scale, _mean_setup(shop), k1), urgency, tails.ties, static=False
    )


def _mean_setup(shop: Shop) -> float:
    """Return the mean change-over length over all tables that machines use.

    Forty classes per table are enough of a sample: tables with hundreds would take longer to
    average than to schedule with.
    """
    lengths = [
        table.length(a, b)
        for table in {id(t): t for t in shop.setups if t is not None}.values()
        for a in range(min(len(table.classes), 40))
        for b in range(min(len(table.classes), 40))
        if a != b
    ]
    return max(1.0, fmean(lengths)) if lengths else 1.0
