"""The gates: signing in, refusals as pages, and what each role may reach."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sanpin.kit.auth import create_user
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import routes_of

Browse = Callable[..., TestClient]
SECRET = "a kiln full of cups"


def sign_in(client: TestClient, name: str) -> None:
    """Open a session."""
    answer = client.post("/login", data={"name": name, "password": SECRET, "next": "/runs"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs")


def token(client: TestClient) -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', client.get("/runs").text)
    assert found
    return found[1]


def test_strangers_are_sent_to_sign_in(browse: Browse) -> None:
    """A page leads to the form and back; programs get a problem."""
    client = browse(users=True)
    answer = client.get("/runs?state=done")
    assert answer.headers["location"] == "/login?next=%2Fruns%3Fstate%3Ddone"
    form = client.get(answer.headers["location"])
    assert form.status_code == 200
    assert 'value="/runs?state=done"' in form.text
    assert client.get("/api/v1/runs").status_code == 401


def test_wrong_password_is_said_on_the_form(ctx: Context, browse: Browse) -> None:
    """The form comes back with the reason, in the reader's language."""
    create_user(ctx, "li.na", SECRET)
    client = browse(users=True)
    answer = client.post("/login", data={"name": "li.na", "password": "wrong", "next": "/"})
    assert answer.status_code == 401
    assert "Name or password is wrong." in answer.text


def test_login_form_speaks_chinese(browse: Browse) -> None:
    """Before anyone is known the browser's language decides."""
    page = browse(users=True, language="zh-CN").get("/login").text
    assert '<html lang="zh-CN"' in page
    assert "<h1>Who are you?" not in page


def test_form_without_token_is_refused(ctx: Context, browse: Browse) -> None:
    """A signed-in browser must bring the page's token; with it the form works."""
    create_user(ctx, "li.na", SECRET, Role.ADMIN)
    client = browse(users=True)
    sign_in(client, "li.na")
    data = {"as_of": "real", "next": "/runs"}
    assert client.post("/settings/as-of", data=data).status_code == 403
    good = client.post("/settings/as-of", data={"csrf_token": token(client), **data})
    assert good.status_code == 303


def test_upload_brings_its_token(ctx: Context, browse: Browse) -> None:
    """The token stands before the file, so an upload is admitted."""
    create_user(ctx, "li.na", SECRET, Role.PLANNER)
    client = browse(users=True)
    sign_in(client, "li.na")
    answer = client.post(
        "/imports/upload",
        data={"csrf_token": token(client)},
        files={"file": ("a.csv", b"code,name_en\nA,B\n")},
    )
    assert answer.status_code == 303


def test_viewer_reads_but_does_not_change(ctx: Context, browse: Browse) -> None:
    """A viewer sees runs and imports, switches theme, and is refused the rest with a reason."""
    create_user(ctx, "boss", SECRET, Role.VIEWER)
    client = browse(users=True)
    sign_in(client, "boss")
    form = {"csrf_token": token(client), "next": "/runs"}
    for path in ("/runs", "/imports", "/imports/how", "/settings", "/settings/inbox", "/search"):
        assert client.get(path).status_code == 200, path
    assert client.post("/settings/theme", data={**form, "theme": "dark"}).status_code == 303
    for path in ("/settings/users", "/settings/webhooks"):
        assert client.get(path).status_code == 403, path
    refused = client.post("/settings/as-of", data={**form, "as_of": "real"})
    assert refused.status_code == 403
    assert "This needs the role" in refused.text


def test_every_route_is_closed_by_default(browse: Browse) -> None:
    """Without a user nothing answers but the gate itself and static files."""
    client = browse(users=True)
    paths = set()
    for path, methods, _ in routes_of(client.app):  # type: ignore[arg-type]
        for method in methods - {"HEAD", "OPTIONS"}:
            address = re.sub(r"{[^}]+}", "x", path)
            status = client.request(method, address).status_code
            if status not in {303, 401, 403}:
                paths.add(path)
    assert paths <= {"/login"}


def test_refusal_is_a_page_in_the_shell(client: TestClient) -> None:
    """What happened, what to do, the code, and a way on."""
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "Not found" in answer.text
    assert "http.path.unknown" in answer.text
    assert '<nav class="rail"' in answer.text


@pytest.mark.parametrize(
    ("referer", "way"), [("http://127.0.0.1/runs", "http://127.0.0.1/runs"), ("http://x/", "/")]
)
def test_way_back_stays_in_the_house(client: TestClient, referer: str, way: str) -> None:
    """The button leads to the page before, if that was ours."""
    page = client.get("/nowhere", headers={"Referer": referer}).text
    assert f'<a class="button primary" href="{way}">' in page
