"""Commands on the ledger: ``sanpin trace capture | back | forward | history | recall``.

Each command asks the service for a record and prints it: with ``--json`` as it is, otherwise as the
few lines that a person needs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from sanpin.base import N_
from sanpin.kit.cli import cli_progress, current_context, output_json, print_result, say
from sanpin.trace.cli.base import (
    Epc,
    File,
    Listed,
    app,
    need_files,
    open_input,
    read_code,
    read_codes,
    read_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sanpin.trace.service.affected import ScopeAnswer

__all__ = ["back", "capture", "forward", "history", "recall"]

# Lines of a recall that are named together.
_TOGETHER = 10_000


@app.command
def capture(
    *files: File,
    error_behaviour: Literal["rollback", "proceed"] = "rollback",
) -> int:
    """Take EPCIS documents in JSON or XML into the ledger; - reads standard input.

    Parameters
    ----------
    files
        Documents, or single events.
    error_behaviour
        Whether a document with a bad event is refused as a whole.
    """
    from sanpin.trace import service
    from sanpin.trace.model.captures import Behaviour

    need_files(files)
    documents = {str(path): _source(path) for path in files}
    with current_context() as ctx, cli_progress(N_("Capturing events")) as progress:
        report = service.capture_files(
            ctx, documents, behaviour=Behaviour(error_behaviour), progress=progress
        )
        record = service.capture_record(report, ctx.language)
    print_result(record, lambda: _capture_lines(record))
    return 0 if report.success else 1


def _source(path: Path) -> bytes | Path:
    """Take standard input into memory; leave a file, which may be of any length, in its place."""
    if str(path) == "-":
        return read_file(path)
    with open_input(path):
        return path


def _capture_lines(record: Mapping[str, Any]) -> str:
    """Write the counts, then one line for each refusal."""
    summary = say(
        N_(
            "{captured} of {events} events captured, {duplicates} known already, "
            "{rejected} refused ({seconds} s)."
        ),
        **record,
    )
    lines = [summary]
    for error in record["errors"]:
        place = "".join(f":{error[name]}" for name in ("line", "path") if error[name])
        lines.append(f"{error['file']}{place}  {error['message']}")
    return "\n".join(lines)


@app.command
def back(epc: Epc) -> None:
    """Show what a thing is made of, and what carried that before it was used.

    Parameters
    ----------
    epc
        Code of the thing in any writing; - reads it from standard input.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = service.back_record(ctx, read_code(epc))
    print_result(record, lambda: _walk_lines(record))


@app.command
def forward(epc: Epc) -> None:
    """Show what a thing went into, and what carries or carried that.

    Parameters
    ----------
    epc
        Code of the thing in any writing; - reads it from standard input.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = service.forward_record(ctx, read_code(epc))
    print_result(record, lambda: _walk_lines(record))


def _walk_lines(record: Mapping[str, Any]) -> str:
    """Write the things of a walk, indented by their distance from the root."""
    lines = []
    for node in record["nodes"]:
        amount = "" if node["quantity"] is None else f"  {node['quantity']:g} {node['uom'] or ''}"
        lines.append(f"{'  ' * node['depth']}{node['id']}{amount.rstrip()}")
    return "\n".join(lines)


@app.command
def history(epc: Epc) -> None:
    """Show the time line of a thing, and where it is now.

    Parameters
    ----------
    epc
        Code of the thing in any writing; - reads it from standard input.
    """
    from sanpin.trace import service

    with current_context() as ctx:
        record = service.history_of(ctx, read_code(epc))

    def lines() -> str:
        """Write one line for each event."""
        found = []
        for event in record["events"]:
            place = (event.get("bizLocation") or event.get("readPoint") or {}).get("id", "")
            step = event.get("bizStep", event["type"])
            found.append(f"{event['eventTime']}  {step}  {place}".rstrip())
        return "\n".join(found)

    print_result(record, lines)


@app.command
def recall(
    *epcs: Epc,
    seeds: Listed = None,
    since: Annotated[str | None, Parameter(name=["--from", "--since"])] = None,
    until: Annotated[str | None, Parameter(name=["--to", "--until"])] = None,
    xlsx: Path | None = None,
) -> None:
    """Show what must come back when things are bad, and who has it.

    Parameters
    ----------
    epcs
        Codes of things and lots in any writing; - reads them from standard input, one a line.
    seeds
        List of bad lots: XLSX or CSV with headings, or one code a line; - reads standard input.
    since
        Time with offset from which they are bad.
    until
        Time with offset until which they are bad.
    xlsx
        Where to write all lines as a table.
    """
    from sanpin.trace import service

    codes = read_codes(epcs)
    with current_context() as ctx:
        listed = None if seeds is None else read_file(seeds)
        named = service.seeds_of(ctx, codes, listed, str(seeds))
        if xlsx is not None:
            from sanpin.kit.files.export import write_table

            write_table(service.recall_table(ctx, named, since=since, until=until), xlsx)
        if output_json():
            # A million lines are written as they come, and never are in memory together.
            for piece in service.recall_text(ctx, named, since=since, until=until):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.write(b"\n")
            sys.stdout.buffer.flush()
            return
        with service.recall_scope(ctx, named, since=since, until=until) as scope:
            for line in _recall_lines(scope):
                sys.stdout.write(f"{line}\n")


def _recall_lines(scope: ScopeAnswer) -> Iterator[str]:
    """Write the counts, who has it, and every affected thing."""
    yield say(
        N_("{products} products must come back; {containers} containers carry them."),
        products=scope.products,
        containers=scope.containers,
    )
    for one in scope.shares():
        yield f"{one.location}  {one.products}"
    for first in range(0, scope.size, _TOGETHER):
        for line in scope.lines(first, first + _TOGETHER):
            yield f"{'  ' * line.depth}{line.id}  {line.status}"
    for gap in scope.gaps:
        yield f"▲ {gap.id}  {say(gap.message, **gap.fields)}"
