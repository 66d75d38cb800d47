"""Master data as the house sees them."""

from sanpin.base import N_, Domain, NavEntry

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="master",
    label=N_("Master data"),
    package="sanpin.master",
    nav=(NavEntry(N_("Master data"), "/master", "master", 90),),
    api="sanpin.master.api:router",
    pages="sanpin.master.pages:router",
    cli="sanpin.master.cli:app",
    migrations="sanpin.master.store.migrations",
    imports="sanpin.master.service:IMPORT_KINDS",
    search="sanpin.master.service:search",
    order=90,
)
