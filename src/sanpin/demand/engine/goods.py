"""Tell goods from everything else that stands in an order book.

The lists hold general words of the trade in English and Chinese, matched against the whole
text, so that "POSTAGE" is a fee and "PINK POSTAGE STAMP MUG" is a mug. A code without a text
is judged by the company it keeps: in a book whose codes carry digits, a code without any digit
whose prices are all over the place is no item.
"""

from __future__ import annotations

import polars as pl

__all__ = ["booking_text", "non_product_items", "usual_descriptions"]

_CHARGE = (
    r"postage|postal charge|shipping|freight|carriage|delivery|courier|handling|packing|packaging"
    r"|surcharge|insurance|customs duty|duty|tax|vat|sales tax|tips?|deposit"
    r"|down payment|prepayment"
)
_FEE = r"fees?|charges?|costs?|commissions?"
_ENGLISH = (
    rf"(\w+ )?({_CHARGE})( (&|and|or) ({_CHARGE}))?( ({_FEE}))?"
    rf"|(\w+ ){{0,2}}({_FEE})"
    r"|manual( (entry|adjustment|correction))?|(\w+ )?discounts?|rebates?|samples?|rounding"
    r"|refunds?|credit( note)?|bad debts?|adjust(ment)?s?( .*)?|write[- ]?offs?|test( product)?"
    r"|this is a test.*|(sub|grand )?total|donations?|subscriptions?|cash|payment"
    r"|.*\bgift (voucher|certificate)s?\b.*|(e-?)?gift cards?|store credit|coupons?|vouchers?"
)
_CHINESE = (
    r"(国际|国内|顺丰|快递|物流|补拍?|补收|补)?(运费|邮费|邮资|快递费|物流费|配送费|送货费|运输费)(补差|差价|专拍|链接|补拍)?"
    r"|(包装|手续|服务|安装|打样|开模|模具|加急|仓储|装卸|保险|平台|佣金|会员|制版|版|税)费?用?(?:费)"
    r"|(补)?差价|补差|折扣|折让|优惠券?|满减|抵扣|抵用券|代金券|购物券|礼品卡|礼品券|储值卡|红包|积分"
    r"|押金|定金|预付款|尾款|退款|赔付|赔偿|返利|佣金|发票|税金|样品|打样|合计|总计|小计|测试(商品|数据)?|调账|抹零"
)
NON_PRODUCT_TEXT = rf"^(?:{_ENGLISH}|{_CHINESE})[\s.:£$€¥\d]*$"
NON_PRODUCT_CODE = (
    r"^(post|postage|dot|ship(ping)?|freight|carriage|delivery|discount|disc|manual|\w*fee"
    r"|bank charges|adjust\d?|bad ?debt|sample|gift[_ -]?(card|voucher).*|test\d*|total|subtotal)$"
)
_BOOKING_ENGLISH = (
    r"\?+.*|.*\b(damaged?s?|damages|thrown|found|missing|lost|check(ed)?|counted|adjust(ment|ed)?"
    r"|crushed|rusty|wet|mouldy|broken|unsaleable|destroyed|smashed|cracked|faulty|returned"
    r"|wrong(ly)?|incorrect(ly)?|mix(ed)? up|write[- ]?off|stock ?(take|check|count)|barcode"
    r"|sold as|given away|display|amazon|ebay|dotcom|mailout|samples?|credited|reverse)\b.*"
)
_BOOKING_CHINESE = (
    r".*(盘点|盘盈|盘亏|报损|报废|损坏|破损|丢失|遗失|调整|调拨"
    r"|冲销|红冲|领用|自用|赠送出库|找到|错发|更正).*"
)
_BOOKING_TEXT = rf"^(?:{_BOOKING_ENGLISH}|{_BOOKING_CHINESE})$"

_BOOK_SHARE = 0.9
_WILD_RATIO = 20.0
_WILD_LINES = 5


def usual_descriptions(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``item, usual``: the description that most priced lines of an item carry."""
    priced = (pl.col("unit_price") > 0).fill_null(value=False).cast(pl.Int64)
    return (
        lines.filter(pl.col("description").is_not_null())
        .group_by("item", "description")
        .agg(priced.sum().alias("priced"), pl.len().alias("lines"))
        .sort("priced", "lines", "description", descending=[True, True, False])
        .group_by("item", maintain_order=True)
        .agg(pl.col("description").first().alias("usual"))
    )


def non_product_items(lines: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Return ``item, confidence`` of the codes that are not goods."""
    folded = pl.col("usual").str.strip_chars().str.to_lowercase()
    positive = pl.col("unit_price").filter(pl.col("unit_price") > 0)
    items = (
        lines.group_by("item")
        .agg(
            pl.len().alias("lines"),
            (positive.max() / positive.min()).alias("ratio"),
        )
        .join(usual, on="item", how="left")
        .with_columns(
            folded.str.contains(NON_PRODUCT_TEXT).fill_null(value=False).alias("by_text"),
            pl.col("item").str.to_lowercase().str.contains(NON_PRODUCT_CODE).alias("by_code"),
            pl.col("item").str.contains(r"\d").alias("digits"),
        )
    )
    numbered = float(items["digits"].cast(pl.Float64).mean() or 0.0)  # type: ignore[arg-type]
    wild = (
        ~pl.col("digits")
        & (pl.col("ratio") > _WILD_RATIO)
        & (pl.col("lines") >= _WILD_LINES)
        & (numbered >= _BOOK_SHARE)
    )
    confidence = (
        pl.when(pl.col("by_text"))
        .then(0.98)
        .when(pl.col("by_code"))
        .then(0.95)
        .when(wild)
        .then(0.7)
    )
    return (
        items.with_columns(confidence.alias("confidence"))
        .filter(pl.col("confidence").is_not_null())
        .select("item", "confidence")
        .sort("item")
    )


def booking_text() -> pl.Expr:
    """Say of each description whether it notes a stock booking, such as "thrown away"."""
    text = pl.col("description").str.strip_chars().str.to_lowercase()
    return text.str.contains(_BOOKING_TEXT).fill_null(value=False)
