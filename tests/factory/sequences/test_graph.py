"""Ends, tails and order after many moves, against a slow calculation from scratch."""

from random import Random

import numpy as np
import pytest
from tests.factory.kernels import callable_kernel

from sanpin.factory.engine.sequences import graph
from sanpin.factory.engine.sequences.arrays import LEFT, NEXT, PLACE, RIGHT, new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.paths import in_order

link, unlink, reinsert, makespan, take_out, take_out_all, put_back = (
    callable_kernel(each)
    for each in (
        graph.link,
        graph.unlink,
        graph.reinsert,
        graph.makespan,
        graph.take_out,
        graph.take_out_all,
        graph.put_back,
    )
)
KINDS = (
    {},
    {"modes": 3},
    {"modes": 3, "workers": 3},
    {"loose": True},
    {"modes": 2, "workers": 2, "loose": True},
)


def arcs_of(shop, state):
    """List all arcs with their waits, and check that both ends of each sequence agree."""
    size = shop.size
    arcs = [
        (int(before), op, int(wait))
        for op in range(size)
        for before, wait in shop.jobs.before[
            shop.jobs.before_start[op] : shop.jobs.before_start[op + 1]
        ]
    ]
    for column, back in ((RIGHT, LEFT), (NEXT, NEXT - 1)):
        if column < state.node.shape[1]:
            for op in range(size):
                after = int(state.node[op, column])
                if after != size:
                    assert state.node[after, back] == op
                    arcs.append((op, after, 0))
    return arcs


def slow_paths(shop, state):
    """Return ends and tails by relaxing every arc until nothing changes."""
    lengths = [int(shop.mode_length[state.mode[op]]) for op in range(shop.size)] + [0]
    ends, tails = list(lengths), list(lengths)
    arcs = arcs_of(shop, state)
    for _ in range(shop.size + 1):
        before = (list(ends), list(tails))
        for one, two, wait in arcs:
            ends[two] = max(ends[two], ends[one] + wait + lengths[two])
            tails[one] = max(tails[one], tails[two] + wait + lengths[one])
        if before == (ends, tails):
            return ends, tails
    raise AssertionError("a cycle")


def ready(problem):
    """Compile a problem and put everything in the order of the jobs, in the first modes."""
    shop = compile_shop(problem)
    state = new_state(shop)
    order = np.array([*in_order(shop), shop.size], np.int32)
    load(shop, state, order, shop.mode_start)
    return shop, state


def random_places(random, shop, state, op):
    """Choose a mode and what `op` shall stand after on the machine and at the worker."""
    mode = random.randrange(shop.mode_start[op], shop.mode_start[op + 1])
    found = []
    for resource in (shop.mode_machine, shop.mode_worker):
        others = [o for o in range(shop.size) if resource[state.mode[o]] == resource[mode]]
        found.append(random.choice([*(o for o in others if o != op), shop.size]))
    return mode, found[0], found[1] if shop.mode_worker[mode] >= 0 else shop.size


@pytest.mark.parametrize("kind", [*KINDS, {"large": 1}], ids=str)
def test_paths_stay_exact_over_many_moves(make_shop, kind):
    large = kind.get("large", 0)
    shop, state = ready(make_shop(7, jobs=30, machines=6, steps=6, **{} if large else kind))
    shop = shop._replace(large=large)
    random, made, refused = Random(1), 0, 0
    for number in range(1000):
        op = random.randrange(shop.size)
        mode, left, mate = random_places(random, shop, state, op)
        if reinsert(shop, state, op, mode, left, mate):
            made += 1
            assert state.mode[op] == mode
            assert state.node[op, LEFT] == left
        else:
            refused += 1
        if number % 25 == 0 or number == 999:
            ends, tails = slow_paths(shop, state)
            assert state.node[:-1, 0].tolist() == ends[:-1]
            assert state.node[:-1, 1].tolist() == tails[:-1]
            assert makespan(shop, state) == max(ends)
            places = state.node[:, PLACE]
            assert sorted(places[:-1].tolist()) == list(range(shop.size))
            assert all(places[a] < places[b] for a, b, _ in arcs_of(shop, state) if a < shop.size)
    assert made > 30
    assert refused > 100


def test_a_refused_move_closes_a_cycle(make_shop):
    shop, state = ready(make_shop(3, jobs=10))
    random = Random(2)
    for _ in range(200):
        op = random.randrange(shop.size)
        mode, left, mate = random_places(random, shop, state, op)
        kept = state.node.copy()
        if reinsert(shop, state, op, mode, left, mate):
            continue
        assert (state.node == kept).all()
        unlink(shop, state, op)
        link(shop, state, op, mode, left, mate)
        with pytest.raises(AssertionError, match="a cycle"):
            slow_paths(shop, state)
        return
    raise AssertionError("no move was refused")


@pytest.mark.parametrize("kind", [{"modes": 2}, {"modes": 2, "workers": 2}], ids=str)
def test_taking_out_several_is_taking_out_one_after_the_other(make_shop, kind):
    shop, state = ready(make_shop(5, jobs=12, **kind))
    other = ready(make_shop(5, jobs=12, **kind))[1]
    chosen = np.array(Random(1).sample(range(shop.size), 9), np.int32)
    take_out_all(shop, state, chosen, 7)
    for op in chosen[:7]:
        take_out(shop, other, op)
    assert (state.node == other.node).all()
    assert (state.first == other.first).all() and (state.last == other.last).all()


def test_taking_out_and_putting_back_changes_nothing(make_shop):
    shop, state = ready(make_shop(4, jobs=12, modes=2, workers=2))
    kept = state.node.copy()
    for op in range(shop.size):
        mode, left, mate = state.mode[op], state.node[op, LEFT], state.node[op, NEXT - 1]
        take_out(shop, state, op)
        assert makespan(shop, state) <= kept[:, 0].max()
        put_back(shop, state, op, mode, left, mate)
        assert (state.node == kept).all()
