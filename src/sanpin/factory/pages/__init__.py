"""Pages of the domain: the plant with its plan and schedule, and the solver for any problem."""

from fastapi import APIRouter

from sanpin.factory.pages import compare, plant, solving

__all__ = ["router"]

router = APIRouter(prefix="/factory", include_in_schema=False)
router.include_router(plant.router)
router.include_router(solving.router)
router.include_router(compare.router)
