"""Master data on every database: keep, find, refuse, import, export, sample in and out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import polars as pl
import pytest

from sanpin.base import InputError, Shift, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.files import export_bytes, import_file
from sanpin.kit.files.templates import template
from sanpin.master import service
from sanpin.master.model import (
    BillLine,
    BillOfMaterials,
    CalendarRecord,
    Item,
    ItemKind,
    Partner,
    PartnerKind,
    Site,
    Supply,
)

GOODS = [
    ("22423", "REGENCY CAKESTAND 3 TIER"),
    ("85099B", "JUMBO BAG RED RETROSPOT"),
    ("22720", "SET OF 3 CAKE TINS PANTRY DESIGN"),
    ("21212", "PACK OF 72 RETROSPOT CAKE CASES"),
]
DAY = date(2011, 9, 16)


def put_items(ctx: Context, *codes: str) -> None:
    """Keep plain items."""
    for code in codes:
        service.put_record(ctx, Item(code))


def bill(item: str, *components: str, version: int = 1) -> BillOfMaterials:
    """Make a bill with one of each component."""
    return BillOfMaterials(item, version, lines=tuple(BillLine(c, 1) for c in components))


RECORDS = [
    Item(
        "A/1 红",
        "Red mug",
        "红色杯",
        "KGM",
        "ceramic",
        ItemKind.MATERIAL,
        Supply.BUY,
        "9521234000013",
        "",
        {"colour": "red", "pieces": 3, "materials": ["slate"]},
    ),
    Partner("P1", "Clay works", "陶土厂", PartnerKind.SUPPLIER, "China", "9521234000013"),
    Site("S1", "Plant", "工厂", latitude=29.4, longitude=105.6),
    CalendarRecord(
        "two",
        "Two shifts",
        "两班",
        (Shift(frozenset({0, 5}), time(22), time(6), ((time(1), time(1, 30)),)),),
        "CN",
        frozenset({date(2011, 9, 19)}),
        frozenset({date(2011, 9, 18)}),
        "Europe/Berlin",
    ),
]
NOUNS = ["items", "partners", "sites", "calendars"]


@pytest.mark.parametrize(("noun", "record"), list(zip(NOUNS, RECORDS, strict=True)), ids=NOUNS)
def test_a_record_comes_back_as_it_went_in(ctx: Context, noun: str, record: Item) -> None:
    service.put_record(ctx, record)
    assert service.get_record(ctx, noun, record.code) == record
    changed = replace(record, name_en="Other")
    service.put_record(ctx, changed)
    assert service.list_records(ctx, noun).rows == [changed]
    log = audit.entries(ctx, subject=f"{noun}/{record.code}")
    assert [entry.action for entry in log] == [f"master.{noun}.change", f"master.{noun}.create"]
    assert log[0].before["name_en"] == record.name_en
    service.delete_record(ctx, noun, record.code)
    with pytest.raises(StateError) as caught:
        service.get_record(ctx, noun, record.code)
    assert (caught.value.code, caught.value.status) == ("master.record.missing", 404)


def test_a_list_is_read_in_pages_searched_and_filtered(ctx: Context) -> None:
    for number in range(7):
        family = "wood" if number % 2 else "glass"
        service.put_record(ctx, Item(f"I{number}", f"Jar {number}_x", f"罐{number}", family=family))
    first = service.list_records(ctx, "items", limit=3)
    second = service.list_records(ctx, "items", limit=3, cursor=first.next)
    third = service.list_records(ctx, "items", limit=3, cursor=second.next)
    codes = [row.code for page in (first, second, third) for row in page.rows]
    assert codes == [f"I{number}" for number in range(7)]
    assert (first.total, third.next) == (7, "")
    assert [r.code for r in service.list_records(ctx, "items", search="jAR 3").rows] == ["I3"]
    assert [r.code for r in service.list_records(ctx, "items", search="罐5").rows] == ["I5"]
    assert service.list_records(ctx, "items", search="%").total == 0, "no wildcards"
    assert service.list_records(ctx, "items", search="3_x").total == 1
    assert service.list_records(ctx, "items", family="wood").total == 3
    assert service.families(ctx) == {"glass": 4, "wood": 3}


def test_firms_do_not_see_each_other(ctx: Context) -> None:
    put_items(ctx, "A")
    other = ctx.acting_as(Actor("eve", Role.ADMIN, "other"))
    assert service.list_records(other, "items").total == 0
    service.put_record(other, Item("A", "theirs"))
    assert service.get_item(ctx, "A").name_en == ""
    service.load_sample(other, GOODS)
    service.remove_sample(ctx)
    assert service.list_records(other, "items").total > 4


def test_a_viewer_reads_and_changes_nothing(ctx: Context) -> None:
    put_items(ctx, "A")
    viewer = ctx.acting_as(Actor("vera", Role.VIEWER))
    assert service.get_item(viewer, "A").code == "A"
    for change in (
        lambda: service.put_record(viewer, Item("B")),
        lambda: service.delete_record(viewer, "items", "A"),
        lambda: service.put_bill(viewer, bill("A", "B")),
        lambda: service.delete_bill(viewer, "A", 1),
        lambda: service.load_sample(viewer, GOODS),
        lambda: service.remove_sample(viewer),
        lambda: service.register_items(viewer, GOODS),
    ):
        with pytest.raises(StateError) as caught:
            change()
        assert caught.value.status == 403
    assert service.list_records(ctx, "items").total == 1


def test_what_is_used_is_not_deleted(ctx: Context) -> None:
    service.put_record(ctx, Partner("P1", kind=PartnerKind.SUPPLIER))
    service.put_record(ctx, CalendarRecord("day"))
    service.put_record(ctx, Item("A", supplier="P1"))
    put_items(ctx, "B")
    service.put_record(ctx, Site("S", partner="P1", calendar="day"))
    service.put_bill(ctx, bill("B", "A"))
    for noun, code, user in [
        ("items", "A", "B"),
        ("items", "B", "boms/B"),
        ("partners", "P1", "A, S"),
        ("calendars", "day", "S"),
    ]:
        with pytest.raises(StateError) as caught:
            service.delete_record(ctx, noun, code)
        assert caught.value.code == "master.record.in_use"
        assert caught.value.fields["users"] == user
    service.delete_bill(ctx, "B", 1)
    service.delete_record(ctx, "items", "A")


def test_references_and_keys_must_hold(ctx: Context) -> None:
    with pytest.raises(InputError) as caught:
        service.put_record(ctx, Site("S", calendar="none"))
    assert caught.value.code == "master.reference.unknown"
    service.put_record(ctx, Item("A", gtin="9521234000013"))
    service.put_record(ctx, Item("A", "again", gtin="9521234000013"))
    with pytest.raises(InputError) as caught:
        service.put_record(ctx, Item("B", gtin="9521234000013"))
    assert caught.value.code == "master.item.gtin_taken"
    with pytest.raises(InputError) as caught:
        service.list_records(ctx, "orders")
    assert caught.value.code == "master.noun.unknown"


def test_bills_keep_versions_and_their_lines(ctx: Context) -> None:
    put_items(ctx, "A", "B", "C")
    service.put_record(ctx, Item("D", unit="KGM"))
    first = BillOfMaterials("A", 1, None, DAY, (BillLine("C", 2), BillLine("B", 1, "DZN", 0.1)))
    second = BillOfMaterials("A", 2, DAY, None, (BillLine("D", 500, "GRM"),))
    service.put_bill(ctx, first)
    service.put_bill(ctx, second)
    assert service.get_bills(ctx, "A") == [first, second]
    assert service.bills_on(ctx, DAY) == {"A": second}
    assert service.explode_demand(ctx, {"A": 4}, DAY).gross == {"A": 4, "D": 2}
    assert service.uses_of(ctx, "D", DAY) == {"A": 500}
    assert [node.item for node in service.bill_tree(ctx, "A", 1, date(2011, 1, 1))] == [*"ACB"]
    shorter = replace(first, lines=first.lines[:1])
    service.put_bill(ctx, shorter)
    assert service.get_bills(ctx, "A")[0] == shorter
    service.delete_bill(ctx, "A", 1)
    assert service.get_bills(ctx, "A") == [second]
    with pytest.raises(StateError):
        service.delete_bill(ctx, "A", 1)


def test_bills_are_listed_by_item_with_all_versions(ctx: Context) -> None:
    put_items(ctx, "A", "B", "C", "X")
    for item in "CBA":
        service.put_bill(ctx, bill(item, "X"))
    service.put_bill(ctx, bill("A", "X", version=2))
    first = service.list_bills(ctx, limit=2)
    assert [(one.item, one.version) for one in first.rows] == [("A", 1), ("A", 2), ("B", 1)]
    assert (first.total, first.next) == (3, "B")
    rest = service.list_bills(ctx, limit=2, cursor=first.next)
    assert ([one.item for one in rest.rows], rest.next) == (["C"], "")
    assert service.list_bills(ctx, search="b").total == 1


def test_bills_that_cannot_be_are_refused(ctx: Context) -> None:
    put_items(ctx, "A", "B", "C")
    service.put_record(ctx, Item("W", unit="KGM"))
    service.put_bill(ctx, bill("A", "B"))
    service.put_bill(ctx, bill("B", "C"))
    with pytest.raises(InputError) as caught:
        service.put_bill(ctx, bill("C", "A"))
    assert caught.value.code == "master.bom.cycle"
    assert set(caught.value.fields["items"]) == {"A", "B", "C"}  # type: ignore[call-overload]
    with pytest.raises(InputError) as caught:
        service.put_bill(ctx, bill("A", "none"))
    assert caught.value.code == "master.reference.unknown"
    with pytest.raises(InputError) as caught:
        service.put_bill(ctx, bill("A", "W"))
    assert caught.value.code == "master.bom.unit"
    assert service.get_bills(ctx, "A") == [bill("A", "B")], "nothing was changed"


def test_the_sample_comes_and_goes_and_leaves_own_records(ctx: Context) -> None:
    own = Item("22423", "My cake stand", family="metal")
    service.put_record(ctx, own)
    counts = service.load_sample(ctx, GOODS, ["Germany", "France"])
    assert service.has_sample(ctx)
    assert counts == service.load_sample(ctx, GOODS, ["Germany", "France"]), "twice is once"
    assert service.get_item(ctx, "22423") == own
    assert service.get_item(ctx, "85099B").family == "textile"
    assert set(service.all_sites(ctx)) == {"hq", "sat-1", "sat-2"}
    assert service.get_partner(ctx, "CUS-GERMANY").country == "Germany"
    calendar = service.site_calendar(ctx, "hq", [2011])
    assert calendar is not None
    assert not calendar.is_working_day(date(2011, 10, 3))
    assert calendar.is_working_day(date(2011, 10, 9))
    needs = service.explode_demand(ctx, {"85099B": 100}, DAY)
    assert needs.materials()["MAT-COTTON"] > 40
    removed = service.remove_sample(ctx)
    assert removed == counts
    assert not service.has_sample(ctx)
    assert service.all_items(ctx) == {"22423": own}
    assert service.list_bills(ctx).total == 0


def test_goods_of_own_orders_are_entered_once(ctx: Context) -> None:
    service.put_record(ctx, Item("22423", "Mine"))
    assert service.register_items(ctx, GOODS) == 3
    assert service.register_items(ctx, GOODS) == 0
    items = service.all_items(ctx)
    assert items["22423"].name_en == "Mine"
    assert items["22720"].attributes == {"pieces": 3}
    assert not items["22720"].sample


def test_search_finds_codes_names_and_keys(ctx: Context) -> None:
    service.load_sample(ctx, GOODS, ["Germany"])
    hits = service.search(ctx, "cake tins", 5)
    assert [(hit.label, hit.path) for hit in hits] == [("22720", "/master/items/22720")]
    gln = service.get_site(ctx, "hq").gln
    assert "hq" in {hit.label for hit in service.search(ctx, gln, 5)}
    assert len(service.search(ctx, "a", 3)) == 3


def test_every_template_can_be_imported_in_order(ctx: Context) -> None:
    for name in ("partners", "items", "sites", "boms"):
        kind = next(kind for kind in service.IMPORT_KINDS if kind.kind == name)
        report = import_file(ctx, template(kind, "csv"), f"{name}.csv", kind=name)
        assert report.saved[name] >= 1
        again = import_file(ctx, template(kind, "xlsx"), f"{name}.xlsx", kind=name)
        assert again.saved["new"] == 0, "importing twice changes nothing"
    assert service.uses_of(ctx, "CLAY-01")["MUG-01"] == pytest.approx(0.4 / 0.95)


def test_an_export_can_be_imported_again(ctx: Context) -> None:
    service.load_sample(ctx, GOODS, ["Germany"])
    other = ctx.acting_as(Actor("ann", Role.PLANNER, "other"))
    calendars = service.all_calendars(ctx)
    for record in calendars.values():
        service.put_record(other, record)
    for noun in ("partners", "items", "sites", "boms"):
        table = service.export_table(ctx, noun)
        import_file(other, export_bytes(table, "csv"), f"{noun}.csv", kind=noun)
        assert service.export_table(other, noun).equals(table)
    assert service.export_table(ctx, "calendars")["code"].to_list() == sorted(calendars)
    assert service.export_table(ctx, "items", family="textile").height < 40
    with pytest.raises(InputError):
        service.export_table(ctx, "orders")


@pytest.mark.parametrize("noun", service.EXPORTS)
def test_an_empty_export_has_its_headings(ctx: Context, noun: str) -> None:
    table = service.export_table(ctx, noun)
    assert table.height == 0
    assert table.width > 5


def refused(ctx: Context, kind: str, text: str) -> pl.DataFrame:
    """Import a CSV that must be refused, and return its list of bad rows."""
    with pytest.raises(InputError) as caught:
        import_file(ctx, text.encode(), f"{kind}.csv", kind=kind)
    assert caught.value.code == "files.rows.refused"
    return pl.read_csv(Path(str(caught.value.fields["bad_rows_path"])), infer_schema=False)


def test_items_with_faults_are_refused_with_their_rows(ctx: Context) -> None:
    bad = refused(
        ctx,
        "items",
        "code,unit,gtin,supplier,attributes\n"
        "A,EA,9521234000013,,\n"
        "B,furlong,,,\n"
        "C,,9521234000014,,\n"
        "D,,,nobody,\n"
        "E,,9521234000013,,\n"
        "F,,,,[1]\n"
        "A,,,,\n",
    )
    assert bad["Row"].to_list() == ["8"], "duplicates are told by the file check, first"
    bad = refused(
        ctx,
        "items",
        "code,unit,gtin,supplier,attributes\n"
        "A,EA,9521234000013,,\n"
        "B,furlong,,,\n"
        "C,,9521234000014,,\n"
        "D,,,nobody,\n"
        "E,,9521234000013,,\n"
        "F,,,,[1]\n",
    )
    assert bad["Row"].to_list() == ["3", "4", "5", "6", "7"]
    assert bad["Value"].to_list()[2:] == ["nobody", "9521234000013", "[1]"]
    assert "furlong" in bad["Reason"][0]
    assert service.list_records(ctx, "items").total == 0


def test_a_file_fills_gaps_and_keeps_what_it_does_not_say(ctx: Context) -> None:
    service.put_record(ctx, Item("A", "Blue mug", "蓝杯", gtin="9521234000013", sample=True))
    text = "货号,品名,类别\nA,深蓝杯,\nB,,tableware\n".encode("gb18030")
    report = import_file(ctx, text, "items.csv", kind="items")
    assert report.saved == {"items": 2, "new": 1, "changed": 1}
    kept = service.get_item(ctx, "A")
    assert (kept.name_en, kept.name_zh, kept.gtin) == ("Blue mug", "深蓝杯", "9521234000013")
    assert not kept.sample, "what the firm imports is its own"
    assert service.get_item(ctx, "B").family == "tableware"


def test_a_dry_run_checks_and_saves_nothing(ctx: Context) -> None:
    text = b"code,name_en\nA,Glass jar\n"
    report = import_file(ctx, text, "items.csv", kind="items", dry_run=True)
    assert report.saved == {"items": 1, "new": 1, "changed": 0}
    assert service.list_records(ctx, "items").total == 0
    import_file(ctx, text, "items.csv", kind="items")
    assert service.get_item(ctx, "A").family == "glass"


def test_bills_with_faults_are_refused_with_their_rows(ctx: Context) -> None:
    put_items(ctx, "A", "B", "C")
    service.put_record(ctx, Item("W", unit="KGM"))
    bad = refused(
        ctx,
        "boms",
        "item,component,quantity,unit,scrap_share,valid_from\n"
        "A,B,1,,,2011-01-01\n"
        "A,C,-2,,,2011-01-01\n"
        "A,W,1,EA,,2011-01-01\n"
        "A,none,1,,,2011-01-01\n"
        "nothing,B,1,,,\n"
        "A,B,3,,,2011-01-01\n"
        "A,C,1,,,2012-01-01\n"
        "B,C,1,parsec,,\n",
    )
    assert bad["Row"].to_list() == ["3", "4", "5", "6", "7", "8", "9"]
    assert service.list_bills(ctx).total == 0


def test_a_cycle_is_blamed_on_its_rows_in_the_file(ctx: Context) -> None:
    put_items(ctx, "A", "B", "C", "D")
    service.put_bill(ctx, bill("C", "A"))
    bad = refused(ctx, "boms", "item,component,quantity\nD,A,1\nA,B,1\nB,C,1\n")
    assert bad["Row"].to_list() == ["3", "4"]
    assert bad["Value"][0] == "C > A > B > C"
    chinese = replace(ctx, language="zh-CN")
    bad = pl.read_csv(Path(str(_refusal(chinese).fields["bad_rows_path"])), infer_schema=False)
    assert bad.height == 2
    assert service.get_bills(ctx, "A") == []


def _refusal(ctx: Context) -> InputError:
    with pytest.raises(InputError) as caught:
        text = b"item,component,quantity\nA,B,1\nB,C,1\n"
        import_file(ctx, text, "boms.csv", kind="boms")
    return caught.value


def test_a_line_without_unit_counts_in_the_component_s_own(ctx: Context) -> None:
    put_items(ctx, "A")
    service.put_record(ctx, Item("W", unit="KGM"))
    import_file(ctx, "父项,子项,用量,损耗率\nA,W,0.5,0.05\n".encode(), "b.csv", kind="boms")
    assert service.get_bills(ctx, "A")[0].lines == (BillLine("W", 0.5, "KGM", 0.05),)
    import_file(ctx, b"item,component,quantity\nA,W,0.7\n", "b.csv", kind="boms")
    assert service.get_bills(ctx, "A")[0].lines == (BillLine("W", 0.7, "KGM"),)


def test_thousands_of_bills_are_kept_and_replaced(ctx: Context) -> None:
    goods = [(f"G{number:04d}", "Red glass jar") for number in range(1200)]
    service.load_sample(ctx, goods)
    service.load_sample(ctx, goods)
    assert service.list_bills(ctx).total > 1200
    assert len(service.get_bills(ctx, "G1199")[0].lines) == 6
