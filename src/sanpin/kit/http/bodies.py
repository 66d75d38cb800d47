"""The body of a request, packed or not, up to a limit."""

from __future__ import annotations

import zlib

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from sanpin.base import N_, InputError
from sanpin.kit.http.limits import too_large

__all__ = ["read_body"]

_PLAIN, _PACKED = ("", "identity"), ("gzip", "x-gzip")


async def read_body(request: Request, limit: int) -> bytes:
    """Read the body of a request, undoing the packing that ``Content-Encoding`` names.

    Parameters
    ----------
    request : of which nothing was read yet
    limit : in bytes, of what is sent and of what it unpacks to

    Raises
    ------
    InputError
        ``http.body.too_large`` (413), ``http.body.coding`` and ``http.body.form`` (415),
        ``http.body.packed`` (400)
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        refusal = InputError(
            "http.body.form",
            N_("The file was sent inside a form; here it must be the body itself."),
            hint=N_("Send its bytes alone, with curl by --data-binary @FILE."),
        )
        refusal.status = 415
        raise refusal
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in (*_PLAIN, *_PACKED):
        refusal = InputError(
            "http.body.coding",
            N_("The content encoding “{coding}” is not taken."),
            hint=N_("Send the body as it is, or packed by gzip."),
            coding=coding[:100],
        )
        refusal.status = 415
        raise refusal
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body) if coding in _PLAIN else await run_in_threadpool(_unpack, body, limit)


def _unpack(body: bytearray, limit: int) -> bytes:
    """Undo gzip, also of several parts, and never make more than the limit."""
    found, rest = bytearray(), bytes(body)
    while rest:
        reader = zlib.decompressobj(31)
        try:
            found += reader.decompress(rest, limit + 1 - len(found))
        except zlib.error:
            raise _broken() from None
        if len(found) > limit:
            raise too_large(limit)
        if not reader.eof:
            raise _broken()
        rest = reader.unused_data
    return bytes(found)


def _broken() -> InputError:
    """Make the refusal of a packed body that cannot be unpacked."""
    refusal = InputError(
        "http.body.packed",
        N_("The packed body ends too early or is damaged."),
        hint=N_("Check that it was sent completely."),
    )
    refusal.status = 400
    return refusal
