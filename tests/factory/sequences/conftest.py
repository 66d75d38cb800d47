"""Random shops of machines only, and a slow calculation of what the kernels keep up."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from sanpin.factory.model import After, Job, Mode, Operation, Problem, Resource, ResourceKind


def random_shop(
    seed: int,
    *,
    jobs: int = 6,
    machines: int = 4,
    steps: int = 5,
    modes: int = 1,
    workers: int = 0,
    loose: bool = False,
) -> Problem:
    """Make a shop; `loose` jobs are graphs with waits and releases instead of chains."""
    random = Random(seed)
    made = []
    for number in range(jobs):
        operations = []
        for step in range(random.randint(1, steps)):
            before = {step - 1} if step else set()
            if loose and step:
                before = set(random.sample(range(step), random.randint(0, min(step, 2))))
            chosen = random.sample(range(machines), random.randint(1, min(modes, machines)))
            ways = [
                Mode(f"m{k}", random.randint(0, 20), crew=(f"w{w}",) if workers else ())
                for k in chosen
                for w in random.sample(range(max(workers, 1)), random.randint(1, workers or 1))
            ]
            operations.append(
                Operation(
                    f"o{step}",
                    tuple(ways),
                    after=tuple(
                        After(f"o{b}", random.choice((0, 0, 7)) if loose else 0)
                        for b in sorted(before)
                    ),
                    earliest=random.choice((None, 9)) if loose else None,
                )
            )
        made.append(Job(f"j{number}", tuple(operations), release=number if loose else 0))
    return Problem(
        tuple(made),
        tuple(Resource(f"m{k}") for k in range(machines))
        + tuple(Resource(f"w{w}", ResourceKind.WORKER) for w in range(workers)),
    )


@pytest.fixture
def make_shop() -> Callable[..., Problem]:
    """The generator of random shops."""
    return random_shop


def random_line(seed: int, *, jobs: int = 8, stages: int = 3, machines: int = 2) -> Problem:
    """Make a hybrid flow shop with one to so many equal machines at each stage."""
    random = Random(seed)
    counts = [random.randint(1, machines) for _ in range(stages)]
    made = []
    for number in range(jobs):
        operations = []
        for stage, count in enumerate(counts):
            length = random.randint(0, 20)
            ways = [Mode(f"s{stage}-{k}", length) for k in range(count)]
            random.shuffle(ways)
            after = (After(f"o{stage - 1}"),) if stage else ()
            operations.append(Operation(f"o{stage}", tuple(ways), after=after))
        made.append(Job(f"j{number}", tuple(operations)))
    return Problem(
        tuple(made),
        tuple(Resource(f"s{s}-{k}") for s, count in enumerate(counts) for k in range(count)),
    )


@pytest.fixture
def make_line() -> Callable[..., Problem]:
    """The generator of random hybrid flow shops."""
    return random_line
