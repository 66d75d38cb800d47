"""Commands that make sample plants and compile the kernels of the search."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from sanpin.base import N_
from sanpin.factory.cli.files import Out, telling, write_bytes
from sanpin.factory.cli.seeds import check_seed
from sanpin.kit.cli import UsageError, print_result, say
from sanpin.kit.whole import Whole

__all__ = ["generate", "warm"]

Names = Annotated[Sequence[str], Parameter(consume_multiple=1, negative="")]


def generate(
    *,
    kind: str,
    out: Out,
    jobs: Whole = 100,
    machines: Whole = 20,
    seed: Whole = 0,
    only: Names = (),
    without: Names = (),
) -> None:
    """Write a sample plant of consumer goods with its orders, marked SAMPLE.

    Parameters
    ----------
    kind
        Trade: garment, icecream or pharma.
    jobs
        Orders; each has four to seven operations.
    machines
        Machines and ovens together.
    seed
        Seed of all chance.
    only
        The features that the plant has; all of them by default.
    without
        Features that the plant does not have, such as tanks or workers.
    """
    from sanpin.factory.engine.formats.writer import problem_bytes
    from sanpin.factory.sample.plants import FEATURES, KINDS
    from sanpin.factory.sample.plants import generate as make

    if kind not in KINDS:
        raise UsageError(say(N_("--kind takes one of: {known}."), known=", ".join(KINDS)))
    for name in (*only, *without):
        if name not in FEATURES:
            text = N_("“{name}” is no feature of sample plants; these are: {known}.")
            raise UsageError(say(text, name=name, known=", ".join(sorted(FEATURES))))
    features = (frozenset(only) or FEATURES) - frozenset(without)
    check_seed(seed)
    with telling():
        problem = make(kind, jobs, machines, seed, features=features)
    write_bytes(out, problem_bytes(problem))
    value = {
        "name": problem.name,
        "jobs": len(problem.jobs),
        "operations": problem.operation_count,
        "resources": len(problem.resources),
    }
    text = N_("{name}: {operations} operations, {resources} resources.")
    print_result(value, lambda: say(text, **value))


def warm() -> None:
    """Compile the kernels of the search and keep them, so that later searches start at once."""
    from sanpin.factory.service.warming import compile_kernels

    begun = time.monotonic()
    parts = compile_kernels()
    value = {"seconds": round(time.monotonic() - begun, 2), "parts": parts}
    print_result(value, lambda: say(N_("Ready after {seconds} s."), **value))
