"""Sites, calendars and customers of the sample: one main plant with two satellites.

The towns are real, so that distances make sense; the plants, their people and their keys are
invented. The main plant and the first satellite run two shifts, the second satellite one, so
that moving work between them changes when it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from sanpin.base import Shift
from sanpin.master.model import CalendarRecord, Partner, PartnerKind, Site
from sanpin.master.sample.keys import sample_gln

__all__ = ["calendars", "customer_code", "customers", "own_firm", "sites"]

TWO_SHIFTS = "two-shifts"
DAY_SHIFT = "day-shift"
_MONDAY_TO_SATURDAY = frozenset(range(6))
_MONDAY_TO_FRIDAY = frozenset(range(5))
_LUNCH = (time(11, 30), time(12))
_SUPPER = (time(18), time(18, 30))

_SITES = f"""
hq    | Main plant        | 总厂       | Rongchang | 29.405 | 105.594 | {TWO_SHIFTS}
sat-1 | Satellite plant 1 | 卫星工厂一 | Yongchuan | 29.356 | 105.927 | {TWO_SHIFTS}
sat-2 | Satellite plant 2 | 卫星工厂二 | Bishan    | 29.592 | 106.227 | {DAY_SHIFT}
"""
"""Code, names, town, latitude, longitude and calendar of each site."""

_COUNTRIES = """
Australia 澳大利亚, Austria 奥地利, Bahrain 巴林, Belgium 比利时, Brazil 巴西,
Canada 加拿大, Channel Islands 海峡群岛, China 中国, Cyprus 塞浦路斯,
Czech Republic 捷克, Denmark 丹麦, EIRE 爱尔兰, European Community 欧共体,
Finland 芬兰, France 法国, Germany 德国, Greece 希腊, Hong Kong 中国香港, Iceland 冰岛,
Israel 以色列, Italy 意大利, Japan 日本, Lebanon 黎巴嫩, Lithuania 立陶宛, Malta 马耳他,
Netherlands 荷兰, Norway 挪威, Poland 波兰, Portugal 葡萄牙, RSA 南非,
Saudi Arabia 沙特阿拉伯, Singapore 新加坡, Spain 西班牙, Sweden 瑞典, Switzerland 瑞士,
USA 美国, United Arab Emirates 阿联酋, United Kingdom 英国, Unspecified 未注明国家
"""
COUNTRIES_ZH = dict(entry.strip().rsplit(" ", 1) for entry in _COUNTRIES.split(","))
"""Country as order files write it to its Chinese name; others keep the name they have."""


def calendars() -> list[CalendarRecord]:
    """Return the working times: two shifts Monday to Saturday, and a day shift.

    Both keep the public holidays of mainland China with their make-up days.
    """
    early = Shift(_MONDAY_TO_SATURDAY, time(6), time(14), ((time(10), time(10, 30)),))
    late = Shift(_MONDAY_TO_SATURDAY, time(14), time(22), (_SUPPER,))
    day = Shift(_MONDAY_TO_FRIDAY, time(8), time(17), (_LUNCH,))
    return [
        CalendarRecord(
            TWO_SHIFTS, "Two shifts, Mon-Sat", "两班制 周一至周六", (early, late), "CN", sample=True
        ),
        CalendarRecord(
            DAY_SHIFT, "Day shift, Mon-Fri", "白班 周一至周五", (day,), "CN", sample=True
        ),
    ]


def own_firm() -> Partner:
    """Return the sample firm itself."""
    return Partner(
        "own", "Sample Giftware", "样板礼品", PartnerKind.OWN, "China", sample_gln(0), sample=True
    )


def sites() -> list[Site]:
    """Return the main plant and its two satellites, each with position, key and calendar.

    The location numbers 1 to 3 of the sample prefix are theirs; 0 is the firm's own.
    """
    return [
        Site(
            code,
            name_en,
            name_zh,
            partner="own",
            address=f"{town}, Chongqing",
            country="China",
            latitude=float(latitude),
            longitude=float(longitude),
            gln=sample_gln(number),
            calendar=calendar,
            sample=True,
        )
        for number, (code, name_en, name_zh, town, latitude, longitude, calendar) in enumerate(
            ([cell.strip() for cell in row.split("|")] for row in _SITES.strip().splitlines()), 1
        )
    ]


def customer_code(country: str) -> str:
    """Return the code of the partner that stands for the customers in a country."""
    return "CUS-" + "-".join(country.upper().split())


def customers(countries: Iterable[str], first_number: int) -> list[Partner]:
    """Return one partner per country; `first_number` begins their location numbers."""
    return [
        Partner(
            customer_code(country),
            f"Customers in {country}",
            f"{COUNTRIES_ZH.get(country, country)}客户",
            PartnerKind.CUSTOMER,
            country,
            sample_gln(number),
            sample=True,
        )
        for number, country in enumerate(sorted(set(countries)), start=first_number)
    ]
