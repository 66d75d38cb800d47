"""Materials, packaging and suppliers of the sample plant: invented, and marked as such.

Tables are kept as text, one record per line, because they are read by people more often than
by the program. The materials are those that small plants for giftware really use; suppliers
bear names of districts of Chongqing and do not exist.
"""

from __future__ import annotations

from sanpin.master.model import Item, ItemKind, Partner, PartnerKind, Supply

__all__ = ["PIGMENTS", "UNITS", "materials", "packaging", "pigment", "suppliers"]

SUPPLIERS = """
SUP-CLAY | Hechuan Clay Works | 合川陶土厂
SUP-GLAZE | Beibei Glaze and Colour | 北碚釉彩
SUP-FABRIC | Wanzhou Cotton Mill | 万州棉纺
SUP-TRIM | Jiangbei Trimmings | 江北辅料
SUP-WAX | Changshou Wax | 长寿蜡业
SUP-STEEL | Banan Strip Steel | 巴南带钢
SUP-PAPER | Fuling Board Mill | 涪陵纸板
SUP-GLASS | Hechuan Glass | 合川玻璃
SUP-WOOD | Wulong Timber | 武隆木业
SUP-TOY | Nanchuan Plush and Plastics | 南川毛绒塑胶
SUP-PACK | Yubei Packaging | 渝北包装
"""
"""Code, English name, Chinese name."""

MATERIALS = """
MAT-CLAY | Stoneware clay | 炻器泥料 | KGM | ceramic | SUP-CLAY
MAT-KAOLIN | Kaolin | 高岭土 | KGM | ceramic | SUP-CLAY
MAT-FELDSPAR | Feldspar | 长石 | KGM | ceramic | SUP-CLAY
MAT-GLAZE | Transparent glaze | 透明釉 | KGM | ceramic | SUP-GLAZE
MAT-DECAL | Ceramic decal | 陶瓷贴花 | EA | ceramic | SUP-GLAZE
MAT-COTTON | Cotton canvas | 棉帆布 | MTK | textile | SUP-FABRIC
MAT-FELT | Wool felt | 羊毛毡 | MTK | textile | SUP-FABRIC
MAT-LINING | Lining fabric | 里布 | MTK | textile | SUP-FABRIC
MAT-THREAD | Sewing thread | 缝纫线 | MTR | textile | SUP-TRIM
MAT-ZIP | Zip fastener | 拉链 | EA | textile | SUP-TRIM
MAT-DYE | Dye bath base | 染浴基料 | LTR | textile | SUP-TRIM
MAT-WAX | Paraffin wax | 石蜡 | KGM | candle | SUP-WAX
MAT-STEARIN | Stearin | 硬脂酸 | KGM | candle | SUP-WAX
MAT-WICK | Cotton wick | 棉烛芯 | MTR | candle | SUP-WAX
MAT-CUP | Aluminium cup | 铝蜡杯 | EA | candle | SUP-WAX
MAT-SCENT | Fragrance | 香精 | KGM | candle | SUP-WAX
MAT-STEEL | Steel strip | 带钢 | KGM | metal | SUP-STEEL
MAT-WIRE | Steel wire | 钢丝 | KGM | metal | SUP-STEEL
MAT-TINPLATE | Tinplate | 马口铁 | KGM | metal | SUP-STEEL
MAT-ENAMEL | Enamel frit | 搪瓷釉料 | KGM | metal | SUP-GLAZE
MAT-RIVET | Rivet | 铆钉 | EA | metal | SUP-STEEL
MAT-BOARD | Greyboard | 灰板纸 | KGM | paper | SUP-PAPER
MAT-PAPER | Coated paper | 铜版纸 | KGM | paper | SUP-PAPER
MAT-INK | Offset ink base | 胶印油墨基料 | KGM | paper | SUP-PAPER
MAT-GLUE | Dispersion glue | 白乳胶 | KGM | paper | SUP-PAPER
MAT-CULLET | Glass cullet | 碎玻璃 | KGM | glass | SUP-GLASS
MAT-SAND | Quartz sand | 石英砂 | KGM | glass | SUP-GLASS
MAT-SODA | Soda ash | 纯碱 | KGM | glass | SUP-GLASS
MAT-LACQUER | Glass lacquer base | 玻璃漆基料 | LTR | glass | SUP-GLASS
MAT-TIMBER | Pine timber | 松木 | KGM | wood | SUP-WOOD
MAT-PLYWOOD | Plywood | 胶合板 | MTK | wood | SUP-WOOD
MAT-WILLOW | Willow rods | 柳条 | KGM | wood | SUP-WOOD
MAT-VARNISH | Water varnish base | 水性清漆基料 | LTR | wood | SUP-WOOD
MAT-SCREW | Screw | 螺钉 | EA | wood | SUP-STEEL
MAT-PLUSH | Plush fabric | 毛绒布 | MTK | toy | SUP-TOY
MAT-FILLING | Polyester filling | 聚酯填充棉 | KGM | toy | SUP-TOY
MAT-EYES | Safety eyes | 安全眼 | EA | toy | SUP-TOY
MAT-TOYPAINT | Toy paint base | 玩具漆基料 | LTR | toy | SUP-TOY
MAT-GRANULE | Plastic granulate | 塑料粒子 | KGM | other | SUP-TOY
MAT-MASTER | Colour masterbatch base | 色母基料 | KGM | other | SUP-TOY
"""
"""Code, English name, Chinese name, unit, family that mainly uses it, supplier."""

PACKAGING = """
PACK-BOX-S | Inner box, small | 小号内盒 | EA
PACK-BOX-M | Inner box, medium | 中号内盒 | EA
PACK-BOX-L | Inner box, large | 大号内盒 | EA
PACK-CARTON | Shipping carton | 外箱 | EA
PACK-LABEL | Bar code label | 条码标签 | EA
"""
"""Code, English name, Chinese name, unit."""

PIGMENTS = {
    "white": "白",
    "cream": "米",
    "ivory": "象牙",
    "yellow": "黄",
    "gold": "金",
    "orange": "橙",
    "pink": "粉",
    "red": "红",
    "purple": "紫",
    "blue": "蓝",
    "turquoise": "青绿",
    "green": "绿",
    "mint": "薄荷绿",
    "brown": "棕",
    "silver": "银",
    "grey": "灰",
    "black": "黑",
    "natural": "本",
    "clear": "透明",
    "assorted": "混",
}
"""Colour to its Chinese stem; each has a pigment."""


def _rows(table: str) -> list[list[str]]:
    """Split a table into its cells."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


UNITS = {row[0]: row[3] for row in (*_rows(MATERIALS), *_rows(PACKAGING))}
"""Material or packaging to the unit it is counted in."""


def suppliers() -> list[Partner]:
    """Return the suppliers of the sample, without keys."""
    return [
        Partner(code, name_en, name_zh, PartnerKind.SUPPLIER, "China", sample=True)
        for code, name_en, name_zh in _rows(SUPPLIERS)
    ]


def materials() -> list[Item]:
    """Return the bought materials, without keys."""
    return [
        _bought(code, name_en, name_zh, unit, family, ItemKind.MATERIAL, supplier)
        for code, name_en, name_zh, unit, family, supplier in _rows(MATERIALS)
    ]


def packaging() -> list[Item]:
    """Return boxes, cartons and labels, without keys."""
    return [
        _bought(code, name_en, name_zh, unit, "paper", ItemKind.PACKAGING, "SUP-PACK")
        for code, name_en, name_zh, unit in _rows(PACKAGING)
    ]


def pigment(colour: str) -> Item:
    """Return the pigment of a colour, without key.

    Pigments are named by colour, not by family: one bad batch of red touches glazes, dyes and
    paints alike, which is what a recall has to find.
    """
    name_zh = f"{PIGMENTS[colour]}色颜料"
    code, name_en = f"PIG-{colour.upper()}", f"Pigment, {colour}"
    return _bought(code, name_en, name_zh, "KGM", "other", ItemKind.MATERIAL, "SUP-GLAZE")


def _bought(
    code: str, name_en: str, name_zh: str, unit: str, family: str, kind: ItemKind, supplier: str
) -> Item:
    """Make a bought item of the sample."""
    return Item(
        code,
        name_en,
        name_zh,
        unit,
        family,
        kind,
        Supply.BUY,
        supplier=supplier,
        sample=True,
    )
