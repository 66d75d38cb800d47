"""Dispatch rules in rounds: each rule in turn, then variations of the best ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.search.dispatch import dispatch
from sanpin.factory.engine.search.rebuild import repair
from sanpin.factory.engine.search.rules import RULES, make_rule, measure_tails
from sanpin.factory.engine.search.score import extract, rate
from sanpin.factory.engine.search.shop import compile_shop
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["RuleSearch", "refused"]

PROMISING = (
    ("ATCS", 4.0),
    ("ATC", 32.0),
    ("EDD", 1.0),
    ("ATCS", 32.0),
    ("SLACK/OP", 1.0),
    ("ATC", 4.0),
    ("WEDD", 1.0),
    ("CR", 1.0),
    ("ATCS", 1.0),
    ("ATC", 128.0),
)
"""Rules that were best on some plant, with the k1 of ATC and ATCS, in order of promise."""


@dataclass(frozen=True, slots=True)
class _Recipe:
    """A rule with its settings."""

    rule: str
    k1: float
    patience: int
    stick: float
    noise: float = 0.0


def refused(problem: Problem) -> list[str]:
    """Name what the checker knows but these rules cannot place."""
    ops = [op for job in problem.jobs for op in job.operations]
    found = {
        "hold": any(op.hold for op in ops),
        "setup_worker": any(op.setup_worker for op in ops),
        "shelf_life": any(m.shelf_life is not None for m in problem.materials),
        "clean": any(a.clean for t in problem.setups.values() for a in t.attributes.values()),
        "crew": any(mode.crew for op in ops for mode in op.modes),
    }
    return [name for name, there in found.items() if there]


class RuleSearch:
    """Search by dispatch rules; a round builds one schedule.

    Parameters
    ----------
    problem : one of which nothing is `refused`
    seed : of all chance
    """

    bound = 0.0

    def __init__(self, problem: Problem, *, seed: int = 0) -> None:
        self.problem, self.rounds = problem, 0
        self.shop = compile_shop(problem)
        self.best: tuple[int, float] = (1, float("inf"))
        self._random = Random(seed)
        self._tails = measure_tails(self.shop)
        self._recipes = self._all()
        self._ranked: list[tuple[tuple[int, float], int, _Recipe]] = []
        self._operations: tuple[ScheduledOperation, ...] = ()

    def start(self, budget: Budget | None = None) -> None:
        """Build the schedule of the most promising rule."""
        self.round()
        self.rounds = 0

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Build one schedule: by the next rule, or near one of the three best."""
        if stop is not None and stop():
            return
        recipe = next(self._recipes, None)
        if recipe is not None:
            self._ranked.append((self._build(recipe), len(self._ranked), recipe))
        else:
            best = sorted(self._ranked, key=lambda each: each[:2])[:3]
            self._build(self._varied(self._random.choice(best)[2]))
        self.rounds += 1

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the best schedule."""
        return self._operations

    def adopt(self, operations: Sequence[ScheduledOperation]) -> None:
        """Keep a valid schedule that was found elsewhere, if it is better."""
        report = check(self.problem, operations)
        if report.valid and report.objective is not None:
            self._keep((0, report.objective), tuple(operations))

    def _keep(self, rank: tuple[int, float], operations: tuple[ScheduledOperation, ...]) -> None:
        """Keep a schedule unless the best one ranks before it."""
        if rank < self.best:
            self.best, self._operations = rank, operations

    def _build(self, recipe: _Recipe) -> tuple[int, float]:
        """Build a schedule by a recipe and return its rank."""
        line = dispatch(
            self.shop,
            make_rule(recipe.rule, self.shop, self._tails, recipe.k1),
            patience=recipe.patience,
            stick=recipe.stick,
            noise=recipe.noise,
            seed=self._random.randrange(2**31) if recipe.noise else 0,
        )
        plan = repair(rate(line))
        if plan.rank < self.best:
            self._keep(plan.rank, extract(plan.line))
        return plan.rank

    def _all(self) -> Iterator[_Recipe]:
        """Yield rules with settings in the order of their promise."""
        setups = any(self.shop.setups)
        for patience, stick in ((4, 3.0), (0, 3.0), (0, 1.0), (4, 1.0)):
            for name, k1 in self._names():
                if setups or stick == 1.0:
                    yield _Recipe(name, k1, patience, stick)

    def _names(self) -> tuple[tuple[str, float], ...]:
        """Order the rules by what the objective is about."""
        if not any(job.due is not None for job in self.shop.jobs):
            return tuple((name, 1.0) for name in RULES[:6])
        tuned = {name for name, _ in PROMISING}
        return (*PROMISING, *((name, 1.0) for name in reversed(RULES) if name not in tuned))

    def _varied(self, recipe: _Recipe) -> _Recipe:
        """Return a recipe near a good one."""
        chance = self._random
        return replace(
            recipe,
            k1=recipe.k1 * 2 ** chance.uniform(-1.5, 1.5),
            stick=recipe.stick * 2 ** chance.uniform(-1, 1),
            noise=chance.choice((0.02, 0.05, 0.1)),
        )
