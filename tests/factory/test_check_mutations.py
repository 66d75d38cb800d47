"""Every kind of mutation of a valid schedule is rejected with the right code."""

from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.factory.mutations import MUTATIONS
from tests.factory.oracles import some_schedule
from tests.factory.plants import plants

from sanpin.factory import check

BESIDE = ("modes", "release", "calendar", "setup", "resumable", "lag", "worker", "tool", "pool")


def test_there_are_many_kinds_of_mutation():
    assert len(MUTATIONS) >= 25
    assert len({each.code for each in MUTATIONS.values()}) >= 25


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_rejected_with_its_code(name):
    mutation = MUTATIONS[name]
    spoilt_plants = 0

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(
        problem=plants(BESIDE, always=mutation.features, machines=2),
        seed=st.integers(0, 99),
    )
    def spoil(problem, seed):
        nonlocal spoilt_plants
        rows = some_schedule(problem, seed, nodes=300)
        assume(rows is not None)
        assert check(problem, rows).violations == ()
        spoilt = mutation.spoil(Random(seed), problem, rows)
        assume(spoilt is not None)
        spoilt_plants += 1
        codes = {violation.code for violation in check(*spoilt).violations}
        assert mutation.code in codes, (problem.name, rows, codes)

    spoil()
    assert spoilt_plants >= 3
