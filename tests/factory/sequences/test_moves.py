"""Estimates of moves inside machines against what the moves give."""

from random import Random

import numpy as np
import pytest
from tests.factory.kernels import callable_kernel

from sanpin.factory.engine.sequences import graph, hunting, insertion, moves
from sanpin.factory.engine.sequences.arrays import END, LEFT, LENGTH, RIGHT, TAIL, new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.hunting import LEFT_OF, MODE, TIES, VALUE, load
from sanpin.factory.engine.sequences.paths import in_order

reinsert, makespan, critical_path, clear, offer_places = (
    callable_kernel(each)
    for each in (
        graph.reinsert,
        graph.makespan,
        moves.critical_path,
        hunting.clear,
        insertion.offer_places,
    )
)
ESTIMATES = [callable_kernel(each) for each in (moves.estimate_left, moves.estimate_right)]
MAY_GO = [callable_kernel(each) for each in (moves.may_go_left, moves.may_go_right)]
KINDS = ({}, {"loose": True}, {"modes": 2, "workers": 2})


def ready(problem, seed):
    """Compile a problem, put all in the order of the jobs, and move a few at random."""
    shop = compile_shop(problem)
    state = new_state(shop)
    load(shop, state, np.array([*in_order(shop), shop.size], np.int32), shop.mode_start)
    random = Random(seed)
    for _ in range(60):
        op = random.randrange(shop.size)
        left = state.node[state.node[op, LEFT], LEFT]
        mate = state.node[op, 8] if shop.workers else shop.size
        if state.node[op, LEFT] != shop.size:
            reinsert(shop, state, op, state.mode[op], left, mate)
    return shop, state


def pairs(shop, state):
    """Yield operations with all that come later on their machines, and in between how many."""
    for op in range(shop.size):
        goal, apart = state.node[op, RIGHT], 0
        while goal != shop.size:
            yield op, int(goal), apart
            goal, apart = state.node[goal, RIGHT], apart + 1


def moved(shop, state, op, goal, side):
    """Move an operation past a goal; return whether it went, and the longest path through both."""
    node, mode = state.node, state.mode[op]
    mate = node[op, 8] if shop.workers else shop.size
    old, left = node[op, LEFT], goal if side else node[goal, LEFT]
    went = reinsert(shop, state, op, mode, left, mate) > 0
    longest = max(int(node[o, END] + node[o, TAIL] - node[o, LENGTH]) for o in (op, goal))
    if went:
        assert reinsert(shop, state, op, mode, old, mate)
    return went, longest


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("side", [0, 1])
def test_what_may_pass_closes_no_cycle_and_neighbours_are_exact(make_shop, kind, side):
    shop, state = ready(make_shop(5, jobs=12, machines=3, **kind), 1)
    room, allowed, exact, cycles = np.zeros(shop.size + 1, np.int32), 0, 0, 0
    for one, two, apart in list(pairs(shop, state)):
        op, goal = (one, two) if side else (two, one)
        went, longest = moved(shop, state, op, goal, side)
        cycles += not went
        if not MAY_GO[side](state.node, shop.jobs, op, goal):
            continue
        allowed += 1
        assert went
        if not apart:
            exact += 1
            assert ESTIMATES[side](state.node, shop.more, op, goal, room) == longest
    assert allowed > 20
    assert exact > 10
    assert cycles > 5


def test_estimates_of_longer_ways_are_seldom_wrong(make_shop):
    shop, state = ready(make_shop(9, jobs=15, machines=3), 2)
    room, right, wrong = np.zeros(shop.size + 1, np.int32), 0, 0
    for op, goal, apart in list(pairs(shop, state)):
        if apart and MAY_GO[1](state.node, shop.jobs, op, goal):
            guess = ESTIMATES[1](state.node, shop.more, op, goal, room)
            longest = moved(shop, state, op, goal, 1)[1]
            assert guess >= longest or guess < longest * 1.2
            right += guess >= longest
            wrong += guess < longest
    assert right > 10 * wrong


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_critical_path_is_as_long_as_the_makespan(make_shop, kind):
    shop, state = ready(make_shop(6, jobs=10, **kind), 3)
    path, via = np.zeros((2, shop.size + 1), np.int32)
    random = np.array([7], np.uint64)
    found = set()
    for _ in range(20):
        length = critical_path(shop, state, path, via, random)
        chosen = path[:length].tolist()
        ends, starts = state.node[chosen, END], state.node[chosen, END] - state.node[chosen, LENGTH]
        assert ends[0] == makespan(shop, state)
        # What stands between two operations of the path is a wait or nothing.
        assert (starts[:-1] >= ends[1:]).all()
        assert all(state.node[op, END] + state.node[op, TAIL] - state.node[op, LENGTH] == ends[0]
                   for op in chosen)  # fmt: skip
        found.add(tuple(chosen))
    assert found


@pytest.mark.parametrize("seed", range(3))
def test_an_insertion_gives_the_makespan_that_it_is_compared_by(make_shop, seed):
    shop, state = ready(make_shop(seed, jobs=10, machines=4, modes=3), seed)
    hunt, offered, node = hunting.new_hunt(shop, 1), 0, state.node
    standing = makespan(shop, state)
    for op in range(shop.size):
        clear(hunt.chosen)
        offer_places(shop, state, hunt, op)
        assert makespan(shop, state) == standing
        best = hunt.chosen[0]
        if not best[TIES]:
            continue
        old = state.mode[op], node[op, LEFT], shop.size
        assert reinsert(shop, state, op, best[MODE], best[LEFT_OF], shop.size)
        assert makespan(shop, state) == best[VALUE] >> 31
        assert node[op, END] + node[op, TAIL] - node[op, LENGTH] == best[VALUE] & (1 << 31) - 1
        assert reinsert(shop, state, op, *old)
        offered += 1
    assert offered > 10
