"""The domain as the house sees it."""

from sanpin.base import N_, Domain, NavEntry, Verb

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="demand",
    label=N_("Demand"),
    package="sanpin.demand",
    nav=(NavEntry(N_("Demand"), "/demand", "demand", 10),),
    api="sanpin.demand.api:router",
    pages="sanpin.demand.pages:router",
    cli="sanpin.demand.cli:app",
    migrations="sanpin.demand.store.migrations",
    verbs={
        "intake": Verb(N_("Take the orders in"), "sanpin.demand.service.computing:intake_job"),
        "forecast": Verb(N_("Forecast demand"), "sanpin.demand.service.computing:forecast_job"),
    },
    imports="sanpin.demand.service:IMPORT_KINDS",
    search="sanpin.demand.service:search",
    order=10,
)
