"""Kinds of files that master data import, with their Chinese headings.

Headings are matched without regard to case and spaces. What a file leaves out keeps the value
that a record has already; only codes, and for bills the quantity, must always be there.
"""

from __future__ import annotations

from sanpin.base import N_
from sanpin.kit.files.kinds import Field, ImportKind
from sanpin.master.model import ItemKind, PartnerKind, SiteKind, Supply

__all__ = ["IMPORT_KINDS"]

_NAME_ZH = Field("name_zh", synonyms=("名称", "中文名称", "品名", "chinese name"))
_NAME_EN = Field("name_en", synonyms=("英文名称", "英文品名", "name", "description"))
_UNIT = Field(
    "unit",
    synonyms=("单位", "计量单位", "uom"),
    help=N_("A code such as EA or KGM, or a word such as piece, kg, 件."),
)
_GLN = Field(
    "gln", synonyms=("全球位置码", "位置码"), help=N_("13 digits, the last a check digit.")
)
_COUNTRY = Field("country", synonyms=("国家", "国别"))

ITEMS = ImportKind(
    "items",
    N_("Items"),
    (
        Field(
            "code",
            required=True,
            synonyms=("物料编码", "商品编码", "货号", "料号", "编码", "item", "item code", "sku"),
        ),
        _NAME_EN,
        _NAME_ZH,
        _UNIT,
        Field(
            "family",
            synonyms=("类别", "品类", "系列", "category"),
            help=N_("Read from the English name when empty."),
        ),
        Field("kind", synonyms=("物料类型", "类型", "item kind"), choices=tuple(ItemKind)),
        Field("supply", synonyms=("自制外购", "供应方式", "make or buy"), choices=tuple(Supply)),
        Field("gtin", synonyms=("商品条码", "条码", "barcode", "ean")),
        Field("supplier", synonyms=("供应商", "供应商编码", "vendor")),
        Field(
            "attributes",
            synonyms=("属性", "规格属性"),
            help=N_("A JSON object; colour, size and pieces are read from the name when empty."),
        ),
    ),
    "sanpin.master.service:save_item_rows",
    unique=("code",),
    sample_rows=(
        {
            "code": "MUG-01",
            "name_en": "Blue ceramic mug",
            "name_zh": "蓝色陶瓷杯",
            "unit": "EA",
            "family": "ceramic",
            "kind": "product",
            "supply": "make",
        },
        {
            "code": "CLAY-01",
            "name_en": "Stoneware clay",
            "name_zh": "炻器泥料",
            "unit": "KGM",
            "family": "ceramic",
            "kind": "material",
            "supply": "buy",
        },
    ),
)
"""Products, parts, materials and packaging."""

PARTNERS = ImportKind(
    "partners",
    N_("Partners"),
    (
        Field(
            "code",
            required=True,
            synonyms=("伙伴编码", "客户编码", "往来单位编码", "partner", "partner code"),
        ),
        _NAME_EN,
        _NAME_ZH,
        Field("kind", synonyms=("伙伴类型", "partner kind"), choices=tuple(PartnerKind)),
        _COUNTRY,
        _GLN,
    ),
    "sanpin.master.service:save_partner_rows",
    unique=("code",),
    sample_rows=(
        {"code": "S-100", "name_en": "Clay works", "name_zh": "陶土厂", "kind": "supplier"},
        {"code": "C-017", "name_en": "Tea house", "name_zh": "茶馆", "kind": "customer"},
    ),
)
"""Customers, suppliers and carriers; imported before the items they supply."""

SITES = ImportKind(
    "sites",
    N_("Sites"),
    (
        Field("code", required=True, synonyms=("地点编码", "工厂编码", "site", "site code")),
        _NAME_EN,
        _NAME_ZH,
        Field("kind", synonyms=("地点类型", "site kind"), choices=tuple(SiteKind)),
        Field("partner", synonyms=("所属伙伴", "owner")),
        Field("address", synonyms=("地址",)),
        _COUNTRY,
        Field("latitude", "decimal", synonyms=("纬度", "lat"), minimum=-90, maximum=90),
        Field("longitude", "decimal", synonyms=("经度", "lon"), minimum=-180, maximum=180),
        _GLN,
        Field("calendar", synonyms=("日历", "工作日历")),
    ),
    "sanpin.master.service:save_site_rows",
    unique=("code",),
    sample_rows=({"code": "plant-1", "name_en": "Main plant", "name_zh": "总厂", "kind": "plant"},),
)
"""Plants, warehouses and shops."""

BOMS = ImportKind(
    "boms",
    N_("Bills of materials"),
    (
        Field("item", required=True, synonyms=("父项编码", "父项", "成品编码", "parent")),
        Field("component", required=True, synonyms=("子项编码", "子项", "组件", "child")),
        Field(
            "quantity",
            "decimal",
            required=True,
            synonyms=("用量", "单位用量", "quantity per", "qty"),
            help=N_("Of the component, in one good unit of the item."),
        ),
        _UNIT,
        Field(
            "scrap_share",
            "decimal",
            synonyms=("损耗率", "scrap"),
            minimum=0,
            maximum=0.99,
            help=N_("Share of the component that is lost, such as 0.02."),
        ),
        Field("version", "integer", synonyms=("版本", "版本号"), minimum=1, maximum=1_000_000),
        Field("valid_from", "date", synonyms=("生效日期", "有效期起")),
        Field("valid_until", "date", synonyms=("失效日期", "有效期止")),
    ),
    "sanpin.master.service:save_bom_rows",
    unique=("item", "version", "component"),
    sample_rows=(
        {
            "item": "MUG-01",
            "component": "CLAY-01",
            "quantity": 0.4,
            "unit": "KGM",
            "scrap_share": 0.05,
            "version": 1,
        },
    ),
)
"""Bills of materials, one component per row; the items must be there already."""

IMPORT_KINDS = (ITEMS, PARTNERS, SITES, BOMS)
"""What `sanpin import --kind` takes for master data."""
