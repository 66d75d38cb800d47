"""Pages of the domain: targets, tasks, published figures, own figures."""

from __future__ import annotations

from fastapi import APIRouter

from sanpin.sector.pages import figures, own, targets, tasks

__all__ = ["router"]

router = APIRouter()
for _part in (targets.router, tasks.router, figures.router, own.router):
    router.include_router(_part)
