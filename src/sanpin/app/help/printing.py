# ruff: noqa: ARG002 - the library hands its console options to every part
"""How the help of one command is printed: usage, description and lists, all translated.

The command-line library collects the parts; it can only print them in English and in boxes. Here
they are printed like the overview of all commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sanpin.app.help.wording import in_language, notes
from sanpin.base import N_
from sanpin.kit.cli import options as chosen
from sanpin.kit.cli import say

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

__all__ = ["HelpPrinter"]

_TITLES = {
    "Commands": N_("Commands"),
    "Arguments": N_("Arguments"),
    "Parameters": N_("Options"),
}
_PLACES = {
    "COMMAND": N_("COMMAND"),
    "[OPTIONS]": N_("[OPTIONS]"),
    "[ARGS]": N_("[ARGUMENT]"),
    "[ARGS...]": N_("[ARGUMENT...]"),
}
_PLACE = re.compile("|".join(re.escape(word) for word in sorted(_PLACES, key=len, reverse=True)))


class HelpPrinter:
    """Prints the parts of a command's help as the command-line library hands them over."""

    def render_usage(self, console: Console, options: ConsoleOptions, usage: object) -> None:
        """Print how the command is typed, with words for what is to be filled in.

        Parameters
        ----------
        usage : line that begins with ``sanpin``
        """
        line = _PLACE.sub(lambda found: say(_PLACES[found[0]]), str(usage).strip())
        console.print(Text(say(N_("Usage: {line}"), line=line), "bold"))

    def render_description(
        self, console: Console, options: ConsoleOptions, description: object
    ) -> None:
        """Print what the command does, all paragraphs of it.

        Parameters
        ----------
        description : text in the wrapping of the command-line library
        """
        text = in_language(_plain(description), chosen().language)
        if text:
            console.print()
            console.print(Text(text))

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Print one list: commands, arguments or options.

        Parameters
        ----------
        panel : title and entries
        """
        if not panel.entries:
            return
        title = _plain(panel.title)
        table = Table.grid(padding=(0, 2))
        table.add_column(overflow="fold", max_width=max(console.width * 2 // 5, 12))
        table.add_column(overflow="fold")
        for entry in panel.entries:
            names = ", ".join(entry.display_labels_with_metavar)
            table.add_row(Text(names), Text(_meaning(entry)))
        console.print(f"\n{say(_TITLES.get(title, title))}", highlight=False, markup=False)
        console.print(Padding(table, (0, 0, 0, 2)))


def _meaning(entry: HelpEntry) -> str:
    """Return what an entry does, with its choices, its default and whether it is required."""
    language = chosen().language
    marks = [
        f"[choices: {', '.join(entry.choices)}]" if entry.choices else "",
        f"[default: {entry.default}]" if entry.default is not None else "",
        "[required]" if entry.required else "",
    ]
    words = [in_language(_plain(entry.description), language)]
    return " ".join(filter(None, [*words, *(notes(mark, language) for mark in marks)]))


def _plain(part: Any) -> str:
    """Return the characters of a text that the library has wrapped for printing."""
    return str(getattr(part, "primary_renderable", part) or "")
