"""Queries at our own doors: a thing in any writing of its code, and pages as large as may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sanpin.trace.engine.query import read_query
from sanpin.trace.model.queries import Query
from sanpin.trace.service.naming import thing_named
from sanpin.trace.service.queries.pages import LARGEST_PAGE

__all__ = ["read_own_query"]


def read_own_query(parameters: Mapping[str, object]) -> Query:
    """Read the parameters of a query at a door of ours.

    Parameters
    ----------
    parameters : those of the standard, and ``epc`` for a thing whatever part it takes

    Raises
    ------
    InputError
        ``trace.query.parameter``, or what is wrong with a code, with its position
    """
    given = dict(parameters)
    if "epc" in given:
        raw = given["epc"]
        codes = raw if isinstance(raw, list | tuple) else [raw]
        given["epc"] = [_thing(str(code)) for code in codes]
    query = read_query(given, own=True)
    return replace(query, per_page=query.per_page or LARGEST_PAGE)


def _thing(code: str) -> str:
    """Canonical name of a code; a pattern stays."""
    pattern = code.startswith("urn:epc:idpat:") or code.endswith("/*")
    return code if pattern else thing_named(code)
