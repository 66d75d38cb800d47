"""Text for PostgreSQL, which keeps every character but one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["forgive_nul"]


def forgive_nul(connection: Connection[Any]) -> None:
    """Let a new connection write text with U+0000, which PostgreSQL cannot keep.

    In its place goes the sign for a character that was lost. A partner's file that holds one by
    mistake is captured as on SQLite, and a question that holds one finds nothing.
    """
    from psycopg.types.string import StrDumper, StrDumperUnknown, StrDumperVarchar

    for kind in (StrDumperVarchar, StrDumper, StrDumperUnknown):
        connection.adapters.register_dumper(str, _forgiving(kind))


def _forgiving(kind: Any) -> Any:
    """Make the class that writes text like `kind`, whatever its characters."""

    def dump(self: Any, text: str) -> Any:
        """Write a text without U+0000."""
        return kind.dump(self, text.replace("\0", "\ufffd") if "\0" in text else text)

    return type(kind.__name__, (kind,), {"dump": dump})
