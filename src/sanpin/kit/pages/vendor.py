"""Third-party files of the pages: what they are, and whether they are still what they were."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from sanpin import kit

__all__ = ["Bundle", "bundles", "damaged_bundles"]

_WEB = Path(kit.__file__).parent / "web"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A committed third-party file.

    Attributes
    ----------
    file : path below the kit's ``web`` folder
    package, version, licence : where it comes from and under which terms (SPDX)
    bytes, sha256 : its size and hash
    """

    file: str
    package: str
    version: str
    licence: str
    bytes: int
    sha256: str


def bundles() -> tuple[Bundle, ...]:
    """Return the records of ``vendor.toml``."""
    with (_WEB / "vendor.toml").open("rb") as stream:
        return tuple(Bundle(**record) for record in tomllib.load(stream)["bundle"])


def damaged_bundles() -> list[str]:
    """Return the files that are missing or differ from their record; none when all is well."""
    damaged = []
    for bundle in bundles():
        path = _WEB / bundle.file
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != bundle.sha256:
            damaged.append(bundle.file)
    return damaged
