"""Places and parties: by form, by file, by program and by command, with their tree."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from starlette.testclient import TestClient

from sanpin.base import InputError, StateError
from sanpin.kit.audit import entries
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import import_file
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.model.masterdata import ATTRIBUTES, MasterEntry, Place
from sanpin.trace.service import queries
from sanpin.trace.service.capture.places import place_named

BROWSER = {"accept": "text/html", "accept-language": "en"}
SITE, HALL, PARTY = "9521234000013", "9521234000020", "9521234000037"
STEM = "https://id.gs1.org"
WHOLE = Place(
    SITE,
    name_en="Main plant",
    name_zh="总厂",
    address="1 Kiln Road",
    city="Chongqing",
    country="cn",
    latitude=29.56,
    longitude=106.55,
    contact="Anna Lind",
    phone="+86 23 5550 0100",
)


def page(site: TestClient, path: str, language: str = "en", status: int = 200) -> str:
    answer = site.get(path, headers=BROWSER | {"accept-language": language})
    assert answer.status_code == status, answer.text[:300]
    return answer.text


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        (SITE, "place", f"{STEM}/414/{SITE}"),
        (SITE, "party", f"{STEM}/417/{SITE}"),
        (f"(414){SITE}(254)A1", "place", f"{STEM}/414/{SITE}/254/A1"),
        ("urn:epc:id:sgln:9521234.00001.0", "place", f"{STEM}/414/{SITE}"),
        ("https://example.com/414/" + SITE, "place", f"{STEM}/414/{SITE}"),
        ("urn:x:yard", "place", "urn:x:yard"),
    ],
)
def test_a_place_has_one_name_in_any_writing(text: str, kind: str, name: str) -> None:
    assert place_named(f" {text} ", kind) == name


def test_what_is_kept_is_what_was_given(ctx: Context) -> None:
    kept = service.save_place(ctx, WHOLE)
    assert kept == replace(WHOLE, id=f"{STEM}/414/{SITE}", country="CN")
    assert service.place(ctx, SITE) == kept
    assert (kept.name("en"), kept.name("zh-CN")) == ("Main plant", "总厂")
    assert entries(ctx)[0].action == "trace.place.save"
    changed = service.save_place(ctx, replace(kept, name_en="", latitude=None))
    assert service.place(ctx, SITE) == changed
    assert changed.name("en") == "总厂"
    party = service.save_place(ctx, Place(f"(417){PARTY}", kind="place", name_en="Owner"))
    assert party.kind == "party"


def test_what_documents_brought_beside_stays(ctx: Context) -> None:
    name = f"{STEM}/414/{SITE}"
    known = {
        "urn:epcglobal:cbv:mda#siteType": "plant",
        "cbvmda:latitude": "29.5 north",
        "cbvmda:city": "Xi'an",
    }
    service.save_master(
        ctx, [MasterEntry(name, "place", "By a partner", known, (f"{name}/254/1",))]
    )
    one = service.place(ctx, SITE)
    assert (one.name_en, one.latitude, one.city) == ("By a partner", None, "Xi'an")
    service.save_place(ctx, replace(one, city="Fuzhou"))
    (entry,) = service.master_entries(ctx, things=[name])
    assert entry.attributes["urn:epcglobal:cbv:mda#siteType"] == "plant"
    assert (entry.attributes[ATTRIBUTES["city"]], entry.parts) == ("Fuzhou", (f"{name}/254/1",))
    assert "cbvmda:city" not in entry.attributes
    service.save_master(ctx, [MasterEntry("urn:x:cup", "product", "Cup")])
    assert [o.id for o in service.places(ctx).rows] == [name], "a product is no place"
    with pytest.raises(StateError):
        service.place(ctx, "urn:x:cup")


@pytest.mark.parametrize(
    "change",
    [
        {"country": "China"},
        {"latitude": 91.0},
        {"longitude": -181.0},
        {"latitude": float("nan")},
        {"kind": "moon"},
        {"id": "urn:x:y", "kind": "moon"},
        {"contact": "x" * 401},
        {"id": "9521234000014"},
        {"id": ""},
        {"parent": "9521234000014"},
        {"parent": SITE},
    ],
)
def test_values_that_make_no_sense_are_refused(ctx: Context, change: dict[str, Any]) -> None:
    one = replace(WHOLE, **change)
    if change == {"kind": "moon"}:
        assert service.save_place(ctx, one).kind == "place", "the key says what it is"
        return
    with pytest.raises(InputError) as refusal:
        service.save_place(ctx, one)
    assert refusal.value.hint
    assert service.places(ctx).total == 0


def test_places_lie_within_one_another_and_queries_know_it(ctx: Context) -> None:
    service.save_place(ctx, WHOLE)
    hall = service.save_place(ctx, Place(HALL, name_en="Hall", parent=SITE))
    with pytest.raises(InputError) as refusal:
        service.save_place(ctx, replace(WHOLE, parent=HALL))
    assert refusal.value.code == "trace.place.cycle"
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "epcList": ["urn:t:1"],
        "bizLocation": {"id": hall.id},
    }
    service.capture(ctx, [write_document([event], "2026-03-10T00:00:00Z", {})])
    asked = queries.read_own_query({"WD_bizLocation": f"{STEM}/414/{SITE}"})
    assert len(queries.event_page(ctx, asked).numbers) == 1
    service.save_place(ctx, replace(hall, parent=""))
    assert queries.event_page(ctx, asked).numbers == ()


def test_lists_are_searched_and_paged(ctx: Context, site: TestClient) -> None:
    for number in range(7):
        service.save_place(ctx, Place(f"urn:x:{number}", name_zh=f"仓库 {number}"))
    service.save_place(ctx, Place("urn:x:p", kind="party", contact="Anna Lind"))
    assert service.places(ctx, search="anna").rows[0].id == "urn:x:p"
    assert service.places(ctx, kind="place").total == 7
    assert service.places(ctx, search="仓库 3").total == 1
    found: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        answer = site.get(f"/api/v1/trace/places?limit=3{more}").json()
        assert answer["total"] == 8
        found += [one["id"] for one in answer["items"]]
        cursor = answer["next"]
    assert found == sorted(found) and len(found) == 8
    stranger = ctx.acting_as(Actor("s", Role.ADMIN, "other"))
    assert service.places(stranger).total == 0


def test_the_pages_list_add_change_and_forget(ctx: Context, site: TestClient) -> None:
    assert "No place is described yet." in page(site, "/trace/places")
    assert "Which place or party is new?" in page(site, "/trace/place")
    form = {"id": SITE, "kind": "place", "name_en": "Main plant", "name_zh": "总厂"}
    bad = site.post("/trace/place", data=form | {"latitude": "north"}, headers=BROWSER)
    assert bad.status_code == 422
    assert "“north” is no number of degrees." in bad.text and 'value="Main plant"' in bad.text
    answer = site.post("/trace/place", data=form, follow_redirects=False)
    path = answer.headers["location"]
    assert path == f"/trace/place?id={quote(f'{STEM}/414/{SITE}', safe='')}"
    assert "总厂 的已知信息有哪些" in page(site, path, "zh-CN")
    site.post("/trace/place", data=form | {"known": SITE, "id": "", "city": "Fuzhou"})
    listed = page(site, "/trace/places?search=fuzhou")
    assert "Main plant" in listed and f'href="{path}"' in listed
    assert "No place fits." in page(site, "/trace/places?search=nowhere")
    site.post("/trace/place/delete", data={"id": SITE})
    assert service.places(ctx).total == 0
    page(site, path, status=404)


def test_files_go_out_and_come_back(ctx: Context, site: TestClient) -> None:
    service.save_place(ctx, WHOLE)
    service.save_place(ctx, Place(HALL, name_zh="车间", parent=SITE))
    before = service.places(ctx).rows
    for form in ("csv", "xlsx"):
        sheet = site.get(f"/api/v1/trace/places?format={form}").content
        report = import_file(ctx, sheet, f"places.{form}", kind="places")
        assert report.saved == {"places": 2, "new": 0, "changed": 2}
        assert service.places(ctx).rows == before
    chinese = "位置码,名称,国家,上级地点\n9521234000037,新仓,CN,9521234000013\n".encode()
    dry = import_file(ctx, chinese, "地点.csv", kind="places", dry_run=True)
    assert dry.saved["new"] == 1 and service.places(ctx).total == 2
    import_file(ctx, chinese, "地点.csv", kind="places")
    assert service.place(ctx, PARTY).parent == f"{STEM}/414/{SITE}"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("9521234000013,Plant,CN,\n9521234000014,Bad,CN,", "files.rows.refused"),
        ("9521234000013,Plant,China,", "files.rows.refused"),
        ("9521234000013,A,,9521234000020\n9521234000020,B,,9521234000013", "files.rows.refused"),
    ],
)
def test_a_bad_file_leaves_nothing(ctx: Context, rows: str, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        import_file(ctx, f"id,name,country,parent\n{rows}\n".encode(), "x.csv", kind="places")
    assert refusal.value.code == code
    assert pl.read_csv(str(refusal.value.fields["bad_rows_path"])).height >= 1
    assert service.places(ctx).total == 0


def test_commands_show_change_and_forget(sanpin: Any, ctx: Context, tmp_path: Any) -> None:
    def run(*words: object) -> Any:
        return sanpin("trace", *words, "--workspace", ctx.workspace.path, "--json")

    assert run("place", SITE).code == 1
    made = run("place", SITE, "--name-zh", "总厂", "--latitude", "29.5", "--country", "CN")
    assert made.value["id"] == f"{STEM}/414/{SITE}"
    assert run("place", SITE, "--city", "Fuzhou").value["name_zh"] == "总厂"
    assert [one["city"] for one in run("places", "--search", "总厂").value] == ["Fuzhou"]
    out = tmp_path / "places.csv"
    assert run("places", "--out", out).value == {"file": str(out), "places": 1}
    assert pl.read_csv(out)["name_zh"].to_list() == ["总厂"]
    assert run("forget-place", SITE).code == 0
    assert run("places").value == []
    assert run("forget-place", SITE).code == 1


def test_programs_put_and_forget(site: TestClient) -> None:
    body = {"id": SITE, "name_en": "Main plant", "latitude": 29.5}
    assert site.put("/api/v1/trace/places/one", json=body).json()["id"] == f"{STEM}/414/{SITE}"
    assert site.get(f"/api/v1/trace/places/one?id={SITE}").json()["latitude"] == 29.5
    assert site.put("/api/v1/trace/places/one", json=body | {"country": "X"}).status_code == 422
    assert site.delete(f"/api/v1/trace/places/one?id={SITE}").status_code == 204
    assert site.get(f"/api/v1/trace/places/one?id={SITE}").status_code == 404


def test_an_export_without_rows_has_its_columns(site: TestClient) -> None:
    sheet = site.get("/api/v1/trace/places?format=csv").content
    assert pl.read_csv(io.BytesIO(sheet)).columns[0] == "id"
