"""Checking of problems and schedules that come from outside; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

__all__ = ["check_records"]


def check_records(problem: Mapping[str, Any], solution: Mapping[str, Any]) -> dict[str, Any]:
    """Check a schedule against a native problem, both as JSON objects."""
    from sanpin.factory.engine.check import check_solution
    from sanpin.factory.engine.formats.native import parse_native

    return check_solution(parse_native(dict(problem)), orjson.dumps(solution)).record()
