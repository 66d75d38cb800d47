"""Looking after the ledger through its doors: declarations, holds, retention, sight, moving."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.base import InputError, StateError
from sanpin.kit.audit import entries
from sanpin.kit.auth import create_key
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context, open_context
from sanpin.kit.http import install, routes_of
from sanpin.kit.pages import mount_static
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.api import captures, keeping, places
from sanpin.trace.api import router as api
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.pages import router as pages

BROWSER = {"accept": "text/html", "accept-language": "en"}
NOW = "2026-03-10T00:00:00Z"
MADE: dict[str, object] = {
    "type": "TransformationEvent",
    "eventTime": "2020-03-01T08:30:00Z",
    "eventTimeZoneOffset": "+00:00",
    "eventID": "urn:x:made",
    "inputEPCList": ["urn:t:in"],
    "outputEPCList": ["urn:t:out"],
    "ex:shift": "night",
}
DOCUMENT = write_document([MADE], NOW, {"ex": "https://example.com/"})
EVENT = "/trace/event?id=urn%3Ax%3Amade"


def reached(ctx: Context) -> set[str]:
    """Things that the input of the event went into."""
    return {node.id for node in service.forward(ctx, "urn:t:in").nodes}


def page(site: TestClient, path: str, language: str = "en", status: int = 200) -> str:
    answer = site.get(path, headers=BROWSER | {"accept-language": language})
    assert answer.status_code == status, answer.text[:300]
    return answer.text


# Declarations


@pytest.mark.parametrize("named", [True, False])
def test_an_event_is_declared_wrong_and_counts_again(ctx: Context, named: bool) -> None:
    made = MADE if named else {k: v for k, v in MADE.items() if k != "eventID"}
    service.capture(ctx, [write_document([made], NOW, {"ex": "https://example.com/"})])
    (event,) = service.find_events(ctx, "urn:t:in")
    service.declare_wrong(ctx, event.id, "did_not_occur", corrective=["urn:x:right"], note="typo")
    assert reached(ctx) == {"urn:t:in"}
    line = entries(ctx)[0]
    assert (line.action, line.subject) == ("trace.declaration.make", event.id)
    assert line.after["note"] == "typo"
    with pytest.raises(StateError) as known:
        service.declare_wrong(ctx, event.id, "did_not_occur")
    assert known.value.code == "trace.declaration.known"
    assert service.undo_declaration(ctx, event.id) == 1
    assert reached(ctx) == {"urn:t:in", "urn:t:out"}
    # It may be wrong after all.
    service.declare_wrong(ctx, event.id, "urn:x:reason:scanner")
    assert reached(ctx) == {"urn:t:in"}


def test_declarations_that_make_no_sense_are_refused(ctx: Context) -> None:
    service.capture(ctx, [DOCUMENT])
    for reason in ("", "because"):
        with pytest.raises(InputError) as refusal:
            service.declare_wrong(ctx, "urn:x:made", reason)
        assert refusal.value.code == "trace.declaration.reason"
    with pytest.raises(InputError) as invalid:
        service.declare_wrong(ctx, "urn:x:made", "did_not_occur", corrective=["no uri"])
    assert invalid.value.code == "trace.declaration.refused" and invalid.value.problems
    stranger = ctx.acting_as(Actor("s", Role.ADMIN, "other"))
    service.give_sight(ctx, "other", "owner")
    for who, name in ((ctx, "urn:x:none"), (stranger, "urn:x:made")):
        with pytest.raises(StateError) as unknown:
            service.declare_wrong(who, name, "did_not_occur")
        assert (unknown.value.code, unknown.value.status) == ("trace.event.unknown", 404)
    assert reached(ctx) == {"urn:t:in", "urn:t:out"}


def test_the_page_of_an_event_declares_and_undoes(ctx: Context, site: TestClient) -> None:
    service.capture(ctx, [DOCUMENT])
    assert f'href="{EVENT}"' in page(site, "/trace/events")
    text = page(site, EVENT)
    assert "Declare it wrong" in text and "&#34;night&#34;" in text
    bad = site.post("/trace/event", data={"event": "urn:x:made", "reason": "x"}, headers=BROWSER)
    assert bad.status_code == 422 and "is no reason for a declaration" in bad.text
    form = {"event": "urn:x:made", "reason": "incorrect_data", "note": "two words"}
    answer = site.post("/trace/event", data=form, follow_redirects=False)
    assert answer.headers["location"] == EVENT
    text = page(site, EVENT, "zh-CN")
    assert "已被<strong>声明有误</strong>" in text and "重新计入" in text
    assert text.count('<pre class="text"') == 2, "the event and its declaration"
    site.post("/trace/event/undo", data={"event": "urn:x:made"})
    assert "Declare it wrong" in page(site, EVENT)
    page(site, "/trace/event?id=urn:x:none", status=404)


# Holds and retention


def test_the_page_of_keeping_shows_and_changes_everything(ctx: Context, site: TestClient) -> None:
    service.capture(ctx, [DOCUMENT])
    text = page(site, "/trace/keeping")
    assert "<strong>for ever</strong>" in text and "Nothing is held." in text

    def post(path: str, **form: str) -> Any:
        return site.post(
            f"/trace/keeping/{path}", data=form, headers=BROWSER, follow_redirects=False
        )

    assert post("retention", days="30").status_code == 303
    assert "<strong>1</strong> may be erased now" in page(site, "/trace/keeping")
    bad = post("retention", days="-1")
    assert bad.status_code == 422 and "cannot be kept for -1 days" in bad.text
    assert post("holds", scope="thing", value="(01)1", reason="x").status_code == 422
    assert post("holds", scope="thing", value="urn:t:out", reason="lawsuit").status_code == 303
    text = page(site, "/trace/keeping")
    assert "lawsuit" in text and "<strong>0</strong> may be erased now" in text
    assert "一件物品或一个批次" in page(site, "/trace/keeping", "zh-CN")
    post("erase")
    assert service.count_events(ctx) == 1
    (hold,) = service.holds(ctx)
    assert post(f"holds/{hold['id']}/lift").status_code == 303
    assert post(f"holds/{hold['id']}/lift").status_code == 404
    post("erase")
    assert service.count_events(ctx) == 0
    assert post("rules", viewer="mill", kind="place").status_code == 422
    assert post("rules", viewer="mill", kind="owner").status_code == 303
    (rule,) = service.sight_rules(ctx)
    assert "Take back" in page(site, "/trace/keeping")
    assert post(f"rules/{rule['id']}/take").status_code == 303
    assert service.sight_rules(ctx) == []
    actions = [line.action for line in entries(ctx, limit=20)]
    for action in ("retention.set", "hold.place", "hold.lift", "rule.give", "rule.take_back"):
        assert f"trace.{action}" in actions
    assert "trace.retention.erase" in actions


def test_what_erasing_would_do_is_said_before(ctx: Context) -> None:
    service.capture(ctx, [DOCUMENT])
    assert service.expired(ctx).before is None
    assert (service.expired(ctx, 30).events, service.expired(ctx, 36_500).events) == (1, 0)
    service.place_hold(ctx, "firm", "", "audit")
    found = service.expired(ctx, 30)
    assert (found.events, found.held, service.retention(ctx)) == (0, 1, 0)


def test_programs_look_after_the_ledger(site: TestClient, ctx: Context) -> None:
    service.capture(ctx, [DOCUMENT])
    at = "/api/v1/trace"
    assert site.post(f"{at}/declarations", json={"event": "urn:x:made"}).status_code == 201
    undone = site.delete(f"{at}/declarations?event=urn:x:made")
    assert undone.json() == {"event": "urn:x:made", "revived": 1}
    assert site.delete(f"{at}/declarations?event=urn:x:made").status_code == 404
    made = site.post(f"{at}/holds", json={"scope": "firm", "reason": "audit"})
    assert made.status_code == 201
    assert site.put(f"{at}/retention", json={"days": 30}).json()["held"] == 2
    assert site.get(f"{at}/retention?days=0").json()["days"] == 0
    assert site.put(f"{at}/retention", json={"days": -1}).status_code == 422
    assert site.post(f"{at}/retention/erase").json() == {"erased": 0}
    assert site.delete(f"{at}/holds/{made.json()['id']}").status_code == 204
    (hold,) = site.get(f"{at}/holds").json()
    assert (hold["scope"], hold["reason"], hold["lifted"] is None) == ("firm", "audit", False)
    rule = site.post(f"{at}/rules", json={"viewer": "mill", "kind": "owner"})
    assert [one["viewer"] for one in site.get(f"{at}/rules").json()] == ["mill"]
    assert site.delete(f"{at}/rules/{rule.json()['id']}").status_code == 204
    assert site.delete(f"{at}/rules/{rule.json()['id']}").status_code == 404
    assert site.post(f"{at}/retention/erase").json() == {"erased": 2}


def test_commands_look_after_the_ledger(sanpin: Any, ctx: Context) -> None:
    service.capture(ctx, [DOCUMENT])

    def run(*words: str) -> Any:
        return sanpin("trace", *words, "--workspace", ctx.workspace.path, "--json")

    assert run("declare", "urn:x:made", "--note", "typo").code == 0
    assert run("declare", "urn:x:made").code == 1
    assert run("undeclare", "urn:x:made").value == {"event": "urn:x:made", "revived": 1}
    hold = run("hold", "thing", "urn:t:out", "--reason", "lawsuit").value["id"]
    assert run("retention", "--days", "30").value["held"] == 2
    assert run("retention", "--days", "-3").code == 1
    assert run("erase").value == {"erased": 0}
    assert [one["id"] for one in run("holds").value] == [hold]
    assert run("lift", hold).code == 0 and run("lift", hold).code == 1
    rule = run("give-sight", "mill", "owner").value["id"]
    assert [one["id"] for one in run("rules").value] == [rule]
    assert run("give-sight", "mill", "moon").code == 2
    assert run("take-back", rule).code == 0 and run("take-back", rule).code == 1
    assert run("erase").value == {"erased": 2}
    for words in (("holds",), ("rules",), ("retention",)):
        plain = sanpin("trace", *words, "--workspace", ctx.workspace.path, "--lang", "zh")
        assert plain.code == 0


# A whole firm


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Context]:
    """Give another ledger."""
    with open_context(Workspace.create(tmp_path / "elsewhere")) as other:
        yield other


@contextmanager
def serving(ctx: Context) -> Iterator[TestClient]:
    """Serve another ledger."""
    app = FastAPI()
    install(app, ctx)
    mount_static(app)
    app.include_router(api)
    app.include_router(pages)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("door", ["/api/v1/trace/firm", "/trace/keeping/firm"])
def test_a_firm_moves_over_http(
    ctx: Context, site: TestClient, elsewhere: Context, door: str
) -> None:
    service.capture(ctx, [DOCUMENT])
    archive = site.get("/api/v1/trace/firm").content
    assert not list(ctx.workspace.path.glob("tmp*")), "nothing is left in the workspace"
    with serving(elsewhere) as other:
        for _ in range(2):
            answer = other.post(door, files={"file": ("firm.zip", archive)}, headers=BROWSER)
            assert answer.status_code == 200
        assert service.count_events(elsewhere) == 1
        bad = other.post(door, files={"file": ("firm.zip", archive[:-30])}, headers=BROWSER)
        assert bad.status_code == 422
    (here,), (there,) = (service.find_events(one, "urn:t:in") for one in (ctx, elsewhere))
    assert here.digest == there.digest
    assert "trace.firm.export" in [line.action for line in entries(ctx)]
    assert "trace.firm.import" in [line.action for line in entries(elsewhere)]


def test_a_firm_moves_by_command(
    sanpin: Any, ctx: Context, elsewhere: Context, tmp_path: Path
) -> None:
    service.capture(ctx, [DOCUMENT])
    file = tmp_path / "firm.zip"
    out = sanpin("trace", "export-firm", file, "--workspace", ctx.workspace.path, "--json")
    assert out.value == {"file": str(file), "events": 1}
    words = ("trace", "import-firm", file, "--workspace", elsewhere.workspace.path, "--json")
    assert sanpin(*words).value["captured"] == 1
    missing = tmp_path / "none" / "firm.zip"
    refused = sanpin("trace", "export-firm", missing, "--workspace", ctx.workspace.path)
    assert refused.code == 1 and "Traceback" not in refused.err


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [*lines[:1], b"[1]"],
        lambda lines: [*lines[:1], b"{}"],
        lambda lines: [*lines[:1], lines[1][:50]],
        lambda lines: [*lines[:1], lines[1].replace(b"night", b"early")],
        lambda lines: [*lines[:1], b"\xff\xfe"],
    ],
)
def test_a_changed_archive_leaves_nothing(
    ctx: Context,
    elsewhere: Context,
    tmp_path: Path,
    spoil: Callable[[list[bytes]], list[bytes]],
) -> None:
    """Also when only its last line is bad."""
    service.capture(ctx, [write_document([{**MADE, "eventID": "urn:x:1"}], NOW, {"ex": "urn:x:y"})])
    service.capture(ctx, [DOCUMENT])
    whole, spoilt = tmp_path / "whole.zip", tmp_path / "spoilt.zip"
    service.export_firm(ctx, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(spoilt, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "events.jsonl":
                data = b"\n".join(spoil(data.splitlines())) + b"\n"
            target.writestr(name, data)
    with pytest.raises(InputError) as refusal:
        service.import_firm(elsewhere, spoilt)
    assert refusal.value.code in ("trace.archive.format", "trace.archive.hash")
    assert service.count_events(elsewhere) == 0


# Who may do what

ROLES: dict[tuple[str, str], Role] = {
    ("POST", "/api/v1/trace/declarations"): Role.PLANNER,
    ("DELETE", "/api/v1/trace/declarations"): Role.PLANNER,
    ("GET", "/api/v1/trace/holds"): Role.VIEWER,
    ("POST", "/api/v1/trace/holds"): Role.ADMIN,
    ("DELETE", "/api/v1/trace/holds/{hold}"): Role.ADMIN,
    ("GET", "/api/v1/trace/retention"): Role.VIEWER,
    ("PUT", "/api/v1/trace/retention"): Role.ADMIN,
    ("POST", "/api/v1/trace/retention/erase"): Role.ADMIN,
    ("GET", "/api/v1/trace/rules"): Role.VIEWER,
    ("POST", "/api/v1/trace/rules"): Role.ADMIN,
    ("DELETE", "/api/v1/trace/rules/{rule}"): Role.ADMIN,
    ("GET", "/api/v1/trace/firm"): Role.ADMIN,
    ("POST", "/api/v1/trace/firm"): Role.ADMIN,
    ("GET", "/api/v1/trace/places"): Role.VIEWER,
    ("GET", "/api/v1/trace/places/one"): Role.VIEWER,
    ("PUT", "/api/v1/trace/places/one"): Role.PLANNER,
    ("DELETE", "/api/v1/trace/places/one"): Role.ENGINEER,
    ("GET", "/api/v1/trace/captures"): Role.VIEWER,
    ("GET", "/api/v1/trace/captures/{job}"): Role.VIEWER,
    ("GET", "/api/v1/trace/captures/{job}/findings"): Role.VIEWER,
    ("GET", "/api/v1/trace/captures/{job}/refused"): Role.VIEWER,
    ("GET", "/trace/keeping"): Role.VIEWER,
    ("POST", "/trace/keeping/retention"): Role.ADMIN,
    ("POST", "/trace/keeping/erase"): Role.ADMIN,
    ("POST", "/trace/keeping/holds"): Role.ADMIN,
    ("POST", "/trace/keeping/holds/{hold}/lift"): Role.ADMIN,
    ("POST", "/trace/keeping/rules"): Role.ADMIN,
    ("POST", "/trace/keeping/rules/{rule}/take"): Role.ADMIN,
    ("POST", "/trace/keeping/firm"): Role.ADMIN,
    ("GET", "/trace/places"): Role.VIEWER,
    ("GET", "/trace/place"): Role.VIEWER,
    ("POST", "/trace/place"): Role.PLANNER,
    ("POST", "/trace/place/delete"): Role.ENGINEER,
    ("GET", "/trace/event"): Role.VIEWER,
    ("POST", "/trace/event"): Role.PLANNER,
    ("POST", "/trace/event/undo"): Role.PLANNER,
    ("GET", "/trace/capture"): Role.VIEWER,
    ("POST", "/trace/capture"): Role.PLANNER,
    ("GET", "/trace/capture/{job}"): Role.VIEWER,
    ("POST", "/epcis/capture"): Role.PLANNER,
    ("POST", "/epcis/events"): Role.PLANNER,
}
"""Every door of this kind, and the least role that it opens for."""


def test_every_door_has_its_role() -> None:
    """A new route of these modules, or a new change of events, has to be decided on."""
    app = FastAPI()
    for part in (keeping, places, captures):
        app.include_router(part.router)
    app.include_router(pages)
    found = {
        (method, path)
        for path, methods, _ in routes_of(app)
        for method in methods - {"HEAD", "OPTIONS"}
        if path.startswith(("/api/v1/trace/", "/trace/keeping", "/trace/place", "/trace/event"))
    } - {("GET", "/trace/events")}
    assert found <= set(ROLES)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_enters_its_doors_and_no_others(ctx: Context, role: Role) -> None:
    """By key, at every door: refused with 403 below the role, let in from it on."""
    key = create_key(ctx, "one", role=role, scopes=("*:write",)).secret
    app = FastAPI()
    install(app, ctx, host="0.0.0.0")
    mount_static(app)
    app.include_router(api)
    app.include_router(pages)
    headers = {"authorization": f"Bearer {key}"}
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        for (method, path), needed in ROLES.items():
            answer = client.request(method, path.format(hold="x", rule="x", job="x"),
                                    headers=headers)  # fmt: skip
            assert (answer.status_code == 403) is not role.allows(needed), (method, path, answer)
            assert answer.status_code < 500
            assert client.request(method, path).status_code in (401, 303, 307), (method, path)
