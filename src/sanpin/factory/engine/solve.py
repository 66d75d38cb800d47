"""The search for a schedule: rules first, then improvement, anytime and repeatable by steps.

First every rule that suits the objective builds a schedule and the best ones are varied; then
small problems are handed to the solver whole, and windows of any problem are improved one by
one. Each stage only ever replaces the best plan by one that ranks no worse, so that the search
can stop at any instant with something valid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random

from sanpin.base import N_, Budget, InputError
from sanpin.factory.engine.bounds import lower_bound
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.engine.incumbent import checked
from sanpin.factory.engine.search.dispatch import dispatch
from sanpin.factory.engine.search.rebuild import repair
from sanpin.factory.engine.search.rules import RULES, Tails, make_rule, measure_tails
from sanpin.factory.engine.search.score import Plan, extract, rate
from sanpin.factory.engine.search.shop import Shop, compile_shop
from sanpin.factory.model import Problem, Schedule, Status

__all__ = ["ENGINE_VERSION", "Params", "Report", "refuse_unsearched", "schedule"]

ENGINE_VERSION = "1"

Report = Callable[[float, float, int, float], None]
"""Called with objective, bound, step and seconds after every better schedule."""


@dataclass(frozen=True, slots=True)
class Params:
    """How long and how hard to search.

    Attributes
    ----------
    seconds : wall limit; the search returns its best schedule then
    steps : number of rules tried and windows improved; None: until `seconds`
    workers : threads of the solver on whole problems; more than one is not repeatable
    window : operations per window
    effort : deterministic time limit per window
    whole : largest number of operations that is also solved as a whole
    """

    seconds: float = 30.0
    steps: int | None = None
    workers: int = 1
    window: int = 18
    effort: float = 0.15
    whole: int = 1500


def schedule(
    problem: Problem,
    params: Params = Params(),
    *,
    seed: int = 0,
    budget: Budget | None = None,
    report: Report | None = None,
    start: Schedule | None = None,
) -> Schedule:
    """Search for the best schedule of a problem.

    Parameters
    ----------
    problem : jobs, resources, weights; features without a search are refused by name
    params : limits
    seed : of all chance; same seed and steps give the same schedule
    budget : for cancelling from outside; cancelled, the best schedule so far is returned
    report : told every improvement
    start : a valid schedule; what is returned is never worse

    Returns
    -------
    The schedule with its terms, a proven lower bound, and whether it can be repeated.
    """
    refuse_unsearched(problem)
    known = None if start is None else checked(problem, start)
    limit = Budget(params.seconds) if budget is None else budget
    search = _Search(compile_shop(problem), params, seed, limit, report)
    return _no_worse(search.run(), known)


def _no_worse(found: Schedule, known: Schedule | None) -> Schedule:
    """Return the schedule that was known before where the search found none as good."""
    if known is None or known.objective is None:
        return found
    if found.objective is not None and found.objective <= known.objective:
        return found
    status = Status.FEASIBLE if found.status is not Status.CANCELLED else found.status
    return replace(
        found,
        operations=known.operations,
        objective=known.objective,
        terms=known.terms,
        status=status,
        causes=(),
    )


def refuse_unsearched(problem: Problem) -> None:
    """Refuse by name what the checker knows but this search does not."""
    found = {
        "hold": any(op.hold for job in problem.jobs for op in job.operations),
        "setup_worker": any(op.setup_worker for job in problem.jobs for op in job.operations),
        "shelf_life": any(m.shelf_life is not None for m in problem.materials),
        "clean": any(a.clean for t in problem.setups.values() for a in t.attributes.values()),
    }
    used = [name for name, there in found.items() if there]
    if used:
        raise InputError(
            "factory.problem.unsearched",
            N_("The problem uses {features}, which the search cannot handle yet."),
            hint=N_("Remove these keys; schedules of such problems can be checked."),
            features=", ".join(used),
        )


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


@dataclass
class _Search:
    """The state of one search."""

    shop: Shop
    params: Params
    seed: int
    budget: Budget
    report: Report | None
    best: Plan | None = None
    bound: float = 0.0
    steps: int = 0
    optimal: bool = False
    infeasible: bool = False
    cut: bool = False
    trace: list[tuple[float, float]] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(0))

    def run(self) -> Schedule:
        """Run all stages."""
        self.random = Random(self.seed)
        self.bound = lower_bound(self.shop)
        self.dispatch()
        self.improve()
        return self.result()

    def plan(self) -> Plan:
        """Return the best plan; there is one as soon as a rule has run."""
        assert self.best is not None
        return self.best

    @property
    def over(self) -> bool:
        """Whether to stop: limits, proof, or cancelled."""
        done = self.params.steps is not None and self.steps >= self.params.steps
        return done or self.budget.exhausted or self.optimal or self.at_bound

    @property
    def at_bound(self) -> bool:
        """Whether the best plan is as good as the bound: nothing can be better."""
        best = self.best
        return best is not None and not best.breach and best.objective <= self.bound + 1e-9

    def accept(self, plan: Plan) -> None:
        """Keep a plan unless it is worse."""
        if self.best is None or plan.rank < self.best.rank:
            self.trace.append((round(self.budget.elapsed, 3), plan.objective))
            if self.report is not None:
                self.report(plan.objective, self.bound, self.steps, self.budget.elapsed)
        if self.best is None or plan.rank <= self.best.rank:
            self.best = plan

    def dispatch(self) -> None:
        """Try the rules, those first that suit the objective, then vary the best."""
        tails = measure_tails(self.shop)
        # Rules tell apart which orders to favour; for the makespan alone they differ little.
        share = 0.5 if any(job.due is not None for job in self.shop.jobs) else 0.15
        ranked: list[tuple[tuple[int, float], int, _Recipe]] = []
        for number, recipe in enumerate(self._recipes()):
            if self.best is not None and (self.over or self._enough(share / 2)):
                break
            ranked.append((self._try(recipe, tails), number, recipe))
        ranked.sort(key=lambda each: each[:2])
        best = [recipe for _, _, recipe in ranked[:3]]
        while not (self.over or self._enough(share)):
            self._try(self._varied(self.random.choice(best)), tails)

    def _try(self, recipe: _Recipe, tails: Tails) -> tuple[int, float]:
        """Build a schedule by a recipe and return its rank."""
        rule = make_rule(recipe.rule, self.shop, tails, recipe.k1)
        line = dispatch(
            self.shop,
            rule,
            patience=recipe.patience,
            stick=recipe.stick,
            noise=recipe.noise,
            seed=self.random.randrange(2**31) if recipe.noise else 0,
        )
        plan = repair(rate(line))
        self.steps += 1
        self.accept(plan)
        return plan.rank

    def _enough(self, share: float) -> bool:
        """Tell whether this share of the time or of the steps is spent."""
        steps = self.params.steps
        spent = steps is not None and self.steps >= share * steps
        return spent or self.budget.elapsed >= share * self.params.seconds

    def _recipes(self) -> Iterator[_Recipe]:
        """Yield rules with settings in the order of their promise."""
        names = self._names()
        setups = any(self.shop.setups)
        for patience, stick in ((4, 3.0), (0, 3.0), (0, 1.0), (4, 1.0)):
            for name, k1 in names:
                if setups or stick == 1.0:
                    yield _Recipe(name, k1, patience, stick)

    def _names(self) -> tuple[tuple[str, float], ...]:
        """Order the rules by what the objective is about."""
        if not any(job.due is not None for job in self.shop.jobs):
            return tuple((name, 1.0) for name in RULES[:6])
        if self.shop.size > 20_000:
            return tuple((name, 1.0) for name in ("ODD", "WEDD", "EDD", "MWR"))
        tuned = {name for name, _ in PROMISING}
        return (*PROMISING, *((name, 1.0) for name in reversed(RULES) if name not in tuned))

    def _varied(self, recipe: _Recipe) -> _Recipe:
        """Return a recipe near a good one."""
        chance = self.random
        return replace(
            recipe,
            k1=recipe.k1 * 2 ** chance.uniform(-1.5, 1.5),
            stick=recipe.stick * 2 ** chance.uniform(-1, 1),
            noise=chance.choice((0.0, 0.02, 0.05, 0.1)),
        )

    def improve(self) -> None:
        """Solve small problems whole, then improve windows until told to stop."""
        # The solver takes a second to load; whoever only shows schedules need not wait for it.
        from sanpin.factory.engine.cpsat.improve import improve_window, is_exact

        if self.over:
            return
        exact = is_exact(self.shop)
        if self.shop.size <= (self.params.whole if exact else self.params.window):
            self.solve_whole()
        size, effort, vain = self._window(), self.params.effort, 0
        while not self.over:
            before = self.plan().rank
            outcome = improve_window(
                self.plan(), self.random, size=size, effort=effort, budget=self.budget
            )
            self.steps += 1
            self.cut |= outcome.cut
            self.accept(outcome.plan)
            vain = 0 if self.plan().rank < before else vain + 1
            # Forty windows without gain: this neighbourhood is exhausted, look further.
            if vain >= 40:
                size, effort, vain = min(size * 3 // 2, 400), min(effort * 1.5, 8.0), 0

    def _window(self) -> int:
        """Windows without setups are cheap and may be larger."""
        return self.params.window if any(self.shop.setups) else 5 * self.params.window

    def solve_whole(self) -> None:
        """Hand the whole problem to the solver, for a part of the time that is left."""
        from sanpin.factory.engine.cpsat.improve import solve_whole

        share = 0.5 if self.shop.size > 250 else 0.85
        seconds = self.budget.remaining * share if math.isfinite(self.budget.seconds) else 60.0
        part = _Part(self.budget, seconds)
        limited = self.params.steps is not None
        outcome = solve_whole(
            self.plan(),
            seed=self.seed,
            workers=self.params.workers,
            effort=self.params.effort * 100 if limited else 1e9,
            budget=part,
        )
        self.steps += 1
        self.cut |= outcome.cut and limited
        self.infeasible = outcome.infeasible and self.plan().breach > 0
        self.bound = max(self.bound, outcome.bound)
        self.optimal = outcome.optimal
        self.accept(outcome.plan)

    def result(self) -> Schedule:
        """Return what was found."""
        plan = self.plan()
        status = Status.FEASIBLE
        if plan.breach:
            status = Status.INFEASIBLE
        elif self.optimal or self.at_bound:
            status = Status.OPTIMAL
        elif self.budget.cancelled:
            status = Status.CANCELLED
        content = sha256(problem_bytes(self.shop.problem)).hexdigest()
        return Schedule(
            operations=extract(plan.line) if not plan.breach else (),
            status=status,
            objective=None if plan.breach else _tidy(plan.objective),
            bound=_tidy(min(self.bound, plan.objective)),
            terms={} if plan.breach else {name: _tidy(t) for name, t in plan.terms.items()},
            seed=self.seed,
            steps=self.steps,
            seconds=round(self.budget.elapsed, 3),
            problem_hash=content,
            engine_version=ENGINE_VERSION,
            repeatable=not self.cut and self.params.workers == 1,
            trace=tuple(self.trace),
            causes=_causes(plan) if plan.breach else (),
        )


class _Part(Budget):
    """A share of a budget that ends with it."""

    def __init__(self, whole: Budget, seconds: float) -> None:
        super().__init__(min(seconds, whole.remaining), stop=whole._stop)


def _tidy(value: float) -> float:
    """Return whole numbers as integers, so that JSON shows them so."""
    return int(value) if float(value).is_integer() else value


def _causes(plan: Plan) -> tuple[str, ...]:
    """Name the limits that the best try could not keep."""
    shop, found = plan.line.shop, []
    for op, slot in enumerate(plan.line.slots):
        name = f"{shop.jobs[shop.job_of[op]].id}/{shop.ops[op].id}"
        if slot is None:
            found.append(f"{name}: no machine, worker or material is ever free for it")
            continue
        limit = shop.latest[op]
        if limit is not None and slot.end > limit:
            found.append(f"{name}: ends at {slot.end}, must end by {limit}")
        fixed = shop.ops[op].fixed
        if fixed and slot.start != fixed.start:
            found.append(f"{name}: is fixed at {fixed.start}, can start at {slot.start}")
        for link in shop.before[op]:
            before = plan.line.slots[link.op]
            if link.max_lag is not None and before and slot.start > before.end + link.max_lag:
                found.append(f"{name}: waits longer than {link.max_lag}")
    # Twenty names show the pattern; the checker lists all of them on request.
    return tuple(found[:20])
