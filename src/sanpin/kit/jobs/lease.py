"""Leases: something that only one process may do at a time, until it stops renewing."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sanpin.kit.db import Database
from sanpin.kit.schema.tables import LEASE

__all__ = ["hold_lease", "host_name", "is_alive", "new_owner"]


def host_name() -> str:
    """Return this computer's name, which tells its processes from those of another."""
    return socket.gethostname()


def new_owner() -> str:
    """Return a name for this process that no other will ever have.

    Host and process id tell on the same computer whether the owner still lives; the chance at the
    end tells it from a later process that got the same id.
    """
    return f"{host_name()}:{os.getpid()}:{secrets.token_hex(6)}"


def is_alive(pid: int) -> bool:
    """Return whether a process of this computer runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_dead(owner: str) -> bool:
    """Return whether an owner is known to be gone: a process of this computer that ended."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    return host == host_name() and pid.isdecimal() and not is_alive(int(pid))


def hold_lease(db: Database, name: str, owner: str, seconds: float, now: datetime) -> bool:
    """Take or renew a lease; return whether `owner` holds it until `now` + `seconds`.

    One conditional statement decides, so that two processes never both hold it, on any
    database. A process that finds it held by another writes nothing. The lease of a process of
    this computer that has ended need not be waited for.

    Parameters
    ----------
    name : what may be done by one only
    owner : from `new_owner`
    seconds : how long the lease holds without renewal
    now : present instant in UTC
    """
    with db.read() as conn:
        row = conn.execute(select(LEASE).where(LEASE.c.name == name)).first()
    heir = row is not None and _is_dead(row.owner)
    if row is not None and row.owner != owner and row.until > now and not heir:
        return False
    values = {"owner": owner, "until": now + timedelta(seconds=seconds)}
    insert = (postgresql if db.dialect == "postgresql" else sqlite).insert
    with db.write() as conn:
        if row is None:
            fresh = insert(LEASE).values(name=name, **values).on_conflict_do_nothing()
            # Without the option the count of inserted rows is left out.
            done = conn.execute(fresh, execution_options={"preserve_rowcount": True})
            return done.rowcount == 1
        mine = LEASE.c.owner.in_([owner, row.owner] if heir else [owner])
        free = or_(mine, LEASE.c.until <= now)
        taken = update(LEASE).where(LEASE.c.name == name, free).values(values)
        return conn.execute(taken).rowcount == 1
