"""Pages of the domain: targets, tasks, published figures, own figures.

Every page answers one question in a sentence, shows the evidence below it and has an export of all
its rows. What several pages need is in `shared`.
"""

from __future__ import annotations

from fastapi import APIRouter

from sanpin.sector.pages import figures, own, targets, tasks

__all__ = ["router"]

router = APIRouter()
for _part in (targets.router, tasks.router, figures.router, own.router):
    router.include_router(_part)
