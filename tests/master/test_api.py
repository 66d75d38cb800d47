"""The HTTP interface of master data."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import polars as pl
import pytest
from starlette.testclient import TestClient

from sanpin.kit.context import Context

ROOT = "/api/v1/master"
BODIES: dict[str, dict[str, Any]] = {
    "items": {"name_en": "Mug", "unit": "EA", "attributes": {"colour": "red"}},
    "partners": {"name_zh": "陶土厂", "kind": "supplier"},
    "sites": {"name_en": "Plant", "latitude": 29.4, "longitude": 105.6},
    "calendars": {
        "shifts": [{"weekdays": [0, 1], "start": "22:00", "end": "06:00",
                    "breaks": [["00:00", "00:30"]]}],
        "public_holidays": "CN",
        "extra_days": ["2011-10-09"],
    },
}  # fmt: skip


@pytest.mark.parametrize("noun", BODIES)
def test_a_record_is_put_got_listed_and_deleted(client: TestClient, noun: str) -> None:
    path = f"{ROOT}/{noun}/A%2F1 红"
    put = client.put(path, json=BODIES[noun])
    assert put.status_code == 200, put.text
    got = client.get(path)
    assert got.json() == put.json()
    assert got.json()["code"] == "A/1 红"
    assert BODIES[noun].items() <= got.json().items()
    listed = client.get(f"{ROOT}/{noun}").json()
    assert (listed["items"], listed["total"], listed["next"]) == ([got.json()], 1, None)
    assert client.delete(path).status_code == 204
    gone = client.get(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "master.record.missing")
    assert client.delete(path).status_code == 404


def test_lists_go_on_by_cursor(client: TestClient, filled: Context) -> None:
    codes: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{ROOT}/items", params={"limit": 20, "cursor": cursor}).json()
        codes += [item["code"] for item in page["items"]]
        cursor = page["next"]
    assert len(codes) == page["total"] == len(set(codes))
    assert codes == sorted(codes)
    families = client.get(f"{ROOT}/families").json()
    assert sum(families.values()) == len(codes)
    some = client.get(f"{ROOT}/items", params={"family": "textile", "kind": "product"}).json()
    assert [item["code"] for item in some["items"]] == ["85099B"]
    assert client.get(f"{ROOT}/items", params={"cursor": "??"}).status_code == 422


@pytest.mark.parametrize("noun", ["items", "partners", "sites", "boms", "calendars"])
def test_exports_hold_all_rows(client: TestClient, filled: Context, noun: str) -> None:
    csv = client.get(f"{ROOT}/exports/{noun}")
    assert csv.headers["content-type"].startswith("text/csv")
    assert csv.content.startswith(b"\xef\xbb\xbf")
    rows = pl.read_csv(csv.content, infer_schema=False).height
    listed = client.get(f"{ROOT}/{noun}", params={"limit": 1000}).json()
    total = sum(len(one["lines"]) for one in listed["items"]) if noun == "boms" else listed["total"]
    assert rows == total > 0
    xlsx = client.get(f"{ROOT}/exports/{noun}", params={"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.content)).active
    assert sheet is not None
    assert sheet.max_row == rows + 1


def test_bills_are_kept_exploded_and_traced_to_their_uses(client: TestClient) -> None:
    for code, unit in [("A", "EA"), ("B", "EA"), ("W", "KGM")]:
        client.put(f"{ROOT}/items/{code}", json={"unit": unit})
    lines = [{"component": "W", "quantity": 200, "unit": "GRM", "scrap_share": 0.2}]
    put = client.put(f"{ROOT}/boms/B", json={"lines": lines})
    assert put.status_code == 200, put.text
    client.put(f"{ROOT}/boms/A", json={"lines": [{"component": "B", "quantity": 2}]})
    assert [one["item"] for one in client.get(f"{ROOT}/boms").json()["items"]] == ["A", "B"]
    assert client.get(f"{ROOT}/boms/B").json() == [put.json()]
    explosion = client.post(f"{ROOT}/explosions", json={"demand": {"A": 10}}).json()
    assert explosion["materials"] == {"W": 5.0}
    assert explosion["levels"] == {"A": 0, "B": 1, "W": 2}
    assert explosion["needs"][0] == {"item": "A", "component": "B", "quantity": 20, "scrap": 0}
    nodes = client.get(f"{ROOT}/trees/A", params={"quantity": 3}).json()
    assert [(n["level"], n["item"], n["quantity"]) for n in nodes] == [
        (0, "A", 3),
        (1, "B", 6),
        (2, "W", 1500),
    ]
    assert client.get(f"{ROOT}/uses/W").json() == [
        {"item": "B", "quantity": 250},
        {"item": "A", "quantity": 500},
    ]
    cycle = client.put(f"{ROOT}/boms/B", json={"lines": [{"component": "A", "quantity": 1}]})
    assert (cycle.status_code, cycle.json()["code"]) == (422, "master.bom.cycle")
    assert "A > B > A" in cycle.json()["detail"]
    assert client.delete(f"{ROOT}/boms/B", params={"version": 1}).status_code == 204
    assert client.get(f"{ROOT}/boms/B").json() == []


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("items/A", {"unit": "furlong"}, "base.unit.unknown"),
        ("items/A", {"gtin": "1"}, "master.key.length"),
        ("items/A", {"supplier": "nobody"}, "master.reference.unknown"),
        ("sites/A", {"latitude": 3}, "master.site.position"),
        ("calendars/A", {"shifts": [{"weekdays": [9], "start": "06:00", "end": "14:00"}]},
         "base.calendar.weekday"),
        ("calendars/A", {"shifts": [{"weekdays": [1], "start": "six", "end": "14:00"}]},
         "master.calendar.shift"),
        ("boms/A", {"lines": [{"component": "B", "quantity": -1}]}, "master.bom.quantity"),
        ("boms/A", {"lines": []}, "master.reference.unknown"),
    ],
)  # fmt: skip
def test_faults_are_problems_with_a_code(
    client: TestClient, path: str, body: dict[str, object], code: str
) -> None:
    answer = client.put(f"{ROOT}/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"].startswith("application/problem+json")
    chinese = client.put(f"{ROOT}/{path}?lang=zh-CN", json=body)
    assert chinese.status_code == 422


def test_unknown_keys_are_faults(client: TestClient) -> None:
    assert client.put(f"{ROOT}/items/A", json={"colour": "red"}).status_code == 422
    assert client.get(f"{ROOT}/items/A").status_code == 404


def test_what_is_used_is_not_deleted(client: TestClient, filled: Context) -> None:
    answer = client.delete(f"{ROOT}/items/MAT-CLAY")
    assert (answer.status_code, answer.json()["code"]) == (409, "master.record.in_use")
