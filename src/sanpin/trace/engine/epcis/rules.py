"""The rules of the five event types: which fields, which of them must be, what must agree.

=================  ===========================================================
type               must name
=================  ===========================================================
ObjectEvent        a thing, an amount or a sensor report; ``ilmd`` only with ADD
AggregationEvent   children unless DELETE; a parent unless OBSERVE
AssociationEvent   a parent; children unless DELETE
TransactionEvent   a business transaction; a thing unless DELETE
TransformationEvent  inputs and outputs, or a ``transformationID`` and one of them
=================  ===========================================================

All need ``eventTime`` and ``eventTimeZoneOffset``, and all but the last an ``action``. Words
are those of the Core Business Vocabulary or URIs of another one, and any further field needs
a namespace. Source: GS1 EPCIS 2.0, sections 7.4 and 10; CBV 2.0, sections 7 and 8.
"""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_
from sanpin.trace.engine.epcis.findings import Findings
from sanpin.trace.engine.epcis.shapes import (
    Check,
    check_boolean,
    check_extension,
    check_hex,
    check_instant,
    check_number,
    check_offset,
    check_quantity,
    check_text,
    check_uom,
    check_uri,
    check_uris,
    each,
    members,
    shown,
    word,
)
from sanpin.trace.engine.epcis.vocabulary import (
    BIZ_STEP,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    PARTY_TYPE,
    SENSOR_ALERT,
    TRANSACTION_TYPE,
)
from sanpin.trace.model.events import EventType

__all__ = ["FIELDS", "check_type_rules"]


def _anything(value: object, path: str, findings: Findings) -> None:
    """Accept what is checked elsewhere or is free text for people."""


def _action(value: object, path: str, findings: Findings) -> None:
    """One of the three actions."""
    if value not in ("ADD", "OBSERVE", "DELETE"):
        findings.add(
            "action",
            N_("{path}: “{value}” is none of ADD, OBSERVE, DELETE."),
            path,
            value=shown(value),
        )


def _persistent(value: object, path: str, findings: Findings) -> None:
    """Dispositions that were set or unset, at least one."""
    _set_and_unset(value, path, findings)
    if isinstance(value, dict) and not value.get("set") and not value.get("unset"):
        findings.add("required", N_("{path} is missing."), f"{path}.set")


_place = members({"id": check_uri}, "id")
_epcs = each(check_uri)
_quantities = each(
    members({"epcClass": check_uri, "quantity": check_quantity, "uom": check_uom}, "epcClass")
)
_dispositions = each(word(DISPOSITION))
_set_and_unset = members({"set": _dispositions, "unset": _dispositions}, extensible=False)
_party = word(PARTY_TYPE)
_time_or_uri: Mapping[str, Check] = {
    "time": check_instant,
    "startTime": check_instant,
    "endTime": check_instant,
    "deviceID": check_uri,
    "deviceMetadata": check_uri,
    "rawData": check_uri,
    "dataProcessingMethod": check_uri,
    "bizRules": check_uri,
}
_numbers = ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
_report = members(
    {
        **_time_or_uri,
        **dict.fromkeys(_numbers, check_number),
        **dict.fromkeys(("type", "stringValue"), check_text),
        "exception": word(SENSOR_ALERT),
        "component": word(COMPONENT),
        "hexBinaryValue": check_hex,
        **dict.fromkeys(
            ("microorganism", "chemicalSubstance", "uriValue", "coordinateReferenceSystem"),
            check_uri,
        ),
        "booleanValue": check_boolean,
        "uom": check_uom,
    }
)
_sensors = each(
    members(
        {"sensorMetadata": members(_time_or_uri), "sensorReport": each(_report)}, "sensorReport"
    )
)
_declaration = members(
    {
        "declarationTime": check_instant,
        "reason": word(ERROR_REASON),
        "correctiveEventIDs": each(check_uri),
    },
    "declarationTime",
)

_COMMON: dict[str, Check] = {
    "type": _anything,
    "isA": _anything,
    "@context": _anything,
    "eventID": check_uri,
    "eventTime": check_instant,
    "recordTime": check_instant,
    "eventTimeZoneOffset": check_offset,
    "certificationInfo": check_uris,
    "errorDeclaration": _declaration,
    "bizStep": word(BIZ_STEP),
    "disposition": word(DISPOSITION),
    "persistentDisposition": _persistent,
    "readPoint": _place,
    "bizLocation": _place,
    "bizTransactionList": each(
        members({"type": word(TRANSACTION_TYPE), "bizTransaction": check_uri}, "bizTransaction")
    ),
    "sourceList": each(members({"type": _party, "source": check_uri}, "type", "source")),
    "destinationList": each(
        members({"type": _party, "destination": check_uri}, "type", "destination")
    ),
    "sensorElementList": _sensors,
}
_PLAIN = {"action": _action, "epcList": _epcs, "quantityList": _quantities}
_TREE = {
    "action": _action,
    "parentID": check_uri,
    "childEPCs": _epcs,
    "childQuantityList": _quantities,
}

FIELDS: dict[EventType, dict[str, Check]] = {
    EventType.OBJECT: _COMMON | _PLAIN | {"ilmd": check_extension},
    EventType.AGGREGATION: _COMMON | _TREE,
    EventType.ASSOCIATION: _COMMON | _TREE,
    EventType.TRANSACTION: _COMMON | _PLAIN | {"parentID": check_uri},
    EventType.TRANSFORMATION: _COMMON
    | {
        "inputEPCList": _epcs,
        "inputQuantityList": _quantities,
        "outputEPCList": _epcs,
        "outputQuantityList": _quantities,
        "transformationID": check_uri,
        "ilmd": check_extension,
    },
}
"""Fields of each event type with their checks; any other field needs a namespace."""


def check_type_rules(kind: EventType, body: Mapping[str, object], findings: Findings) -> None:
    """Check what must be present together in an event of a type.

    Parameters
    ----------
    kind : type of the event
    body : the event, whose fields were checked one by one before
    findings : where to note what is missing

    Notes
    -----
    A finding names the first of several fields that would do, so that a form can point somewhere.
    """
    required = ["eventTime", "eventTimeZoneOffset"]
    if kind is not EventType.TRANSFORMATION:
        required.append("action")
    if kind is EventType.TRANSACTION:
        required.append("bizTransactionList")
    if kind is EventType.ASSOCIATION:
        required.append("parentID")
    for name in required:
        if name not in body:
            findings.add("required", N_("{path} is missing."), name)
    _CHECKS[kind](body, findings)


def _check_object(body: Mapping[str, object], findings: Findings) -> None:
    """Something must be named, and master data need the action ADD."""
    _need(body, findings, "epcList", "quantityList", "sensorElementList")
    if "ilmd" in body and body.get("action") != "ADD":
        findings.add("ilmd", N_("{path} describes new things and needs the action ADD."), "ilmd")


def _check_tree(body: Mapping[str, object], findings: Findings) -> None:
    """Children may be left out only when all are taken out; a parent only when observed."""
    action = body.get("action")
    if action != "DELETE":
        _need(body, findings, "childEPCs", "childQuantityList")
    if action != "OBSERVE" and "parentID" not in body:
        findings.add("parent", N_("{path} is missing: who holds the children?"), "parentID")


def _check_transaction(body: Mapping[str, object], findings: Findings) -> None:
    """A transaction links at least one document to at least one thing."""
    if body.get("bizTransactionList") == []:
        findings.add("required", N_("{path} is missing."), "bizTransactionList")
    if body.get("action") != "DELETE":
        _need(body, findings, "epcList", "quantityList", "parentID")


def _check_transformation(body: Mapping[str, object], findings: Findings) -> None:
    """Inputs and outputs, unless an identifier joins several events."""
    inputs, outputs = ("inputEPCList", "inputQuantityList"), ("outputEPCList", "outputQuantityList")
    if "transformationID" in body:
        _need(body, findings, *inputs, *outputs)
        return
    _need(body, findings, *inputs)
    _need(body, findings, *outputs)


_CHECKS = {
    EventType.OBJECT: _check_object,
    EventType.AGGREGATION: _check_tree,
    EventType.ASSOCIATION: _check_tree,
    EventType.TRANSACTION: _check_transaction,
    EventType.TRANSFORMATION: _check_transformation,
}


def _need(body: Mapping[str, object], findings: Findings, *names: str) -> None:
    """Note when none of several lists holds anything."""
    if not any(body.get(name) for name in names):
        findings.add(
            "nothing",
            N_("The event names no thing: at least one of {names} must not be empty."),
            names[0],
            names=", ".join(names),
        )
