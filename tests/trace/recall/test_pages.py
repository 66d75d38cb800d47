"""Pages of recalls: seeds, narrowing, cases, returns, notices, reports; in both languages."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient
from tests.trace.recall.chains import capture, event, two_shops

from sanpin.kit.context import Context
from sanpin.trace import service

BROWSER = {"accept": "text/html", "accept-language": "en"}


def page(site: TestClient, path: str, language: str = "en", status: int = 200) -> str:
    answer = site.get(path, headers=BROWSER | {"accept-language": language})
    assert answer.status_code == status, answer.text[:400]
    assert " style=" not in answer.text
    return unescape(answer.text)


def post(site: TestClient, path: str, status: int = 303, **data: Any) -> Any:
    files = data.pop("files", None)
    answer = site.post(path, data=data, files=files, headers=BROWSER, follow_redirects=False)
    assert answer.status_code == status, answer.text[:400]
    return answer


@pytest.fixture
def case(chain: Context, site: TestClient, codes: Any) -> str:
    """Address of a case that was started from the page."""
    asked = quote(f"{codes.clay}\n{codes.lot('GLAZE', 'G-0301')}")
    answer = post(site, f"/trace/recalls?epc={asked}", title="Glaze", reason="Lead")
    return str(answer.headers["location"])


def test_seeds_come_from_codes_rules_holds_and_lists(
    chain: Context, site: TestClient, codes: Any
) -> None:
    text = page(site, "/trace/recall")
    assert "What if they are bad?" in text and "A supplier's list" in text
    assert "供应商清单" in page(site, "/trace/recall", "zh-CN")
    held = page(site, "/trace/recall?hold=1")
    assert "<strong>1</strong> products" in held and "MUG-3" in held
    gtin = codes.directory.items["MUG"]
    rule = page(site, f"/trace/recall?product={gtin}&made_from=2026-03-04T00:00")
    assert f"<h1>If {gtin} (3) is bad" in rule and "<strong>3</strong> products" in rule
    nothing = page(site, f"/trace/recall?product={gtin}&made_from=2027-01-01T00:00")
    assert "Nothing fits what was asked." in nothing


def test_a_list_is_uploaded_as_a_whole_or_refused_row_by_row(
    chain: Context, site: TestClient, codes: Any
) -> None:
    good = "条码,批号\n" + f"{int(codes.directory.items['CLAY'])},C-0301\n,G-0301\n"
    answer = post(site, "/trace/recall/seeds", files={"file": ("批次.csv", good.encode())})
    text = page(site, answer.headers["location"])
    assert "批次.csv (2)" in text and "<strong>7</strong> products" in text
    bad = "gtin,lot\n09529993143386,C-0301\n,NEVER\n"
    refused = post(site, "/trace/recall/seeds", 422, files={"file": ("bad.csv", bad.encode())})
    told = unescape(refused.text)
    assert "2 rows of bad.csv name nothing that could be bad." in told
    assert "Row 3: no lot of yours has the number NEVER." in told
    assert "check digit" in told
    page(site, "/trace/recall?list=nothing", status=404)


def test_narrowing_by_seed_time_and_place(chain: Context, site: TestClient, codes: Any) -> None:
    glaze = codes.lot("GLAZE", "G-0301")
    both = f"/trace/recall?epc={quote(codes.clay)}&epc={quote(glaze)}"
    assert "<strong>7</strong> products" in page(site, both)
    cleared = page(site, f"{both}&without={quote(glaze)}")
    assert "<strong>5</strong> products" in cleared and f'value="{glaze}" checked' in cleared
    none = page(site, f"{both}&without={quote(glaze)}&without={quote(codes.clay)}")
    assert "Every seed is cleared" in none
    early = page(site, f"{both}&to={quote('2026-03-05T00:00:00Z')}")
    assert "<strong>4</strong> products" in early
    here = datetime(2026, 3, 5, tzinfo=UTC).astimezone().strftime("%Y-%m-%dT%H:%M")
    assert f'name="to" value="{here}"' in early, "a form speaks of the time of this computer"
    assert "<strong>4</strong> products" in page(site, f"{both}&to={here}")
    plant = re.search(r'<option value="([^"]+/414/[^"]+)">Main plant', page(site, both))
    assert plant
    there = page(site, f"{both}&place={quote(plant[1])}")
    assert "<strong>5</strong> products" in there, "the seeds themselves were not made there"
    page(site, f"{both}&from=yesterday", status=422)


def test_the_map_shows_who_has_the_goods(chain: Context, site: TestClient, codes: Any) -> None:
    """Points with numbers and amounts; a place without coordinates is named in words."""
    text = page(site, f"/trace/recall?epc={quote(codes.clay)}")
    spec = json.loads(
        text.partition('id="trace-holders"')[2].partition('json">')[2].partition("<")[0]
    )
    points = {point["label"]: point for point in spec["points"]}
    # Both blanks were used up; the clay is at the plant, and one mug lot left it for a shop.
    assert {label: point["count"] for label, point in points.items()} == {
        "Harbour Gifts (SAMPLE) · 120 pieces": 1,
        "Teahouse Stores (SAMPLE) · 120 pieces": 1,
        "Main plant (SAMPLE)": 2,
    }
    harbour = points["Harbour Gifts (SAMPLE) · 120 pieces"]
    assert harbour["title"] == "Harbour Gifts (SAMPLE): 1 product (120 pieces)"
    assert (harbour["lat"], harbour["lon"]) == (29.86834, 121.54399)
    assert 'id="unplaced"' not in text


def test_places_without_coordinates_are_told_in_words(ctx: Context, site: TestClient) -> None:
    two_shops(ctx)
    path = "/trace/recall?epc=https://id.gs1.org/01/09521234567899/10/F1"
    text = page(site, path)
    assert "x-map" not in text
    told = text.partition('id="unplaced">')[2].partition("</p>")[0]
    assert "urn:place:shop-a (1), urn:place:shop-b (1)" in told
    assert 'href="/trace/places"' in told
    assert "没有坐标，因此不在图上" in page(site, path, "zh-CN")


def test_neighbours_share_a_point_and_the_untold_is_told(ctx: Context, site: TestClient) -> None:
    lots = [f"urn:x:lot-{number}" for number in range(3)]
    where = ["geo:29.5,106.5", "geo:29.50,106.50", ""]
    capture(ctx, [
        event(1, "commissioning", action="ADD", epcList=[lot])
        | ({"bizLocation": {"id": place}} if place else {})
        for lot, place in zip(lots, where, strict=True)
    ])  # fmt: skip
    text = page(site, "/trace/recall?epc=" + "%0A".join(lots))
    assert '"label": "geo:29.5,106.5 +1"' in text
    assert '"count": 2' in text
    assert "Nobody has said where <strong>1</strong> product is." in text


def test_suggestions_are_the_recalls_that_their_links_open(
    chain: Context, site: TestClient, codes: Any
) -> None:
    both = f"/trace/recall?epc={quote(codes.clay)}&epc={quote(codes.lot('GLAZE', 'G-0301'))}"
    text = page(site, f"{both}&narrow=1")
    table = text[text.index('id="trace-narrowing"') : text.index('id="trace-only"')]
    rows = re.findall(r'<a href="(/trace/recall[^"]+)">.*?class="num">(\d+)<', table, re.DOTALL)
    assert len(rows) == 4
    for link, products in rows:
        assert f"<strong>{products}</strong> products" in page(site, link)


def test_a_case_is_started_filled_and_closed(
    chain: Context, site: TestClient, case: str, codes: Any
) -> None:
    text = page(site, case)
    assert "<h1>What came back of Glaze, and what is still out?" in text
    assert "<strong>0.0" in text and "0 of 2 consignees were told" in text
    scanned = post(site, f"{case}/returns", code="(00)095212340000000914")
    told = page(site, scanned.headers["location"].partition("#")[0])
    assert "counted: SSCC 095212340000000914 · 120" in told
    assert 'id="trace-curve"' in told
    outside = post(site, f"{case}/returns", code=codes.lot("MUG", "NEVER"))
    assert "unknown: NEVER" in page(site, outside.headers["location"].partition("#")[0])
    refused = post(site, f"{case}/returns", 422, code=codes.clay, quantity="some")
    assert "is no amount that could come back" in refused.text
    assert f'value="{codes.clay}"' in refused.text, "what was typed stays"
    post(site, f"{case}/notices", number=1)
    assert "1 of 2 consignees were told" in page(site, case)
    post(site, f"{case}/notices")
    assert "A case is closed with a conclusion" in post(site, f"{case}/close", 422).text
    closed = post(site, f"{case}/close", conclusion="Found and mended.")
    report = page(site, closed.headers["location"])
    assert "Conclusion: Found and mended." in report and "Closed after" in report
    assert "Record what came back" not in page(site, case), "nothing is booked any more"
    assert "进行中" not in page(site, case, "zh-CN")


def test_notices_speak_both_languages_and_come_as_a_workbook(
    chain: Context, site: TestClient, case: str
) -> None:
    text = page(site, f"{case}/notices/1")
    assert '<article class="letter" lang="zh-CN"><p class="letter-head">召回：Glaze' in text
    assert '<article class="letter" lang="en"><p class="letter-head">Recall: Glaze' in text
    assert "Reason: Lead" in text and "120 pieces" in text
    page(site, f"{case}/notices/9", status=404)
    for address, rows in ((f"{case}/lots.xlsx", 5), (f"{case}/lots.xlsx?number=1", 1)):
        book = load_workbook(io.BytesIO(site.get(address).content))
        values = list(book.worksheets[0].values)
        assert len(values) == rows + 1 and values[0][1] == "Thing"


def test_a_drill_is_marked_wherever_it_shows(chain: Context, site: TestClient, codes: Any) -> None:
    asked = f"/trace/recalls?epc={quote(codes.clay)}"
    drill = post(site, asked, title="Exercise", drill="1").headers["location"]
    for path in (drill, f"{drill}/report", f"{drill}/notices/1", "/trace/recalls"):
        assert "DRILL" in page(site, path), path
        assert "演练" in page(site, path, "zh-CN"), path
    assert "No recall is open." in page(site, "/trace/recalls"), "a drill is no open recall"
    name = site.get(f"{drill}/lots.xlsx").headers["content-disposition"]
    assert "DRILL" in name
    post(site, asked, title="Real")
    assert "<strong>1</strong> recall is open" in page(site, "/trace/recalls")


def test_long_scopes_and_lists_of_cases_come_in_pages(
    chain: Context, site: TestClient, case: str, monkeypatch: pytest.MonkeyPatch, codes: Any
) -> None:
    monkeypatch.setattr("sanpin.trace.pages.cases._LINES", 10)
    seen: list[str] = []
    path = case
    while path:
        text = page(site, path)
        table = text[text.index('id="trace-lines"') :]
        seen += re.findall(r"<tr>\s*<td[^>]*><a href=\"([^\"]+)\"", table)
        more = re.search(r'rel="next" href="([^"#]+)', table)
        path = f"{case}{more[1]}" if more else ""
    assert len(seen) == len(set(seen)) == 29
    csv = site.get(f"/api/v1{case}/lines?format=csv").content
    assert pl.read_csv(io.BytesIO(csv)).height == 29
    monkeypatch.setattr("sanpin.trace.pages.cases._CASES", 1)
    post(site, f"/trace/recalls?epc={quote(codes.clay)}", title="Later")
    first = page(site, "/trace/recalls")
    assert "Later" in first and "Glaze" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following and "Glaze" in page(site, f"/trace/recalls{following[1]}")


def test_a_lot_of_two_shops_asks_who_sends_it(ctx: Context, site: TestClient) -> None:
    two_shops(ctx)
    lot = "https://id.gs1.org/01/09521234567899/10/F1"
    case = post(site, f"/trace/recalls?epc={quote(lot)}").headers["location"]
    form = {"code": lot, "quantity": "5", "uom": "KGM"}
    refused = post(site, f"{case}/returns", 422, **form)
    assert "say which one sends it back" in refused.text
    post(site, f"{case}/returns", **form, holder="urn:place:shop-b")
    assert service.case_returns(ctx, case.rpartition("/")[2])[0].holder == "urn:place:shop-b"


def test_a_pasted_notice_leads_to_lots_and_their_recall(
    chain: Context, site: TestClient, codes: Any
) -> None:
    assert "nothing of it is stored" in page(site, "/trace/notice")
    text = "Recall of Celadon Mug. Lot MUG-1 only."
    found = unescape(post(site, "/trace/notice", 200, text=text).text)
    assert "<strong>1</strong> lot is likely meant" in found
    assert f'name="epc" value="{codes.mug}"' in found
    assert "lot: MUG-1" in found and "word: celadon" in found
    assert "No lot is likely meant" in post(site, "/trace/notice", 200, text="Toys").text
    assert "There is no text of a notice." in post(site, "/trace/notice", 422, text=" ").text
