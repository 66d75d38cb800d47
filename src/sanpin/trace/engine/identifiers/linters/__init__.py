"""Linters: one check for each name that the GS1 syntax dictionary uses.

A linter takes the text of one component and returns a `Fault`, or None when all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sanpin.trace.engine.identifiers.check import Fault
from sanpin.trace.engine.identifiers.linters import characters, codes, coupons, times
from sanpin.trace.engine.identifiers.linters.code_lists import (
    COUNTRIES,
    COUNTRY_LETTERS,
    CURRENCIES,
    MEDIA_TYPES,
    PACKAGE_TYPES,
)

__all__ = ["LINTERS", "Linter"]

Linter = Callable[[str], Fault | None]

_INDEX = frozenset("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")

LINTERS: Mapping[str, Linter] = {
    "csetnumeric": characters.set_linter("N"),
    "cset82": characters.set_linter("X"),
    "cset39": characters.set_linter("Y"),
    "cset64": characters.lint_base64,
    "csum": codes.lint_check_digit,
    "csumalpha": codes.lint_check_pair,
    "gcppos1": codes.lint_prefix,
    "gcppos2": codes.lint_prefix_after_one,
    "key": codes.lint_prefix,
    "keyoff1": codes.lint_prefix_after_one,
    "pcenc": characters.lint_escapes,
    "hasnondigit": characters.lint_some_nondigit,
    "nonzero": characters.lint_nonzero,
    "nozeroprefix": characters.lint_no_leading_zero,
    "zero": characters.lint_zero,
    "hyphen": characters.lint_hyphen,
    "yymmdd": times.date_linter(2, any_day=False),
    "yymmd0": times.date_linter(2, any_day=True),
    "yyyymmdd": times.date_linter(4, any_day=False),
    "yyyymmd0": times.date_linter(4, any_day=True),
    "hh": times.number_linter(24),
    "mi": times.number_linter(60),
    "ss": times.number_linter(60),
    "hhmi": times.lint_hour_minute,
    "iso3166": codes.list_linter("ISO 3166", COUNTRIES),
    "iso3166999": codes.list_linter("ISO 3166", COUNTRIES | {"999"}),
    "iso3166alpha2": codes.list_linter("ISO 3166", COUNTRY_LETTERS),
    "iso4217": codes.list_linter("ISO 4217", CURRENCIES),
    "iso5218": codes.list_linter("ISO/IEC 5218", frozenset("0129")),
    "mediatype": codes.list_linter("AIDC media types", MEDIA_TYPES),
    "packagetype": codes.list_linter("UN/ECE 21", PACKAGE_TYPES),
    "importeridx": codes.list_linter("importer index", _INDEX),
    "yesno": codes.list_linter("0, 1", frozenset("01")),
    "winding": codes.list_linter("0, 1, 9", frozenset("019")),
    "iban": codes.lint_iban,
    "pieceoftotal": codes.lint_piece_of_total,
    "posinseqslash": codes.lint_position,
    "latitude": codes.range_linter(1_800_000_000),
    "longitude": codes.range_linter(3_600_000_000),
    "couponcode": coupons.lint_coupon,
    "couponposoffer": coupons.lint_coupon_offer,
}
"""Linter by its name in the dictionary; ``key`` and ``keyoff1`` are older names of two."""
