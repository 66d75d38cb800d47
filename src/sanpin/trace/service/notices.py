"""Match the text of a public recall notice to the firm's own lots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import orjson

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.trace.engine.notices import match_lots, match_products, read_notice
from sanpin.trace.model.events import Action, Event, EventType
from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.model.notices import (
    LotMatch,
    Mention,
    OwnLot,
    OwnProduct,
    ProductMatch,
    Reading,
)
from sanpin.trace.service.capture.master import master_entries
from sanpin.trace.service.naming import Labels, path_of
from sanpin.trace.service.texts import event_bodies
from sanpin.trace.store import ledger
from sanpin.trace.store.lots import lots_of
from sanpin.trace.store.reader import LedgerEvents

__all__ = ["LotFinding", "NoticeMatch", "match_notice", "notice_record"]

LONGEST = 200_000
"""Characters of a notice; the longest official ones have a tenth of it."""

# Attributes of products that name them beside their name.
_NAMES = ("brandname", "functionalname", "descriptionshort", "tradeitemdescription", "name",
          "productname", "regulatedproductname", "tradename")  # fmt: skip
_PRODUCTS, _LOTS, _DATED, _SHOWN = 50, 20_000, 400, 200


@dataclass(frozen=True, slots=True)
class LotFinding:
    """A lot that a notice may mean, as people read it."""

    match: LotMatch
    label: str
    path: str


@dataclass(frozen=True, slots=True)
class NoticeMatch:
    """What a notice may mean.

    Attributes
    ----------
    reading : what was read out of it
    products : own products, best first, with what people read
    lots : own lots, best first
    looked_at : own products and lots that were compared
    """

    reading: Reading
    products: tuple[tuple[ProductMatch, str], ...]
    lots: tuple[LotFinding, ...]
    looked_at: tuple[int, int]


def match_notice(ctx: Context, text: str) -> NoticeMatch:
    """Compare a notice with every product that has a name or lots, and with their lots.

    Raises
    ------
    InputError
        ``trace.notice.empty``, ``trace.notice.long``
    """
    if not text.strip():
        raise InputError(
            "trace.notice.empty",
            N_("There is no text of a notice."),
            hint=N_("Paste the notice as it was published."),
        )
    if len(text) > LONGEST:
        raise InputError(
            "trace.notice.long",
            N_("A notice has at most {limit} characters."),
            hint=N_("Leave out what does not belong to it."),
            limit=LONGEST,
        )
    reading = read_notice(text)
    own = _products(ctx, reading)
    products = match_products(reading, own)[:_PRODUCTS]
    candidates = list(_candidates(ctx, reading, products))
    found = _best(ctx, reading, candidates)
    with ctx.db.read() as conn:
        stems = [_stem(match.product.gtin) for match in products]
        labels = Labels.load(conn, ctx.firm, [*stems, *(one.lot.id for one in found)])
    return NoticeMatch(
        reading,
        tuple((match, labels.of(_stem(match.product.gtin))) for match in products),
        tuple(LotFinding(one, labels.of(one.lot.id), path_of(one.lot.id)) for one in found),
        (len(own), sum(len(lots) for _, lots in candidates)),
    )


def _stem(gtin: str) -> str:
    """Canonical name of a product."""
    return f"{CANONICAL_STEM}/01/{gtin}"


def _products(ctx: Context, reading: Reading) -> list[OwnProduct]:
    """Products with their names, and those without that the notice names by their GTIN."""
    found: dict[str, OwnProduct] = {}
    stem = f"{CANONICAL_STEM}/01/"
    for entry in master_entries(ctx):
        gtin = entry.thing.removeprefix(stem)
        if entry.thing.startswith(stem) and "/" not in gtin:
            names = dict.fromkeys([entry.name, *_more_names(entry.attributes)])
            found[gtin] = OwnProduct(gtin, tuple(name for name in names if name))
    for one in reading.gtins:
        found.setdefault(one.value, OwnProduct(one.value, ()))
    return list(found.values())


def _more_names(attributes: Mapping[str, object]) -> Iterator[str]:
    """Yield brand and other names of a product."""
    for key, value in attributes.items():
        last = key.replace("#", ":").rpartition(":")[2].rpartition("/")[2].lower()
        for one in value if isinstance(value, list) else [value]:
            text = one.get("value", one.get("@value")) if isinstance(one, dict) else one
            if last in _NAMES and isinstance(text, str) and text.strip():
                yield text.strip()


def _candidates(
    ctx: Context, reading: Reading, products: Sequence[ProductMatch]
) -> Iterator[tuple[ProductMatch | None, list[OwnLot]]]:
    """Yield the lots of the products found, and lots that the notice names by number alone."""
    seen: set[str] = set()
    with ctx.db.read() as conn:
        for match in products:
            names = lots_of(conn, ctx.firm, match.product.gtin, _LOTS)
            seen.update(names)
            yield match, [_lot(name) for name in names]
        loose: dict[str, None] = {}
        for one in reading.lots[:_PRODUCTS]:
            loose.update(dict.fromkeys(ledger.search(conn, ctx.firm, one.text, _PRODUCTS)))
    # A gap between the two: a notice of somebody else's product may carry a number of ours.
    rest = [_lot(name) for name in loose if "/10/" in name and name not in seen]
    if rest and not reading.gtins:
        yield None, rest


def _lot(name: str) -> OwnLot:
    """Lot of a canonical name, without its days."""
    gtin, _, lot = name.removeprefix(f"{CANONICAL_STEM}/01/").partition("/10/")
    return OwnLot(name, gtin, unquote(lot))


def _best(
    ctx: Context,
    reading: Reading,
    candidates: Iterable[tuple[ProductMatch | None, list[OwnLot]]],
) -> list[LotMatch]:
    """Best lots; days are read for those that stand first without them."""
    groups = [
        (product, match_lots(reading, product, lots, least=0.0)) for product, lots in candidates
    ]
    ranked = sorted(
        ((one.score, number, one) for number, (_, some) in enumerate(groups) for one in some),
        key=lambda entry: (-entry[0], entry[2].lot.id),
    )[:_DATED]
    dates = _dates(ctx, [one.lot.id for _, _, one in ranked]) if reading.dates else {}
    found: list[LotMatch] = []
    for _, number, one in ranked:
        lot = OwnLot(one.lot.id, one.lot.gtin, one.lot.lot, dates.get(one.lot.id, ()))
        found += match_lots(reading, groups[number][0], [lot])
    return sorted(found, key=lambda match: (-match.score, match.lot.id))[:_SHOWN]


def _dates(ctx: Context, lots: Sequence[str]) -> dict[str, tuple[date, ...]]:
    """Days of production, expiry and the like that the events of lots tell."""
    with ctx.db.read() as conn:
        touching = LedgerEvents(conn, ctx.firm).touching(lots)
    making = {
        lot: [e for e in events if _makes(e) and not e.declared] for lot, events in touching.items()
    }
    events = list({e.sequence: e for some in making.values() for e in some}.values())
    bodies = dict(
        zip((e.sequence for e in events), map(orjson.loads, event_bodies(ctx, events)), strict=True)
    )
    found: dict[str, tuple[date, ...]] = {}
    for lot, some in making.items():
        days = {_local_day(event) for event in some}
        for event in some:
            days.update(_ilmd_days(bodies[event.sequence]))
        found[lot] = tuple(sorted(days))
    return found


def _makes(event: Event) -> bool:
    """Whether an event makes its things."""
    return event.type is EventType.TRANSFORMATION or (
        event.type is EventType.OBJECT and event.action is Action.ADD
    )


def _local_day(event: Event) -> date:
    """Day of an event where it happened."""
    moment = datetime.fromtimestamp(event.time / 1_000_000, UTC)
    return (moment + timedelta(minutes=event.offset)).date()


def _ilmd_days(body: Any) -> Iterator[date]:
    """Yield the days in the master data of an event's things."""
    ilmd = body.get("ilmd") if isinstance(body, dict) else None
    for key, value in (ilmd or {}).items() if isinstance(ilmd, dict) else ():
        if "date" in str(key).lower() and isinstance(value, str):
            try:
                yield date.fromisoformat(value[:10])
            except ValueError:
                continue


def notice_record(found: NoticeMatch) -> dict[str, Any]:
    """Write a match as JSON values."""
    reading = found.reading
    return {
        "read": {
            "gtins": [_mention(one) for one in reading.gtins],
            "lots": [_mention(one) for one in reading.lots],
            "dates": [_mention(one) for one in reading.dates],
        },
        "products": [
            {
                "gtin": match.product.gtin,
                "name": label,
                "score": round(match.score, 3),
                "matched": [_mention(one) for one in match.mentions],
            }
            for match, label in found.products
        ],
        "lots": [
            {
                "id": one.match.lot.id,
                "label": one.label,
                "score": round(one.match.score, 3),
                "matched": [_mention(mention) for mention in one.match.mentions],
                "against": list(one.match.against),
            }
            for one in found.lots
        ],
        "looked_at": {"products": found.looked_at[0], "lots": found.looked_at[1]},
    }


def _mention(one: Mention) -> dict[str, str]:
    """Write what a notice says."""
    record = {"kind": str(one.kind), "text": one.text, "value": one.value}
    return record | ({"last": one.last} if one.last else {})
