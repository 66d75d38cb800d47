"""Problem details (RFC 9457): what a refusal says, for programs and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanpin.base import N_, SanpinError
from sanpin.kit.i18n import translate, translate_error, worded
from sanpin.kit.plain import dump

__all__ = ["MEDIA_TYPE", "ProblemDetails", "describe", "simple"]

MEDIA_TYPE = "application/problem+json"

_TITLES: Mapping[int, str] = {
    400: N_("The request cannot be understood"),
    401: N_("Please sign in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Not possible here"),
    406: N_("No form that both understand"),
    409: N_("Not possible at present"),
    413: N_("Too large"),
    414: N_("The address is too long"),
    415: N_("A kind of content that is not taken"),
    422: N_("The input needs a correction"),
    429: N_("Too many requests"),
    500: N_("Something went wrong"),
    501: N_("Not installed"),
    503: N_("Not possible at present"),
    507: N_("Not possible at present"),
}


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """A refusal in one language.

    Attributes
    ----------
    status : HTTP status
    title : the kind of refusal in two or three words
    detail : what happened, to which record
    code : stable dotted code
    hint : what to do next
    problems : single findings, each with ``code``, ``text`` and its fields
    instance : path of the request
    type : URI of the kind of problem, where a standard has one of its own
    headers : what a standard says beside it
    """

    status: int
    title: str
    detail: str
    code: str
    hint: str = ""
    problems: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    instance: str = ""
    type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """Return the JSON document."""
        return dump(
            {
                "type": self.type or f"urn:sanpin:problem:{self.code}",
                "title": self.title,
                "status": self.status,
                "detail": self.detail,
                "code": self.code,
                "hint": self.hint,
                "problems": list(self.problems),
                "instance": self.instance,
            }
        )


def describe(error: SanpinError, language: str, instance: str = "") -> ProblemDetails:
    """Return an error of ours as problem details.

    Parameters
    ----------
    error : what was raised; its `status` becomes the HTTP status
    language : in which to say it
    instance : path of the request
    """
    said = translate_error(error, language)
    problems = tuple(
        {"code": problem.code, "text": text, "fields": _readable(worded(problem.fields, language))}
        for problem, text in zip(error.problems, said.problems, strict=True)
    )
    status = error.status
    title = translate(_TITLES.get(status, _TITLES[500]), language)
    return ProblemDetails(status, title, said.text, error.code, said.hint, problems, instance)


def _readable(fields: Mapping[str, object]) -> dict[str, object]:
    """Keep numbers and texts of a finding; anything else is shown as text."""
    return {
        name: value if isinstance(value, str | int | float | None) else str(value)
        for name, value in fields.items()
    }


def simple(
    status: int,
    code: str,
    message: str,
    language: str,
    *,
    hint: str = "",
    instance: str = "",
    **fields: object,
) -> ProblemDetails:
    """Return problem details from catalogue texts.

    Parameters
    ----------
    status : HTTP status, which also gives the title
    code : stable dotted code
    message, hint : texts marked for the catalogue, with named `fields`
    """
    title = translate(_TITLES.get(status, _TITLES[500]), language)
    detail = translate(message, language, **fields)
    remedy = translate(hint, language, **fields)
    return ProblemDetails(status, title, detail, code, remedy, (), instance)
