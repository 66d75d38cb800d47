"""Problems for the tests of the factory (rich, random, classic), and a client of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.factory import api, pages
from sanpin.factory.model import (
    After,
    Attribute,
    BatchNeed,
    Job,
    Material,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
    Transport,
    WorkerNeed,
)
from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.kit.pages import mount_static

FT06 = b"""6 6
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
"""


@pytest.fixture
def ft06() -> bytes:
    """The job shop of Fisher and Thompson (1963) with optimum 55."""
    return FT06


COLOURS = ("white", "red", "black")
DAY = tuple((d * 100 + a, d * 100 + b) for d in range(40) for a, b in ((10, 40), (45, 80)))


def plant(seed: int, *, jobs: int = 6, plain: bool = False) -> Problem:
    """Make a random plant of two sites; `plain` leaves people, ovens and materials out."""
    random = Random(seed)
    machines = [
        Resource("m0", site="a", calendar="day", setup="paint", initial={"colour": "white"}),
        Resource("m1", site="b", calendar="day", setup="paint"),
        Resource("m2", site="a"),
        Resource("m3", site="b", calendar="day"),
    ]
    people = [
        Resource("oven", ResourceKind.OVEN, "a", capacity=5),
        Resource("anna", ResourceKind.WORKER, "*", "day", skills={"sew": 100, "pack": 80}),
        Resource("bo", ResourceKind.WORKER, "*", skills={"sew": 130}),
        Resource("die", ResourceKind.TOOL, capacity=1),
        Resource("steam", ResourceKind.POOL, capacity=3),
    ]
    matrix = {a: {b: random.randint(1, 9) for b in COLOURS if b != a} for a in COLOURS}
    return Problem(
        jobs=tuple(_job(random, number, plain) for number in range(jobs)),
        resources=tuple(machines + ([] if plain else people)),
        name=f"plant {seed}",
        origin="2026-01-05T00:00:00+08:00",
        calendars={"day": DAY},
        sites=("a", "b"),
        transport=(Transport("a", "b", 7, 2), Transport("b", "a", 7, 2)),
        setups={
            "paint": SetupTable(
                {"colour": Attribute(matrix), "size": Attribute({}, 3)},
                random.choice(("sum", "max")),
            )
        },
        materials=() if plain else (Material("clay", 6, ((60, 6), (150, 90))),),
        objective={"tardiness": 2, "setup": 1, "makespan": 1},
    )


def _job(random: Random, number: int, plain: bool) -> Job:
    operations = []
    for step in range(random.randint(1, 4)):
        names = random.sample(["m0", "m1", "m2", "m3"], random.randint(1, 3))
        oven = not plain and step == 2 and random.random() < 0.5
        rich = not plain and not oven
        operations.append(
            Operation(
                f"o{step}",
                modes=tuple(
                    Mode(
                        name,
                        random.randint(1, 25),
                        random.randint(0, 3),
                        {"steam": random.randint(1, 3)} if rich and random.random() < 0.3 else {},
                    )
                    for name in (["oven"] if oven else names)
                ),
                worker=WorkerNeed("sew") if rich and random.random() < 0.4 else None,
                tool="die" if rich and random.random() < 0.3 else "",
                attributes={"colour": random.choice(COLOURS), "size": random.choice("SML")},
                resumable=random.random() < 0.5,
                after=_after(random, step),
                consumes={"clay": random.randint(1, 4)} if rich and step == 0 else {},
                batch=BatchNeed(random.choice("FG"), random.randint(1, 3)) if oven else None,
            )
        )
    release = random.randint(0, 30)
    return Job(
        f"j{number}",
        tuple(operations),
        item=f"item {number % 3}",
        quantity=random.randint(1, 50),
        release=release,
        due=release + random.randint(20, 150),
        weight=random.randint(1, 5),
    )


def _after(random: Random, step: int) -> tuple[After, ...]:
    if step == 0:
        return ()
    share = Fraction(1, 2) if random.random() < 0.2 else None
    return (After(f"o{step - 1}", min_lag=random.choice((0, 0, 5)), transfer=share),)


@pytest.fixture
def make_plant() -> Callable[..., Problem]:
    """The generator of random plants: ``make_plant(seed, jobs=6, plain=False)``."""
    return plant


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a client of the pages that follows no redirection."""
    app = FastAPI()
    install(app, ctx, host="127.0.0.1")
    mount_static(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client
