"""Reading and checking a document: from its bytes to rows, before any transaction.

A document is walked through once for its header, where that does not stand at its beginning, and
once for its events; a file is never in memory as a whole.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sanpin.base import N_, InputError, Problem, SanpinError
from sanpin.trace.engine.epcis import json_text, normalise
from sanpin.trace.engine.epcis.reader import open_document
from sanpin.trace.engine.epcis.validate import validate_event, validate_header
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.model.captures import Behaviour
from sanpin.trace.model.documents import Header, RawEvent
from sanpin.trace.store.rows import Chunk, EventRow, chunks_of, declaration_key, row_of

__all__ = ["Checking", "Input", "digest_of", "opened"]

Input = bytes | Path
"""A document in memory, or in a file of any length."""

# The report holds this many findings of a document; a broken export has the same in every event.
_KEPT = 10_000
_PIECE = 1 << 20


@contextmanager
def opened(source: Input) -> Iterator[IO[bytes]]:
    """Open a document to be read from its beginning, again and again.

    Raises
    ------
    InputError
        ``trace.capture.unreadable``
    """
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        file = source.open("rb")
    except OSError as error:
        raise InputError(
            "trace.capture.unreadable",
            N_("The file {path} cannot be read."),
            hint=N_("Check its name and your right to read it."),
            path=source,
        ) from error
    with file:
        yield file


def digest_of(file: IO[bytes]) -> bytes:
    """SHA-256 of a document as it came; the file stands at its beginning again."""
    found = hashlib.sha256()
    while piece := file.read(_PIECE):
        found.update(piece)
    file.seek(0)
    return found.digest()


class Checking:
    """One walk through a document, which collects what is wrong and yields what is good.

    Parameters
    ----------
    file : at its beginning
    behaviour : whether good events are yielded although there are bad ones

    Attributes
    ----------
    events : how many it has, so far
    refused : how many of them are bad, so far
    problems : everything that is wrong, so far
    broken : whether the document itself is refused, whatever its events are
    """

    def __init__(self, file: IO[bytes], behaviour: Behaviour) -> None:
        self.events = 0
        self.refused = 0
        self.problems: list[Problem] = []
        self.broken = False
        self._document = open_document(file)
        self._proceed = behaviour is Behaviour.PROCEED

    @property
    def header(self) -> Header:
        """What stands around the events."""
        return self._document.header

    @property
    def failed(self) -> bool:
        """Whether nothing of it may be written."""
        return self.broken or bool(self.problems and not self._proceed)

    def chunks(self) -> Iterator[Chunk]:
        """Walk through the events; after the first fault nothing more comes without `proceed`."""
        yield from chunks_of(self._rows(), pack=True)

    def _rows(self) -> Iterator[tuple[EventRow, bytes]]:
        """Yield the rows of good events with their texts."""
        try:
            self._note(validate_header(self.header))
            self.broken = bool(self.problems)
            for raw in self._document:
                self.events += 1
                problems = validate_event(raw)
                if problems:
                    self.refused += 1
                    self._note(problems)
                elif not self.failed:
                    yield self._row(raw), json_text(raw)
        except SanpinError as error:
            # A document that ends in the middle is refused as a whole: who knows what is missing.
            self.broken = True
            self._note((Problem(error.code, error.message, error.fields),))

    def _note(self, problems: tuple[Problem, ...]) -> None:
        """Keep findings, of very many the first."""
        self.problems += problems[: max(0, _KEPT - len(self.problems))]

    def _row(self, raw: RawEvent) -> EventRow:
        """Make the row of a good event."""
        hashed = event_hash(raw.body, raw.namespaces, self.header.ignored)
        digest = bytes.fromhex(hashed[len("ni:///sha-256;") :][:64])
        return row_of(
            normalise(raw.body),
            digest,
            derived="eventID" not in raw.body,
            declaration=declaration_key(raw.body.get("errorDeclaration")),
        )
