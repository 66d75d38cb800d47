"""What could be bad: codes, a supplier's list, what was made or received then and there, holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sanpin.base import N_, InputError, Problem, SanpinError, StateError
from sanpin.kit.context import Context
from sanpin.kit.files import Field, ImportKind
from sanpin.kit.ids import new_id
from sanpin.trace.engine.identifiers import parse
from sanpin.trace.engine.lineage.place import ARRIVED
from sanpin.trace.engine.query import read_query
from sanpin.trace.model.events import Action, Event, EventType, Part
from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.service.naming import thing_named
from sanpin.trace.service.queries import all_events
from sanpin.trace.service.things import lots_on_hold
from sanpin.trace.store import cases as store
from sanpin.trace.store import ledger
from sanpin.trace.store.reader import events_by_id

__all__ = ["SEED_FIELDS", "SeedRule", "keep_seeds", "seeds_by_rule", "seeds_kept", "seeds_of"]
__all__ += ["seeds_on_hold"]

SEED_FIELDS = (
    Field("code", synonyms=("编码", "epc", "digital link", "identifier", "url", "uri", "标识",
                            "标识编码", "追溯码", "条码内容", "二维码内容")),
    Field("gtin", synonyms=("GTIN", "gtin14", "ean", "upc", "barcode", "trade item", "product gtin",
                            "条码", "商品条码", "产品条码", "商品代码", "国际条码")),
    Field("lot", synonyms=("批号", "lot number", "lot no", "lot code", "batch", "batch number",
                           "batch no", "batch lot", "lot batch", "批次", "批次号", "生产批号",
                           "产品批号", "物料批号", "供应商批号")),
    Field("serial", synonyms=("序列号", "serial number", "serial no", "sn", "流水号")),
    Field("sscc", synonyms=("物流单元", "pallet", "container", "logistic unit", "箱码", "托盘码",
                            "托盘号", "系列货运包装箱代码", "sscc18")),
)  # fmt: skip
"""Columns of a list of seeds; a row has a code, or a lot with or without its GTIN, or an SSCC."""

_KIND = ImportKind("recall_seeds", N_("Seeds of a recall"), SEED_FIELDS, "")
_MOST_FINDINGS = 50
# Beginnings of codes that name more than a lot number.
_FULL = ("(", "http://", "https://", "urn:")


@dataclass(frozen=True, slots=True)
class SeedRule:
    """What was made or received of a product, in a time, at a place.

    Attributes
    ----------
    product : GTIN or its code in any writing
    since, until : times with offset; empty without a limit
    place : code of the place or line, with everything within it; empty for any
    """

    product: str
    since: str = ""
    until: str = ""
    place: str = ""


def seeds_of(
    ctx: Context, codes: Iterable[str] = (), file: bytes | Path | None = None, name: str = ""
) -> tuple[str, ...]:
    """Canonical names of what was typed, scanned or stands in a supplier's list, each once.

    Parameters
    ----------
    codes : in any writing
    file : table with a heading (CSV, XLSX, Parquet, JSON), or a text with one code a line
    name : what to call the file in messages

    Raises
    ------
    InputError
        ``trace.seeds.rows`` with a finding for each row that names nothing, ``trace.seeds.empty``,
        the refusal of a code or of the file
    """
    found = [thing_named(code) for code in codes]
    if file is not None:
        found += _from_file(ctx, file, name)
    return tuple(dict.fromkeys(found))


def _from_file(ctx: Context, file: bytes | Path, name: str) -> list[str]:
    """Read a list of seeds; all of its rows or none."""
    from sanpin.kit.files.read import read_content

    content = read_content(file)
    name = name or (file.name if isinstance(file, Path) else "-")
    plain = _plain_lines(content)
    rows = _lines(plain) if plain is not None else _rows(content, name)
    found: list[str] = []
    problems: list[Problem] = []
    with ctx.db.read() as conn:
        for number, cells in rows:
            try:
                found += _named(conn, ctx.firm, cells)
            except SanpinError as error:
                problems.append(_finding(number, cells, error))
    if problems:
        raise InputError(
            "trace.seeds.rows",
            N_("{count} rows of {file} name nothing that could be bad."),
            hint=N_("Each row needs a code, or a lot with its GTIN, or an SSCC."),
            problems=problems[:_MOST_FINDINGS],
            count=len(problems),
            file=name,
        )
    if not found:
        raise InputError(
            "trace.seeds.empty",
            N_("{file} holds no rows."),
            hint=N_("Give one code a line, or a table with the columns gtin and lot."),
            file=name,
        )
    return found


def _finding(number: int, cells: Mapping[str, str], error: SanpinError) -> Problem:
    """Say which row was refused; the reason is told as the refusal itself tells it."""
    fields = {key: value for key, value in error.fields.items() if key not in ("row", "value")}
    value = " ".join(filter(None, cells.values()))
    return Problem(error.code, error.message, {**error.fields, **fields, "row": number}
                   | ({"value": value} if "value" not in error.fields else {}))  # fmt: skip


def _plain_lines(content: bytes) -> list[str] | None:
    """Lines of a text in which the first one is a code; None for a table."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return None
    first = next((line.strip() for line in lines if line.strip()), "")
    return lines if _is_code(first) else None


def _is_code(value: object) -> bool:
    """Whether a cell names a thing by itself."""
    try:
        thing_named(str(value))
    except InputError:
        return False
    return True


def _lines(lines: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield number and code of each line that is not empty."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, {"code": line.strip()}


def _rows(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield number and cells of each row of a table whose headings are understood."""
    from sanpin.kit.files import match_columns, read_table
    from sanpin.kit.files.raw import SOURCE_ROW

    raw = read_table(content, name)
    matching = match_columns(raw, _KIND, {})
    if not matching.columns and _is_code(next(filter(None, raw.column(0).to_list()), "")):
        matching = match_columns(raw, _KIND, {raw.headings[0]: "code"})
    if not matching.columns.keys() & {"code", "lot", "sscc", "serial"}:
        raise InputError(
            "trace.seeds.columns",
            N_("{file} has no column of codes or lots. Its headings are: {headings}."),
            hint=N_("Head them code, gtin, lot, serial or sscc, in English or Chinese."),
            file=name,
            headings=", ".join(filter(None, raw.headings)),
        )
    matching.require(raw, _KIND)
    numbers = raw.frame[SOURCE_ROW].to_list()
    columns = {field: raw.column(at).to_list() for field, at in matching.columns.items()}
    for at, number in enumerate(numbers):
        cells = {field: str(values[at] or "").strip() for field, values in columns.items()}
        if any(cells.values()):
            yield number, cells


def _named(conn: Connection, firm: str, cells: Mapping[str, str]) -> list[str]:
    """Things that a row names: by its code, its key, or a lot number of ours."""
    if code := cells.get("code"):
        return [thing_named(code)]
    if sscc := cells.get("sscc"):
        return [thing_named(sscc if not sscc.isdigit() else f"(00){sscc.zfill(18)}")]
    gtin, lot, serial = (cells.get(name, "") for name in ("gtin", "lot", "serial"))
    if lot.startswith(_FULL):
        return [thing_named(lot)]
    if gtin and (lot or serial):
        # What a spreadsheet took for a number has lost its leading zeros.
        own = f"(21){serial}" if serial else f"(10){lot}"
        return [parse(f"(01){gtin.zfill(14)}{own}").thing]
    if lot:
        return _by_lot(conn, firm, lot)
    raise InputError(
        "trace.seeds.row",
        N_("Row {row}: “{value}” is neither a code nor a lot."),
        hint=N_("Each row needs a code, or a lot with its GTIN, or an SSCC."),
        row=0,
        value=" ".join(filter(None, cells.values())),
    )


def _by_lot(conn: Connection, firm: str, lot: str) -> list[str]:
    """All lots of any product that bear a number, since a supplier may not know our GTIN."""
    found = ledger.search(conn, firm, lot, 1000)
    exact = [name for name in found if name.rpartition("/10/")[2].lower() == lot.lower()]
    exact = [name for name in exact if "/10/" in name]
    if not exact:
        error = StateError(
            "trace.seeds.lot_unknown",
            N_("Row {row}: no lot of yours has the number {lot}."),
            hint=N_("Add the GTIN of its product, or check the number."),
            row=0,
            lot=lot,
        )
        error.status = 404
        raise error
    return exact


def seeds_by_rule(ctx: Context, rule: SeedRule) -> tuple[str, ...]:
    """Lots and pieces of a product that were made or received in a time, at a place.

    Made is what a transformation put out or a commissioning added; received is what arrived.

    Raises
    ------
    InputError
        the refusal of the product, the place or a time
    """
    product = _product(rule.product)
    given: dict[str, object] = {"MATCH_anyEPCClass": [f"{product}/10/*"]}
    pieces: dict[str, object] = {"MATCH_anyEPC": [product]}
    times = {"GE_eventTime": rule.since, "LT_eventTime": rule.until}
    common: dict[str, object] = {key: [value] for key, value in times.items() if value}
    places: list[dict[str, object]] = [{}]
    if rule.place:
        place = thing_named(rule.place)
        places = [{"WD_bizLocation": [place]}, {"WD_readPoint": [place]}]
    found: dict[str, None] = {}
    for what in (given, pieces):
        for where in places:
            query = read_query({**what, **common, **where}, own=True)
            numbers = [number for page in all_events(ctx, query) for number in page.numbers]
            with ctx.db.read() as conn:
                for event in events_by_id(conn, numbers):
                    found.update(dict.fromkeys(_begun(event, product)))
    return tuple(sorted(found))


def _product(text: str) -> str:
    """Canonical name of a product; pieces and lots lead to theirs."""
    code = text.strip()
    name = thing_named(f"(01){code.zfill(14)}" if code.isdigit() else code)
    if not name.startswith(f"{CANONICAL_STEM}/01/"):
        raise InputError(
            "trace.seeds.product",
            N_("“{value}” is no product."),
            hint=N_("Give its GTIN."),
            value=text,
        )
    return "/".join(name.split("/")[:5])


def _begun(event: Event, product: str) -> Iterator[str]:
    """Yield things of a product that an event made or that arrived with it."""
    if event.declared:
        return
    if event.type is EventType.TRANSFORMATION:
        parts: tuple[Part, ...] = (Part.OUTPUT,)
    elif event.type is EventType.OBJECT and (event.action is Action.ADD or event.step in ARRIVED):
        parts = (Part.EPC,)
    else:
        return
    stem = f"{product}/"
    yield from (one.thing for one in event.things(*parts) if one.thing.startswith(stem))


def seeds_on_hold(ctx: Context, limit: int = 10_000) -> tuple[str, ...]:
    """Lots and pieces that quality keeps back now."""
    return tuple(lot.id for lot in lots_on_hold(ctx, limit))


def keep_seeds(ctx: Context, name: str, seeds: Sequence[str]) -> str:
    """Keep a list of seeds under a number by which an address can name it."""
    identifier = new_id()
    values: dict[str, Any] = {
        "id": identifier,
        "firm": ctx.firm,
        "name": name,
        "seeds": list(seeds),
        "created": ctx.now(),
        "created_by": ctx.actor.user,
    }
    ctx.db.transact(lambda conn: store.save_seeds(conn, values))
    return identifier


def seeds_kept(ctx: Context, identifier: str) -> tuple[str, tuple[str, ...]]:
    """Name and seeds of a kept list.

    Raises
    ------
    StateError
        ``trace.seeds.list_unknown``
    """
    with ctx.db.read() as conn:
        found = store.get_seeds(conn, ctx.firm, identifier)
    if found is None:
        error = StateError(
            "trace.seeds.list_unknown",
            N_("There is no list of seeds {id}."),
            hint=N_("Upload it again."),
            id=identifier[:100],
        )
        error.status = 404
        raise error
    return found[0], tuple(found[1])
