"""Histories: the migration scripts of one domain, read from its package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError

from sanpin.base import N_, Domain, EngineError

__all__ = ["KIT", "History", "histories", "read_history"]

# What Alembic and the import of a script raise when one is wrong or names a missing parent.
_BROKEN = (
    AttributeError,
    CommandError,
    ImportError,
    KeyError,
    NameError,
    RevisionError,
    StopIteration,
    SyntaxError,
)

KIT = Domain("kit", N_("House"), "sanpin.kit", migrations="sanpin.kit.schema.migrations", order=-1)
"""The kit's own tables, brought up to date before those of any domain."""


@dataclass(frozen=True, slots=True)
class History:
    """The scripts of one domain.

    Attributes
    ----------
    domain : its name, which also names its version table
    scripts : as Alembic reads them
    revisions : identifiers, oldest first
    """

    domain: str
    scripts: ScriptDirectory
    revisions: tuple[str, ...]

    @property
    def version_table(self) -> str:
        """Table that holds the revision at which the domain's tables stand."""
        return f"{self.domain}_version"

    @property
    def head(self) -> str:
        """Newest revision."""
        return self.revisions[-1]


def histories(domains: Iterable[Domain]) -> tuple[History, ...]:
    """Return the histories of the kit and of the domains that have tables, in order."""
    return tuple(
        read_history(one.name, one.migrations) for one in (KIT, *domains) if one.migrations
    )


@cache
def read_history(domain: str, package: str) -> History:
    """Read the scripts in a package and see that they form one line without branches."""
    try:
        folder = next(iter(import_module(package).__path__))
        scripts = ScriptDirectory(folder, version_locations=[folder])
        newest_first = list(scripts.walk_revisions())
    except _BROKEN as error:
        raise _broken(domain, package, str(error)) from error
    if not newest_first:
        raise _broken(domain, package, "it holds no scripts")
    if len(scripts.get_heads()) != 1 or any(len(one.nextrev) > 1 for one in newest_first):
        raise _broken(domain, package, "its scripts branch")
    return History(domain, scripts, tuple(one.revision for one in reversed(newest_first)))


def _broken(domain: str, package: str, reason: str) -> EngineError:
    return EngineError(
        "db.history.broken",
        N_("The migrations of “{domain}” in {package} cannot be used: {reason}."),
        hint=N_("This is a mistake in the program; please report it."),
        domain=domain,
        package=package,
        reason=reason,
    )
