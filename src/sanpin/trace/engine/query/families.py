"""The table of query parameters: one entry for each family.

A new family of the standard is a new entry here, unless it looks at a place in events that no entry
has looked at so far; then `sanpin.trace.engine.query.check` and the search of the store each need a
function for that place.
"""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_
from sanpin.trace.model.events import Part
from sanpin.trace.model.queries import (
    Column,
    Declaration,
    Family,
    Names,
    Operator,
    Reference,
    Terms,
    Values,
)

__all__ = ["CONTROLS", "FAMILIES", "TYPED", "family_of"]

_EVENT_TIME, _RECORD_TIME = Column("time"), Column("record_time")
_PIECES = Names(("epcList", "childEPCs"), (Part.EPC, Part.CHILD))
_PARENT = Names(("parentID",), (Part.PARENT,))
_INPUTS = Names(("inputEPCList",), (Part.INPUT,))
_OUTPUTS = Names(("outputEPCList",), (Part.OUTPUT,))
_AMOUNTS = Names(("quantityList", "childQuantityList"), (Part.EPC, Part.CHILD))
_INPUT_AMOUNTS = Names(("inputQuantityList",), (Part.INPUT,))
_OUTPUT_AMOUNTS = Names(("outputQuantityList",), (Part.OUTPUT,))


def _joined(*places: Names) -> Names:
    """Join places: what stands in any of their lists."""
    fields = tuple(name for place in places for name in place.fields)
    return Names(fields, tuple(dict.fromkeys(part for place in places for part in place.parts)))


_ANY = _joined(_PIECES, _PARENT, _INPUTS, _OUTPUTS)
_ANY_AMOUNT = _joined(_AMOUNTS, _INPUT_AMOUNTS, _OUTPUT_AMOUNTS)
_EVERYWHERE = Names(_ANY.fields + _ANY_AMOUNT.fields, (*_ANY.parts, Part.LOT))

FAMILIES: tuple[Family, ...] = (
    Family("eventType", Values.EVENT_TYPE, Column("type"), Operator.IN,
           N_("Type of event"), indexed=False),
    Family("GE_eventTime", Values.TIME, _EVENT_TIME, Operator.AT_LEAST,
           N_("Happened at or after"), many=False),
    Family("LT_eventTime", Values.TIME, _EVENT_TIME, Operator.BELOW,
           N_("Happened before"), many=False),
    Family("GE_recordTime", Values.TIME, _RECORD_TIME, Operator.AT_LEAST,
           N_("Captured at or after"), many=False),
    Family("LT_recordTime", Values.TIME, _RECORD_TIME, Operator.BELOW,
           N_("Captured before"), many=False),
    Family("EQ_action", Values.ACTION, Column("action"), Operator.IN,
           N_("Action"), indexed=False),
    Family("EQ_bizStep", Values.STEP, Column("step"), Operator.IN, N_("Business step")),
    Family("EQ_disposition", Values.DISPOSITION, Column("disposition"), Operator.IN,
           N_("Condition")),
    Family("EQ_readPoint", Values.LOCATION, Column("read_point"), Operator.IN, N_("Read point")),
    Family("WD_readPoint", Values.LOCATION, Column("read_point"), Operator.WITHIN,
           N_("Read point, or one inside it")),
    Family("EQ_bizLocation", Values.LOCATION, Column("location"), Operator.IN, N_("Place")),
    Family("WD_bizLocation", Values.LOCATION, Column("location"), Operator.WITHIN,
           N_("Place, or one inside it")),
    Family("EQ_transformationID", Values.TEXT, Column("transformation"), Operator.IN,
           N_("Identifier of a transformation")),
    Family("EQ_eventID", Values.TEXT, Reference(), Operator.IN, N_("Identifier of the event")),
    Family("MATCH_epc", Values.THING, _PIECES, Operator.MATCH, N_("Piece")),
    Family("MATCH_parentID", Values.THING, _PARENT, Operator.MATCH, N_("Parent")),
    Family("MATCH_inputEPC", Values.THING, _INPUTS, Operator.MATCH, N_("Piece used")),
    Family("MATCH_outputEPC", Values.THING, _OUTPUTS, Operator.MATCH, N_("Piece made")),
    Family("MATCH_anyEPC", Values.THING, _ANY, Operator.MATCH, N_("Piece in any part")),
    Family("MATCH_epcClass", Values.CLASS, _AMOUNTS, Operator.MATCH, N_("Lot or product")),
    Family("MATCH_inputEPCClass", Values.CLASS, _INPUT_AMOUNTS, Operator.MATCH,
           N_("Lot or product used")),
    Family("MATCH_outputEPCClass", Values.CLASS, _OUTPUT_AMOUNTS, Operator.MATCH,
           N_("Lot or product made")),
    Family("MATCH_anyEPCClass", Values.CLASS, _ANY_AMOUNT, Operator.MATCH,
           N_("Lot or product in any part")),
    Family("EQ_bizTransaction_", Values.URI, Terms("transaction"), Operator.IN,
           N_("Business transaction"), typed=True),
    Family("EQ_source_", Values.URI, Terms("source"), Operator.IN, N_("Source"), typed=True),
    Family("EQ_destination_", Values.URI, Terms("destination"), Operator.IN,
           N_("Destination"), typed=True),
    Family("EXISTS_errorDeclaration", Values.FLAG, Declaration(), Operator.EXISTS,
           N_("Declares an error"), many=False),
    Family("epc", Values.NAME, _EVERYWHERE, Operator.MATCH, N_("Thing"), own=True),
)  # fmt: skip
"""Parameters that choose events, in the order of the standard; the last is ours."""

CONTROLS: tuple[Family, ...] = (
    Family("orderBy", Values.FIELD, None, Operator.IN, N_("Order"), many=False),
    Family("orderDirection", Values.DIRECTION, None, Operator.IN, N_("Direction"), many=False),
    Family("eventCountLimit", Values.NUMBER, None, Operator.IN, N_("Only the first"), many=False),
    Family("maxEventCount", Values.NUMBER, None, Operator.IN, N_("Refuse more than"), many=False),
    Family("perPage", Values.NUMBER, None, Operator.IN, N_("Events on a page"), many=False),
    Family("nextPageToken", Values.TEXT, None, Operator.IN, N_("Page"), many=False),
)
"""Parameters that shape the answer."""

TYPED: tuple[Family, ...] = tuple(family for family in FAMILIES if family.typed)
_BY_NAME: Mapping[str, Family] = {f.name: f for f in (*FAMILIES, *CONTROLS) if not f.typed}


def family_of(parameter: str) -> Family | None:
    """Family of a parameter; None for one that nobody knows."""
    found = _BY_NAME.get(parameter)
    if found is not None:
        return found
    return next((f for f in TYPED if parameter.startswith(f.name) and parameter != f.name), None)
