"""Addresses from strangers: taken apart without failing, and never followed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.kit.http import install, local_path
from sanpin.kit.http.forgery import _host_name
from sanpin.kit.http.limits import BodyLimit
from sanpin.kit.notify import add_webhook
from sanpin.kit.urls import is_web_address, split_url

URL = "http://localhost"
texts = st.text(alphabet="ahtps:/\\[]@.#?% \t\n\u4e2d:1", max_size=20)


@given(texts)
def test_any_text_has_parts_or_none(text: str) -> None:
    """The library's own complaint never comes through."""
    parts = split_url(text)
    try:
        expected = urlsplit(text)
    except ValueError:
        assert parts is None
    else:
        assert parts == expected


@given(texts)
def test_a_web_address_has_a_host(text: str) -> None:
    """And one of the two schemes that a browser opens as a page."""
    if is_web_address(text):
        parts = split_url(text)
        assert parts is not None
        assert parts.scheme in ("http", "https")
        assert parts.hostname


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://plant.example/x", True), ("HTTP://plant.example", True),
        ("http://[::1]:8080/", True), ("http://[", False), ("https://", False),
        ("http:///path", False), ("javascript:alert(1)", False), ("file:///etc/passwd", False),
        ("//plant.example", False), ("", False), ("plant.example", False),
    ],
)  # fmt: skip
def test_which_texts_are_web_addresses(text: str, good: bool) -> None:
    """A script, a file, or a host alone is none."""
    assert is_web_address(text) is good


@given(texts)
def test_nobody_is_sent_elsewhere_after_signing_in(path: str) -> None:
    """The path stays on this server, whatever a link to the form said."""
    found = local_path(path)
    assert found == "/" or found == path
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert "\\" not in found
    parts = split_url(found)
    assert parts is not None
    assert not parts.netloc
    assert not parts.scheme


@pytest.mark.parametrize("path", ["//[", "http://[", "/\t/evil.example", "\\\\evil", "x", ""])
def test_paths_that_lead_away_become_the_first_page(path: str) -> None:
    """Also those on which a library would give up."""
    assert local_path(path) == "/"


@pytest.mark.parametrize(
    ("host", "name"),
    [("plant.example:8000", "plant.example"), ("[::1]:8000", "[::1]"), ("[::1]", "[::1]"),
     ("[::1", "[::1"), ("[", "["), ("", ""), ("a", "a")],
)  # fmt: skip
def test_a_host_loses_its_port(host: str, name: str) -> None:
    """The brackets of an IPv6 address belong to it, also where one is missing."""
    assert _host_name(host) == name


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a local server with one route; its failures reach the test."""
    app = FastAPI()
    install(app, ctx, body_limit=1000)

    @app.post("/take")
    async def take(body: dict[str, int]) -> int:
        return sum(body.values())

    with TestClient(app, base_url=URL) as found:
        yield found


@pytest.mark.parametrize("host", ["[", "[::1", "evil.example", "localhost.evil.example"])
def test_a_request_for_another_name_is_refused(client: TestClient, host: str) -> None:
    """In words and with status 400, however broken the name is."""
    answer = client.post("/take", json={"a": 1}, headers={"Host": host})
    assert answer.status_code == 400
    assert answer.json()["code"] == "http.host.unknown"


@pytest.mark.parametrize(
    "origin", ["http://[", "null", "", "http://evil.example", "http://localhost.evil.example"]
)
def test_a_change_from_another_page_is_refused(client: TestClient, origin: str) -> None:
    """An origin that has no host is not ours either."""
    answer = client.post("/take", json={"a": 1}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.json()["code"] == "http.request.forged"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_the_browsers_own_word_is_enough_to_refuse(client: TestClient, site: str) -> None:
    """Another site, or another server of the same site."""
    answer = client.post("/take", json={"a": 1}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": URL}, {"Sec-Fetch-Site": "same-origin"}])
def test_a_change_from_our_own_page_goes_through(
    client: TestClient, headers: dict[str, str]
) -> None:
    """And one from a program, which names no page at all."""
    answer = client.post("/take", json={"a": 1, "b": 2}, headers=headers)
    assert (answer.status_code, answer.json()) == (200, 3)


@pytest.mark.parametrize("length", ["1001", "-1", "many", "1e3"])
def test_a_length_that_is_too_large_or_no_number_is_refused(
    client: TestClient, length: str
) -> None:
    """Before anything is read."""
    answer = client.post("/take", content=b"{}", headers={"Content-Length": length})
    assert answer.status_code == 413
    assert answer.json()["code"] == "http.body.too_large"


def test_a_body_without_a_length_is_counted(client: TestClient) -> None:
    """Piece by piece; it is refused where it grows too large."""

    def pieces() -> Iterator[bytes]:
        yield b'{"a": 1, "b": '
        for _ in range(30):
            yield b" " * 100
        yield b"2}"

    answer = client.post("/take", content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_what_is_no_request_passes_the_limit_untouched() -> None:
    """Starting and stopping of the server send no body."""
    heard: list[str] = []

    async def app(scope: object, receive: object, send: object) -> None:
        heard.append(scope["type"])  # type: ignore[index]

    coroutine = BodyLimit(app)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert heard == ["lifespan"]


@pytest.mark.parametrize("url", ["http://[", "ftp://x.example", "https://", "hook", ""])
def test_a_webhook_needs_a_web_address(ctx: Context, url: str) -> None:
    """Anything else is refused with the address in the message."""
    with pytest.raises(InputError) as refused:
        add_webhook(ctx, url)
    assert refused.value.code == "notify.webhook.address"
    assert refused.value.fields["url"] == url
