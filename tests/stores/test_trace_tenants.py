"""A whole firm moves: out of one ledger and into another, with equal hashes and answers."""

from __future__ import annotations

import zipfile
from dataclasses import replace
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


def case_parts(ctx: Context, case: str) -> dict[str, object]:
    """Everything of a recall case, as doors show it."""
    return {
        "case": service.case_of(ctx, case),
        "lines": service.case_lines(ctx, case, 10_000),
        "dues": service.case_dues(ctx, case),
        "notices": service.case_notices(ctx, case),
        "returns": service.case_returns(ctx, case),
        "effect": service.effect_of(ctx, case),
        "report": service.case_report(ctx, case),
    }


@pytest.fixture
def recalled(ctx: Context) -> Context:
    """Give a ledger with a closed case, a drill that goes on, and an uploaded list of seeds."""
    service.capture_sample(ctx)
    one = service.start_case(ctx, service.Asked((CLAY,)), title="Lead “1”", reason="铅\nlead")
    service.mark_notices(ctx, one.id, [1])
    service.record_return(ctx, one.id, "(00)095212340000000914")
    service.record_return(ctx, one.id, CLAY, quantity=12.5, uom="KGM")
    service.record_return(ctx, one.id, "urn:x:stranger")
    service.close_case(ctx, one.id, "Found.")
    service.start_case(ctx, service.Asked((CLAY,), since=NOW[:4] + "-01-01T00:00:00Z"), drill=True)
    service.keep_seeds(ctx, "x.csv", [CLAY])
    return ctx


def test_recall_cases_move_as_they_were_frozen(
    recalled: Context, target: Context, tmp_path: Path
) -> None:
    path, again = tmp_path / "firm.zip", tmp_path / "again.zip"
    service.export_firm(recalled, path)
    service.import_firm(target, path)
    cases = service.list_cases(recalled)
    assert len(cases) == 2 and service.list_cases(target) == cases
    for one in cases:
        assert case_parts(target, one.id) == case_parts(recalled, one.id)
    assert len(service.case_returns(target, cases[1].id)) == 3
    service.import_firm(target, path)
    assert service.list_cases(target) == cases, "twice changes nothing"
    service.record_return(target, cases[0].id, "(00)095212340000000914")
    assert service.case_returns(target, cases[0].id)[0].verdict == "counted", "it goes on there"
    service.export_firm(target, again)
    service.import_firm(recalled, again)
    assert service.case_returns(recalled, cases[0].id) == [], "what is there stays as it is"
    target.close()


def test_a_copy_beside_its_original_is_a_case_of_its_own(recalled: Context, tmp_path: Path) -> None:
    path = tmp_path / "firm.zip"
    service.export_firm(recalled, path)
    other = recalled.acting_as(replace(recalled.actor, firm="other"), "en")
    before = [case_parts(recalled, one.id) for one in service.list_cases(recalled)]
    for _ in range(2):
        service.import_firm(other, path)
        copies = service.list_cases(other)
        assert [(one.title, one.drill) for one in copies] == [
            (one.title, one.drill) for one in service.list_cases(recalled)
        ]
    assert not {one.id for one in copies} & {one.id for one in service.list_cases(recalled)}
    for copy, (original, *_) in zip(copies, [list(p.values()) for p in before], strict=True):
        assert replace(copy, id=original.id) == original
        assert service.case_lines(other, copy.id) == service.case_lines(recalled, original.id)
    assert [case_parts(recalled, one.id) for one in service.list_cases(recalled)] == before


def rewritten(path: Path, old: bytes, new: bytes | None) -> Path:
    """Copy an archive with other cases, or without any."""
    changed = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name != "cases.jsonl":
                copy.writestr(name, content)
            elif new is not None:
                assert old in content
                copy.writestr(name, content.replace(old, new))
    return changed


def test_archives_without_cases_are_read_as_before(
    recalled: Context, target: Context, tmp_path: Path
) -> None:
    service.export_firm(recalled, tmp_path / "firm.zip")
    old = rewritten(tmp_path / "firm.zip", b"", None)
    assert service.import_firm(target, old) == 35
    assert service.list_cases(target) == []
    target.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"counted"', b'"guessed"'),
        (b'["case",', b'["nothing",'),
        (b'["case",', b'["list",'),
        (b'"holder",', b'"owner",'),
        (b"12.5", b'"much"'),
        (b'"on_hand"', b"5"),
        (b"]]]", b"]]"),
    ],
)
def test_cases_that_were_changed_leave_nothing_behind(
    recalled: Context, target: Context, tmp_path: Path, old: bytes, new: bytes
) -> None:
    service.export_firm(recalled, tmp_path / "firm.zip")
    with pytest.raises(InputError) as refusal:
        service.import_firm(target, rewritten(tmp_path / "firm.zip", old, new))
    assert refusal.value.code == "trace.archive.format"
    assert service.count_events(target) == 0 and service.list_cases(target) == []
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
