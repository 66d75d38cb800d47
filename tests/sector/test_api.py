"""HTTP: lists, exports, own records, task states, refusals."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.http import install
from sanpin.sector.api import router

API = "/api/v1/sector"
TARGET = {"indicator": "产值", "value": 500, "unit": "亿元", "due": "2025", "region": "重庆"}


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a client of a server with this domain's doors alone."""
    app = FastAPI()
    install(app, ctx)
    app.include_router(router)
    with TestClient(app, base_url="http://localhost") as found:
        yield found


def rows_of(content: bytes) -> int:
    """Count the rows of a workbook below its headings."""
    sheet = load_workbook(io.BytesIO(content), read_only=True).active
    assert sheet is not None
    return sum(1 for _ in sheet.iter_rows(min_row=2))


@pytest.mark.parametrize(
    ("name", "count"),
    [("figures", 217), ("targets", 54), ("tasks", 209), ("regions", 5), ("industries", 10)],
)
def test_lists_are_whole(client: TestClient, name: str, count: int) -> None:
    """As JSON and as files, whatever the page size."""
    body = client.get(f"{API}/{name}").json()
    assert len(body[name]) == count
    assert body["next"] is None
    answer = client.get(f"{API}/{name}?format=csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(answer.content, infer_schema_length=None).height == count
    assert rows_of(client.get(f"{API}/{name}?format=xlsx").content) == count


def test_pages_follow_each_other(client: TestClient) -> None:
    """The cursor leads through all rows once."""
    seen: list[str] = []
    cursor = ""
    while True:
        body = client.get(f"{API}/figures", params={"limit": 50, "cursor": cursor}).json()
        seen += [one["id"] for one in body["figures"]]
        cursor = body["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 217


def test_headings_speak_the_reader_s_language(client: TestClient) -> None:
    """A Chinese reader gets Chinese headings and names."""
    answer = client.get(f"{API}/targets?format=csv&region=上海&lang=zh")
    first = answer.content.decode("utf-8-sig").splitlines()[0]
    assert first.startswith("编号,指标,地区")
    body = client.get(f"{API}/targets?region=上海&lang=zh").json()
    assert {one["region"] for one in body["targets"]} == {"上海市"}


def test_one_target_with_its_evidence(client: TestClient) -> None:
    """Its record and the table behind it."""
    body = client.get(f"{API}/targets/cq_output_target_2022").json()
    assert body["state"] == "reached"
    actuals = client.get(f"{API}/targets/cq_output_target_2022/actuals").json()["actuals"]
    assert [one["id"] for one in actuals] == ["cq_output_2021", "cq_output_growth_2021"]
    sheet = client.get(f"{API}/targets/cq_output_target_2022/actuals?format=xlsx").content
    assert rows_of(sheet) == 2


def test_own_records_come_and_go(client: TestClient) -> None:
    """Put twice is once; a deleted target is gone with its actuals."""
    for _ in range(2):
        made = client.put(f"{API}/targets/mine", json=TARGET).json()
    assert (made["id"], made["target"], made["origin"]) == ("mine", 500e8, "own")
    actual = {"target": "mine", "value": 400, "unit": "亿元", "period": "2021"}
    assert client.put(f"{API}/actuals/a1", json=actual).json()["value"] == 400e8
    (own,) = client.get(f"{API}/targets?origin=own").json()["targets"]
    assert own["actual"] == 400e8
    assert len(client.get(f"{API}/actuals?target=mine").json()["actuals"]) == 1
    assert client.delete(f"{API}/targets/mine").status_code == 204
    assert client.get(f"{API}/actuals").json()["actuals"] == []
    assert client.get(f"{API}/targets/mine").status_code == 404


def test_one_actual_can_be_removed(client: TestClient) -> None:
    """And only once."""
    actual = {"target": "sh_fashion_scale_2025", "value": 4550, "unit": "亿元", "period": "2022"}
    client.put(f"{API}/actuals/a1", json=actual)
    assert client.delete(f"{API}/actuals/a1").status_code == 204
    assert client.delete(f"{API}/actuals/a1").json()["code"] == "sector.actual.unknown"


def test_published_ids_are_not_taken(client: TestClient) -> None:
    """An own record can never stand before a published one."""
    answer = client.put(f"{API}/targets/cq_brands", json=TARGET)
    assert answer.status_code == 422
    assert answer.json()["code"] == "sector.id.published"


def test_a_task_state_is_put(client: TestClient) -> None:
    """With evidence; a refusal is a problem with a code and a remedy."""
    body = {
        "state": "done",
        "evidence": "opened",
        "link": "https://example.org",
        "due": "2022-06-30",
    }
    assert client.put(f"{API}/tasks/s4_001/state", json=body).json()["state"] == "done"
    assert client.get(f"{API}/tasks/s4_001").json()["due"] == "2022-06-30"
    refused = client.put(f"{API}/tasks/s4_002/state", json={"state": "done"})
    assert refused.status_code == 422
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert refused.json()["code"] == "sector.task.no_evidence"
    assert refused.json()["hint"]
    assert client.put(f"{API}/tasks/none/state", json={"state": "open"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["figures?region=Mars", "targets?pillar=x", "tasks?state=x", "targets?as_of=soon",
     "figures?limit=0", "targets?format=doc", "figures?cursor=!!"],
)  # fmt: skip
def test_wrong_filters_are_refused(client: TestClient, path: str) -> None:
    """Never an empty list instead of a mistake."""
    assert client.get(f"{API}/{path}").status_code == 422


def test_pillars_hold_their_tiles(client: TestClient) -> None:
    """The cockpit's columns over HTTP."""
    body = client.get(f"{API}/pillars?region=重庆&industry=消费品&lang=zh").json()["pillars"]
    assert body["brand"][0]["region"] == "重庆市"


def test_a_viewer_cannot_write(ctx: Context) -> None:
    """The service refuses even where no guard stands."""
    viewer = ctx.acting_as(Actor("vi", Role.VIEWER))
    app = FastAPI()
    install(app, viewer, users=False)
    app.include_router(router)
    from sanpin.kit.http import context

    app.dependency_overrides[context] = lambda: viewer
    with TestClient(app, base_url="http://localhost") as found:
        assert found.get(f"{API}/targets").status_code == 200
        assert found.put(f"{API}/targets/x", json=TARGET).status_code == 403
