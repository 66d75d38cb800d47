"""The keys: which application identifiers name things, how long their values are, what follows.

One row per application identifier. `KEYS` and `ATTRIBUTES` have the shape of the GS1 syntax
dictionary (components, qualifiers), so that a generated table can take their place.
"""

from __future__ import annotations

from dataclasses import dataclass

from sanpin.trace.model.identifiers import KeyKind, Role

__all__ = ["ATTRIBUTES", "KEYS", "PREDEFINED", "QUALIFIERS", "Field", "Key"]


@dataclass(frozen=True, slots=True)
class Field:
    """What the value of one application identifier may be.

    Attributes
    ----------
    ai : application identifier
    minimum, maximum : length in characters
    digits : how many characters from the left must be digits
    check : how many characters from the left end in a check digit; 0 = none
    charset : ``82``, ``39`` or ``n`` for what follows the digits
    zero : whether the first character must be 0 (a returnable asset's filler)
    """

    ai: str
    minimum: int
    maximum: int
    digits: int = 0
    check: int = 0
    charset: str = "82"
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key: its value, the qualifiers that may follow in order, what it names.

    Attributes
    ----------
    field : what its value may be
    kind : what it identifies, before qualifiers refine that
    role : part of the thing in a chain
    qualifiers : application identifiers that may follow, in the order of the standard
    """

    field: Field
    kind: KeyKind
    role: Role
    qualifiers: tuple[str, ...] = ()


def _key(
    field: Field, kind: KeyKind, role: Role = Role.DOCUMENT, *qualifiers: str
) -> tuple[str, Key]:
    """Make one row of the table of keys."""
    return field.ai, Key(field, kind, role, qualifiers)


KEYS: dict[str, Key] = dict(
    (
        _key(Field("00", 18, 18, 18, 18), KeyKind.SSCC, Role.CONTAINER),
        _key(Field("01", 14, 14, 14, 14), KeyKind.GTIN, Role.PRODUCT, "22", "10", "21", "235"),
        _key(Field("253", 13, 30, 13, 13), KeyKind.GDTI),
        _key(Field("255", 13, 25, 13, 13, "n"), KeyKind.SGCN),
        _key(Field("401", 1, 30, 4), KeyKind.GINC),
        _key(Field("402", 17, 17, 17, 17), KeyKind.GSIN),
        _key(Field("414", 13, 13, 13, 13), KeyKind.SGLN, Role.PLACE, "254"),
        _key(Field("417", 13, 13, 13, 13), KeyKind.PGLN, Role.PARTY),
        _key(Field("8003", 14, 30, 14, 14, zero=True), KeyKind.GRAI, Role.ASSET),
        _key(Field("8004", 1, 30, 4), KeyKind.GIAI, Role.ASSET),
        _key(Field("8006", 18, 18, 18, 14), KeyKind.ITIP, Role.PRODUCT, "22", "10", "21"),
        _key(Field("8010", 1, 30, 4, charset="39"), KeyKind.CPI, Role.PRODUCT, "8011"),
        _key(Field("8017", 18, 18, 18, 18), KeyKind.GSRNP, Role.PARTY),
        _key(Field("8018", 18, 18, 18, 18), KeyKind.GSRN, Role.PARTY),
    )
)

QUALIFIERS: dict[str, Field] = {
    field.ai: field
    for field in (
        Field("10", 1, 20),
        Field("21", 1, 20),
        Field("22", 1, 20),
        Field("235", 1, 28),
        Field("254", 1, 20),
        Field("8011", 1, 12, charset="n"),
    )
}

ATTRIBUTES: dict[str, Field] = {
    field.ai: field
    for field in (
        *(Field(ai, 6, 6, 6) for ai in ("11", "12", "13", "15", "16", "17")),
        Field("20", 2, 2, 2),
        Field("30", 1, 8, charset="n"),
        Field("37", 1, 8, charset="n"),
        *(Field(f"{measure}{place}", 6, 6, 6) for measure in ("310", "320") for place in range(6)),
        Field("240", 1, 30),
        Field("241", 1, 30),
        Field("400", 1, 30),
        Field("422", 3, 3, 3),
        Field("7003", 10, 10, 10),
        *(Field(str(ai), 1, 30 if ai == 90 else 90) for ai in range(90, 100)),
    )
}

PREDEFINED = (
    "00",
    "01",
    "02",
    "03",
    "04",
    "11",
    "12",
    "13",
    "14",
    "15",
    "16",
    "17",
    "18",
    "19",
    "20",
)
"""Two-digit beginnings of predefined length: no separator follows their values.

31 to 36 and 41 belong here too and are matched by their first two digits.
"""
