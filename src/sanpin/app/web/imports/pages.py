"""Pages of the imports.

The file is sent once and kept; every change of a column reads it again and shows the outcome
without saving. Only the last button saves, and then all rows or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from starlette.datastructures import FormData
from starlette.responses import FileResponse, RedirectResponse, Response

from sanpin.app.web.imports.columns import field_rows, field_word, mapping_of
from sanpin.app.web.imports.history import past_imports
from sanpin.app.web.imports.uploads import (
    Upload,
    bad_rows_file,
    drop_upload,
    find_upload,
    keep_upload,
)
from sanpin.base import SanpinError
from sanpin.kit.context import Context
from sanpin.kit.files import (
    MEDIA_TYPES,
    guess_kind,
    import_file,
    match_columns,
    read_table,
    template,
)
from sanpin.kit.http import context
from sanpin.kit.i18n import translate, translate_error
from sanpin.kit.pages import render
from sanpin.kit.registry import import_kinds

__all__ = ["router", "template_response"]

router = APIRouter(prefix="/imports", include_in_schema=False)
Ctx = Annotated[Context, Depends(context)]


async def form_of(request: Request) -> FormData:
    """Return the fields of a form whose names are not known beforehand."""
    return await request.form()


Fields = Annotated[FormData, Depends(form_of)]


def kind_words(language: str) -> list[tuple[str, str]]:
    """Return every kind of file with its name in a language."""
    return [(kind.kind, translate(kind.label, language)) for kind in import_kinds().values()]


@router.get("")
def show(request: Request, ctx: Ctx, kind: str = "", saved: str = "") -> Response:
    """Offer the upload, the templates, and what was imported before."""
    words = dict(kind_words(ctx.language))
    past = [{**line, "label": words.get(line["kind"], line["kind"])} for line in past_imports(ctx)]
    kinds = [
        {
            "kind": one.kind,
            "label": words[one.kind],
            "required": ", ".join(field_word(f, ctx.language) for f in one.fields if f.required),
            "optional": ", ".join(
                field_word(f, ctx.language) for f in one.fields if not f.required
            ),
        }
        for one in import_kinds().values()
    ]
    done = next((line for line in past if line["id"] == saved), None)
    return render(request, ctx, "app/imports.html", kinds=kinds, kind=kind, past=past, done=done)


@router.get("/how")
def show_how(request: Request, ctx: Ctx) -> Response:
    """Explain each kind of file: its columns, the headings it understands, its template."""
    words = dict(kind_words(ctx.language))
    kinds = [(kind, words[kind.kind]) for kind in import_kinds().values()]
    return render(request, ctx, "app/how.html", kinds=kinds, word=field_word)


@router.get("/templates/{kind}.{suffix}")
def template_response(ctx: Ctx, kind: str, suffix: str) -> Response:
    """Download the template of a kind, with headings in the caller's language."""
    content = template(kind, suffix, ctx.language)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.{suffix}"'}
    return Response(content, media_type=MEDIA_TYPES[suffix], headers=headers)


@router.get("/bad-rows/{name}")
def bad_rows(ctx: Ctx, name: str) -> Response:
    """Download the rows that an import refused, with the reasons."""
    return FileResponse(bad_rows_file(ctx, name), filename=name, media_type="text/csv")


@router.post("/upload")
def upload(ctx: Ctx, file: UploadFile, kind: Annotated[str, Form()] = "") -> Response:
    """Keep the file that was sent and go on to its columns."""
    kept = keep_upload(ctx, file.filename or "", file.file.read())
    return RedirectResponse(f"/imports/{kept.id}" + (f"?kind={kind}" if kind else ""), 303)


@router.get("/{upload_id}")
def show_columns(
    request: Request, ctx: Ctx, upload_id: str, kind: str = "", sheet: str = ""
) -> Response:
    """Show which column of the file was taken for which field."""
    return _columns(request, ctx, find_upload(ctx, upload_id), {"kind": kind, "sheet": sheet})


@router.post("/{upload_id}")
def act(request: Request, ctx: Ctx, upload_id: str, form: Fields) -> Response:
    """Check the file under the columns chosen, or import it."""
    found = find_upload(ctx, upload_id)
    chosen = {name: str(value) for name, value in form.items()}
    saving = chosen.get("action") == "save"
    try:
        report = import_file(
            ctx,
            found.path,
            found.name,
            chosen.get("kind") or None,
            mapping_of(chosen),
            chosen.get("sheet") or None,
            dry_run=not saving,
        )
    except SanpinError as error:
        # The form stays with what was chosen in it, so that one correction is enough.
        return _columns(request, ctx, found, chosen, error=error)
    if saving:
        drop_upload(found)
        return RedirectResponse(f"/imports?saved={past_imports(ctx, 1)[0]['id']}", 303)
    return _columns(request, ctx, found, chosen, report=report)


def _columns(
    request: Request,
    ctx: Context,
    upload: Upload,
    chosen: Mapping[str, str],
    *,
    error: SanpinError | None = None,
    report: Any = None,
) -> Response:
    """Render the matching form, with the outcome of a check when there was one.

    Parameters
    ----------
    chosen : fields of the form: kind, sheet, and the column of each field
    error : of the check that was just made
    report : of the check that was just made, when it found nothing wrong
    """
    values: dict[str, Any] = {"raw": None, "kind": None, "rows": [], "matching": None}
    try:
        raw = read_table(upload.path, upload.name, chosen.get("sheet") or None)
        values["raw"] = raw
        kinds = import_kinds()
        kind = kinds.get(chosen.get("kind", "")) or guess_kind(raw, kinds)
        matching = match_columns(raw, kind, mapping_of(chosen))
        rows = field_rows(raw, kind, matching, ctx.language)
        values |= {"kind": kind, "matching": matching, "rows": rows}
    except SanpinError as problem:
        error = error or problem
    bad = str(error.fields.get("bad_rows_path", "")) if error else ""
    return render(
        request,
        ctx,
        "app/columns.html",
        status_code=error.status if error else 200,
        upload=upload,
        kinds=kind_words(ctx.language),
        failure=translate_error(error, ctx.language) if error else None,
        findings=[problem.fields for problem in error.problems] if error and bad else [],
        # Only the name goes to the page: where a server keeps its files is nobody's business.
        bad_rows=bad.rpartition("/")[2].rpartition("\\")[2],
        report=report,
        **values,
    )
