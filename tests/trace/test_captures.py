"""Captures by hand: at once or by a job, with what was refused in hand to be corrected."""

from __future__ import annotations

import io
import re
from typing import Any

import orjson
import polars as pl
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient
from tests.trace.conftest import plain_event as event

from sanpin.base import StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.jobs.child import carry_out
from sanpin.kit.jobs.queue import claim
from sanpin.kit.runs import cancel_run, get_run
from sanpin.trace import service
from sanpin.trace.engine.epcis import open_document, read_document, validate, write_document
from sanpin.trace.engine.epcis.convert import convert
from sanpin.trace.model.captures import Behaviour
from sanpin.trace.service.capture import refused, uploads

BROWSER = {"accept": "text/html", "accept-language": "en"}
NOW = "2026-03-10T00:00:00Z"


GOOD = event(1)
BAD = event(2, action="LOOK", **{"ex:note": "kept"})
MIXED = write_document([GOOD, BAD], NOW, {"ex": "https://example.com/"})


def send(site: TestClient, *files: tuple[str, bytes], behaviour: str = "rollback") -> str:
    """Send files as the form does, and return the address of their page."""
    parts = [("files", (name, data, "application/json")) for name, data in files]
    answer = site.post(
        "/trace/capture", files=parts, data={"behaviour": behaviour}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text[:300]
    return str(answer.headers["location"])


def text_of(site: TestClient, path: str, language: str = "en") -> str:
    answer = site.get(path, headers=BROWSER | {"accept-language": language})
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def work_off(ctx: Context) -> None:
    """Do what a worker does: take the oldest job and carry it out."""
    job = claim(ctx.db, "tester", ctx.now())
    assert job is not None
    carry_out(ctx, job)


@pytest.mark.parametrize(("behaviour", "captured"), [("rollback", 0), ("proceed", 1)])
def test_the_page_says_what_became_of_a_capture(
    site: TestClient, ctx: Context, behaviour: str, captured: int
) -> None:
    path = send(site, ("mixed.json", MIXED), behaviour=behaviour)
    text = text_of(site, path)
    assert f"<strong>{captured}</strong> of 2 events captured" in text
    assert "LOOK" in text
    assert "trace.event." in text
    chinese = text_of(site, path, "zh-CN")
    assert "这次采集结果如何" in chinese
    assert re.search(r"[\u4e00-\u9fff][^<]*LOOK|LOOK[^<]*[\u4e00-\u9fff]", chinese), (
        "reasons speak Chinese"
    )
    assert path in text_of(site, "/trace/capture")
    assert service.count_events(ctx) == captured


def test_refused_events_come_back_as_a_document_to_correct(site: TestClient) -> None:
    job = send(site, ("mixed.json", MIXED)).rpartition("/")[2]
    answer = site.get(f"/api/v1/trace/captures/{job}/refused")
    assert answer.headers["content-disposition"].startswith("attachment")
    document = read_document(answer.content)
    (only,) = document.events
    assert only.body["eventID"] == "urn:x:2"
    assert only.body["ex:note"] == "kept"
    assert only.namespaces.prefixes["ex"] == "https://example.com/"
    assert not validate(document).valid
    corrected = answer.content.replace(b'"LOOK"', b'"OBSERVE"')
    text = text_of(site, send(site, ("corrected.json", corrected)))
    assert "<strong>1</strong> of 1 events captured" in text
    assert "Refused events as an EPCIS document" not in text


def test_findings_are_a_table_in_the_readers_language(site: TestClient) -> None:
    job = send(site, ("a.json", MIXED), ("broken.json", b"{")).rpartition("/")[2]
    listed = site.get(f"/api/v1/trace/captures/{job}/findings").json()
    assert [one["file"] for one in listed] == ["a.json", "broken.json"]
    assert listed[0]["event"] == 2 and listed[0]["line"] and listed[0]["path"] == "action"
    text = site.get(f"/api/v1/trace/captures/{job}/findings?format=csv&lang=zh-CN").content
    table = pl.read_csv(io.BytesIO(text))
    assert table.columns[:3] == ["文件", "事件", "行"]
    assert table["错误代码"].to_list() == [one["code"] for one in listed]
    book = site.get(f"/api/v1/trace/captures/{job}/findings?format=xlsx").content
    sheet = load_workbook(io.BytesIO(book)).active
    assert [cell.value for cell in sheet[1]][-1] == "Reason"
    assert [row[-1].value for row in sheet.iter_rows(min_row=2)] == [o["message"] for o in listed]


def test_what_a_conflict_refuses_is_kept_too(ctx: Context) -> None:
    service.capture(ctx, [write_document([GOOD], NOW, {})])
    other = write_document([event(3), event(1, action="DELETE")], NOW, {})
    report = service.capture_files(ctx, {"x": other})
    assert [error.problem.code for error in report.errors] == ["trace.event.conflict"]
    (body,) = read_document(service.refused_document(ctx, report.id)).events
    assert body.body["action"] == "DELETE"


def test_events_in_xml_are_refused_as_json_to_correct(ctx: Context) -> None:
    good = write_document([GOOD], NOW, {})
    xml = b"".join(convert(open_document(good), "xml")).replace(b"OBSERVE", b"LOOK")
    report = service.capture_files(ctx, {"x.xml": xml})
    (body,) = read_document(service.refused_document(ctx, report.id)).events
    assert body.body["action"] == "LOOK"


def test_nothing_is_kept_where_nothing_could_be_read(ctx: Context) -> None:
    report = service.capture_files(ctx, {"x": b"[[["})
    assert service.findings(ctx, report.id)[0]["code"].startswith("trace.document.")
    with pytest.raises(StateError) as refusal:
        service.refused_document(ctx, report.id)
    assert (refusal.value.code, refusal.value.status) == ("trace.capture.no_refused", 404)
    stranger = ctx.acting_as(Actor("s", Role.ADMIN, "other"))
    for read in (service.refused_document, service.findings, service.capture_job):
        with pytest.raises(StateError) as unknown:
            read(stranger, report.id)
        assert unknown.value.code == "trace.job.unknown"


def test_old_refusals_are_let_go(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    first = service.capture_files(ctx, {"x": MIXED})
    monkeypatch.setattr(refused, "_KEPT", -refused._KEPT)
    service.capture_files(ctx, {"x": MIXED})
    assert not service.has_refused(ctx, first.id)
    # The record keeps the first findings for ever.
    assert service.findings(ctx, first.id)[0]["event"] == 2


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every document be too long to wait for."""
    monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 0)


@pytest.mark.usefixtures("long_way")
def test_a_long_document_is_captured_by_a_job(site: TestClient, ctx: Context) -> None:
    path = send(site, ("mixed.json", MIXED), ("more.json", write_document([event(7)], NOW, {})))
    job = path.rpartition("/")[2]
    text = text_of(site, path)
    assert "The capture is under way." in text and "<x-run" in text
    assert "under way" in text_of(site, "/trace/capture")
    assert site.get(f"/epcis/capture/{job}").json()["running"] is True
    work_off(ctx)
    told = site.get(f"/epcis/capture/{job}").json()
    assert (told["running"], told["success"]) == (False, False)
    text = text_of(site, path)
    assert "<strong>1</strong> of 3 events captured" in text and "<x-run" not in text
    assert service.has_refused(ctx, job)
    assert not list(refused.folder_of(ctx, job).glob("[0-9]"))


@pytest.mark.usefixtures("long_way")
def test_a_job_that_ends_early_is_told(site: TestClient, ctx: Context) -> None:
    path = send(site, ("good.json", write_document([GOOD], NOW, {})))
    run = uploads.run_of(ctx, path.rpartition("/")[2])
    assert run is not None
    cancel_run(ctx, run.id)
    assert get_run(ctx, run.id).state.final
    text = text_of(site, path)
    assert "stopped" in text
    assert service.count_events(ctx) == 0


@pytest.mark.usefixtures("long_way")
def test_a_job_that_fails_says_why(
    ctx: Context, site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = send(site, ("good.json", write_document([GOOD], NOW, {})))

    def fail(*_: object, **__: object) -> None:
        raise StateError("workspace.disk_full", "The disk is full.")

    monkeypatch.setattr(uploads, "capture_files", fail)
    with pytest.raises(StateError):
        work_off(ctx)
    assert "The disk is full." in text_of(site, path)
    assert site.get(f"/epcis/capture/{path.rpartition('/')[2]}").json()["success"] is False


def test_a_job_without_documents_is_refused(ctx: Context) -> None:
    for job in ("0" * 36, "../../etc", ""):
        with pytest.raises(StateError) as refusal:
            uploads.capture_waiting(ctx, {"job": job}, lambda *_: None)
        assert refusal.value.code == "trace.capture.gone"


def test_viewers_send_nothing(ctx: Context) -> None:
    viewer = ctx.acting_as(Actor("v", Role.VIEWER))
    with pytest.raises(StateError, match="needs the role"):
        service.capture_sent(viewer, {"x": MIXED}, Behaviour.PROCEED)


def test_captures_are_listed_page_by_page(site: TestClient, ctx: Context) -> None:
    wanted = [service.capture_files(ctx, {"x": b"%d" % n}).id for n in range(5)][::-1]
    found: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        page = site.get(f"/api/v1/trace/captures?limit=2{cursor and f'&cursor={cursor}'}").json()
        found += [one["id"] for one in page["items"]]
        assert all("firm" not in one for one in page["items"])
        cursor = page["next"]
    assert found == wanted
    assert site.get(f"/api/v1/trace/captures/{wanted[0]}").json()["state"] == "failed"
    assert site.get("/api/v1/trace/captures/none").status_code == 404


def test_the_command_keeps_what_is_refused(sanpin: Any, ctx: Context, tmp_path: Any) -> None:
    file = tmp_path / "mixed.json"
    file.write_bytes(MIXED)
    words = ("trace", "capture", file, "--workspace", ctx.workspace.path, "--json")
    answer = sanpin(*words, "--error-behaviour", "proceed")
    record = orjson.loads(answer.out)
    assert (answer.code, record["captured"], record["rejected"]) == (1, 1, 1)
    (job,) = service.capture_jobs(ctx)
    assert service.has_refused(ctx, str(job["id"]))
