"""What the commands on files share: reading problems and schedules, writing results."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from sanpin.base import N_, InputError, Problem, SanpinError
from sanpin.kit.cli import UsageError, options, output_json, say
from sanpin.kit.i18n import system_reason, worded
from sanpin.kit.partial import is_special, partial_of, written_whole
from sanpin.kit.whole import Whole

if TYPE_CHECKING:
    from sanpin.factory import model

__all__ = ["Form", "Instance", "Out", "check_place", "read_bytes", "read_file", "remedy"]
__all__ += ["telling", "to_json", "write_bytes"]

Form = Annotated[
    str, Parameter(name="--format", help=N_("Format of the problem; auto guesses and says so."))
]
Instance = Annotated[
    Whole | None, Parameter(help=N_("Number from 1 of the instance, where a file holds several."))
]
Out = Annotated[Path, Parameter(help=N_("File to write."))]

REMEDIES: Mapping[str, str] = {
    "factory.problem.syntax": N_(
        "Check the file against the format, or choose another with --format."
    ),
    "factory.problem.not_json": N_("Check the file, or choose another format with --format."),
    "factory.problem.instance": N_("Name one of them with --instance."),
    "factory.problem.unrecognised": N_(
        "Name its format with --format if you know it. "
        "Tables of orders, machines or stock are read by “sanpin import”."
    ),
    "factory.problem.workbook": N_(
        "Tables of orders, machines or stock are read by “sanpin import”."
    ),
}
"""What to do at the command line about refusals that speak to every face, by code."""


def read_file(
    file: Path, form: str, instance: int | None = None, *, quiet: bool = False
) -> model.Problem:
    """Read the problem, saying on standard error as which format it was read.

    Parameters
    ----------
    form : name of a format, or ``auto``
    instance : number from 1, for files with several
    quiet : whether the findings are told elsewhere
    """
    from sanpin.factory.engine.formats import FORMATS, guess_format, read_problem, unpack

    known = (*FORMATS, "auto")
    if form not in known:
        raise UsageError(say(N_("--format takes one of: {known}."), known=", ".join(known)))
    if instance is not None and instance < 1:
        raise UsageError(say(N_("--instance counts from 1.")))
    with nullcontext() if quiet else telling():
        content = unpack(read_bytes(file))
        if form == "auto":
            form = guess_format(content, file.name)
            sys.stderr.write(say(N_("Read as {form}."), form=form) + "\n")
        return read_problem(content, form, name=file.name, instance=instance)


def read_bytes(file: Path) -> bytes:
    """Read a file.

    Raises
    ------
    InputError
        ``factory.file.unreadable``
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            "factory.file.unreadable",
            N_("The file {path} cannot be read: {reason}."),
            hint=N_("Check the name and the permissions."),
            path=str(file),
            reason=system_reason(error),
        ) from error


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file whole or not at all: it takes its place when it is complete.

    Raises
    ------
    InputError
        ``factory.file.unwritable``
    """
    with _writing(file), written_whole(file) as partial:
        partial.write_bytes(content)


def check_place(file: Path) -> None:
    """Refuse a place to which nothing can be written, before long work is done for it.

    Raises
    ------
    InputError
        ``factory.file.unwritable``
    """
    with _writing(file):
        if not is_special(file):
            partial = partial_of(file)
            partial.touch()
            partial.unlink()


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    """Make the folder of a file that is written; tell why that or what follows is refused."""
    with telling():
        try:
            if file.parent.exists() and not file.parent.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            file.parent.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise InputError(
                "factory.file.unwritable",
                N_("The file {path} cannot be written: {reason}."),
                hint=N_("Check the folder, its permissions and the space on the disk."),
                path=str(file),
                reason=system_reason(error),
            ) from error


def remedy(error: SanpinError) -> str:
    """Return what to do about a refusal, in the words of the command line."""
    return REMEDIES.get(error.code, error.hint)


@contextmanager
def telling() -> Iterator[None]:
    """List the findings of a refusal on standard error, each once and with its code.

    What goes on to the caller is the summary alone, whose text and remedy are written last, or
    the only finding.
    """
    try:
        yield
    except SanpinError as error:
        findings = error.problems or (Problem(error.code, error.message, error.fields),)
        if len(findings) > 1:
            for each in findings:
                sys.stderr.write(f"{_finding(each)}\n")
            told = InputError(error.code, error.message, hint=remedy(error))
            told.fields = error.fields
        else:
            own = bool(findings[0].fields.get("hint"))
            told = InputError(error.code, "{told}", hint="" if own else remedy(error))
            told.fields = {**error.fields, "told": _finding(findings[0])}
        raise told from error


def _finding(found: Problem) -> str:
    """Return a finding with its code, the ids of its record, and what to do about it."""
    fields = worded(found.fields, options().language)
    text = say(found.message, **fields)
    record, hint = str(fields.get("record", "")), str(fields.get("hint", ""))
    # A path has numbers only; people know their orders by their ids.
    told = {name for _, name, _, _ in Formatter().parse(found.message) if name} - {"path"}
    known = any(str(fields.get(name)) == record for name in told)
    named = f"{text} ({record})" if record and not known else text
    coded = named if found.code in named else f"{found.code}: {named}"
    return f"{coded} {hint}" if hint else coded


def to_json(record: object) -> bytes:
    """Return a record as JSON, indented where a person reads it."""
    from sanpin.kit.plain import dump

    return dump(record, indent=not output_json())
