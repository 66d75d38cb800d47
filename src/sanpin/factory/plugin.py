"""The domain as the house sees it.

Import strings, not objects: the house lists its domains without loading any of them.
"""

from sanpin.base import N_, Domain, NavEntry
from sanpin.factory.model.rules import SETTINGS

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="factory",
    label=N_("Factory"),
    package="sanpin.factory",
    nav=(
        NavEntry(N_("Plan"), "/factory/plan", "plan", 30),
        NavEntry(N_("Schedule"), "/factory/schedule", "schedule", 31),
    ),
    api="sanpin.factory.api:router",
    pages="sanpin.factory.pages:router",
    cli="sanpin.factory.cli:app",
    migrations="sanpin.factory.store.migrations",
    imports="sanpin.factory.service:IMPORT_KINDS",
    settings=SETTINGS,
    search="sanpin.factory.service:search",
    order=30,
)
