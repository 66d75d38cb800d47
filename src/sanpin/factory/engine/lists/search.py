"""The search over lists: rules first, then two annealed schedules that learn from each other.

A plant of many operations has a schedule by one rule early, and the other rules in rounds.

Two schedules, the islands, are always searched, whether by one thread or two, so that the result
depends on seed and rounds alone. Heat falls over cycles of doubling length; at the end of a cycle
the worse island goes on from the better one's schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from math import inf
from typing import TypeVar

import numpy as np

from sanpin.base import Budget
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant, compile_plant
from sanpin.factory.engine.lists.components import Components
from sanpin.factory.engine.lists.dispatch import begin, go_on
from sanpin.factory.engine.lists.keep import keep_best
from sanpin.factory.engine.lists.layout import Ints, Table
from sanpin.factory.engine.lists.leaving import with_left_out
from sanpin.factory.engine.lists.lot import (
    Lot,
    copy_decisions,
    line_up,
    put_last,
    read_operations,
    take_over,
)
from sanpin.factory.engine.lists.queues import hurries_to_ovens, make_queues
from sanpin.factory.engine.lists.routings import choose_routings
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["ListSearch"]

EFFORT = 600_000
"""Of a round, in operations booked: some 50 ms on an island."""

SHORTEST = 32
"""Rounds of the first cycle of cooling."""

HOTTEST, COLDEST = 1.0, 0.01
"""Heat at the beginning and end of a cycle, as a share of the objective per operation."""

RUINS = 2
"""Moves of 32 that ruin a part of the schedule and build it anew."""

ISLANDS = 2

SMALL = 500
"""Operations up to which the rules are tried before the first round, not one by one in rounds."""

MEDIUM = 3_000
"""Operations up to which all rules are tried, and above which jobs in turn are sooner than one."""

LARGE = 20_000
"""Operations above which fewer rules are tried, all of them in rounds."""

FEW = 4
"""Rules that are tried then."""

CHUNK = 1_000
"""Operations that a rule places before it asks whether to stop."""

_Result = TypeVar("_Result")

Recipe = tuple[str, float, float, int]
"""Rule, how far ahead it looks, weight of set-ups, and patience."""

Trial = tuple[Recipe, Table, int]
"""A recipe, what its rule looks at, and how cautious it is."""

SWEEPS = 5
"""Times that jobs are put last; what must not follow each other may have had them between."""

ALONG = 20
"""Operations at the end whose jobs go along the second time, four times as many the third."""

MOST_CAUTIOUS = 4
"""How cautious a rule becomes, step by step, as long as its schedule breaks limits."""

DATED: tuple[Recipe, ...] = (
    ("ATCS", 4.0, 3.0, 0),
    ("WEDD", 4.0, 3.0, 4),
    ("ATC", 32.0, 1.0, 0),
    ("SLACK/OP", 4.0, 3.0, 4),
    ("EDD", 4.0, 3.0, 4),
    ("ATCS", 32.0, 3.0, 4),
    ("ODD", 4.0, 1.0, 0),
    ("COVERT", 4.0, 3.0, 4),
    ("CR", 4.0, 1.0, 0),
    ("ATCS", 1.0, 1.0, 0),
    ("STICKY", 4.0, 3.0, 0),
    ("SLACK", 4.0, 3.0, 4),
)
UNDATED: tuple[Recipe, ...] = (
    ("MWR", 4.0, 1.0, 0),
    ("MOR", 4.0, 1.0, 0),
    ("BOTTLENECK", 4.0, 1.0, 0),
    ("MWR", 4.0, 3.0, 4),
    ("FIFO", 4.0, 3.0, 0),
    ("LPT", 4.0, 1.0, 0),
    ("SPT", 4.0, 3.0, 0),
    ("LWR", 4.0, 3.0, 4),
)


USUAL = 4.0, 3.0, 4
"""What follows the rule in a recipe where nothing speaks for something else."""


class _Island:
    """One schedule that is searched, with its own memory and chance."""

    def __init__(self, plant: Plant, seed: int, topological: Ints) -> None:
        self.plant, self.topological = plant, topological
        self.lot = Lot(plant, seed)
        self.lot.ints[at.RUINS] = RUINS
        self.arrays = plant.ints, plant.prices, self.lot.ints, self.lot.worth
        self.lot.value[at.BEST] = self.lot.value[at.BEST_BROKEN] = np.inf

    @property
    def rank(self) -> tuple[int, float]:
        """Breach and objective of the schedule in work."""
        return int(self.lot.value[at.BROKEN]), float(self.lot.value[at.OBJECTIVE])

    @property
    def best(self) -> tuple[float, float]:
        """Breach and objective of the best schedule."""
        return float(self.lot.value[at.BEST_BROKEN]), float(self.lot.value[at.BEST])

    def build(self, trial: Trial, pegs: Ints, stop: Callable[[], bool]) -> bool:
        """Make a schedule by a rule; tell whether it was not stopped. `keep` is another step.

        As long as it breaks limits, a rule that looks ahead becomes more and more cautious.
        """
        recipe, tails, caution = trial
        hopeful = caution > 0 or not hurries_to_ovens(self.plant)
        for level in range(caution, MOST_CAUTIOUS + 1):
            if not self._dispatch(recipe, tails, pegs, level, stop):
                return False
            if self.rank[0] == 0 or (hopeful and self._put_last()) or level == 0:
                return True
        copy_decisions(self.lot, self.lot)
        self.count()
        self.mend(EFFORT // 4)
        return True

    def _dispatch(
        self, recipe: Recipe, tails: Table, pegs: Ints, caution: int, stop: Callable[[], bool]
    ) -> bool:
        """Make a schedule by a rule and work it off; tell whether that was not stopped."""
        name, reach, stick, patience = recipe
        plant, _, lot, worth = self.arrays
        queues = make_queues(self.plant, self.topological, pegs)
        tuning = reach, stick, patience, caution
        begin(plant, lot, worth, queues, patience)
        while go_on(plant, lot, tails, queues, RULES.index(name), tuning, CHUNK):
            if stop():
                return False
        total(*self.arrays)
        return True

    def keep(self) -> None:
        """Keep the schedule in work as the best if it is."""
        if self.rank < self.best:
            keep_best(self.plant.ints, self.lot.ints, self.lot.worth)

    def count(self) -> None:
        """Work off the list in whole, and keep the schedule if it is the best."""
        total(*self.arrays)
        self.keep()

    def line_up(self, modes: Ints) -> None:
        """Make a schedule that places one job after the other, those due first first."""
        from sanpin.factory.engine.lists.in_turn import place_in_turn

        self.lot.mode[:] = modes
        line_up(self.plant, self.lot, self.topological)
        place_in_turn(self.plant.ints, self.lot.ints, self.lot.worth, 0)
        self.count()

    def amend(self) -> None:
        """Try moves and mend, if limits are broken."""
        if self.best[0] > 0:
            self.anneal(0.0)
            self.repair()

    def _put_last(self) -> bool:
        """Place jobs that break limits after the others; tell whether all limits are kept then.

        Where jobs were taken out, others may follow each other that must not; these go last the
        next time, with more and more of the last jobs between them.
        """
        from sanpin.factory.engine.lists.in_turn import place_in_turn

        self.keep()
        along = 0
        for _ in range(SWEEPS):
            place = put_last(self.plant, self.lot, self.topological, along)
            if place == self.topological.size:
                break
            place_in_turn(self.plant.ints, self.lot.ints, self.lot.worth, place)
            self.count()
            if self.rank[0] == 0:
                return True
            along = min(self.topological.size, 4 * along or ALONG)
        return False

    def anneal(self, heat: float) -> None:
        """Try moves for a round."""
        # What the first schedule does not need is not loaded before it.
        from sanpin.factory.engine.lists.anneal import anneal

        anneal(*self.arrays, EFFORT, heat)

    def mend(self, effort: int) -> None:
        """Hold back what comes before operations that break limits."""
        from sanpin.factory.engine.lists.mend import mend

        mend(*self.arrays, effort)

    def hurry(self) -> None:
        """Let what is held back for nothing come earlier.

        When jobs were put last, all others were held where they stood.
        """
        from sanpin.factory.engine.lists.mend import hurry

        hurry(*self.arrays, EFFORT)
        self.keep()

    def repair(self) -> None:
        """Mend what breaks limits, and sort the list by start."""
        if self.best[0] > 0:
            self.mend(EFFORT)
            self.keep()
        self.settle()

    def settle(self) -> None:
        """Sort the list by start, so that crews and stocks are asked for in order of time.

        Sorting keeps the order on every machine, but who is taken for an operation may change;
        when that does harm, all stays as it was.
        """
        lot, before = self.lot, self.rank
        kept = [(table, table.copy()) for table in (lot.order, lot.record)]
        by_start = lot.order[np.argsort(lot.record[lot.order, at.START], kind="stable")]
        lot.order[:] = with_left_out(self.plant, lot.mode, lot.load, by_start, self.topological)
        total(*self.arrays)
        if self.rank > before:
            for table, old in kept:
                table[...] = old
            total(*self.arrays)
        self.keep()


class ListSearch:
    """Search for schedules of any problem.

    Parameters
    ----------
    problem : jobs, resources and weights
    seed : of all chance
    workers : threads; the result does not depend on it
    """

    bound = -inf
    """It proves nothing by itself."""

    def __init__(self, problem: Problem, *, seed: int, workers: int) -> None:
        self.problem = problem
        self.plant = compile_plant(problem)
        self.workers = workers
        order, tails = measure(self.plant)
        self.topological = order
        self.components = Components(self.plant, order, tails)
        self.islands = [
            _Island(self.plant, seed * ISLANDS + n, self.topological) for n in range(ISLANDS)
        ]
        self.rounds = 0
        self._spare: _Island | None = None
        self._breaches = [np.inf] * ISLANDS
        self._trials = self._suited()
        self._cycle = 0, SHORTEST
        self._pool = ThreadPoolExecutor(ISLANDS) if workers > 1 else None

    @property
    def rough(self) -> bool:
        """Whether jobs were placed in turn and no rule has been tried yet."""
        return self._spare is not None and self._leader().best[0] == inf

    @property
    def best(self) -> tuple[int, float]:
        """Breach and objective of the best schedule so far."""
        breach, objective = self._holder().best
        return int(breach), objective

    def start(self, budget: Budget, tell: Callable[[], None] | None = None) -> None:
        """Build a first schedule: by a rule on each island, for small plants by all rules.

        In large plants jobs are placed in turn before, unless operations hurry into ovens, which
        breaks limits then. In the largest the rules are left to the rounds.

        Parameters
        ----------
        budget : when it is cancelled, no further rule is tried after the first ones
        tell : called when there may be a better schedule
        """
        size = self.plant.size(at.OPERATIONS)
        if size > MEDIUM and not hurries_to_ovens(self.plant):
            self._spare = self._in_turn()
        if self._spare is not None:
            if tell is not None:
                tell()
            if size > LARGE:
                return
        self._try_rules(lambda: False, tell)
        if self._leader().best[0] > 0:
            self._on_all(lambda number: self.islands[number].repair())
        if self.best[0] > 0:
            # What no rule keeps may be kept so: a longest wait, a tank that is drained in time.
            self._spare = _Island(self.plant, 0, self.topological)
            self._spare.line_up(self._leader().lot.best_mode)
            self._spare.amend()
        if tell is not None:
            tell()
        while self._trials and self.plant.size(at.OPERATIONS) <= SMALL and not budget.cancelled:
            self._try_rules(lambda: False)
        self._begin_moves()

    def _in_turn(self) -> _Island | None:
        """Place jobs in turn; return who did if that keeps all limits."""
        spare = _Island(self.plant, 0, self.topological)
        choose_routings(self.plant.ints, spare.lot.ints)
        spare.line_up(spare.lot.mode)
        return None if spare.best[0] > 0 else spare

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Do a fixed amount of work on both islands: a rule as long as there are any, then moves.

        Parameters
        ----------
        stop : asked before the work begins and while a rule is at work; moves are too short to be
            cut
        """
        if stop is not None and stop():
            return
        if self._trials:
            if self._try_rules(stop or (lambda: False)):
                self.rounds += 1
                self._begin_moves()
            return
        begin, length = self._cycle
        if self.rounds == begin + length:
            begin, length = self._cycle = self.rounds, 2 * length
            self._exchange()
        progress = (self.rounds - begin) / length
        count = self.plant.size(at.OPERATIONS)
        often = max(4, count * 72 // EFFORT)
        level = abs(self._leader().best[1]) / max(1, count)
        heat = level * HOTTEST * (COLDEST / HOTTEST) ** progress + 1e-9

        def work(number: int) -> bool:
            island = self.islands[number]
            island.anneal(heat / (1 + number))
            if self.rounds % often == often - 1:
                island.repair()
            return True

        self._on_all(work)
        self.rounds += 1

    def _try_rules(self, stop: Callable[[], bool], tell: Callable[[], None] | None = None) -> bool:
        """Build a schedule on each island by the next rule; stopped, keep none and say so.

        Parameters
        ----------
        tell : called when an island is ready and all limits are kept, if none is ever stopped
        """
        trials, pegs = self._trials[:ISLANDS], self.components.pegs
        before = [island.lot.kept() for island in self.islands]

        def build(number: int) -> bool:
            island = self.islands[number]
            return number >= len(trials) or island.build(trials[number], pegs, stop)

        def ready(number: int) -> None:
            if tell is not None:
                self.islands[number].keep()
                if self.best[0] == 0:
                    tell()

        if not all(self._on_all(build, ready)):
            for island, best in zip(self.islands, before, strict=True):
                island.lot.restore(best)
            return False
        self._trials = self._trials[ISLANDS:]
        for island in self.islands[: len(trials)]:
            island.keep()
        self.components.peg(self._leader().lot.best_record[:, at.END])
        return True

    def _begin_moves(self) -> None:
        """After the last rule let both islands go on from the best schedule.

        Those that have kept all limits by caution alone go on side by side with the others.
        """
        if not self._trials:
            self._cycle = self.rounds, SHORTEST
            sound = all(island.best[0] == 0 for island in self.islands)
            self._go_on_from([self._leader()] * ISLANDS if sound else self.islands)
            self._on_all(lambda number: self.islands[number].hurry())
            self._on_all(lambda number: self.islands[number].repair())
            self._breaches = [island.best[0] for island in self.islands]

    def _exchange(self) -> None:
        """Let both islands go on from the best schedule.

        As long as only the spare one keeps all limits, which is far from good, whoever comes closer
        to keeping them goes on with what it has.
        """
        holder = self._holder()
        alone = [
            holder is self._spare and island.best[0] < before
            for island, before in zip(self.islands, self._breaches, strict=True)
        ]
        self._go_on_from([self.islands[n] if alone[n] else holder for n in range(ISLANDS)])
        self._breaches = [island.best[0] for island in self.islands]

    def _go_on_from(self, sources: Sequence[_Island]) -> None:
        """Let each island go on from the best schedule of another one, or its own."""
        for island, source in zip(self.islands, sources, strict=True):
            copy_decisions(source.lot, island.lot)
        self._on_all(lambda number: self.islands[number].count())

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the best schedule."""
        return read_operations(self.problem, self.plant, self._holder().lot)

    def adopt(self, operations: Iterable[ScheduledOperation]) -> None:
        """Go on from a schedule that another part has found, if it is better.

        Parameters
        ----------
        operations : a whole schedule of the problem
        """
        island = max(self.islands, key=lambda island: island.best)
        take_over(self.problem, self.plant, island.lot, operations, self.topological)
        total(*island.arrays)
        island.keep()

    def _leader(self) -> _Island:
        """Return the island with the best schedule."""
        return min(self.islands, key=lambda island: island.best)

    def _holder(self) -> _Island:
        """Return who has the best schedule: an island, or the spare one as long as that is."""
        leader = self._leader()
        if self._spare is not None and leader.best <= self._spare.best:
            self._spare = None
        return self._spare or leader

    def _on_all(
        self, work: Callable[[int], _Result], ready: Callable[[int], None] | None = None
    ) -> list[_Result]:
        """Do something for every island, side by side where there are threads for it.

        Parameters
        ----------
        ready : called here with the number of each island as soon as it is done
        """
        found: dict[int, _Result] = {}

        def take(number: int, result: _Result) -> None:
            found[number] = result
            if ready is not None:
                ready(number)

        if self._pool is None:
            for number in range(ISLANDS):
                take(number, work(number))
        else:
            numbers = {self._pool.submit(work, number): number for number in range(ISLANDS)}
            for future in as_completed(numbers):
                take(numbers[future], future.result())
        return [found[number] for number in range(ISLANDS)]

    def _suited(self) -> tuple[Trial, ...]:
        """Return the rules to begin with; the largest plants can afford fewer."""
        dated = bool((self.plant.job[:, at.DUE] < at.FAR).any())
        recipes, size = DATED if dated else UNDATED, self.plant.size(at.OPERATIONS)
        if size <= MEDIUM:
            others = [(rule, *USUAL) for rule in RULES if (rule, *USUAL) not in recipes]
            recipes = (*recipes, *others)
        urgent = tuple(self.components.urgent())
        hurried = hurries_to_ovens(self.plant)
        trials = tuple(
            (recipe, tails, caution)
            for place, recipe in enumerate(recipes)
            for tails in urgent
            for caution in ((0, 1) if hurried and place < FEW else (0,))
        )
        return trials[:FEW] if size > LARGE else trials
