"""Annealing: what is taken out comes back whole, within the limit, where the makespan is least."""

from random import Random

import numpy as np
import pytest
from tests.factory.kernels import callable_kernel
from tests.factory.sequences.test_graph import arcs_of

from sanpin.factory.engine.sequences import graph, hunting, recreate
from sanpin.factory.engine.sequences.arrays import BEFORE, LEFT, NEXT, PLACE, RIGHT, new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.cooling import SHORTEST, Cooling
from sanpin.factory.engine.sequences.hunting import load, new_hunt, stay
from sanpin.factory.engine.sequences.rules import chance_schedules
from sanpin.factory.engine.sequences.search import SequenceSearch

makespan, take_out, put_in, return_to = (
    callable_kernel(each)
    for each in (graph.makespan, graph.take_out, graph.put_in, hunting.return_to)
)
ruin, rebuild = callable_kernel(recreate.ruin), callable_kernel(recreate.recreate)
WITH_WORKERS = (
    {"modes": 3, "workers": 3},
    {"modes": 2, "workers": 2, "loose": True},
    {"workers": 2, "machines": 9},
)
KINDS = (*WITH_WORKERS, {"modes": 3})
FAR = 10**6


def begun(problem, seed):
    """Compile a problem and load a schedule by chance; return shop, state, memory and makespan."""
    shop = compile_shop(problem)
    state, hunt = new_state(shop), new_hunt(shop, seed)
    _, order, mode = next(chance_schedules(shop, np.random.default_rng(seed)))
    return shop, state, hunt, load(shop, state, order, mode)


def measured(shop, state):
    """Measure the sequences anew."""
    return load(shop, new_state(shop), state.order.copy(), state.mode.copy())


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_taken_out_comes_back_within_the_limit(make_shop, kind):
    gains = losses = 0
    for seed in range(4):
        shop, state, hunt, now = begun(make_shop(seed, jobs=10, **kind), seed)
        for _ in range(60):
            order, mode = state.order.copy(), state.mode.copy()
            count = ruin(shop, state, hunt)
            chosen = hunt.ruin[:count].tolist()
            assert len(set(chosen)) == count <= recreate.MOST
            fits = rebuild(shop, state, hunt, count, now)
            if not fits:
                losses += 1
                assert load(shop, state, order, mode) == now
                continue
            gains += makespan(shop, state) < now
            now = makespan(shop, state)
            assert now == measured(shop, state)
            assert sorted(state.order[:-1].tolist()) == list(range(shop.size))
            place = state.node[:, PLACE].tolist()
            assert all(
                place[one] < place[other]
                for one, other, _ in arcs_of(shop, state)
                if one < shop.size
            )
            others = [op for op in range(shop.size) if op not in chosen]
            assert (state.mode[others] == mode[others]).all()
    assert gains > 5 and losses > 5


@pytest.mark.parametrize("kind", WITH_WORKERS, ids=str)
def test_one_operation_goes_where_the_makespan_is_least(make_shop, kind):
    """Against every mode and every place on machine and worker, each made and measured.

    Only places that surely close no cycle are looked at, so that one in ten may be passed over.
    """
    better = exact = count = 0
    for seed in range(3):
        shop, state, hunt, now = begun(make_shop(seed, jobs=5, **kind), seed)
        for op in range(shop.size):
            order, mode = state.order.copy(), state.mode.copy()
            least = min(everywhere(shop, order, mode, op))
            hunt.ruin[0] = op
            count += 1
            if rebuild(shop, state, hunt, 1, FAR):
                assert makespan(shop, state) == measured(shop, state) >= least
                exact += makespan(shop, state) == least
            load(shop, state, order, mode)
            assert not rebuild(shop, state, hunt, 1, least - 1)
            load(shop, state, order, mode)
            better += least < now
    assert better > 1 and exact > 0.9 * count


@pytest.mark.parametrize("kind", WITH_WORKERS, ids=str)
def test_a_trial_that_failed_leaves_no_trace(make_shop, kind):
    shop, state, hunt, _ = begun(make_shop(2, jobs=10, **kind), 2)
    stay(state, hunt)
    before, changed = [part.copy() for part in state[:5]], 0
    for _ in range(20):
        rebuild(shop, state, hunt, ruin(shop, state, hunt), FAR)
        changed += any((part != old).any() for part, old in zip(state[:5], before, strict=True))
        return_to(state, hunt)
        assert all((part == old).all() for part, old in zip(state[:5], before, strict=True))
    assert changed > 5


def everywhere(shop, order, mode, op):
    """Yield the makespans of all ways to put back one operation that close no cycle."""
    for way in range(shop.mode_start[op], shop.mode_start[op + 1]):
        state = new_state(shop)
        load(shop, state, order, mode)
        take_out(shop, state, op)
        here = [on(shop, state, shop.mode_machine[way], machine=True)]
        here.append(on(shop, state, shop.mode_worker[way], machine=False))
        for left in here[0]:
            for mate in here[1]:
                load(shop, state, order, mode)
                take_out(shop, state, op)
                if put_in(shop, state, op, way, left, mate):
                    yield makespan(shop, state)


def on(shop, state, number, *, machine):
    """Return after whom one can be put on a machine or with a worker, `size` for the front."""
    if number < 0:
        return [shop.size]
    at = number if machine else shop.machines + number
    found, op = [shop.size], state.first[at]
    while op != shop.size:
        found.append(int(op))
        op = state.node[op, RIGHT if machine else NEXT]
    return found


def test_what_would_close_a_cycle_stays_out(make_shop):
    """Right before its own predecessor, where one machine does both."""
    refused = 0
    for seed in range(20):
        shop, state, _, now = begun(make_shop(seed, jobs=4, machines=2), seed)
        machine = shop.mode_machine
        for op in range(shop.size):
            mode, other = state.mode[op], int(state.node[op, BEFORE])
            if other == shop.size or machine[state.mode[other]] != machine[mode]:
                continue
            order, modes = state.order.copy(), state.mode.copy()
            take_out(shop, state, op)
            assert put_in(shop, state, op, mode, state.node[other, LEFT], shop.size) == 0
            refused += 1
            assert load(shop, state, order, modes) == now
    assert refused > 5


def test_an_island_cools_in_cycles_and_keeps_its_best(make_shop):
    problem = make_shop(6, jobs=10, machines=5, modes=2, workers=3)
    shop = compile_shop(problem)
    island, random = Cooling(shop, 1, 0, 0.5), Random(0)
    island.take(*next(chance_schedules(shop, np.random.default_rng(3)))[1:])
    values = [island.value]
    for _ in range(SHORTEST + 2):
        island.work(random.randint(20_000, 60_000))
        values.append(island.value)
        assert load(shop, new_state(shop), *island.best) == island.value
    assert values == sorted(values, reverse=True) and values[-1] < values[0]


def test_an_island_goes_on_from_what_is_better_in_its_next_cycle(make_shop):
    shop = compile_shop(make_shop(6, jobs=10, machines=5, modes=2, workers=3))
    behind, ahead = Cooling(shop, 1, 0, 0.5), Cooling(shop, 2, 0, 0.5)
    starts = chance_schedules(shop, np.random.default_rng(3))
    for island in (behind, ahead):
        island.take(*next(starts)[1:])
    for _ in range(4):
        ahead.work(200_000)
    assert ahead.value < behind.value
    behind.hear(ahead)
    while behind.calls < SHORTEST:
        behind.work(0)
    assert behind.value > ahead.value
    behind.work(0)
    assert behind.value == ahead.value


def test_shops_with_workers_are_annealed(make_shop):
    search = SequenceSearch(make_shop(6, jobs=10, machines=5, modes=2, workers=3), seed=0)
    assert {type(island) for island in search.islands} == {Cooling}
