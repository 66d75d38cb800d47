"""Lengths of GS1 company prefixes: what a table says, never a guess.

A key writes as an EPC URN only when it is known where the company prefix ends. GS1 publishes the
lengths as a list (“GCP length table”); a firm brings its own copy, and an explicit length wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from sanpin.base import N_, InputError
from sanpin.trace.engine.identifiers.read import read
from sanpin.trace.engine.identifiers.urn import write_urn

__all__ = ["NO_PREFIXES", "Prefixes", "read_prefixes", "to_urn"]

_ENTRY = re.compile(r"<entry\b([^>]*)>")
_ATTRIBUTE = re.compile(r"(prefix|gcpLength)\s*=\s*[\"'](\d+)[\"']")
_ROW = re.compile(r"\s*\"?(\d+)\"?\s*[,;\t]\s*\"?(\d+)\"?\s*")

# Where the company prefix begins in the value of a key; other keys have none.
_STARTS = {
    **dict.fromkeys(("00", "01", "8003", "8006"), 1),
    **dict.fromkeys(("253", "255", "401", "402", "414", "417", "8004", "8010", "8017", "8018"), 0),
}


class Prefixes:
    """Lengths of company prefixes by what they begin with; the longest beginning decides."""

    def __init__(self, lengths: Mapping[str, int]) -> None:
        self._lengths = {start: length for start, length in lengths.items() if length}
        self._longest = max(map(len, self._lengths), default=0)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._lengths)

    def length_in(self, key: str, value: str) -> int | None:
        """Length of the company prefix in the value of a key; None when no entry fits."""
        start = _STARTS.get(key)
        if start is None:
            return None
        digits = value[start : start + self._longest]
        for end in range(len(digits), 0, -1):
            length = self._lengths.get(digits[:end])
            if length:
                return length
        return None


NO_PREFIXES = Prefixes({})
"""The default: no length is known, so no URN is written."""


def read_prefixes(content: bytes) -> Prefixes:
    """Read a table of lengths: GS1's JSON or XML list, or rows of ``prefix,length``.

    Raises
    ------
    InputError
        ``trace.identifier.prefix_table`` with the line that is no entry
    """
    text = content.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("{"):
        return Prefixes(_from_json(text))
    if "<entry" in text:
        found = [dict(_ATTRIBUTE.findall(entry)) for entry in _ENTRY.findall(text)]
        return Prefixes({row["prefix"]: int(row["gcpLength"]) for row in found if len(row) == 2})
    lengths = {}
    for number, line in enumerate(text.splitlines(), 1):
        row = _ROW.fullmatch(line)
        if row:
            lengths[row[1]] = int(row[2])
        elif line.strip() and number > 1 and not line.startswith("#"):
            raise _refuse(number)
    return Prefixes(lengths)


def _from_json(text: str) -> dict[str, int]:
    """Read GS1's JSON list, or an object of prefix to length."""
    try:
        document = json.loads(text)
        listed = document.get("GCPPrefixFormatList", document)
        if "entry" in listed:
            return {str(row["prefix"]): int(row["gcpLength"]) for row in listed["entry"]}
        return {str(prefix): int(length) for prefix, length in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refuse(getattr(error, "lineno", 1)) from error


def _refuse(line: int) -> InputError:
    """Make the refusal of a table."""
    return InputError(
        "trace.identifier.prefix_table",
        N_("Line {line} of the table of company prefixes is no entry."),
        hint=N_("Give GS1's list of prefix lengths, or rows such as 952123,7."),
        line=line,
    )


def to_urn(canonical: str, *, prefixes: Prefixes | int | None) -> str | None:
    """Write a canonical Digital Link as an EPC URN.

    Parameters
    ----------
    canonical : Digital Link, as `canonical` gives it
    prefixes : table of prefix lengths, or one length that wins over any table

    Returns
    -------
    str or None
        None when the length of the prefix is unknown or the key has no URN
    """
    return _to_urn(canonical, prefixes)


@lru_cache(maxsize=65_536)
def _to_urn(canonical: str, prefixes: Prefixes | int | None) -> str | None:
    """Write one URN; remembered, for names return often."""
    found = read(canonical).identifier
    if found is None:
        return None
    if isinstance(prefixes, Prefixes):
        return write_urn(found, prefixes.length_in(found.key, found.value))
    return write_urn(found, prefixes)
