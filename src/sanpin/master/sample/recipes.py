"""How the sample plant makes a family: a blank, a colour mix and packaging, on three levels.

    product --> blank of a family and size --> materials
            --> colour mix of a family ------> base material, pigment
            --> finishing materials, inner box, carton, label

Blanks are shared by all products of a family and size, and mixes by all of a family and
colour: a late blank delays many products, and the order of colours decides how often a line
must be cleaned. Quantities are invented but of a believable size; everything is marked as a
sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sanpin.master.model import BillLine, BillOfMaterials, Item, ItemKind, Supply
from sanpin.master.sample.materials import PIGMENTS, UNITS

__all__ = ["RECIPES", "Recipe", "blank", "case_of", "mix", "product_bill"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one medium piece of a family takes.

    Attributes
    ----------
    blank, blank_zh : what the blank is called
    body : material to quantity in one medium blank, and the share lost
    mix, mix_zh : what the colour mix is called
    base : material that carries the pigment
    mix_unit, mix_quantity : how much mix a medium piece takes
    finish : further materials per piece, whatever its size
    """

    blank: str
    blank_zh: str
    body: Mapping[str, tuple[float, float]]
    mix: str
    mix_zh: str
    base: str
    mix_unit: str
    mix_quantity: float
    finish: Mapping[str, float]


RECIPES: Mapping[str, Recipe] = {
    "ceramic": Recipe(
        "Bisque blank",
        "素坯",
        {"MAT-CLAY": (0.38, 0.06), "MAT-KAOLIN": (0.06, 0.04), "MAT-FELDSPAR": (0.03, 0.04)},
        "Glaze",
        "釉",
        "MAT-GLAZE",
        "KGM",
        0.05,
        {"MAT-DECAL": 1.0},
    ),
    "textile": Recipe(
        "Cut parts",
        "裁片",
        {"MAT-COTTON": (0.42, 0.08), "MAT-LINING": (0.2, 0.05)},
        "Dye bath",
        "染浴",
        "MAT-DYE",
        "LTR",
        0.3,
        {"MAT-THREAD": 6.0, "MAT-ZIP": 1.0},
    ),
    "candle": Recipe(
        "Wax body",
        "蜡体",
        {"MAT-WAX": (0.12, 0.02), "MAT-STEARIN": (0.02, 0.02), "MAT-WICK": (0.09, 0.01)},
        "Coloured wax",
        "色蜡",
        "MAT-WAX",
        "KGM",
        0.015,
        {"MAT-CUP": 1.0, "MAT-SCENT": 0.002},
    ),
    "metal": Recipe(
        "Pressed blank",
        "冲压件",
        {"MAT-STEEL": (0.28, 0.11), "MAT-WIRE": (0.05, 0.03), "MAT-TINPLATE": (0.1, 0.07)},
        "Enamel slip",
        "搪瓷浆",
        "MAT-ENAMEL",
        "KGM",
        0.04,
        {"MAT-RIVET": 2.0},
    ),
    "paper": Recipe(
        "Die-cut board",
        "模切纸板",
        {"MAT-BOARD": (0.08, 0.09), "MAT-PAPER": (0.05, 0.07)},
        "Printing ink",
        "印刷油墨",
        "MAT-INK",
        "KGM",
        0.004,
        {"MAT-GLUE": 0.006},
    ),
    "glass": Recipe(
        "Blown glass",
        "玻璃坯",
        {"MAT-CULLET": (0.16, 0.05), "MAT-SAND": (0.12, 0.03), "MAT-SODA": (0.04, 0.03)},
        "Glass lacquer",
        "玻璃漆",
        "MAT-LACQUER",
        "LTR",
        0.02,
        {"MAT-WIRE": 0.01},
    ),
    "wood": Recipe(
        "Milled parts",
        "铣削件",
        {"MAT-TIMBER": (0.5, 0.12), "MAT-PLYWOOD": (0.06, 0.08), "MAT-WILLOW": (0.05, 0.06)},
        "Varnish",
        "清漆",
        "MAT-VARNISH",
        "LTR",
        0.05,
        {"MAT-SCREW": 4.0},
    ),
    "toy": Recipe(
        "Toy body",
        "玩具坯",
        {"MAT-PLUSH": (0.18, 0.09), "MAT-FILLING": (0.09, 0.02), "MAT-TIMBER": (0.05, 0.1)},
        "Toy paint",
        "玩具漆",
        "MAT-TOYPAINT",
        "LTR",
        0.015,
        {"MAT-EYES": 2.0, "MAT-THREAD": 2.0},
    ),
    "other": Recipe(
        "Moulded part",
        "注塑件",
        {"MAT-GRANULE": (0.14, 0.04)},
        "Masterbatch",
        "色母",
        "MAT-MASTER",
        "KGM",
        0.004,
        {"MAT-SCREW": 1.0},
    ),
}
"""Family to recipe. Quantities are for one medium piece, in the material's own unit."""

SIZES = {"mini": 0.06, "small": 0.4, "medium": 1.0, "large": 2.2}
"""Size of a piece to how much of a medium piece it takes."""
SIZES_ZH = {"mini": "迷你", "small": "小号", "medium": "中号", "large": "大号"}
_CASES = {"mini": (48, "PACK-BOX-S"), "small": (24, "PACK-BOX-S")}
_CASES |= {"medium": (12, "PACK-BOX-M"), "large": (6, "PACK-BOX-L")}


def size_of(attributes: Mapping[str, object]) -> str:
    """Return the size of one piece; pieces of big sets are small or mini.

    A description that names no size means medium: a set of 72 cake cases is not made of 72 medium
    boxes, but a single bag is.
    """
    pieces = int(str(attributes.get("pieces", 1)))
    if pieces > 12:
        return "mini"
    return "small" if pieces > 3 else str(attributes.get("size", "medium"))


def case_of(attributes: Mapping[str, object]) -> int:
    """Return how many products a shipping carton holds: the smaller the more."""
    return _CASES[size_of(attributes)][0]


def blank(family: str, size: str) -> tuple[Item, BillOfMaterials]:
    """Return the blank of a family in one size, and what it is made from.

    Parameters
    ----------
    size : one of ``mini``, ``small``, ``medium``, ``large``
    """
    recipe = RECIPES[family]
    code = f"PART-{family.upper()}-{size.upper()}"
    item = _made(
        code, f"{recipe.blank}, {size}", f"{SIZES_ZH[size]}{recipe.blank_zh}", "EA", family
    )
    lines = tuple(
        BillLine(material, _amount(quantity * SIZES[size]), UNITS[material], lost)
        for material, (quantity, lost) in recipe.body.items()
    )
    return item, BillOfMaterials(code, lines=lines, sample=True)


def mix(family: str, colour: str) -> tuple[Item, BillOfMaterials]:
    """Return the colour mix of a family, and what it is made from.

    A mix is 93 parts of base material and 7 of pigment, whatever the colour.
    """
    recipe = RECIPES[family]
    code = f"MIX-{family.upper()}-{colour.upper()}"
    name_zh = f"{PIGMENTS[colour]}色{recipe.mix_zh}"
    item = _made(code, f"{recipe.mix}, {colour}", name_zh, recipe.mix_unit, family)
    lines = (
        BillLine(recipe.base, 0.93, recipe.mix_unit, 0.01),
        BillLine(f"PIG-{colour.upper()}", 0.07, "KGM", 0.01),
    )
    return item, BillOfMaterials(code, lines=lines, sample=True)


def product_bill(item: Item, colour: str) -> BillOfMaterials:
    """Return what one product of the sample is made from and packed in.

    Parameters
    ----------
    item : a product with its attributes; ``pieces`` blanks go into it
    colour : chooses the mix
    """
    recipe, size = RECIPES[item.family], size_of(item.attributes)
    pieces = int(str(item.attributes.get("pieces", 1)))
    case, box = _CASES[size]
    scale = pieces * SIZES[size]
    finish = (
        BillLine(material, _amount(quantity * pieces), UNITS[material], 0.01)
        for material, quantity in recipe.finish.items()
    )
    lines = (
        BillLine(f"PART-{item.family.upper()}-{size.upper()}", pieces, "EA", 0.02),
        BillLine(
            f"MIX-{item.family.upper()}-{colour.upper()}",
            _amount(recipe.mix_quantity * scale),
            recipe.mix_unit,
            0.03,
        ),
        *finish,
        BillLine(box, 1, "EA", 0.005),
        BillLine("PACK-CARTON", _amount(1 / case), "EA"),
        BillLine("PACK-LABEL", 1, "EA", 0.01),
    )
    return BillOfMaterials(item.code, lines=lines, sample=True)


def _made(code: str, name_en: str, name_zh: str, unit: str, family: str) -> Item:
    """Make a part of the sample."""
    return Item(code, name_en, name_zh, unit, family, ItemKind.PART, Supply.MAKE, sample=True)


def _amount(quantity: float) -> float:
    """Keep six decimals: a carton shared by 48 products is 0.020833 each."""
    return round(quantity, 6)
