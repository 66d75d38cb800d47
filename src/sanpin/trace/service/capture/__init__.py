"""Capture: documents in, errors and corrections, master data, the order of writers.

`documents` takes documents through the steps: `inputs` opens them, `committing` writes
those that fit into one transaction and `long` those that do not; `soon` takes the short ones of a
server. `jobs` keeps what became of them, `refused` what was wrong with them, `uploads` captures
what people send. `master` keeps the master data, `places` lets people edit those of places and
parties. `corrections` makes and undoes error declarations, `keeping` erases what is old and keeps
what is held, `rules` says which firm sees what of another, `tenants` moves a whole firm, `hashing`
completes what an older Sanpin wrote.
"""

from sanpin.trace.service.capture.corrections import REASONS, declare_wrong, undo_declaration
from sanpin.trace.service.capture.documents import RUN_FROM, capture
from sanpin.trace.service.capture.jobs import capture_job, capture_jobs
from sanpin.trace.service.capture.keeping import (
    HOLD_SCOPES,
    erase_expired,
    expired,
    hold_records,
    holds,
    lift_hold,
    place_hold,
    retention,
    set_retention,
)
from sanpin.trace.service.capture.master import master_entries, save_master
from sanpin.trace.service.capture.places import (
    delete_place,
    place,
    places,
    places_frame,
    save_place,
)
from sanpin.trace.service.capture.refused import (
    capture_files,
    findings,
    findings_frame,
    has_refused,
    refused_document,
)
from sanpin.trace.service.capture.rules import (
    RULE_KINDS,
    give_sight,
    rule_records,
    sight_rules,
    take_sight_back,
)
from sanpin.trace.service.capture.soon import begin_capture
from sanpin.trace.service.capture.tenants import export_firm, import_firm
from sanpin.trace.service.capture.uploads import capture_sent, run_of

__all__ = [
    "HOLD_SCOPES",
    "REASONS",
    "RULE_KINDS",
    "RUN_FROM",
    "begin_capture",
    "capture",
    "capture_files",
    "capture_job",
    "capture_jobs",
    "capture_sent",
    "declare_wrong",
    "delete_place",
    "erase_expired",
    "expired",
    "export_firm",
    "findings",
    "findings_frame",
    "give_sight",
    "has_refused",
    "hold_records",
    "holds",
    "import_firm",
    "lift_hold",
    "master_entries",
    "place",
    "place_hold",
    "places",
    "places_frame",
    "refused_document",
    "retention",
    "rule_records",
    "run_of",
    "save_master",
    "save_place",
    "set_retention",
    "sight_rules",
    "take_sight_back",
    "undo_declaration",
]
