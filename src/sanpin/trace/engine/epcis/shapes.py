"""Checks of single fields: each takes (value, path, findings) and notes what is wrong.

Checks are plain functions and are put together by `each`, `members` and `word`, so that the table
of fields in `rules` reads like the standard. A check notes and goes on: one reading finds
everything that is wrong.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping

from sanpin.base import N_, InputError
from sanpin.trace.engine.epcis.epcs import plain_epc
from sanpin.trace.engine.epcis.findings import Findings
from sanpin.trace.engine.epcis.times import instant
from sanpin.trace.engine.epcis.vocabulary import Vocabulary, is_uri
from sanpin.trace.engine.identifiers import fault_of, parse

__all__ = [
    "Check",
    "check_boolean",
    "check_extension",
    "check_hex",
    "check_instant",
    "check_name",
    "check_number",
    "check_offset",
    "check_quantity",
    "check_text",
    "check_uom",
    "check_uri",
    "check_uris",
    "each",
    "members",
    "shown",
    "word",
]

Check = Callable[[object, str, Findings], None]
_OFFSET = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_UOM = re.compile(r"[A-Z0-9]{2,3}")
# Signs that stand for control characters, which would garble a message.
_PICTURES = {number: 0x2400 + number for number in range(32)}


def shown(value: object) -> str:
    """Write a value short enough for a message, as JSON has it and without control characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.translate(_PICTURES)
    return text if len(text) <= 60 else text[:57] + "..."


def check_uri(value: object, path: str, findings: Findings) -> None:
    """An identifier: a URI, and well formed where it claims to hold a GS1 key.

    The length is limited because identifiers are keys in the store and parts of addresses.
    """
    if isinstance(value, str) and plain_epc(value):
        return
    if not isinstance(value, str) or not is_uri(value):
        findings.add("uri", N_("{path}: “{value}” is no identifier."), path, value=shown(value))
    elif len(value) > 2048:
        findings.add(
            "uri_length", N_("{path}: the identifier is longer than 2,048 characters."), path
        )
    else:
        fault = fault_of(value)
        if fault:
            _add_fault(value, fault, path, findings)


def _add_fault(value: str, fault: str, path: str, findings: Findings) -> None:
    """Say in the words of the identifiers what is wrong with one.

    A link whose check digit is wrong is still a link to one thing, so that finding is a notice.
    """
    code = "check_digit" if fault.endswith("check_digit") else "identifier"
    try:
        parse(value)
    except InputError as error:
        findings.add(code, error.message, path, **error.fields)
    else:
        findings.add(
            code,
            N_("{path}: “{value}” is no valid GS1 identifier ({reason})."),
            path,
            value=shown(value),
            reason=fault,
        )


def check_uris(value: object, path: str, findings: Findings) -> None:
    """One identifier or a list of them."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            check_uri(item, f"{path}[{i}]", findings)
    else:
        check_uri(value, path, findings)


def each(check: Check) -> Check:
    """Make the check of a list from the check of its members."""

    def check_list(value: object, path: str, findings: Findings) -> None:
        """A list, each member of which passes."""
        if not isinstance(value, list):
            findings.add("list", N_("{path} must be a list."), path)
            return
        for i, item in enumerate(value):
            check(item, f"{path}[{i}]", findings)

    return check_list


def members(checks: Mapping[str, Check], *required: str, extensible: bool = True) -> Check:
    """Make the check of an object from the checks of its fields.

    Unknown fields need a namespace prefix; `extensible` says whether they may stand at all.

    Parameters
    ----------
    checks : field name to the check of its value
    required : names of the fields that must be there
    extensible : whether fields of other namespaces may stand beside them
    """

    def check_object(value: object, path: str, findings: Findings) -> None:
        """An object with its required fields, each field passing its check."""
        if not isinstance(value, dict):
            findings.add("object", N_("{path} must be an object."), path)
            return
        for name in required:
            if name not in value:
                findings.add("required", N_("{path} is missing."), f"{path}.{name}")
        for name, item in value.items():
            check = checks.get(name)
            if check is not None:
                check(item, f"{path}.{name}", findings)
            elif extensible:
                check_name(name, f"{path}.{name}", findings)
            else:
                findings.add("unknown", N_("{path} is not known here."), f"{path}.{name}")

    return check_object


def word(vocabulary: Vocabulary) -> Check:
    """Make the check of a vocabulary word."""

    def check_word(value: object, path: str, findings: Findings) -> None:
        """A word of the vocabulary, or a URI of another one."""
        if not isinstance(value, str) or not vocabulary.accepts(value):
            findings.add(
                "word",
                N_("{path}: “{value}” is no word of the Core Business Vocabulary and no URI."),
                path,
                value=shown(value),
            )

    return check_word


def check_instant(value: object, path: str, findings: Findings) -> None:
    """A date and time with an offset."""
    if instant(value) is None:
        findings.add(
            "time",
            N_("{path}: “{value}” is no date and time with an offset, such as {example}."),
            path,
            value=shown(value),
            example="2026-03-01T08:30:00+08:00",
        )


def check_offset(value: object, path: str, findings: Findings) -> None:
    """An offset from UTC."""
    if not isinstance(value, str) or not _OFFSET.fullmatch(value):
        findings.add(
            "offset", N_("{path}: “{value}” is no offset such as +08:00."), path, value=shown(value)
        )


def check_number(value: object, path: str, findings: Findings) -> None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        findings.add("number", N_("{path}: “{value}” is no number."), path, value=shown(value))


def check_text(value: object, path: str, findings: Findings) -> None:
    """Any text."""
    if not isinstance(value, str):
        findings.add("text", N_("{path}: “{value}” is no text."), path, value=shown(value))


def check_boolean(value: object, path: str, findings: Findings) -> None:
    """True or false."""
    if not isinstance(value, bool):
        findings.add(
            "boolean", N_("{path}: “{value}” is neither true nor false."), path, value=shown(value)
        )


def check_quantity(value: object, path: str, findings: Findings) -> None:
    """An amount: a number that is not negative."""
    check_number(value, path, findings)
    if isinstance(value, int | float) and value < 0:
        findings.add(
            "negative", N_("{path}: the quantity {value} is negative."), path, value=shown(value)
        )


def check_uom(value: object, path: str, findings: Findings) -> None:
    """A UN/ECE unit code of two or three characters."""
    if not isinstance(value, str) or not _UOM.fullmatch(value):
        findings.add(
            "uom", N_("{path}: “{value}” is no UN/ECE unit code."), path, value=shown(value)
        )


def check_hex(value: object, path: str, findings: Findings) -> None:
    """Bytes in hexadecimal digits."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        findings.add(
            "hex",
            N_("{path}: “{value}” is no row of bytes in hexadecimal."),
            path,
            value=shown(value),
        )


def check_name(name: str, path: str, findings: Findings) -> None:
    """The name of an extension: a declared prefix and a name, or a full URI.

    Names that begin with ``@`` belong to JSON-LD itself.
    """
    spaces = findings.namespaces
    name = name.removeprefix("@") if ":" in name else name
    prefix, colon, rest = name.partition(":")
    if name.startswith(("@", "#")) and name != "@context":
        return
    if spaces.foreign or name in spaces.terms:
        return
    if not colon or not prefix or not rest:
        if spaces.vocab:
            return
        findings.add(
            "unknown",
            N_("{path} is not known here; an extension needs a namespace."),
            path,
        )
    elif not rest.startswith("//") and not spaces.knows(prefix) and prefix != "urn":
        findings.add(
            "prefix",
            N_("{path}: the prefix “{prefix}” is not declared in @context."),
            path,
            prefix=prefix,
        )


def check_extension(value: object, path: str, findings: Findings) -> None:
    """An object whose every field is an extension."""
    if not isinstance(value, dict):
        findings.add("object", N_("{path} must be an object."), path)
        return
    for name in value:
        check_name(name, f"{path}.{name}", findings)
