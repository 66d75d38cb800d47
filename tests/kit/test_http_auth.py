"""The guard with users: nothing without credentials, nothing beyond role, scope or page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Form, Request, UploadFile
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient
from starlette.responses import Response

from sanpin.kit.auth import Role, create_key, create_user, disable_user, passwords, revoke_key
from sanpin.kit.auth.passwords import Cost
from sanpin.kit.context import Actor, Context
from sanpin.kit.http import (
    SESSION_COOKIE,
    context,
    install,
    local_path,
    login_router,
    needs,
    require_role,
    routes_of,
)
from sanpin.kit.http.roles import RoleTable, domain_of, is_open
from sanpin.kit.i18n import ErrorText

SECRET = "correct horse battery"
URL = "http://plant.example"
Caller = Annotated[Context, Depends(context)]
Engineer = Annotated[Context, Depends(require_role(Role.ENGINEER))]


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests quick."""
    for name in ("hash_password", "is_outdated"):
        monkeypatch.setattr(getattr(passwords, name), "__defaults__", (Cost(n=2**4, r=8, p=1),))


def show_login(request: Request, refusal: ErrorText | None, path: str) -> Response:
    """Stand for the form that people see."""
    return PlainTextResponse(f"{refusal.text if refusal else ''}|{path}", media_type="text/html")


def demand_routes() -> APIRouter:
    """Routes as a domain declares them."""
    router = APIRouter(prefix="/api/v1/demand")

    @router.get("/orders")
    def orders(ctx: Caller) -> str:
        return ctx.actor.user

    @router.post("/forecast")
    def forecast(ctx: Caller) -> str:
        return ctx.actor.role

    @router.post("/seen")
    @needs(Role.VIEWER)
    def seen() -> str:
        return "seen"

    @router.delete("/orders/{order}")
    @needs(Role.ADMIN)
    def remove(order: str) -> str:
        return order

    @router.get("/engine")
    def engine(ctx: Engineer) -> str:
        return ctx.actor.user

    return router


@pytest.fixture
def app(ctx: Context) -> FastAPI:
    """A server that others can reach."""
    app = FastAPI(openapi_url="/api/openapi.json")
    app.include_router(login_router(show_login))
    outer = APIRouter()
    outer.include_router(demand_routes())
    app.include_router(outer)

    @app.get("/")
    def cockpit(request: Request) -> str:
        return str(request.state.csrf_token)

    @app.get("/healthz")
    def healthz(ctx: Caller) -> str:
        return f"ok {ctx.actor.user}{ctx.firm}"

    @app.post("/form")
    def form(text: Annotated[str, Form()]) -> str:
        return text

    @app.post("/upload")
    async def upload(file: UploadFile) -> int:
        return len(await file.read())

    install(app, ctx, host="0.0.0.0")
    return app


def browse(app: FastAPI) -> TestClient:
    """Open another browser."""
    return TestClient(app, URL, follow_redirects=False)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser that nobody has signed in with."""
    with browse(app) as client:
        yield client


def sign_in(client: TestClient, name: str = "ann", password: str = SECRET) -> str:
    """Sign in and return the token for forms."""
    answer = client.post("/login", data={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    token: str = client.get("/").json()
    return token


@pytest.fixture
def users(ctx: Context) -> None:
    """One user of every role."""
    for name, role in zip(("vic", "ann", "eve", "ada"), Role, strict=True):
        create_user(ctx, name, SECRET, role)


def test_every_route_is_closed_to_strangers(app: FastAPI, client: TestClient) -> None:
    """All routes, all methods: 401 unless they are meant for anyone."""
    tried = 0
    for path, methods, _ in routes_of(app):
        address = re.sub(r"\{\w+\}", "x", path)
        for method in methods:
            response = client.request(method, address)
            if is_open(address):
                assert response.status_code != 401, address
                continue
            assert response.status_code == 401, f"{method} {address}"
            assert response.headers["www-authenticate"] == "Bearer"
            tried += 1
    assert tried >= 9
    assert client.get("/no/such/path").status_code == 401
    assert client.get("/healthz").json() == "ok "
    assert {path for path, _, _ in routes_of(app)} >= {
        "/api/openapi.json",
        "/api/v1/demand/orders",
        "/api/v1/demand/orders/{order}",
        "/",
        "/logout",
    }


@pytest.mark.parametrize(
    ("path", "open_"),
    [
        ("/healthz", True),
        ("/login", True),
        ("/static/abc/kit/theme.css", True),
        ("/healthz/more", False),
        ("/login2", False),
        ("/static", False),
        ("/", False),
        ("//static/x", False),
    ],
)
def test_what_is_open_is_named_exactly(path: str, open_: bool) -> None:
    """No prefix opens more than it says."""
    assert is_open(path) is open_


def test_a_person_is_sent_to_sign_in_and_back(client: TestClient, users: None) -> None:
    """The page that was wanted comes after signing in."""
    browser = {"Accept": "text/html"}
    wanted = client.get("/?lang=en&x=1", headers=browser)
    assert wanted.status_code == 303
    assert wanted.headers["location"] == "/login?next=%2F%3Flang%3Den%26x%3D1"
    assert client.get(wanted.headers["location"], headers=browser).text == "|/?lang=en&x=1"
    data = {"name": "ann", "password": SECRET, "next": "/?x=1"}
    welcome = client.post("/login", data=data, headers=browser)
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/?x=1")
    part = browse(client.app).get("/", headers={**browser, "HX-Request": "true"})  # type: ignore[arg-type]
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login?next=%2F")


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("/plan?x=1", "/plan?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(path: str, safe: str) -> None:
    """Only paths of this server."""
    assert local_path(path) == safe


def test_the_session_cookie_is_out_of_reach(client: TestClient, users: None, ctx: Context) -> None:
    """Not for scripts, not for other sites, and only by HTTPS where there is HTTPS."""
    data = {"name": "ann", "password": SECRET}
    cookie = client.post("/login", data=data).headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    app = FastAPI()
    app.include_router(login_router(show_login))
    install(app, ctx, host="0.0.0.0", https=True)
    response = TestClient(app, "https://plant.example").post("/login", data=data)
    assert "Secure" in response.headers["set-cookie"]
    assert "max-age" in response.headers["strict-transport-security"]


def test_a_wrong_password_is_told_to_people_and_programs(client: TestClient, users: None) -> None:
    """The form again, or a problem; then one must wait."""
    data = {"name": "ann", "password": "wrong"}
    seen = client.post("/login?lang=en", data=data, headers={"Accept": "text/html"})
    assert (seen.status_code, seen.text) == (401, "Name or password is wrong.|/")
    assert client.post("/login", data=data).json()["code"] == "auth.login.failed"
    for _ in range(4):
        client.post("/login", data=data)
    waiting = client.post("/login", data=data)
    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) >= 1


def test_signing_out_ends_the_session(client: TestClient, users: None) -> None:
    """The old cookie is worth nothing."""
    token = sign_in(client)
    kept = client.cookies[SESSION_COOKIE]
    out = client.post("/logout", headers={"X-CSRF-Token": token})
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    client.cookies.set(SESSION_COOKIE, kept)
    assert client.get("/").status_code == 401


def test_a_disabled_user_is_out_at_the_next_request(
    client: TestClient, users: None, ctx: Context
) -> None:
    """Without waiting for the session to end."""
    sign_in(client)
    disable_user(ctx, "ann")
    assert client.get("/").status_code == 401


ROLES = [
    ("GET", "/api/v1/demand/orders", Role.VIEWER),
    ("POST", "/api/v1/demand/seen", Role.VIEWER),
    ("POST", "/api/v1/demand/forecast", Role.PLANNER),
    ("GET", "/api/v1/demand/engine", Role.ENGINEER),
    ("DELETE", "/api/v1/demand/orders/7", Role.ADMIN),
]


@pytest.mark.parametrize(("method", "path", "needed"), ROLES)
def test_roles_open_what_they_should(
    app: FastAPI, users: None, method: str, path: str, needed: Role
) -> None:
    """Reading a viewer, changing a planner, unless the route says otherwise."""
    for name, role in zip(("vic", "ann", "eve", "ada"), Role, strict=True):
        client = browse(app)
        token = sign_in(client, name)
        response = client.request(method, path, headers={"X-CSRF-Token": token})
        assert response.status_code == (200 if role.allows(needed) else 403), role
        if response.status_code == 403:
            assert response.json()["code"] == "auth.role.missing"


def test_the_table_chooses_as_the_router_does(app: FastAPI) -> None:
    """The first route that fits decides; unknown ones need the usual role."""
    table = RoleTable(app)
    assert table.role("POST", "/api/v1/demand/seen") is Role.VIEWER
    assert table.role("DELETE", "/api/v1/demand/orders/7") is Role.ADMIN
    assert table.role("POST", "/nowhere") is Role.PLANNER
    assert table.role("HEAD", "/nowhere") is Role.VIEWER


def test_a_change_needs_the_token_of_its_page(client: TestClient, users: None) -> None:
    """As header or as field; that of another session is none."""
    token = sign_in(client)
    other = browse(client.app)  # type: ignore[arg-type]
    foreign = sign_in(other)
    assert foreign != token
    for headers in ({}, {"X-CSRF-Token": foreign}, {"X-CSRF-Token": ""}):
        refused = client.post("/api/v1/demand/forecast", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "http.request.forged")
    assert client.post("/form", data={"text": "a", "csrf_token": foreign}).status_code == 403
    assert client.post("/form", data={"text": "a", "csrf_token": token}).json() == "a"
    assert client.post("/form", data={"text": "a"}, headers={"X-CSRF-Token": token}).json() == "a"


def test_an_upload_form_carries_its_token_before_the_file(client: TestClient, users: None) -> None:
    """And the whole file arrives, however large."""
    token = sign_in(client)
    content = b"\x00row\r\n" * 60_000
    files = {"csrf_token": (None, token), "file": ("a.csv", content)}
    assert client.post("/upload", files=files).json() == len(content)
    late = {"file": ("a.csv", content), "csrf_token": (None, token)}
    assert client.post("/upload", files=late).status_code == 403
    hidden = {"file": ("a.csv", f'name="csrf_token"\r\n\r\n{"0" * 64}\r\n'.encode())}
    assert client.post("/upload", files=hidden).status_code == 403


def key_headers(secret: str) -> dict[str, str]:
    """Return the header that carries a key."""
    return {"Authorization": f"Bearer {secret}"}


def test_programs_come_with_keys(client: TestClient, users: None, ctx: Context) -> None:
    """Without cookie or token, as far as the key's scopes and its owner's role reach."""
    ann = ctx.acting_as(Actor("ann", Role.PLANNER))
    reading = key_headers(create_key(ann, "r", scopes=["demand:read"]).secret)
    writing = key_headers(create_key(ann, "w", scopes=["demand:write"]).secret)
    other = key_headers(create_key(ann, "o", scopes=["trace:write"]).secret)
    read, write = "/api/v1/demand/orders", "/api/v1/demand/forecast"
    assert client.get(read, headers=reading).json() == "ann"
    assert client.post(write, headers=reading).json()["code"] == "auth.scope.missing"
    assert client.get(read, headers=writing).status_code == 200
    assert client.post(write, headers=writing).json() == "planner"
    assert client.delete("/api/v1/demand/orders/7", headers=writing).status_code == 403
    assert client.get(read, headers=other).status_code == 403
    assert client.get(read, headers=key_headers("sk_wrong")).status_code == 401
    assert client.get(read, headers={"Authorization": "Basic YTpi"}).status_code == 401


def test_a_revoked_key_opens_nothing(client: TestClient, ctx: Context) -> None:
    """From the next request on."""
    made = create_key(ctx, "script")
    assert client.get("/api/v1/demand/orders", headers=key_headers(made.secret)).json() == "local"
    revoke_key(ctx, made.key.id)
    refused = client.get("/api/v1/demand/orders", headers=key_headers(made.secret))
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("path", "domain"),
    [
        ("/api/v1/demand/orders", "demand"),
        ("/demand/portfolio", "demand"),
        ("/epcis/events", "trace"),
        ("/01/09501101530003", "trace"),
        ("/api/v1/runs", "runs"),
        ("/", "cockpit"),
    ],
)
def test_paths_belong_to_domains(path: str, domain: str) -> None:
    """Pages, API and the standards' own paths."""
    assert domain_of(path) == domain
