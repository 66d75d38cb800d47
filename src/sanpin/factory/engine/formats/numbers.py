"""Reading of plain files of numbers, as the public instance sets use them.

A file is turned into one flat array of whole numbers and the places where its lines begin, by
few passes over the bytes: a million operations take a tenth of a second. Nothing is allocated
by what a header claims; claims are compared with what the file holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.base import N_, InputError
from sanpin.base.errors import Problem as Finding

__all__ = [
    "BELOW_ZERO",
    "MOST_MACHINES",
    "MOST_NUMBERS",
    "MOST_OPERATIONS",
    "NOT_WITHIN",
    "NO_BLOCK",
    "NO_NUMBER",
    "TOO_FEW",
    "TOO_MANY",
    "Numbers",
    "Rows",
    "bad_file",
    "read_decimals",
    "read_rows",
    "too_many",
]

LARGEST_NUMBER = 10**12 - 1
MOST_NUMBERS = 20_000_000
MOST_OPERATIONS = 2_000_000
MOST_MACHINES = 100_000

BELOW_ZERO = N_("a number is below 0")
NO_NUMBER = N_("“{word}” is no whole number of at most twelve digits")
NO_BLOCK = N_("the block “{label}” is missing")
NOT_WITHIN = N_("{value} is not between {low} and {high}")
TOO_FEW = N_("too few numbers")
TOO_MANY = N_("{count} numbers too many")

# Twelve digits at most, so that sums of a million of them stay inside 64 bits.
MISPLACED = re.compile(rb"\d{13}|-(?!\d)|[-\d]-")
COMMENT = re.compile(rb"^[ \t]*#[^\n]*", re.MULTILINE)


def bad_file(form: str, line: int, reason: str, **fields: object) -> InputError:
    """Return the error for a file that does not keep its format.

    Parameters
    ----------
    reason : text of the catalogue with named fields
    fields : their values
    """
    return InputError(
        "factory.problem.syntax",
        N_("Line {line} is not {form}: {reason}."),
        hint=N_("Check the file against the format, or choose another one."),
        form=form,
        line=line,
        reason=Finding("factory.problem.syntax", reason, fields),
    )


def too_many(form: str, count: int, most: int, what: str) -> InputError:
    """Return the error for a file that holds, or claims, more than is read."""
    return InputError(
        "factory.problem.too_large",
        N_("The {form} file names {count} {what}; at most {most} are read."),
        hint=N_("Check the first line of the file, or split the problem."),
        form=form,
        count=count,
        what=Finding("factory.problem.too_large", what),
        most=most,
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """The numbers of a file and the lines that hold them.

    Attributes
    ----------
    form : name of the format, for errors
    values : all numbers in the order of the file, int64
    begins : place of the first number of each line, and the number of all; (lines + 1,)
    lines : number of each line in the file, for errors; (lines,)
    """

    form: str
    values: NDArray[np.int64]
    begins: NDArray[np.int64]
    lines: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of lines that are not blank."""
        return len(self.lines)

    def row(self, at: int) -> Numbers:
        """Return the numbers of one line, to be taken from the left."""
        words = self.values[self.begins[at] : self.begins[at + 1]].tolist()
        return Numbers(words, int(self.lines[at]), self.form)

    def line_of(self, place: int) -> int:
        """Return the line in the file of one of the numbers."""
        return int(self.lines[np.searchsorted(self.begins, place, side="right") - 1])

    def jobs(self, count: int) -> None:
        """Refuse a file whose header claims more or fewer lines of jobs than follow it."""
        if len(self) - 1 != count:
            reason = N_("{claimed} jobs are announced, {count} lines follow")
            line = int(self.lines[0])
            raise bad_file(self.form, line, reason, claimed=count, count=len(self) - 1)


def read_rows(content: bytes, form: str, *, head: bool = False) -> Rows:
    """Read a file of whole numbers without blank lines and `#` comments.

    Parameters
    ----------
    content : the file
    form : name of the format, for errors
    head : whether decimal numbers are allowed in the first line, where they are cut off

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line of what is not a number
    """
    plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"#" in plain:
        plain = COMMENT.sub(b"", plain)
    if head:
        plain = _cut_decimals(plain)
    _check_characters(plain, form)
    letters = np.frombuffer(plain, np.uint8)
    solid = letters > 32
    first = solid.copy()
    first[1:] &= ~solid[:-1]
    count = int(np.count_nonzero(first))
    if not count:
        raise bad_file(form, 1, N_("there is no number"))
    if count > MOST_NUMBERS:
        raise too_many(form, count, MOST_NUMBERS, N_("numbers"))
    places = np.flatnonzero(first)
    ends = np.append(np.flatnonzero(letters == 10), len(letters))
    upto = np.searchsorted(places, ends)
    held = np.flatnonzero(np.diff(upto, prepend=0))
    begins = np.append(0, upto[held]).astype(np.int64)
    return Rows(form, np.fromstring(plain, np.int64, sep=" "), begins, held + 1)


def _cut_decimals(content: bytes) -> bytes:
    """Cut the fractions off the numbers of the first line that is not blank."""
    start = len(content) - len(content.lstrip())
    stop = content.find(b"\n", start)
    stop = len(content) if stop < 0 else stop
    return content[:start] + re.sub(rb"(?<=\d)\.\d*", b"", content[start:stop]) + content[stop:]


def _check_characters(content: bytes, form: str) -> None:
    """Refuse the first thing that is not a whole number of at most twelve digits."""
    strange = content.translate(None, b"0123456789- \t\n\f\v")
    wrong = MISPLACED.search(content)
    if not strange and not wrong:
        return
    place = content.find(strange[:1]) if strange else len(content)
    place = min(place, wrong.start() if wrong else place)
    line = content.count(b"\n", 0, place) + 1
    # The word around the place, cut short: a line of a binary file may be very long.
    before = re.search(rb"\S{0,20}\Z", content[max(place - 20, 0) : place])
    after = re.match(rb"\S{0,20}", content[place : place + 20])
    word = (before.group() if before else b"") + (after.group() if after else b"")
    shown = word[:40].decode("latin-1").replace(chr(0), "␀")
    raise bad_file(form, line, NO_NUMBER, word=shown)


def read_decimals(content: bytes, form: str, line: int) -> NDArray[np.float64]:
    """Read decimal numbers, none below zero.

    Parameters
    ----------
    content : part of a file, numbers separated by white space
    form : name of the format, for errors
    line : where the part begins in the file, for errors

    Returns
    -------
    float64, in the order of the file.

    Raises
    ------
    InputError
        ``factory.problem.syntax``
    """
    try:
        values = np.array(content.split(), dtype="S32").astype(np.float64)
    except ValueError as error:
        raise bad_file(form, line, N_("a number is expected: {error}"), error=error) from error
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise bad_file(form, line, BELOW_ZERO)
    return values


class Numbers:
    """Take whole numbers off one line, from the left.

    Parameters
    ----------
    words : numbers of the line
    line : number of the line in the file, for errors
    form : name of the format, for errors
    """

    __slots__ = ("at", "form", "line", "words")

    def __init__(self, words: list[int], line: int, form: str) -> None:
        self.words, self.line, self.form = words, line, form
        self.at = 0

    @property
    def left(self) -> int:
        """How many numbers are left."""
        return len(self.words) - self.at

    def take(self, low: int = 0, high: int = LARGEST_NUMBER) -> int:
        """Return the next number, which must lie in [low, high]."""
        if self.at >= len(self.words):
            raise bad_file(self.form, self.line, TOO_FEW)
        value = self.words[self.at]
        if not low <= value <= high:
            raise bad_file(self.form, self.line, NOT_WITHIN, value=value, low=low, high=high)
        self.at += 1
        return value

    def take_machines(self) -> int:
        """Return the next number as a number of machines or workers."""
        count = self.take(1)
        if count > MOST_MACHINES:
            raise too_many(self.form, count, MOST_MACHINES, N_("machines"))
        return count
