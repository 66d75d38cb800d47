"""Bad input through the real doors: a named refusal in both languages or the right answer.

Each document goes through the command line, the endpoint of the standard and the page. A refusal
has its code, says something in the reader's language, shows no traceback and leaves nothing.
"""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine
from sqlalchemy import event as listening
from starlette.testclient import TestClient

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import CONTEXT, open_document, spans, write_document, xml_tree

NOW = "2026-03-10T00:00:00Z"
CHINESE = re.compile("[\u4e00-\u9fff]")
LOT = "https://id.gs1.org/01/09521234567899/10/"


def event(**changes: object) -> dict[str, object]:
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "eventID": "urn:x:1",
        "epcList": ["urn:t:1"],
        **changes,
    }


def document(*events: dict[str, object]) -> bytes:
    return write_document(events or [event()], NOW, {})


def xml(inner: str = "", *, head: str = "", encoding: str = "UTF-8", more: str = "") -> str:
    """Document in XML with one event."""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{head}<epcis:EPCISDocument'
        f' xmlns:epcis="urn:epcglobal:epcis:xsd:2" {more} xmlns:ex="https://example.com/"'
        f' schemaVersion="2.0" creationDate="{NOW}"><EPCISBody><EventList><ObjectEvent>'
        "<eventTime>2026-03-01T08:30:00+08:00</eventTime>"
        "<eventTimeZoneOffset>+08:00</eventTimeZoneOffset><eventID>urn:x:1</eventID>"
        f"<epcList><epc>urn:t:1</epc></epcList><action>OBSERVE</action>{inner}"
        "</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"
    )


def bomb() -> bytes:
    """Ten entities, each ten times the one before."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return xml("<ex:n>&l9;</ex:n>", head=f'<!DOCTYPE x [<!ENTITY l0 "lol">{lines}]>').encode()


def namespaces(count: int) -> bytes:
    """Document that declares very many prefixes."""
    return xml(more=" ".join(f'xmlns:n{n}="urn:n:{n}"' for n in range(count))).encode()


PLAIN = document()
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b" \n", "trace.document.empty"),
    "truncated": (lambda: PLAIN[:-40], "trace.document.json"),
    "concatenated": (lambda: PLAIN + PLAIN, "trace.document.json"),
    "truncated xml": (lambda: xml().encode()[:-40], "trace.document.xml"),
    "concatenated xml": (lambda: xml().encode() * 2, "trace.document.xml"),
    "gb18030 called utf-8": (lambda: xml("<ex:n>夜班</ex:n>").encode("gb18030"),
                             "trace.document.encoding_other"),
    "latin-1 json": (lambda: document(event(**{"urn:x#n": "é"})).decode().encode("latin-1"),
                     "trace.document.encoding"),
    "unknown encoding": (lambda: xml(encoding="klingon").encode(),
                         "trace.document.unknown_encoding"),
    "duplicate keys": (lambda: PLAIN.replace(b'"action":', b'"action":"ADD","action":'),
                       "trace.document.duplicate"),
    "NaN": (lambda: PLAIN.replace(b'"urn:x:1"', b"NaN"), "trace.document.json"),
    "Infinity": (lambda: PLAIN.replace(b'"urn:x:1"', b"-Infinity"), "trace.document.json"),
    "time without offset": (lambda: document(event(eventTime="2026-03-01T08:30:00")),
                            "trace.event.time"),
    "year 0000": (lambda: document(event(eventTime="0000-01-01T00:00:00Z")), "trace.event.time"),
    "before year 1": (lambda: document(event(eventTime="0001-01-01T00:00:00+08:00")),
                      "trace.event.time"),
    "after year 9999": (lambda: document(event(eventTime="9999-12-31T23:59:59-08:00")),
                        "trace.event.time"),
    "bomb": (bomb, "trace.document.doctype"),
    "external entity": (
        lambda: xml("<ex:n>&e;</ex:n>",
                    head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>').encode(),
        "trace.document.doctype",
    ),
    "external schema": (lambda: xml(head='<!DOCTYPE x SYSTEM "http://example.com/x">').encode(),
                        "trace.document.doctype"),
    "an EPC of 5,000 characters": (lambda: document(event(epcList=["urn:t:" + "1" * 5000])),
                                   "trace.event.uri_length"),
    "very deep": (lambda: PLAIN.replace(b'"OBSERVE"', b"[" * 5000 + b"]" * 5000),
                  "trace.document.depth"),
    "zip": (lambda: b"PK\x03\x04" + bytes(40), "trace.document.format"),
    "broken gzip": (lambda: b"\x1f\x8b\x08\x00" + bytes(40), "trace.document.gzip"),
}  # fmt: skip
TAKEN: dict[str, Callable[[], bytes]] = {
    "gb18030 xml": lambda: xml("<ex:n>夜班</ex:n>", encoding="GB18030").encode("gb18030"),
    "bom": lambda: b"\xef\xbb\xbf" + PLAIN,
    "bom xml": lambda: b"\xef\xbb\xbf" + xml().encode(),
    "utf-16 xml": lambda: xml(encoding="UTF-16").encode("utf-16"),
    "year 0001": lambda: document(
        event(eventTime="0001-01-01T00:00:00Z", eventTimeZoneOffset="+00:00")
    ),
    "year 9999": lambda: document(
        event(eventTime="9999-12-31T23:59:59.999Z", eventTimeZoneOffset="+00:00")
    ),
    "offset that contradicts": lambda: document(event(eventTimeZoneOffset="-05:00")),
    "parent in itself": lambda: document(
        event(
            type="AggregationEvent",
            action="ADD",
            epcList=None,
            parentID=LOT + "A/21/1",
            childEPCs=[LOT + "A/21/1"],
        )
    ),
}


def captured(ctx: Context) -> int:
    """How many events there are; none is half-written, whatever went wrong."""
    with ctx.db.read() as conn:
        tables = ("event", "link", "payload", "document", "pending")
        rows = [
            conn.exec_driver_sql(f"SELECT count(*) FROM trace_{name}").scalar_one()
            for name in tables
        ]
    if not rows[0]:
        assert rows == [0] * len(tables)
    return service.count_events(ctx)


@pytest.mark.parametrize("name", REFUSED)
def test_the_command_refuses_by_name(sanpin: Any, ctx: Context, tmp_path: Path, name: str) -> None:
    make, code = REFUSED[name]
    file = tmp_path / "file.dat"
    file.write_bytes(make())
    for language in ("en", "zh"):
        words = ("trace", "capture", file, "--workspace", ctx.workspace.path, "--lang", language)
        answer = sanpin(*words, "--json")
        (error, *_) = orjson.loads(answer.out)["errors"]
        assert (answer.code, error["code"], answer.err) == (1, code, "")
        assert bool(CHINESE.search(error["message"])) is (language == "zh")
        assert sanpin(*words).code == 1
        checked = sanpin("trace", "validate", file, "--json", "--lang", language)
        assert checked.code == 1 and orjson.loads(checked.out)["errors"][0]["code"] == code
    assert captured(ctx) == 0


@pytest.mark.parametrize("name", REFUSED)
def test_the_endpoint_refuses_by_name(site: TestClient, ctx: Context, name: str) -> None:
    make, code = REFUSED[name]
    data = make()
    kind = "application/xml" if b"<" in data[:8] else "application/json"
    for language in ("en", "zh-CN"):
        headers = {"content-type": kind, "accept-language": language}
        answer = site.post("/epcis/capture", content=data, headers=headers)
        assert answer.status_code in (400, 202), answer.text
        text = answer.text
        if answer.status_code == 202:
            told = site.get(answer.headers["location"], headers=headers).json()
            assert told["success"] is False and told["errors"][0]["code"] == code
            text = told["errors"][0]["title"]
        elif name != "broken gzip":  # unpacked before it is read
            assert code in text
            assert "epcisException:ValidationException" in text
        assert "Traceback" not in text
        assert bool(CHINESE.search(text)) is (language == "zh-CN")
    assert captured(ctx) == 0


@pytest.mark.parametrize("name", REFUSED)
def test_the_page_refuses_by_name(site: TestClient, ctx: Context, name: str) -> None:
    make, code = REFUSED[name]
    files = [("files", ("文件.dat", make(), "application/octet-stream"))]
    answer = site.post("/trace/capture", files=files, headers={"accept": "text/html"})
    assert answer.status_code == 200 and code in answer.text and "文件.dat" in answer.text
    assert captured(ctx) == 0


@pytest.mark.parametrize("name", TAKEN)
def test_what_looks_bad_and_is_not_is_taken(
    site: TestClient, sanpin: Any, ctx: Context, tmp_path: Path, name: str
) -> None:
    data = TAKEN[name]().replace(b'"epcList":null,', b"")
    kind = "application/json" if b"{" in data[:8] else "application/xml"
    answer = site.post("/epcis/capture", content=data, headers={"content-type": kind})
    assert answer.status_code == 202, answer.text
    assert site.get(answer.headers["location"]).json()["success"] is True
    file = tmp_path / "file.dat"
    file.write_bytes(data)
    again = sanpin("trace", "capture", file, "--workspace", ctx.workspace.path, "--json")
    assert (again.code, again.value["duplicates"]) == (0, 1)
    assert captured(ctx) == 1
    for thing in ("urn:t:1", LOT + "A/21/1"):
        for door in ("back", "forward", "history", "thing", "graph"):
            assert site.get(f"/api/v1/trace/{door}?epc={thing}").status_code in (200, 404)


def test_years_at_the_edges_can_be_asked_for(site: TestClient) -> None:
    for name in ("year 0001", "year 9999"):
        data = TAKEN[name]().replace(b"urn:x:1", name.encode().replace(b"year ", b"urn:x:"))
        site.post("/epcis/capture", content=data, headers={"content-type": "application/json"})
    found = site.get("/epcis/events").json()
    listed = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [one["eventTime"][:4] for one in listed] == ["0001", "9999"]
    for page in ("/trace/events", "/trace/thing?epc=urn:t:1", "/trace/event?id=urn:x:0001"):
        assert site.get(page, headers={"accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("count", [2_000, 1_000_000])
def test_very_many_namespaces_have_their_limit(sanpin: Any, tmp_path: Path, count: int) -> None:
    """A million prefixes are 20 MB of attributes: the limit is told, nothing is built.

    The words are the same for any number; the long document is read once.
    """
    file = tmp_path / "file.xml"
    file.write_bytes(namespaces(count))
    for language in ("en", "zh") if count < 10_000 else ("zh",):
        answer = sanpin("trace", "validate", file, "--json", "--lang", language)
        (error,) = answer.value["errors"]
        assert (answer.code, error["code"]) == (1, "trace.document.namespaces")
        assert bool(CHINESE.search(error["message"])) is (language == "zh")


def test_an_event_of_two_hundred_thousand_things_is_kept(site: TestClient, ctx: Context) -> None:
    things = [f"https://id.gs1.org/01/09521234567899/21/{number}" for number in range(200_000)]
    data = document(event(epcList=things))
    kind = {"content-type": "application/json"}
    answer = site.post("/epcis/capture", content=data, headers=kind)
    assert answer.status_code == 202, answer.text[:300]
    assert site.get(answer.headers["location"]).json()["success"] is True
    (found,) = service.find_events(ctx, things[199_999])
    count = len(found.involved)
    assert count == 200_000


def test_the_same_again_changes_nothing_and_other_content_is_refused(
    site: TestClient, ctx: Context
) -> None:
    kind = {"content-type": "application/json"}
    one = orjson.dumps({"@context": CONTEXT, **event()})
    for _ in range(2):
        assert site.post("/epcis/capture", content=PLAIN, headers=kind).status_code == 202
        assert site.post("/epcis/events", content=one, headers=kind).status_code == 201
    other = one.replace(b"OBSERVE", b"DELETE")
    for language in ("en", "zh-CN"):
        answer = site.post(
            "/epcis/events", content=other, headers=kind | {"accept-language": language}
        )
        assert answer.status_code == 409
        assert answer.json()["type"] == "epcisException:ResourceAlreadyExistsException"
        assert bool(CHINESE.search(answer.text)) is (language == "zh-CN")
    assert captured(ctx) == 1


def test_rework_in_a_circle_ends(site: TestClient) -> None:
    """Made from itself by way of another: each is met once."""
    ring = [
        event(
            type="TransformationEvent",
            eventID=f"urn:x:{place}",
            inputEPCList=[f"urn:t:{place}"],
            outputEPCList=[f"urn:t:{(place + 1) % 3}"],
        )
        for place in range(3)
    ]
    plain = [{k: v for k, v in one.items() if k not in ("epcList", "action")} for one in ring]
    kind = {"content-type": "application/json"}
    assert site.post("/epcis/capture", content=document(*plain), headers=kind).status_code == 202
    for door in ("back", "forward"):
        nodes = site.get(f"/api/v1/trace/{door}?epc=urn:t:0").json()["nodes"]
        assert sorted(node["id"] for node in nodes) == ["urn:t:0", "urn:t:1", "urn:t:2"]
    scope = site.post("/api/v1/trace/recall", json={"seeds": ["urn:t:0"]}).json()
    assert len({line["id"] for line in scope["affected"]}) == len(scope["affected"]) == 3


class Endless(io.RawIOBase):
    """One line of as many bytes as are asked for, made while it is read."""

    def __init__(self, opening: bytes, length: int) -> None:
        self._opening, self._length, self._at = opening, length, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._length - self._at)
        begin = self._opening[self._at : self._at + size]
        self._at += size
        return begin + b"x" * (size - len(begin))


@pytest.mark.parametrize(
    "opening",
    [b'{"type":"EPCISDocument","note":"', b"<a><b>", b"", b'{"epcisBody":{"eventList":[{"n":"'],
)
def test_a_line_of_two_gigabytes_needs_no_memory(
    monkeypatch: pytest.MonkeyPatch, opening: bytes
) -> None:
    """It is refused as soon as it is longer than any event may be."""
    limit = 4 << 20
    monkeypatch.setattr(spans, "LONGEST", limit)
    monkeypatch.setattr(xml_tree, "LONGEST", limit)
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as refusal:
            for _ in open_document(Endless(opening, 2 << 30)):
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refusal.value.code == "trace.document.too_long"
    assert peak < 6 * limit


def test_a_sparse_file_of_two_gigabytes_is_refused_at_the_door(
    sanpin: Any, ctx: Context, tmp_path: Path
) -> None:
    """Nothing but zeros behind its first letter."""
    file = tmp_path / "huge.json"
    with file.open("wb") as target:
        target.write(b'{"')
        target.truncate(2 << 30)
    answer = sanpin("trace", "validate", file, "--json")
    assert answer.code == 1
    assert answer.value["errors"][0]["code"].startswith("trace.document.")


def doors(path: Path) -> Iterator[tuple[str, ...]]:
    """Commands that write into a workspace."""
    yield ("capture", str(path))
    yield ("place", "9521234000013", "--name-en", "Plant")
    yield ("hold", "firm")
    yield ("retention", "--days", "3")


def test_a_workspace_that_cannot_be_written_is_named(
    sanpin: Any, ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only file: each command says so in both languages, and nothing else."""
    file = tmp_path / "file.json"
    file.write_bytes(PLAIN)

    def read_only(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only = 1")

    listening.listen(Engine, "connect", read_only)
    try:
        for words in doors(file):
            for language in ("en", "zh"):
                answer = sanpin(
                    "trace", *words, "--workspace", ctx.workspace.path, "--lang", language
                )
                assert answer.code == 1, words
                assert answer.err and "Traceback" not in answer.err
                assert bool(CHINESE.search(answer.err)) is (language == "zh")
    finally:
        listening.remove(Engine, "connect", read_only)
    assert captured(ctx) == 0
