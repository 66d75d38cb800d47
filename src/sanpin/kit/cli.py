"""What the commands share: global options, the workspace, results, progress, refusals.

The global options ``--workspace``, ``--lang`` and ``--json`` may stand anywhere on the line; they
are taken out before the command sees it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sanpin.base import N_, Progress, SanpinError
from sanpin.kit.i18n import environment_language, normalise, plural, translate, translate_error

if TYPE_CHECKING:
    from sanpin.kit.context import Context
    from sanpin.kit.workspace import Workspace

__all__ = [
    "Options",
    "UsageError",
    "cli_progress",
    "current_context",
    "current_workspace",
    "guarded",
    "ngettext",
    "options",
    "output_json",
    "print_result",
    "say",
    "use_options",
]


@dataclass(frozen=True, slots=True)
class Options:
    """The global options of one command line.

    Attributes
    ----------
    workspace : folder named on the line, None to look for one
    language : ``en`` or ``zh-CN``
    json : whether standard output is for a program
    """

    workspace: Path | None = None
    language: str = "en"
    json: bool = False


_REMEDIES: Mapping[str, str] = {
    "runs.run.unknown": N_("List the runs with “sanpin runs list”."),
}
"""What to do at the command line about refusals that speak to every face, by code."""

_OPTIONS: ContextVar[Options] = ContextVar("sanpin_options", default=Options())  # noqa: B039 - frozen


class UsageError(Exception):
    """The command line itself is wrong: exit code 2."""


def options() -> Options:
    """Return the global options of this command line."""
    return _OPTIONS.get()


def output_json() -> bool:
    """Whether standard output must hold exactly one JSON document."""
    return options().json


def use_options(words: Sequence[str]) -> list[str]:
    """Take the global options out of a command line, keep them, and return the rest."""
    found = Options(language=environment_language(os.environ))
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *waiting]
        elif word == "--json":
            found = replace(found, json=True)
        elif name in ("--workspace", "--lang"):
            value = value if equals else next(waiting, "")
            found = _with(found, name, value)
        else:
            rest.append(word)
    _OPTIONS.set(found)
    return rest


def _with(found: Options, name: str, value: str) -> Options:
    """Options with one more value, or the complaint that it is none."""
    if name == "--workspace" and value:
        return replace(found, workspace=Path(value))
    language = normalise(value)
    if name == "--lang" and language:
        return replace(found, language=language)
    _OPTIONS.set(found)
    if name == "--workspace":
        raise UsageError(say(N_("--workspace needs the folder of a workspace.")))
    raise UsageError(say(N_("--lang takes en or zh, not “{value}”."), value=value))


def say(message: str, **fields: object) -> str:
    """Return a marked text in the language of this command line."""
    return translate(message, options().language, **fields)


def ngettext(singular: str, several: str, count: int, **fields: object) -> str:
    """Return the form of a text that fits `count` in the language of this command line."""
    return plural(singular, several, count, options().language, **fields)


def current_workspace() -> Workspace:
    """Find the workspace that this command line is meant for, naming one merely remembered."""
    from sanpin.kit.workspace import REMEMBERED, find_workspace

    def tell(path: Path) -> None:
        print(say(REMEMBERED, path=path), file=sys.stderr, flush=True)

    return find_workspace(options().workspace, tell=tell)


def current_context() -> Context:
    """Open the workspace that this command line is meant for; close it with `with`."""
    # The database and the lake are slow to import; help and wrong usage do not wait for them.
    from sanpin.kit.context import open_context

    return open_context(current_workspace(), language=options().language)


def print_result(value: object, text: Callable[[], str] | None = None) -> None:
    """Print a result: one JSON document with ``--json``, else the text made for people."""
    if output_json() or text is None:
        from sanpin.kit.plain import dump

        sys.stdout.buffer.write(dump(value, indent=not output_json()) + b"\n")
        sys.stdout.buffer.flush()
        return
    line = text()
    if line:
        print(line)


@contextmanager
def cli_progress(title: str) -> Iterator[Progress]:
    """Show live progress on standard error where a person watches; stay silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _share, _message: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say(title), total=1.0)

        def show(share: float, message: str) -> None:
            bar.update(task, completed=share, description=say(message) if message else None)

        yield show


def guarded(command: Callable[[], int]) -> int:
    """Run a command and return its exit code, telling a refusal in the reader's language.

    Returns
    -------
    0 good; 1 refused input or state, or the answer is no; 2 wrong usage; 130 interrupted.
    """
    try:
        return command()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except SanpinError as error:
        error.hint = _REMEDIES.get(error.code, error.hint)
        print(translate_error(error, options().language), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone, as with `| head`; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
