"""The sample chain, and what the simulated floor of a sample plant brought: in and out again."""

from __future__ import annotations

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.trace.model.captures import CaptureReport, Origin
from sanpin.trace.sample import sample_documents
from sanpin.trace.service.capture import capture
from sanpin.trace.store.removal import count_documents, remove_documents

__all__ = ["capture_sample", "has_sample", "remove_sample"]


def capture_sample(ctx: Context) -> CaptureReport:
    """Capture the sample chain, whose every name is marked."""
    return capture(ctx, sample_documents(), origin=Origin.SAMPLE)


def has_sample(ctx: Context) -> bool:
    """Whether any captured document is of the sample."""
    with ctx.db.read() as conn:
        return count_documents(conn, ctx.firm, Origin.SAMPLE) > 0


def remove_sample(ctx: Context) -> int:
    """Remove every event of the sample, with its lineage, its texts and its captures.

    Returns
    -------
    Number of events removed; what came from anywhere else stays.
    """
    ctx.require(Role.PLANNER)
    return ctx.db.transact(lambda conn: remove_documents(conn, ctx.firm, Origin.SAMPLE, ctx.now()))
