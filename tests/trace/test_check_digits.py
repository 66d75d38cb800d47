"""A wrong check digit is noted and keeps no event out; the thing goes by the name it came with."""

from __future__ import annotations

import orjson
import pytest

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import read_document, validate
from sanpin.trace.engine.identifiers import role_of
from sanpin.trace.model.identifiers import Role

LOT = "https://id.gs1.org/01/09527890123453/10/P-77"
PALLET = "https://id.gs1.org/00/095212340000000710"
EVENT = {
    "type": "AggregationEvent",
    "eventTime": "2026-03-03T07:15:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "ADD",
    "bizStep": "packing",
    "parentID": PALLET,
    "childQuantityList": [{"epcClass": LOT, "quantity": 4}],
    "bizLocation": {"id": "https://id.gs1.org/414/9527890000016"},
}
DOCUMENT = orjson.dumps(
    {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-05T18:00:00+08:00",
        "epcisBody": {"eventList": [EVENT]},
    }
)


def test_validation_and_capture_agree(ctx: Context) -> None:
    reading = validate(read_document(DOCUMENT))
    assert reading.problems == ()
    assert {str(problem.fields["path"]) for problem in reading.passed} == {
        "parentID",
        "bizLocation.id",
        "childQuantityList[0].epcClass",
    }
    report = service.capture(ctx, {"wrong.json": DOCUMENT})
    assert (report.captured, report.rejected, list(report.errors)) == (1, 0, [])


def test_the_thing_is_found_by_its_own_name(ctx: Context) -> None:
    service.capture(ctx, {"wrong.json": DOCUMENT})
    assert role_of(PALLET) is Role.CONTAINER
    events, where = service.history(ctx, LOT)
    assert len(events) == 1
    assert where.containers == (PALLET,)
    found = service.recall(ctx, [LOT])
    assert [(line.id, str(line.role)) for line in found.affected] == [
        (LOT, "product"),
        (PALLET, "container"),
    ]


def test_a_typed_code_is_still_checked() -> None:
    with pytest.raises(InputError) as refusal:
        service.thing_named("(01)09527890123453(10)P-77")
    assert refusal.value.code == "trace.identifier.check_digit"
