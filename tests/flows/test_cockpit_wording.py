"""Decisions in words: the sentence, the causes, and the table that is downloaded."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.flows.conftest import decisions

from sanpin.flows.cockpit.decisions import Decision, DecisionKind
from sanpin.flows.cockpit.wording import HEADINGS, DecisionWords, decisions_frame
from sanpin.kit.i18n import translate


def test_the_sentence_names_each_kind_with_its_count() -> None:
    assert DecisionWords("en").answer(decisions(), 14) == (
        "**1 order** will be late, **7 items** run out within 14 days, **1 lot** is on hold."
    )


def test_the_sentence_in_chinese() -> None:
    assert DecisionWords("zh-CN").answer(decisions(2), 7) == (
        "**1 张订单**将延误，**2 种物料**将在 7 天内缺货，**1 个批次**冻结。"
    )


def test_an_overloaded_resource_is_named_in_the_singular_and_plural() -> None:
    one = Decision(DecisionKind.OVERLOAD, "kiln", "kiln", "/x", "full")
    words = DecisionWords("en")
    assert words.answer([one], 14) == "**1 resource** is full."
    assert words.answer([one, one], 14) == "**2 resources** are full."


def test_nothing_to_decide_is_said() -> None:
    assert DecisionWords("en").answer([], 14) == "**Nothing** needs a decision today."


def test_a_cause_shows_days_and_amounts_as_people_write_them() -> None:
    short = decisions(1)[0]
    assert DecisionWords("en").why(short) == (
        "runs out Tue 2 Jul (**82%**): 12 in stock, 1,300 expected by then"
    )
    assert DecisionWords("zh-CN").why(short) == (
        "7月2日 周二 缺货（概率 **82%**）：库存 12，届时预期需求 1,300"
    )


def test_lateness_is_translated() -> None:
    late = decisions(0)[0]
    assert late.kind is DecisionKind.LATE
    assert "**2.1 d** late" in DecisionWords("en").why(late)
    assert "延误 **2.1 天**" in DecisionWords("zh-CN").why(late)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1,234,567"),
        (2.5, "2.5"),
        (4.0, "4"),
        (date(2024, 7, 4), "Thu 4 Jul"),
        ("2024-07-04", "Thu 4 Jul"),
        ("2024-13-45", "2024-13-45"),
        ("7 h", "7 h"),
        ("hq-kiln-2", "hq-kiln-2"),
    ],
)
def test_fields_are_written_by_their_kind(value: object, shown: str) -> None:
    one = Decision(DecisionKind.HOLD, "x", "x", "/x", "{it}", {"it": value})
    assert DecisionWords("en").why(one) == shown


def test_a_text_that_formats_its_field_gets_the_number_itself() -> None:
    fields = {"share": 0.256, "n": 4000}
    one = Decision(DecisionKind.HOLD, "x", "x", "/x", "{share:.0%} of {n}", fields)
    assert DecisionWords("en").why(one) == "26% of 4,000"


def test_rows_of_the_page_have_shape_and_word() -> None:
    row = DecisionWords("en").row(decisions(0)[0])
    assert (row["kind"], row["word"], row["thing"]) == ("bad", "Late", "1042 vase")


def test_names_are_those_of_the_reader() -> None:
    late = decisions(0)[0]
    english, chinese = DecisionWords("en"), DecisionWords("zh-CN")
    assert (english.row(late)["thing"], chinese.row(late)["thing"]) == ("1042 vase", "1042 花瓶")
    assert "Kiln 2 works for other orders" in english.why(late)
    assert "窑 2" in chinese.why(late)
    record = chinese.record(late)
    assert (record["subject"], record["fields"]["resource"]) == ("1042", "窑 2")
    assert decisions_frame([late], chinese)["resource"].to_list() == ["窑 2"]


def test_records_for_machines_have_no_marks_of_bold_type() -> None:
    record = DecisionWords("en").record(decisions(1)[0])
    assert "**" not in record["why"]
    assert record["fields"]["stock"] == 12


def test_the_table_has_a_column_for_every_field_of_any_decision() -> None:
    made = decisions(2)
    frame = decisions_frame(made, DecisionWords("en"))
    assert frame.height == len(made)
    assert {"kind", "thing", "why", "url", "due", "stock", "scrap"} <= set(frame.columns)
    assert frame["stock"].dtype == pl.Float64
    assert frame["site"].to_list() == [None, None, None, "hq"]


def test_a_field_of_mixed_kinds_becomes_text() -> None:
    mixed = [
        Decision(DecisionKind.HOLD, "a", "a", "/a", "{x}", {"x": 1}),
        Decision(DecisionKind.HOLD, "b", "b", "/b", "{x}", {"x": "two"}),
    ]
    assert decisions_frame(mixed, DecisionWords("en"))["x"].to_list() == ["1", "two"]


def test_no_decisions_still_have_a_heading() -> None:
    frame = decisions_frame([], DecisionWords("en"))
    assert frame.columns == ["kind", "subject", "thing", "why", "url"]
    assert frame.height == 0


def test_every_heading_is_translated() -> None:
    assert all(translate(text, "zh-CN") != text for text in HEADINGS.values())
