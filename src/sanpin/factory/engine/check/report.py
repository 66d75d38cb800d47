"""What the checker found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["CheckReport", "Violation"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: its code, the operation, and the figures that show it."""

    code: str
    job: str = ""
    op: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)

    def record(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return {"code": self.code, "job": self.job, "op": self.op, **self.figures}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Violations, terms and objective of a schedule.

    Attributes
    ----------
    violations : in the order of the rules; empty for a valid schedule
    terms : every term of the objective by name, in the problem's unit
    objective : weighted sum of the terms, whatever the schedule itself claims
    """

    violations: tuple[Violation, ...]
    terms: Mapping[str, float]
    objective: float | None

    @property
    def valid(self) -> bool:
        """Whether no rule is broken."""
        return not self.violations

    def record(self) -> dict[str, object]:
        """Return it as the JSON object that `sanpin factory check` prints."""
        return {
            "valid": self.valid,
            "violations": [violation.record() for violation in self.violations],
            "terms": dict(self.terms),
            "objective": self.objective,
        }
