"""The box, the genealogy, the map and the stream of Trace in a real browser."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import uvicorn
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from sanpin.app.server import create_app
from sanpin.kit.context import Context, open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service

OpenPage = Callable[..., Page]
MANY = 3000
MUG = "/trace/thing/01/09529163724307/10/MUG-1"
BIG = "/trace/thing?epc=urn:x:roll"


@dataclass(frozen=True)
class Chain:
    """A running server on a ledger with the sample chain and a roll that was cut into thousands."""

    url: str
    ctx: Context


def roll() -> bytes:
    """Write a roll of cloth that was cut into thousands of pieces."""
    pieces = [f"urn:x:piece{number:05d}" for number in range(MANY)]
    cut = {
        "type": "TransformationEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "inputEPCList": ["urn:x:roll"],
        "outputEPCList": pieces,
        "bizStep": "commissioning",
        "bizLocation": {"id": "urn:x:mill"},
    }
    return orjson.dumps([cut])


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """Serve the whole product on a small ledger, from a thread."""
    folder = tmp_path_factory.mktemp("trace")
    ctx = open_context(Workspace.create(folder / "w", name="Pottery", sample=True))
    service.capture_sample(ctx)
    service.capture(ctx, [roll()])
    config = uvicorn.Config(
        create_app(ctx), port=0, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Chain(f"http://127.0.0.1:{port}", ctx)
    server.should_exit = True
    thread.join()


def photo_of(text: str) -> bytes:
    """Take a picture of a GS1 DataMatrix: turned, in perspective, noisy."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    symbol = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=6)))
    ground = Image.new("L", (800, 600), 210)
    ground.paste(symbol, (260, 160))
    ground = ground.rotate(-11, fillcolor=205, resample=Image.Resampling.BICUBIC)
    corners = (20, 0, 0, 600, 790, 560, 770, 40)
    ground = ground.transform(ground.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    noise = np.random.default_rng(3).normal(0, 8, (600, 800))
    pixels = (np.asarray(ground, float) + noise).clip(0, 255).astype(np.uint8)
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=80)
    return target.getvalue()


def test_the_box_says_what_it_understood_while_it_is_typed(
    chain: Chain, open_page: OpenPage, check_access: Callable[..., None]
) -> None:
    page = open_page(f"{chain.url}/trace")
    box = page.locator("#trace-q")
    expect(box).to_be_focused()
    box.press_sequentially("(01)09521234567898")
    said = page.locator("#understood")
    expect(said).to_contain_text("it should be 9")
    expect(said.get_by_role("link")).to_have_text("(01)09521234567899")
    box.fill("(01)09521234567899(10)NEW(17)271231")
    expect(said).to_contain_text("Fri 31 Dec 2027")
    expect(said).to_contain_text("9, right")
    check_access(page)


def test_a_hand_scanner_is_a_keyboard(chain: Chain, open_page: OpenPage) -> None:
    """It types the symbology, the separator as Ctrl ], and Enter; even with nothing in focus."""
    page = open_page(f"{chain.url}/trace")
    page.evaluate("document.activeElement.blur()")
    for part in ("]d20109529163724307", "10MUG-1"):
        page.keyboard.type(part)
    page.keyboard.press("Control+]")
    expect(page.locator("#trace-q")).to_have_value("]d2010952916372430710MUG-1␝")
    page.keyboard.type("17361231")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{MUG}")


def test_a_photo_is_read_and_followed(chain: Chain, open_page: OpenPage, tmp_path: Path) -> None:
    """Choosing the photo is all there is to do; without scripts a button sends it."""
    file = tmp_path / "label.jpg"
    file.write_bytes(photo_of("(01)09529163724307(10)MUG-1"))
    page = open_page(f"{chain.url}/trace")
    page.locator("#trace-photo").set_input_files(file)
    page.wait_for_url(f"**{MUG}")
    plain = open_page(f"{chain.url}/trace", scripts=False)
    plain.locator("#trace-photo").set_input_files(file)
    plain.get_by_role("button", name="Read the photo").click()
    plain.wait_for_url(f"**{MUG}")
    expect(plain.locator("h1")).to_contain_text("MUG-1")
    expect(plain.locator(".lanes .lane").first).to_have_text("Main plant (SAMPLE)")


CAMERA = """() => {
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["data_matrix", "qr_code"] }
    async detect() {
      return [{ format: "data_matrix", rawValue: "\\x1d010952916372430710MUG-1\\x1d17361231" }]
    }
  }
  const picture = document.createElement("canvas")
  picture.width = picture.height = 64
  const pen = picture.getContext("2d")
  setInterval(() => pen.fillRect(0, 0, 64 * Math.random(), 64), 30)
  Object.defineProperty(navigator, "mediaDevices", { value: {
    getUserMedia: async () => { window.asked = true; return picture.captureStream() },
  } })
}"""


def test_the_camera_reads_where_the_browser_can(
    chain: Chain, browser: Any, guard: Any, open_page: OpenPage
) -> None:
    """The button is there only with a camera and a reader; what is read is followed."""
    without = open_page(f"{chain.url}/trace")
    expect(without.locator("x-scan .camera")).to_have_count(0)
    context = browser.new_context()
    page = context.new_page()
    guard.watch(page)
    page.add_init_script(f"({CAMERA})()")
    page.goto(f"{chain.url}/trace")
    page.get_by_role("button", name="Scan with the camera").click()
    page.wait_for_url(f"**{MUG}")
    context.close()


@pytest.mark.parametrize("path", ["/trace", "/trace/events?EQ_bizStep=commissioning"])
def test_new_events_are_told_without_a_reload(chain: Chain, open_page: OpenPage, path: str) -> None:
    page = open_page(f"{chain.url}{path}")
    expect(page.locator("x-live")).to_be_empty()
    extra = orjson.loads(roll())
    extra[0]["outputEPCList"] = [f"urn:x:late{path}"]
    service.capture(chain.ctx, [orjson.dumps(extra)])
    expect(page.locator("x-live")).to_contain_text("New events: 1.", timeout=15_000)
    page.locator("x-live a").click()
    expect(page.locator("x-live")).to_be_empty()


def focused(page: Page) -> str:
    """Name of the pill that the keyboard stands on."""
    return str(page.evaluate("document.activeElement.node?.label ?? ''"))


def test_the_keyboard_walks_the_genealogy(
    chain: Chain, open_page: OpenPage, check_access: Callable[..., None]
) -> None:
    """One stop for Tab, arrows from pill to pill, Enter opens; the way to the root is lit."""
    page = open_page(chain.url + MUG)
    graph = page.locator("#trace-graph")
    expect(graph.locator(".pill[tabindex='0']")).to_have_count(1)
    graph.locator("svg").focus()
    page.keyboard.press("Enter")
    assert focused(page).startswith("MUG-1")
    page.keyboard.press("ArrowRight")
    cases = focused(page)
    expect(graph.locator(".pill:focus")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    assert focused(page) not in (cases, "")
    expect(graph.locator(".pill.path")).to_have_count(3)
    expect(graph.locator(".edge.path")).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    assert focused(page) == cases
    page.keyboard.press("Enter")
    expect(graph.locator(".pill.case")).to_have_count(10)
    expect(graph.locator(".pill.case:focus")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(graph.locator(".pill.case:focus")).to_have_attribute("tabindex", "0")
    check_access(page)
    href = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{href}")


def test_opened_groups_join_again(chain: Chain, open_page: OpenPage) -> None:
    page = open_page(chain.url + MUG)
    graph = page.locator("#trace-graph")
    join = graph.get_by_role("button", name="Join them again")
    expect(join).to_be_hidden()
    graph.locator(".pill.case").click()
    expect(graph.locator(".pill.case")).to_have_count(10)
    join.click()
    expect(graph.locator(".pill.case")).to_have_count(1)
    expect(join).to_be_hidden()


DRAWN_BY_MOVING = """() => {
  const graph = document.querySelector('#trace-graph')
  let most = 0, made = 0
  const pill = graph.pill
  graph.pill = (...given) => { made++; return pill.apply(graph, given) }
  for (let step = 0; step < 200; step++) {
    graph.pan(0, -30)
    graph.cull()
    most = Math.max(most, graph.querySelectorAll('svg *').length)
  }
  delete graph.pill
  return { most, made, nodes: graph.model.nodes.length }
}"""


def test_thousands_of_pills_are_drawn_near_the_window_only(
    chain: Chain, open_page: OpenPage
) -> None:
    """Elements stay few while thousands of pills pass by; from afar they are one shape."""
    page = open_page(chain.url + BIG)
    graph = page.locator("#trace-graph")
    for left in (MANY - 1000, MANY - 2000, 0):
        graph.locator(".pill[role=button]").last.dispatch_event("pointerdown")
        graph.locator(".pill[role=button]").last.dispatch_event("click")
        page.wait_for_function(
            "least => document.querySelector('#trace-graph').model.nodes.length > least",
            arg=MANY - left,
        )
        if left:
            page.evaluate(
                """() => { const graph = document.querySelector('#trace-graph')
                  graph.go(graph.model.nodes.find(node => node.count > 1)) }"""
            )
    found = page.evaluate(DRAWN_BY_MOVING)
    assert found["nodes"] > MANY
    assert found["most"] < 400, "only what is near the window is there"
    assert found["made"] < 400, "what stays in sight is not made again"
    for _ in range(12):
        graph.locator("svg").press("-")
    expect(graph.locator(".pills-far")).to_have_count(1)
    assert graph.locator("svg *").count() < 900
    graph.locator("svg").press("0")
    expect(graph.locator(".pills-far")).to_have_count(0)
    expect(graph.locator(".pill.path")).to_be_visible()


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    """Boxes of drawn things in px."""
    found: list[dict[str, float]] = page.eval_on_selector_all(
        selector, "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    return found


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    """Whether two boxes lie on one another."""
    return (
        a["left"] < b["right"] and b["left"] < a["right"]
        and a["top"] < b["bottom"] and b["top"] < a["bottom"]
    )  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_the_map_shows_the_journey(
    chain: Chain, open_page: OpenPage, check_access: Callable[..., None], width: int
) -> None:
    """Points in the order of the journey, a graticule, a scale; labels keep apart."""
    page = open_page(f"{chain.url}/trace/thing/00/095212340000000914", width=width)
    world = page.locator("#trace-map")
    expect(world.locator(".place")).to_have_count(2)
    expect(world.locator(".place.now .order")).to_have_text("2")
    expect(world.locator(".way")).to_have_count(1)
    expect(world.locator(".ruler text")).to_contain_text("km")
    assert world.locator(".graticule text").count() >= 2
    labels = boxes(page, "#trace-map .name, #trace-map .order")
    assert not [1 for i, a in enumerate(labels) for b in labels[i + 1 :] if overlap(a, b)]
    before = world.locator(".ruler text").text_content()
    world.locator("svg").focus()
    for _ in range(6):
        page.keyboard.press("+")
    expect(world.locator(".ruler text")).not_to_have_text(str(before))
    page.keyboard.press("0")
    expect(world.locator(".ruler text")).to_have_text(str(before))
    check_access(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_map_of_a_recall_says_how_much_is_where(
    chain: Chain, open_page: OpenPage, check_access: Callable[..., None], width: int
) -> None:
    """Numbers in the points, also after the scope was narrowed in place; labels keep apart."""
    clay = "https://id.gs1.org/01/09529993143385/10/C-0301"
    page = open_page(f"{chain.url}/trace/recall?epc={clay}&epc=urn:x:roll", width=width)
    world = page.locator("#trace-holders")
    expect(world.locator(".place title")).to_have_text(
        [
            "Main plant (SAMPLE): 2 products",
            "Teahouse Stores (SAMPLE): 1 product (120 pieces)",
            "Harbour Gifts (SAMPLE): 1 product (120 pieces)",
        ]
    )
    expect(world.locator(".place .order").first).to_have_text("2")
    expect(page.locator("#unplaced")).to_have_text(re.compile(r"urn:x:mill \(3,00\d\)"))
    labels = boxes(page, "#trace-holders .name, #trace-holders .order")
    assert not [1 for i, a in enumerate(labels) for b in labels[i + 1 :] if overlap(a, b)]
    page.locator(".cleared summary").click()
    page.locator(f"input[name=without][value='{clay}']").check()
    expect(world).to_have_count(0)
    page.locator(f"input[name=without][value='{clay}']").uncheck()
    expect(world.locator(".place")).to_have_count(3)
    check_access(page)


def test_a_life_without_coordinates_has_no_map(chain: Chain, open_page: OpenPage) -> None:
    page = open_page(chain.url + BIG)
    expect(page.locator("x-map")).to_have_count(0)
    expect(page.locator(".lanes .lane")).to_have_text(["urn:x:mill"])


def test_dots_of_the_axis_lead_to_their_events(
    chain: Chain, open_page: OpenPage, check_access: Callable[..., None]
) -> None:
    page = open_page(chain.url + MUG)
    dots = page.locator(".lanes .happening")
    expect(dots).to_have_count(4)
    dots.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/trace/event?id=*")
    expect(page.locator("h1")).to_have_text("What happened, and what proves it?")
    expect(page.locator(".facts .status.ok")).to_have_text("yes")
    check_access(page)
    page.emulate_media(color_scheme="dark")
    check_access(page, "color-contrast")
