"""Photos of codes: read like a scanner reads them, refused when they are none."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import zxingcpp
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from starlette.testclient import TestClient

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine import photos
from sanpin.trace.engine.photos import read_photo

GS1 = "(01)09521234567899(10)ABC-1(17)271231"
SENT = "]d2010952123456789910ABC-1\x1d17271231"


def symbol(text: str = GS1, kind: str = "DataMatrix", scale: int = 6) -> Image.Image:
    """Draw a bar code."""
    form = zxingcpp.barcode_format_from_str(kind)
    code = zxingcpp.create_barcode(text, form, gs1=text.startswith("("))
    return Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=scale)))


def photo(code: Image.Image, seed: int = 7) -> Image.Image:
    """Make a picture as a phone takes it: turned, in perspective, in uneven light, noisy."""
    draw = np.random.default_rng(seed)
    ground = Image.new("L", (900, 700), 205)
    ground.paste(code.resize((330, 330)), (280, 190))
    ground = ground.rotate(14, fillcolor=200, resample=Image.Resampling.BICUBIC)
    corners = (30, 10, 0, 690, 880, 640, 850, 60)
    ground = ground.transform(
        ground.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=200
    )
    pixels = np.asarray(ground.filter(ImageFilter.GaussianBlur(1.2)), float)
    light = np.linspace(0.55, 1.05, pixels.shape[1])[None, :]
    noisy = pixels * light + draw.normal(0, 9, pixels.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def saved(picture: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """Write a picture as a file."""
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_a_gs1_datamatrix_is_read(form: str) -> None:
    assert read_photo(saved(photo(symbol()), form)) == [SENT]


def test_colours_clear_ground_and_turned_photos_are_read() -> None:
    assert read_photo(saved(photo(symbol()).convert("RGB").rotate(90, expand=True))) == [SENT]
    ink = symbol().convert("L")
    clear = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=ink.point(lambda v: 255 - v))
    assert read_photo(saved(clear, "PNG")) == [SENT]


def test_every_code_on_a_photo_is_told_once() -> None:
    sheet = Image.new("L", (1200, 500), 255)
    sheet.paste(symbol(), (60, 100))
    sheet.paste(symbol(), (300, 100))
    sheet.paste(symbol("9521234567899", "EAN13", 3), (560, 100))
    link = symbol("https://example.com/01/09521234567899", "QRCode", 5)
    sheet.paste(link, (900, 100))
    assert sorted(read_photo(saved(sheet, "PNG"))) == [
        "]E09521234567899", "]Q1https://example.com/01/09521234567899", SENT,
    ]  # fmt: skip


def test_a_photo_without_a_code_holds_none() -> None:
    assert read_photo(saved(Image.new("L", (400, 300), 180))) == []


def png_claiming(width: int, height: int) -> bytes:
    """Write the head of a PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 4096)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(9000, 9000), (12_000, 9000), (60_000, 60_000), (2**31 - 1, 9)])
def test_a_bomb_of_pixels_is_not_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(InputError) as refusal:
        read_photo(png_claiming(*size))
    assert refusal.value.code in ("trace.photo.too_large", "trace.photo.unreadable")


def test_a_file_that_is_too_long_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "LARGEST_FILE", 100)
    with pytest.raises(InputError) as refusal:
        read_photo(saved(symbol(), "PNG"))
    assert refusal.value.code == "trace.photo.too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"\x89PNG\r\n\x1a\n",
        saved(symbol(), "PNG")[:-90],
        saved(photo(symbol()))[:3000],
        saved(symbol(), "GIF"),
        saved(symbol(), "TIFF"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    """Formats that cameras do not write are not even opened."""
    with pytest.raises(InputError) as refusal:
        read_photo(content)
    assert refusal.value.code == "trace.photo.unreadable"


@given(st.data())
def test_a_damaged_picture_never_breaks_it(data: st.DataObject) -> None:
    content = bytearray(saved(symbol(), data.draw(st.sampled_from(["PNG", "JPEG", "WEBP"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    try:
        assert isinstance(read_photo(bytes(content)), list)
    except InputError as error:
        assert error.code.startswith("trace.photo.")


def send(site: TestClient, content: bytes, language: str = "en") -> tuple[int, str, str]:
    """Upload a photo to the page; return status, where it leads, and the page."""
    answer = site.post(
        "/trace/photo",
        files={"photo": ("p.jpg", content, "image/jpeg")},
        headers={"accept": "text/html", "accept-language": language},
        follow_redirects=False,
    )
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_one_code_on_a_photo_is_followed(chain: Context, site: TestClient) -> None:
    mug = service.search(chain, "MUG-1")[0]
    status, location, _ = send(site, saved(photo(symbol(mug.detail))))
    assert status == 303 and location.startswith("/trace?q=%5Dd201")
    assert site.get(location, follow_redirects=False).headers["location"] == mug.path


def test_several_codes_are_offered_and_none_is_said(chain: Context, site: TestClient) -> None:
    sheet = Image.new("L", (700, 300), 255)
    sheet.paste(symbol(), (40, 60))
    sheet.paste(symbol("9521234567899", "EAN13", 3), (300, 60))
    status, _, text = send(site, saved(sheet, "PNG"))
    assert status == 200
    assert "2 codes on the photo" in text
    assert "]d2010952123456789910ABC-1␝17271231" in text
    assert "Fri 31 Dec 2027" in text
    _, _, text = send(site, saved(Image.new("L", (300, 300), 90)))
    assert "No code was found on the photo." in text
    status, _, text = send(site, b"junk", "zh-CN")
    assert status == 200 and "该文件不是可识读的图片" in text


def test_whoever_may_look_may_scan(ctx: Context) -> None:
    """A photo changes nothing: the people on the floor need no right to plan for it."""
    from sanpin.kit.auth.roles import Role
    from sanpin.kit.http.roles import routes_of
    from sanpin.trace.pages import router

    app = FastAPI()
    app.include_router(router)
    roles = {path: role for path, methods, role in routes_of(app) if "POST" in methods}
    assert roles["/trace/photo"] is Role.VIEWER
    assert roles["/trace/sample"] is None


def test_a_photo_can_be_read_before_there_are_events(site: TestClient) -> None:
    status, location, _ = send(site, saved(symbol(), "PNG"))
    assert status == 303
    assert site.get(location, headers={"accept": "text/html"}).status_code == 200
