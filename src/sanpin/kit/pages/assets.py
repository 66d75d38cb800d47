"""Static files: found in every package's `web/static`, served under one content hash.

The hash covers all files together, so a module that imports its neighbour by a relative path
stays inside the same immutable tree and a new release never meets an old copy in a cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from sanpin.kit import registry

__all__ = ["StaticTree", "mount_static", "static", "static_folders", "template_folders"]

_YEAR = "public, max-age=31536000, immutable"


def _packages() -> list[str]:
    """Return the packages that may bring a `web` folder, the kit first."""
    names = ["sanpin.kit", *(domain.package for domain in registry.domains())]
    return list(dict.fromkeys([*names, "sanpin.flows", "sanpin.app"]))


def _folders(part: str) -> tuple[Path, ...]:
    """Return the existing `web/<part>` folders, looked up without importing the packages."""
    found = []
    for name in _packages():
        spec = find_spec(name)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            folder = Path(place) / "web" / part
            if folder.is_dir():
                found.append(folder)
    return tuple(found)


@cache
def template_folders() -> tuple[Path, ...]:
    """Return every package's `web/templates`, in search order."""
    return _folders("templates")


@cache
def static_folders() -> tuple[Path, ...]:
    """Return every package's `web/static`, in search order."""
    return _folders("static")


@cache
def _version(folders: tuple[Path, ...]) -> str:
    """Hash all static files, names and contents, to twelve hexadecimal digits."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def static(path: str) -> str:
    """Return the address of a static file such as ``kit/theme.css``.

    Raises
    ------
    LookupError
        when no package brings the file: a page must not point at nothing
    """
    folders = static_folders()
    if not any((folder / path).is_file() for folder in folders):
        raise LookupError(path)
    return f"/static/{_version(folders)}/{path}"


class StaticTree(StaticFiles):
    """Serve the static folders of all packages as one tree, to be kept for a year."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(directory=folders[0])
        self.all_directories = list(folders)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer for one file below the current content hash; other hashes are not found."""
        version, _, inner = path.partition("/")
        if version != _version(tuple(Path(folder) for folder in self.all_directories)):
            raise HTTPException(status_code=404)
        response = await super().get_response(inner, scope)
        response.headers["Cache-Control"] = _YEAR
        return response


def mount_static(app: FastAPI) -> None:
    """Serve every package's static files below ``/static``."""
    app.mount("/static", StaticTree(static_folders()), name="static")
