"""HTTP door of the domain: the plant with its plan and schedule, and the solver for any problem."""

from fastapi import APIRouter

from sanpin.factory.api import plant, schedules, solving

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/factory", tags=["factory"])
router.include_router(plant.router)
router.include_router(solving.router)
router.include_router(schedules.router)
