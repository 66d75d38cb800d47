"""The sample in and out of the workspace: everything it brings can be taken away again.

The goods are real; what the sample adds around them (families as the rule reads them, keys
under a demonstration prefix, materials, bills, sites, partners) is generated and carries the
mark on every record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.master.sample import build_sample
from sanpin.master.service.changes import changing
from sanpin.master.service.nouns import NOUNS, Record
from sanpin.master.store import bills

__all__ = ["has_sample", "load_sample", "remove_sample"]


def load_sample(
    ctx: Context, goods: Iterable[tuple[str, str]], countries: Iterable[str] = ()
) -> dict[str, int]:
    """Store the sample company around a list of goods; loading it twice is the same as once.

    Records of the firm's own with the same code are left as they are.

    Parameters
    ----------
    goods : code and English description of each product
    countries : where the customers are; one partner stands for each country

    Returns
    -------
    Records stored per noun: ``items``, ``partners``, ``calendars``, ``sites``, ``boms``.
    """
    ctx.require(Role.PLANNER)
    sample = build_sample(goods, countries)
    made: dict[str, Sequence[Record]] = {
        "items": sample.items,
        "partners": sample.partners,
        "calendars": sample.calendars,
        "sites": sample.sites,
    }
    counts: dict[str, int] = {}
    with changing(ctx) as conn:
        for name, records in made.items():
            shelf = NOUNS[name].shelf
            own = shelf.codes(conn, ctx.firm) - shelf.codes(conn, ctx.firm, sample=True)
            new = [record for record in records if record.code not in own]
            shelf.put(conn, ctx.firm, new, ctx.now())
            counts[name] = len(new)
        kept = {bill.item for bill in bills.all_bills(conn, ctx.firm) if not bill.sample}
        new_bills = [bill for bill in sample.bills if bill.item not in kept]
        bills.put_bills(conn, ctx.firm, new_bills, ctx.now())
        counts["boms"] = len(new_bills)
        audit.record(conn, ctx, "master.sample.load", "sample", after=counts)
    return counts


def remove_sample(ctx: Context) -> dict[str, int]:
    """Take every sample record away.

    Records that the firm entered, imported or edited itself have no mark and stay.

    Returns
    -------
    Records taken away per noun, with the keys of `load_sample`.
    """
    ctx.require(Role.PLANNER)
    with changing(ctx) as conn:
        counts = {"boms": bills.delete_sample_bills(conn, ctx.firm)}
        for name, noun in NOUNS.items():
            counts[name] = noun.shelf.delete_sample(conn, ctx.firm)
        audit.record(conn, ctx, "master.sample.remove", "sample", before=counts)
    return counts


def has_sample(ctx: Context) -> bool:
    """Tell whether any sample record is there."""
    with ctx.db.read() as conn:
        return any(noun.shelf.codes(conn, ctx.firm, sample=True) for noun in NOUNS.values())
