"""Jobs: claimed once, carried out elsewhere, cancelled, and noticed when their process dies."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from sanpin.base import InputError, Run, RunState, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.jobs import (
    Scheduler,
    WorkerPool,
    enqueue,
    ensure_worker,
    hold_lease,
    run_worker,
    sweep_jobs,
    sweep_runs,
)
from sanpin.kit.jobs.lease import new_owner
from sanpin.kit.jobs.queue import claim, renew, settle
from sanpin.kit.runs import cancel_run, error_text, get_run, list_runs, rerun, start_run
from sanpin.kit.schema.tables import JOB, LEASE, RUN

PATIENCE_SECONDS = 60


def _helpers() -> Callable[..., object]:
    path = Path(__file__).with_name("verbs.py")
    spec = importlib.util.spec_from_file_location("sanpin_test_verbs", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.installed  # type: ignore[no-any-return]


installed = _helpers()


@pytest.fixture(autouse=True)
def verbs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install the computations of the tests."""
    with installed(tmp_path / "installed", monkeypatch):  # type: ignore[attr-defined]
        yield


def until(condition: Callable[[], object]) -> None:
    """Wait for something that other processes do; fail when it never comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def ended(ctx: Context, run: Run) -> Run:
    """Wait for the end of a Run and return it."""
    until(lambda: get_run(ctx, run.id).state.final)
    return get_run(ctx, run.id)


def pids(path: Path) -> list[int]:
    """Return the processes that left their mark."""
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie of another parent counts as ended)."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def start_worker(ctx: Context) -> subprocess.Popen[bytes]:
    """Start a worker process of its own."""
    command = [sys.executable, "-m", "sanpin.kit.jobs", str(ctx.workspace.path)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def worker(ctx: Context) -> Iterator[subprocess.Popen[bytes]]:
    """A running worker, ended after the test."""
    process = start_worker(ctx)
    yield process
    process.kill()
    process.wait()


def job_state(ctx: Context, run: Run) -> str:
    """Return the state of a Run's job."""
    with ctx.db.read() as conn:
        return str(conn.execute(select(JOB.c.state).where(JOB.c.run_id == run.id)).scalar_one())


def test_a_job_waits_visibly_and_is_carried_out(ctx: Context) -> None:
    """A queued Run shows at once; the worker's result becomes its figures."""
    run = enqueue(ctx, "test.add", {"a": 2, "b": 3}, seed=11)
    assert (run.state, run.domain, run.verb, run.seed) == (RunState.QUEUED, "test", "add", 11)
    run_worker(ctx.workspace, once=True)
    done = get_run(ctx, run.id)
    assert done.state is RunState.DONE
    assert done.metrics == {"sum": 5, "seed": 11}
    assert done.progress == 1.0
    assert done.started and done.finished and done.started <= done.finished
    assert job_state(ctx, run) == "done"


def test_a_service_goes_on_in_the_run_of_its_job(ctx: Context) -> None:
    """One computation leaves one Run, with the steps below it."""
    run = enqueue(ctx, "test.serve", {"x": 1})
    run_worker(ctx.workspace, once=True)
    top = list_runs(ctx, parent="")
    assert [found.id for found in top] == [run.id]
    assert top[0].params == {"x": 1, "default": 7}
    assert top[0].artefacts == {"panel": "dataset-1"}
    assert top[0].metrics == {"rows": 3}
    assert [step.verb for step in list_runs(ctx, parent=run.id)] == ["step"]


def test_a_failure_keeps_its_reason_in_both_languages(ctx: Context) -> None:
    """Whoever looks at the Run reads why."""
    run = enqueue(ctx, "test.fail", {"what": "clay"})
    run_worker(ctx.workspace, once=True)
    failed = get_run(ctx, run.id)
    assert failed.state is RunState.FAILED
    assert failed.error["code"] == "runs.unexpected"
    text, chinese = error_text(failed, "en"), error_text(failed, "zh-CN")
    assert text and "ValueError: no clay" in text.text
    assert chinese and "ValueError: no clay" in chinese.text
    assert job_state(ctx, run) == "failed"


def test_a_run_is_done_again_from_its_record(ctx: Context) -> None:
    """Same verb, same question, same seed, same answer."""
    run = enqueue(ctx, "test.serve", {"x": 1}, seed=5)
    run_worker(ctx.workspace, once=True)
    again = rerun(ctx, run.id)
    assert again.id != run.id
    assert (again.params, again.seed) == ({"x": 1}, 5)
    run_worker(ctx.workspace, once=True)
    assert get_run(ctx, again.id).metrics == get_run(ctx, run.id).metrics


def test_unknown_verbs_and_missing_roles_are_refused(ctx: Context) -> None:
    """Nothing enters the queue that nobody can or may carry out."""
    with pytest.raises(InputError) as refused:
        enqueue(ctx, "test.nothing")
    assert refused.value.code == "runs.verb.unknown"
    assert "test.add" in str(refused.value)
    viewer = ctx.acting_as(Actor("eve", Role.VIEWER))
    with pytest.raises(StateError) as missing:
        enqueue(viewer, "test.add", {"a": 1, "b": 1})
    assert missing.value.code == "auth.role.missing"
    assert list_runs(ctx) == []


def test_a_waiting_job_is_cancelled_at_once(ctx: Context) -> None:
    """No worker is needed for that, and none will take it."""
    run = enqueue(ctx, "test.add", {"a": 1, "b": 1})
    assert cancel_run(ctx, run.id).state is RunState.CANCELLED
    assert claim(ctx.db, new_owner(), ctx.now()) is None
    with pytest.raises(StateError) as refused:
        cancel_run(ctx, run.id)
    assert refused.value.code == "runs.run.finished"


@pytest.mark.parametrize("verb", ["test.sleep", "test.stubborn"])
def test_a_running_job_is_cancelled_across_processes(
    ctx: Context, worker: subprocess.Popen[bytes], tmp_path: Path, verb: str
) -> None:
    """Whether it listens or not, it ends and says cancelled."""
    mark = tmp_path / "mark"
    run = enqueue(ctx, verb, {"mark": str(mark)})
    until(lambda: pids(mark))
    cancel_run(ctx, run.id)
    assert ended(ctx, run).state is RunState.CANCELLED
    until(lambda: gone(pids(mark)[0]))
    until(lambda: job_state(ctx, run) == "cancelled")
    # The worker goes on with the next one.
    following = enqueue(ctx, "test.add", {"a": 1, "b": 1})
    assert ended(ctx, following).metrics["sum"] == 2


def test_a_killed_computation_fails_with_the_reason(
    ctx: Context, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """kill -9 of the child: its worker sees it."""
    mark = tmp_path / "mark"
    run = enqueue(ctx, "test.stubborn", {"mark": str(mark)})
    until(lambda: pids(mark))
    os.kill(pids(mark)[0], signal.SIGKILL)
    failed = ended(ctx, run)
    assert failed.state is RunState.FAILED
    assert failed.error["code"] == "jobs.process.died"
    assert "SIGKILL" in str(failed.error["text"])


def test_a_safe_computation_is_tried_once_more(ctx: Context, tmp_path: Path) -> None:
    """A verb that may start again does so when its process dies, and only once."""
    mark = tmp_path / "mark"
    run = enqueue(ctx, "test.die_once", {"mark": str(mark)})
    run_worker(ctx.workspace, once=True)
    done = get_run(ctx, run.id)
    assert done.state is RunState.DONE
    assert done.metrics == {"attempt": 2}
    assert len(pids(mark)) == 2


def test_a_killed_worker_is_noticed_and_takes_its_child_along(
    ctx: Context, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """kill -9 of the worker: the child ends by itself, another worker fails the job."""
    mark = tmp_path / "mark"
    run = enqueue(ctx, "test.stubborn", {"mark": str(mark)})
    until(lambda: pids(mark))
    worker.kill()
    worker.wait()
    until(lambda: gone(pids(mark)[0]))
    assert get_run(ctx, run.id).state is RunState.RUNNING
    other = start_worker(ctx)
    try:
        failed = ended(ctx, run)
    finally:
        other.kill()
        other.wait()
    assert failed.state is RunState.FAILED
    assert failed.error["code"] == "jobs.worker.lost"


def test_a_killed_workers_safe_job_is_put_back(
    ctx: Context, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """Where the verb may start again, the job waits for the next worker."""
    mark = tmp_path / "mark"
    run = enqueue(ctx, "test.sleep", {"mark": str(mark)})
    until(lambda: pids(mark))
    worker.kill()
    worker.wait()
    assert sweep_jobs(ctx) == 1
    waiting = get_run(ctx, run.id)
    assert (waiting.state, waiting.progress) == (RunState.QUEUED, 0.0)
    assert sweep_jobs(ctx) == 0


def test_a_stopped_worker_says_why_its_job_ended(
    ctx: Context, worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """SIGTERM ends the computation and leaves nothing open."""
    mark = tmp_path / "mark"
    run = enqueue(ctx, "test.stubborn", {"mark": str(mark)})
    until(lambda: pids(mark))
    worker.terminate()
    worker.wait(PATIENCE_SECONDS)
    stopped = get_run(ctx, run.id)
    assert stopped.error["code"] == "jobs.worker.stopped"
    until(lambda: gone(pids(mark)[0]))


def test_two_workers_share_the_queue_without_doing_anything_twice(ctx: Context) -> None:
    """Racing claims: every job is taken exactly once."""
    runs = [enqueue(ctx, "test.add", {"a": n, "b": 0}) for n in range(12)]
    taken: list[str] = []
    barrier = threading.Barrier(4)

    def race() -> None:
        owner = new_owner()
        barrier.wait()
        while job := claim(ctx.db, owner, ctx.now()):
            taken.append(job.run_id)

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(run.id for run in runs)


def test_a_job_belongs_to_whoever_holds_its_lease(ctx: Context) -> None:
    """A worker that lost its job can neither renew nor settle it."""
    run = enqueue(ctx, "test.add", {"a": 1, "b": 1})
    first, second = new_owner(), new_owner()
    job = claim(ctx.db, first, ctx.now())
    assert job and job.run_id == run.id
    assert renew(ctx.db, job.id, first, ctx.now())
    assert not renew(ctx.db, job.id, second, ctx.now())
    reason = StateError("test", "why")
    with ctx.db.write() as conn:
        assert settle(conn, job.id, second, reason, ctx.now()) is None
        assert settle(conn, job.id, first, reason, ctx.now()) is RunState.FAILED
        assert settle(conn, job.id, first, reason, ctx.now()) is None


def test_an_expired_lease_of_another_computer_is_swept(ctx: Context) -> None:
    """Its processes cannot be asked for, so the lease alone tells."""
    enqueue(ctx, "test.add", {"a": 1, "b": 1})
    job = claim(ctx.db, new_owner(), ctx.now())
    assert job
    with ctx.db.write() as conn:
        conn.execute(update(JOB).values(host="elsewhere"))
    assert sweep_jobs(ctx) == 0
    with ctx.db.write() as conn:
        conn.execute(update(JOB).values(lease_until=ctx.now() - timedelta(seconds=1)))
    assert sweep_jobs(ctx) == 1
    assert get_run(ctx, job.run_id).error["code"] == "jobs.worker.lost"


def test_a_living_worker_may_be_late(ctx: Context) -> None:
    """On this computer a busy database is no death: the process still runs."""
    enqueue(ctx, "test.add", {"a": 1, "b": 1})
    assert claim(ctx.db, new_owner(), ctx.now())
    with ctx.db.write() as conn:
        conn.execute(update(JOB).values(lease_until=ctx.now() - timedelta(seconds=30)))
    assert sweep_jobs(ctx) == 0
    with ctx.db.write() as conn:
        conn.execute(update(JOB).values(lease_until=ctx.now() - timedelta(hours=1)))
    assert sweep_jobs(ctx) == 1


def test_a_run_whose_process_died_is_abandoned(ctx: Context) -> None:
    """A Run without a job and without a sign of life fails; a living one goes on."""
    with start_run(ctx, "test", "alive") as alive:
        with ctx.db.write() as conn:
            row = {"id": "dead", "heartbeat": ctx.now() - timedelta(hours=1)}
            kept = conn.execute(select(RUN).where(RUN.c.id == alive.id)).mappings().one()
            conn.execute(RUN.insert().values({**kept, **row}))
        assert sweep_runs(ctx) == 1
        assert get_run(ctx, alive.id).state is RunState.RUNNING
    assert get_run(ctx, "dead").error["code"] == "runs.abandoned"
    assert sweep_runs(ctx) == 0


def test_a_lease_is_held_by_one_and_taken_over_when_it_expires(ctx: Context) -> None:
    """Renewing keeps it; silence loses it."""
    now = ctx.now()
    assert hold_lease(ctx.db, "scheduler", "a", 15, now)
    assert not hold_lease(ctx.db, "scheduler", "b", 15, now + timedelta(seconds=14))
    assert hold_lease(ctx.db, "scheduler", "a", 15, now + timedelta(seconds=14))
    assert not hold_lease(ctx.db, "scheduler", "b", 15, now + timedelta(seconds=28))
    assert hold_lease(ctx.db, "scheduler", "b", 15, now + timedelta(seconds=29))
    assert not hold_lease(ctx.db, "scheduler", "a", 15, now + timedelta(seconds=30))


def test_the_lease_of_a_dead_process_is_not_waited_for(ctx: Context) -> None:
    """On this computer it is known that its owner will not come back."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    owner = new_owner().replace(f":{os.getpid()}:", f":{ended.pid}:")
    assert hold_lease(ctx.db, "scheduler", owner, 15, ctx.now())
    assert hold_lease(ctx.db, "scheduler", new_owner(), 15, ctx.now())
    assert not hold_lease(ctx.db, "scheduler", owner, 15, ctx.now())


def test_one_of_several_schedulers_works(ctx: Context) -> None:
    """However many servers there are, one sweeps."""
    schedulers = [Scheduler(ctx, new_owner()) for _ in range(3)]
    assert [scheduler.tick() for scheduler in schedulers] == [True, False, False]
    with ctx.db.write() as conn:
        conn.execute(update(LEASE).values(until=ctx.now() - timedelta(seconds=1)))
    assert [scheduler.tick() for scheduler in reversed(schedulers)] == [True, False, False]


def test_a_failing_task_does_not_stop_the_others(
    ctx: Context, caplog: pytest.LogCaptureFixture
) -> None:
    """The scheduler logs and goes on."""
    done = []

    def bad(_: Context) -> None:
        raise ValueError("broken task")

    scheduler = Scheduler(ctx, new_owner())
    scheduler._tasks = (bad, lambda _: done.append(1))
    assert scheduler.tick()
    assert done == [1]
    assert "broken task" in caplog.text


def test_the_pool_replaces_a_dead_worker_and_ends_with_its_server(ctx: Context) -> None:
    """A server keeps its workers alive, and leaves none behind."""
    pool: WorkerPool
    with ensure_worker(ctx.workspace) as pool:
        (first,) = pool.pids
        until(lambda: ended(ctx, enqueue(ctx, "test.add", {"a": 1, "b": 1})))
        os.kill(first, signal.SIGKILL)
        until(lambda: pool.pids and pool.pids != [first])
        (second,) = pool.pids
        run = enqueue(ctx, "test.add", {"a": 4, "b": 4})
        assert ended(ctx, run).metrics["sum"] == 8
    assert gone(first) and gone(second)
    assert pool.pids == []


def test_workers_end_when_their_server_is_killed(ctx: Context, tmp_path: Path) -> None:
    """kill -9 of the server: its workers notice the closed pipe."""
    script = (
        "import sys, time; from pathlib import Path\n"
        "from sanpin.kit.jobs import ensure_worker; from sanpin.kit.workspace import Workspace\n"
        "pool = ensure_worker(Workspace.open(sys.argv[1]))\n"
        "Path(sys.argv[2]).write_text(' '.join(map(str, pool.pids))); time.sleep(600)\n"
    )
    mark = tmp_path / "workers"
    command = [sys.executable, "-c", script, str(ctx.workspace.path), str(mark)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: pids(mark))
    finally:
        server.kill()
        server.wait()
    until(lambda: all(gone(pid) for pid in pids(mark)))
