"""Faults of imported rows, collected and refused together with their row and column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.kit.files import refuse_rows
from sanpin.kit.i18n import translate

if TYPE_CHECKING:
    import polars as pl

    from sanpin.kit.files import Source

__all__ = ["Faults"]


@dataclass
class Faults:
    """What is wrong with which row of a file.

    Examples
    --------
    >>> faults = Faults(ctx, source)          # doctest: +SKIP
    >>> with faults.row(7):
    ...     Item(**values)
    >>> faults.refuse()
    """

    ctx: Context
    source: Source
    found: list[tuple[int, InputError]] = field(default_factory=list)

    @contextmanager
    def row(self, number: int) -> Iterator[None]:
        """Note a refusal instead of raising it, under the row's number."""
        try:
            yield
        except InputError as error:
            self.found.append((number, error))

    def refuse(self) -> None:
        """Refuse the whole file if any row was refused; the reasons are in its list."""
        if self.found:
            raise refuse_rows(self.ctx, self.source.name, self._table())

    def _table(self) -> pl.DataFrame:
        """Return the bad rows as the list of a refused file needs them, by row."""
        import polars as pl

        from sanpin.kit.files.parse import BAD_COLUMNS

        rows: list[dict[str, Any]] = [
            {
                "row": row,
                "column": str(error.fields.get("column", "")),
                "value": str(error.fields.get("value", "")),
                "code": error.code,
                "reason": _spoken(error, self.ctx.language),
                "limit": "",
            }
            for row, error in sorted(self.found, key=lambda pair: pair[0])
        ]
        return pl.DataFrame(rows, schema=BAD_COLUMNS)


def _spoken(error: InputError, language: str) -> str:
    """Return the reason in the reader's language, with its braces kept from being filled again."""
    text = translate(error.message, language, **error.fields)
    return text.replace("{", "{{").replace("}", "}}")
