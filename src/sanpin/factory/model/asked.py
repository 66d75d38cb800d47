"""What is asked of a search that runs beside the server, and how much may be sent for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sanpin.base import N_, InputError, Problem, Setting
from sanpin.factory.model.schedule import TERMS

__all__ = ["BODY_MEGABYTES", "LONGEST_SECONDS", "Asked"]

BODY_MEGABYTES = Setting(
    "factory.body_megabytes",
    N_("Largest problem that may be sent"),
    64,
    (1, 1024),
    N_("MB"),
    N_("Unpacked. Larger ones can be solved on the command line."),
    whole=True,
)
"""The limit of what programs and pages may send to the solver."""

LONGEST_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its Run keeps it: enough to do it again.

    Attributes
    ----------
    problem : id of the dataset with the native problem
    name : what people call it
    seconds : limit of the clock
    steps : rounds of search; None for as many as the clock allows
    workers : threads, which change the time and not the result; 0 for all cores
    objective : weight by term in place of the problem's own; empty keeps those
    start : id of the dataset with a schedule to begin with, empty for none
    """

    problem: str
    name: str = ""
    seconds: float = 30.0
    steps: int | None = None
    workers: int = 2
    objective: Mapping[str, float] = field(default_factory=dict)
    start: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST_SECONDS or not 0 <= self.workers <= 256:
            raise _refused("seconds, workers")
        if self.steps is not None and self.steps < 0:
            raise _refused("steps")
        _check_weights(self.objective)
        if self.objective and not any(self.objective.values()):
            raise InputError(
                "factory.solve.weightless",
                N_("Every weight of the objective is 0, so that all schedules are equally good."),
                hint=N_("Give at least one term a weight."),
            )

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Asked:
        """Read what a Run or its job keeps.

        Raises
        ------
        InputError
            ``factory.solve.params`` when something does not fit
        """
        known = {name: params[name] for name in cls.__slots__ if params.get(name) is not None}
        try:
            return cls(**known)
        except TypeError as error:
            raise _refused(", ".join(sorted(known)) or "problem") from error

    def record(self) -> dict[str, Any]:
        """Return it as JSON values, without the seed, which a Run keeps of its own."""
        return {
            "problem": self.problem,
            "name": self.name,
            "seconds": self.seconds,
            "steps": self.steps,
            "workers": self.workers,
            "objective": dict(self.objective),
            "start": self.start,
        }


def _refused(names: str) -> InputError:
    """Return the refusal of parameters by name."""
    return InputError(
        "factory.solve.params",
        N_("The search cannot be asked for like this: {names}."),
        hint=N_("Seconds are above 0, steps and workers 0 or more."),
        names=names,
    )


def _check_weights(objective: Mapping[str, float]) -> None:
    """Refuse weights of unknown terms, and those below 0 or without an end."""
    found = []
    for name, weight in objective.items():
        if name not in TERMS:
            unknown = N_("“{term}” is no term of the objective.")
            found.append(Problem("factory.solve.term", unknown, {"term": name}))
        elif not (math.isfinite(weight) and weight >= 0):
            unfit = N_("The weight of “{term}” must be a number from 0 on, not {value}.")
            fields = {"term": name, "value": f"{weight:g}"}
            found.append(Problem("factory.solve.weight", unfit, fields))
    if found:
        first = found[0]
        raise InputError(
            first.code,
            first.message,
            hint=N_("Weights are 0 or more; the terms are: {known}."),
            problems=found,
            known=", ".join(TERMS),
            **first.fields,
        )
