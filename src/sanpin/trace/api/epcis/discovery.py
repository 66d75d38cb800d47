"""What there is at ``/epcis``: one table of resources, from which ``OPTIONS`` answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from sanpin.trace.api.epcis.headers import LIMITS, OFFERS, agree

__all__ = ["RESOURCES", "router"]

router = APIRouter(dependencies=[Depends(agree)])

_CAPTURE = {**LIMITS, "GS1-Capture-Error-Behaviour": "rollback"}

RESOURCES: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "/capture": (("GET", "POST"), _CAPTURE),
    "/capture/{job}": (("GET",), {}),
    "/events": (("GET", "POST"), LIMITS),
    "/events/{event:path}": (("GET",), {}),
    "/queries/{query}/events": (("GET",), {}),
}
"""Path to methods and headers of its own."""


def _answer(methods: tuple[str, ...], own: Mapping[str, str]) -> Callable[[], Response]:
    """Make the endpoint that tells what a resource can do."""
    headers = {"Allow": ", ".join(("OPTIONS", *methods)), **OFFERS, **own}

    def discover() -> Response:
        """Tell methods, versions, forms and limits."""
        return Response(status_code=204, headers=headers)

    return discover


for _path, (_methods, _own) in RESOURCES.items():
    router.add_api_route(
        _path,
        _answer(_methods, _own),
        methods=["OPTIONS"],
        status_code=204,
        response_class=Response,
        name=f"discover{_path}",
        operation_id=f"epcis_options_{_path.strip('/').replace('/', '_')}",
    )
