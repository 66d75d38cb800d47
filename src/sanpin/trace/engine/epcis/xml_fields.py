"""How the fields of an event are laid out in XML: which shape each has, and in which order.

The order is that of the sequences in EPCIS 2.0, section 9; EPCIS 1.2 has the same order inside
each of its ``extension`` wrappers. Fields of other namespaces come last.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["EPC_LISTS", "NAMED_LISTS", "NEW_IN_2", "ORDER", "PLACES", "QUANTITY_LISTS", "RANK"]
__all__ += ["REPORT_NUMBERS", "WRAPPED_IN_1_2"]

EPC_LISTS = frozenset(("epcList", "childEPCs", "inputEPCList", "outputEPCList"))
"""Lists of ``epc`` elements."""

QUANTITY_LISTS = frozenset(
    ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
)
"""Lists of ``quantityElement`` elements."""

NAMED_LISTS: Mapping[str, str] = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
"""Lists whose members are elements of a name with a ``type`` attribute."""

PLACES = frozenset(("readPoint", "bizLocation"))
"""Elements with an ``id`` inside."""

REPORT_NUMBERS = frozenset(
    ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
)
"""Attributes of a sensor report that are numbers."""

_FIRST = (
    "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration",
    "certificationInfo",
)  # fmt: skip
_WHERE = (
    "bizStep", "disposition", "readPoint", "bizLocation",
)  # fmt: skip
_LAST = (
    "sourceList", "destinationList", "sensorElementList", "persistentDisposition",
)  # fmt: skip

ORDER: Mapping[str, tuple[str, ...]] = {
    "ObjectEvent": (*_FIRST, "epcList", "action", *_WHERE, "bizTransactionList", "quantityList",
                    *_LAST, "ilmd"),
    "AggregationEvent": (*_FIRST, "parentID", "childEPCs", "action", *_WHERE, "bizTransactionList",
                         "childQuantityList", *_LAST),
    "TransactionEvent": (*_FIRST, "bizTransactionList", "parentID", "epcList", "action", *_WHERE,
                         "quantityList", *_LAST),
    "TransformationEvent": (*_FIRST, "inputEPCList", "inputQuantityList", "outputEPCList",
                            "outputQuantityList", "transformationID", *_WHERE,
                            "bizTransactionList", *_LAST, "ilmd"),
    "AssociationEvent": (*_FIRST, "parentID", "childEPCs", "childQuantityList", "action", *_WHERE,
                         "bizTransactionList", *_LAST),
    "QuantityEvent": (*_FIRST, "epcClass", "quantity", *_WHERE, "bizTransactionList"),
}  # fmt: skip
"""Fields of each event in the order in which XML wants them."""

RANK: Mapping[str, Mapping[str, int]] = {
    kind: {name: rank for rank, name in enumerate(names)} for kind, names in ORDER.items()
}
"""Place of each field in that order."""

WRAPPED_IN_1_2 = frozenset(
    ("quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd")
)
"""Fields that EPCIS 1.2 puts into the ``extension`` of object, aggregation and transaction."""

NEW_IN_2 = frozenset(("sensorElementList", "persistentDisposition", "certificationInfo"))
"""Fields that EPCIS 1.2 does not have."""
