"""The domain as the house sees it.

Everything is named by import string, so that reading the descriptor loads none of it.
"""

from sanpin.base import N_, Domain, NavEntry, Verb

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="trace",
    label=N_("Trace"),
    package="sanpin.trace",
    nav=(NavEntry(N_("Trace"), "/trace", "trace", 40),),
    api="sanpin.trace.api:router",
    pages="sanpin.trace.pages:router",
    cli="sanpin.trace.cli:app",
    migrations="sanpin.trace.store.migrations",
    verbs={
        "capture": Verb(
            N_("Capture documents"),
            "sanpin.trace.service.capture.uploads:capture_waiting",
            safe=True,
        ),
    },
    imports="sanpin.trace.service.capture.places:IMPORT_KINDS",
    search="sanpin.trace.service:search",
    ready="sanpin.trace.service.questions:make_ready",
    direct={
        "POST /epcis/capture": "sanpin.trace.api.epcis.capture:capture_document",
        "POST /epcis/events": "sanpin.trace.api.epcis.capture:capture_event",
    },
    standards={"/epcis": "sanpin.trace.api.epcis:as_epcis_problem"},
    order=40,
)
