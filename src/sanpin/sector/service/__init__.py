"""Use cases of the domain: judge targets, follow tasks, keep own figures, explain."""

from sanpin.sector.service.cautions import TargetWarning, warnings
from sanpin.sector.service.drawing import Bullet, bullet, progress_chart
from sanpin.sector.service.evidence import (
    actual_record,
    context_records,
    evidence_records,
)
from sanpin.sector.service.exports import headings, to_frame
from sanpin.sector.service.figures import (
    figures,
    industries,
    pillars,
    published,
    regions,
)
from sanpin.sector.service.finding import search
from sanpin.sector.service.importing import save_actual_rows, save_target_rows, save_task_rows
from sanpin.sector.service.kinds import IMPORT_KINDS
from sanpin.sector.service.library import library
from sanpin.sector.service.own import (
    delete_own_actual,
    delete_own_target,
    delete_own_task,
    own_actuals,
    save_own_actual,
    save_own_target,
    save_own_task,
)
from sanpin.sector.service.records import (
    figure_record,
    published_record,
    target_record,
    task_record,
)
from sanpin.sector.service.side import TargetView, as_of_day
from sanpin.sector.service.targets import behind, summary, target, targets
from sanpin.sector.service.tasks import (
    set_task_state,
    task,
    task_counts,
    task_windows,
    tasks,
    tasks_due,
)
from sanpin.sector.service.wording import Wording

__all__ = [
    "IMPORT_KINDS",
    "Bullet",
    "TargetView",
    "TargetWarning",
    "Wording",
    "actual_record",
    "as_of_day",
    "behind",
    "bullet",
    "context_records",
    "delete_own_actual",
    "delete_own_target",
    "delete_own_task",
    "evidence_records",
    "figure_record",
    "figures",
    "headings",
    "industries",
    "library",
    "own_actuals",
    "pillars",
    "progress_chart",
    "published",
    "published_record",
    "regions",
    "save_actual_rows",
    "save_own_actual",
    "save_own_target",
    "save_own_task",
    "save_target_rows",
    "save_task_rows",
    "search",
    "set_task_state",
    "summary",
    "target",
    "target_record",
    "targets",
    "task",
    "task_counts",
    "task_record",
    "task_windows",
    "tasks",
    "tasks_due",
    "to_frame",
    "warnings",
]
