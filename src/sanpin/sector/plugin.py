"""The domain as the house sees it.

Everything is named by import string, so that reading the descriptor loads none of it.
"""

from sanpin.base import N_, Domain, NavEntry

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="sector",
    label=N_("Targets"),
    package="sanpin.sector",
    nav=(NavEntry(N_("Targets"), "/sector", "targets", 70),),
    api="sanpin.sector.api:router",
    pages="sanpin.sector.pages:router",
    cli="sanpin.sector.cli:app",
    migrations="sanpin.sector.store.migrations",
    imports="sanpin.sector.service:IMPORT_KINDS",
    search="sanpin.sector.service:search",
    order=70,
)
