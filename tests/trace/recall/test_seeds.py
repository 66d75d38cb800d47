"""What could be bad: lists in any form, rules over events, holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import polars as pl
import pytest
from tests.trace.recall.chains import amount, capture, event

from sanpin.base import InputError, StateError
from sanpin.kit.context import Context
from sanpin.kit.files import write_xlsx
from sanpin.trace import service

OTHER = "https://id.gs1.org/01/09529163724307/10/F"


def sheet(**columns: list[str]) -> bytes:
    return write_xlsx(pl.DataFrame(columns))


def test_every_form_of_a_list_names_the_same(chain: Context, codes: Any, tmp_path: Path) -> None:
    gtin = codes.directory.items["MUG"]
    wanted = (codes.mug, codes.lot("MUG", "MUG-2"))
    lists: list[bytes | Path] = [
        f"{codes.mug}\n\n{codes.brackets('MUG', 'MUG-2')}\n".encode("utf-8-sig"),
        f"gtin,lot\n{gtin},MUG-1\n{gtin},MUG-2\n".encode(),
        f"批号;商品条码\nMUG-1;{gtin}\nMUG-2;{int(gtin)}\n".encode("gb18030"),
        sheet(编码=list(wanted)),
        sheet(**{"Lot number": ["MUG-1", "mug-2"], "Supplier": ["a", "b"]}),
    ]
    path = tmp_path / "lots.xlsx"
    path.write_bytes(sheet(EAN=[gtin, gtin], Batch=["MUG-1", "MUG-2"]))
    for content in [*lists, path]:
        assert service.seeds_of(chain, (), content, "list") == wanted, content
    assert service.seeds_of(chain, [codes.brackets("MUG", "MUG-1")], lists[0], "x") == wanted


def test_pallets_and_pieces_are_seeds_too(chain: Context) -> None:
    content = b"sscc,gtin,serial\n95212340000000013,,\n,9521234567899,7\n"
    assert service.seeds_of(chain, (), content, "x") == (
        "https://id.gs1.org/00/095212340000000013",
        "https://id.gs1.org/01/09521234567899/21/7",
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"colour,size\nred,1\n", "trace.seeds.columns"),
        (b"gtin,lot\n09529163724307,\n", "trace.seeds.rows"),
        (b"lot\nNEVER\n", "trace.seeds.rows"),
        (b"(01)09529163724307(10)A\nnonsense\n", "trace.seeds.rows"),
    ],
)
def test_a_list_is_taken_whole_or_refused(chain: Context, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        service.seeds_of(chain, (), content, "list.csv")
    assert refused.value.code == code
    if code == "trace.seeds.rows":
        assert all(problem.fields["row"] == 2 for problem in refused.value.problems)


def test_made_or_received_then_and_there(ctx: Context) -> None:
    """Shipping and inspection of a lot are no reason to take it; making and arriving are."""
    stem = "https://id.gs1.org/01/09521234567899/10"
    here, line = {"id": "urn:place:plant"}, {"id": "urn:place:line-2"}
    capture(
        ctx,
        [
            event(1, "commissioning", action="ADD", quantityList=amount(f"{stem}/A", 5),
                  bizLocation=here),
            event(2, "commissioning", action="ADD", quantityList=amount(f"{stem}/B", 5),
                  readPoint=line),
            event(3, "receiving", quantityList=amount(f"{stem}/C", 5), bizLocation=here),
            event(3, "shipping", quantityList=amount(f"{stem}/D", 5), bizLocation=here),
            event(3, "inspecting", quantityList=amount(f"{stem}/E", 5), bizLocation=here),
            event(3, "receiving", quantityList=amount(OTHER, 5)),
            event(4, "commissioning", action="ADD",
                  epcList=["https://id.gs1.org/01/09521234567899/21/9"], bizLocation=here),
        ],
    )  # fmt: skip

    def found(**more: str) -> list[str]:
        rule = service.SeedRule("9521234567899", **more)
        return [name.rpartition("/")[2] for name in service.seeds_by_rule(ctx, rule)]

    assert found() == ["A", "B", "C", "9"]
    assert found(since="2026-03-02T00:00:00Z", until="2026-03-04T00:00:00Z") == ["B", "C"]
    assert found(place="urn:place:plant") == ["A", "C", "9"]
    assert found(place="urn:place:line-2") == ["B"]
    assert found(since="2027-01-01T00:00:00Z") == []
    with pytest.raises(InputError):
        service.seeds_by_rule(ctx, service.SeedRule("(00)095212340000000013"))
    with pytest.raises(InputError):
        found(since="yesterday")


def test_holds_and_kept_lists(chain: Context, codes: Any) -> None:
    assert service.seeds_on_hold(chain) == (codes.lot("MUG", "MUG-3"),)
    kept = service.keep_seeds(chain, "批次.xlsx", [codes.mug])
    assert service.seeds_kept(chain, kept) == ("批次.xlsx", (codes.mug,))
    with pytest.raises(StateError):
        service.seeds_kept(chain, "other")


def test_an_address_says_the_whole_question(chain: Context, codes: Any) -> None:
    """What the page asks is in its address, and the address asks the same again."""
    pairs = [("epc", f"{codes.clay}\n{codes.mug}"), ("without", codes.brackets("MUG", "MUG-1")),
             ("from", "2026-03-01T00:00:00Z"), ("to", ""), ("place", "urn:p")]  # fmt: skip
    question = service.read_question(chain, pairs)
    assert question
    assert question.asked.kept() == (codes.clay,)
    assert (question.asked.since, question.asked.until) == ("2026-03-01T00:00:00Z", "")
    again = service.read_question(chain, parse_qsl(question.query()))
    assert again == question
    assert service.read_question(chain, [("epc", " ")]) is None
    local = service.read_question(chain, [("epc", codes.mug), ("from", "2026-03-01T08:00")])
    assert local and local.asked.since[16:].count(":") >= 1, "the offset of this computer is added"


def test_a_workbook_of_ten_thousand_lots(chain: Context) -> None:
    lots = [f"L{number:05d}" for number in range(10_000)]
    content = sheet(gtin=["09521234567899"] * len(lots), lot=lots)
    assert len(service.seeds_of(chain, (), content, "x.xlsx")) == 10_000
