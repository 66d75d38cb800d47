"""Checking a document: from its bytes to rows, before any transaction and in any process.

Little is imported here, so that a process that only checks starts quickly. Events are walked
through once; a document is never in memory as a whole.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from sanpin.base import N_, Problem, SanpinError
from sanpin.trace.engine.epcis import normalise
from sanpin.trace.engine.epcis.findings import parted
from sanpin.trace.engine.epcis.json_reader import body_of
from sanpin.trace.engine.epcis.reader import open_document
from sanpin.trace.engine.epcis.validate import validate_event, validate_header
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.engine.hash.quick import quick_for
from sanpin.trace.model.documents import Header, RawEvent
from sanpin.trace.model.namespaces import Namespaces
from sanpin.trace.store.garbage import unhurried
from sanpin.trace.store.originals import kept_text
from sanpin.trace.store.rows import Chunk, EventRow, chunks_of, declaration_key, quick_row, row_of

__all__ = ["Batch", "Checked", "Checking", "Spread", "check_batch", "check_document"]

# The report holds this many findings of a document; a broken export has the same in every event.
_KEPT = 10_000
# Events that are handed to another process together.
_TOGETHER = 256


class Batch(NamedTuple):
    """Some events of a document, to be checked anywhere.

    Attributes
    ----------
    raws : the events
    ignored : extension fields that the event hash leaves out
    """

    raws: Sequence[RawEvent]
    ignored: frozenset[str]

    def __reduce__(self) -> tuple[Any, ...]:
        """Send texts instead of what they say: parsing is quicker than sending."""
        if any(raw.faults or raw.namespaces.form != "json" for raw in self.raws):
            return Batch, (self.raws, self.ignored)
        spaces: list[Namespaces] = []
        rows = []
        for raw in self.raws:
            if not spaces or spaces[-1] is not raw.namespaces:
                spaces.append(raw.namespaces)
            rows.append((raw.number, raw.line, raw.text, len(spaces) - 1, raw.column))
        return _batch_of, (marshal.dumps(rows), spaces, self.ignored)


def _batch_of(rows: bytes, spaces: Sequence[Namespaces], ignored: frozenset[str]) -> Batch:
    """Make a batch of what was sent."""
    raws = [
        RawEvent(number, line, text, body_of(text), spaces[space], column=column)
        for number, line, text, space, column in marshal.loads(rows)
    ]
    return Batch(raws, ignored)


class Checked(NamedTuple):
    """What became of a batch.

    Attributes
    ----------
    chunks : the good events
    events, refused : how many there were, and how many are bad
    problems : what is wrong with those
    """

    chunks: Sequence[Chunk]
    events: int
    refused: int
    problems: Sequence[Problem]


def check_batch(batch: Batch) -> Checked:
    """Check some events and make rows of the good ones."""
    if len(batch.raws) == 1:
        return _checked(batch)
    with unhurried():
        return _checked(batch)


def _checked(batch: Batch) -> Checked:
    """Check the events of a batch one by one."""
    problems: list[Problem] = []
    rows: list[tuple[EventRow, bytes]] = []
    namespaces, quick = None, None
    for raw in batch.raws:
        if raw.namespaces is not namespaces:
            namespaces, quick = raw.namespaces, quick_for(raw.namespaces)
        plain = quick.read(raw.body) if quick is not None and not raw.faults else None
        if plain is not None:
            rows.append((quick_row(plain), kept_text(raw)))
            continue
        # What a validation only notes keeps no event out: both doors say the same of a document.
        found, _ = parted(validate_event(raw), lenient=False)
        if found:
            problems += found
        else:
            rows.append((_row(raw, batch.ignored), kept_text(raw)))
    count = len(batch.raws)
    return Checked(list(chunks_of(rows, pack=True)), count, count - len(rows), problems)


def _row(raw: RawEvent, ignored: frozenset[str]) -> EventRow:
    """Make the row of a good event."""
    hashed = event_hash(raw.body, raw.namespaces, ignored)
    digest = bytes.fromhex(hashed[len("ni:///sha-256;") :][:64])
    return row_of(
        normalise(raw.body, digest),
        digest,
        derived="eventID" not in raw.body,
        declaration=declaration_key(raw.body.get("errorDeclaration")),
    )


Spread = Callable[[Callable[[Batch], Checked], Iterable[Batch]], Iterable[Checked]]
"""Calls a function for each of many batches, here or elsewhere, and gives the results in order."""


@dataclass
class Checking:
    """One walk through a document, which collects what is wrong and yields what is good.

    Attributes
    ----------
    proceed : whether good events are kept although there are bad ones
    events : how many it has, so far
    refused : how many of them are bad, so far
    problems : everything that is wrong, so far
    broken : whether the document itself is refused, whatever its events are
    header : what stands around the events; None until the walk is over, and when it is broken
    """

    proceed: bool
    events: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False
    header: Header | None = None

    @property
    def failed(self) -> bool:
        """Whether nothing of it may be written."""
        return self.broken or bool(self.problems and not self.proceed)

    def chunks(self, source: bytes | IO[bytes], spread: Spread = map) -> Iterator[Chunk]:
        """Walk through the events; after the first fault nothing more comes without `proceed`.

        Parameters
        ----------
        source : bytes, or a file at its beginning
        spread : where to check the events
        """
        try:
            document = open_document(source)
            ignored = frozenset[str]()
            if document.mentions(b"ignoreFields"):
                ignored = document.header.ignored
            for checked in spread(check_batch, _batches(document, ignored)):
                self.events += checked.events
                self.refused += checked.refused
                self._note(checked.problems)
                if not self.failed:
                    yield from checked.chunks
            self.header = document.header
            found = validate_header(self.header)
            if self.header.kind == "query":
                found = (*found, Problem("trace.capture.query", N_("A query holds no events.")))
            self.broken = bool(found)
            self.problems[:0] = found
        except SanpinError as error:
            # A document that ends in the middle is refused as a whole: who knows what is missing.
            self.broken = True
            self._note([Problem(error.code, error.message, error.fields)])

    def _note(self, problems: Sequence[Problem]) -> None:
        """Keep findings, of very many the first."""
        self.problems += problems[: max(0, _KEPT - len(self.problems))]


def _batches(raws: Iterable[RawEvent], ignored: frozenset[str]) -> Iterator[Batch]:
    """Cut events into batches."""
    part: list[RawEvent] = []
    for raw in raws:
        part.append(raw)
        if len(part) == _TOGETHER:
            yield Batch(part, ignored)
            part = []
    if part:
        yield Batch(part, ignored)


def check_document(given: tuple[bytes, bool]) -> tuple[Checking, list[Chunk]]:
    """Check a whole document: its bytes, and whether to proceed."""
    data, proceed = given
    checking = Checking(proceed)
    return checking, list(checking.chunks(data))
