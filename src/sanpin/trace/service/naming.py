"""From what a person typed or scanned to the canonical name of a thing."""

from __future__ import annotations

from sanpin.base import InputError
from sanpin.trace.engine.epcis.vocabulary import is_uri
from sanpin.trace.engine.identifiers import fault_of, parse, thing_of

__all__ = ["thing_named"]


def thing_named(text: str) -> str:
    """Canonical name of the thing that a code names; URIs without a GS1 key name themselves.

    Raises
    ------
    InputError
        with the position of what is wrong in the code
    """
    code = text.strip()
    try:
        return parse(code).thing
    except InputError:
        if is_uri(code) and not fault_of(code):
            return thing_of(code)
        raise
