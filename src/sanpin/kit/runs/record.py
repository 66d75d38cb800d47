"""The row of a Run: made, read and closed.

All statements that change a Run's state stand here and in `jobs.queue`, and each names the state
that it expects, so that a Run is closed exactly once whoever tries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, update

from sanpin import __version__
from sanpin.base import N_, Run, RunState, SanpinError
from sanpin.kit.context import Context
from sanpin.kit.plain import dump, plain
from sanpin.kit.schema.tables import RUN

__all__ = ["UNEXPECTED", "close_row", "error_record", "hash_inputs", "insert_row", "to_run"]

UNEXPECTED = N_("The computation stopped unexpectedly: {reason}")

# Columns for the bookkeeping between processes; no part of the record that people see.
_PRIVATE = ("heartbeat", "cancel")


def to_run(row: Row[Any]) -> Run:
    """Return the record that a row holds."""
    values = {name: value for name, value in row._mapping.items() if name not in _PRIVATE}
    return Run(**{**values, "state": RunState(row.state)})


def hash_inputs(*parts: object) -> str:
    """Return the SHA-256 of JSON values or bytes, in hexadecimal, for `start_run`.

    Lengths are hashed too, so that moving a byte from one part to the next changes the hash.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else dump(part)
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def insert_row(
    conn: Connection,
    ctx: Context,
    *,
    run_id: str,
    domain: str,
    verb: str,
    state: RunState,
    params: Mapping[str, object],
    inputs_hash: str = "",
    seed: int = 0,
    parent: str = "",
) -> None:
    """Insert a new Run of the caller, queued or running.

    Parameters
    ----------
    conn : transaction to join, so that a job and its Run come about together
    state : queued or running
    params : what was asked, as JSON values
    """
    now = ctx.now()
    running = state is RunState.RUNNING
    conn.execute(
        insert(RUN).values(
            id=run_id,
            firm=ctx.firm,
            domain=domain,
            verb=verb,
            parent=parent,
            author=ctx.actor.user,
            version=__version__,
            inputs_hash=inputs_hash,
            params=plain(params),
            seed=seed,
            state=state.value,
            progress=0.0,
            message="",
            metrics={},
            artefacts={},
            error={},
            created=now,
            started=now if running else None,
            heartbeat=now if running else None,
            cancel=False,
        )
    )


def close_row(
    conn: Connection,
    run_id: str,
    state: RunState,
    *,
    at: datetime,
    error: Mapping[str, object] | None = None,
    **values: object,
) -> bool:
    """Give a Run its final state; return False when it had one already.

    The statement names the states it expects: the first to close a Run wins, and a process that
    was given up for dead cannot reopen it.
    """
    open_states = (RunState.QUEUED.value, RunState.RUNNING.value)
    changed = conn.execute(
        update(RUN)
        .where(RUN.c.id == run_id, RUN.c.state.in_(open_states))
        .values(state=state.value, finished=at, error=plain(error or {}), **values)
    )
    return changed.rowcount == 1


def error_record(error: BaseException) -> dict[str, Any]:
    """Return what a Run keeps of its failure: code, English text, and the parts to translate.

    Fields become texts, so that whatever an error carried can be kept and shown later.
    """
    if not isinstance(error, SanpinError):
        reason = f"{type(error).__name__}: {error}"
        fields: dict[str, object] = {"reason": reason}
        code, message, hint = "runs.unexpected", UNEXPECTED, ""
    else:
        code, message, hint, fields = error.code, error.message, error.hint, error.fields
    safe = {name: str(value) for name, value in fields.items()}
    text = str(error) if isinstance(error, SanpinError) else message.format(**safe)
    return {"code": code, "text": text, "message": message, "hint": hint, "fields": safe}
