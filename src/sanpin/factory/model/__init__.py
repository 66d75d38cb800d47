"""The nouns of the factory: problem, schedule, plan, routing and floor records.

`problem` and `schedule` are what the engines speak; `plant` and `plan` are what a firm speaks
before anything is scheduled; `floor` and `outbound` are what happened afterwards. All of them
are frozen records without behaviour beyond what their own fields decide.
"""

from sanpin.factory.model.problem import (
    NO_ORIGIN,
    After,
    Attribute,
    BatchNeed,
    Fixed,
    Hold,
    Job,
    Material,
    Mode,
    Objective,
    Operation,
    Outsource,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
    Transport,
    Uncertainty,
    WorkerNeed,
)
from sanpin.factory.model.schedule import TERMS, Schedule, ScheduledOperation, Status

__all__ = [
    "NO_ORIGIN",
    "TERMS",
    "After",
    "Attribute",
    "BatchNeed",
    "Fixed",
    "Hold",
    "Job",
    "Material",
    "Mode",
    "Objective",
    "Operation",
    "Outsource",
    "Problem",
    "Resource",
    "ResourceKind",
    "Schedule",
    "ScheduledOperation",
    "SetupTable",
    "Status",
    "Transport",
    "Uncertainty",
    "WorkerNeed",
]
