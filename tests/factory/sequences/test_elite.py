"""The elite of schedules and what lies between two of them."""

from itertools import islice, pairwise
from operator import itemgetter
from random import Random

import numpy as np
import pytest

from sanpin.factory.engine.sequences import descents as descents_module
from sanpin.factory.engine.sequences.arrays import new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.descents import AGES, Descents
from sanpin.factory.engine.sequences.elite import ALIKE, MEMBERS, Elite, blend
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.rules import chance_schedules

KINDS = ({}, {"modes": 3}, {"modes": 2, "workers": 2}, {"loose": True})


def members(shop, count):
    """Return an elite and schedules by chance."""
    elite, made = Elite(shop), chance_schedules(shop, np.random.default_rng(1))
    return elite, [elite.read(*next(made)[1:]) for _ in range(count)]


def sequence(shop, member, machine):
    """Return the operations of a machine in their order."""
    return [op for op in member.order[:-1] if shop.mode_machine[member.mode[op]] == machine]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_lies_between_keeps_what_both_agree_on(make_shop, kind):
    shop = compile_shop(make_shop(8, jobs=12, **kind))
    elite, (one, two, *_) = members(shop, 3)
    chance, ways = np.random.default_rng(2), 0
    for share in (0.0, 0.2, 0.5, 0.8, 1.0):
        order, mode = blend(one, two, share, chance)
        child = elite.read(order, mode)
        place = dict(zip(order.tolist(), range(shop.size + 1), strict=True))
        for at in range(len(shop.jobs.after_start) - 1):
            row = shop.jobs.after[shop.jobs.after_start[at] : shop.jobs.after_start[at + 1], 0]
            assert all(place[at] < place[other] for other in row.tolist())
        for machine in range(shop.machines):
            both = set(sequence(shop, one, machine)) & set(sequence(shop, two, machine))
            first = [op for op in sequence(shop, one, machine) if op in both]
            second = [op for op in sequence(shop, two, machine) if op in both]
            for at, op in enumerate(first):
                for other in first[at + 1 :]:
                    if second.index(op) < second.index(other):
                        ways += 1
                        assert place[op] < place[other]
        assert ((mode == one.mode) | (mode == two.mode)).all()
        assert child.value == load(shop, new_state(shop), order, mode)
    assert ways > 100
    assert elite.read(*blend(one, two, 0.0, chance)).value == one.value


def test_the_elite_keeps_good_schedules_that_differ(make_shop):
    shop = compile_shop(make_shop(3, jobs=20, machines=5))
    elite, found = members(shop, 30)
    for each in found:
        elite.offer(each)
    kept = elite.members
    assert 1 < len(kept) <= MEMBERS
    assert kept[0].value == min(each.value for each in found)
    assert [each.value for each in kept] == sorted(each.value for each in kept)
    for at, one in enumerate(kept):
        assert all((one.right == two.right).mean() <= ALIKE for two in kept[at + 1 :])
    assert not elite.offer(
        found[0]._replace(value=kept[-1].value + 1, right=found[0].right + 1)
    ) or (len(kept) < MEMBERS)
    better = kept[1]._replace(value=kept[0].value - 1)
    assert elite.offer(better)
    assert elite.members[0] is better
    assert not any(each is kept[1] for each in elite.members)
    one, two = elite.pair(np.random.default_rng(0))
    assert one is not two


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_island_begins_descents_anew_and_keeps_its_best(make_shop, kind):
    shop = compile_shop(make_shop(6, jobs=10, machines=5, **kind))
    island, random = Descents(shop, 1, 0), Random(0)
    island.take(*next(chance_schedules(shop, np.random.default_rng(3)))[1:])
    values = [island.value]
    for _ in range(8):
        island.work(random.randint(500_000, 2_000_000))
        values.append(island.value)
        assert load(shop, new_state(shop), *island.best) == island.value
    assert island.descents > 2
    assert values == sorted(values, reverse=True)
    assert island.elite.members[0].value == min(each.value for each in island.elite.members)


def test_a_restless_island_lays_spent_elites_aside_and_lets_their_best_meet(make_shop, monkeypatch):
    monkeypatch.setattr(descents_module, "SPENT", 5)
    shop = compile_shop(make_shop(6, jobs=8, machines=4))
    restless, steady = Descents(shop, 1, 0, restless=True), Descents(shop, 1, 0)
    ages, met = [], []
    for island in (restless, steady):
        island.take(*next(chance_schedules(shop, np.random.default_rng(3)))[1:])
        for _ in range(12):
            island.work(400_000)
            ages.append(island.ages)
            met.append(len(island.aside.members))
            assert load(shop, new_state(shop), *island.best) == island.value
    assert ages[:12] == sorted(ages[:12]) and ages[11] > AGES
    # What is laid aside grows until those meet, and is then begun anew.
    assert max(met[:12]) > 0 and any(later < now for now, later in pairwise(met[:12]))
    assert ages[12:] == met[12:] == [0] * 12


def test_what_others_tell_does_not_drown_what_a_restless_island_finds(make_shop):
    shop = compile_shop(make_shop(6, jobs=8, machines=4))
    _, *told = next(chance_schedules(shop, np.random.default_rng(3)))
    restless, steady = Descents(shop, 1, 0, restless=True), Descents(shop, 1, 0)
    other = Descents(shop, 2, 0)
    other.take(told[0], told[1])
    for island in (restless, steady):
        island.descents = 1
        island.value = other.value
        island.hear(other)
    assert (len(restless.aside.members), len(restless.elite.members)) == (1, 0)
    assert (len(steady.aside.members), len(steady.elite.members)) == (0, 1)


def test_a_first_descent_that_is_behind_goes_on_from_what_it_hears(make_shop):
    shop = compile_shop(make_shop(6, jobs=8, machines=4))
    starts = sorted(islice(chance_schedules(shop, np.random.default_rng(3)), 9), key=itemgetter(0))
    ahead, behind = Descents(shop, 1, 0), Descents(shop, 2, 0)
    ahead.take(*starts[0][1:])
    behind.take(*starts[-1][1:])
    assert ahead.value < behind.value
    ahead.hear(behind)
    assert not ahead.elite.members
    behind.hear(ahead)
    assert behind.value == ahead.value and not behind.elite.members
