"""Runs: visible while they last, closed however they end, compared two by two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, update

from sanpin import __version__
from sanpin.base import N_, InputError, Run, RunState, StateError
from sanpin.kit.context import Actor, Context, Role
from sanpin.kit.runs import (
    Cancelled,
    cancel_run,
    compare_runs,
    error_text,
    get_run,
    last_run,
    list_runs,
    rerun,
    scalars,
    start_run,
)
from sanpin.kit.runs.pulse import Pulse
from sanpin.kit.runs.record import error_record, hash_inputs
from sanpin.kit.schema.tables import RUN


def until(condition: Callable[[], object]) -> None:
    """Wait for what another thread does; fail when it never comes."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def finished(ctx: Context, **values: object) -> Run:
    """Leave a Run behind and return it."""
    params = values.pop("params", {})
    assert isinstance(params, dict)
    with start_run(ctx, "demand", "forecast", params=params, inputs_hash="abc", seed=3) as run:
        run.metrics(values)
    return get_run(ctx, run.id)


def test_a_run_keeps_who_asked_what(ctx: Context) -> None:
    """Everything needed to explain it and to do it again."""
    run = finished(ctx, params={"horizon": 28}, rmsse=0.64)
    assert (run.domain, run.verb, run.state) == ("demand", "forecast", RunState.DONE)
    assert (run.params, run.inputs_hash, run.seed) == ({"horizon": 28}, "abc", 3)
    assert (run.author, run.firm, run.version) == ("local", "own", __version__)
    assert run.metrics == {"rmsse": 0.64}
    assert (run.progress, run.error, run.parent) == (1.0, {}, "")
    assert run.created and run.started and run.finished
    assert run.created.tzinfo is not None


def test_a_run_is_visible_while_it_lasts(ctx: Context) -> None:
    """Progress, message and figures show although the computation holds a transaction open."""
    with start_run(ctx, "demand", "forecast") as run:
        assert get_run(ctx, run.id).state is RunState.RUNNING
        run.progress(0.4, N_("Scheduling"))
        run.metric("items", 12)
        run.artefact("panel", "d1")
        until(lambda: get_run(ctx, run.id).progress == 0.4)
        seen = get_run(ctx, run.id)
        assert seen.message == "Scheduling"
        until(lambda: get_run(ctx, run.id).metrics == {"items": 12})
        until(lambda: get_run(ctx, run.id).artefacts == {"panel": "d1"})


def test_progress_inside_a_transaction_does_not_wait_for_itself(ctx: Context) -> None:
    """The writer's own thread holds the database; telling the progress must not block on it."""
    with start_run(ctx, "demand", "forecast") as run:
        with ctx.db.write() as conn:
            run.progress(0.5, "")
            conn.execute(update(RUN).where(RUN.c.id == run.id).values(seed=9))
        until(lambda: get_run(ctx, run.id).progress == 0.5)
    assert get_run(ctx, run.id).seed == 9


def test_progress_is_written_at_most_five_times_a_second(ctx: Context) -> None:
    """A thousand steps do not make a thousand transactions."""
    written = []

    def count(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        written.append(statement) if statement.startswith("UPDATE kit_run") else None

    event.listen(ctx.db.engine, "before_cursor_execute", count)
    began = time.monotonic()
    with start_run(ctx, "demand", "forecast") as run:
        for step in range(1000):
            run.progress(step / 1000, "")
    allowed = (time.monotonic() - began) * 5 + 2  # and the first and the last word
    assert len(written) <= allowed
    assert get_run(ctx, run.id).progress == 1.0


def test_a_failure_is_kept_and_raised_again(ctx: Context) -> None:
    """The caller meets the error; the record says what it was."""
    with (
        pytest.raises(InputError) as raised,
        start_run(ctx, "demand", "intake") as run,
    ):
        run.metric("rows", 4)
        raise InputError(
            "demand.date.bad", N_("“{name}” is not a known unit of measure."), name="ell"
        )
    assert raised.value.code == "demand.date.bad"
    failed = get_run(ctx, run.id)
    assert failed.state is RunState.FAILED
    assert failed.error["code"] == "demand.date.bad"
    assert failed.metrics == {"rows": 4}
    english = error_text(failed, "en")
    assert english and english.text == "“ell” is not a known unit of measure."
    assert error_text(finished(ctx), "en") is None
    old = replace(failed, error={"code": "a.b", "text": "It {broke}."})
    assert str(error_text(old, "zh-CN")) == "It {broke}.", "a record of its text alone"


def test_an_error_record_survives_values_that_are_not_json() -> None:
    """Whatever an error carries, its record is plain text."""
    error = InputError("a.b", "At {when}: {what}.", when=object(), what={1, 2})
    record = error_record(error)
    assert record["code"] == "a.b"
    assert set(record["fields"]) == {"when", "what"}
    assert all(isinstance(value, str) for value in record["fields"].values())
    assert error_record(KeyError("x"))["text"].endswith("KeyError: 'x'")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, None])
def test_an_interrupted_run_is_cancelled(ctx: Context, stop: type[BaseException] | None) -> None:
    """Ctrl-C and a cancelled step both end as cancelled."""
    expected = stop or Cancelled
    with pytest.raises(expected), start_run(ctx, "demand", "forecast") as run:
        raise stop() if stop else Cancelled(run.id)
    assert get_run(ctx, run.id).state is RunState.CANCELLED


def test_a_wish_to_cancel_reaches_the_computation(ctx: Context) -> None:
    """Through the database, as from another process: budget, progress and steps all end."""
    with pytest.raises(Cancelled), start_run(ctx, "loop", "run") as run:
        budget = run.budget(3600)
        cancel_run(ctx, run.id)
        until(lambda: budget.cancelled)
        assert budget.exhausted
        with start_run(ctx, "demand", "forecast") as step:
            step.progress(0.1, "")
    assert get_run(ctx, run.id).state is RunState.CANCELLED
    (step_run,) = list_runs(ctx, parent=run.id)
    assert step_run.state is RunState.CANCELLED


def test_only_planners_cancel(ctx: Context) -> None:
    """A viewer may watch."""
    with start_run(ctx, "loop", "run") as run:
        viewer = ctx.acting_as(Actor("eve", Role.VIEWER))
        assert get_run(viewer, run.id).id == run.id
        with pytest.raises(StateError) as refused:
            cancel_run(viewer, run.id)
    assert refused.value.code == "auth.role.missing"
    assert get_run(ctx, run.id).state is RunState.DONE


def test_a_closed_run_is_not_opened_again(ctx: Context) -> None:
    """Its record stays as it was."""
    run = finished(ctx)
    with pytest.raises(StateError) as refused, start_run(ctx, "a", "b", run_id=run.id):
        raise AssertionError("must not be reached")
    assert refused.value.code == "runs.run.finished"
    assert get_run(ctx, run.id) == run


def test_the_callers_progress_is_told_too(ctx: Context) -> None:
    """The command line shows what the record keeps."""
    heard: list[tuple[float, str]] = []
    with start_run(ctx, "a", "b", progress=lambda share, text: heard.append((share, text))) as run:
        run.progress(0.5, "Half")
    assert heard == [(0.5, "Half")]


def test_runs_are_listed_newest_first_and_page_by_page(ctx: Context) -> None:
    """The cursor goes on behind the last one seen, whatever came in between."""
    ids = [finished(ctx).id for _ in range(5)]
    assert [run.id for run in list_runs(ctx)] == ids[::-1]
    first = list_runs(ctx, limit=2)
    finished(ctx)
    second = list_runs(ctx, limit=2, cursor=first[-1].id)
    assert [run.id for run in (*first, *second)] == ids[:0:-1]


def test_runs_are_chosen_by_verb_and_state(ctx: Context) -> None:
    """The last one that succeeded is what pages show."""
    good = finished(ctx, rmsse=1)
    with pytest.raises(ValueError, match="bad"), start_run(ctx, "demand", "forecast"):
        raise ValueError("bad")
    with start_run(ctx, "factory", "solve"):
        assert last_run(ctx, "factory", "solve") is None
    found = last_run(ctx, "demand", "forecast")
    assert found and found.id == good.id
    assert len(list_runs(ctx, "demand")) == 2
    assert len(list_runs(ctx, state="failed")) == 1
    assert len(list_runs(ctx, verb="solve", state=RunState.DONE)) == 1


def test_firms_do_not_see_each_others_runs(ctx: Context) -> None:
    """Rows belong to a firm."""
    run = finished(ctx)
    other = ctx.acting_as(Actor("zoe", Role.ADMIN, firm="other"))
    assert list_runs(other) == []
    with pytest.raises(InputError) as refused:
        get_run(other, run.id)
    assert (refused.value.code, refused.value.status) == ("runs.run.unknown", 404)


def test_two_runs_side_by_side(ctx: Context) -> None:
    """Differing questions, and all figures with their difference and relative change."""
    a = finished(ctx, params={"horizon": 28, "level": 0.9}, rmsse=0.8, late=0, note="x")
    b = finished(ctx, params={"horizon": 14, "level": 0.9}, rmsse=0.6, late=2, extra={"n": 1})
    found = compare_runs(ctx, a.id, b.id)
    assert [(d.name, d.a, d.b) for d in found.params] == [("horizon", 28, 14)]
    assert not found.same_inputs
    metrics = {m.name: m for m in found.metrics}
    assert metrics["rmsse"].difference == pytest.approx(-0.2)
    assert metrics["rmsse"].relative == pytest.approx(-0.25)
    assert (metrics["late"].difference, metrics["late"].relative) == (2, None)
    assert "note" not in metrics, "a text is no figure"
    assert metrics["extra.n"].b == 1
    assert compare_runs(ctx, a.id, a.id).same_inputs


def test_single_values_among_nested_ones() -> None:
    """A figure with its unit is its value; lists are contents, not figures."""
    figure = {"value": 3.5, "unit": "%", "formula": "a / b", "previous": None}
    kept = {"a": 1, "b": {"c": figure, "d": {"e": True, "f": [1, 2]}}, "g": None, "h": {}}
    assert dict(scalars(kept)) == {"a": 1, "b.c": 3.5, "b.d.e": True, "g": None}


def test_a_run_without_a_known_verb_cannot_be_repeated(ctx: Context) -> None:
    """It says so instead of queueing what nobody can do."""
    with start_run(ctx, "nowhere", "nothing") as run:
        run.progress(1.0)
    with pytest.raises(InputError) as refused:
        rerun(ctx, run.id)
    assert refused.value.code == "runs.verb.unknown"


def test_the_hash_tells_inputs_apart() -> None:
    """Same parts, same hash; another cut between the parts, another hash."""
    assert hash_inputs("a", {"x": 1}) == hash_inputs("a", {"x": 1})
    assert hash_inputs(b"ab", b"c") != hash_inputs(b"a", b"bc")
    assert len(hash_inputs()) == 64


def test_the_pulse_survives_a_fault_of_the_database(ctx: Context) -> None:
    """What could not be written is kept for the next beat."""
    run = finished(ctx)
    with ctx.db.write() as conn:
        conn.execute(update(RUN).where(RUN.c.id == run.id).values(state="running"))
    failures = iter([True, True])

    def flaky(*_: object) -> None:
        if next(failures, False):
            raise StateError("workspace.locked", "locked")

    event.listen(ctx.db.engine, "checkout", flaky)
    pulse = Pulse(ctx.db, run.id, threading.Event())
    pulse.tell(message="kept")
    pulse.start()
    until(lambda: next(failures, None) is None)
    until(lambda: get_run(ctx, run.id).message == "kept")
    assert pulse.end() == {}
