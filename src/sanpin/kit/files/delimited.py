"""Delimited text: comma, semicolon, tab or bar, read record by record as text.

The separator is not asked for: the four usual ones are tried on the first records, and the most
regular cut wins. Records are yielded one by one, as the grid needs only the first to begin.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

from sanpin.base import N_, InputError

__all__ = ["read_records"]

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_RECORDS = 50
# Without a limit, one open quote would make the rest of the file a single cell.
_MAX_CELL = 1_000_000


def read_records(text: str, name: str) -> Iterator[list[str]]:
    """Return the records of a text, empty ones included so that their numbers stay true.

    A quote that is never closed is refused: it would swallow the rest of the file.

    Raises
    ------
    InputError
        ``files.csv.broken``
    """
    csv.field_size_limit(_MAX_CELL)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        # The hint that spreadsheet programs write; its line keeps its number.
        yield []
        yield from _read(rest, first[4], name)
        return
    yield from _read(text, _choose_delimiter(text), name)


def _read(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    """Check the whole text strictly, then yield its records."""
    # Strict first: it alone notices an open quote. Its other complaint, a quoted word with
    # more text behind it, is common in descriptions and harmless.
    strict = True
    try:
        for _ in csv.reader(_lines(text), delimiter=delimiter, strict=True):
            continue
    except csv.Error as error:
        if "expected after" not in str(error):
            raise _broken(name, error) from error
        strict = False
    try:
        yield from csv.reader(_lines(text), delimiter=delimiter, strict=strict)
    except csv.Error as error:
        raise _broken(name, error) from error


def _lines(text: str) -> io.StringIO:
    """Text as the reader of the library wants it, line ends inside quotes kept."""
    return io.StringIO(text, newline="")


def _broken(name: str, error: csv.Error) -> InputError:
    """Make the refusal of a text whose quotes do not close."""
    return InputError(
        "files.csv.broken",
        N_("The file {file} is not a sound CSV file: {reason}."),
        hint=N_("Look for a quotation mark that is opened and never closed, or save as .xlsx."),
        file=name,
        reason=str(error),
    )


def _choose_delimiter(text: str) -> str:
    """Return the character that cuts the first records into the most equal cells."""
    return max(_DELIMITERS, key=lambda one: _regularity(_sample(text, one)))


def _sample(text: str, delimiter: str) -> Iterable[list[str]]:
    """First records as a separator would cut them; none where it leads to a broken cut."""
    head = _lines(text[:200_000])
    records = csv.reader(head, delimiter=delimiter)
    try:
        return [row for row in itertools.islice(records, _SAMPLE_RECORDS) if any(row)]
    except csv.Error:
        return []


def _regularity(records: Iterable[list[str]]) -> float:
    """Score a cut: cells of the commonest width, counted over the records that have it."""
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return 0.0
    width, times = widths.most_common(1)[0]
    return times * (1 - 1 / width) + width * 1e-3
