"""Readers and writers of problems and schedules; one module per format.

Readers take bytes. `FORMATS` is the registry: commands and services take the names from it.
`auto` guesses the format from the content, with the name as a help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sanpin.base import N_, InputError
from sanpin.factory.engine.formats.collection import paused_collection
from sanpin.factory.engine.formats.fjsp import read_fjsp
from sanpin.factory.engine.formats.fjsp_workers import read_fjsp_workers
from sanpin.factory.engine.formats.guess import guess_format
from sanpin.factory.engine.formats.hfsp import read_hfsp
from sanpin.factory.engine.formats.jsp import read_jsp
from sanpin.factory.engine.formats.native import read_native
from sanpin.factory.engine.formats.ops import read_ops
from sanpin.factory.engine.formats.packing import unpack
from sanpin.factory.engine.formats.upmsp import read_upmsp
from sanpin.factory.engine.formats.wt import choose_instance, read_wt
from sanpin.factory.engine.formats.wtsds import read_wtsds
from sanpin.factory.model import Problem

__all__ = ["FORMATS", "Format", "guess_format", "read_problem", "unpack"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that problems are read from.

    Attributes
    ----------
    name : as commands name it
    read : reader of a file, or of one of its instances when there are several
    several : whether one file holds several instances
    """

    name: str
    read: Callable[[bytes, int | None], Problem]
    several: bool = False


def _single(read: Callable[[bytes], Problem]) -> Callable[[bytes, int | None], Problem]:
    """Return a reader of the only instance of a file; no other can be asked for."""

    def read_only(content: bytes, instance: int | None) -> Problem:
        choose_instance(instance, 1)
        return read(content)

    return read_only


_SINGLE: dict[str, Callable[[bytes], Problem]] = {
    "sanpin": read_native,
    "jsp": read_jsp,
    "fjsp": read_fjsp,
    "fjsp-w": read_fjsp_workers,
    "ops": read_ops,
    "upmsp": read_upmsp,
    "wtsds": read_wtsds,
    "hfsp": read_hfsp,
}

FORMATS: dict[str, Format] = {
    **{name: Format(name, _single(read)) for name, read in _SINGLE.items()},
    "wt": Format("wt", read_wt, several=True),
}


def read_problem(
    content: bytes, form: str = "auto", *, name: str = "", instance: int | None = None
) -> Problem:
    """Read a problem from the bytes of a file, unpacking `.gz` and one-member `.zip`.

    Parameters
    ----------
    content : the file
    form : a name of `FORMATS`, or ``auto``
    name : the file's name, a help for guessing
    instance : number from 1 of an instance; required where a file holds several

    Returns
    -------
    The problem; its names are those of the file, or 0-based numbers in the numeric formats.

    Raises
    ------
    InputError
        ``factory.problem.format`` for an unknown format, ``factory.problem.instance``, else what
        the reader finds
    """
    plain = unpack(content)
    chosen = FORMATS.get(guess_format(plain, name) if form == "auto" else form)
    if chosen is None:
        raise InputError(
            "factory.problem.format",
            N_("“{form}” is not a known problem format."),
            hint=N_("Use one of: {known}."),
            form=form,
            known=", ".join((*FORMATS, "auto")),
        )
    with paused_collection():
        return chosen.read(plain, instance)
