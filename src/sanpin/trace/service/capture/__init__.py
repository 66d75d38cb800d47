"""Capture: documents in, errors and corrections, master data, the order of writers.

`documents` takes documents through the steps: `inputs` opens them, `committing` writes
those that fit into one transaction and `long` those that do not; `soon` takes the short ones of a
server. `jobs` keeps what became of them, `master` the master data. `corrections` undoes error
declarations, `keeping` erases what is old and keeps what is held, `rules` says which firm sees what
of another, `tenants` moves a whole firm, `hashing` completes what an older Sanpin wrote.
"""

from sanpin.trace.service.capture.corrections import undo_declaration
from sanpin.trace.service.capture.documents import RUN_FROM, capture
from sanpin.trace.service.capture.jobs import capture_job, capture_jobs
from sanpin.trace.service.capture.keeping import (
    erase_expired,
    holds,
    lift_hold,
    place_hold,
    retention,
    set_retention,
)
from sanpin.trace.service.capture.master import master_entries, save_master
from sanpin.trace.service.capture.rules import give_sight, sight_rules, take_sight_back
from sanpin.trace.service.capture.soon import begin_capture
from sanpin.trace.service.capture.tenants import export_firm, import_firm

__all__ = [
    "RUN_FROM",
    "begin_capture",
    "capture",
    "capture_job",
    "capture_jobs",
    "erase_expired",
    "export_firm",
    "give_sight",
    "holds",
    "import_firm",
    "lift_hold",
    "master_entries",
    "place_hold",
    "retention",
    "save_master",
    "set_retention",
    "sight_rules",
    "take_sight_back",
    "undo_declaration",
]
