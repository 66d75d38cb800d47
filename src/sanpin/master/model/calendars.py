"""Calendar records: working time as a firm keeps it, from which a `Calendar` is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from sanpin.base import N_, Calendar, InputError, Shift, chinese_holidays
from sanpin.master.model.keys import check_code

__all__ = ["CalendarRecord", "shift_from_json", "shift_to_json"]


@dataclass(frozen=True, slots=True)
class CalendarRecord:
    """Shifts, public holidays and a firm's own days off.

    Attributes
    ----------
    code : the firm's own name for it
    shifts : weekly working time
    public_holidays : ``CN`` for those of mainland China with make-up days, empty for none
    holidays, extra_days : the firm's own days off and worked rest days, beside the public ones
    zone : IANA name of the time zone
    """

    code: str
    name_en: str = ""
    name_zh: str = ""
    shifts: tuple[Shift, ...] = ()
    public_holidays: str = ""
    holidays: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()
    zone: str = "Asia/Shanghai"
    sample: bool = False

    def __post_init__(self) -> None:
        check_code(self.code)
        if self.public_holidays not in ("", "CN"):
            raise InputError(
                "master.calendar.region",
                N_("No public holidays are known for “{region}”."),
                hint=N_("Use CN or leave it empty and list the days off."),
                region=self.public_holidays,
            )
        Calendar(self.code, self.shifts, zone=self.zone)

    def calendar(self, years: Iterable[int]) -> Calendar:
        """Build the working-time calendar with the public holidays of some years.

        The firm's own days win over the public ones, in both directions: it may work on a public
        holiday, and rest on a day that the notice makes up.

        Parameters
        ----------
        years : that the calendar will be asked about; other years have no public holidays
        """
        public = [chinese_holidays(year) for year in years] if self.public_holidays else []
        days_off = frozenset[date]().union(*(year.days_off for year in public))
        made_up = frozenset[date]().union(*(year.working_days for year in public))
        return Calendar(
            self.code,
            self.shifts,
            (days_off | self.holidays) - self.extra_days,
            (made_up | self.extra_days) - self.holidays,
            self.zone,
        )


def shift_to_json(shift: Shift) -> dict[str, object]:
    """Write a shift as JSON values: weekdays 0 to 6 and times as HH:MM."""
    return {
        "weekdays": sorted(shift.weekdays),
        "start": _text(shift.start),
        "end": _text(shift.end),
        "breaks": [[_text(start), _text(end)] for start, end in shift.breaks],
    }


def shift_from_json(value: object) -> Shift:
    """Read a shift from JSON values.

    Raises
    ------
    InputError
        ``master.calendar.shift`` when a part is missing or not a weekday or time
    """
    try:
        fields = dict(value)  # type: ignore[call-overload]
        return Shift(
            frozenset(int(day) for day in fields["weekdays"]),
            time.fromisoformat(fields["start"]),
            time.fromisoformat(fields["end"]),
            tuple(
                (time.fromisoformat(start), time.fromisoformat(end))
                for start, end in fields.get("breaks", ())
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "master.calendar.shift",
            N_("A shift of the calendar cannot be read: {value}."),
            hint=N_("Give weekdays (0 to 6), start and end as HH:MM, and breaks as pairs."),
            value=str(value),
        ) from error


def _text(clock: time) -> str:
    """Write a time as HH:MM."""
    return clock.isoformat("minutes")
