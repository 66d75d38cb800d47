"""Interface of the imports for programs."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, UploadFile
from starlette.responses import Response

from sanpin.app.web.imports.history import past_imports
from sanpin.app.web.imports.pages import template_response
from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.kit.files import import_file
from sanpin.kit.http import context, paginate
from sanpin.kit.i18n import translate
from sanpin.kit.plain import plain
from sanpin.kit.registry import import_kinds

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])
Ctx = Annotated[Context, Depends(context)]


@router.get("")
def list_(
    ctx: Ctx, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> dict[str, Any]:
    """List what was imported, newest first."""

    def fetch(last: Any, size: int) -> list[dict[str, Any]]:
        return past_imports(ctx, size, last)

    page = paginate(fetch, cursor, limit, lambda line: line["id"])
    return {"items": [plain(line) for line in page.items], "next": page.next}


@router.post("")
def run(
    ctx: Ctx,
    file: UploadFile,
    kind: Annotated[str, Form(description="Guessed from the headings when left out")] = "",
    sheet: Annotated[str, Form(description="Sheet of a workbook")] = "",
    mapping: Annotated[str, Form(description="JSON object, heading to field")] = "{}",
    dry_run: Annotated[bool, Form(description="Check everything, save nothing")] = False,
) -> dict[str, Any]:
    """Import a CSV, XLSX, Parquet or JSON file: all of it, or nothing."""
    report = import_file(
        ctx,
        file.file.read(),
        file.filename or "file",
        kind or None,
        _mapping(mapping),
        sheet or None,
        dry_run=dry_run,
    )
    return report.as_dict()


@router.get("/kinds")
def kinds(ctx: Ctx) -> list[dict[str, Any]]:
    """Describe every kind of file: its columns, their types and the headings understood."""
    return [
        {
            "kind": kind.kind,
            "label": translate(kind.label, ctx.language),
            "unique": list(kind.unique),
            "fields": [plain(field) for field in kind.fields],
        }
        for kind in import_kinds().values()
    ]


@router.get("/templates/{kind}")
def template(
    ctx: Ctx,
    kind: str,
    format: Annotated[str, Query(pattern="^(csv|xlsx|json|parquet)$")] = "xlsx",  # noqa: A002
) -> Response:
    """Download the template of a kind."""
    return template_response(ctx, kind, format)


def _mapping(text: str) -> dict[str, str]:
    """Read the mapping of a request.

    Raises
    ------
    InputError
        ``imports.mapping.malformed``
    """
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise InputError(
            "imports.mapping.malformed",
            N_("The mapping is not a JSON object of headings and fields."),
            hint=N_("Send it as {example}."),
            example='{"货号": "item"}',
        )
    return found
