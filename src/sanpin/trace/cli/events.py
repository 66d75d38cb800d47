"""``sanpin trace events``: the query language of EPCIS at the command line.

It prints a document whether or not ``--json`` is given, since other programs read it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from sanpin.base import N_, InputError
from sanpin.kit.cli import current_context, say
from sanpin.trace.cli.base import Listed, app, read_code, read_file, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sanpin.kit.context import Context
    from sanpin.trace.service.queries import EventPage

__all__ = ["events"]

Param = Annotated[tuple[str, ...], Parameter(name="--param", negative="", consume_multiple=False)]
Format = Literal["json", "xml", "csv", "xlsx"]


@app.command
def events(
    *,
    epc: Annotated[str | None, word()] = None,
    param: Param = (),
    query: Listed = None,
    complete: Annotated[bool, Parameter(name="--all", negative="")] = False,
    format: Format = "json",  # noqa: A002 - the word on the command line
    out: Path | None = None,
) -> None:
    """Print events as an EPCIS query document or as a table, in the order of time.

    Parameters
    ----------
    epc
        Only events that name this thing, in any writing; - reads its code from standard input.
    param
        Condition as NAME=VALUE, such as EQ_bizStep=shipping; several values are separated by |.
    query
        File with conditions as a JSON object; - reads standard input.
    complete
        All events instead of the first page; tables always hold all.
    format
        What is written; rows beyond the 1,048,576 of a sheet of XLSX go on in the next one.
    out
        File to write instead of standard output.
    """
    from sanpin.trace.service import queries

    given = _given(epc, param, query)
    with current_context() as ctx:
        asked = queries.read_own_query(given)
        if complete or format in ("csv", "xlsx"):
            pages: Iterable[EventPage] = queries.all_events(ctx, asked)
        else:
            page = queries.event_page(ctx, asked)
            pages = [page]
            if page.next:
                message = N_("There are more than these {count} events; --all gives all.")
                sys.stderr.write(say(message, count=len(page.numbers)) + "\n")
        _write(_pieces(ctx, pages, format), out)


def _given(epc: str | None, params: Iterable[str], query: Path | None) -> dict[str, object]:
    """Put conditions together: those of the file, then those of the command line."""
    import orjson

    from sanpin.trace.service.queries import unwrap

    given: dict[str, object] = {}
    if query is not None:
        try:
            given.update(unwrap(orjson.loads(read_file(query))))
        except orjson.JSONDecodeError as error:
            raise InputError(
                "trace.query.json",
                N_("{path} is no JSON: {reason}."),
                hint=N_("Check that it was saved completely."),
                path=query,
                reason=error.msg,
            ) from error
    listed: dict[str, list[str]] = {}
    for text in params:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(
                "trace.query.param",
                N_("“{text}” is no condition."),
                hint=N_("Write it as NAME=VALUE, such as EQ_bizStep=shipping."),
                text=text,
            )
        listed.setdefault(name, []).append(value)
    given.update(listed)
    if epc is not None:
        given["epc"] = read_code(epc)
    return given


def _pieces(ctx: Context, pages: Iterable[EventPage], form: str) -> Iterator[bytes]:
    """Write the answer piece by piece."""
    from sanpin.trace.service import queries

    if form not in ("csv", "xlsx"):
        yield from queries.document_of(ctx, pages, xml=form == "xml")
        yield b"\n"
        return
    from sanpin.kit.files.export import stream_csv, stream_xlsx

    frames = queries.event_frames(ctx, pages)
    titles = queries.headings(ctx.language)
    yield from (stream_csv if form == "csv" else stream_xlsx)(frames, titles)


def _write(pieces: Iterator[bytes], out: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output."""
    from sanpin.kit.files.export import write_file

    if out is not None:
        write_file(pieces, out)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
