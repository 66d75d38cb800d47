"""The import kind of order files, with the headings that firms really use.

The synonyms are words that order exports use for these columns, in English and Chinese. Only
four columns are required: a firm that keeps no prices and no customers still gets a forecast.
"""

from __future__ import annotations

from sanpin.base import N_
from sanpin.kit.files import Field, ImportKind

__all__ = ["IMPORT_KINDS", "ORDERS"]

# Beyond these a cell is a mistake of the file, such as a bar code in the column of quantities.
_MOST_PIECES = 100_000_000
_HIGHEST_PRICE = 1_000_000_000


def _headings(words: str) -> tuple[str, ...]:
    """Split a list of headings; the first Chinese one heads the Chinese template."""
    return tuple(words.split(", "))


ORDERS = ImportKind(
    kind="orders",
    label=N_("Orders"),
    fields=(
        Field(
            "order_id",
            required=True,
            synonyms=_headings(
                "订单号, 单号, 订单编号, 销售单号, 发票号, order, order number, order no, "
                "invoice, invoiceno, invoice no, invoice number"
            ),
            help=N_("Number of the order; lines of one order share it."),
        ),
        Field(
            "item",
            required=True,
            synonyms=_headings(
                "物料编码, 商品编码, 货号, 产品编码, 物料号, 商品编号, 编码, sku, item code, "
                "item number, stockcode, stock code, product code, article, material"
            ),
            help=N_("Code of the item."),
        ),
        Field(
            "description",
            synonyms=_headings(
                "品名, 名称, 商品名称, 产品名称, 物料名称, 描述, name, item name, product, "
                "product name"
            ),
            help=N_("Name of the item."),
        ),
        Field(
            "quantity",
            "decimal",
            required=True,
            minimum=-_MOST_PIECES,
            maximum=_MOST_PIECES,
            synonyms=_headings("数量, 件数, 订购数量, 销售数量, 销量, qty, pieces, units"),
            help=N_("Pieces ordered; negative when cancelled or returned."),
        ),
        Field(
            "time",
            "datetime",
            required=True,
            minimum="1990-01-01",
            maximum="2100-12-31",
            synonyms=_headings(
                "下单时间, 订单日期, 日期, 下单日期, 订单时间, 销售日期, 开单日期, date, "
                "order date, invoice date, invoicedate, timestamp, datetime"
            ),
            help=N_("Day or instant of the order."),
        ),
        Field(
            "unit_price",
            "decimal",
            minimum=-_HIGHEST_PRICE,
            maximum=_HIGHEST_PRICE,
            synonyms=_headings("单价, 价格, 销售单价, unit price, unitprice, price"),
            help=N_("Price of one piece."),
        ),
        Field(
            "amount",
            "decimal",
            synonyms=_headings("金额, 总金额, 销售额, 销售金额, line total, total price, sales"),
            help=N_("Price of the line; gives the unit price where that is absent."),
        ),
        Field(
            "customer",
            synonyms=_headings(
                "客户, 客户编号, 客户编码, 客户名称, 买家, customer id, customerid, "
                "customer no, buyer, client"
            ),
            help=N_("Who ordered."),
        ),
        Field(
            "country",
            synonyms=_headings("国家, 地区, 省份, 国家/地区, region, province, state"),
            help=N_("Country or province of the customer."),
        ),
        Field(
            "site",
            synonyms=_headings("门店, 仓库, 店铺, 发货仓, store, warehouse, shop"),
            help=N_("Shop or warehouse that sold."),
        ),
    ),
    save="sanpin.demand.service.orders:save_orders",
    sample_rows=tuple(
        {
            "order_id": order,
            "item": "MUG-01",
            "description": "Blue ceramic mug",
            "quantity": quantity,
            "time": time,
            "unit_price": 12.5,
            "customer": "C-017",
            "country": "China",
            "site": "plant-1",
        }
        for order, time, quantity in (
            ("SO-1001", "2025-03-03 10:15:00", 24),
            ("SO-1002", "2025-03-05 09:30:00", 36),
            ("SO-1003", "2025-03-07 14:00:00", 24),
            ("SO-1004", "2025-03-09 11:45:00", 48),
        )
    ),
)

IMPORT_KINDS = (ORDERS,)
