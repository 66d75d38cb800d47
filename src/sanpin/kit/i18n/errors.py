"""Errors in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from sanpin.base import SanpinError
from sanpin.kit.i18n.catalogues import translate

__all__ = ["ErrorText", "translate_error"]


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What to tell the reader: what happened, what to do, and the findings one by one."""

    text: str
    hint: str
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(part for part in (self.text, *self.problems, self.hint) if part)


def translate_error(error: SanpinError, language: str) -> ErrorText:
    """Return the message, remedy and findings of an error in `language`.

    Fields are the same in both languages: names of columns, files and values are the user's own.
    """
    return ErrorText(
        text=translate(error.message, language, **error.fields),
        hint=translate(error.hint, language, **error.fields),
        problems=tuple(
            translate(problem.message, language, **problem.fields) for problem in error.problems
        ),
    )
