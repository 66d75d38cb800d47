"""The order book: imported files kept whole, and read as one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from sanpin.base import N_, InputError, StateError
from sanpin.demand.model.orders import ORDER_SCHEMA, complete_orders
from sanpin.demand.store import (
    BatchRecord,
    find_batch,
    list_batches,
    remove_sample_batches,
    save_batch,
)
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.files import Source
from sanpin.kit.ids import new_id
from sanpin.kit.settings import get_setting, set_setting

__all__ = [
    "SAMPLE_SOURCE",
    "SAMPLE_URL",
    "as_of_day",
    "batches",
    "book_hash",
    "count_lines",
    "has_orders",
    "has_sample_orders",
    "load_sample",
    "priced",
    "raw_lines",
    "remove_sample",
    "save_orders",
]

SAMPLE_SOURCE = "Online Retail, Daqing Chen, UCI, CC BY 4.0"
SAMPLE_URL = "https://doi.org/10.24432/C5BW33"
_SAMPLE_FILE = Path(__file__).parent.parent / "data" / "orders.parquet"
_SAMPLE_NAME = "Online Retail 2010-12-01 to 2011-09-15"


def save_orders(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Keep the lines of an order file; the same content again changes nothing.

    Returns
    -------
    Counts ``lines, orders, items`` of the file and ``saved``, the lines that are new
    """
    return _save(ctx, frame, source.name, dry_run=dry_run, sample=False)


def load_sample(ctx: Context) -> Mapping[str, int]:
    """Import the packaged order history of a giftware wholesaler (CC BY 4.0)."""
    ctx.require(Role.PLANNER)
    frame = pl.read_parquet(_SAMPLE_FILE).with_row_index("source_row", offset=1)
    return _save(ctx, frame, _SAMPLE_NAME, dry_run=False, sample=True)


def remove_sample(ctx: Context) -> int:
    """Take the sample's order file out of the book; return how many files that were."""
    ctx.require(Role.PLANNER)
    with ctx.db.write() as conn:
        removed = remove_sample_batches(conn, ctx.firm)
    _keep_newest(ctx)
    return removed


def _save(
    ctx: Context, frame: pl.DataFrame, name: str, *, dry_run: bool, sample: bool
) -> Mapping[str, int]:
    """Keep a file as it came: its lines in the lake, a row that names them in the database.

    Nothing is corrected here. What a rule changes later can always be traced to these lines, and
    a better rule can be applied to them again.
    """
    ctx.require(Role.PLANNER)
    lines = complete_orders(priced(frame))
    if lines.is_empty():
        raise InputError(
            "demand.orders.empty",
            N_("The file {file} holds no order lines."),
            hint=N_("Add the rows and import it again."),
            file=name,
        )
    content = _content_hash(lines)
    with ctx.db.read() as conn:
        known = find_batch(conn, ctx.firm, content) is not None
    counts = {
        "lines": lines.height,
        "orders": lines["order_id"].n_unique(),
        "items": lines["item"].n_unique(),
        "saved": 0 if known else lines.height,
    }
    if known or dry_run:
        return counts
    days = lines["time"].dt.date()
    with ctx.db.write() as conn:
        if find_batch(conn, ctx.firm, content) is not None:
            return counts | {"saved": 0}
        dataset = ctx.lake.write(
            conn, "demand", "orders", lines, firm=ctx.firm, key=content, meta={"file": name}
        )
        save_batch(
            conn,
            BatchRecord(
                firm=ctx.firm,
                content=content,
                id=new_id(),
                name=name,
                dataset=dataset.id,
                lines=lines.height,
                first_day=days.min(),  # type: ignore[arg-type]
                last_day=days.max(),  # type: ignore[arg-type]
                sample=sample,
                author=ctx.actor.user,
                created=ctx.now(),
            ),
        )
    _keep_newest(ctx)
    return counts


def priced(frame: pl.DataFrame) -> pl.DataFrame:
    """Derive the unit price from the amount of the line where only that is given."""
    if "amount" not in frame.columns:
        return frame
    derived = pl.when(pl.col("quantity") != 0).then((pl.col("amount") / pl.col("quantity")).abs())
    given = pl.col("unit_price") if "unit_price" in frame.columns else pl.lit(None, pl.Float64)
    return frame.with_columns(pl.coalesce(given, derived).alias("unit_price"))


def _content_hash(lines: pl.DataFrame) -> str:
    """Return the SHA-256 of the lines as text, whatever file they came in."""
    digest = hashlib.sha256()
    rows = lines.drop("source_row")
    for piece in rows.iter_slices(50_000):
        digest.update(piece.write_csv(include_header=False).encode())
    return digest.hexdigest()


def _keep_newest(ctx: Context) -> None:
    """Keep the day after the newest order where the pages look for it."""
    known = batches(ctx)
    newest = max((one.last_day for one in known), default=None)
    value = (newest + timedelta(days=1)).isoformat() if newest else None
    set_setting(ctx, "as_of_newest", value)


def batches(ctx: Context) -> list[BatchRecord]:
    """Return the imported order files in the order of their import."""
    with ctx.db.read() as conn:
        return list_batches(conn, ctx.firm)


def has_orders(ctx: Context) -> bool:
    """Whether any order line is kept."""
    return bool(batches(ctx))


def has_sample_orders(ctx: Context) -> bool:
    """Whether the order book holds the packaged sample, whose source must be shown."""
    return any(one.sample for one in batches(ctx))


def count_lines(ctx: Context) -> int:
    """Return the number of raw lines kept, before any correction."""
    return sum(one.lines for one in batches(ctx))


def as_of_day(ctx: Context) -> date:
    """Return the day that counts as today: the first day to forecast.

    The setting ``as_of`` is ``newest`` (the day after the newest order), ``real`` or a day.
    """
    choice = str(get_setting(ctx, "as_of", "newest"))
    if choice == "newest":
        newest = max((one.last_day for one in batches(ctx)), default=None)
        return newest + timedelta(days=1) if newest else ctx.now().date()
    return ctx.now().date() if choice == "real" else date.fromisoformat(choice)


def book_hash(ctx: Context) -> str:
    """Return the SHA-256 that names the content of the whole order book."""
    contents = "".join(one.content for one in batches(ctx))
    return hashlib.sha256(contents.encode()).hexdigest()


def raw_lines(ctx: Context, as_of: date | None = None) -> pl.DataFrame:
    """Return all kept lines before a day as one book, with running row numbers.

    An order that a later file holds again, with the same number and day, is taken from that
    file alone, so that a corrected or longer export can simply be imported.

    Raises
    ------
    StateError
        ``demand.orders.empty`` when no line is kept, ``demand.orders.none`` when none is early
        enough
    """
    day = as_of or as_of_day(ctx)
    parts, offset = [], 0
    for number, batch in enumerate(batches(ctx)):
        frame = ctx.lake.read(batch.dataset).with_columns(
            pl.col("source_row") + offset, pl.lit(number).alias("batch")
        )
        parts.append(frame)
        offset = frame.select(pl.col("source_row").max()).item()
    if not parts:
        raise StateError(
            "demand.orders.empty",
            N_("There are no orders yet."),
            hint=N_("Import an order file or load the sample."),
        )
    book = pl.concat(parts).with_columns(pl.col("time").dt.date().alias("day"))
    if len(parts) > 1:
        newest = pl.col("batch").max().over("order_id", "day")
        book = book.filter(pl.col("batch") == newest)
    book = book.filter(pl.col("day") < day).select(list(ORDER_SCHEMA))
    if book.is_empty():
        raise _no_orders(day)
    return book


def _no_orders(day: date) -> StateError:
    """Return the refusal of a book without a line before a day."""
    return StateError(
        "demand.orders.none",
        N_("There are no orders before {day}."),
        hint=N_("Import an order file or load the sample, or choose a later day as today."),
        day=day.isoformat(),
    )
