"""The tree of errors: every refusal says what happened, to which record, and what to do.

    SanpinError
    ├── InputError      the user's to fix: a file, a value, an option
    ├── StateError      refused by the data as they stand: missing, locked, newer, taken
    ├── EngineError     ours: a computation broke its own promise
    └── MissingExtra    an optional part is not installed; names the extra

`message` and `hint` are English texts with named fields, marked with `N_` where they are
written; they are the keys of the catalogues, so every error exists in both languages.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanpin.base.text import N_

__all__ = ["EngineError", "InputError", "MissingExtra", "Problem", "SanpinError", "StateError"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about one record; an error may carry many.

    Attributes
    ----------
    code : stable identifier such as ``files.value.not_a_number``
    message : English text with named fields, marked for the catalogue
    fields : values of the named fields (``row``, ``column``, ``value``, ``path`` ...)
    """

    code: str
    message: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.fields)


class SanpinError(Exception):
    """Anything Sanpin refuses or fails at, with a stable code and a remedy."""

    status = 500

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        problems: Sequence[Problem] = (),
        **fields: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)
        self.fields = fields

    def __str__(self) -> str:
        """Return message and hint in English."""
        text = self.message.format(**self.fields)
        return f"{text} {self.hint.format(**self.fields)}" if self.hint else text

    def __reduce__(self) -> tuple[Any, ...]:
        """Let an error cross from a worker process with everything that it says."""
        return copyreg.__newobj__, (type(self), self.code), self.__dict__  # type: ignore[attr-defined]


class InputError(SanpinError):
    """The input is wrong and its sender can mend it."""

    status = 422


class StateError(SanpinError):
    """The input is well-formed but the data as they stand refuse it."""

    status = 409


class EngineError(SanpinError):
    """A computation of ours broke its own promise."""

    status = 500


class MissingExtra(SanpinError):  # noqa: N818 - says what is wrong without it
    """An optional part of Sanpin is not installed."""

    status = 501

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(
            "base.extra.missing",
            N_("{needed_for} needs the optional part “{extra}”, which is not installed."),
            hint=N_("Install it with: pip install 'sanpin[{extra}]'"),
            extra=extra,
            needed_for=needed_for,
        )
