"""HTTP doors of the domain: questions below /api/v1/trace, the standard's own at /epcis."""

from fastapi import APIRouter

from sanpin.trace.api import epcis, events, identifiers, questions, recalls

__all__ = ["router"]

router = APIRouter()
router.include_router(identifiers.router)
router.include_router(events.router)
router.include_router(questions.router)
router.include_router(recalls.router)
router.include_router(epcis.router)
