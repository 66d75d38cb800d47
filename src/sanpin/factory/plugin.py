"""The domain as the house sees it."""

from sanpin.base import N_, Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="factory",
    label=N_("Factory"),
    package="sanpin.factory",
    cli="sanpin.factory.cli:app",
    migrations="sanpin.factory.store.migrations",
    imports="sanpin.factory.service:IMPORT_KINDS",
    order=30,
)
