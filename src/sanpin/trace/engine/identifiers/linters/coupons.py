"""Linters of North American coupons (AI 8110 and 8112).

Both are rows of fields in which a digit tells the length or the meaning of what follows
(North American Coupon Application Guideline; GS1 AI (8112) Coupon Data Specification).
"""

from __future__ import annotations

from collections.abc import Callable

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse
from sanpin.trace.engine.identifiers.linters.characters import set_linter
from sanpin.trace.engine.identifiers.linters.times import date_linter

__all__ = ["lint_coupon", "lint_coupon_offer"]

_DIGITS = set_linter("N")
_DATE = date_linter(2, any_day=False)


class _BrokenError(Exception):
    """The coupon does not go on as it must."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class _Fields:
    """A coupon that is read from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def take(self, count: int) -> str:
        """Take so many digits."""
        end = self.at + count
        if end > len(self.text):
            raise _BrokenError(self.at)
        taken, self.at = self.text[self.at : end], end
        return taken

    def choose(self, allowed: str) -> int:
        """Take one digit out of those allowed."""
        digit = self.take(1)
        if digit not in allowed:
            raise _BrokenError(self.at - 1)
        return int(digit)

    def sized(self, allowed: str, more: int) -> None:
        """Take a digit that tells a length, and what has that length."""
        self.take(self.choose(allowed) + more)

    def option(self, digit: str) -> bool:
        """Take the digit that begins an optional field, if it is next."""
        if self.text[self.at : self.at + 1] != digit:
            return False
        self.at += 1
        return True

    def date(self) -> str:
        """Take a date."""
        taken = self.take(6)
        if _DATE(taken):
            raise _BrokenError(self.at - 6)
        return taken

    def end(self) -> None:
        """Refuse what is left."""
        if self.at < len(self.text):
            raise _BrokenError(self.at)


def _purchase(fields: _Fields, *, prefix: bool) -> None:
    """Read one purchase requirement: amount, code, family and whose goods."""
    fields.sized("12345", 0)
    fields.choose("012349")
    fields.take(3)
    if prefix:
        length = fields.choose("01234569")  # 9 stands for the prefix of the coupon
        fields.take(0 if length == 9 else length + 6)


def _read_coupon(fields: _Fields) -> None:
    """Read a coupon of AI 8110."""
    fields.sized("0123456", 6)  # company prefix
    fields.take(6)  # offer code
    fields.sized("12345", 0)  # save value
    _purchase(fields, prefix=False)
    if fields.option("1"):
        fields.choose("0123")  # how the purchases combine
        _purchase(fields, prefix=True)
    if fields.option("2"):
        _purchase(fields, prefix=True)
    last_day = fields.date() if fields.option("3") else ""
    if fields.option("4"):
        first_day = fields.date()
        if last_day and first_day > last_day:
            raise _BrokenError(fields.at - 6)
    if fields.option("5"):
        fields.sized("0123456789", 6)  # serial number
    if fields.option("6"):
        fields.sized("1234567", 6)  # retailer
    if fields.option("9"):
        fields.choose("01256")  # save value code
        fields.choose("012")  # which item the saving is for
        fields.choose("0123456789")  # store flag
        fields.choose("01")  # whether it may be multiplied
    fields.end()


def _read_offer(fields: _Fields) -> None:
    """Read a coupon of AI 8112."""
    fields.choose("01")  # format
    fields.sized("0123456", 6)  # funder
    fields.take(6)  # offer code
    fields.sized("0123456789", 6)  # serial number
    fields.end()


def lint_coupon(text: str) -> Fault | None:
    """Check a coupon of AI 8110."""
    return _lint(text, _read_coupon)


def lint_coupon_offer(text: str) -> Fault | None:
    """Check a coupon of AI 8112."""
    return _lint(text, _read_offer)


def _lint(text: str, read: Callable[[_Fields], None]) -> Fault | None:
    """Check digits, then the fields."""
    fault = _DIGITS(text)
    if fault is None:
        try:
            read(_Fields(text))
        except _BrokenError as broken:
            return _refuse(text, broken)
    return fault


def _refuse(text: str, broken: _BrokenError) -> Fault:
    """Make the refusal of a coupon."""
    return refuse(
        "coupon",
        N_("The coupon {text} breaks off or is wrong at character {place}."),
        broken.at,
        text=text,
        place=broken.at + 1,
    )
