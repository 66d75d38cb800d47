"""The audit log only grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from sanpin.base import StateError
from sanpin.kit import audit
from sanpin.kit.context import Actor, Context, Role
from sanpin.kit.schema.tables import AUDIT


def test_an_entry_says_who_did_what(ctx: Context) -> None:
    """With the values before and after."""
    with ctx.db.write() as conn:
        audit.record(conn, ctx, "item.change", "item/1", {"unit": "EA"}, {"unit": "KGM"})
    (entry,) = audit.entries(ctx)
    assert (entry.actor, entry.firm, entry.action) == ("local", "own", "item.change")
    assert (entry.before, entry.after) == ({"unit": "EA"}, {"unit": "KGM"})
    assert entry.at.tzinfo is not None


def test_an_entry_stands_or_falls_with_its_change(ctx: Context) -> None:
    """A change that is undone leaves no trace that it was made."""
    with pytest.raises(StateError), ctx.db.write() as conn:
        audit.record(conn, ctx, "item.change", "item/1")
        raise StateError("a.b", "undone")
    assert audit.entries(ctx) == []


@pytest.mark.parametrize(
    "change",
    [lambda: update(AUDIT).values(actor="nobody"), lambda: delete(AUDIT)],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_change_the_log(ctx: Context, change: Callable[[], object]) -> None:
    """Not even by a statement that goes around our code."""
    with ctx.db.write() as conn:
        audit.record(conn, ctx, "item.change", "item/1")
    with pytest.raises(DBAPIError, match="append-only"), ctx.db.write() as conn:
        conn.execute(change())  # type: ignore[call-overload]
    assert [entry.actor for entry in audit.entries(ctx)] == ["local"]


def test_nothing_in_the_code_changes_the_log() -> None:
    """The module offers to append and to read."""
    assert not {name for name in dir(audit) if name.startswith(("update", "delete", "remove"))}


def test_entries_are_found_by_subject_and_stay_in_their_firm(ctx: Context) -> None:
    """Newest first, page by page."""
    with ctx.db.write() as conn:
        for number in range(4):
            audit.record(conn, ctx, "item.change", f"item/{number % 2}")
    assert len(audit.entries(ctx, subject="item/1")) == 2
    assert audit.entries(ctx, action="other") == []
    first = audit.entries(ctx, limit=3)
    assert [e.subject for e in first] == ["item/1", "item/0", "item/1"]
    assert [e.subject for e in audit.entries(ctx, cursor=first[-1].id)] == ["item/0"]
    assert audit.entries(ctx.acting_as(Actor("zoe", Role.ADMIN, "other"))) == []
