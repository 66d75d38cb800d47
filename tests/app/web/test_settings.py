"""Settings over the web: what a reader chooses, people, keys, webhooks, inbox, sample."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from sanpin.app.web.settings import reader, sample
from sanpin.base import N_, Run
from sanpin.kit.auth import create_user, find_user, list_keys
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.notify import list_webhooks, notify, unread_count
from sanpin.kit.runs import enqueue
from sanpin.kit.settings import get_setting, set_setting

SECRET = "a kiln full of cups"


def test_page_shows_the_day_and_the_parts(ctx: Context, client: TestClient) -> None:
    """Today, the workspace and the third-party parts with their licences stand there."""
    set_setting(ctx, "as_of", "2011-09-16")
    page = client.get("/settings").text
    assert "<strong>Fri 16 Sept 2011</strong>" in page
    assert str(ctx.workspace.path) in page
    assert "echarts" in page
    assert "Apache-2.0" in page


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"as_of": "newest"}, "newest"),
        ({"as_of": "real", "day": "2011-01-01"}, "real"),
        ({"as_of": "date", "day": "2011-09-16"}, "2011-09-16"),
    ],
)
def test_as_of(ctx: Context, client: TestClient, form: dict[str, str], kept: str) -> None:
    """The day is kept, and the reader comes back to the page left."""
    answer = client.post("/settings/as-of", data={**form, "next": "/runs?state=done"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs?state=done")
    assert get_setting(ctx, "as_of") == kept


def test_impossible_day_is_refused(ctx: Context, client: TestClient) -> None:
    """A day that does not exist is named, and nothing changes."""
    answer = client.post("/settings/as-of", data={"as_of": "date", "day": "2011-02-30"})
    assert answer.status_code == 422
    assert "2011-02-30" in answer.text
    assert get_setting(ctx, "as_of") is None


def test_language_keeps_the_page(client: TestClient) -> None:
    """The same page comes in the other language, and stays so; lang= no longer outranks it."""
    data = {"language": "zh-CN", "next": "/runs?state=done&lang=en"}
    answer = client.post("/settings/language", data=data)
    assert answer.headers["location"] == "/runs?state=done"
    assert '<html lang="zh-CN"' in client.get("/runs").text
    client.post("/settings/language", data={"language": "en", "next": "/runs?lang=zh"})
    assert '<html lang="en"' in client.get("/runs").text


def test_theme_is_the_readers(client: TestClient) -> None:
    """The theme is kept in the browser; what is no theme follows the device."""
    client.post("/settings/theme", data={"theme": "dark", "next": "/runs"})
    assert 'data-theme="dark"' in client.get("/runs").text
    client.post("/settings/theme", data={"theme": "pink", "next": "/runs"})
    assert 'data-theme="system"' in client.get("/runs").text


@pytest.mark.parametrize("path", ["//evil.example/", "http://evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(client: TestClient, path: str) -> None:
    """A way back that leads to another host leads to the first page instead."""
    answer = client.post("/settings/theme", data={"theme": "dark", "next": path})
    assert answer.headers["location"] == "/"


def test_firm_settings(ctx: Context, client: TestClient) -> None:
    """The firm's language and theme hold for readers who chose nothing."""
    client.post("/settings/firm", data={"language": "zh-CN", "theme": "dark"})
    page = client.get("/settings").text
    assert '<html lang="zh-CN" data-theme="dark">' in page
    client.post("/settings/firm", data={"language": "", "theme": "system"})
    assert get_setting(ctx, "language") is None


def test_people(ctx: Context, client: TestClient) -> None:
    """Added, given another role, kept out, let in again."""
    add = {"name": "li.na", "password": SECRET, "role": "planner"}
    assert client.post("/settings/users", data=add).status_code == 303
    assert "li.na" in client.get("/settings/users").text
    client.post("/settings/users/li.na/role", data={"role": "engineer"})
    assert find_user(ctx, "li.na").role is Role.ENGINEER
    client.post("/settings/users/li.na/state", data={"active": "false"})
    assert find_user(ctx, "li.na").disabled
    client.post("/settings/users/li.na/state", data={"active": "true"})
    assert not find_user(ctx, "li.na").disabled
    again = client.post("/settings/users", data=add)
    assert again.status_code == 409
    assert "There is a user called li.na already." in again.text


def test_password_is_set_anew(ctx: Context, client: TestClient) -> None:
    """An administrator sets a password; a weak one is refused with the reason."""
    create_user(ctx, "wang", SECRET, Role.VIEWER)
    answer = client.post("/settings/password", data={"name": "wang", "password": "short"})
    assert answer.status_code == 422
    answer = client.post("/settings/password", data={"name": "wang", "password": SECRET + "2"})
    assert answer.headers["location"] == "/settings/users"


def test_key_is_shown_once(ctx: Context, client: TestClient) -> None:
    """The secret stands on the answer and never again; revoked, it says so."""
    data = {"name": "weighing scale", "scopes": "demand:read trace:write", "days": "30"}
    page = client.post("/settings/keys", data=data).text
    secret = re.search(r"sk_[\w-]+", page)
    assert secret
    listed = client.get("/settings/keys").text
    assert secret[0] not in listed
    assert "demand:read trace:write" in listed
    (key,) = list_keys(ctx)
    client.post(f"/settings/keys/{key.id}/revoke")
    assert "revoked" in client.get("/settings/keys").text


def test_webhooks(ctx: Context, client: TestClient) -> None:
    """Added and removed; what is no address is refused."""
    assert client.post("/settings/webhooks", data={"url": "not an address"}).status_code == 422
    data = {"url": "https://hooks.example/x", "preset": "wecom", "kinds": "loop.done"}
    client.post("/settings/webhooks", data=data)
    (hook,) = list_webhooks(ctx)
    assert (hook.preset, hook.kinds) == ("wecom", ("loop.done",))
    assert "https://hooks.example/x" in client.get("/settings/webhooks").text
    client.post(f"/settings/webhooks/{hook.id}/remove")
    assert list_webhooks(ctx) == []


def test_inbox(ctx: Context, client: TestClient) -> None:
    """New messages are counted and shown with their link; one click reads them all."""
    assert "No messages yet." in client.get("/settings/inbox").text
    notify(ctx, "loop.done", N_("There is no run {run}."), "warn", "/runs", run="7")
    page = client.get("/settings/inbox").text
    assert "There is no run 7." in page
    assert 'href="/runs"' in page
    assert "<strong>1</strong> message is unread." in page
    assert client.get("/api/v1/settings/inbox").json()["unread"] == 1
    assert client.post("/settings/inbox/read").status_code == 303
    assert unread_count(ctx) == 0
    assert "Everything is read." in client.get("/settings/inbox").text


def test_long_inbox_has_pages(ctx: Context, client: TestClient) -> None:
    """Older messages stand behind the newer ones, without gap."""
    for number in range(103):
        notify(ctx, "a", N_("There is no run {run}."), run=f"<{number}>")
    first = client.get("/settings/inbox").text
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = client.get(link[1]).text
    found = [*re.findall(r"&lt;(\d+)&gt;", first), *re.findall(r"&lt;(\d+)&gt;", second)]
    assert [int(number) for number in found] == list(range(102, -1, -1))


def test_sample_goes_in_and_out_as_runs(
    ctx: Context, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each click queues one computation and leads to its Run; the page offers what fits."""
    asked: list[str] = []

    def queue(context: Context, name: str) -> Run:
        asked.append(name)
        return enqueue(context, "loop.run")

    monkeypatch.setattr(sample, "enqueue", queue)
    for path in ("/settings/sample", "/settings/sample/remove"):
        assert client.post(path).headers["location"].startswith("/runs/")
    assert asked == ["sample.load", "sample.remove"]
    assert "Load the sample" in client.get("/settings").text
    monkeypatch.setattr(reader, "has_sample", lambda _: True)
    page = client.get("/settings").text
    assert "Load the sample" not in page
    assert 'data-confirm="Remove everything that the sample brought?' in page


def test_interface(ctx: Context, client: TestClient) -> None:
    """Programs read and set values; unknown values are refused."""
    assert client.put("/api/v1/settings/as_of", json={"value": "2011-09-16"}).status_code == 200
    assert client.get("/api/v1/settings").json() == {
        "settings": {"as_of": "2011-09-16"},
        "as_of_day": "2011-09-16",
    }
    assert client.put("/api/v1/settings/as_of", json={"value": "soon"}).status_code == 422
    notify(ctx, "a", N_("Imports"))
    (message,) = client.get("/api/v1/settings/inbox?unread=true").json()["items"]
    read = client.post("/api/v1/settings/inbox/read", json={"ids": [message["id"]]})
    assert read.json() == {"marked": 1}


def test_numbers_of_the_plant(ctx: Context, client: TestClient) -> None:
    """Shown with unit and range, kept together, forgotten when they are the default."""
    page = client.get("/settings").text
    assert 'name="factory.lot_days"' in page
    assert 'min="1" max="90"' in page
    form = {"factory.lot_days": "7", "factory.scrap_percent": "1.5", "factory.repair_minutes": "45"}
    assert client.post("/settings/numbers", data=form).status_code == 303
    assert get_setting(ctx, "factory.lot_days") == 7
    assert get_setting(ctx, "factory.scrap_percent") == 1.5
    assert get_setting(ctx, "factory.repair_minutes") is None
    assert 'value="1.5"' in client.get("/settings").text
    client.post("/settings/numbers", data={"factory.lot_days": ""})
    assert get_setting(ctx, "factory.lot_days") is None


@pytest.mark.parametrize("text", ["0", "91", "7.5", "many", "nan", "inf"])
def test_a_bad_number_leaves_no_half_of_a_form(ctx: Context, client: TestClient, text: str) -> None:
    """The refusal names the range in the reader's language."""
    form = {"factory.scrap_percent": "3", "factory.lot_days": text}
    refused = client.post("/settings/numbers", data=form)
    assert refused.status_code == 422
    assert "1 … 90" in refused.text
    assert get_setting(ctx, "factory.scrap_percent") is None


def test_numbers_are_for_engineers(ctx: Context, client: TestClient) -> None:
    """Programs set them through the interface, with the same ranges."""
    put = "/api/v1/settings/factory.lot_days"
    assert client.put(put, json={"value": 21}).json()["value"] == 21
    assert client.put(put, json={"value": 0}).status_code == 422
    assert get_setting(ctx, "factory.lot_days") == 21
