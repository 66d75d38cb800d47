"""Use cases of traceability: capture documents, ask where things came from and went.

Everything takes a `sanpin.kit.context.Context` first; its firm owns the events that are
written and limits those that are read. Things may be named in any writing: element string,
Digital Link of any domain, EPC URN, bare GTIN or SSCC, or any other URI.

``capture`` keeps documents, each as a whole; ``undo_declaration``, ``save_master``, ``place_hold``,
``set_retention`` and ``erase_expired`` look after what is kept. ``back``, ``forward``, ``history``,
``where`` and ``recall`` answer with records of `sanpin.trace.model.lineage`, their
``*_record`` and ``*_of`` twins with the JSON values that commands and API share.
``find_events`` with ``events_document`` gives the events back as they came. ``thing``,
``graph``, ``recall_view``, ``recent_lots`` and ``lots_on_hold`` are what pages show.

`capture` takes documents in, `samples` brings those of the sample and removes them; `lineage` asks
the engine over the ledger; `things`, `recalls` and `texts` answer what pages and the EPCIS API
show; `naming` stands at both ends, from a typed code to a canonical name and back to words.
"""

from sanpin.trace.service.capture import (
    capture,
    capture_job,
    capture_jobs,
    erase_expired,
    export_firm,
    give_sight,
    holds,
    import_firm,
    lift_hold,
    master_entries,
    place_hold,
    retention,
    save_master,
    set_retention,
    sight_rules,
    take_sight_back,
    undo_declaration,
)
from sanpin.trace.service.identifiers import parse_codes, prefixes_of
from sanpin.trace.service.lineage import (
    back,
    back_record,
    forward,
    forward_record,
    history,
    history_of,
    origins,
    recall,
    recall_of,
    recall_scope,
    recall_table,
    recall_text,
    where,
)
from sanpin.trace.service.naming import Labels, kind_of, path_of, thing_named
from sanpin.trace.service.recalls import RecallView, recall_view
from sanpin.trace.service.records import (
    capture_record,
    history_record,
    problem_record,
    recall_record,
    walk_record,
    where_record,
)
from sanpin.trace.service.samples import capture_sample, has_sample, remove_sample
from sanpin.trace.service.texts import event_text, events_document, find_events
from sanpin.trace.service.things import (
    ThingView,
    count_events,
    graph,
    has_events,
    lots_on_hold,
    recent_lots,
    search,
    thing,
)

__all__ = [
    "Labels",
    "RecallView",
    "ThingView",
    "back",
    "back_record",
    "capture",
    "capture_job",
    "capture_jobs",
    "capture_record",
    "capture_sample",
    "count_events",
    "erase_expired",
    "event_text",
    "events_document",
    "export_firm",
    "find_events",
    "forward",
    "forward_record",
    "give_sight",
    "graph",
    "has_events",
    "has_sample",
    "history",
    "history_of",
    "history_record",
    "holds",
    "import_firm",
    "kind_of",
    "lift_hold",
    "lots_on_hold",
    "master_entries",
    "origins",
    "parse_codes",
    "path_of",
    "place_hold",
    "prefixes_of",
    "problem_record",
    "recall",
    "recall_of",
    "recall_record",
    "recall_scope",
    "recall_table",
    "recall_text",
    "recall_view",
    "recent_lots",
    "remove_sample",
    "retention",
    "save_master",
    "search",
    "set_retention",
    "sight_rules",
    "take_sight_back",
    "thing",
    "thing_named",
    "undo_declaration",
    "walk_record",
    "where",
    "where_record",
]
