"""What the solver is sent: JSON with problem and wishes, or a problem file as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sanpin.base import N_, InputError
from sanpin.base.repeats import find_repeat
from sanpin.factory import service
from sanpin.factory.model import Problem
from sanpin.kit.context import Context
from sanpin.kit.http import context, read_body

__all__ = [
    "Body",
    "CheckRequest",
    "Form",
    "Instance",
    "Name",
    "SolveParams",
    "SolveRequest",
    "file_problem",
    "no_others",
    "parse",
    "schema",
]

Record = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)
Form = Annotated[
    str | None, Query(alias="format", description="Name of the file's format, or auto")
]
Instance = Annotated[int | None, Query(ge=1, description="Which of several instances of a file")]
Name = Annotated[str, Query(max_length=200, description="Name of the file, a help for guessing")]


class SolveParams(BaseModel):
    """How long and for what to search; what is left out has its default."""

    model_config = ConfigDict(extra="forbid", strict=True)

    seconds: float | None = Field(
        default=None, gt=0, le=86_400, description="30, or 3600 with steps"
    )
    steps: int | None = Field(default=None, ge=0, description="Rounds; makes the result repeatable")
    workers: int = Field(default=2, ge=0, le=256, description="Threads; 0 for all cores")
    seed: int = Field(default=0, ge=0, lt=2**31)
    objective: dict[str, float] | None = Field(
        default=None, description="Weights instead of its own"
    )
    start: Record | None = Field(default=None, description="sanpin.factory.schedule/1")

    def wishes(self) -> Record:
        """Return what was asked for as the service takes it."""
        usual = 30.0 if self.steps is None else 3600.0
        return {
            "seconds": self.seconds or usual,
            "steps": self.steps,
            "workers": self.workers,
            "seed": self.seed,
            "objective": self.objective or {},
            "start": self.start,
        }


class SolveRequest(BaseModel):
    """A native problem, and how to search."""

    model_config = ConfigDict(extra="forbid")

    problem: Record = Field(description="sanpin.factory.problem/1")
    params: SolveParams = SolveParams()


class CheckRequest(BaseModel):
    """A native problem and a schedule of it."""

    problem: Record = Field(description="sanpin.factory.problem/1")
    solution: Record = Field(description="sanpin.factory.schedule/1")


def no_others(request: Request) -> None:
    """Refuse parameters of an address that its route does not know.

    Raises
    ------
    InputError
        ``factory.request.parameter`` with the first of them and those that are known
    """
    known = list(dict.fromkeys(_parameters(request.scope["route"].dependant)))
    for name in request.query_params:
        if name not in known:
            raise InputError(
                "factory.request.parameter",
                N_("“{name}” is no parameter of this address."),
                hint=N_("Known are: {known}."),
                name=name,
                known=", ".join(known),
            )


def _parameters(dependant: Dependant) -> Iterator[str]:
    """Yield the parameters of the address that a route and what it depends on take."""
    yield from (one.alias for one in dependant.query_params)
    for other in dependant.dependencies:
        yield from _parameters(other)


async def _body(request: Request, ctx: Annotated[Context, Depends(context)]) -> bytes:
    """Read the body up to the limit that the firm has set."""
    return await read_body(request, service.body_limit(ctx))


Body = Annotated[bytes, Depends(_body)]


def parse(model: type[Model], body: bytes) -> Model:
    """Read a JSON body.

    Raises
    ------
    InputError
        ``factory.request.not_json`` (400), ``factory.json.repeated_key``
    RequestValidationError
        when fields are missing, unknown or of the wrong kind; answered with 422 like every other
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        refusal = InputError(
            "factory.request.not_json",
            N_("The body is not JSON: {reason}."),
            hint=N_("Send JSON, or name the format of a file in the address: ?format=auto"),
            reason=error.msg,
        )
        refusal.status = 400
        raise refusal from error
    repeat = find_repeat(body, value)
    if repeat is not None:
        raise InputError(
            "factory.json.repeated_key",
            N_("The key “{key}” is written twice in one object."),
            hint=N_("Keep one of the two, or give one of them another name."),
            key=repeat.key,
        )
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in found]
        ) from error


def file_problem(body: bytes, form: str | None, instance: int | None, name: str) -> Problem:
    """Read the problem of a body that is a file."""
    return service.parse_file(body, form or "auto", name=name, instance=instance)


def schema(model: type[BaseModel] | None) -> Record:
    """Return what the description of the interface says about a body that a route reads itself.

    Parameters
    ----------
    model : of a JSON body; None where only files are taken
    """
    file = {"schema": {"type": "string", "format": "binary"}}
    content: Record = {"application/octet-stream": file}
    if model is not None:
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        described.pop("$defs", None)
        content = {"application/json": {"schema": described}}
    return {"requestBody": {"required": True, "content": content}}
