"""Recall cases from start to report, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from tests.trace.recall.chains import FLOUR, two_shops

from sanpin.base import Budget, InputError, StateError
from sanpin.kit.audit import entries
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.runs import list_runs
from sanpin.trace import service
from sanpin.trace.model.cases import Case, CaseState, DueKind, Verdict
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.sample import sample_directory
from sanpin.trace.store import case_tables
from sanpin.trace.store import cases as store

DIRECTORY = sample_directory()
CASE_1, PALLET = "(00)095212340000000013", "(00)095212340000000914"
TABLES = (
    case_tables.CASE,
    case_tables.LINE,
    case_tables.DUE,
    case_tables.NOTICE,
    case_tables.RETURN,
    case_tables.SEEDS,
)


def lot(item: str, name: str) -> str:
    return f"https://id.gs1.org/01/{DIRECTORY.items[item]}/10/{name}"


CLAY, MUG = lot("CLAY", "C-0301"), lot("MUG", "MUG-1")


@pytest.fixture
def chain(ctx: Context) -> Context:
    service.capture_sample(ctx)
    return ctx


@pytest.fixture
def opened(chain: Context) -> Case:
    return service.start_case(chain, service.Asked((CLAY,)), reason="Lead in the clay")


def amounts(ctx: Context, one: Case) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Due and returned by holder, thing and unit."""
    with ctx.db.read() as conn:
        holders = service.labels_of(ctx, {d.holder for d in store.dues_of(conn, one.id)})
    return {
        (holders.of(d.holder), d.thing.rpartition("/")[2], d.uom): (d.quantity, d.returned)
        for d in service.case_dues(ctx, one.id)
    }


def test_tables_are_what_the_migration_makes(ctx: Context) -> None:
    found = inspect(ctx.db.engine)
    for table in TABLES:
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        assert set(columns) == set(table.columns.keys())
        assert all(columns[c.name]["nullable"] == c.nullable for c in table.columns)
        key = found.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key.columns]
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexes


def test_a_case_freezes_scope_holders_and_amounts(chain: Context, opened: Case) -> None:
    scope = service.recall(chain, [CLAY])
    assert opened.title == "C-0301 · Stoneware clay (SAMPLE)"
    assert (opened.products, opened.containers) == (5, len(scope.containers))
    assert tuple(line for _, line in service.case_lines(chain, opened.id, 1000)) == scope.affected
    assert amounts(chain, opened) == {
        ("Harbour Gifts (SAMPLE)", "MUG-1", ""): (120, 0),
        ("Teahouse Stores (SAMPLE)", "MUG-2", ""): (120, 0),
        ("Main plant (SAMPLE)", "C-0301", "KGM"): (300, 0),
    }
    (run,) = list_runs(chain, domain="trace", verb="recall")
    assert opened.run == run.id
    (entry,) = entries(chain, action="trace.case.start")
    assert entry.subject == opened.id
    before = [line.status for _, line in service.case_lines(chain, opened.id, 1000)]
    service.remove_sample(chain)
    after = [line.status for _, line in service.case_lines(chain, opened.id, 1000)]
    assert after == before, "the scope is frozen, whatever becomes of the events"


def test_lines_come_in_pages_and_all_in_the_export(chain: Context, opened: Case) -> None:
    seen, after = [], -1
    while found := service.case_lines(chain, opened.id, 4, after):
        assert len(found) <= 4
        seen += [line.id for _, line in found]
        after = found[-1][0]
    frame = service.case_line_frame(chain, opened.id)
    assert seen == frame["id"].to_list()
    assert len(seen) == opened.products + opened.containers


def test_returns_by_container_count_each_amount_once(chain: Context, opened: Case) -> None:
    (one,) = service.record_return(chain, opened.id, CASE_1)
    assert (one.verdict, one.quantity, one.things) == (Verdict.COUNTED, 12, 1)
    (again,) = service.record_return(chain, opened.id, CASE_1.replace("(00)", ""))
    assert (again.verdict, again.quantity) == (Verdict.REPEATED, 0)
    (rest,) = service.record_return(chain, opened.id, PALLET)
    assert rest.quantity == 108, "the case that came before is not counted with its pallet"
    (inner,) = service.record_return(chain, opened.id, "(00)095212340000000020")
    assert inner.verdict is Verdict.REPEATED, "it came back with its pallet"
    assert amounts(chain, opened)["Harbour Gifts (SAMPLE)", "MUG-1", ""] == (120, 120)


def test_what_does_not_count_is_said_plainly(chain: Context, opened: Case) -> None:
    for code, verdict in (
        (lot("MUG", "MUG-3"), Verdict.OUTSIDE),
        (lot("BLANK", "BLANK-1"), Verdict.OUTSIDE),
        (lot("MUG", "NEVER"), Verdict.UNKNOWN),
        ("urn:x:something", Verdict.UNKNOWN),
    ):
        (one,) = service.record_return(chain, opened.id, code, quantity=3)
        assert (one.verdict, one.quantity) == (verdict, 0), code
    assert len(service.case_returns(chain, opened.id)) == 4
    assert service.effect_of(chain, opened.id).share == 0
    with pytest.raises(InputError):
        service.record_return(chain, opened.id, "(01)12")


def test_of_a_lot_the_amount_must_be_said(chain: Context, opened: Case) -> None:
    for more, code in (
        ({}, "trace.case.quantity"),
        ({"quantity": -1.0}, "trace.case.amount"),
        ({"quantity": float("nan")}, "trace.case.amount"),
        ({"quantity": 2.0, "uom": "KGM"}, "trace.case.unit"),
    ):
        with pytest.raises(InputError) as refused:
            service.record_return(chain, opened.id, MUG, **more)  # type: ignore[arg-type]
        assert refused.value.code == code
    assert service.case_returns(chain, opened.id) == []
    (one,) = service.record_return(chain, opened.id, MUG, quantity=30, uom="EA")
    assert (one.quantity, one.uom) == (30, "")
    service.record_return(chain, opened.id, MUG, quantity=200)
    effect = service.effect_of(chain, opened.id)
    assert effect.totals[""] == (240, 120), "more than was sent counts no further"
    assert effect.share == 0.5


def test_of_several_holders_one_must_be_named(ctx: Context) -> None:
    """A lot that went to two shops: who sends it back decides whose share is filled."""
    two_shops(ctx)
    one = service.start_case(ctx, service.Asked((FLOUR,)))
    assert sorted(d.quantity for d in service.case_dues(ctx, one.id)) == [10, 30, 60]
    with pytest.raises(InputError) as refused:
        service.record_return(ctx, one.id, FLOUR, quantity=5, uom="KGM")
    assert refused.value.code == "trace.case.holder"
    (back,) = service.record_return(
        ctx, one.id, FLOUR, quantity=5, uom="KGM", holder="urn:place:shop-a"
    )
    assert back.holder == "urn:place:shop-a"
    shares = {r.holder: r.share for r in service.effect_of(ctx, one.id).recoveries}
    assert shares == {"urn:place:shop-a": 0.5, "urn:place:shop-b": 0, "": 0}


def test_effect_adds_up_over_time(chain: Context, opened: Case) -> None:
    service.record_return(chain, opened.id, PALLET)
    service.record_return(chain, opened.id, CLAY, quantity=150, uom="KGM")
    effect = service.effect_of(chain, opened.id)
    pieces, kilos = effect.curves
    assert (pieces.uom, pieces.shares) == ("", (0.5,))
    assert (kilos.uom, kilos.shares) == ("KGM", (0.5,))
    assert effect.share == service.share_of(chain, opened.id) == 0.5
    kinds = {(r.kind, r.uom): r.share for r in effect.recoveries if r.returned}
    assert kinds == {(DueKind.DELIVERED, ""): 1.0, (DueKind.HELD, "KGM"): 0.5}


def test_notices_name_contacts_and_stop_the_watch(chain: Context) -> None:
    harbour = next(n for n in DIRECTORY.places if n == "harbour")
    place = f"https://id.gs1.org/417/{DIRECTORY.places[harbour]}"
    contact = {"urn:x:telephone": "+86 23 1234", "cbvmda:email": "qa@harbour.example"}
    service.save_master(chain, [MasterEntry(place, "party", "Harbour Gifts", contact)])
    one = service.start_case(chain, service.Asked((CLAY,)), reason="Lead", title="Clay")
    first, second = service.case_notices(chain, one.id)
    assert first.contact == {"phone": "+86 23 1234", "email": "qa@harbour.example"}
    english = service.notice_text(chain, one, first, "en")
    chinese = service.notice_text(chain, one, first, "zh-CN")
    assert english.heading == "Recall: Clay" and "120 pieces" in " ".join(english.lines)
    assert "召回" in chinese.heading and "120" in " ".join(chinese.lines)
    assert service.mark_notices(chain, one.id, [second.number]) == 1
    assert service.case_of(chain, one.id).notified is None
    assert service.mark_notices(chain, one.id) == 0
    told = service.case_of(chain, one.id).notified
    assert told is not None
    assert service.mark_notices(chain, one.id) == 0
    assert service.case_of(chain, one.id).notified == told, "the watch stops once"
    with pytest.raises(InputError):
        service.mark_notices(chain, one.id, [3])


def test_a_closed_case_does_not_change(chain: Context, opened: Case) -> None:
    with pytest.raises(InputError) as refused:
        service.close_case(chain, opened.id, "  ")
    assert refused.value.code == "trace.case.conclusion"
    closed = service.close_case(chain, opened.id, "All came back.")
    assert (closed.state, closed.conclusion) == (CaseState.CLOSED, "All came back.")
    watch = service.case_report(chain, opened.id).watch
    assert 0 < watch["scope"] <= watch["closed"] and "notices" not in watch
    for change in (
        lambda: service.record_return(chain, opened.id, CASE_1),
        lambda: service.mark_notices(chain, opened.id),
        lambda: service.close_case(chain, opened.id, "Again."),
    ):
        with pytest.raises(StateError) as again:
            change()
        assert again.value.code == "trace.case.closed"


def test_nothing_to_bring_back_is_no_case(chain: Context) -> None:
    with pytest.raises(StateError) as refused:
        service.start_case(chain, service.Asked((lot("MUG", "NEVER"),)))
    assert refused.value.code == "trace.case.empty"
    with pytest.raises(InputError):
        service.start_case(chain, service.Asked((CLAY,)), title="x" * 2001)
    assert service.list_cases(chain) == []


def as_actor(ctx: Context, role: Role, firm: str = "own") -> Context:
    return replace(ctx, actor=Actor("someone", role, firm))


def test_roles_and_firms(chain: Context, opened: Case) -> None:
    """A viewer sees and changes nothing; another firm does not even see."""
    viewer = as_actor(chain, Role.VIEWER)
    assert service.case_record(viewer, opened.id)["products"] == 5
    changes: list[Any] = [
        lambda c: service.start_case(c, service.Asked((CLAY,))),
        lambda c: service.record_return(c, opened.id, CASE_1),
        lambda c: service.mark_notices(c, opened.id),
        lambda c: service.close_case(c, opened.id, "x"),
    ]
    for change in changes:
        with pytest.raises(StateError) as refused:
            change(viewer)
        assert refused.value.status == 403
    other = as_actor(chain, Role.ADMIN, "other")
    for look in (service.case_of, service.case_report, service.mark_notices):
        with pytest.raises(StateError) as unseen:
            look(other, opened.id)
        assert unseen.value.status == 404
    assert service.list_cases(other) == []
    for role in (Role.PLANNER, Role.ENGINEER):
        assert service.start_case(as_actor(chain, role), service.Asked((CLAY,))).started_by


def test_a_case_cut_off_while_it_was_written_is_never_seen(chain: Context, opened: Case) -> None:
    """What a crash leaves is invisible, and the next case removes it."""
    torn = replace(opened, id="torn", state=CaseState.WRITING,
                   started=opened.started - timedelta(hours=2))  # fmt: skip
    lines = [line for _, line in service.case_lines(chain, opened.id, 3)]

    def half(conn: Any) -> None:
        store.add_case(conn, chain.firm, torn)
        store.add_lines(conn, torn.id, 0, lines)

    chain.db.transact(half)
    assert [one.id for one in service.list_cases(chain)] == [opened.id]
    with pytest.raises(StateError):
        service.case_of(chain, "torn")
    service.start_case(chain, service.Asked((MUG,)))
    with chain.db.read() as conn:
        table = case_tables.LINE
        assert conn.execute(select(table).where(table.c.case_id == "torn")).all() == []


def test_a_drill_is_marked_and_counts_apart(chain: Context) -> None:
    drill = service.start_case(chain, service.Asked((CLAY,)), drill=True)
    assert service.list_cases(chain)[0].drill and service.case_of(chain, drill.id).drill
    notice = service.case_notices(chain, drill.id)[0]
    assert "DRILL" in service.notice_text(chain, drill, notice, "en").heading
    assert "演练" in service.notice_text(chain, drill, notice, "zh-CN").heading
    assert service.count_events(chain) == 35, "nothing is written into the ledger"


def test_scopes_are_narrowed_alike(chain: Context) -> None:
    """Places, times and seeds of a recall, read from either database."""
    glaze = lot("GLAZE", "G-0301")
    asked = service.Asked((CLAY, glaze))
    view = service.recall_view(chain, asked, count=3)
    assert (view.products, view.total, len(view.lines)) == (7, 29, 3)
    assert [(name, count) for _, name, count in view.places] == [("Main plant (SAMPLE)", 5)]
    assert sum(count for _, _, count in view.whereabouts) == 7
    found = service.narrowing_of(chain, asked, Budget(60))
    assert found.only == {CLAY: 3, glaze: 2}
    assert [(split.kind, split.saved) for split in found.splits] == [
        ("seed", 3), ("time", 3), ("seed", 2), ("time", 2),
    ]  # fmt: skip


def test_seeds_are_found_alike(chain: Context) -> None:
    rule = service.SeedRule(DIRECTORY.items["CLAY"], place=f"(414){DIRECTORY.places['hq']}")
    assert service.seeds_by_rule(chain, rule) == (CLAY, lot("CLAY", "C-0302"))
    assert service.seeds_on_hold(chain) == (lot("MUG", "MUG-3"),)
    assert service.seeds_of(chain, (), b"lot\nmug-1\n", "x.csv") == (MUG,)
    kept = service.keep_seeds(chain, "x.csv", [MUG])
    assert service.seeds_kept(chain, kept) == ("x.csv", (MUG,))
    with pytest.raises(StateError):
        service.seeds_kept(as_actor(chain, Role.ADMIN, "other"), kept)


def test_notices_are_matched_alike(chain: Context) -> None:
    found = service.match_notice(chain, "Recall of Celadon mug, lot MUG-2, best by 2036-03-31")
    first, *others = found.lots
    assert first.match.lot.lot == "MUG-2" and first.match.score > 0.9
    assert [mention.kind for mention in first.match.mentions][-1] == "date"
    assert all("lot" in one.match.against for one in others)
    other = service.match_notice(as_actor(chain, Role.ADMIN, "other"), "Celadon mug, lot MUG-2")
    assert other.lots == () and other.products == ()
