"""Wrong usage in the reader's language: what the command-line library found, said by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanpin.base import N_
from sanpin.kit.cli import say

if TYPE_CHECKING:
    from cyclopts import CycloptsError

__all__ = ["wrong_usage"]


def wrong_usage(error: CycloptsError) -> str:
    """Return one or two lines: what is wrong with the command line, and where to look.

    Parameters
    ----------
    error : what the command-line library raised

    Notes
    -----
    The library's own messages are English and differ from version to version; ours are in the
    catalogue and end with the command whose help explains it.
    """
    words = [word for word in error.command_chain or () if word]
    command = " ".join(["sanpin", *words])
    return f"{_problem(error)}\n{say(N_('See “{command} --help”.'), command=command)}"


def _problem(error: CycloptsError) -> str:
    """Say the problem; kinds that we have no words for keep the library's."""
    from cyclopts import exceptions as kinds

    match error:
        case kinds.UnknownCommandError():
            word = (error.unused_tokens or ["?"])[0]
            return say(N_("There is no command “{word}”."), word=word)
        case kinds.UnknownOptionError():
            word = error.token.keyword or error.token.value
            return say(N_("There is no option {word}."), word=word)
        case kinds.MissingArgumentError() if error.argument is not None:
            name = error.argument.name
            return say(N_("{name} is missing, or has no value."), name=_shown(name))
        case kinds.CoercionError() if error.token is not None:
            name = error.token.keyword or (error.argument.name if error.argument else "")
            text = N_("“{value}” is no value for {name}.")
            return say(text, value=error.token.value, name=_shown(name))
        case kinds.UnusedCliTokensError():
            word = (error.unused_tokens or ["?"])[0]
            return say(N_("“{word}” is one word too many."), word=word)
        case kinds.RepeatArgumentError():
            return say(N_("{name} was given more than once."), name=error.token.keyword or "")
    return str(error)


def _shown(name: str) -> str:
    """Write an option as it is typed, and an argument in capitals as the help shows it."""
    bare = name.lstrip("-")
    return name if name.startswith("--") and not bare.isupper() else bare.upper()
