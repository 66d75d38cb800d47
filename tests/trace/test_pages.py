"""The pages: each answers its question in both languages, from empty to full."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.http import write_cursor
from sanpin.trace import service
from sanpin.trace.sample import sample_documents

BROWSER = {"accept": "text/html", "accept-language": "en"}


def page(site: TestClient, path: str, language: str = "en", status: int = 200) -> str:
    headers = BROWSER | {"accept-language": language}
    answer = site.get(path, headers=headers, follow_redirects=False)
    assert answer.status_code == status, answer.text[:400]
    return answer.text


def test_the_empty_page_offers_three_doors(site: TestClient) -> None:
    for path in ("/trace", "/trace/recall", "/trace/recall?epc=urn:x:1"):
        text = page(site, path)
        for door in ('action="/trace/sample"', 'href="/"', 'action="/trace/capture"', "Read how"):
            assert door in text
    answer = site.post("/trace/sample", follow_redirects=False)
    assert answer.headers["location"] == "/trace"
    assert "MUG-3" in page(site, "/trace")


def test_search_shows_new_lots_and_holds(chain: Context, site: TestClient) -> None:
    text = page(site, "/trace")
    assert "<h1>Which thing do you want to follow?" in text
    assert "<strong>1</strong> lot is on hold" in text
    assert text.index("MUG-3 · Celadon mug (SAMPLE)") < text.index("MUG-2 · Celadon mug")
    chinese = page(site, "/trace", "zh-CN")
    assert "您要追踪哪个物品" in chinese
    assert "有 <strong>1</strong> 个批次被冻结" in chinese


def test_search_leads_to_the_one_thing(chain: Context, site: TestClient, codes: Any) -> None:
    for text in (codes.mug, codes.brackets("MUG", "MUG-1"), "MUG-1"):
        answer = site.get("/trace", params={"q": text}, headers=BROWSER, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == codes.mug.replace("https://id.gs1.org", "/trace/thing")


def test_the_bar_code_of_a_product_leads_to_its_lots(
    chain: Context, site: TestClient, codes: Any
) -> None:
    """A till's bar code names the product only; its newest lots stand first."""
    gtin = codes.directory.items["MUG"]
    text = page(site, f"/trace?q={quote(f']E0{gtin[1:]}')}")
    found = text[text.index('id="trace-found"') :]
    lots = re.findall(r'href="/trace/thing/01/\d+/10/(MUG-\d)"', found)
    assert sorted(set(lots)) == ["MUG-1", "MUG-2", "MUG-3"]
    assert service.search(chain, f"(01){gtin}", 1)[0].path.endswith("MUG-3")
    assert service.search(chain, "(01)09521234567899", 5) == []


def test_search_says_what_it_understood(chain: Context, site: TestClient) -> None:
    text = page(site, "/trace?q=" + quote("(01)09521234567899(10)NEW"))
    assert '<span class="muted">Understood:</span> <b>lot</b>' in text
    assert "<dt>Lot</dt><dd>NEW</dd>" in text
    assert "No event of yours names it." in text
    text = page(site, "/trace?q=" + quote("(01)09521234567898"))
    assert "The check digit of (01) 09521234567898 is 8; it should be 9." in text
    several = page(site, "/trace?q=MUG")
    assert several.count('href="/trace/thing/01/') >= 3


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Where did MUG-1 · Celadon mug (SAMPLE) come from and where is it now?"),
        ("zh-CN", "MUG-1 · Celadon mug (SAMPLE) 从哪里来，现在在哪里？"),
    ],
)
def test_a_lot_has_its_page(
    chain: Context, site: TestClient, codes: Any, language: str, question: str
) -> None:
    text = page(site, codes.mug.replace("https://id.gs1.org", "/trace/thing"), language)
    assert f"<h1>{question}</h1>" in text
    assert "Harbour Gifts (SAMPLE)" in text
    assert "<strong>120" in text
    assert f"/api/v1/trace/graph?epc={quote(codes.mug, safe='')}" in text
    assert f"/trace/recall?epc={quote(codes.mug, safe='')}" in text
    assert "×11" in text
    assert " style=" not in text


def test_a_container_and_a_material_have_their_answers(
    chain: Context, site: TestClient, codes: Any
) -> None:
    case = page(site, "/trace/thing/00/095212340000000013")
    assert "<strong>On hand</strong> at Harbour Gifts (SAMPLE)" in case
    assert 'href="/trace/thing/00/095212340000000914"' in case
    clay = page(site, codes.clay.replace("https://id.gs1.org", "/trace/thing"))
    assert "<strong>400" in clay
    assert "came in" in clay
    assert "were used" in clay


def test_names_with_odd_characters_keep_their_page(site: TestClient) -> None:
    odd = "https://id.gs1.org/01/09521234567899/10/A%2FB%3F"
    other = "urn:x:thing?#/ü"
    data = sample_documents()[0].replace(b"https://id.gs1.org/00/095212340000000013", odd.encode())
    data = data.replace(b"https://id.gs1.org/00/095212340000000020", other.encode())
    assert (
        site.post(
            "/epcis/capture", content=data, headers={"content-type": "application/json"}
        ).status_code
        == 202
    )
    assert "A/B?" in page(site, "/trace/thing/01/09521234567899/10/A%2FB%3F")
    assert "urn:x:thing" in page(site, f"/trace/thing?epc={quote(other, safe='')}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/trace/thing/01/09521234567899/10/NEVER", 404),
        ("/trace/thing/01/09521234567898", 422),
        ("/trace/thing/nonsense", 404),
        ("/trace/thing", 422),
        ("/trace/recall?epc=nonsense", 422),
    ],
)
def test_unknown_things_are_refused(
    chain: Context, site: TestClient, path: str, status: int
) -> None:
    page(site, path, status=status)


def test_a_recall_names_who_has_what_and_why(chain: Context, site: TestClient, codes: Any) -> None:
    assert "Codes, one a line" in page(site, "/trace/recall")
    seeds = quote(f"{codes.clay}\n{codes.lot('CLAY', 'NEVER')}")
    text = page(site, f"/trace/recall?epc={seeds}")
    assert "<strong>5</strong> products" in text
    assert "Teahouse Stores (SAMPLE)" in text
    assert "C-0301 · Stoneware clay (SAMPLE) → BLANK-1 · Mug, bisque-fired (SAMPLE)" in text
    assert "No event names this thing." in text
    assert "format=xlsx" in text


def test_a_long_recall_comes_in_pages(
    chain: Context, site: TestClient, codes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line stands on one page, every page is of all that was named, the export holds all."""
    monkeypatch.setattr("sanpin.trace.pages.recalls.LINES", 4)
    seeds = f"{codes.clay}\n{codes.lot('CLAY', 'C-0302')}"
    wanted = service.recall_view(chain, service.Asked(tuple(seeds.splitlines())), count=1000)
    path, seen = f"/trace/recall?epc={quote(seeds)}", []
    while path:
        text = page(site, path)
        table = text[text.index('id="trace-affected"') :]
        found = re.findall(r"<tr>\s*<td[^>]*><a href=\"([^\"]+)\"", table)
        assert len(found) <= 4 and f"of {len(wanted.lines)} rows" in table
        assert f"<strong>{wanted.products}</strong> products" in text
        seen += found
        more = re.search(r'rel="next" href="([^"]+)"', table)
        path = f"/trace/recall{unescape(more[1])}" if more else ""
    assert seen == [line["path"] for line in wanted.lines] and len(seen) > 8
    first = page(site, f"/trace/recall?epc={quote(codes.clay)}&cursor={write_cursor('x')}")
    assert "<h1>" in first, "a cursor of another list begins anew"


def test_files_are_captured_by_hand(site: TestClient) -> None:
    good = ("files", ("good.json", sample_documents()[0], "application/json"))
    bad = ("files", ("bad.json", b"{", "application/json"))
    answer = site.post("/trace/capture", files=[good, bad], headers=BROWSER)
    assert answer.status_code == 200
    assert "<strong>35</strong> of 35 events captured" in answer.text
    assert "bad.json" in answer.text
    assert "no valid JSON" in answer.text
    listed = page(site, "/trace/capture", "zh-CN")
    assert "共保存 <strong>35</strong> 个事件" in listed
    assert "有拒绝项" in listed


def test_two_uploads_of_one_name_are_two_documents(site: TestClient, ctx: Context) -> None:
    """Files from two folders are often called alike; neither may be lost in silence."""
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
    }
    names = ("events.json (3)", "events.json", "events.json")
    files = [
        ("files", (name, orjson.dumps([event | {"epcList": [f"urn:x:{n}"]}]), "text/json"))
        for n, name in enumerate(names)
    ]
    # A list of events has no head, so nothing but the events themselves is checked.
    answer = site.post("/trace/capture", files=files)
    assert answer.status_code == 200
    assert service.count_events(ctx) == 3
