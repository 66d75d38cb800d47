"""Commands on documents: ``sanpin trace validate | hash | convert``; they need no workspace."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Literal, cast

from sanpin.base import N_, Problem, SanpinError
from sanpin.kit.cli import options, output_json, say
from sanpin.trace.cli.base import File, Listed, app, need_files, open_input, read_file

if TYPE_CHECKING:
    from sanpin.trace.engine.epcis import OpenDocument
    from sanpin.trace.model.documents import Header

__all__ = ["convert", "hash_events", "validate"]

_IN_MEMORY = 16 * 1024 * 1024
_FORMATS = Literal["Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"]


@contextmanager
def _opened(path: Path) -> Iterator[OpenDocument]:
    """Open a document; standard input is kept aside, as it can be read only once."""
    from sanpin.trace.engine.epcis import open_document

    with open_input(path) as file:
        if file.seekable():
            yield open_document(file)
            return
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
            shutil.copyfileobj(file, kept)
            yield open_document(cast("Any", kept))


def _print_line(record: object) -> None:
    """Print one record as one line of JSON."""
    from sanpin.kit.plain import dump

    sys.stdout.buffer.write(dump(record) + b"\n")
    sys.stdout.buffer.flush()


@app.command
def validate(*files: File, lenient: bool = False) -> int:
    """Check EPCIS documents, and say line and column of everything that is wrong.

    Parameters
    ----------
    files
        Documents in JSON or XML, also compressed by gzip; - reads standard input.
    lenient
        Let pass, and list, what leaves the events readable.
    """
    need_files(files)
    good = True
    for path in files:
        record = _validated(path, lenient=lenient)
        good = good and bool(record["valid"])
        if output_json():
            _print_line(record)
        else:
            sys.stdout.write("".join(f"{line}\n" for line in _validation_lines(record)))
    return 0 if good else 1


def _validated(path: Path, *, lenient: bool) -> dict[str, Any]:
    """Check one document, event by event."""
    from sanpin.trace.engine.epcis import validate_event, validate_header
    from sanpin.trace.engine.epcis.findings import parted

    found: list[Problem] = []
    header: Header | None = None
    events = 0
    try:
        with _opened(path) as document:
            for raw in document:
                events += 1
                found += validate_event(raw)
            header = document.header
            found = [*validate_header(header), *found]
    except SanpinError as error:
        found.append(Problem(error.code, error.message, error.fields))
    problems, passed = parted(found, lenient=lenient)
    record: dict[str, Any] = {
        "file": str(path),
        "valid": not problems,
        "format": header.format if header else None,
        "version": header.version if header else None,
        "kind": ("document" if header.kind == "events" else header.kind) if header else None,
        "events": events,
        "errors": [_finding(problem) for problem in problems],
    }
    return record | ({"passed": [_finding(p) for p in passed]} if passed else {})


def _finding(problem: Problem) -> dict[str, Any]:
    """One finding, in the language of the command line."""
    from sanpin.trace.service.records import problem_record

    return problem_record(problem, options().language)


def _validation_lines(record: dict[str, Any]) -> Iterator[str]:
    """Write the verdict, then a line for each finding."""
    message = N_("{file}: valid, {events} events") if record["valid"] else N_("{file}: not valid")
    yield say(message, **record)
    for name in ("errors", "passed"):
        for one in record.get(name, ()):
            place = f"{one['line'] or 1}:{one['column'] or 1}"
            mark = "▲" if name == "errors" else "△"
            yield f"  {mark} {record['file']}:{place}  {one['message']}"


@app.command(name="hash")
def hash_events(*files: File, prehash: bool = False, reference_quirks: bool = False) -> int:
    """Print the event hash of every event: equal events have equal hashes, in JSON and in XML.

    Parameters
    ----------
    files
        Documents in JSON or XML, also compressed by gzip; - reads standard input.
    prehash
        Also print the text that is hashed.
    reference_quirks
        Repeat the known deviations of the reference implementation.
    """
    need_files(files)
    good = True
    for path in files:
        record: dict[str, Any] = {"file": str(path), "hashes": []}
        if prehash:
            record["prehashes"] = []
        try:
            for uri, text in _hashes(path, reference=reference_quirks):
                _tell(record, uri, text if prehash else None)
        except SanpinError as error:
            # One bad file among many must not cost the hashes of the others.
            good = False
            found = _finding(Problem(error.code, error.message, error.fields))
            record["errors"] = [found]
            sys.stderr.write(f"▲ {path}: {found['message']}\n")
        if output_json():
            _print_line(record)
    sys.stdout.flush()
    return 0 if good else 1


def _hashes(path: Path, *, reference: bool) -> Iterator[tuple[str, str]]:
    """Hash every event of a document; with each goes the text that is hashed."""
    from sanpin.trace.engine import hash as hashing

    with _opened(path) as document:
        # Fields to leave out may be named behind the events, which a reading to the end tells.
        known = document.mentions(b"ignoreFields")
        ignored = document.header.ignored if known else frozenset()
        for raw in document:
            text = hashing.prehash(raw.body, raw.namespaces, ignored, reference=reference)
            yield hashing.hash_of(text), text


def _tell(record: dict[str, Any], uri: str, text: str | None) -> None:
    """Keep a hash for the record, or print it at once."""
    if output_json():
        record["hashes"].append(uri)
        if text is not None:
            record["prehashes"].append(text)
        return
    sys.stdout.write(uri + "\n" if text is None else f"{uri}\n{text}\n")


@app.command
def convert(
    file: File,
    *,
    to: Literal["json", "xml", "xml-1.2"],
    epc_format: _FORMATS = "Never_Translates",
    gcp_table: Listed = None,
    out: Path | None = None,
) -> None:
    """Write a document in another format; no event changes its hash.

    Parameters
    ----------
    file
        Document in JSON or XML, also compressed by gzip; - reads standard input.
    to
        Format to write: json, xml or xml-1.2.
    epc_format
        Notation of identifiers.
    gcp_table
        List of lengths of company prefixes, needed to write links as URNs.
    out
        File to write; without it standard output.
    """
    from sanpin.kit.files.export import write_file
    from sanpin.trace.engine.epcis import write_instant
    from sanpin.trace.engine.epcis.convert import convert as pieces_of
    from sanpin.trace.engine.identifiers import read_prefixes
    from sanpin.trace.model.queries import EpcFormat

    prefixes = read_prefixes(read_file(gcp_table)) if gcp_table else None
    with _opened(file) as document:
        pieces = pieces_of(
            document,
            to,
            epcs=EpcFormat(epc_format),
            prefixes=prefixes,
            created=write_instant(time.time_ns() // 1000),
        )
        if out is None:
            _print_whole(pieces)
        else:
            write_file(pieces, out)


def _print_whole(pieces: Iterable[bytes]) -> None:
    """Write to standard output, once nothing can be refused any more."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
        kept.writelines(pieces)
        kept.seek(0)
        shutil.copyfileobj(cast("IO[bytes]", kept), sys.stdout.buffer)
        sys.stdout.buffer.flush()
