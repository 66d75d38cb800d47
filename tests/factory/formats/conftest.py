"""A small good file of every format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

BACK_END = b"""Machines;Jobs;Maintenance;\r
2;3;1\r
\r
R
0.5;0;
\r
P
1;1;2.00013889;
1.5;1.5;0;

PM
0.25;
0;

ELEG
1;1;1;
1;1;0;

ELEG_PM
1;
0;

MDS
0.1;0.1;0.2;
0.3;0.3;0.4;

SDS
M_0
0.05;0.05;1;
0.05;0.05;1;
2;2;0.05;

M_1
0.05;0.05;3;
0.05;0.05;3;
4;4;0.05;

S_PM
0.01;
0;
"""

SET_UPS = b"""Problem Instance: 1
Problem Size: 3
Begin Generator Parameters
Tau: 0.3
End Generator Parameters
Begin Problem Specification
Process Times:
5
6
7
Weights:
1
0
4
Duedates:
9
3
2
Setup Times:
-1 0 2
-1 1 2
-1 2 8
0 1 1
0 2 9
1 0 1
1 2 9
2 0 4
2 1 4
End Problem Specification
"""


def operation(number: int, **changes: object) -> dict[str, Any]:
    """Return an operation of size 2, colour 1, varnish 1, on resource 7 for 10."""
    plain = {
        "id": number, "rid": number, "connection": 0, "starting": -1, "release": 0,
        "overlap": 1.0, "size": 2, "color": 1, "varnish": 1, "resources": [7], "time": [10],
        "sucessors": [],
    }  # fmt: skip
    return {**plain, **changes}


SHOP: dict[str, Any] = {
    "resources": [
        {"id": 7, "setup_size": [4, 1], "setup_color": 6, "setup_varnish": 3,
         "availability": [0, 15, 20, 30, 30, 40, 60, 90]},
        {"id": 9, "setup_size": [2, 2], "setup_color": 0, "setup_varnish": 0,
         "availability": [5, 90]},
    ],
    "jobs": [
        {"id": 3, "rid": 1, "priority": 0, "duedate": 0, "topology": [
            operation(1, overlap=0.25, sucessors=[2]),
            operation(2, size=5, color=2, resources=[7, 9], time=[8, 6]),
        ]},
        {"id": 4, "rid": 2, "priority": 0, "duedate": 0, "topology": [
            operation(11, starting=60, release=30, size=1),
        ]},
    ],
}  # fmt: skip


@pytest.fixture
def shop() -> dict[str, Any]:
    """A printing shop of two resources and two jobs."""
    return SHOP


def instances(size: int) -> bytes:
    """Return a file of 125 instances of which the numbers tell where they stand."""
    values = [
        1000 * instance + 100 * block + job
        for instance in range(125)
        for block in range(3)
        for job in range(size)
    ]
    return " ".join(map(str, values)).encode()


@pytest.fixture
def several() -> Callable[[int], bytes]:
    """The maker of a file of 125 instances, ``several(jobs)``."""
    return instances


NATIVE = {
    "format": "sanpin.factory.problem/1",
    "resources": [{"id": "m"}],
    "jobs": [{"id": "j", "operations": [{"id": "o", "modes": [{"machine": "m", "duration": 3}]}]}],
}


@pytest.fixture
def files() -> dict[str, bytes]:
    """A good file by the name of its format."""
    return {
        "sanpin": orjson.dumps(NATIVE),
        "jsp": b"2 2\n0 3 1 4\n1 5 0 6 -1 -1\n",
        "fjsp": b"2 2 1.5\n2 1 1 5 2 1 4 2 7\n1 1 2 9\n",
        "fjsp-w": b"1 2 3\n2 2 1 2 1 7 3 8 2 1 2 9 1 2 1 1 4\n",
        "ops": orjson.dumps(SHOP),
        "upmsp": BACK_END,
        "wtsds": SET_UPS,
        "hfsp": b"2\n2\n1\t2\n5 6\n7 0\n",
        "wt": instances(2),
    }
