"""HTTP door of the solver: search, check, convert."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sanpin.base import N_, InputError
from sanpin.factory import service
from sanpin.factory.api.bodies import (
    Body,
    CheckRequest,
    Form,
    Instance,
    Name,
    SolveParams,
    SolveRequest,
    file_problem,
    no_others,
    parse,
    schema,
)
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import translate
from sanpin.kit.plain import dump, plain

__all__ = ["router"]

router = APIRouter()

Here = Annotated[Context, Depends(context)]
Record = dict[str, Any]


def _weights(objective: Annotated[list[str] | None, Query()] = None) -> dict[str, float] | None:
    """Read weights from an address, each as ``name=weight``."""
    found = {}
    for one in objective or ():
        name, _, weight = one.partition("=")
        try:
            found[name] = float(weight)
        except ValueError as error:
            raise InputError(
                "factory.request.weight",
                N_("“{text}” is no weight of the objective."),
                hint=N_("Write name=weight, such as tardiness=1."),
                text=one,
            ) from error
    return found or None


def _params(
    objective: Annotated[dict[str, float] | None, Depends(_weights)],
    seconds: Annotated[float | None, Query(gt=0, le=86_400)] = None,
    steps: Annotated[int | None, Query(ge=0)] = None,
    workers: Annotated[int, Query(ge=0, le=256)] = 2,
    seed: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> SolveParams:
    """Read from an address what goes with a file."""
    return SolveParams(
        seconds=seconds, steps=steps, workers=workers, seed=seed, objective=objective
    )


@router.post(
    "/solve",
    status_code=202,
    response_model=None,
    openapi_extra=schema(SolveRequest),
    dependencies=[Depends(no_others)],
)
def start_solving(
    ctx: Here,
    body: Body,
    given: Annotated[SolveParams, Depends(_params)],
    form: Form = None,
    instance: Instance = None,
    name: Name = "",
) -> Response:
    """Queue a search; the body is JSON, or with `format` in the address a file of that format."""
    if form is None:
        asked = parse(SolveRequest, body)
        problem, params = service.native_problem(asked.problem), asked.params
    else:
        problem, params = file_problem(body, form, instance, name), given
    run = service.ask_solve(ctx, problem, **params.wishes())
    record = plain(run)
    places = {"events": f"/api/v1/runs/{run.id}/events", "cancel": f"/api/v1/runs/{run.id}/cancel"}
    places["schedule"] = f"/api/v1/factory/schedules/{run.id}"
    return Response(
        dump({**record, "links": places}),
        202,
        {"Location": f"/api/v1/runs/{run.id}"},
        media_type="application/json",
    )


@router.post(
    "/check",
    response_model=None,
    openapi_extra=schema(CheckRequest),
    dependencies=[Depends(context), Depends(no_others)],
)
def check_schedule(body: Body) -> Record:
    """Check a schedule against every rule of its problem."""
    asked = parse(CheckRequest, body)
    return service.check_records(asked.problem, asked.solution)


@router.post(
    "/convert",
    response_model=None,
    openapi_extra=schema(None),
    dependencies=[Depends(no_others)],
)
def convert_problem(
    body: Body, form: Form = "auto", instance: Instance = None, name: Name = ""
) -> Response:
    """Return a problem file of any known format as the native one."""
    record = service.problem_document(file_problem(body, form, instance, name))
    return Response(orjson.dumps(record), media_type="application/json")


@router.get("/formats")
def list_formats(ctx: Here) -> Record:
    """List the formats that problems are read from."""
    found = service.formats()
    return {
        "formats": [{**one, "label": translate(str(one["label"]), ctx.language)} for one in found]
    }
