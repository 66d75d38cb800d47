"""The runner of migrations: one linear history and one version table per domain."""

from sanpin.kit.migrations.runner import head_of, pending, revision_of, upgrade

__all__ = ["head_of", "pending", "revision_of", "upgrade"]
