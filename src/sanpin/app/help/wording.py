"""Chinese for the docstrings that are the help of commands and routes.

Docstrings cannot be marked for the catalogue; their Chinese stands in ``zh_CN.txt`` beside this
module, one ``English => 中文`` a line and one line a paragraph. Texts that are marked, such as the
help of a group of commands, have theirs in the catalogue like all others.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sanpin.base import N_
from sanpin.kit.i18n import translate

__all__ = ["in_language", "notes", "paragraphs", "wording"]

_NOTES = {
    "required": N_("required"),
    "default": N_("default: {value}"),
    "choices": N_("choices: {value}"),
}
_NOTE = re.compile(r"\[(required|default|choices)(?:: ([^\]]*))?\]")


@cache
def wording() -> dict[str, str]:
    """Return the Chinese wording of help texts by their English text."""
    text = files(__package__).joinpath("zh_CN.txt").read_text(encoding="utf-8")
    return dict(line.split(" => ", 1) for line in text.splitlines())


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a docstring, each as one line and without marks of code."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return [" ".join(block.split()).replace("``", "") for block in blocks if block.strip()]


def in_language(text: str, language: str) -> str:
    """Return a help text in a language, paragraph by paragraph.

    Parameters
    ----------
    text : English, as in the docstring
    language : ``en`` or ``zh-CN``
    """
    return "\n\n".join(_paragraph(one, language) for one in paragraphs(text))


def _paragraph(text: str, language: str) -> str:
    found = wording().get(text) if language == "zh-CN" else None
    return found or translate(text, language)


def notes(text: str, language: str) -> str:
    """Return what stands in brackets behind a help text, in a language.

    Parameters
    ----------
    text : such as ``[default: 14] [required]``
    language : ``en`` or ``zh-CN``
    """
    return _NOTE.sub(
        lambda found: f"[{translate(_NOTES[found[1]], language, value=found[2] or '')}]", text
    )
