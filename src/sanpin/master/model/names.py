"""Names in two languages: the one that a reader sees."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Named", "name_of"]


class Named(Protocol):
    """A record with a code and names in English and Chinese, of which any may be empty."""

    @property
    def code(self) -> str:
        """The firm's own number, never empty."""
        ...

    @property
    def name_en(self) -> str:
        """English name."""
        ...

    @property
    def name_zh(self) -> str:
        """Chinese name."""
        ...


def name_of(record: Named, language: str) -> str:
    """Return the name in a language, else in the other one, else the code.

    Parameters
    ----------
    language : ``zh-CN``; anything else reads English first
    """
    names = (record.name_en, record.name_zh)
    first, second = reversed(names) if language == "zh-CN" else names
    return first or second or record.code
