"""What is sent: kinds of content, packed or not, up to the limits."""

from __future__ import annotations

import re
import zlib

from fastapi import Request

from sanpin.base import N_, InputError
from sanpin.trace.api.epcis.headers import CAPTURE_LIMIT, FILE_LIMIT

__all__ = ["DOCUMENTS", "read_body"]

JSON = ("application/json", "application/ld+json")
XML = ("application/xml", "text/xml")
PACKED = ("application/gzip", "application/x-gzip")
DOCUMENTS = (*JSON, *XML, *PACKED)
"""Kinds of content in which documents come."""

_EVENT = re.compile(rb'"eventTime"\s*:|<(?:\w+:)?eventTime\b')


async def read_body(request: Request) -> bytes:
    """Read the document of a request.

    Raises
    ------
    InputError
        ``trace.epcis.media_type`` (415), ``trace.epcis.too_large`` (413)
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind not in DOCUMENTS:
        raise _refuse_kind(kind)
    if coding not in ("identity", "gzip", "x-gzip", ""):
        raise _refuse_kind(coding)
    body = await request.body()
    if body.startswith(b"\x1f\x8b"):
        body = _unpacked(body)
    if len(body) > FILE_LIMIT:
        raise _too_large()
    # An extension may use the word too; then a document near the limit is counted too long.
    if sum(1 for _ in _EVENT.finditer(body)) > CAPTURE_LIMIT:
        raise _too_large()
    return body


def _unpacked(body: bytes) -> bytes:
    """Unpack gzip, also of several parts, and never more than the limit."""
    found = bytearray()
    while body:
        reader = zlib.decompressobj(31)
        try:
            found += reader.decompress(body, FILE_LIMIT + 1 - len(found))
        except zlib.error:
            raise _broken() from None
        if len(found) > FILE_LIMIT:
            raise _too_large()
        if not reader.eof:
            raise _broken()
        body = reader.unused_data.lstrip(b"\0")
    return bytes(found)


def _broken() -> InputError:
    """Make the refusal of a packed document that cannot be unpacked."""
    error = InputError(
        "trace.epcis.packed",
        N_("The packed document ends too early or is damaged."),
        hint=N_("Check that it was sent completely."),
    )
    error.status = 400
    return error


def _refuse_kind(kind: str) -> InputError:
    """Make the refusal of a kind of content."""
    error = InputError(
        "trace.epcis.media_type",
        N_("The content type “{kind}” is not taken."),
        hint=N_("Send EPCIS as application/json, application/ld+json or application/xml."),
        kind=kind[:100],
    )
    error.status = 415
    return error


def _too_large() -> InputError:
    """Make the refusal of a document that is too long."""
    error = InputError(
        "trace.epcis.too_large",
        N_("A document may have {events} events and {megabytes} MB here."),
        hint=N_("Send it in parts, or capture it on the command line."),
        events=CAPTURE_LIMIT,
        megabytes=FILE_LIMIT // 2**20,
    )
    error.status = 413
    return error
