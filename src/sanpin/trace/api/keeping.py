"""Looking after the ledger over HTTP: declarations, holds, retention, sight, a whole firm."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, UploadFile
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.plain import plain
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Record = dict[str, Any]
Text = Annotated[str, Field(max_length=4096)]
Name = Annotated[str, Query(min_length=1, max_length=4096)]
_ARCHIVE = "application/zip"


class DeclarationBody(BaseModel):
    """An event that is wrong, and why."""

    event: Annotated[str, Field(min_length=1, max_length=4096)]
    reason: Text = "incorrect_data"
    corrective: Annotated[list[str], Field(max_length=100)] = []
    note: Text = ""


class HoldBody(BaseModel):
    """What must be kept whatever its age."""

    scope: Literal["firm", "thing", "place", "document"]
    value: Text = ""
    reason: Text = ""


class RetentionBody(BaseModel):
    """For how many days events are kept; 0 for ever."""

    days: Annotated[int, Field(ge=0, le=365_000)]


class RuleBody(BaseModel):
    """Which firm may see which events."""

    viewer: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["owner", "place", "traded", "chain"]
    scope: Text = ""


@router.post("/declarations", status_code=201)
@needs(Role.PLANNER)
def declare_wrong(ctx: Here, body: Annotated[DeclarationBody, Body()]) -> Record:
    """Declare an event wrong: it stays visible and counts no longer."""
    service.declare_wrong(ctx, body.event, body.reason, corrective=body.corrective, note=body.note)
    return {"event": body.event}


@router.delete("/declarations")
@needs(Role.PLANNER)
def undo_declaration(ctx: Here, event: Name) -> Record:
    """Let an event count again that was declared wrong."""
    return {"event": event, "revived": service.undo_declaration(ctx, event)}


@router.get("/holds")
def list_holds(ctx: Here) -> list[Record]:
    """List all holds, those that were lifted too, oldest first."""
    found: list[Record] = plain(service.hold_records(ctx))
    return found


@router.post("/holds", status_code=201)
@needs(Role.ADMIN)
def place_hold(ctx: Here, body: Annotated[HoldBody, Body()]) -> Record:
    """Forbid to erase what a hold covers, until it is lifted."""
    return {"id": service.place_hold(ctx, body.scope, body.value, body.reason)}


@router.delete("/holds/{hold}", status_code=204, response_class=Response)
@needs(Role.ADMIN)
def lift_hold(ctx: Here, hold: str) -> Response:
    """Lift a hold that stands."""
    service.lift_hold(ctx, hold)
    return Response(status_code=204)


@router.get("/retention")
def get_retention(ctx: Here, days: Annotated[int | None, Query(ge=0, le=365_000)] = None) -> Record:
    """Say for how long events are kept, and what erasing would do now, or with other days."""
    found: Record = plain(service.expired(ctx, days))
    return found


@router.put("/retention")
@needs(Role.ADMIN)
def set_retention(ctx: Here, body: Annotated[RetentionBody, Body()]) -> Record:
    """Say for how many days events are kept; nothing is erased by this alone."""
    service.set_retention(ctx, body.days)
    found: Record = plain(service.expired(ctx))
    return found


@router.post("/retention/erase")
@needs(Role.ADMIN)
def erase_expired(ctx: Here) -> Record:
    """Erase events that were kept long enough and that no hold covers."""
    return {"erased": service.erase_expired(ctx)}


@router.get("/rules")
def list_rules(ctx: Here) -> list[Record]:
    """List the rules that the firm gave or got, oldest first."""
    found: list[Record] = plain(service.rule_records(ctx))
    return found


@router.post("/rules", status_code=201)
@needs(Role.ADMIN)
def give_sight(ctx: Here, body: Annotated[RuleBody, Body()]) -> Record:
    """Let another firm see events of one's own."""
    return {"id": service.give_sight(ctx, body.viewer, body.kind, body.scope)}


@router.delete("/rules/{rule}", status_code=204, response_class=Response)
@needs(Role.ADMIN)
def take_sight_back(ctx: Here, rule: str) -> Response:
    """Take a rule back that one has given."""
    service.take_sight_back(ctx, rule)
    return Response(status_code=204)


@router.get("/firm")
@needs(Role.ADMIN)
def export_firm(ctx: Here) -> FileResponse:
    """Return everything that the firm owns in the ledger as one archive."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=ctx.workspace.path))
        path = Path(folder) / "firm.zip"
        service.export_firm(ctx, path)
        # The file is sent after this function has ended, so the folder goes only then.
        done = BackgroundTask(stack.pop_all().close)
    name = f"trace-{ctx.now():%Y-%m-%d}.zip"
    return FileResponse(path, media_type=_ARCHIVE, filename=name, background=done)


@router.post("/firm")
@needs(Role.ADMIN)
def import_firm(ctx: Here, file: UploadFile) -> Record:
    """Take in an archive that an export wrote; what is there already stays."""
    with tempfile.TemporaryDirectory(dir=ctx.workspace.path) as folder:
        path = Path(folder) / "firm.zip"
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        return {"captured": service.import_firm(ctx, path)}
