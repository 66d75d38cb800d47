"""A Run while it lasts: progress and figures go in, a wish to cancel comes out."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar, Token
from types import TracebackType

from sqlalchemy import Connection, select, update

from sanpin.base import N_, Budget, Progress, RunState, StateError
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.kit.plain import plain
from sanpin.kit.runs.pulse import Pulse
from sanpin.kit.runs.record import close_row, error_record, insert_row
from sanpin.kit.schema.tables import RUN

__all__ = ["Cancelled", "RunHandle", "start_run"]


class Cancelled(StateError):  # noqa: N818 - the state it leads to, not a fault
    """The Run was told to stop."""

    def __init__(self, run_id: str) -> None:
        super().__init__("runs.run.cancelled", N_("The run {run} was cancelled."), run=run_id)


class RunHandle(AbstractContextManager["RunHandle"]):
    """What a service holds while it computes; made by `start_run`.

    The row is visible to everyone from the start. Progress and figures are written by a thread
    of their own, so that they appear even while the computation holds a transaction open.

    Attributes
    ----------
    id : id of the Run
    stop : set when the Run should end; shared with its steps
    """

    def __init__(
        self,
        ctx: Context,
        domain: str,
        verb: str,
        *,
        params: Mapping[str, object],
        inputs_hash: str,
        seed: int,
        parent: str,
        run_id: str | None,
        progress: Progress | None,
        joinable: bool,
    ) -> None:
        self.ctx, self.domain, self.verb = ctx, domain, verb
        self.id = run_id or new_id()
        self.joinable = joinable
        outer = _CURRENT.get()
        self.stop: threading.Event = outer.stop if outer else threading.Event()
        self._parent = parent or (outer.id if outer else "")
        self._asked: dict[str, object] = {
            "params": params,
            "inputs_hash": inputs_hash,
            "seed": seed,
        }
        self._metrics: dict[str, object] = {}
        self._artefacts: dict[str, str] = {}
        self._told = progress
        self._token: Token[RunHandle | None] | None = None
        self._pulse = Pulse(ctx.db, self.id, self.stop)

    def progress(self, share: float, message: str = "") -> None:
        """Say how far it is, in [0, 1], and what is being done; raise `Cancelled` if told to."""
        self._pulse.tell(progress=min(max(share, 0.0), 1.0), message=message)
        if self._told:
            self._told(share, message)
        self.check_cancelled()

    def metric(self, name: str, value: object) -> None:
        """Keep a figure of the result, any JSON value."""
        self.metrics({name: value})

    def metrics(self, values: Mapping[str, object]) -> None:
        """Keep several figures."""
        self._metrics.update(plain(values))
        self._pulse.tell(metrics=dict(self._metrics))

    def artefact(self, name: str, record_id: str) -> None:
        """Keep the id of a dataset or record that was made.

        Parameters
        ----------
        name : what it is within this Run, such as ``panel`` or ``schedule``
        record_id : id of the dataset in the lake, or of a row
        """
        self._artefacts[name] = str(record_id)
        self._pulse.tell(artefacts=dict(self._artefacts))

    def budget(self, seconds: float = math.inf) -> Budget:
        """Return a time limit that also ends when this Run is cancelled.

        Hand it to an engine; what comes back early is its best answer so far.
        """
        return Budget(seconds, stop=self.stop)

    def check_cancelled(self) -> None:
        """Raise `Cancelled` when someone asked for the end."""
        if self.stop.is_set():
            raise Cancelled(self.id)

    def describe(
        self, *, params: Mapping[str, object], inputs_hash: str = "", seed: int = 0
    ) -> None:
        """Replace what was asked, once a service knows it exactly.

        Defaults become visible, and inputs get their hash. What a job was asked stays with the job,
        so that `rerun` repeats the question and not its interpretation.
        """
        self._asked = {"params": params, "inputs_hash": inputs_hash, "seed": seed}
        values = {**self._asked, "params": plain(params)}
        self._pulse.tell(**values)

    def __enter__(self) -> RunHandle:
        with self.ctx.db.write() as conn:
            row = conn.execute(select(RUN.c.state).where(RUN.c.id == self.id)).first()
            if row is None:
                insert_row(
                    conn,
                    self.ctx,
                    run_id=self.id,
                    domain=self.domain,
                    verb=self.verb,
                    state=RunState.RUNNING,
                    parent=self._parent,
                    **self._asked,  # type: ignore[arg-type]
                )
            else:
                self._take_over(conn, RunState(row.state))
        self._token = _CURRENT.set(self)
        self._pulse.start()
        return self

    def _take_over(self, conn: Connection, state: RunState) -> None:
        """Go on with a Run that was queued, or that is tried once more."""
        if state.final:
            raise StateError(
                "runs.run.finished",
                N_("The run {run} has ended already ({state})."),
                run=self.id,
                state=state.value,
            )
        now = self.ctx.now()
        conn.execute(
            update(RUN)
            .where(RUN.c.id == self.id)
            .values(state=RunState.RUNNING.value, started=now, heartbeat=now, progress=0.0)
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _CURRENT.reset(self._token)
        values = self._pulse.end()
        if error is None:
            state, values["progress"] = RunState.DONE, 1.0
        elif isinstance(error, Cancelled | KeyboardInterrupt):
            state = RunState.CANCELLED
        else:
            state = RunState.FAILED
        record = error_record(error) if error is not None and state is RunState.FAILED else {}
        with self.ctx.db.write() as conn:
            close_row(conn, self.id, state, at=self.ctx.now(), error=record, **values)


_CURRENT: ContextVar[RunHandle | None] = ContextVar("sanpin_run", default=None)


class _Joined(AbstractContextManager[RunHandle]):
    """A service that does the very work for which its job opened a Run: it goes on in that."""

    def __init__(self, outer: RunHandle) -> None:
        self._outer = outer

    def __enter__(self) -> RunHandle:
        return self._outer

    def __exit__(self, *_: object) -> None:
        return None


def start_run(
    ctx: Context,
    domain: str,
    verb: str,
    *,
    params: Mapping[str, object] | None = None,
    inputs_hash: str = "",
    seed: int = 0,
    parent: str = "",
    run_id: str | None = None,
    progress: Progress | None = None,
    joinable: bool = False,
) -> AbstractContextManager[RunHandle]:
    """Open a Run; it ends with the block: done, failed (and raised again) or cancelled.

    A Run opened inside another is its step. Inside a job's Run of the same domain and verb no
    second one is opened: the service goes on in the job's.

    Parameters
    ----------
    params : parameters as JSON values, enough to compute it again
    inputs_hash : SHA-256 of the inputs
    parent : id of the Run of which it is a step; by default the one around it
    run_id : id of a queued Run to go on with
    progress : also told about the progress, such as the command line's
    joinable : whether a service inside may go on in this Run
    """
    asked = params or {}
    outer = _CURRENT.get()
    if outer is not None and outer.joinable and (outer.domain, outer.verb) == (domain, verb):
        outer.joinable = False
        outer.describe(params=asked, inputs_hash=inputs_hash, seed=seed)
        return _Joined(outer)
    return RunHandle(
        ctx,
        domain,
        verb,
        params=asked,
        inputs_hash=inputs_hash,
        seed=seed,
        parent=parent,
        run_id=run_id,
        progress=progress,
        joinable=joinable,
    )
