"""The child process: one job, from its row to the end of its Run.

Everything that a computation needs is in its row, so the child is given two words: the folder and
the id. It dies with its worker, whatever the computation is doing.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from sanpin.base import SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context, open_context
from sanpin.kit.jobs.queue import Job, read_job
from sanpin.kit.registry import load
from sanpin.kit.runs import find_verb, start_run
from sanpin.kit.workspace import Workspace

__all__ = ["carry_out", "main"]

_LOG = logging.getLogger("sanpin.jobs")


def carry_out(ctx: Context, job: Job) -> None:
    """Run the verb of a job inside its Run; its result becomes the Run's figures.

    Parameters
    ----------
    ctx : context of whoever asked, not of the worker
    job : the claimed job; its seed reaches the verb as ``params["seed"]``
    """
    domain, _, verb = job.verb.partition(".")
    params = dict(job.params)
    if job.seed:
        params.setdefault("seed", job.seed)
    with start_run(
        ctx,
        domain,
        verb,
        params=job.params,
        seed=job.seed,
        run_id=job.run_id,
        joinable=True,
    ) as run:
        run.check_cancelled()
        result = load(find_verb(job.verb).run)(ctx, params, run.progress)
        run.metrics(result or {})


def _die_with_the_worker() -> None:
    """End at once when the worker is gone: its end of our standard input closes.

    The job is then given to someone else, who must not meet a second process doing the same.
    """
    while os.read(sys.stdin.fileno(), 1):
        continue
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main(arguments: list[str]) -> int:
    """Carry out the job named by workspace folder and id; failures stand in its Run."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    threading.Thread(target=_die_with_the_worker, daemon=True).start()
    folder, job_id = arguments
    workspace = Workspace.open(Path(folder))
    with open_context(workspace, upgrade=False) as opened:
        job = read_job(opened.db, job_id)
        if job is None:
            return 1
        ctx = opened.acting_as(Actor(job.actor, Role(job.role), job.firm), job.language)
        try:
            carry_out(ctx, job)
        except SanpinError as error:
            _LOG.info("%s %s: %s", job.verb, job.run_id, error)
        except Exception:  # noqa: BLE001 - a worker outlives its jobs
            _LOG.exception("%s %s", job.verb, job.run_id)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
