"""Headers by which both sides agree: versions, forms of identifiers, kinds of content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import Request

from sanpin import __version__
from sanpin.base import N_, InputError
from sanpin.trace.service.queries import EpcFormat

__all__ = ["CAPTURE_LIMIT", "FILE_LIMIT", "LIMITS", "OFFERS", "VERSIONS", "agree", "media_for"]

CAPTURE_LIMIT = 100_000
"""Events in one document over HTTP; longer ones go through the command line."""
FILE_LIMIT = 64 * 2**20
"""Bytes of one document over HTTP, also once it is unpacked."""

VERSIONS: Mapping[str, str] = {"GS1-EPCIS-Version": "2.0", "GS1-CBV-Version": "2.0"}
LIMITS: Mapping[str, str] = {
    "GS1-EPCIS-Capture-Limit": str(CAPTURE_LIMIT),
    "GS1-EPCIS-Capture-File-Size-Limit": str(FILE_LIMIT),
}
OFFERS: Mapping[str, str] = {
    **VERSIONS,
    "GS1-EPCIS-Min": "2.0",
    "GS1-EPCIS-Max": "2.0",
    "GS1-CBV-Min": "2.0",
    "GS1-CBV-Max": "2.0",
    "GS1-EPC-Format": str(EpcFormat.NO_PREFERENCE),
    "GS1-CBV-XML-Format": "Never_Translates",
    "GS1-Vendor-Version": __version__,
}
"""What there is to agree on: all forms of identifiers, words as they came."""

_FORMS: Mapping[str, Sequence[str]] = {
    "GS1-EPC-Format": tuple(EpcFormat),
    "GS1-CBV-XML-Format": ("No_Preference", "Never_Translates"),
}
_OURS = (2, 0, 0)


async def agree(request: Request) -> None:
    """Refuse a request whose headers ask for what cannot be given.

    Use it as a dependency of every route.
    """
    if not any(name.startswith(b"gs1-") for name, _ in request.scope["headers"]):
        return
    for name, values in _FORMS.items():
        value = request.headers.get(name)
        if value is not None and value not in values:
            raise _refuse(name, value, ", ".join(values))
    for name in ("GS1-EPCIS-Min", "GS1-CBV-Min", "GS1-EPCIS-Max", "GS1-CBV-Max"):
        value = request.headers.get(name)
        if value is None:
            continue
        version = _version(name, value)
        good = version <= _OURS if name.endswith("Min") else version >= _OURS[: len(version)]
        if not good:
            raise _refuse(name, value, "2.0")


def _version(name: str, text: str) -> tuple[int, ...]:
    """Read a version such as ``2.0.1``."""
    parts = text.strip().split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise _refuse(name, text, "2.0")
    return tuple(int(part) for part in parts)


def _refuse(name: str, value: str, known: str) -> InputError:
    """Make the refusal of a wish."""
    error = InputError(
        "trace.epcis.not_acceptable",
        N_("“{value}” in {name} cannot be given."),
        hint=N_("Possible: {known}."),
        name=name,
        value=value[:100],
        known=known,
    )
    error.status = 406
    return error


def media_for(request: Request, offered: Sequence[str]) -> str:
    """Choose among kinds of content by what the caller accepts.

    Parameters
    ----------
    offered : kinds of content, the preferred one first

    Raises
    ------
    InputError
        ``trace.epcis.not_acceptable`` when none is accepted
    """
    accepted = request.headers.get("accept", "").strip() or "*/*"
    best, weight = "", 0.0
    for part in accepted.split(","):
        kind, *options = (piece.strip().lower() for piece in part.split(";"))
        quality = next((_quality(o[2:]) for o in options if o.startswith("q=")), 1.0)
        found = next((media for media in offered if _fits(media, kind)), "")
        if found and quality > weight:
            best, weight = found, quality
    if not best:
        raise _refuse("Accept", accepted, ", ".join(offered))
    return best


def _fits(media: str, kind: str) -> bool:
    """Whether a kind of content is one that is asked for."""
    return kind in (media, "*/*", media.partition("/")[0] + "/*")


def _quality(text: str) -> float:
    """Weight of an accepted kind; what is no number counts nothing."""
    try:
        return float(text)
    except ValueError:
        return 0.0
