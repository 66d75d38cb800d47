"""Taking the sample out of the ledger: all of it, and nothing else, on every database."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import func, select

from sanpin.base import StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import read_document, write_document
from sanpin.trace.model.captures import Origin
from sanpin.trace.sample import sample_directory, sample_documents
from sanpin.trace.store.removal import count_documents
from sanpin.trace.store.tables import METADATA

ITEMS = sample_directory().items
CLAY = f"https://id.gs1.org/01/{ITEMS['CLAY']}/10/C-0301"
OWN_LOT = f"https://id.gs1.org/01/{ITEMS['CLAY']}/10/OWN-1"
OWN = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T08:30:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "eventID": "urn:x:own",
    "bizStep": "receiving",
    "epcList": ["https://id.gs1.org/01/09521234567899/21/A"],
}


def own(**changes: object) -> bytes:
    """Write a document of the firm's own with one event."""
    return write_document([{**OWN, **changes}], "2026-03-10T00:00:00Z", {})


NAMES = ("firm", "vocab", "epc", "epc_class", "context")


def counts(ctx: Context) -> dict[str, int]:
    """Count the rows of every table but those of numbers: a number never comes back."""
    left_out = {f"trace_{name}" for name in (*NAMES, "block", "sequence")}
    with ctx.db.read() as conn:
        return {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
            if table.name not in left_out
        }


def test_the_sample_leaves_an_empty_ledger(ctx: Context) -> None:
    """Events, links, amounts, texts, names, things, words, documents and captures."""
    before = counts(ctx)
    assert service.capture_sample(ctx).captured == 35
    assert service.has_sample(ctx)
    filled = counts(ctx)
    grown = {name for name in filled if filled[name] > before[name]}
    assert grown >= {"trace_event", "trace_link", "trace_quantity", "trace_term", "trace_payload"}
    assert grown >= {"trace_document", "trace_name", "trace_capture_job"}
    assert service.remove_sample(ctx) == 35
    assert counts(ctx) == before
    assert not service.has_sample(ctx)
    assert service.remove_sample(ctx) == 0


def test_what_is_ones_own_stays_as_it_was(ctx: Context) -> None:
    """A ledger with and without the sample in between answers the same."""
    lot = {"epcList": [], "quantityList": [{"epcClass": OWN_LOT, "quantity": 5, "uom": "KGM"}]}
    documents = [own(), own(eventID="urn:x:lot", **lot)]
    service.capture(ctx, documents)
    alone = counts(ctx)
    service.capture_sample(ctx)
    assert service.remove_sample(ctx) == 35
    left = counts(ctx)
    # The own lot is one of the sample's material, whose name is of use to it.
    assert left.pop("trace_name") == alone.pop("trace_name") + 1
    assert left == alone
    view = service.thing(ctx, OWN_LOT)
    assert len(view.events) == 1
    assert view.origins == frozenset()
    assert view.label.startswith("OWN-1 · ")
    with pytest.raises(StateError, match="No event of yours names"):
        service.thing(ctx, CLAY)


def test_an_own_event_of_a_sample_lot_keeps_the_lot(ctx: Context) -> None:
    """The lot is still known, by the event that is left."""
    service.capture_sample(ctx)
    service.capture(ctx, [own(epcList=[], quantityList=[{"epcClass": CLAY}])])
    assert service.thing(ctx, CLAY).origins == {"sample"}
    service.remove_sample(ctx)
    assert [event.id for event in service.thing(ctx, CLAY).events] == ["urn:x:own"]


def test_only_what_was_marked_goes(ctx: Context) -> None:
    """The same documents sent from outside, or by the floor of an own plant, are no sample."""
    first, *rest = sample_documents()
    service.capture(ctx, [first])
    service.capture(ctx, rest, origin=Origin.SIMULATED)
    before = counts(ctx)
    assert not service.has_sample(ctx)
    assert service.remove_sample(ctx) == 0
    assert counts(ctx) == before
    events = len(read_document(first).events)
    service.capture_sample(ctx)
    assert service.count_events(ctx) == 35 >= events


def test_other_firms_keep_theirs(ctx: Context) -> None:
    """Things and words are shared between firms, samples are not."""
    other = ctx.acting_as(Actor("someone", Role.ADMIN, "other"))
    service.capture_sample(ctx)
    service.capture_sample(other)
    service.remove_sample(ctx)
    assert not service.has_sample(ctx)
    assert service.has_sample(other)
    assert len(service.thing(other, CLAY).events) > 1
    assert service.thing(other, CLAY).label != CLAY


def test_the_sample_can_come_again(ctx: Context) -> None:
    """What was removed is not taken for known."""
    service.capture_sample(ctx)
    service.remove_sample(ctx)
    report = service.capture_sample(ctx)
    assert (report.captured, report.duplicates) == (35, 0)
    text = service.events_document(ctx, service.find_events(ctx, CLAY))
    assert orjson.loads(text)["epcisBody"]


def test_viewers_remove_nothing(ctx: Context) -> None:
    """As with every other change."""
    service.capture_sample(ctx)
    viewer = ctx.acting_as(Actor("v", Role.VIEWER, ctx.firm))
    with pytest.raises(StateError, match="needs the role"):
        service.remove_sample(viewer)
    with ctx.db.read() as conn:
        assert count_documents(conn, ctx.firm, Origin.SAMPLE) > 0


def test_captures_say_where_they_came_from(ctx: Context) -> None:
    """Newest first."""
    service.capture(ctx, [own()])
    service.capture_sample(ctx)
    assert [job["origin"] for job in service.capture_jobs(ctx)] == ["sample", ""]
