"""What the readers of JSON and XML say when they stop, listed so that catalogues carry it.

The readers speak English only. An error passes their words on as its field ``reason``, which is
translated with it; a reason that is not listed here is shown as the reader wrote it.
"""

from __future__ import annotations

from sanpin.base import N_

__all__ = ["JSON_REASONS", "XML_REASONS"]

JSON_REASONS = (
    # As orjson 3.11 gives them, without the place that it adds.
    N_("Input is a zero-length, empty document"),
    N_("unexpected end of data"),
    N_("unexpected content after document"),
    N_("unexpected character, expected a JSON value"),
    N_("unexpected character, expected a string key"),
    N_("unexpected character, expected ':' after key"),
    N_("unexpected character, expected ',' or '}'"),
    N_("unexpected character, expected ',' or ']'"),
    N_("unexpected control character in string"),
    N_("trailing comma is not allowed"),
    N_("invalid literal, expected 'true'"),
    N_("invalid literal, expected 'false'"),
    N_("invalid literal, expected 'null'"),
    N_("invalid escape in string"),
    N_("invalid escaped sequence in string"),
    N_("invalid utf-8 encoding in string"),
    N_("no low surrogate in string"),
    N_("invalid high surrogate in string"),
    N_("invalid low surrogate in string"),
    N_("depth limit exceeded"),
    N_("no digit after sign"),
    N_("no digit after decimal point"),
    N_("no digit after exponent sign"),
    N_("number with leading zero is not allowed"),
    N_("number is infinity when parsed as double"),
    N_("UTF-8 byte order mark (BOM) is not supported"),
    N_("str is not valid UTF-8: surrogates not allowed"),
)
"""Reasons of the JSON reader."""

XML_REASONS = (
    # As expat gives them; what needs a DTD or an entity is refused before it comes to that.
    N_("syntax error"),
    N_("no element found"),
    N_("not well-formed (invalid token)"),
    N_("unclosed token"),
    N_("partial character"),
    N_("mismatched tag"),
    N_("duplicate attribute"),
    N_("junk after document element"),
    N_("undefined entity"),
    N_("reference to invalid character number"),
    N_("XML or text declaration not at start of entity"),
    N_("unknown encoding"),
    N_("encoding specified in XML declaration is incorrect"),
    N_("unclosed CDATA section"),
    N_("unbound prefix"),
    N_("must not undeclare prefix"),
    N_("XML declaration not well-formed"),
    N_("reserved prefix (xml) must not be undeclared or bound to another namespace name"),
    N_("reserved prefix (xmlns) must not be declared or undeclared"),
    N_("prefix must not be bound to one of the reserved namespace names"),
)
"""Reasons of the XML reader."""
