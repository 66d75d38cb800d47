"""Parameters and figures of Runs in words: units, signs, directions, headings."""

from __future__ import annotations

import pytest

from sanpin.app.web.runs.labels import BETTER, GROUPS, LABELS, SHARES
from sanpin.app.web.runs.measures import Measures
from sanpin.kit.i18n import translate
from sanpin.kit.runs import Difference, MetricChange

WORDS = Measures("en")


def change(name: str, a: object, b: object) -> dict[str, object]:
    """Return the row of a figure of two Runs."""
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    difference = b - a if numbers and not isinstance(a, bool) else None  # type: ignore[operator]
    (group,) = WORDS.compared([MetricChange(name, a, b, difference, None)])
    return group.rows[0]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("lots", 553, "553"),
        ("pieces", 104046.0, "104,046"),
        ("rmsse", 0.6411833, "0.641"),
        ("wape", 1234.56, "1,234.6"),
        ("valid", True, "yes"),
        ("valid", False, "no"),
        ("service_level", 0.95, "95.0%"),
        ("setup_minutes", 90, "1 h 30 min"),
        ("schedule_seconds", 120.0, "2 min"),
        ("step_seconds.plan", 75, "1 min 15 s"),
        ("tardiness_minutes", 97239, "1,620 h 39 min"),
        ("forecast_seconds", 4.736, "4.7 s"),
        ("seconds", 0, "0 s"),
        ("as_of", "2011-09-16", "Fri 16 Sept 2011"),
        ("problem_hash", "1a90", "1a90"),
        ("problem_hash", 8 * "12345678", "123456781234"),
        ("status", "feasible", "found"),
        ("rmsse", None, "–"),
        ("missing", "", "–"),
        ("summary.scoreboard.quality.on_time_share", 96.02, "96.020 %"),
        ("summary.scoreboard.brand.countries", 29.0, "29 countries"),
    ],
)
def test_values_are_written_by_their_name(name: str, value: object, text: str) -> None:
    assert WORDS.text(name, value) == text


@pytest.mark.parametrize(
    ("name", "a", "b", "difference", "direction"),
    [
        ("lots", 500, 553, "+53", "↑ more"),
        ("late_orders", 10, 21, "+11", "↑ worse"),
        ("late_orders", 21, 10, "\N{MINUS SIGN}11", "↓ better"),
        ("first_pass_yield", 0.97, 0.98, "+1.0 points", "↑ better"),
        ("setup_minutes", 90, 60, "\N{MINUS SIGN}30 min", "↓ better"),
        ("steps", 48, 48, "0", "unchanged"),
        ("valid", True, False, "–", "changed"),
        ("gone", 3, None, "–", "changed"),
        ("summary.scoreboard.quality.scrap_rate", 2.0, 2.5, "+0.50", "↑ worse"),
        ("summary.scoreboard.brand.countries", 30, 29, "\N{MINUS SIGN}1", None),
    ],
)
def test_changes_have_sign_unit_and_direction(
    name: str, a: object, b: object, difference: str, direction: str | None
) -> None:
    row = change(name, a, b)
    assert str(row["difference"]).lstrip("±") == difference
    assert direction is None or row["direction"] == direction


def test_names_stand_under_their_headings() -> None:
    """Unknown names keep themselves; a name may have a label of its own in one place."""
    groups = WORDS.groups({"summary": {"orders": 9, "plan": {"make_orders": 2}}, "mood": {"x": 1}})
    assert [(one.label, one.rows[0]["label"]) for one in groups] == [
        ("In all", "Order lines"),
        ("Plan", "Make orders"),
        ("mood", "x"),
    ]


def test_parameters_that_differ_are_named_in_the_language() -> None:
    (row,) = Measures("zh-CN").differing([Difference("plan_days", 14, 7)])
    assert (row["label"], row["a"], row["b"]) == ("计划天数", "14", "7")


def test_every_label_is_translated() -> None:
    """And what is better at something, or a share, has a label."""
    for text in {*LABELS.values(), *GROUPS.values()}:
        assert translate(text, "zh-CN") != text, text
    assert set(BETTER) | SHARES <= set(LABELS)
