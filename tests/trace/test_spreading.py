"""Documents that are checked in other processes come out as those that are not."""

from __future__ import annotations

import pytest
from tests.trace.conftest import plain_event as event

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.model.captures import Behaviour
from sanpin.trace.service.capture import documents as steps

NOW = "2026-03-10T00:00:00Z"


def captured(ctx: Context, behaviour: Behaviour) -> tuple[object, ...]:
    """Capture good, bad and broken documents, and a long one."""
    long = [event(n) for n in range(1000, 1700)]
    long[650]["action"] = "CREATE"
    documents = {
        "good": write_document([event(n) for n in range(300)], NOW, {}),
        "bad": write_document([event(400), event(401, action="CREATE")], NOW, {}),
        "broken": b'{"type":"EPCISDocument"',
        "again": write_document([event(n) for n in range(300)], NOW, {}),
        "empty": b"",
        "long": write_document(long, NOW, {}),
    }
    report = service.capture(ctx, documents, behaviour=behaviour)
    errors = [(e.file, e.problem.code, e.problem.fields.get("event")) for e in report.errors]
    return report.events, report.captured, report.duplicates, report.rejected, errors


@pytest.mark.parametrize("behaviour", Behaviour)
@pytest.mark.parametrize("longest", [1_000_000, 10_000])
def test_the_place_of_checking_changes_nothing(
    ctx: Context, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, longest: int
) -> None:
    """Whole documents are spread, or the parts of long ones."""
    firm = ctx.acting_as(type(ctx.actor)("someone", ctx.actor.role, "second"))
    here = captured(firm, behaviour)
    monkeypatch.setattr(steps, "_SPREAD_BYTES", 1_000)
    monkeypatch.setattr(steps, "_SPREAD_FILES", 1)
    monkeypatch.setattr(steps, "_SHORT_BYTES", longest)
    assert captured(ctx, behaviour) == here
    assert here[1] == (300 if behaviour is Behaviour.ROLLBACK else 300 + 1 + 699)
    assert here[2:4] == (300, 702 if behaviour is Behaviour.ROLLBACK else 2)
