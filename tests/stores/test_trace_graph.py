"""The graph of a firm: its snapshot, other processes and threads, rules of sight, exact answers."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import pytest
from sqlalchemy import delete, insert, text
from tests.stores.test_trace_lineage import assert_same, both, new_firm, write
from tests.stores.test_trace_rules import FIRMS, RULES, acting, trade

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.engine.generate import Plan, documents, plan_chain, tables_of
from sanpin.trace.engine.generate.truth import answer
from sanpin.trace.model.events import Action, Event, EventType, Involvement, Part
from sanpin.trace.service import questions, warming
from sanpin.trace.store import graph
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.sequence import Kind, append
from sanpin.trace.store.tables import PENDING, SEQUENCE

__all__ = ["trade"]

NOW = "2026-03-10T00:00:00Z"
IS_SMALL = questions._is_small
PLAN = plan_chain(1_200, 3)
CAPTURE = """
import sys
from sanpin.kit.context import open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
with open_context(Workspace.open(sys.argv[1]), upgrade=False) as ctx:
    assert service.capture(ctx, [sys.stdin.buffer.read()]).captured == 1
"""


@pytest.fixture(autouse=True)
def arrays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let arrays answer from the first event on, and each test begin like a new process."""
    monkeypatch.setattr(questions, "_is_small", lambda _conn, _firm: False)
    monkeypatch.setattr(warming, "are_ready", lambda: True)
    questions._KEEPERS.clear()
    yield
    questions._KEEPERS.clear()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often a graph is built from the ledger."""
    calls: list[str] = []
    build = graph.build_graph

    def counted(conn, firm):  # type: ignore[no-untyped-def]
        calls.append(firm)
        return build(conn, firm)

    monkeypatch.setattr(graph, "build_graph", counted)
    return calls


def names(plan: Plan, numbers: np.ndarray) -> set[str]:
    """Names of things of a generated chain."""
    return set(plan.names(np.asarray(numbers, np.int64)))


def made(number: int, source: str, target: str) -> dict[str, object]:
    """A transformation of one thing into another."""
    return {
        "type": "TransformationEvent",
        "eventID": f"urn:m:{number}",
        "eventTime": f"2026-03-01T08:{number // 60:02d}:{number % 60:02d}Z",
        "eventTimeZoneOffset": "+00:00",
        "inputEPCList": [source],
        "outputEPCList": [target],
    }


def chain(first: int, past: int) -> bytes:
    """A document in which each thing is made into the next."""
    return write_document(
        [made(n, f"urn:t:{n}", f"urn:t:{n + 1}") for n in range(first, past)], NOW, {}
    )


def snapshot(ctx: Context) -> Path:
    """File of the snapshot."""
    (path,) = (ctx.workspace.path / "trace").glob("lineage-*.bin")
    return path


def reached(ctx: Context) -> int:
    """How many things the first one went into."""
    return len(service.forward(ctx, "urn:t:0").nodes) - 1


def test_a_generated_chain_is_answered_exactly(ctx: Context) -> None:
    """Products, containers and consignees are those that the generator worked out."""
    assert service.capture(ctx, list(documents(tables_of(PLAN), 600))).captured == 1_200
    root = names(PLAN, np.array([0])).pop()
    truth = answer(PLAN, "recall", 0)
    document = orjson.loads(b"".join(service.recall_text(ctx, [root])))
    found = {role: {line["id"] for line in document["affected"] if line["role"] == role}
             for role in ("product", "container")}  # fmt: skip
    assert found["product"] == names(PLAN, truth.products)
    assert found["container"] == names(PLAN, truth.containers)
    assert document["counts"] == {"products": len(truth.products),
                                  "containers": len(truth.containers)}  # fmt: skip
    places = {PLAN.places[place]: count for place, count in truth.consignees.items()}
    assert {one["location"]: len(one["products"]) for one in document["consignees"]} == places
    plain = service.recall_of(ctx, [root])
    assert document | {"seconds": 0} == plain | {"seconds": 0}
    table = service.recall_table(ctx, [root])
    assert table["id"].to_list() == [line["id"] for line in document["affected"]]
    view = service.recall_view(ctx, service.Asked((root,)), 2, 3)
    assert [line["id"] for line in view.lines] == table["id"].to_list()[2:5]
    assert (view.products, view.containers) == (len(truth.products), len(truth.containers))


def test_many_lines_come_in_the_order_of_the_ledger(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above a number of lines they are sorted without their names, and streamed in parts."""
    monkeypatch.setattr("sanpin.trace.service.scopes._BY_NAME", 3)
    monkeypatch.setattr("sanpin.trace.service.lines._PIECE", 500)
    service.capture(ctx, [chain(0, 20)])
    pieces = list(service.recall_text(ctx, ["urn:t:0"]))
    assert len(pieces) > 10
    document = orjson.loads(b"".join(pieces))
    assert [line["id"] for line in document["affected"]] == [f"urn:t:{n}" for n in range(21)]
    assert document["affected"][3]["why"] == ["urn:m:0", "urn:m:1", "urn:m:2"]
    assert service.recall_table(ctx, ["urn:t:0"]).height == 21


def odd_names() -> bytes:
    """Products that go out: names and identifiers that JSON must escape, or that are no UUID."""
    events: list[dict[str, object]] = []
    pieces = ['urn:t:"quoted"', "urn:t:back\\slash", "urn:t:瓷器", "urn:t:a,b]"]
    names = ["urn:uuid:00010203-0405-0607-0809-0a0b0c0d0e0f", 'urn:m:"1"', "", "urn:m:瓷"]
    for number, (thing, name) in enumerate(zip(pieces, names, strict=True)):
        moved = {
            **made(number, "urn:t:0", thing),
            "bizTransactionList": [{"type": "po", "bizTransaction": f"urn:x:{number}"}],
        }
        moved.pop("eventID")
        events.append(moved | ({"eventID": name} if name else {}))
    events.append(
        {
            "type": "ObjectEvent",
            "eventTime": "2026-03-02T08:00:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE",
            "bizStep": "shipping",
            "eventID": "urn:uuid:ffffffff-0405-4607-8809-0a0b0c0d0e0f",
            "epcList": [*pieces, "urn:t:0"],
            "bizLocation": {"id": 'urn:place:"here"'},
            "destinationList": [{"type": "location", "destination": "urn:place:瓷"}],
        }
    )
    return write_document(events, NOW, {})


@pytest.mark.parametrize("together", [1, 3, 20_000])
def test_any_name_is_streamed_as_json(
    ctx: Context, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """What the kernels write is what a library writes from the record of the same recall."""
    monkeypatch.setattr("sanpin.trace.store.lookup._TOGETHER", together)
    assert service.capture(ctx, [odd_names()]).captured == 5
    text = b"".join(service.recall_text(ctx, ["urn:t:0"]))
    plain = service.recall_of(ctx, ["urn:t:0"])
    assert len(plain["affected"]) == 5
    assert orjson.loads(text) | {"seconds": 0} == plain | {"seconds": 0}
    assert text.count(b"urn:uuid:00010203-0405-0607-0809-0a0b0c0d0e0f") == 1
    nobody = b"".join(service.recall_text(ctx, ["urn:t:nobody"]))
    plain = service.recall_of(ctx, ["urn:t:nobody"])
    assert orjson.loads(nobody) | {"seconds": 0} == plain | {"seconds": 0}


def test_a_scan_in_slices_is_a_scan(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever connection reads a slice, units and classes included."""
    service.capture(ctx, list(documents(tables_of(PLAN), 600)))
    with ctx.db.read() as conn:
        whole = graph.build_graph(conn, ctx.firm)
        monkeypatch.setattr("sanpin.trace.store.scan._SLICE", 7)
        monkeypatch.setattr(graph, "_THINGS", 100)
        parts = graph.build_graph(conn, ctx.firm)
    assert parts.units.names == whole.units.names == ["LTR", "KGM"]
    assert np.array_equal(parts.kinds, whole.kinds)
    for one, other in zip(parts.index.base, whole.index.base, strict=True):
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def test_a_snapshot_is_used_and_its_news_are_read(ctx: Context, built: list[str]) -> None:
    """Another process maps what one has built, and reads on from there."""
    service.capture(ctx, [chain(0, 5)])
    assert (reached(ctx), built) == (5, ["own"])
    service.capture(ctx, [chain(5, 8)])
    assert (reached(ctx), built) == (8, ["own"])
    questions._KEEPERS.clear()
    assert (reached(ctx), built) == (8, ["own"])


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "foreign", "other past"])
def test_a_snapshot_that_cannot_be_used_is_built_anew(
    ctx: Context, built: list[str], harm: str
) -> None:
    """Damaged, missing, of another ledger, or of a past that this ledger does not have."""
    service.capture(ctx, [chain(0, 5)])
    assert reached(ctx) == 5
    path = snapshot(ctx)
    whole = path.read_bytes()
    if harm == "cut":
        path.write_bytes(whole[:-200])
    elif harm == "changed":
        middle = whole.index(b"}", 100) + 200
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    elif harm == "gone":
        path.unlink()
    elif harm == "foreign":
        path.write_bytes(whole.replace(b'"ledger":"own 1', b'"ledger":"own 2'))
    else:
        with ctx.db.write() as conn:
            conn.execute(text("UPDATE trace_sequence SET recorded = recorded + 1"))
    questions._KEEPERS.clear()
    assert (reached(ctx), built) == (5, ["own", "own"])
    assert len(path.read_bytes()) == len(whole)


def test_a_disk_that_takes_nothing_changes_no_answer(
    ctx: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a snapshot the graph is built, and the log says so."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(graph, "write_snapshot", full)
    service.capture(ctx, [chain(0, 5)])
    assert reached(ctx) == 5
    assert "could not be written" in caplog.text


def test_the_next_question_sees_what_another_process_captured(
    ctx: Context, built: list[str]
) -> None:
    """Late events too: what is captured last happened first."""
    service.capture(ctx, [chain(3, 6)])
    assert len(service.forward(ctx, "urn:t:3").nodes) == 4
    for number in (2, 1, 0):
        folder = str(ctx.workspace.path)
        document = chain(number, number + 1)
        subprocess.run([sys.executable, "-c", CAPTURE, folder], input=document, check=True)
        assert len(service.forward(ctx, f"urn:t:{number}").nodes) == 7 - number
    assert built == ["own"]


def test_threads_ask_while_events_come(ctx: Context) -> None:
    """Every answer is that of some moment, and none is older than the one before."""
    service.capture(ctx, [chain(0, 1)])
    done = threading.Event()
    faults: list[BaseException] = []

    def ask() -> None:
        last = 0
        try:
            while not done.is_set():
                now = reached(ctx)
                assert last <= now <= 60
                assert service.recall(ctx, ["urn:t:0"]).affected[-1].depth >= now
                last = now
        except BaseException as fault:  # noqa: BLE001 - a thread has nobody to tell
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 60, 3):
        service.capture(ctx, [chain(number, min(number + 3, 60))])
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert reached(ctx) == 60


def test_many_news_are_taken_into_the_base(
    ctx: Context, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once for a small base; for a large one beside the questions."""
    monkeypatch.setattr("sanpin.trace.engine.lineage.updates._FEW", 4)
    service.capture(ctx, [chain(0, 5)])
    assert reached(ctx) == 5
    service.capture(ctx, [chain(5, 15)])
    assert (reached(ctx), len(built)) == (15, 2)
    monkeypatch.setattr(questions, "_AT_ONCE", 0)
    service.capture(ctx, [chain(15, 25)])
    others = set(threading.enumerate())
    assert reached(ctx) == 25
    for thread in set(threading.enumerate()) - others:
        thread.join(30)
    service.capture(ctx, [chain(25, 26)])
    assert (reached(ctx), len(built)) == (26, 3)


def test_a_long_document_that_ends_late(ctx: Context, built: list[str]) -> None:
    """Its events have lower numbers than others that were seen before it."""
    mine = new_firm(ctx)

    def step(number: int) -> Event:
        entries = (
            Involvement(Part.INPUT, f"urn:t:{number}"),
            Involvement(Part.OUTPUT, f"urn:t:{number + 1}"),
        )
        kind = EventType.TRANSFORMATION
        return Event(f"urn:e:{number}", kind, Action.NONE, number, involved=entries)

    numbers = write(mine, [step(0), step(1)])
    with mine.db.write() as conn:
        conn.execute(delete(SEQUENCE).where(SEQUENCE.c.first_event == numbers[0]))
        hidden = {"first_event": numbers[0], "last_event": numbers[1], "written_to": numbers[1],
                  "owner_id": 1, "job": "", "holder": "", "renewed": 0}  # fmt: skip
        conn.execute(insert(PENDING), hidden)
    write(mine, [step(2)])
    with both(mine) as (arrays, _):
        assert len(arrays.forward("urn:t:2").nodes) == 2
        assert len(arrays.back("urn:t:3").nodes) == 2
    with mine.db.write() as conn:
        blocks = Blocks(conn)
        conn.execute(delete(PENDING))
        append(conn, blocks, 0, [(Kind.VISIBLE, numbers[0], numbers[1])])
        blocks.save()
    assert_same(mine, ["urn:t:0", "urn:t:3"])
    assert len(built) == 2


@pytest.mark.parametrize("rule", RULES, ids=" ".join)
def test_arrays_keep_to_the_rules_of_sight(trade: Context, rule: tuple[str, str, str, str]) -> None:
    """While a rule holds, for all; before it is given and after it, for whom it is about."""
    owner, viewer, kind, scope = rule
    things = [f"urn:t:{thing}" for thing in ("wheat", "oats", "flour", "bran")]

    def compare(*firms: str) -> None:
        for firm in firms:
            assert_same(acting(trade, firm), things)

    compare(viewer)
    given = service.give_sight(acting(trade, owner), viewer, kind, scope)
    compare(*FIRMS)
    service.take_sight_back(acting(trade, owner), given)
    compare(viewer)


def test_few_events_and_cold_kernels_are_answered_from_events(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a compiler: it is started, and the answer comes without it."""
    started: list[bool] = []
    service.capture(ctx, [chain(0, 5)])
    monkeypatch.setattr(questions, "_is_small", IS_SMALL)
    monkeypatch.setattr(questions, "SMALL", 4)
    monkeypatch.setattr(warming, "are_ready", lambda: False)
    monkeypatch.setattr(warming, "start_compiling", lambda: started.append(True))
    assert reached(ctx) == 5
    assert started == [True]
    document = orjson.loads(b"".join(service.recall_text(ctx, ["urn:t:0"])))
    assert document["counts"] == {"products": 6, "containers": 0}
    assert len(service.recall_view(ctx, service.Asked(("urn:t:0",)), 0, 2).lines) == 2
    monkeypatch.setattr(questions, "SMALL", 5)
    assert reached(ctx) == 5
    assert len(started) == 2 + 1
    assert not list(ctx.workspace.path.glob("trace/*"))
