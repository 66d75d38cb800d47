"""Working time of a plant around the Spring Festival: shifts, breaks, days off, make-up days.

python examples/working_time.py
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sanpin.base import chinese_holidays
from sanpin.base.calendar import Calendar, OpenTime, Shift

WEEK = frozenset(range(5))  # Monday to Friday


def main() -> None:
    """Print the open windows of ten days, and when a long job would be done."""
    year = chinese_holidays(2025)
    day = Shift(WEEK, time(8), time(17), breaks=((time(12), time(13)),))
    calendar = Calendar(
        "day shift", (day,), holidays=year.days_off, extra_days=year.working_days
    )  # fmt: skip
    for one in (date(2025, 1, 26), date(2025, 1, 28), date(2025, 2, 8), date(2025, 2, 9)):
        print(one, one.strftime("%a"), "works" if calendar.is_working_day(one) else "off")

    zone = ZoneInfo(calendar.zone)
    origin, until = datetime(2025, 1, 26, tzinfo=zone), datetime(2025, 2, 15, tzinfo=zone)
    windows = calendar.windows(origin, until)
    hours = sum(end - start for start, end in windows) / 60
    print(f"{len(windows)} windows, {hours:.0f} open hours")

    # 20 hours of resumable work that begin on the last working morning before the feast.
    open_time = OpenTime(windows)
    begin = open_time.next_open(8 * 60)
    end = open_time.finish(begin, 20 * 60)
    print(f"20 hours from minute {begin} end at minute {end}: day {end // 1440 + 1}")


if __name__ == "__main__":
    main()
