"""Pages of the flows: the cockpit that opens first, the list of decisions, the scoreboard.

A page asks `cockpit` and `scoreboard` for records and gives them to a template; it computes
nothing itself.
"""

from __future__ import annotations

from fastapi import APIRouter

from sanpin.flows.pages import cockpit, decisions, scoreboard

__all__ = ["router"]

router = APIRouter()
for _part in (cockpit.router, decisions.router, scoreboard.router):
    router.include_router(_part)
