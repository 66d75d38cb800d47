"""Errors in the reader's language."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass

from sanpin.base import N_, Problem, SanpinError
from sanpin.kit.i18n.catalogues import translate

__all__ = ["ErrorText", "system_reason", "translate_error", "worded"]


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What to tell the reader: what happened, what to do, and the findings one by one."""

    text: str
    hint: str
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        others = (problem for problem in self.problems if problem != self.text)
        return "\n".join(part for part in (self.text, *others, self.hint) if part)


def translate_error(error: SanpinError, language: str) -> ErrorText:
    """Return the message, remedy and findings of an error in `language`.

    Names of columns, files and values are the user's own and the same in both languages; only a
    reason may be a text of ours, and a finding is one.
    """
    fields = worded(error.fields, language)
    return ErrorText(
        text=translate(error.message, language, **fields),
        hint=translate(error.hint, language, **fields),
        problems=tuple(
            translate(problem.message, language, **worded(problem.fields, language))
            for problem in error.problems
        ),
    )


def worded(fields: Mapping[str, object], language: str) -> dict[str, object]:
    """Return the fields of a text, with its ``reason``, ``hint`` and findings in `language`."""
    ours: dict[str, object] = {
        name: translate(value.message, language, **worded(value.fields, language))
        for name, value in fields.items()
        if isinstance(value, Problem)
    }
    reason = fields.get("reason")
    if isinstance(reason, str):
        ours["reason"] = translate(reason, language)
    hint = fields.get("hint")
    if isinstance(hint, str) and hint:
        ours["hint"] = translate(hint, language, **{**fields, **ours})
    return {**fields, **ours}


_REASONS: Mapping[int, str] = {
    errno.ENOENT: N_("it does not exist"),
    errno.EACCES: N_("your user may not do this"),
    errno.EPERM: N_("your user may not do this"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a part of its path is no folder"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
    errno.EROFS: N_("the disk can only be read"),
}


def system_reason(error: OSError) -> str:
    """Return why the operating system refused: a catalogue key, or its own words if it is rare.

    As the field ``reason`` of an error it is translated with it.
    """
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
