"""Plug-ins: the domains found by entry point, and loading of their parts by name.

The kit knows no domain by name. Each is a package that announces a descriptor; whatever the kit
needs of it is named there by import string and loaded when used.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from sanpin.base import N_, Domain, EngineError, InputError

__all__ = ["GROUP", "domain", "domains", "import_kinds", "load"]

GROUP = "sanpin.domains"
"""Entry point group: a name, and the import string of a `sanpin.base.Domain`."""

# What importing a foreign module raises when it is broken or misses one of its parts.
_BROKEN = (ImportError, AttributeError, NameError, SyntaxError, TypeError, ValueError, KeyError)


def load(path: str) -> Any:
    """Return what an import string such as ``package.module:name`` names.

    Raises
    ------
    EngineError
        ``registry.plugin.broken``, with the reason
    """
    module, _, name = path.partition(":")
    try:
        found: Any = import_module(module)
        for part in filter(None, name.split(".")):
            found = getattr(found, part)
    except _BROKEN as error:
        raise _broken(path, error) from error
    return found


@cache
def domains() -> tuple[Domain, ...]:
    """Return all installed domains in the order of the thread."""
    found: dict[str, Domain] = {}
    for point in entry_points(group=GROUP):
        value = load(point.value)
        if not isinstance(value, Domain):
            raise _broken(point.value, TypeError(f"{point.name} is not a Domain"))
        if found.setdefault(value.name, value) is not value:
            raise _broken(point.value, ValueError(f"two domains are called {value.name}"))
    return tuple(sorted(found.values(), key=lambda one: (one.order, one.name)))


def domain(name: str) -> Domain:
    """Return the installed domain of that name."""
    for one in domains():
        if one.name == name:
            return one
    raise InputError(
        "registry.domain.unknown",
        N_("There is no domain called “{name}”."),
        hint=N_("Installed are: {known}."),
        name=name,
        known=", ".join(one.name for one in domains()),
    )


@cache
def import_kinds() -> dict[str, Any]:
    """Return every `sanpin.kit.files.ImportKind` by name, in the domains' order."""
    kinds: dict[str, Any] = {}
    for one in domains():
        for kind in load(one.imports) if one.imports else ():
            if kinds.setdefault(kind.kind, kind) is not kind:
                raise _broken(one.imports, ValueError(f"two import kinds are called {kind.kind}"))
    return kinds


def _broken(path: str, error: Exception) -> EngineError:
    """Make the refusal of a plug-in that cannot be loaded or contradicts another."""
    return EngineError(
        "registry.plugin.broken",
        N_("The plug-in “{path}” cannot be loaded: {reason}."),
        hint=N_("Install it again, or remove the package that brings it."),
        path=path,
        reason=f"{type(error).__name__}: {error}",
    )
