"""What the commands on files share: reading problems and schedules, writing results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from sanpin.base import N_, InputError, SanpinError
from sanpin.kit.cli import UsageError, output_json, say

if TYPE_CHECKING:
    from sanpin.factory.model import Problem

__all__ = ["Form", "Instance", "Out", "read_bytes", "read_file", "tell_problems", "write_bytes"]
__all__ += ["to_json"]

Form = Annotated[
    str, Parameter(name="--format", help=N_("Format of the problem; auto guesses and says so."))
]
Instance = Annotated[
    int | None, Parameter(help=N_("Number from 1 of the instance, where a file holds several."))
]
Out = Annotated[Path, Parameter(help=N_("File to write."))]


def read_file(
    file: Path, form: str, instance: int | None = None, *, quiet: bool = False
) -> Problem:
    """Read the problem, saying on standard error as which format it was read.

    Parameters
    ----------
    form : name of a format, or ``auto``
    instance : number from 1, for files with several
    quiet : whether the format and the findings are told elsewhere
    """
    from sanpin.factory.engine.formats import FORMATS, guess_format, read_problem, unpack

    known = (*FORMATS, "auto")
    if form not in known:
        raise UsageError(say(N_("--format takes one of: {known}."), known=", ".join(known)))
    if instance is not None and instance < 1:
        raise UsageError(say(N_("--instance counts from 1.")))
    content = read_bytes(file)
    # Readers of formats that hold one problem only need not know of instances.
    which: dict[str, Any] = {} if instance is None else {"instance": instance}
    try:
        if form == "auto":
            content = unpack(content)
            form = guess_format(content, file.name)
            if not quiet:
                sys.stderr.write(say(N_("Read as {form}."), form=form) + "\n")
        return read_problem(content, form, name=file.name, **which)
    except SanpinError as error:
        if not quiet:
            tell_problems(error)
        raise


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
            N_("The file {path} cannot be read."),
            hint=N_("Check the name and the permissions."),
            path=str(file),
        ) from error


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file whole or not at all: it is renamed into place when it is complete.

    Raises
    ------
    InputError
        ``factory.file.unwritable``
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.partial")
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        raise InputError(
            "factory.file.unwritable",
            N_("The file {path} cannot be written."),
            hint=N_("Check the folder, its permissions and the space on the disk."),
            path=str(file),
        ) from error


def tell_problems(error: SanpinError) -> None:
    """List every finding on standard error; the summary line follows from the caller."""
    for each in error.problems:
        sys.stderr.write(f"{each.code}: {say(each.message, **each.fields)}\n")


def to_json(record: object) -> bytes:
    """Return a record as JSON, indented where a person reads it."""
    from sanpin.kit.plain import dump

    return dump(record, indent=not output_json())
