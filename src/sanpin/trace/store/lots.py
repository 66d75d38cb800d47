"""Lots of a product that a firm has events of."""

from __future__ import annotations

from sqlalchemy import Connection, select

from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.sequence import shown
from sanpin.trace.store.tables import EPC, EPC_CLASS, EVENT, LINK

__all__ = ["lots_of"]


def lots_of(conn: Connection, firm: str, gtin: str, limit: int) -> list[str]:
    """Canonical names of lots of a product, the newest numbers first.

    Parameters
    ----------
    gtin : 14 digits
    limit : at most so many
    """
    stem = f"{CANONICAL_STEM}/01/{gtin}/10/"
    linked = (
        select(LINK.c.epc_id)
        .join(EVENT, EVENT.c.id == LINK.c.event_id)
        .where(LINK.c.epc_id == EPC.c.id, EVENT.c.owner_id == owner_of(conn, firm))
    )
    visible = shown(conn)
    owned = (linked if visible is None else linked.where(visible)).exists()
    wanted = (
        select(EPC.c.serial)
        .join(EPC_CLASS, EPC_CLASS.c.id == EPC.c.class_id)
        .where(EPC_CLASS.c.prefix == stem, owned)
        .order_by(EPC.c.id.desc())
        .limit(limit)
    )
    return [stem + serial for serial in conn.scalars(wanted)]
