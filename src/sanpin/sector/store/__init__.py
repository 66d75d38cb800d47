"""Tables of own targets, own actuals, own tasks and the recorded state of every task.

Each function takes the connection of a transaction that its service opened, and the firm whose rows
it may touch. Inserting a record of a known id replaces it.
"""

from sanpin.sector.store.actuals import delete_actual, load_actuals, save_actuals
from sanpin.sector.store.states import load_statuses, save_status
from sanpin.sector.store.tables import ACTUAL, METADATA, TARGET, TASK, TASK_STATE
from sanpin.sector.store.targets import delete_target, load_targets, save_targets
from sanpin.sector.store.tasks import delete_task, load_tasks, save_tasks

__all__ = [
    "ACTUAL",
    "METADATA",
    "TARGET",
    "TASK",
    "TASK_STATE",
    "delete_actual",
    "delete_target",
    "delete_task",
    "load_actuals",
    "load_statuses",
    "load_targets",
    "load_tasks",
    "save_actuals",
    "save_status",
    "save_targets",
    "save_tasks",
]
