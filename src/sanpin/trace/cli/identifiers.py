"""The command on identifiers: ``sanpin trace parse``; it needs no workspace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from sanpin.kit.cli import say
from sanpin.kit.whole import Whole
from sanpin.trace.cli.base import File, Listed, app, open_input, read_file

__all__ = ["parse"]

_CHUNK = 1_000
"""Answers that are written at once."""


@app.command
def parse(
    file: File = Path("-"),
    *,
    value: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    kind: str = "auto",
    linter: str | None = None,
    symbology: str | None = None,
    stem: str | None = None,
    gcp_length: Whole | None = None,
    gcp_table: Listed = None,
    fix_check_digit: bool = False,
) -> int:
    """Read codes in any writing and print all their writings, one JSON line for each.

    Parameters
    ----------
    file
        One JSON object a line with id, kind and value; - reads standard input.
    value
        One code, instead of a file.
    kind
        How it is written: auto, ai, element, scan, dl, urn, or lint for one linter.
    linter
        Name of the linter, as the dictionary of GS1 calls it.
    symbology
        Kind of bar code of scan data that do not begin with it.
    stem
        Where the Digital Link begins, instead of https://id.gs1.org.
    gcp_length
        Digits of the company prefix, for the URN.
    gcp_table
        List of lengths of company prefixes: of GS1 as JSON or XML, or rows such as 952123,7.
    fix_check_digit
        Correct wrong check digits instead of refusing them.
    """
    from sanpin.trace.engine.identifiers import NO_PREFIXES, Door, read_prefixes

    table = read_prefixes(read_file(gcp_table)) if gcp_table else NO_PREFIXES
    door = Door(table, fix_check_digit, say)
    if value is not None:
        request = {"id": None, "kind": kind, "value": value, "linter": linter, "stem": stem,
                   "symbology": symbology, "gcp_length": gcp_length}  # fmt: skip
        return _print_one(door.answer(request))
    good = True
    waiting: list[bytes] = []
    with open_input(file) as lines:
        for line, accepted in door.lines(lines):
            good = good and accepted
            waiting.append(line)
            if len(waiting) >= _CHUNK:
                sys.stdout.buffer.writelines(waiting)
                waiting.clear()
    sys.stdout.buffer.writelines(waiting)
    sys.stdout.buffer.flush()
    return 0 if good else 1


def _print_one(record: dict[str, Any]) -> int:
    """Print one answer."""
    import orjson

    sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
    sys.stdout.buffer.flush()
    return 0 if record["ok"] else 1
