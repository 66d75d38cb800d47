"""Errors carry a stable code, a message, a remedy and the values they speak of."""

import pytest

from sanpin.base import EngineError, InputError, MissingExtra, Problem, SanpinError, StateError


def test_text_joins_message_and_hint_with_their_fields() -> None:
    error = InputError(
        "files.value.number", "Row {row} holds “{value}”.", hint="Mend row {row}.", row=7, value="x"
    )
    assert str(error) == "Row 7 holds “x”. Mend row 7."
    assert error.code == "files.value.number"
    assert error.fields == {"row": 7, "value": "x"}


def test_without_a_hint_the_text_is_the_message() -> None:
    assert str(StateError("db.locked", "The workspace is locked.")) == "The workspace is locked."


@pytest.mark.parametrize(
    ("kind", "status"), [(InputError, 422), (StateError, 409), (EngineError, 500)]
)
def test_each_kind_has_its_status(kind: type[SanpinError], status: int) -> None:
    with pytest.raises(SanpinError) as caught:
        raise kind("a.b.c", "Text")
    assert caught.value.status == status
    assert caught.value.args == ("a.b.c",)


def test_missing_extra_names_the_command() -> None:
    error = MissingExtra("pg", "PostgreSQL")
    assert error.status == 501
    assert "sanpin[pg]" in str(error)
    assert "PostgreSQL" in str(error)


def test_problems_are_kept_in_order_and_read_as_text() -> None:
    problems = [Problem("a", "Row {row}.", {"row": n}) for n in (3, 1)]
    error = InputError("many", "Two.", problems=problems)
    assert [str(problem) for problem in error.problems] == ["Row 3.", "Row 1."]
