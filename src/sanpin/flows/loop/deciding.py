"""What the planner must decide, read off one pass: late, short, full, held.

Four kinds of trouble are looked for: orders that end after their due date, items that will
probably run out, machines without slack, and lots that the floor put on hold. The texts are
catalogue keys with fields and names in each language, so that everyone reads a kept decision in
their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from urllib.parse import quote

import numpy as np
import polars as pl

from sanpin.base import N_
from sanpin.demand import service as demand
from sanpin.factory import service as factory
from sanpin.flows.cockpit.decisions import Decision, DecisionKind, Text
from sanpin.flows.cockpit.run_out import run_out
from sanpin.flows.loop.thread import Numbering, lot_ids
from sanpin.kit.context import Context
from sanpin.kit.i18n import LANGUAGES
from sanpin.master import service as master
from sanpin.master.model import name_of

__all__ = ["decide"]

FULL_SHARE = 0.9
FULL_DAYS = 7
"""A machine is full that works more than this share of its open time in the planned week.

A single full day is no trouble: a schedule without delay fills the first days of every machine.
"""


def decide(
    ctx: Context,
    lead: demand.CumulativeDemand,
    scheduled: factory.Scheduled,
    done: factory.FloorPass,
    numbering: Numbering,
    as_of: date,
) -> list[Decision]:
    """Collect everything that needs a decision today.

    Parameters
    ----------
    lead : cumulative demand per day, quantiles of shape (days, items, levels)
    scheduled : the schedule with its late orders and loads
    done : the pass of the floor
    numbering : lot codes of the pass
    as_of : today, day 0 of all three

    Returns
    -------
    Decisions by kind, not yet ranked within one.
    """
    names = _Names(ctx)
    lots = lot_ids(ctx, done, numbering)
    return [
        *_late(scheduled, as_of, names),
        *_short(ctx, lead, scheduled, as_of, names),
        *_full(scheduled, factory.open_minutes(ctx, as_of, FULL_DAYS), as_of, names),
        *_held(done, lots, numbering, names),
    ]


class _Names:
    """What people call items, sites and resources, in every language at once."""

    def __init__(self, ctx: Context) -> None:
        self.items = master.all_items(ctx)
        self.sites = master.all_sites(ctx)
        self.machines = {one.id: one for one in factory.machines(ctx)}

    def item(self, code: str, before: str = "") -> Text:
        """Name of an item, behind the code of its order or lot, by default behind its own."""
        known = self.items.get(code)
        if known is None:
            return before or code
        return _every(lambda language: f"{before or code} {known.name(language)}")

    def site(self, code: str) -> Text:
        """Name of a site."""
        known = self.sites.get(code)
        return _every(lambda language: name_of(known, language)) if known else code

    def resource(self, code: str) -> Text:
        """Name of a machine, of a material behind its code, else the code."""
        known = self.machines.get(code)
        if known is None:
            return self.item(code)
        return _every(lambda language: factory.machine_name(known, language))


def _every(name: Callable[[str], str]) -> Text:
    """Return a name in every language, or once when all agree."""
    names = {language: name(language) for language in LANGUAGES}
    return names if len(set(names.values())) > 1 else names[LANGUAGES[0]]


_CAUSES = {
    "queue": N_("due {due}, **{late}** late: {resource} works for other orders first"),
    "setup": N_("due {due}, **{late}** late: {resource} has to be set up"),
    "calendar": N_("due {due}, **{late}** late: {resource} is closed when it is needed"),
    "supply": N_("due {due}, **{late}** late: {resource} is not there in time"),
    "transport": N_("due {due}, **{late}** late: on the way between the plants"),
    "behind": N_("due {due}, **{late}** late: an order that is released later comes first"),
    "fixed": N_("due {due}, **{late}** late: its start is fixed"),
    "gap": N_("due {due}, **{late}** late: it could begin earlier"),
    "release": N_("due {due}, **{late}** late: released too late"),
    "work": N_("due {due}, **{late}** late: the work itself takes longer than the time left"),
}


def _late(scheduled: factory.Scheduled, as_of: date, names: _Names) -> Iterator[Decision]:
    """Yield one decision per late order, with the cause that the schedule's explanation names."""
    for row in scheduled.late.iter_rows(named=True):
        hours = row["late_minutes"] / 60
        yield Decision(
            DecisionKind.LATE,
            row["order"],
            names.item(row["item"], row["order"]),
            f"/factory/schedule?order={quote(row['order'])}",
            _CAUSES[row["cause"]],
            {
                # Due by midnight means due on the day that ends then, hence one minute less.
                "due": as_of + timedelta(minutes=row["due"] - 1),
                # Hours decide within a day; beyond it they only look exact.
                "late": f"{hours / 24:.1f} d" if hours >= 24 else f"{hours:.0f} h",
                "resource": names.resource(row["resource"]) if row["resource"] else "",
            },
            weight=float(row["late_minutes"]),
        )


def _short(
    ctx: Context,
    lead: demand.CumulativeDemand,
    scheduled: factory.Scheduled,
    as_of: date,
    names: _Names,
) -> Iterator[Decision]:
    """Compare stock and what the schedule delivers with the demand to come.

    Items without any stock record are left out: of them we know nothing, not that there is none.
    """
    days = lead.mean.shape[0]
    lots = factory.stock(ctx)
    held = {lot.item for lot in lots}
    place = {item: at for at, item in enumerate(lead.items)}
    judged = [item for item in lead.items if item in held]
    at = [place[item] for item in judged]
    on_hand, arriving = factory.supply(lots, judged, as_of, days)
    receipts = np.cumsum(arriving + _delivered(scheduled, judged, days), axis=1).T
    found = run_out(on_hand, receipts, lead.quantiles[:, at, :], lead.levels)
    for number, item in enumerate(judged):
        day, chance = int(found.day[number]), float(found.probability[number])
        if day < 0:
            continue
        yield Decision(
            DecisionKind.SHORT,
            item,
            names.item(item),
            f"/demand/items/{quote(item)}",
            N_("runs out {day} (**{chance}**): {stock} in stock, {wanted} expected by then"),
            {
                "day": as_of + timedelta(days=day),
                "chance": f"{chance:.0%}",
                "stock": round(float(on_hand[number])),
                "wanted": round(float(lead.mean[day, at[number]])),
            },
            # Sooner and surer stands higher: the chance times the days left after running out.
            weight=chance * (days - day),
        )


def _delivered(
    scheduled: factory.Scheduled, items: list[str], days: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the pieces that the schedule finishes per item and day.

    Parameters
    ----------
    items : the items asked for
    days : length of the horizon

    Returns
    -------
    Shape (items, days); a lot arrives whole on the day on which its last operation ends.
    """
    place = {item: at for at, item in enumerate(items)}
    quantity = {job.id: job.quantity for job in scheduled.problem.jobs}
    ends = scheduled.operations.group_by("order", "item").agg(pl.col("end").max())
    made = np.zeros((len(items), days))
    for order, item, end in ends.rows():
        day = end // 1440
        if item in place and day < days:
            made[place[item], day] += quantity[order]
    return made


def _full(
    scheduled: factory.Scheduled, open_minutes: dict[str, int], as_of: date, names: _Names
) -> Iterator[Decision]:
    """Yield one decision per machine that has no slack in the coming week.

    Parameters
    ----------
    open_minutes : open time of each machine in that week
    """
    week = scheduled.load.filter(pl.col("day") < as_of + timedelta(days=FULL_DAYS))
    used = pl.when(pl.col("open") > 0).then(pl.col("busy") / pl.col("open")).otherwise(0.0)
    grouped = week.group_by("machine", "site").agg(
        pl.col("busy").sum(), peak=pl.col("day").sort_by(used, maintain_order=True).last()
    )
    for row in grouped.sort("machine").iter_rows(named=True):
        available = open_minutes.get(row["machine"], 0)
        if row["busy"] <= FULL_SHARE * available:
            continue
        share = row["busy"] / available if available else 1.0
        yield Decision(
            DecisionKind.OVERLOAD,
            row["machine"],
            names.resource(row["machine"]),
            f"/factory/schedule?machine={quote(row['machine'])}",
            N_("busy **{share:.0%}** of its open time in the next {span} days, most of all on "
               "{peak}, at {site}"),
            {"share": share, "span": FULL_DAYS, "peak": row["peak"],
             "site": names.site(row["site"])},
            weight=share,
        )  # fmt: skip


def _held(
    done: factory.FloorPass, lots: dict[str, str], numbering: Numbering, names: _Names
) -> Iterator[Decision]:
    """Yield one decision per lot on hold, which leads to the lot in the trace."""
    for row in done.lots.filter("held").iter_rows(named=True):
        path = lots[row["order"]].removeprefix("https://id.gs1.org/")
        lot = numbering.lot(row["order"])
        yield Decision(
            DecisionKind.HOLD,
            lot,
            names.item(row["item"], lot),
            f"/trace/thing/{path}",
            N_("**{scrap}** of {started} pieces spoiled; the rest is on hold at {site}"),
            {"scrap": row["scrap"], "started": row["started"], "site": names.site(row["site"])},
            weight=row["scrap"] / row["started"],
        )
