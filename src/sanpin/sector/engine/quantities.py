"""Units as people write them in tables: 亿元, CNY billion, %, 家.

A unit is a size (亿, billion) before or behind what is counted (元, CNY). Both are looked up in
tables, so that every combination people write is understood without a list of them all.
"""

from __future__ import annotations

from sanpin.base import N_, InputError
from sanpin.sector.model import Unit

__all__ = ["read_unit"]

# Longer words stand before those that they contain: 万亿 must not be read as 亿.
_SIZES = {
    "trillion": 1e12,
    "billion": 1e9,
    "million": 1e6,
    "thousand": 1e3,
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "万": 1e4,
}
_WORDS = {
    "元": Unit.CNY,
    "人民币": Unit.CNY,
    "yuan": Unit.CNY,
    "rmb": Unit.CNY,
    "美元": Unit.USD,
    "dollars": Unit.USD,
    "%": Unit.PERCENT,
    "％": Unit.PERCENT,
    "pp": Unit.PERCENTAGE_POINT,
    "points": Unit.PERCENTAGE_POINT,
    "百分点": Unit.PERCENTAGE_POINT,
    "个百分点": Unit.PERCENTAGE_POINT,
    "人": Unit.PERSON,
    "people": Unit.PERSON,
    "pieces": Unit.COUNT,
    "年": Unit.YEAR,
    "倍": Unit.MULTIPLE,
    "项/年": Unit.COUNT_PER_YEAR,
    "个/年": Unit.COUNT_PER_YEAR,
    "": Unit.COUNT,
    **dict.fromkeys("个家项件场种只条座", Unit.COUNT),
    **{str(unit).lower(): unit for unit in Unit},
}


def read_unit(text: str) -> tuple[float, Unit]:
    """Factor and unit of a written unit, such as ``(1e8, Unit.CNY)`` for 亿元.

    Raises
    ------
    InputError
        ``sector.unit.unknown``

    Parameters
    ----------
    text : in either script, upper or lower case; empty for plain pieces

    Returns
    -------
    tuple
        what to multiply the written value by, and the unit of the product
    """
    bare = text.strip().lower()
    if bare in _WORDS:
        return 1.0, _WORDS[bare]
    for size, factor in _SIZES.items():
        if size in bare:
            rest = bare.replace(size, "", 1).strip()
            if rest in _WORDS:
                return factor, _WORDS[rest]
    raise InputError(
        "sector.unit.unknown",
        N_("“{unit}” is not a unit that targets are counted in."),
        hint=N_("Use for example 亿元, CNY billion, USD, %, percentage_point, person or count."),
        unit=text,
    )
