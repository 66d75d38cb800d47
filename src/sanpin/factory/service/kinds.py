"""The import kinds of the factory: machines, routings and stock, as firms write them.

Synonyms are the headings of common Chinese and English systems; matching ignores case and
spaces. `save` names the function that takes the rows.
"""

from __future__ import annotations

from sanpin.base import N_
from sanpin.kit.files import Field, ImportKind

__all__ = ["IMPORT_KINDS"]

_ITEM = (
    "物料编码",
    "商品编码",
    "货号",
    "产品编码",
    "物料号",
    "item code",
    "sku",
    "material",
    "product",
)

_STOCK = ImportKind(
    kind="stock",
    label=N_("Stock"),
    fields=(
        Field("item", required=True, synonyms=_ITEM, help=N_("Code of the item or material.")),
        Field("lot", synonyms=("批号", "批次", "批次号", "batch", "lot number")),
        Field(
            "quantity",
            "decimal",
            required=True,
            synonyms=("数量", "库存数量", "现有量", "库存", "on hand", "qty", "stock"),
            minimum=0,
            maximum=1e9,
            help=N_("Amount on hand, or arriving on the day named."),
        ),
        Field("unit", synonyms=("单位", "计量单位", "uom")),
        Field("site", synonyms=("仓库", "库位", "工厂", "warehouse", "location", "plant")),
        Field(
            "available",
            "date",
            synonyms=("可用日期", "到货日期", "入库日期", "date", "arrival", "available from"),
            help=N_("Day from which it can be used; empty for now."),
        ),
        Field("supplier", synonyms=("供应商", "供应商编码", "vendor")),
    ),
    save="sanpin.factory.service:save_stock_rows",
    unique=("item", "lot", "site"),
    sample_rows=(
        {"item": "MUG-01", "lot": "250305", "quantity": 20, "unit": "EA", "site": "plant-1"},
        {
            "item": "CLAY-01",
            "lot": "A-17",
            "quantity": 850.5,
            "unit": "KGM",
            "site": "plant-1",
            "supplier": "S-100",
        },
    ),
)

_RESOURCES = ImportKind(
    kind="resources",
    label=N_("Machines"),
    fields=(
        Field(
            "resource",
            required=True,
            synonyms=("设备编码", "设备编号", "设备", "机台", "资源", "machine", "machine code"),
            help=N_("Code of the machine, as the routings name it."),
        ),
        Field("name", synonyms=("设备名称", "名称", "description")),
        Field("site", synonyms=("工厂", "车间", "厂区", "plant", "location")),
        Field(
            "calendar",
            synonyms=("日历", "班次", "工作日历", "shift", "working time"),
            help=N_("Code of a calendar in the master data; empty for always open."),
        ),
        Field(
            "speed",
            "integer",
            synonyms=("速度", "效率", "速度(%)", "效率(%)", "efficiency", "speed %"),
            minimum=1,
            maximum=1000,
            help=N_("Percent of the routing's pace; 100 when empty."),
        ),
    ),
    save="sanpin.factory.service:save_machine_rows",
    unique=("resource",),
    sample_rows=(
        {"resource": "MOULD-1", "name": "Moulding 1", "site": "plant-1", "speed": 100},
        {"resource": "MOULD-2", "name": "Moulding 2", "site": "plant-1", "speed": 80},
        {"resource": "KILN-1", "name": "Kiln 1", "site": "plant-1", "speed": 100},
    ),
)

_ROUTINGS = ImportKind(
    kind="routings",
    label=N_("Routings"),
    fields=(
        Field("item", required=True, synonyms=_ITEM, help=N_("Code of the item that is made.")),
        Field(
            "step",
            "integer",
            required=True,
            synonyms=("工序号", "工序", "序号", "operation number", "op", "sequence"),
            minimum=0,
            maximum=100_000,
            help=N_("Number that orders the steps."),
        ),
        Field("operation", synonyms=("工序名称", "工艺", "operation name", "name")),
        Field(
            "machines",
            required=True,
            synonyms=("可用设备", "设备", "机台", "资源", "machine", "resource", "resources"),
            help=N_("Machines that can do it, separated by semicolons."),
        ),
        Field(
            "seconds_per_piece",
            "decimal",
            required=True,
            synonyms=("单件工时", "单件工时(秒)", "节拍", "标准工时", "cycle time", "seconds"),
            minimum=0,
            maximum=1e7,
            help=N_("Seconds per piece at 100 % speed."),
        ),
        Field(
            "setup_minutes",
            "integer",
            synonyms=("准备时间", "准备时间(分)", "换型时间", "setup", "setup time"),
            minimum=0,
            maximum=100_000,
        ),
        Field(
            "changeover",
            synonyms=("换型属性", "颜色", "colour", "color", "setup group"),
            help=N_("What must match to need no set-up, such as the colour; the item when empty."),
        ),
        Field("after", synonyms=("前工序", "前序", "predecessor", "predecessors")),
        Field(
            "wait_minutes",
            "integer",
            synonyms=("等待时间", "等待时间(分)", "静置时间", "wait", "drying"),
            minimum=0,
            maximum=100_000,
        ),
    ),
    save="sanpin.factory.service:save_routing_rows",
    unique=("item", "step"),
    sample_rows=(
        {
            "item": "MUG-01",
            "step": 10,
            "operation": "Moulding",
            "machines": "MOULD-1;MOULD-2",
            "seconds_per_piece": 90,
            "setup_minutes": 15,
        },
        {
            "item": "MUG-01",
            "step": 20,
            "operation": "Firing",
            "machines": "KILN-1",
            "seconds_per_piece": 30,
            "setup_minutes": 30,
            "after": "10",
            "wait_minutes": 60,
        },
    ),
)

IMPORT_KINDS = (_STOCK, _RESOURCES, _ROUTINGS)
"""Everything that a plant of one's own is made of."""
