"""Windows narrowed by pairs: nothing good is lost, and shops without slack are solved."""

from random import Random

import numpy as np
import pytest

from sanpin.factory.engine.sequences import SequenceSearch
from sanpin.factory.engine.sequences.arrays import END, LENGTH, TAIL, new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.paths import shortest, work_after, work_before
from sanpin.factory.engine.sequences.windows import are_narrow, narrowed, order_of
from sanpin.factory.model import After, Job, Mode, Operation, Problem, Resource


def tight_shop(seed, machines=4, pieces=12, span=400):
    """Make a shop from a schedule in which every machine and nearly every job is always busy.

    All machines change their jobs at the same instants, so that each job goes on at once. The
    first job ends one piece early and the second begins one late, so that they may wait.
    """
    random = Random(seed)
    cuts = sorted(random.sample(range(1, span), pieces - 1))
    lengths = [b - a for a, b in zip([0, *cuts], [*cuts, span], strict=True)]
    routes = [[] for _ in range(machines)]
    for _ in lengths:
        order = random.sample(range(machines), machines)
        for job, machine in enumerate(order):
            routes[job].append(machine)
    jobs = []
    for number, route in enumerate(routes):
        pieces_left = slice(number == 1, -1 if number == 0 else None)
        ops = [
            Operation(str(at), (Mode(f"m{k}", length),), after=(After(str(at - 1)),) if at else ())
            for at, (k, length) in enumerate(list(zip(route, lengths, strict=True))[pieces_left])
        ]
        jobs.append(Job(f"j{number}", tuple(ops)))
    return Problem(tuple(jobs), tuple(Resource(f"m{k}") for k in range(machines)))


def windows(shop):
    """Return heads, durations and tails of the jobs alone."""
    length = shortest(shop)
    return work_before(shop, length), length, work_after(shop, length)


@pytest.mark.parametrize("seed", range(5))
def test_a_shop_without_slack_is_solved_by_its_windows(seed):
    shop = compile_shop(tight_shop(seed))
    every = windows(shop)
    assert are_narrow(shop, *every, 400)
    *_, last = narrowed(shop, *every, 400)
    assert load(shop, new_state(shop), order_of(last), shop.mode_start) == 400
    search = SequenceSearch(tight_shop(seed))
    search.start()
    assert search.optimal


@pytest.mark.parametrize("seed", range(6))
def test_windows_keep_every_schedule_up_to_the_target(make_shop, seed):
    shop = compile_shop(make_shop(seed, jobs=3, machines=2, steps=3))
    state, random, found = new_state(shop), Random(seed), []
    jobs = np.cumsum(np.diff(shop.jobs.before_start) == 0) - 1
    starts = [int(np.argmax(jobs == job)) for job in range(3)]
    for _ in range(200):
        placed, names = [], jobs.tolist()
        random.shuffle(names)
        after = list(starts)
        for job in names:
            placed.append(after[job])
            after[job] += 1
        value = load(shop, state, np.array([*placed, shop.size], np.int32), shop.mode_start)
        node = state.node[:-1].astype(int)
        found.append((value, node[:, END] - node[:, LENGTH], node[:, TAIL] - node[:, LENGTH]))
    best, changed = min(value for value, *_ in found), 0
    every = windows(shop)
    both = [(top, each) for top in (best, best + 3) for each in narrowed(shop, *every, top)]
    for target, (heads, tails) in both:
        changed += int((heads > every[0]).sum() + (tails > every[2]).sum())
        for value, start, rest in found:
            if value <= target:
                assert (heads <= start).all()
                assert (tails <= rest).all()
    assert changed or best == max(value for value, *_ in found)


def test_wide_windows_and_other_shops_are_left_alone(make_shop):
    shop = compile_shop(make_shop(1, jobs=30))
    assert not are_narrow(shop, *windows(shop), 10_000)
    for kind in ({"modes": 3}, {"loose": True}):
        shop = compile_shop(make_shop(1, jobs=3, **kind))
        assert not are_narrow(shop, *windows(shop), 1)
