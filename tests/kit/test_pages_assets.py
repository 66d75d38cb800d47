"""Static files come from every package, under one hash, for a year; vendor files are known."""

from __future__ import annotations

import hashlib
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.kit.pages import mount_static, static, vendor
from sanpin.kit.pages.assets import _version, static_folders, template_folders
from sanpin.kit.pages.vendor import Bundle, bundles, damaged_bundles

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src/sanpin/kit/web"


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Give a client of an application that serves nothing but static files."""
    app = FastAPI()
    mount_static(app)
    return TestClient(app)


def test_static_file_is_kept_for_a_year(client: TestClient) -> None:
    """A hashed address answers with the file, its type, and leave to keep it."""
    answer = client.get(static("kit/theme.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == (WEB / "static/kit/theme.css").read_bytes()


def test_etag_saves_the_body(client: TestClient) -> None:
    """Asking again with the tag of the answer sends nothing."""
    address = static("kit/shell.js")
    tag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/static/000000000000/kit/theme.css",
        "/static/kit/theme.css",
        "/static/",
        "/static/{hash}/kit/nothing.css",
        "/static/{hash}/../../vendor.toml",
        "/static/{hash}/%2e%2e/%2e%2e/vendor.toml",
    ],
)
def test_other_addresses_are_not_found(client: TestClient, path: str) -> None:
    """Another hash, an unknown file and a way out of the tree all lead nowhere."""
    version = static("kit/theme.css").split("/")[2]
    assert client.get(path.format(hash=version)).status_code == 404


def test_page_cannot_point_at_nothing() -> None:
    """The address of a missing file is an error where it is asked for."""
    with pytest.raises(LookupError):
        static("kit/missing.css")


def test_hash_follows_content(tmp_path: Path) -> None:
    """The version changes with a file's content and with its name, and with nothing else."""
    seen = set()
    for name, content in (("a.js", "1"), ("a.js", "2"), ("b.js", "1")):
        folder = tmp_path / f"{name}{content}"
        folder.mkdir()
        (folder / name).write_text(content)
        seen.add(_version((folder,)))
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "a.js").write_text("1")
    assert len(seen) == 3
    assert _version((twin,)) in seen


def test_kit_comes_first() -> None:
    """The kit's folders are searched before those of the domains."""
    assert static_folders()[0] == WEB / "static"
    assert template_folders()[0] == WEB / "templates"


@pytest.mark.parametrize("bundle", bundles(), ids=lambda bundle: bundle.package)
def test_vendor_file_is_the_recorded_one(bundle: Bundle) -> None:
    """Each third-party file has the recorded size, a version and a permissive licence."""
    assert len((WEB / bundle.file).read_bytes()) == bundle.bytes
    assert re.fullmatch(r"\d+\.\d+\.\d+", bundle.version)
    assert bundle.licence in {"0BSD", "Apache-2.0"}


def test_vendor_files_are_sound_and_complete() -> None:
    """All hashes agree, and no third-party file lies about unrecorded."""
    assert damaged_bundles() == []
    shipped = {f"static/vendor/{path.name}" for path in (WEB / "static/vendor").iterdir()}
    assert shipped == {bundle.file for bundle in bundles()}


def test_damage_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed byte and a missing file are both reported by name."""
    shutil.copytree(WEB / "static/vendor", tmp_path / "static/vendor")
    shutil.copy(WEB / "vendor.toml", tmp_path)
    monkeypatch.setattr(vendor, "_WEB", tmp_path)
    assert damaged_bundles() == []
    files = [bundle.file for bundle in bundles()]
    with (tmp_path / files[0]).open("ab") as stream:
        stream.write(b" ")
    (tmp_path / files[1]).unlink()
    assert damaged_bundles() == files


def test_test_assets_are_recorded() -> None:
    """What only the tests load stands in the record too, with its hash."""
    record = tomllib.loads((WEB / "vendor.toml").read_text("utf-8"))["test"]
    for asset in record:
        content = (ROOT / asset["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == asset["sha256"]
        assert asset["file"].startswith("tests/")


def test_own_scripts_name_no_address() -> None:
    """Our scripts and styles reach for no other host (a namespace is a name, not an address)."""
    for path in (WEB / "static/kit").rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"https?://", text), path.name
            assert "eval(" not in text
            assert "innerHTML" not in text
