"""Matching of public recall notices: what is read, how it is weighed, how well it does."""

from __future__ import annotations

import html
import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trace.recall.chains import amount, capture, event

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.notices import match_lots, match_products, plain_lot, read_notice
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.model.notices import OwnLot, OwnProduct

NOTICE = """
Acme Foods recalls “SUNNY VALE Peach Salsa” 16 oz., UPC 0 36000 29145 2, with lot codes 25240 and
25247, lot numbers A-12/3, B44 or 300 through 350, and “best by” dates ranging “11/04/2025” to
“04/19/2026”; also “sell by” JUN 12 2024. Phone 1-800-555-0199.
"""
CHINESE = """召回公告：阳光谷桃子酱，生产批号：CER-0911-03、CER-0911-04，
生产日期2025年9月11日至2025年9月13日。"""


def test_what_is_read_out_of_a_notice() -> None:
    reading = read_notice(NOTICE)
    assert [one.value for one in reading.gtins] == ["00036000291452"]
    assert [(one.value, one.last) for one in reading.lots] == [
        ("25240", ""), ("25247", ""), ("A123", ""), ("B44", ""), ("300", "350"),
    ]  # fmt: skip
    assert [(one.value, one.last) for one in reading.dates] == [
        ("2025-11-04", "2026-04-19"), ("2024-06-12", ""),
    ]  # fmt: skip
    assert {"sunny", "vale", "peach", "salsa"} <= reading.words.keys()
    assert not {"recall", "lot", "date"} & reading.words.keys()
    chinese = read_notice(CHINESE)
    assert [one.text for one in chinese.lots] == ["CER-0911-03", "CER-0911-04"]
    assert [(one.value, one.last) for one in chinese.dates] == [("2025-09-11", "2025-09-13")]
    assert "桃子" in chinese.words


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("use by 2026-03-01", ["2026-03-01"]),
        ("March 1st, 2026", ["2026-03-01"]),
        ("1 Mar 26", ["2026-03-01"]),
        ("31/01/2026", ["2026-01-31"]),
        ("between 01/02/2026 and 01/05/2026", ["2026-01-02"]),
        ("01/02/2026 and 01/05/2026", ["2026-01-02", "2026-01-05"]),
        ("13/13/2026, 2026-02-30, code 120260301", []),
    ],
)
def test_days_in_many_forms(text: str, days: list[str]) -> None:
    assert [one.value for one in read_notice(text).dates] == days


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    reading = read_notice(text)
    assert all(len(one.value) == 14 for one in reading.gtins)
    assert all(one.value == plain_lot(one.value) for one in reading.lots)


SALSA = OwnProduct("00036000291452", ("Sunny Vale Peach Salsa", "阳光谷桃子酱"))
OTHER = OwnProduct("09521234567899", ("Celadon mug",))


def test_products_are_weighed_by_gtin_and_name() -> None:
    reading = read_notice(NOTICE)
    (best,) = match_products(reading, [OTHER, SALSA])
    assert best.product is SALSA and best.score > 0.9
    assert {one.kind for one in best.mentions} == {"gtin", "word"}
    (other,) = match_products(read_notice(CHINESE), [OTHER, SALSA])
    assert other.product is SALSA and {one.value for one in other.mentions} >= {"桃子", "子酱"}
    twin = OwnProduct("00000000000000", SALSA.names)
    scores = {m.product.gtin: m.score for m in match_products(reading, [SALSA, twin], 0.0)}
    assert scores[twin.gtin] < 0.5 * scores[SALSA.gtin], "the notice names another GTIN"
    assert match_products(reading, [OTHER]) == []


def test_lots_are_weighed_by_number_range_and_day() -> None:
    reading = read_notice(NOTICE)
    (product,) = match_products(reading, [SALSA])

    def score(lot: str, *days: date) -> tuple[float, list[str], tuple[str, ...]]:
        (found,) = match_lots(reading, product, [OwnLot("x", SALSA.gtin, lot, days)], 0.0)
        return (
            found.score,
            [one.kind for one in found.mentions if one.kind != "word"],
            found.against,
        )

    named, kinds, against = score("a12-3")
    assert "lot" in kinds and against == ()
    within, kinds, _ = score("325")
    assert within == named, "a range holds it"
    missing, kinds, against = score("999")
    assert missing < 0.6 * named and against == ("lot",)
    dated, kinds, _ = score("25240", date(2026, 1, 1))
    assert dated > named and kinds[-1] == "date"
    wrong, _, against = score("25240", date(2027, 1, 1))
    assert wrong < named and against == ("date",)


def test_own_lots_are_found_in_the_ledger(ctx: Context) -> None:
    stem = "https://id.gs1.org/01"
    ilmd = {"cbvmda:bestBeforeDate": "2026-01-05"}
    made = [
        event(1, "commissioning", action="ADD", ilmd=ilmd if lot == "25240" else {},
              quantityList=amount(f"{stem}/{SALSA.gtin}/10/{lot}", 5))
        for lot in ("25240", "26000")
    ]  # fmt: skip
    for one in made:
        if not one["ilmd"]:
            del one["ilmd"]
    capture(ctx, made)
    service.save_master(
        ctx,
        [MasterEntry(f"{stem}/{SALSA.gtin}", "product", SALSA.names[0],
                     {"urn:epcglobal:cbv:mda#brandName": "Sunny Vale"})],
    )  # fmt: skip
    found = service.match_notice(ctx, NOTICE)
    first, second = found.lots
    assert first.match.lot.lot == "25240" and first.match.score > 0.95
    assert {"gtin", "lot", "date", "word"} == {one.kind for one in first.match.mentions}
    assert second.match.against == ("lot",) and second.match.score < 0.6
    record = service.notice_record(found)
    assert record["lots"][0]["matched"][0] == {
        "kind": "gtin", "text": "0 36000 29145 2", "value": SALSA.gtin,
    }  # fmt: skip
    by_number = service.match_notice(ctx, "Somebody recalls something, lot 26000.")
    assert [one.match.lot.lot for one in by_number.lots] == ["26000"]
    for text, code in (("  ", "trace.notice.empty"), ("x" * 200_001, "trace.notice.long")):
        with pytest.raises(InputError) as refused:
            service.match_notice(ctx, text)
        assert refused.value.code == code


FOLDER = os.environ.get("SANPIN_OPEN_DATA", "")
QUOTED = re.compile(r'[“"]([^”"]{6,80})[”"]')
NO_NAME = re.compile(r"\b(best|use|sell|lot|est|freeze|packed)\b", re.IGNORECASE)


def published(name: str) -> list[dict[str, Any]]:
    path = Path(FOLDER) / "trace" / "recalls" / name
    if not FOLDER or not path.is_file():
        pytest.skip("needs the published recall notices (SANPIN_OPEN_DATA)")
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def fda_name(notice: dict[str, Any]) -> str:
    """Brand and description, as a dealer's master data would have them."""
    brand = notice["brand_name"]
    return f"{brand} {notice['product_description'] or ''}"[:120] if brand else ""


def fsis_name(notice: dict[str, Any]) -> str:
    """The first name in quotation marks: what stands on the package."""
    text = html.unescape(notice["product_description"] or "")
    names = [name.strip(" .,") for name in QUOTED.findall(text)]
    good = [n for n in names if len(re.findall(r"[A-Za-z]{3,}", n)) >= 2 and not NO_NAME.search(n)]
    return good[0] if good else ""


def figures(notices: list[dict[str, Any]], names: list[str]) -> tuple[float, float]:
    """Recall and precision of the product match, each notice against the products of all."""
    products = [OwnProduct(f"{n:014d}", (name,)) for n, name in enumerate(names) if name]
    right = returned = 0
    for product in products:
        notice = notices[int(product.gtin)]
        parts = ("title", "company_name", "brand_name", "product_description", "recall_reason")
        text = " ".join(str(notice[part] or "") for part in parts)
        found = [match.product.names for match in match_products(read_notice(text), products)]
        right += product.names in found
        returned += len(found)
    return right / len(products), right / max(returned, 1)


def test_on_the_notices_that_the_threshold_was_set_on() -> None:
    """FDA notices, 128 with a brand: here the least score was chosen."""
    notices = published("us_food_safety_recalls.json")
    recalled, precision = figures(notices, [fda_name(one) for one in notices])
    assert recalled >= 0.98 and precision >= 0.80, (recalled, precision)


def test_on_notices_that_nothing_was_set_on() -> None:
    """FSIS notices, 460 with a name in quotation marks; many sell alike names: salads, jerky."""
    notices = published("usda_fsis_recalls_staged.json")
    recalled, precision = figures(notices, [fsis_name(one) for one in notices])
    assert recalled >= 0.95 and precision >= 0.30, (recalled, precision)
