"""Say what a code says before anything is looked up: key, prefix, lot, dates, check digit.

What a hand scanner types is brought to one form first: scanners and keyboards write the separator
between two values in a dozen ways.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sanpin.trace.engine.identifiers import NO_PREFIXES, Options, Prefixes, Reading, read
from sanpin.trace.engine.identifiers.check import Fault
from sanpin.trace.engine.identifiers.element import brackets_of
from sanpin.trace.engine.identifiers.table import RULES, Rule
from sanpin.trace.model.identifiers import KeyKind

__all__ = ["Understood", "Value", "clean", "date_of", "understand"]

SEPARATOR = "\x1d"
_WRITTEN = re.compile(
    r"␝|[<{\[(](?:GS|FNC1)[>}\])]|\\(?:x1d|u001d)|&#(?:29|x1d);|%1d", re.IGNORECASE
)
# Input methods for Chinese write letters and signs at full width.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFEFF: None}

_SYMBOLS = {
    "C1": "GS1-128", "e0": "GS1 DataBar", "d2": "GS1 DataMatrix", "Q3": "GS1 QR",
    "J1": "GS1 DotCode", "E0": "EAN-13", "E4": "EAN-8", "I1": "ITF-14", "Q1": "QR",
    "d1": "DataMatrix", "J0": "DotCode",
}  # fmt: skip
_DATES = frozenset(("yymmd0", "yymmdd", "yyyymmdd"))
_CHECKS = {"csum": 1, "csumalpha": 2}
_UNIT = re.compile(r"\(([^)]+)\)$")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a code.

    Attributes
    ----------
    ai, title : application identifier and its name in the standard
    text : as it stands in the code
    day : the day that it means, if it is one
    number, unit : the measure that it means, if it is one
    """

    ai: str
    title: str
    text: str
    day: date | None = None
    number: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a code says.

    Attributes
    ----------
    text : the code, cleaned of what the way here put into it
    symbol : name of the bar code, where the scanner told it
    kind : what is named; None when nothing with a key is
    name : canonical name, or the text that names itself
    values : key, qualifiers and attributes in their order
    prefix : company prefix; empty when its length is not known
    check : check digit (or characters) of the key; empty when it has none
    corrected : the same code with the right check digit, where that was all that was wrong
    right : that digit
    faults : why the code is refused; empty when all is well
    """

    text: str
    symbol: str = ""
    kind: KeyKind | None = None
    name: str = ""
    values: tuple[Value, ...] = ()
    prefix: str = ""
    check: str = ""
    corrected: str = ""
    right: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether it is written as a code at all, rather than the beginning of a number."""
        return not any(fault.code == "trace.identifier.unknown" for fault in self.faults)

    def value(self, ai: str) -> str:
        """Text of one value; empty when it is absent."""
        return next((one.text for one in self.values if one.ai == ai), "")


def clean(text: str) -> str:
    """Undo what keyboards, input methods and printers of separators did to a code."""
    plain = _WRITTEN.sub(SEPARATOR, text.translate(_WIDE)).strip(" \t\r\n\0")
    # A separator behind the last value says nothing; some scanners always send one.
    return plain.rstrip(SEPARATOR)


def understand(text: str, today: date, prefixes: Prefixes = NO_PREFIXES) -> Understood:
    """Read a code in any writing and say what it says.

    Parameters
    ----------
    text : what was typed, pasted or scanned
    today : by which two-digit years find their century
    prefixes : lengths of company prefixes, where they are known
    """
    code = clean(text)
    reading = read(code)
    symbol = _SYMBOLS.get(code[1:3], "") if code.startswith("]") else ""
    found = Understood(code, symbol, faults=tuple(reading.faults))
    if reading.faults:
        fixed = _corrected(code, reading)
        if fixed is None:
            return found
        found = replace(found, corrected=brackets_of(_pairs(fixed)), right=_check_of(fixed))
        return _filled(found, fixed, today, prefixes)
    if not reading.pairs:
        return replace(found, name=reading.name)
    return replace(_filled(found, reading, today, prefixes), check=_check_of(reading))


def _filled(found: Understood, reading: Reading, today: date, prefixes: Prefixes) -> Understood:
    """Say what is named by a reading without faults."""
    key, length = reading.identifier, reading.prefix_length
    prefix = ""
    if key:
        length = length or prefixes.length_in(key.key, key.value)
        start = key.key in ("00", "01", "8003", "8006")
        prefix = key.value[start : start + length] if length else ""
    return replace(
        found,
        kind=key.kind if key else None,
        name=key.thing if key else "",
        values=tuple(_values(reading, today)),
        prefix=prefix,
    )


def _corrected(code: str, reading: Reading) -> Reading | None:
    """Read a code with its check digits put right; None when something else is wrong too."""
    if not any(fault.code.endswith((".check_digit", ".check_pair")) for fault in reading.faults):
        return None
    fixed = read(code, options=Options(fix_check_digit=True))
    return None if fixed.faults or not fixed.identifier else fixed


def _pairs(reading: Reading) -> list[tuple[str, str]]:
    """Pairs of a reading without their positions."""
    return [(ai, value) for ai, value, _ in reading.pairs]


def _check_of(reading: Reading) -> str:
    """Check digit of the key of a reading."""
    key = reading.identifier
    if key is None:
        return ""
    match = RULES[key.key].pattern.fullmatch(key.value)
    for place, component in enumerate(RULES[key.key].components, 1):
        size = next((_CHECKS[name] for name in component[4] if name in _CHECKS), 0)
        if size and match:
            return str(match[place])[-size:]
    return ""


def _values(reading: Reading, today: date) -> Iterator[Value]:
    """Name the values of a reading."""
    for ai, text, _ in reading.pairs:
        rule = RULES[ai]
        day = _day(rule, text, today)
        number = None
        unit = _UNIT.search(rule.title)
        if len(ai) == 4 and "3100" <= ai < "3700" and text.isdigit():
            # The last digit of these identifiers says where the decimal point stands.
            number = int(text) / 10 ** int(ai[3])
        yield Value(ai, rule.title, text, day, number, unit[1] if unit and number else "")


def _day(rule: Rule, text: str, today: date) -> date | None:
    """Day that a value means; None when it means none."""
    linters = rule.components[0][4] if rule.components else ()
    if not _DATES.intersection(linters):
        return None
    return date_of(text, today)


def date_of(text: str, today: date) -> date | None:
    """Day behind ``YYMMDD`` or ``YYYYMMDD``; day 00 is the last of the month.

    A two-digit year lies within fifty years around today (GS1 General Specifications 7.12).

    Parameters
    ----------
    text : digits; more of them, such as an hour, are passed over
    today : any day of the year that counts as the present
    """
    if len(text) == 8:
        year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    elif text[:6].isdigit() and len(text) >= 6:
        year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
        century, present = divmod(today.year, 100)
        ahead = year - present
        century += (ahead <= -50) - (ahead > 50)
        year += 100 * century
    else:
        return None
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None
