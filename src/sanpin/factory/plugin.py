"""The domain as the house sees it.

Import strings, not objects: the house lists its domains without loading any of them.
"""

from sanpin.base import N_, Domain, NavEntry, Verb
from sanpin.factory.model.asked import BODY_MEGABYTES
from sanpin.factory.model.rules import SETTINGS

__all__ = ["DOMAIN"]

_LARGEST = int(BODY_MEGABYTES.span[1]) * 2**20

DOMAIN = Domain(
    name="factory",
    label=N_("Factory"),
    package="sanpin.factory",
    nav=(
        NavEntry(N_("Plan"), "/factory/plan", "plan", 30),
        NavEntry(N_("Schedule"), "/factory/schedule", "schedule", 31),
        NavEntry(N_("Solver"), "/factory/solve", "chart", 32),
    ),
    api="sanpin.factory.api:router",
    pages="sanpin.factory.pages:router",
    cli="sanpin.factory.cli:app",
    migrations="sanpin.factory.store.migrations",
    imports="sanpin.factory.service:IMPORT_KINDS",
    verbs={
        "solve": Verb(
            N_("Search for a schedule"),
            "sanpin.factory.service.solving:run_solve",
            safe=True,
            grace=60.0,
            page="/factory/solve?run={id}",
        ),
    },
    settings=(*SETTINGS, BODY_MEGABYTES),
    bodies={"/api/v1/factory/": _LARGEST, "/factory/solve": _LARGEST},
    search="sanpin.factory.service:search",
    order=30,
)
