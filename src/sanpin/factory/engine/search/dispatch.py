"""Parallel schedule generation: machines in order of time, each takes its best operation."""

from __future__ import annotations

from bisect import insort
from heapq import heappop, heappush, nsmallest
from random import Random

from sanpin.base.calendar import NEVER
from sanpin.factory.engine.search.line import Line, Slot
from sanpin.factory.engine.search.rules import Rule
from sanpin.factory.engine.search.shop import OUTSIDE, Shop, Way

__all__ = ["dispatch"]

LONGEST_LOOK = 64
"""How many of a queue a rule that looks at the clock rates, the most urgent ones."""

WIDEST = 6
"""How many machines are tried for one operation."""

Waiting = tuple[float, int, int, int]
"""Key (or ready time), operation, place of the way, ready time."""


def dispatch(
    shop: Shop,
    rule: Rule,
    *,
    patience: int = 0,
    stick: float = 1.0,
    noise: float = 0.0,
    seed: int = 0,
) -> Line:
    """Build a schedule without delay, one rule deciding among what waits.

    Parameters
    ----------
    patience : how often an operation may wait for a better machine or a free worker before it
        takes the first slot offered; 0 places each operation as soon as it is chosen, unless
        its machine would stand still for long
    noise : share by which keys are shaken at random, for variety around a good rule
    stick : how many units of time a unit of setup weighs when a machine is chosen

    Returns
    -------
    The plant with everything placed that could be; operations without any slot have none.
    """
    return _Dispatcher(shop, rule, patience, stick, noise, seed).run()


class _Dispatcher:
    """The queues of all machines and the order in which machines come free."""

    def __init__(
        self, shop: Shop, rule: Rule, patience: int, stick: float, noise: float, seed: int
    ) -> None:
        self.shop, self.rule, self.stick = shop, rule, stick
        self.line = Line(shop)
        random = Random(seed)
        self.shake = [1 + noise * random.uniform(-1, 1) for _ in range(shop.size)] if noise else []
        machines = len(shop.machines)
        self.pending: list[list[tuple[int, int, int]]] = [[] for _ in range(machines)]
        self.waiting: list[list[Waiting]] = [[] for _ in range(machines)]
        self.clock: list[tuple[int, int]] = []
        self.booked = [NEVER] * machines
        self.urgency = rule.urgency
        durations = [way.duration for ways in shop.ways for way in ways]
        self.longest_wait = 4 * sum(durations) // max(1, len(durations))
        self.open_links = [len(links) for links in shop.before]
        self.patience = [patience] * shop.size
        self.starved: list[int] = []

    def run(self) -> Line:
        """Place everything."""
        for op in self.shop.order:
            if not self.open_links[op]:
                self.release(op)
        while self.clock:
            due, machine = heappop(self.clock)
            # The machine was booked for an earlier instant meanwhile; this entry is stale.
            if due != self.booked[machine]:
                continue
            self.booked[machine] = NEVER
            now = self.next_time(machine)
            if now is None or now >= NEVER:
                continue
            if now > due:
                self.book(machine, now)
                continue
            self.serve(machine, now)
        return self.line

    def release(self, op: int) -> None:
        """Let an operation wait at every machine that can do it."""
        for place, way in enumerate(self.shop.ways[op]):
            ready = self.line.ready(op, way.machine)
            if way.machine == OUTSIDE:
                self.outside(op, way, ready)
            elif ready < NEVER:
                self.wait(way.machine, ready, op, place)

    def outside(self, op: int, way: Way, ready: int) -> None:
        """Have done outside only what no machine can do."""
        if len(self.shop.ways[op]) == 1:
            slot = self.line.trial(op, way, ready)
            if slot is not None:
                self.place(op, slot)

    def wait(self, machine: int, ready: int, op: int, place: int) -> None:
        """Let an operation wait at a machine from the instant at which it is ready there."""
        heappush(self.pending[machine], (ready, op, place))
        self.book(machine, max(ready, self.line.free[machine]))

    def book(self, machine: int, t: int) -> None:
        """Look at a machine again at an instant, unless it is looked at sooner."""
        if t < self.booked[machine]:
            self.booked[machine] = t
            heappush(self.clock, (t, machine))

    def next_time(self, machine: int) -> int | None:
        """Return when a machine can next start something, None when nothing waits."""
        placed = self.line.slots
        pending, waiting = self.pending[machine], self.waiting[machine]
        # An operation waits at every machine that can do it; it was placed at another one.
        while pending and placed[pending[0][1]] is not None:
            heappop(pending)
        while waiting and placed[waiting[0][1]] is not None:
            if self.rule.static:
                heappop(waiting)
            else:
                waiting.pop(0)
        free = self.line.free[machine]
        if waiting:
            t = free
        elif pending:
            t = max(free, pending[0][0])
        else:
            return None
        opening = self.line.opening[machine]
        return t if opening is None else opening.next_open(t)

    def serve(self, machine: int, now: int) -> None:
        """Give a machine the best operation that is ready, or let that wait for a better place."""
        self.admit(machine, now)
        op, place = self.choose(machine, now)
        slot = self.best_slot(op)
        if slot is None:
            self.starved.append(op)
        elif self.better_later(slot, machine, now, self.patience[op] > 0):
            self.patience[op] -= 1
            begin = slot.start - slot.setup if slot.wait else slot.setup_start
            heappush(self.pending[machine], (max(begin, now + 1), op, place))
        else:
            self.place(op, slot)
        self.resume(machine)

    def choose(self, machine: int, now: int) -> tuple[int, int]:
        """Take the best operation out of a machine's queue.

        A rule that looks at the clock rates only the most urgent of a long queue.
        """
        waiting, placed = self.waiting[machine], self.line.slots
        if self.rule.static:
            _, op, place, _ = heappop(waiting)
            return op, place
        alive: list[Waiting] = []
        seen = 0
        while seen < len(waiting) and len(alive) < LONGEST_LOOK:
            if placed[waiting[seen][1]] is None:
                alive.append(waiting[seen])
            seen += 1
        best = min(alive, key=lambda each: self.rate(each, machine, now))
        alive.remove(best)
        waiting[:seen] = alive
        return best[1], best[2]

    def better_later(self, slot: Slot, machine: int, now: int, patient: bool) -> bool:
        """Tell whether the best slot leaves this machine free for something else first."""
        if slot.joins:
            return False
        idle = min(slot.wait, slot.start - slot.setup - now)
        if idle > self.longest_wait:
            return True
        elsewhere = slot.way.machine != machine and slot.setup_start > now
        return patient and (idle > 0 or elsewhere)

    def resume(self, machine: int) -> None:
        """Look at a machine again when it can next start something."""
        t = self.next_time(machine)
        if t is not None:
            self.book(machine, t)

    def admit(self, machine: int, now: int) -> None:
        """Move what has become ready from pending to waiting, with its key."""
        pending, waiting = self.pending[machine], self.waiting[machine]
        ways, placed = self.shop.ways, self.line.slots
        while pending and pending[0][0] <= now:
            ready, op, place = heappop(pending)
            if placed[op] is not None:
                continue
            if self.rule.static:
                key = self.rule.key(op, ways[op][place].duration, 0, now)
                heappush(waiting, (self.shaken(op, key), op, place, ready))
            else:
                insort(waiting, (self.urgency[op], op, place, ready))

    def shaken(self, op: int, key: float) -> float:
        """Return a key with the operation's share of noise, the same wherever it is rated."""
        return (key * self.shake[op] if self.shake else key) + self.rule.ties[op]

    def rate(self, each: Waiting, machine: int, now: int) -> float:
        """Return the key of a waiting operation on this machine now, its set-up included."""
        op = each[1]
        setup = self.shop.setup(machine, self.line.last[machine], op)
        way = self.shop.ways[op][each[2]]
        key = self.rule.key(op, way.duration, max(setup, 0), now)
        return self.shaken(op, key)

    def best_slot(self, op: int) -> Slot | None:
        """Try all machines; the one that ends first wins, setups counted on top.

        A set-up counts `stick` times on top of the end: ending sooner elsewhere may not be worth a
        change-over that the next operation has to undo.
        """
        best: Slot | None = None
        least = float("inf")
        for way in self.promising(op):
            slot = self.line.trial(op, way, self.line.ready(op, way.machine))
            if slot is not None and slot.end + self.stick * slot.setup < least:
                best, least = slot, slot.end + self.stick * slot.setup
        return best

    def promising(self, op: int) -> list[Way]:
        """Return the ways worth a trial: of many only those that could end soonest."""
        ways = self.shop.ways[op]
        if len(ways) <= WIDEST:
            return ways
        free = self.line.free
        return nsmallest(WIDEST, ways, key=lambda way: free[way.machine] + way.duration)

    def place(self, op: int, slot: Slot) -> None:
        """Place an operation and let go of the successors that waited for it alone."""
        self.line.commit(op, slot)
        for link in self.shop.next[op]:
            self.open_links[link.op] -= 1
            if not self.open_links[link.op]:
                self.release(link.op)
        if self.starved and self.shop.ops[op].produces:
            self.revive()

    def revive(self) -> None:
        """Let starved operations try again now that something was produced."""
        starved, self.starved = self.starved, []
        for op in starved:
            if self.line.slots[op] is None:
                self.release(op)
