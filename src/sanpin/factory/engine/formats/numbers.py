"""Reading of plain files of whole numbers, as the public instance sets use them."""

from __future__ import annotations

import re

from sanpin.base import N_, InputError

__all__ = ["Numbers", "bad_file", "number_lines"]

LARGEST_NUMBER = 10**12
# Thirteen digits at most: Python refuses very long numbers with an error of its own.
WHOLE = re.compile(rb"-?\d{1,13}\Z")


def bad_file(form: str, line: int, reason: str) -> InputError:
    """Return the error for a file that does not keep its format."""
    return InputError(
        "factory.problem.syntax",
        N_("Line {line} is not {form}: {reason}."),
        hint=N_("Check the file against the format, or choose another with --format."),
        form=form,
        line=line,
        reason=reason,
    )


def number_lines(content: bytes, form: str) -> list[tuple[int, list[bytes]]]:
    """Split into numbered lines of words, without blank lines and `#` comments."""
    if b"\0" in content:
        raise bad_file(form, 1, "NUL")
    lines = content.lstrip(b"\xef\xbb\xbf").splitlines()
    words = ((number, line.split()) for number, line in enumerate(lines, 1))
    kept = [(number, line) for number, line in words if line and not line[0].startswith(b"#")]
    if not kept:
        raise bad_file(form, 1, "empty")
    return kept


class Numbers:
    """Take whole numbers off one line, from the left.

    Parameters
    ----------
    words : words of the line
    line : number of the line in the file, for errors
    form : name of the format, for errors
    """

    def __init__(self, words: list[bytes], line: int, form: str) -> None:
        self.words, self.line, self.form = words, line, form
        self.at = 0

    @property
    def left(self) -> int:
        """How many words are left."""
        return len(self.words) - self.at

    def take(self, low: int = 0, high: int = LARGEST_NUMBER) -> int:
        """Return the next number, which must lie in [low, high]."""
        if not self.left:
            raise bad_file(self.form, self.line, "too few numbers")
        word = self.words[self.at]
        if not WHOLE.match(word):
            raise bad_file(self.form, self.line, f"“{word[:20].decode('latin-1')}”")
        value = int(word)
        if not low <= value <= high:
            raise bad_file(self.form, self.line, f"{value} not in {low}..{high}")
        self.at += 1
        return value
