"""What the loop finds to decide: machines without slack, and names in every language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from sanpin.base.calendar import Shift
from sanpin.factory import service as factory
from sanpin.factory.model.plant import Machine
from sanpin.flows.cockpit.decisions import Decision, Text
from sanpin.flows.cockpit.wording import DecisionWords
from sanpin.flows.loop.deciding import FULL_DAYS, _full, _Names
from sanpin.kit.context import Context
from sanpin.kit.files import import_file
from sanpin.master import service as master
from sanpin.master.model import CalendarRecord

DAY = date(2024, 7, 1)
OPEN = 900


class CodesOnly(_Names):
    """Names of a firm that has given none."""

    def __init__(self) -> None:
        self.items, self.sites, self.machines = {}, {}, {}


def full(busy: Sequence[int], opened: Sequence[int] | None = None) -> list[Decision]:
    """Judge a machine by its busy minutes of each day; it is open every day of the week."""
    hours = opened or [OPEN] * len(busy)
    rows = [
        ("kiln", "hq", DAY + timedelta(days=at), open_, work)
        for at, (work, open_) in enumerate(zip(busy, hours, strict=True))
    ]
    load = pl.DataFrame(rows, schema=["machine", "site", "day", "open", "busy"], orient="row")
    scheduled: Any = SimpleNamespace(load=load)
    return list(_full(scheduled, {"kiln": FULL_DAYS * OPEN}, DAY, CodesOnly()))


def test_one_full_day_is_no_overload() -> None:
    """A schedule without delay fills the first days, and ends before the week does."""
    assert full([900, 900, 900]) == []
    assert full([900, 900, 900, 0, 0, 0, 0]) == []


def test_a_week_above_nine_tenths_is_told_with_its_peak() -> None:
    (found,) = full([800, 820, 890, 840, 830, 800, 810])
    assert found.fields["share"] == pytest.approx(5790 / 6300)
    assert found.fields["peak"] == DAY + timedelta(days=2)
    assert found.url == "/factory/schedule?machine=kiln"
    assert DecisionWords("en").why(Decision.of(found.record())) == (
        "busy **92%** of its open time in the next 7 days, most of all on Wed 3 Jul, at hq"
    )


def test_exactly_nine_tenths_is_still_slack() -> None:
    assert full([810] * FULL_DAYS) == []
    assert len(full([810] * 6 + [811])) == 1


def test_what_comes_after_the_week_does_not_count() -> None:
    assert full([500] * FULL_DAYS + [900] * 5) == []


def test_days_that_are_closed_are_no_peak() -> None:
    (found,) = full([890, 0, 890, 895, 890, 890, 1300], [900, 0, 900, 900, 900, 900, 1800])
    assert found.fields["peak"] == DAY + timedelta(days=3)


def test_names_are_kept_in_every_language(ctx: Context) -> None:
    """A name that is the same in both is kept once; a code without a name stays as it is."""
    sites = "code,name,name_zh\nhq,Main plant,总厂\n"
    import_file(ctx, sites.encode(), "sites.csv", kind="sites")
    import_file(ctx, b"code,name,unit\nmug,Mug,EA\n", "items.csv", kind="items")
    import_file(ctx, b"resource,name,site\nK1,Kiln,hq\n", "resources.csv", kind="resources")
    names = _Names(ctx)
    found: dict[str, Text] = {
        "site": names.site("hq"),
        "no site": names.site("moon"),
        "item": names.item("mug"),
        "order": names.item("mug", "7001"),
        "lot of an unknown item": names.item("cup", "L-9"),
        "machine": names.resource("K1"),
        "material": names.resource("mug"),
        "no resource": names.resource("X"),
    }
    assert found == {
        "site": {"en": "Main plant", "zh-CN": "总厂"},
        "no site": "moon",
        "item": "mug Mug",
        "order": "7001 Mug",
        "lot of an unknown item": "L-9",
        "machine": "Kiln",
        "material": "mug Mug",
        "no resource": "X",
    }


@pytest.mark.parametrize(
    ("machine", "english", "chinese"),
    [
        (Machine("PRESS-1", "Pressing 1", "hq", sample=True), "Pressing 1", "冲压 1"),
        (Machine("P", "Pressing 1", "hq"), "Pressing 1", "Pressing 1"),
        (Machine("P", "", "hq"), "P", "P"),
    ],
)
def test_generated_machines_have_a_name_in_each_language(
    machine: Machine, english: str, chinese: str
) -> None:
    assert factory.machine_name(machine, "en") == english
    assert factory.machine_name(machine, "zh-CN") == chinese


def test_open_minutes_follow_the_calendars(ctx: Context) -> None:
    """A machine without a calendar is always open; the others by their shifts."""
    shift = Shift(frozenset(range(5)), time(8), time(17))
    master.put_record(ctx, CalendarRecord("day", shifts=(shift,)))
    machines = b"resource,site,calendar\nK1,hq,day\nK2,hq,\n"
    import_file(ctx, machines, "resources.csv", kind="resources")
    assert factory.open_minutes(ctx, DAY, 7) == {"K1": 5 * 9 * 60, "K2": 7 * 1440}
