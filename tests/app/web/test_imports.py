"""Imports over the web: upload, columns, check, import, bad rows, templates, history."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from starlette.testclient import TestClient

from sanpin.app.web.imports.columns import field_word, mapping_of
from sanpin.app.web.imports.uploads import find_upload, keep_upload
from sanpin.base import InputError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import Field, import_file
from sanpin.kit.registry import import_kinds

GOOD = "code,name_en,unit,Colour\nA1,Cup,EA,red\nA2,Plate,EA,blue\n"
STRANGE = "Artikelnummer,Bezeichnung\nA1,Tasse\n"


def send(client: TestClient, content: str | bytes, name: str = "items.csv", kind: str = "") -> str:
    """Upload a file and return the path of its columns page."""
    answer = client.post(
        "/imports/upload",
        files={"file": (name, content if isinstance(content, bytes) else content.encode())},
        data={"kind": kind} if kind else {},
    )
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_page_offers_every_kind_and_template(client: TestClient) -> None:
    """Each kind has its row with a template in two forms."""
    page = client.get("/imports").text
    for kind in import_kinds():
        assert f"/imports/templates/{kind}.xlsx" in page
        assert f"/imports/templates/{kind}.csv" in page
    assert "Nothing was imported yet." in page


def test_door_chooses_the_kind(client: TestClient) -> None:
    """A page that lacks orders leads here with that kind chosen."""
    assert '<option value="items" selected>' in client.get("/imports?kind=items").text


def test_columns_are_matched_and_shown(client: TestClient) -> None:
    """Headings are guessed, first values shown, unknown columns named as left out."""
    page = client.get(send(client, GOOD)).text
    assert "<strong>2</strong> rows in items.csv." in page
    assert re.search(r'<select name="field.code".*?<option selected>code</option>', page, re.S)
    assert "Cup · Plate" in page
    assert "Left out: Colour" in page
    assert page.count("not in the file") >= 3


def test_check_saves_nothing(ctx: Context, client: TestClient) -> None:
    """Checking says how many rows fit, and leaves the file where it is."""
    place = send(client, GOOD)
    answer = client.post(place, data={"action": "check", "kind": "items"})
    assert answer.status_code == 200
    assert "All 2 rows can be imported" in answer.text
    assert find_upload(ctx, place.rpartition("/")[2]).path.is_file()
    assert "Nothing was imported yet." in client.get("/imports").text


def test_import_and_history(ctx: Context, client: TestClient) -> None:
    """Importing leads back with a word of success; the file is in the list, the upload gone."""
    place = send(client, GOOD)
    answer = client.post(place, data={"action": "save", "kind": "items"})
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "2 rows of items.csv were imported" in page
    assert client.get(place).status_code == 404
    (line,) = client.get("/api/v1/imports").json()["items"]
    assert (line["file"], line["kind"], line["rows"], line["user"]) == (
        "items.csv",
        "items",
        2,
        "local",
    )


def test_reader_corrects_the_match(client: TestClient) -> None:
    """Columns with foreign headings are imported as the reader says they are."""
    place = send(client, STRANGE, kind="items")
    assert "missing" in client.get(place).text
    chosen = {"kind": "items", "field.code": "Artikelnummer", "field.name_en": "Bezeichnung"}
    checked = client.post(place, data={"action": "check", **chosen})
    assert checked.status_code == 200
    assert "<option selected>Artikelnummer</option>" in checked.text
    assert client.post(place, data={"action": "save", **chosen}).status_code == 303


def test_unknown_headings_ask_for_the_kind(client: TestClient) -> None:
    """A file that fits no kind is kept; the page says so and offers the kinds."""
    answer = client.get(send(client, STRANGE))
    assert answer.status_code == 422
    assert "choose the kind" in answer.text
    assert "fit no kind of import" in answer.text


def test_bad_rows_are_listed_and_downloaded(client: TestClient) -> None:
    """Row, column, value and reason stand on the page; all of them in a file."""
    bad = "code,name_en\nA1,Cup\nA1,Plate\n,Bowl\n"
    place = send(client, bad)
    answer = client.post(place, data={"action": "save", "kind": "items"})
    assert answer.status_code == 422
    assert "Rows that cannot be read" in answer.text
    assert "This key has occurred before, in row 2." in answer.text
    link = re.search(r'href="(/imports/bad-rows/[^"]+)"', answer.text)
    assert link
    table = client.get(link[1])
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.strip().splitlines()) == 3
    assert "Nothing was imported yet." in client.get("/imports").text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("headings.csv", b"code,name_en\n"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)),
        ("broken.xlsx", b"PK\x03\x04 not a workbook"),
    ],
)
def test_wrong_files_get_a_clear_word(client: TestClient, name: str, content: bytes) -> None:
    """What cannot be read is refused on the page, with its name, in both languages."""
    place = send(client, content, name, "items")
    answer = client.post(place, data={"action": "save", "kind": "items"})
    assert answer.status_code in {409, 422}
    assert name in answer.text
    assert "Traceback" not in answer.text
    chinese = client.post(
        place, data={"action": "save", "kind": "items"}, headers={"Accept-Language": "zh-CN"}
    )
    assert name in chinese.text


def test_sheet_of_a_workbook(client: TestClient) -> None:
    """A workbook with several sheets lets the reader choose one."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Notes"
    book.active.append(["hello"])
    sheet = book.create_sheet("Stock list")
    for row in (["code", "name_en"], ["A1", "Cup"]):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    place = send(client, stream.getvalue(), "book.xlsx", "items")
    page = client.get(f"{place.partition('?')[0]}?kind=items&sheet=Stock list").text
    assert "<option selected>Stock list</option>" in page
    saved = client.post(
        place.partition("?")[0], data={"action": "save", "kind": "items", "sheet": "Stock list"}
    )
    assert saved.status_code == 303


@pytest.mark.parametrize("kind", sorted(import_kinds()))
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_templates(client: TestClient, kind: str, suffix: str) -> None:
    """Every kind has a template in both forms, under its own name."""
    answer = client.get(f"/imports/templates/{kind}.{suffix}")
    assert answer.status_code == 200
    assert f"{kind}.{suffix}" in answer.headers["content-disposition"]
    assert len(answer.content) > 20


def test_template_speaks_the_readers_language(client: TestClient) -> None:
    """A Chinese reader gets Chinese headings."""
    english = client.get("/imports/templates/items.csv").text
    chinese = client.get("/imports/templates/items.csv", headers={"Accept-Language": "zh"}).text
    assert "code" in english
    assert re.search(r"[\u4e00-\u9fff]", chinese.splitlines()[0])
    assert client.get("/imports/templates/nothing.csv").status_code == 422


def test_how_page_explains_every_column(client: TestClient) -> None:
    """Each kind has its section with every column and the headings understood."""
    page = client.get("/imports/how").text
    for kind in import_kinds().values():
        assert f'id="{kind.kind}"' in page
        for field in kind.fields:
            assert field.name in page


def test_uploads_belong_to_their_firm(ctx: Context) -> None:
    """Another firm does not see the file, and names of strangers lead out of no folder."""
    upload = keep_upload(ctx, "..\\..\\etc/passwd.CSV", b"a")
    assert upload.name == "passwd.CSV"
    assert upload.path.name == "content.csv"
    assert upload.path.parent.parent == ctx.workspace.imports_path / "uploads"
    assert find_upload(ctx, upload.id) == upload
    other = ctx.acting_as(Actor("eve", Role.ADMIN, "other"))
    for context, wrong in ((other, upload.id), (ctx, "../uploads"), (ctx, "0" * 36)):
        with pytest.raises(InputError) as refusal:
            find_upload(context, wrong)
        assert refusal.value.status == 404


def test_old_uploads_are_forgotten(ctx: Context) -> None:
    """A file that nobody came back for within a week is removed with the next upload."""
    import os

    old = keep_upload(ctx, "old.csv", b"a")
    os.utime(old.folder, (0, 0))
    keep_upload(ctx, "new.csv", b"b")
    assert not Path(old.folder).exists()


@pytest.mark.parametrize("name", ["x-bad-rows.csv", "..%2Fworkspace.toml", "workspace.toml"])
def test_only_bad_rows_can_be_downloaded(client: TestClient, name: str) -> None:
    """The door to the refused rows opens to nothing else."""
    assert client.get(f"/imports/bad-rows/{name}").status_code == 404


def test_history_knows_every_door(ctx: Context, client: TestClient) -> None:
    """What the command line imported stands in the same list, with its counts."""
    import_file(ctx, GOOD.encode(), "by-hand.csv", "items")
    import_file(ctx, GOOD.encode(), "checked.csv", "items", dry_run=True)
    (line,) = client.get("/api/v1/imports").json()["items"]
    assert line["file"] == "by-hand.csv"
    assert sum(line["saved"].values()) >= 2
    assert "by-hand.csv" in client.get("/imports").text


def test_interface(client: TestClient) -> None:
    """Programs import in one request, with a mapping, or check only."""
    files = {"file": ("strange.csv", STRANGE.encode())}
    data = {
        "kind": "items",
        "mapping": '{"Artikelnummer": "code", "Bezeichnung": "name_en"}',
        "dry_run": "true",
    }
    report = client.post("/api/v1/imports", files=files, data=data).json()
    assert (report["rows"], report["dry_run"], report["bad"]) == (1, True, 0)
    assert client.get("/api/v1/imports").json() == {"items": [], "next": None}
    data["dry_run"] = "false"
    assert client.post("/api/v1/imports", files=files, data=data).status_code == 200
    assert len(client.get("/api/v1/imports").json()["items"]) == 1
    kinds = client.get("/api/v1/imports/kinds").json()
    assert {kind["kind"] for kind in kinds} == set(import_kinds())
    assert client.get("/api/v1/imports/templates/items?format=csv").status_code == 200


@pytest.mark.parametrize("mapping", ["[1]", "{", '{"a": 1}'])
def test_malformed_mapping_is_refused(client: TestClient, mapping: str) -> None:
    """A mapping that is no object of texts is named as such."""
    files = {"file": ("a.csv", GOOD.encode())}
    answer = client.post("/api/v1/imports", files=files, data={"mapping": mapping})
    assert answer.status_code == 422
    assert answer.json()["code"] == "imports.mapping.malformed"


def test_words_of_the_form() -> None:
    """Fields have a word in each language; empty choices of the form say nothing."""
    field = Field("unit_price", synonyms=("price", "单价"))
    assert field_word(field, "en") == "unit price"
    assert field_word(field, "zh-CN") == "单价"
    assert field_word(Field("gtin"), "zh-CN") == "gtin"
    assert mapping_of({"field.a": "X", "field.b": "", "kind": "k"}) == {"X": "a"}
