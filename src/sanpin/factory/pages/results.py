"""What the page of a schedule shows: figures, terms, machines, change-overs, jobs, the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sanpin.base import N_, Run
from sanpin.factory import service
from sanpin.factory.pages.words import (
    STATES,
    TIMED,
    Clock,
    cause_sentence,
    clock_of,
    no_schedule,
    search_chart,
    unit_of,
)
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator

__all__ = ["result_values"]

_ROWS = 100
_BOARD = 200, 560
"""Least and greatest height of the board, in px."""


def result_values(ctx: Context, words: Translator, run: Run) -> dict[str, Any]:
    """Return everything that the template of a result needs.

    Parameters
    ----------
    run : a search that left a schedule, or that found none to be possible
    """
    from sanpin.factory.engine.causes import is_proven

    found = service.find_solution(ctx, run.id)
    page = found.head["page"]
    unit = unit_of(words, page["origin"], page["unit"])
    clock = clock_of(page["origin"], page["unit"])
    tables = {name: service.solution_table(ctx, found, name) for name in service.PARTS}
    late = tables["jobs"].filter(pl.col("late") > 0)
    operations = service.solution_table(ctx, found, "solution").height
    shape, word = STATES[found.head["status"]]
    impossible = not operations and is_proven(found.head["causes"])
    if impossible:
        word = N_("impossible")
    answer = {} if operations else {"answer": no_schedule(words, found.head["causes"])}
    return {
        **answer,
        "facts": run.metrics,
        "head": found.head,
        "status": (shape, words.text(word)),
        "impossible": impossible,
        "unit": unit,
        "base": f"/api/v1/factory/schedules/{run.id}",
        "causes": [cause_sentence(words, cause, clock, unit) for cause in found.head["causes"]],
        "search": search_chart(words, run, found.head["trace"]),
        "terms": _terms(words, found.head["terms"], page["weights"], unit),
        "machines": tables["machines"].head(_ROWS).to_dicts(),
        "machine_count": tables["machines"].height,
        "setups": tables["setups"].head(_ROWS).to_dicts(),
        "setup_count": tables["setups"].height,
        "late": [_late(words, row, clock) for row in late.head(_ROWS).iter_rows(named=True)],
        "late_count": late.height,
        "explained": service.EXPLAINED,
        "chain": [
            _link(words, row, clock) for row in tables["chain"].head(_ROWS).iter_rows(named=True)
        ],
        "chain_count": tables["chain"].height,
        "worst": page["worst_job"],
        "board_height": _board_height(tables["machines"]),
        "drawn_partly": operations > service.BARS,
        "times": "" if isinstance(clock(0), int) else "datetime",
    }


def _board_height(machines: pl.DataFrame) -> int:
    """Return the height of the board: its axis, and a lane for each machine and plant.

    It is known before the board is loaded, so that nothing below it moves then; the lengths are
    those that the board draws with.
    """
    lanes = machines.height + machines["site"].n_unique()
    return sorted((*_BOARD, 48 + 28 * lanes))[1]


def _terms(
    words: Translator, terms: Mapping[str, float], weights: Mapping[str, float], unit: str
) -> list[dict[str, Any]]:
    """Return the terms of the objective, those that count first."""
    total = sum(weights.get(name, 0) * value for name, value in terms.items())
    rows = []
    for name, label in service.TERMS.items():
        value, weight = terms.get(name), weights.get(name, 0)
        if value is None:
            continue
        part = weight * value
        rows.append(
            {
                "label": words.text(label),
                "value": value,
                "unit": unit if name in TIMED else "",
                "weight": weight or None,
                "part": part if weight else None,
                "share": part / total if weight and total else None,
            }
        )
    return sorted(rows, key=lambda row: row["weight"] is None)


def _late(words: Translator, row: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Return a late job with its reason in words."""
    return {
        **row,
        "due": clock(row["due"]),
        "end": clock(row["end"]),
        "why": words.text(service.CAUSES[row["cause"]]) if row["cause"] else "",
    }


def _link(words: Translator, row: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Return a link of the critical chain with its reason in words."""
    why = words.text(service.LINKS[row["kind"]])
    # The machine stands in a column of its own; what else bears the same name does not.
    name = "" if row["kind"] in ("machine", "setup", "calendar") else row["name"]
    return {
        **row,
        "what": f"{row['job']} · {row['op']}",
        "why": words.text(N_("{why} ({name})"), why=why, name=name) if name else why,
        "start": clock(row["start"]),
        "end": clock(row["end"]),
    }
