"""EPCIS 2.0 over HTTP, at ``/epcis``: capture with jobs, events by query and by identifier.

`capture` takes documents and single events, `events` answers queries, `discovery` says what there
is. `bodies` reads what is sent, `headers` agrees with the caller on versions and forms, `problems`
says refusals as the standard has them, `parameters` describes the query language for OpenAPI.

A further resource of the standard is a line in the table of `discovery` and a route.
"""

from fastapi import APIRouter

from sanpin.trace.api.epcis import capture, discovery, events
from sanpin.trace.api.epcis.problems import as_epcis_problem

__all__ = ["as_epcis_problem", "router"]

router = APIRouter(prefix="/epcis", tags=["epcis"])
router.include_router(capture.router)
router.include_router(events.router)
router.include_router(discovery.router)
