"""A whole firm moves: out of one ledger and into another, with equal hashes and answers."""

from __future__ import annotations

import zipfile
from pathlib import Path

import orjson
import pytest

from sanpin.base import InputError, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context, open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.model.events import Event
from sanpin.trace.sample import sample_directory

CLAY = f"https://id.gs1.org/01/{sample_directory().items['CLAY']}/10/C-0301"
NOW = "2026-03-10T00:00:00Z"
MADE = {
    "type": "ObjectEvent",
    "eventTime": NOW,
    "eventTimeZoneOffset": "+00:00",
    "action": "ADD",
    "eventID": "urn:x:made",
    "epcList": ["urn:x:thing"],
    "a:b": 1.50,
}


def everything(ctx: Context) -> list[Event]:
    return sorted(service.find_events(ctx, limit=1000), key=lambda event: event.sequence)


@pytest.fixture
def filled(ctx: Context) -> Context:
    """Give a ledger with the sample, a declaration in force, one undone, a hold and a span."""
    service.capture_sample(ctx)
    names = {"a": "https://a.example/"}
    declared = MADE | {"errorDeclaration": {"declarationTime": NOW}}
    other = {"eventID": "urn:x:other"}
    for event in (MADE, declared, MADE | other, declared | other):
        assert service.capture(ctx, [write_document([event], NOW, names)]).captured == 1
    service.undo_declaration(ctx, "urn:x:other")
    service.place_hold(ctx, "thing", "urn:x:thing", "a lawsuit")
    service.set_retention(ctx, 10_000)
    return ctx


@pytest.fixture
def target(tmp_path: Path) -> Context:
    """Give another ledger, in a file."""
    return open_context(Workspace.create(tmp_path / "target"))


def test_a_firm_moves_with_equal_hashes(filled: Context, target: Context, tmp_path: Path) -> None:
    path = tmp_path / "firm.zip"
    assert service.export_firm(filled, path) == 39
    assert service.import_firm(target, path) == 39
    before, after = everything(filled), everything(target)
    for name in ("id", "digest", "record_time", "time", "declared", "involved", "links"):
        assert [getattr(e, name) for e in after] == [getattr(e, name) for e in before], name
    assert sum(event.declared for event in after) == 3
    assert service.forward_record(target, CLAY) == service.forward_record(filled, CLAY)
    assert service.master_entries(target) == service.master_entries(filled)
    assert service.retention(target) == 10_000
    assert [hold["value"] for hold in service.holds(target)] == ["urn:x:thing"]
    bodies = [service.events_document(one, everything(one)) for one in (filled, target)]
    kept = [orjson.loads(b)["epcisBody"]["queryResults"]["resultsBody"] for b in bodies]
    assert kept[0] == kept[1]
    assert service.import_firm(target, path) == 0
    assert service.count_events(target) == 39
    again = tmp_path / "again.zip"
    service.export_firm(target, again)
    assert service.import_firm(filled, again) == 0
    target.close()


def test_changed_archives_are_refused(filled: Context, target: Context, tmp_path: Path) -> None:
    path, changed = tmp_path / "firm.zip", tmp_path / "changed.zip"
    service.export_firm(filled, path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"urn:x:thing", b"urn:x:stolen"))
    with pytest.raises(InputError) as refusal:
        service.import_firm(target, changed)
    assert refusal.value.code == "trace.archive.hash"
    for content in (b"no archive", b""):
        changed.write_bytes(content)
        with pytest.raises(InputError) as refusal:
            service.import_firm(target, changed)
        assert refusal.value.code == "trace.archive.format"
    viewer = target.acting_as(Actor("p", Role.PLANNER))
    for work in (service.export_firm, service.import_firm):
        with pytest.raises(StateError, match="needs the role"):
            work(viewer, path)
    target.close()
