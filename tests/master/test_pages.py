"""Pages of master data, without a browser."""

from __future__ import annotations

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.settings import set_setting
from sanpin.master import service
from sanpin.master.model import Item

NOUNS = ["items", "partners", "sites", "calendars", "boms"]


def text(client: TestClient, path: str, status: int = 200) -> str:
    """Return a page as text after checking that nothing inline stands in it."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert " style=" not in answer.text
    assert not re.search(r"\son\w+=", answer.text)
    return answer.text


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("noun", NOUNS)
def test_an_empty_list_has_its_three_doors(client: TestClient, noun: str, lang: str) -> None:
    page = text(client, f"/master/{noun}?lang={lang}")
    assert "/settings/sample" in page
    assert "/imports?kind=" in page
    assert "/imports/how" in page
    assert f'lang="{lang}"' in page


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_shows_its_rows_and_exports_all(
    client: TestClient, filled: Context, noun: str
) -> None:
    page = text(client, f"/master/{noun}")
    assert f"/api/v1/master/exports/{noun}?format=xlsx" in page
    assert "SAMPLE" in page
    assert f'href="/master/new/{noun}"' in page


def test_the_first_tab_opens(client: TestClient) -> None:
    answer = client.get("/master", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/master/items")


def test_a_list_is_searched_and_filtered(client: TestClient, filled: Context) -> None:
    page = text(client, "/master/items?search=cake&kind=product")
    assert "22423" in page
    assert "85099B" not in page
    assert "exports/items?search=cake&amp;kind=product&amp;format=csv" in page
    assert "85099B" in text(client, "/master/items?family=textile")
    nothing = text(client, "/master/items?search=zzz")
    assert "Nothing matches" in nothing


def test_long_lists_have_pages(client: TestClient, ctx: Context) -> None:
    service.register_items(ctx, [(f"I{number:03d}", "Glass jar") for number in range(130)])
    first = text(client, "/master/items")
    assert "I099" in first
    assert "I100" not in first
    assert "100 of 130" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = text(client, following[1].replace("&amp;", "&"))
    assert "I129" in second
    assert ">I099<" not in second


def test_an_item_shows_its_bill_and_its_uses(client: TestClient, filled: Context) -> None:
    page = text(client, "/master/items/22423?quantity=10")
    assert "REGENCY CAKESTAND 3 TIER" in page
    assert 'class="level-2"' in page
    assert "MAT-CLAY" in page
    assert "10.204" in page, "ten blanks with two per cent scrap"
    material = text(client, "/master/items/MAT-CLAY")
    assert "PART-CERAMIC-MEDIUM" in material
    assert "/master/partners/SUP-CLAY" in material


def test_codes_with_signs_have_pages(client: TestClient, ctx: Context) -> None:
    service.put_record(ctx, Item("A/1 #红?", "Odd"))
    listed = text(client, "/master/items")
    link = re.search(r'href="(/master/items/A[^"]+)"', listed)
    assert link is not None
    page = text(client, link[1])
    edit = re.search(r'href="(/master/edit/items/A[^"]+)"', page)
    assert edit is not None
    assert 'value="A/1 #红?"' in text(client, edit[1])


def test_partners_and_sites_show_what_belongs_to_them(client: TestClient, filled: Context) -> None:
    assert "MAT-CLAY" in text(client, "/master/partners/SUP-CLAY")
    assert "sat-1" in text(client, "/master/partners/own")
    assert "/master/calendars/two-shifts" in text(client, "/master/sites/hq")


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for noun in ("items", "partners", "sites", "calendars"):
        assert client.get(f"/master/{noun}/none").status_code == 404
    assert client.get("/master/orders").status_code == 422


def test_a_calendar_shows_the_month_of_today(client: TestClient, filled: Context) -> None:
    set_setting(filled, "as_of", date(2011, 9, 16).isoformat())
    page = text(client, "/master/calendars/two-shifts")
    assert "<h2>2011-09</h2>" in page
    assert "Mid-Autumn Festival" in page
    assert 'aria-current="date"' in page
    october = text(client, "/master/calendars/two-shifts?month=2011-10")
    assert october.count("National Day") == 7
    assert october.count("made up") == 2, "the eighth and the ninth"
    assert "month=2011-09" in october
    assert "month=2011-11" in october
    assert "not known here" in text(client, "/master/calendars/two-shifts?month=2035-01")
    assert "<h2>2011-09</h2>" in text(client, "/master/calendars/two-shifts?month=nonsense")
    assert "<h2>2011-09</h2>" in text(client, "/master/calendars/two-shifts?month=0000-01")


FORMS = {
    "items": {"unit": "KGM", "family": "glass", "kind": "material", "supply": "buy",
              "attributes": "colour: red\npieces: 3"},
    "partners": {"kind": "carrier", "country": "China"},
    "sites": {"kind": "store", "latitude": "29.4", "longitude": "105.6", "calendar": ""},
    "calendars": {"zone": "Asia/Shanghai", "public_holidays": "CN", "holidays": "2011-09-20",
                  "extra_days": "", "start": "6:00", "end": "14:00", "breaks": "10:00–10:30",
                  "days-0": "0"},
}  # fmt: skip


@pytest.mark.parametrize("noun", FORMS)
def test_a_record_is_made_changed_and_deleted_by_form(
    client: TestClient, ctx: Context, noun: str
) -> None:
    assert 'name="code"' in text(client, f"/master/new/{noun}")
    given = {"code": "X1", "name_en": "First", **FORMS[noun]}
    made = client.post(f"/master/save/{noun}", data=given | {"mode": "new"}, follow_redirects=False)
    assert (made.status_code, made.headers["location"]) == (303, f"/master/{noun}/X1")
    record = service.get_record(ctx, noun, "X1")
    assert record.name_en == "First"
    edit = text(client, f"/master/edit/{noun}/X1")
    assert "readonly" in edit
    assert 'value="First"' in edit
    again = client.post(f"/master/save/{noun}", data=given | {"mode": "new"})
    assert again.status_code == 422
    assert "X1" in again.text, "a new record replaces nothing"
    client.post(f"/master/save/{noun}", data=given | {"name_en": "Second", "mode": "edit"})
    assert service.get_record(ctx, noun, "X1").name_en == "Second"
    gone = client.post(f"/master/delete/{noun}", data={"code": "X1"}, follow_redirects=False)
    assert gone.headers["location"] == f"/master/{noun}"
    assert service.list_records(ctx, noun).total == 0


def test_forms_keep_all_they_are_given(client: TestClient, ctx: Context) -> None:
    for noun, form in FORMS.items():
        client.post(f"/master/save/{noun}", data={"code": "X1", "mode": "new", **form})
    item = service.get_item(ctx, "X1")
    assert (item.unit, item.family, item.kind) == ("KGM", "glass", "material")
    assert item.attributes == {"colour": "red", "pieces": 3}
    assert service.get_site(ctx, "X1").latitude == 29.4
    calendar = service.get_calendar(ctx, "X1")
    assert calendar.shifts[0].seconds == (6 * 3600, 14 * 3600)
    assert len(calendar.shifts[0].breaks) == 1
    assert calendar.holidays == {date(2011, 9, 20)}


@pytest.mark.parametrize(
    ("noun", "changes"),
    [
        ("items", {"code": ""}),
        ("items", {"gtin": "123"}),
        ("items", {"kind": "weapon"}),
        ("items", {"attributes": "no colon"}),
        ("sites", {"latitude": "north"}),
        ("sites", {"calendar": "none"}),
        ("calendars", {"holidays": "tomorrow"}),
        ("calendars", {"start": "dawn"}),
        ("calendars", {"breaks": "15:00-16:00"}),
        ("calendars", {"zone": "Mars"}),
    ],
)
def test_a_form_with_a_fault_comes_back_with_the_reason(
    client: TestClient, ctx: Context, noun: str, changes: dict[str, str]
) -> None:
    form = {"code": "X1", "mode": "new", **FORMS[noun], **changes}
    answer = client.post(f"/master/save/{noun}", data=form)
    assert answer.status_code == 422
    assert 'class="flash bad"' in answer.text
    assert service.list_records(ctx, noun).total == 0
    for value in changes.values():
        assert value in answer.text, "what was typed is not lost"


def test_a_bill_is_made_changed_and_deleted_by_form(client: TestClient, ctx: Context) -> None:
    for code in ("A", "B", "C"):
        service.put_record(ctx, Item(code))
    assert 'value="A"' in text(client, "/master/new/boms?item=A")
    form = {
        "mode": "new",
        "item": "A",
        "version": "1",
        "valid_from": "2011-01-01",
        "valid_until": "",
        "component": ["B", "", "C"],
        "quantity": ["2", "", "0.5"],
        "unit": ["", "", "DZN"],
        "scrap_share": ["", "", "0.1"],
    }
    made = client.post("/master/save/boms", data=form, follow_redirects=False)
    assert made.headers["location"] == "/master/items/A"
    bill = service.get_bills(ctx, "A")[0]
    assert [(line.component, line.quantity, line.unit) for line in bill.lines] == [
        ("B", 2, "EA"),
        ("C", 0.5, "DZN"),
    ]
    edit = text(client, "/master/edit/boms/A?version=1")
    assert 'value="0.1"' in edit
    assert 'name="version" type="text" value="2"' in text(client, "/master/new/boms?item=A")
    for fault in ({"quantity": ["x", "", "1"]}, {"version": "one"}, {"valid_until": "2011-1-1"},
                  {"component": ["A", "", "C"]}, {"component": ["none", "", "C"]}):  # fmt: skip
        refused = client.post("/master/save/boms", data={**form, **fault})
        assert refused.status_code == 422
        assert 'class="flash bad"' in refused.text
    assert service.get_bills(ctx, "A") == [bill]
    client.post("/master/delete/boms", data={"item": "A", "version": "1"})
    assert service.get_bills(ctx, "A") == []
