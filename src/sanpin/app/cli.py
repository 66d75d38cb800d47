"""The command ``sanpin``: global options, its own help, and dispatch to lazily loaded commands.

The overview is printed without loading the command-line library: people ask for help often, and
it should answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sanpin.base import N_, EngineError, SanpinError
from sanpin.kit.registry import domains

if TYPE_CHECKING:
    from cyclopts import App

__all__ = ["Command", "application", "commands", "main"]


@dataclass(frozen=True, slots=True)
class Command:
    """A top-level command: its name, the import string of its app or function, and one line.

    Attributes
    ----------
    name : what is typed after ``sanpin``
    target : import string, loaded only when the command is used or asked for help
    help : one line, as a catalogue key
    group : heading under which the overview lists it
    """

    name: str
    target: str
    help: str
    group: str


START, WORK, DOMAINS, CARE = N_("Start"), N_("Work"), N_("Domains"), N_("Care")

_OWN = (
    Command("demo", "sanpin.app.demo:demo", N_("Run everything on the sample company."), START),
    Command("init", "sanpin.app.commands.workspace:init", N_("Make a workspace."), START),
    Command("serve", "sanpin.app.commands.serving:serve", N_("Serve the pages."), START),
    Command("import", "sanpin.app.commands.files:import_", N_("Import a file."), WORK),
    Command("export", "sanpin.app.commands.files:export", N_("Export all rows of a list."), WORK),
    Command("runs", "sanpin.app.commands.runs:app", N_("List, show, compare, re-run."), WORK),
    Command("status", "sanpin.app.commands.workspace:status", N_("What it holds."), CARE),
    Command("doctor", "sanpin.app.commands.doctor:doctor", N_("Check the installation."), CARE),
    Command("user", "sanpin.app.commands.access:user", N_("Who may sign in."), CARE),
    Command("key", "sanpin.app.commands.access:key", N_("Keys for programs."), CARE),
)  # fmt: skip


def commands() -> list[Command]:
    """Return every top-level command: our own, those of flows, and one per domain."""
    found = list(_OWN)
    for domain in domains():
        for name, one in domain.commands.items():
            # Domains describe their commands; nothing here has to know which domains there are.
            found.append(Command(name, one.target, one.help, WORK))
        if domain.cli:
            found.append(Command(domain.name, domain.cli, domain.label, DOMAINS))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 good, 1 refused or no, 2 wrong usage.

    Parameters
    ----------
    arguments : the words after ``sanpin``; those of the process by default
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    from sanpin.kit.cli import guarded, use_options

    _never_choke_on_text()
    return guarded(lambda: _in_plain_words(lambda: _dispatch(use_options(words))))


def _never_choke_on_text() -> None:
    """Let a terminal that knows no Chinese show marks instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _in_plain_words(command: Callable[[], int]) -> int:
    """Run a command; a fault of the disk or of ours becomes a refusal in plain words.

    With ``SANPIN_DEBUG`` set the fault is shown as Python shows it.
    """
    from sanpin.kit.cli import UsageError

    try:
        return command()
    # These have words of their own; a reader that closes the pipe, such as head, is no error.
    except (SanpinError, UsageError, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("SANPIN_DEBUG"):
            raise
        raise _plain_words(error) from error


def _plain_words(error: Exception) -> SanpinError:
    """Return the refusal that tells an unexpected error."""
    from sanpin.kit.db.faults import from_disk

    fault = from_disk(error, str(error.filename or ".")) if isinstance(error, OSError) else None
    return fault or EngineError(
        "app.unexpected",
        N_("Something went wrong that should not have: {reason}."),
        hint=N_("Please report it; with SANPIN_DEBUG=1 the command shows where it happened."),
        reason=f"{type(error).__name__}: {error}".rstrip("."),
    )


def _dispatch(words: list[str]) -> int:
    """Answer the overview and the version at once, and leave everything else to the library."""
    if words in ([], ["--help"], ["-h"], ["help"]):
        print(_overview())
        return 0
    if words == ["--version"]:
        from sanpin import __version__

        print(f"sanpin {__version__}")
        return 0
    return _run(words)


def application() -> App:
    """Build the command line with every command; each is loaded when it is first used."""
    from cyclopts import App, Parameter

    from sanpin.app.help.printing import HelpPrinter

    # "--no-dry-run" and defaults that are empty only lengthen the help.
    plain = Parameter(negative=(), show_default=lambda value: value or None)
    app = App(
        name="sanpin",
        help_flags=["--help", "-h"],
        help_format="plaintext",
        help_formatter=HelpPrinter(),
        version_flags=[],
        result_action=_code,
        suppress_keyboard_interrupt=False,
        default_parameter=plain,
    )
    for command in commands():
        # The line of the overview is not handed over: it would hide the help of the command.
        app.command(command.target, name=command.name)
    return app


def _run(words: list[str]) -> int:
    """Run one command and return its exit code; wrong usage is told in our own words."""
    from cyclopts import CycloptsError

    from sanpin.kit.cli import UsageError

    try:
        return int(application()(words, exit_on_error=False, print_error=False) or 0)
    except CycloptsError as error:
        from sanpin.app.usage import wrong_usage

        raise UsageError(wrong_usage(error)) from error


def _code(result: object) -> int:
    """Return the exit code that a command asks for, 0 when it returns nothing."""
    return result if isinstance(result, int) else 0


def _overview() -> str:
    """Return the list of all commands, in groups, as ``sanpin`` alone prints it."""
    from sanpin.kit.cli import say

    lines = [say(N_("Sanpin 三品: from market signals to traced goods, and back.")), ""]
    lines.append(say(N_("Usage: sanpin COMMAND [OPTIONS]")))
    width = max(len(command.name) for command in commands()) + 2
    for group in (START, WORK, DOMAINS, CARE):
        lines += ["", say(group)]
        for command in commands():
            if command.group == group:
                lines.append(f"  {command.name:<{width}}{say(command.help)}")
    lines += ["", say(N_("Everywhere: --workspace DIR, --lang en|zh, --json, --help"))]
    return "\n".join(lines)
