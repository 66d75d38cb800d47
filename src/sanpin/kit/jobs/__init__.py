"""Jobs: long computations in worker processes, from a queue that is a table.

A worker claims a job and runs it in a child process, so that a computation can always be
ended and takes nothing with it when it dies. Whoever dies is noticed: a child by its worker, a
worker by its expired lease, and the job is put back or fails with the reason.
"""

from sanpin.kit.jobs.lease import hold_lease
from sanpin.kit.jobs.pool import WorkerPool, ensure_worker
from sanpin.kit.jobs.scheduler import Scheduler, sweep_jobs, sweep_runs
from sanpin.kit.jobs.worker import run_worker
from sanpin.kit.runs import enqueue

__all__ = [
    "Scheduler",
    "WorkerPool",
    "enqueue",
    "ensure_worker",
    "hold_lease",
    "run_worker",
    "sweep_jobs",
    "sweep_runs",
]
