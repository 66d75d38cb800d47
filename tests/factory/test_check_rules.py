"""The checker: a valid schedule passes, and every kind of mutation is named by its code."""

from dataclasses import replace

import orjson
import pytest

from sanpin.factory.engine.check import check, check_solution
from sanpin.factory.engine.formats.native import parse_native
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.model import ScheduledOperation as Op

PROBLEM = {
    "format": "sanpin.factory.problem/1",
    "calendars": {"day": [[0, 50], [60, 100], [200, 900]], "late": [[20, 400]]},
    "sites": [{"id": "a"}, {"id": "b", "closed": True}, {"id": "c"}],
    "transport": [{"from": "a", "to": "b", "duration": 5, "cost": 3},
                  {"from": "b", "to": "a", "duration": 5}],
    "setups": {"paint": {"combine": "sum", "attributes": {
        "colour": {"matrix": {"red": {"blue": 7}}, "default": 4, "forbidden": [["blue", "red"]]},
        "size": {"default": 2}}}},
    "resources": [
        {"id": "m", "kind": "machine", "site": "a", "calendar": "day", "setup": "paint",
         "initial": {"colour": "red", "size": "S"}, "cost_per_unit": 1},
        {"id": "n", "kind": "machine", "site": "b"},
        {"id": "q", "kind": "machine", "site": "c"},
        {"id": "o", "kind": "oven", "site": "a", "capacity": 5, "cost_per_unit": 2},
        {"id": "w", "kind": "worker", "site": "*", "skills": {"sew": 80}, "calendar": "late"},
        {"id": "v", "kind": "worker", "site": "a", "skills": {"sew": 100, "pack": 100}},
        {"id": "x", "kind": "worker", "site": "*", "skills": {"pack": 100}},
        {"id": "t", "kind": "tool", "capacity": 1},
        {"id": "tank", "kind": "tank", "capacity": 10},
        {"id": "p", "kind": "pool", "capacity": 5},
    ],
    "materials": [{"id": "clay", "on_hand": 5, "arrivals": [[40, 5]]},
                  {"id": "milk", "on_hand": 4, "arrivals": [[100, 4]], "shelf_life": 60}],
    "jobs": [
        {"id": "A", "item": "cup", "release": 5, "due": 100, "deadline": 880, "weight": 3,
         "earliness_weight": 2, "operations": [
            {"id": "1", "modes": [{"machine": "m", "duration": 30, "cost": 4, "uses": {"p": 3}}],
             "attributes": {"colour": "blue", "size": "S"}, "resumable": True,
             "worker": {"skill": "sew"}, "tool": "t", "consumes": {"clay": 5},
             "hold": {"tank": "tank", "amount": 8, "from": "end", "until": "2"}},
            {"id": "2",
             "modes": [{"machine": "n", "duration": 20}, {"machine": "q", "duration": 9}],
             "after": [{"op": "1", "min_lag": 2, "max_lag": 90}], "produces": {"clay": 2},
             "latest": 700}]},
        {"id": "B", "item": "pot", "due": 50, "operations": [
            {"id": "1", "modes": [{"machine": "m", "duration": 10, "uses": {"p": 3}}],
             "attributes": {"colour": "blue", "size": "L"}, "tool": "t", "consumes": {"clay": 5},
             "hold": {"tank": "tank", "amount": 8, "from": "start", "until": "2",
                      "until_end": True}},
            {"id": "2", "modes": [{"machine": "n", "duration": 10}],
             "after": [{"op": "1", "transfer": 0.3}],
             "outsource": {"duration": 25, "cost": 9}}]},
        {"id": "C", "operations": [
            {"id": "1", "modes": [{"machine": "o", "duration": 30}],
             "batch": {"family": "F", "size": 2}},
            {"id": "2", "modes": [{"machine": "n", "duration": 6}], "after": [{"op": "1"}],
             "earliest": 40, "worker": {"skill": "pack", "count": 1}, "consumes": {"milk": 4}}]},
        {"id": "D", "alternatives": [["1"], ["2", "3"]], "operations": [
            {"id": "1", "modes": [{"machine": "o", "duration": 40}],
             "batch": {"family": "F", "size": 3}},
            {"id": "2", "modes": [{"machine": "n", "duration": 6}]},
            {"id": "3", "modes": [{"machine": "n", "duration": 6}], "after": [{"op": "2"}]},
            {"id": "4", "modes": [{"machine": "q", "duration": 5}], "after": [{"op": "1"}],
             "fixed": {"machine": "q", "start": 60}}]},
    ],
    "objective": {"tardiness": 1, "setup": 2, "cost": 1},
    "baseline": {"operations": [{"job": "A", "op": "1", "machine": "m", "start": 20},
                                {"job": "A", "op": "2", "machine": "q", "start": 90}]},
}  # fmt: skip

GOOD = (
    Op("A", "1", "m", 20, 68, 5, ("w",), ("t",)),
    Op("A", "2", "n", 75, 95, 75),
    Op("B", "1", "m", 200, 210, 90),
    Op("B", "2", "n", 208, 218, 208),
    Op("C", "1", "o", 10, 50, 10, batch="x"),
    Op("C", "2", "n", 55, 61, 55, ("x",)),
    Op("D", "1", "o", 10, 50, 10, batch="x"),
    Op("D", "4", "q", 60, 65, 60),
)


@pytest.fixture(scope="module")
def problem():
    """Build the problem in which every rule plays a part."""
    return parse_native(PROBLEM)


def changed(place, **values):
    """Return the good schedule with one operation changed."""
    rows = list(GOOD)
    rows[place] = replace(rows[place], **values)
    return tuple(rows)


def codes(problem, rows):
    """Return the codes of all violations."""
    return {violation.code for violation in check(problem, rows).violations}


def test_the_good_schedule_is_good(problem):
    report = check(problem, GOOD)
    assert report.violations == ()
    assert report.valid


def test_terms_are_those_counted_by_hand(problem):
    terms = check(problem, GOOD).terms
    assert terms["tardiness"] == 218 - 50
    assert terms["setup"] == 7 + 2
    assert terms["makespan"] == 218
    assert terms["earliness"] == 2 * (100 - 95)
    assert terms["flow"] == (95 - 5) + 218 + 61 + 65
    # modes 4, transport 3 + 3 for two journeys a -> b, one more for the cooked load to n,
    # machine m held 63 + 120, one oven load of 40 at 2
    assert terms["cost"] == 4 + 3 * 3 + (68 - 5) + (210 - 90) + 2 * 40
    assert terms["stability"] == 100 + 15
    assert terms["tardy_jobs"] == 1
    assert check(problem, GOOD).objective == 168 + 2 * 9 + terms["cost"]


MUTATIONS = [
    ("operation.missing", GOOD[1:]),
    ("operation.twice", (*GOOD, GOOD[0])),
    ("operation.unknown", (*GOOD, Op("A", "9", "m", 0, 1, 0))),
    ("operation.unknown", (*GOOD, Op("Z", "1", "m", 0, 1, 0))),
    ("alternative.mixed", (*GOOD, Op("D", "2", "n", 400, 406, 400))),
    ("alternative.mixed", GOOD[:6] + GOOD[7:]),
    ("mode.machine", changed(1, machine="m")),
    ("mode.machine", changed(1, machine="nowhere")),
    ("mode.outsourced", changed(1, machine="")),
    ("time.negative", changed(4, start=-1, end=39, setup_start=-1)),
    ("time.length", changed(1, end=96)),
    ("time.length", changed(0, end=67)),
    ("time.length", changed(4, start=10, end=40)),
    ("calendar.start", changed(0, start=52, end=90, setup_start=20)),
    ("calendar.start", changed(0, start=15, end=66, setup_start=5)),
    ("calendar.window", changed(2, start=195, end=205, setup_start=90)),
    ("setup.late", changed(1, setup_start=76)),
    ("setup.short", changed(0, setup_start=14)),
    ("setup.window", changed(2, setup_start=99)),
    ("machine.overlap", changed(5, start=70, end=76, setup_start=70)),
    ("machine.overlap", changed(2, setup_start=67)),
    ("bound.release", changed(0, start=4, end=56, setup_start=0)),
    ("bound.earliest", changed(5, start=39, end=45, setup_start=39)),
    ("bound.latest", changed(1, start=690, end=710, setup_start=690)),
    ("bound.deadline", changed(1, start=870, end=890, setup_start=870)),
    ("fixed.moved", changed(7, start=61, end=66, setup_start=61)),
    ("order.early", changed(1, start=74, end=94, setup_start=74)),
    ("order.early", changed(3, start=207, end=217, setup_start=207)),
    ("order.overtakes", changed(3, machine="", start=203, end=204)),
    ("order.late", changed(1, start=159, end=179, setup_start=159)),
    ("worker.count", changed(0, workers=())),
    ("worker.count", changed(0, workers=("w", "v"))),
    ("worker.count", changed(1, workers=("x",))),
    ("worker.unknown", changed(0, workers=("ghost",))),
    ("worker.skill", changed(0, workers=("x",))),
    ("worker.site", changed(5, workers=("v",))),
    ("tool.wrong", changed(0, tools=("m",))),
    ("tool.overlap", changed(2, start=64, end=74, setup_start=64)),
    ("pool.overload", changed(2, start=64, end=74, setup_start=64)),
    ("tank.overload", changed(2, start=70, end=80, setup_start=68)),
    ("tank.mixed", changed(2, start=70, end=80, setup_start=68)),
    ("material.short", changed(2, start=20, end=30, setup_start=18)),
    ("material.short", changed(5, start=62, end=68, setup_start=62)),
    ("batch.missing", changed(4, batch="")),
    ("batch.times", changed(4, start=11, end=51)),
]


@pytest.mark.parametrize(("code", "rows"), MUTATIONS, ids=[c for c, _ in MUTATIONS])
def test_every_mutation_is_rejected_with_its_code(problem, code, rows):
    assert code in codes(problem, rows)


def test_a_forbidden_change_is_named(problem):
    job = problem.jobs[1]
    red = replace(job.operations[0], attributes={"colour": "red"})
    other = replace(job, operations=(red, job.operations[1]))
    changed_problem = replace(problem, jobs=(problem.jobs[0], other, *problem.jobs[2:]))
    assert codes(changed_problem, GOOD) == {"setup.forbidden"}


def test_closed_sites_are_reached_by_listed_ways_only(problem):
    assert codes(problem, GOOD) == set()
    closed = replace(problem, closed_sites=frozenset({"c"}))
    assert codes(closed, GOOD) == {"transport.none"}


def test_a_load_of_two_families_or_too_much_is_rejected(problem):
    job = problem.jobs[3]
    for batch, code in (("G", "batch.family"), ("F", "batch.size")):
        need = replace(job.operations[0].batch, family=batch, size=4)
        first = replace(job.operations[0], batch=need)
        other = replace(
            problem, jobs=(*problem.jobs[:3], replace(job, operations=(first, *job.operations[1:])))
        )
        assert code in codes(other, GOOD)


def test_one_worker_cannot_be_in_two_places(problem):
    rows = list(changed(5, start=60, end=66, setup_start=60))
    both = replace(problem.jobs[2].operations[1], worker=problem.jobs[0].operations[0].worker)
    job = replace(problem.jobs[2], operations=(problem.jobs[2].operations[0], both))
    other = replace(problem, jobs=(*problem.jobs[:2], job, problem.jobs[3]))
    rows[5] = replace(rows[5], workers=("w",), start=60, end=68)
    assert "worker.overlap" in codes(other, rows)


def test_a_setup_needs_someone_who_is_there(problem):
    def needing(skill):
        op = replace(problem.jobs[0].operations[0], setup_worker=skill)
        job = replace(problem.jobs[0], operations=(op, problem.jobs[0].operations[1]))
        return replace(problem, jobs=(job, *problem.jobs[1:]))

    assert codes(needing("pack"), GOOD) == set()
    # All three who could are busy or away: v is the only one who sews before 20.
    only = tuple(r for r in needing("sew").resources if r.id != "v")
    assert codes(replace(needing("sew"), resources=only), GOOD) == {"worker.setup"}


def test_outsourced_work_needs_no_machine(problem):
    rows = changed(3, machine="", start=210, end=235, setup_start=210)
    report = check(problem, rows)
    assert report.valid
    assert report.terms["cost"] == check(problem, GOOD).terms["cost"] + 9 - 3


def solution(rows, **extra):
    """Return a schedule file."""
    return orjson.dumps({"format": "sanpin.factory.schedule/1", "operations": rows, **extra})


def test_files_may_leave_out_what_has_a_default(problem):
    rows = []
    for each in GOOD:
        row = {"job": each.job, "op": each.op, "machine": each.machine, "start": each.start}
        row |= {"end": each.end, "setup_start": each.setup_start}
        row |= {"workers": list(each.workers)} if each.workers else {}
        row |= {"batch": each.batch} if each.batch else {}
        rows.append(row)
    assert check_solution(problem, solution(rows, whatever=1)).valid


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "schedule.not_json"),
        (solution([]).replace(b'"operations"', b'"operations":[7],"operations"'),
         "schedule.repeated_key"),
        (b"[]", "schedule.format"),
        (orjson.dumps({"operations": []}), "schedule.format"),
        (orjson.dumps({"format": "sanpin.factory.schedule/1"}), "schedule.operations"),
        (solution([7]), "schedule.malformed"),
        (solution([{"job": "A"}]), "schedule.malformed"),
        (solution([{"job": "A", "op": "1", "machine": "m", "start": 1.5, "end": 2}]),
         "schedule.malformed"),
        (solution([{"job": "A", "op": "1", "machine": None, "start": 1, "end": 2}]),
         "schedule.malformed"),
        (solution([{"job": "A", "op": "1", "machine": "m", "start": True, "end": 2}]),
         "schedule.malformed"),
        (solution([{"job": "A", "op": "1", "machine": "m", "start": 1, "end": 2, "workers": "w"}]),
         "schedule.malformed"),
    ],
)  # fmt: skip
def test_unreadable_files_are_invalid_schedules(problem, content, code):
    report = check_solution(problem, content)
    assert not report.valid
    assert report.violations[0].code == code
    # Of a file that is no schedule nothing else is said: every operation would be missing.
    whole = code != "schedule.malformed"
    assert (len(report.violations) == 1 and report.objective is None) == whole


def test_all_violations_are_listed_with_their_figures(problem):
    rows = list(changed(1, start=74, end=94, setup_start=74))
    rows[0] = replace(rows[0], workers=())
    report = check(problem, rows)
    assert {"order.early", "worker.count"} <= {v.code for v in report.violations}
    record = report.record()
    early = next(v for v in record["violations"] if v["code"] == "order.early")
    assert early == {
        "code": "order.early", "job": "A", "op": "2", "after": "1", "start": 74, "ready": 75,
    }  # fmt: skip


def crewed(*names, machine="0", start=0, end=4):
    """Return a schedule of one operation done by workers of these names."""
    row = {"job": "j", "op": "o", "machine": machine, "start": start, "end": end}
    return [{**row, "workers": names}]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (crewed("0"), None),
        (crewed("1", end=6), None),
        (crewed("1"), "time.length"),
        (crewed(), "worker.count"),
        (crewed("2"), "worker.named"),
    ],
)
def test_a_mode_may_name_its_worker_who_may_be_called_like_a_machine(rows, code):
    value = {
        "format": "sanpin.factory.problem/1",
        "resources": [{"id": "0"}, *({"id": str(n), "kind": "worker"} for n in range(3))],
        "jobs": [
            {
                "id": "j",
                "operations": [
                    {
                        "id": "o",
                        "modes": [
                            {"machine": "0", "duration": 4, "uses": {"0": 1}},
                            {"machine": "0", "duration": 6, "uses": {"1": 1}},
                        ],
                    }
                ],
            }
        ],
    }
    problem = parse_native(value)
    assert parse_native(orjson.loads(problem_bytes(problem))) == problem
    found = codes(problem, [Op(**{"setup_start": 0, **row}) for row in rows])
    assert code in found if code else not found
