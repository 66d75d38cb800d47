"""Refusals as EPCIS 2.0 has them: RFC 7807 with types ``epcisException:...``.

Our own code, hint and findings stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sanpin.kit.http import ProblemDetails
from sanpin.trace.api.epcis.headers import LIMITS, VERSIONS

__all__ = ["as_epcis_problem", "type_of"]

_BY_CODE: Mapping[str, str] = {
    "trace.query.parameter": "QueryParameter",
    "trace.query.page": "QueryParameter",
    "trace.query.document": "QueryValidation",
    "trace.query.too_large": "QueryTooLarge",
    "trace.query.too_complex": "QueryTooComplex",
    "trace.epcis.query": "NoSuchName",
}
_BY_STATUS: Mapping[int, str] = {
    400: "Validation",
    401: "Security",
    403: "Security",
    404: "NoSuchResource",
    406: "NotAcceptable",
    409: "ResourceAlreadyExists",
    413: "CaptureLimitExceeded",
    414: "URITooLong",
    415: "UnsupportedMediaType",
}
# What is wrong with a request is 422 elsewhere in this server, and 400 in the standard.
_STATUS: Mapping[int, int] = {422: 400}


def type_of(code: str, status: int) -> str:
    """URI of the kind of a problem.

    Parameters
    ----------
    code : our own stable code
    status : HTTP status
    """
    return (
        f"epcisException:{_BY_CODE.get(code) or _BY_STATUS.get(status, 'Implementation')}Exception"
    )


def as_epcis_problem(method: str, problem: ProblemDetails) -> ProblemDetails:
    """Say a refusal as the standard wants it.

    Parameters
    ----------
    method : of the request
    problem : the same as the rest of the server says it
    """
    status = _STATUS.get(problem.status, problem.status)
    kind = type_of(problem.code, status)
    if method in ("GET", "HEAD") and kind.endswith(":ValidationException"):
        kind = "epcisException:QueryParameterException"
    limits = LIMITS if kind.endswith(":CaptureLimitExceededException") else {}
    headers = {**VERSIONS, **limits}
    return replace(problem, status=status, type=kind, headers=headers)
