"""Problem files that were sent: kept as they came, read when somebody asks.

A file is kept for a week, so that its format can be chosen after it was sent. The problem of a
search is kept for good, in the native format, for its Run must be able to do it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import polars as pl

from sanpin.base import N_, InputError
from sanpin.factory.model import Problem
from sanpin.factory.model.asked import BODY_MEGABYTES
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.lake import Dataset
from sanpin.kit.settings import get_number

__all__ = [
    "FORMAT_LABELS",
    "Reading",
    "body_limit",
    "find_kept",
    "formats",
    "keep_content",
    "keep_problem",
    "keep_problem_file",
    "keep_sample_problem",
    "native_problem",
    "parse_file",
    "problem_document",
    "read_kept",
    "read_problem_file",
]

DOMAIN = "factory"
FILE, PROBLEM, START = "problem_file", "problem", "start"
KEPT = timedelta(days=7)
_SAMPLE_JOBS, _SAMPLE_MACHINES, _SAMPLE_SEED = 40, 12, 7

FORMAT_LABELS: Mapping[str, str] = {
    "sanpin": N_("Native problem as JSON, with every feature"),
    "jsp": N_("Job shop: pairs of machine and duration"),
    "fjsp": N_("Flexible job shop: alternative machines"),
    "fjsp-w": N_("Flexible job shop with workers"),
    "ops": N_("Online printing shop as JSON"),
    "upmsp": N_("Parallel machines with set-ups"),
    "wt": N_("Weighted tardiness on one machine, many instances in a file"),
    "wtsds": N_("Weighted tardiness with set-ups on one machine"),
    "hfsp": N_("Hybrid flow shop"),
}
"""What people call the formats."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A kept file as it was understood.

    Attributes
    ----------
    id, name : of the file
    form : format by which it was read
    guessed : whether that was guessed
    instance : chosen one of several; None for the only one
    problem : what stands in it; None when it was refused
    refusal : why it was refused
    """

    id: str
    name: str
    form: str
    guessed: bool
    instance: int | None
    problem: Problem | None
    refusal: InputError | None = None

    @property
    def unrecognised(self) -> bool:
        """Whether no format could be guessed, so that somebody must name it."""
        return self.refusal is not None and self.refusal.code == "factory.problem.unrecognised"

    @property
    def instances(self) -> int:
        """How many problems stand in a file of which one must be chosen; 0 for any other."""
        refused = self.refusal is not None and self.refusal.code == "factory.problem.instance"
        return int(str(self.refusal.fields["count"])) if self.refusal and refused else 0


def body_limit(ctx: Context) -> int:
    """Return how many bytes the firm lets a problem have."""
    return int(get_number(ctx, BODY_MEGABYTES)) * 2**20


def formats() -> list[dict[str, object]]:
    """Return the formats by name, each with its label and whether a file holds several."""
    from sanpin.factory.engine.formats import FORMATS

    return [
        {"format": name, "label": FORMAT_LABELS.get(name, name), "several": form.several}
        for name, form in FORMATS.items()
    ]


def parse_file(
    content: bytes, form: str = "auto", *, name: str = "", instance: int | None = None
) -> Problem:
    """Read a problem of any format; one without a name is called like its file.

    Parameters
    ----------
    content : of the file, packed by gzip or in a zip of one member or not
    form : name of the format, ``auto`` to guess
    instance : number from 1 where a file holds several
    """
    from sanpin.factory.engine.formats import read_problem

    problem = read_problem(content, form, name=name, instance=instance)
    if problem.name or not name:
        return problem
    return replace(problem, name=name if instance is None else f"{name} #{instance}")


def native_problem(record: Mapping[str, Any]) -> Problem:
    """Read a native problem from a JSON object; every finding is reported at once."""
    from sanpin.factory.engine.formats.native import parse_native

    return parse_native(dict(record))


def problem_document(problem: Problem) -> dict[str, Any]:
    """Return a problem as the native document."""
    from sanpin.factory.engine.formats.writer import problem_record

    return problem_record(problem)


def keep_problem_file(ctx: Context, content: bytes, name: str) -> str:
    """Keep a file that was sent, and let go of those that nobody came back for; return its id."""
    ctx.require(Role.PLANNER)
    short = PurePosixPath(PureWindowsPath(name).name).name[:200] or "file"
    oldest = ctx.now() - KEPT
    with ctx.db.write() as conn:
        for old in ctx.lake.list(conn, firm=ctx.firm, domain=DOMAIN, name=FILE):
            if old.created < oldest:
                ctx.lake.remove(conn, old)
    return keep_content(ctx, FILE, content, short, {}).id


def keep_problem(ctx: Context, problem: Problem) -> Dataset:
    """Keep a problem in the native format; an equal one is kept once."""
    from sanpin.factory.engine.formats.writer import problem_bytes

    facts = {"jobs": len(problem.jobs), "operations": problem.operation_count}
    return keep_content(ctx, PROBLEM, problem_bytes(problem), problem.name, facts)


def keep_sample_problem(ctx: Context, kind: str) -> str:
    """Generate a sample plant with two weeks of orders, keep it, and return its id."""
    from sanpin.factory.sample.plants import generate, least_machines

    machines = max(_SAMPLE_MACHINES, least_machines(kind))
    problem = generate(kind, _SAMPLE_JOBS, machines, _SAMPLE_SEED)
    return keep_problem(ctx, problem).id


def keep_content(
    ctx: Context, kind: str, content: bytes, name: str, facts: Mapping[str, Any]
) -> Dataset:
    """Keep bytes under their own hash, unless they are kept already.

    Parameters
    ----------
    kind : ``problem_file``, ``problem`` or ``start``
    name : for people
    facts : figures to keep beside it
    """
    ctx.require(Role.PLANNER)
    key = hashlib.sha256(content).hexdigest()
    with ctx.db.write() as conn:
        known = ctx.lake.latest(conn, DOMAIN, kind, ctx.firm, key)
        if known is not None and known.meta.get("name") == name:
            return known
        frame = pl.DataFrame({"content": [content]}, schema={"content": pl.Binary})
        meta = {"name": name, **facts}
        return ctx.lake.write(conn, DOMAIN, kind, frame, firm=ctx.firm, meta=meta, key=key)


def find_kept(ctx: Context, identifier: str, *kinds: str) -> Dataset:
    """Return a dataset of the caller's firm, if it is of one of these kinds.

    Raises
    ------
    InputError
        ``factory.solve.unknown`` (404), also for what belongs to another firm
    """
    try:
        found = ctx.lake.get(identifier)
    except InputError as error:
        raise _unknown(identifier) from error
    if (found.firm, found.domain) != (ctx.firm, DOMAIN) or found.name not in kinds:
        raise _unknown(identifier)
    return found


def _unknown(identifier: str) -> InputError:
    """Return the refusal of a file that is gone, was never there, or is of another firm."""
    error = InputError(
        "factory.solve.unknown",
        N_("The problem {id} is no longer here."),
        hint=N_("Send its file again."),
        id=identifier,
    )
    error.status = 404
    return error


def read_kept(ctx: Context, identifier: str, *kinds: str) -> bytes:
    """Return the bytes of a kept dataset."""
    content: bytes = ctx.lake.read(find_kept(ctx, identifier, *kinds))["content"][0]
    return content


def read_problem_file(
    ctx: Context, identifier: str, form: str = "auto", instance: int | None = None
) -> Reading:
    """Read a kept file; what cannot be read says why, so that another format may be chosen."""
    from sanpin.factory.engine.formats import guess_format, unpack

    kept = find_kept(ctx, identifier, FILE, PROBLEM)
    name = str(kept.meta.get("name", ""))
    content = read_kept(ctx, identifier, FILE, PROBLEM)
    chosen = form
    try:
        content = unpack(content)
        chosen = guess_format(content, name) if form == "auto" else form
        problem = parse_file(content, chosen, name=name, instance=instance)
    except InputError as error:
        return Reading(identifier, name, chosen, form == "auto", instance, None, error)
    return Reading(identifier, name, chosen, form == "auto", instance, problem)
