"""The native problem format: round trip, and every error with its path."""

import copy

import orjson
import pytest

from sanpin.base import InputError
from sanpin.base.repeats import find_repeat
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.native import parse_native
from sanpin.factory.engine.formats.writer import problem_bytes, problem_record

RICH = {
    "format": "sanpin.factory.problem/1",
    "name": "everything",
    "unit": "min",
    "origin": "2026-01-05T00:00:00+08:00",
    "calendars": {"day": [[0, 50], [50, 100], [200, 900]], "night": [[100, 200]]},
    "sites": [{"id": "a", "closed": True}, {"id": "b"}],
    "transport": [{"from": "a", "to": "b", "duration": 5, "cost": 1}],
    "setups": {
        "paint": {
            "combine": "max",
            "attributes": {
                "colour": {
                    "matrix": {"red": {"blue": 7}},
                    "default": 4,
                    "clean": {"every_batches": 3, "duration": 9},
                    "forbidden": [["blue", "red"]],
                }
            },
        }
    },
    "resources": [
        {"id": "m", "kind": "machine", "site": "a", "calendar": "day", "setup": "paint",
         "initial": {"colour": "red"}, "cost_per_unit": 0.5},
        {"id": "o", "kind": "oven", "site": "a", "capacity": 9},
        {"id": "w", "kind": "worker", "site": "*", "skills": {"sew": 90}},
        {"id": "t", "kind": "tool", "capacity": 2},
        {"id": "tank", "kind": "tank", "capacity": 10, "mixed": True},
        {"id": "p", "kind": "pool", "capacity": 10},
    ],
    "materials": [{"id": "clay", "on_hand": 5, "arrivals": [[10, 5]], "shelf_life": 60}],
    "jobs": [
        {
            "id": "j", "item": "cup", "quantity": 3, "release": 1, "due": 90, "deadline": 900,
            "weight": 2, "earliness_weight": 1, "priority": 1,
            "alternatives": [["20"], ["30"]],
            "operations": [
                {"id": "10",
                 "modes": [{"machine": "m", "duration": 4, "cost": 2, "uses": {"p": 3}}],
                 "worker": {"skill": "sew", "count": 1}, "setup_worker": {"skill": "sew"},
                 "tool": "t", "attributes": {"colour": "blue"}, "resumable": True,
                 "consumes": {"clay": 2}, "produces": {"clay": 1}, "earliest": 2, "latest": 700,
                 "hold": {"tank": "tank", "amount": 4, "from": "start", "until": "20",
                          "until_end": True}},
                {"id": "20", "modes": [{"machine": "o", "duration": 4}],
                 "after": [{"op": "10", "min_lag": 1, "max_lag": 500, "transfer": 0.1}],
                 "batch": {"family": "F", "size": 2}},
                {"id": "30", "modes": [{"machine": "m", "duration": 4}],
                 "fixed": {"machine": "m", "start": 300},
                 "outsource": {"duration": 30, "cost": 8}},
            ],
        }
    ],
    "objective": {"tardiness": 1, "setup": 0.5},
    "baseline": {"operations": [{"job": "j", "op": "10", "machine": "m", "start": 4}]},
    "uncertainty": {"distribution": "lognormal", "cv": 0.2},
}  # fmt: skip


def test_the_whole_key_table_is_read():
    problem = parse_native(copy.deepcopy(RICH))
    op = problem.jobs[0].operations[0]
    assert problem.calendars["day"] == ((0, 100), (200, 900))
    assert problem.closed_sites == {"a"}
    assert op.hold is not None
    assert (op.hold.source, op.hold.until_end) == ("start", True)
    assert op.setup_worker == "sew"
    assert problem.jobs[0].operations[1].after[0].transfer * 10 == 1
    assert problem.tanks["tank"].mixed
    assert problem.baseline == (("j", "10", "m", 4),)


def test_writing_and_reading_gives_the_same_problem():
    problem = parse_native(copy.deepcopy(RICH))
    assert read_problem(problem_bytes(problem)) == problem
    assert problem_record(problem)["jobs"][0]["operations"][0]["hold"]["from"] == "start"


def test_zeros_that_mean_something_survive_the_round_trip():
    data = copy.deepcopy(RICH)
    job = data["jobs"][0]
    job.update(due=0, deadline=0, weight=0, release=0)
    job["operations"][0].update(earliest=0, latest=0)
    job["operations"][1]["after"][0].update(max_lag=0, min_lag=0)
    data["materials"][0]["shelf_life"] = 0
    problem = parse_native(data)
    again = read_problem(problem_bytes(problem))
    assert again == problem
    assert (again.jobs[0].due, again.jobs[0].deadline, again.jobs[0].weight) == (0, 0, 0)
    assert again.jobs[0].operations[1].after[0].max_lag == 0
    assert (again.jobs[0].operations[0].earliest, again.materials[0].shelf_life) == (0, 0)


def test_random_plants_survive_the_round_trip(make_plant):
    for seed in range(10):
        problem = make_plant(seed)
        assert read_problem(problem_bytes(problem)) == problem


def broken(path, value):
    """Return the rich problem with one value replaced, or removed when it is None."""
    data = copy.deepcopy(RICH)
    at = data
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return data


JOB = ("jobs", 0)
PAINT = ("setups", "paint", "attributes", "colour")
OWN = {"tank": "tank", "amount": 4, "until": "10"}
LEG = {"from": "a", "to": "b", "duration": 5}
ROW = ("baseline", "operations", 0)
FIRST = (*JOB, "operations", 0)


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        (("colour",), 1, "unknown_key", "$.colour"),
        ((*FIRST, "modes", 0, "speed"), 1, "unknown_key", "$.jobs[0].operations[0].modes[0].speed"),
        ((*FIRST, "modes", 0, "duration"), 3.5, "not_integer", "modes[0].duration"),
        ((*FIRST, "modes", 0, "duration"), -3, "out_of_range", "modes[0].duration"),
        ((*FIRST, "modes", 0, "duration"), True, "not_integer", "modes[0].duration"),
        ((*FIRST, "modes", 0, "duration"), None, "missing", "modes[0]"),
        ((*FIRST, "modes", 0, "machine"), "x", "unknown", "modes[0].machine"),
        ((*FIRST, "modes", 0, "machine"), "w", "kind", "modes[0].machine"),
        ((*FIRST, "modes"), [], "no_mode", "operations[0]"),
        ((*FIRST, "worker"), {"skill": "fly"}, "no_worker", "operations[0].worker"),
        ((*FIRST, "worker"), {"skill": "sew", "count": 2}, "no_worker", "operations[0].worker"),
        ((*FIRST, "tool"), "x", "unknown", "tool"),
        ((*FIRST, "hold", "until"), "x", "unknown", "hold.until"),
        ((*FIRST, "hold", "from"), "middle", "not_a_choice", "hold.from"),
        ((*FIRST, "consumes"), {"gold": 1}, "unknown", "operations[0]"),
        ((*FIRST, "consumes"), {"clay": 99}, "material_short", "$.materials[0]"),
        ((*FIRST, "after"), [{"op": "20"}], "cycle", "$.jobs[0]"),
        ((*FIRST, "after"), [{"op": "99"}], "unknown", "after[0].op"),
        ((*FIRST, "modes", 0, "duration"), 5000, "calendar_ends", "operations[0]"),
        ((*JOB, "operations", 1, "after", 0, "transfer"), 1.0, "not_share", "transfer"),
        ((*JOB, "operations", 1, "id"), "10", "duplicate", "$.jobs[0].operations"),
        ((*JOB, "operations", 2, "fixed", "machine"), "o", "unknown", "fixed.machine"),
        ((*JOB, "operations"), [], "empty", "$.jobs[0]"),
        (("jobs",), [], "empty", "$.jobs"),
        ((*JOB, "weight"), float("inf"), "not_number", "weight"),
        ((*JOB, "id"), "", "not_text", "$.jobs[0].id"),
        ((*JOB, "alternatives"), [["99"]], "unknown", "alternatives[0]"),
        (("resources", 0, "calendar"), "x", "unknown", "resources[0].calendar"),
        (("resources", 0, "setup"), "x", "unknown", "resources[0].setup"),
        (("resources", 0, "site"), "*", "unknown", "resources[0].site"),
        (("resources", 0, "kind"), "robot", "not_a_choice", "resources[0].kind"),
        (("resources", 1, "id"), "m", "duplicate", "$.resources"),
        (("calendars", "day"), [[0, 50], [40, 60]], "window", "calendars.day[1]"),
        (("calendars", "day"), [[50, 50]], "window", "calendars.day[0]"),
        (("calendars", "day"), [[1, 2, 3]], "not_pair", "calendars.day[0]"),
        (("transport", 0, "to"), "x", "unknown", "$.transport[0]"),
        (("origin",), "2026-01-05T00:00:00", "not_instant", "$.origin"),
        (("origin",), "yesterday", "not_instant", "$.origin"),
        (("objective",), {"beauty": 1}, "unknown_key", "$.objective.beauty"),
        (("format",), "sanpin.factory.problem/2", "not_a_choice", "$.format"),
        (("jobs",), {}, "not_list", "$.jobs"),
        (("sites",), [1], "not_object", "$.sites[0]"),
        (("resources", 4, "mixed"), "yes", "not_boolean", "resources[4].mixed"),
        (("baseline",), [], "not_object", "$.baseline"),
        (("baseline",), {}, "missing", "$.baseline"),
        (("baseline",), {"operations": 1}, "not_list", "$.baseline.operations"),
        ((*ROW, "start"), -4, "out_of_range", "$.baseline.operations[0].start"),
        ((*ROW, "start"), 1.5, "not_integer", "$.baseline.operations[0].start"),
        ((*ROW, "start"), True, "not_integer", "$.baseline.operations[0].start"),
        ((*ROW, "job"), None, "missing", "$.baseline.operations[0]"),
        ((*ROW, "machine"), 3, "not_text", "$.baseline.operations[0].machine"),
        ((*ROW, "machine"), None, None, ""),
        ((*ROW, "workers"), [], None, ""),
        ((*JOB, "priority"), -1, "out_of_range", "$.jobs[0].priority"),
        (("resources", 1, "site"), "*", "unknown", "resources[1].site"),
        (("resources", 4, "site"), "*", "unknown", "resources[4].site"),
        (("resources", 3, "site"), "*", None, ""),
        ((*FIRST, "modes", 0, "duration"), 10**16, "too_large", "modes[0].duration"),
        ((*FIRST, "modes", 0, "duration"), 2.0**80, "too_large", "modes[0].duration"),
        ((*FIRST, "modes", 0, "duration"), 4.0, "not_integer", "modes[0].duration"),
        ((*JOB, "weight"), 1e300, "too_large", "weight"),
        (("objective", "tardiness"), 1e15, "overflow", "$.objective"),
        ((*JOB, "release"), 10**15, "calendar_ends", "operations[0]"),
        ((*FIRST, "hold"), OWN, "hold_order", "operations[0].hold"),
        ((*FIRST, "hold", "until"), "30", "hold_order", "operations[0].hold"),
        ((*FIRST, "batch"), {"family": "F", "size": 2}, "no_oven", "operations[0]"),
        ((*FIRST, "setup_worker"), {"skill": "fly"}, "no_worker", "operations[0].setup_worker"),
        ((*FIRST, "resumable"), False, None, ""),
        ((*FIRST, "worker"), {"skill": "sew", "count": 0}, "out_of_range", "worker.count"),
        ((*PAINT, "forbidden"), [["red"]], "not_change", "forbidden[0]"),
        ((*PAINT, "forbidden"), ["red"], "not_list", "forbidden[0]"),
        ((*PAINT, "clean"), {"every_batches": 3}, "missing", "clean"),
        (("transport",), [LEG, LEG], "duplicate", "$.transport"),
        (("resources", 2, "skills"), {"sew": 0}, "out_of_range", "skills.sew"),
        (("resources", 0, "capacity"), 2, "capacity", "resources[0].capacity"),
        (("resources", 2, "capacity"), 2, "capacity", "resources[2].capacity"),
        (("resources", 2, "site"), "b", "no_worker", "operations[0].worker"),
        (("resources", 2, "calendar"), "night", "calendar_ends", "operations[0]"),
    ],
)
def test_each_error_names_its_place(path, value, code, place):
    if code is None:
        assert parse_native(broken(path, value)).operation_count == 3
        return
    with pytest.raises(InputError) as caught:
        parse_native(broken(path, value))
    found = [(each.code, str(each.fields["path"])) for each in caught.value.problems]
    assert any(c == f"factory.problem.{code}" and p.endswith(place) for c, p in found), found
    assert all(each.fields["hint"] for each in caught.value.problems)


def test_all_errors_come_at_once_and_at_most_a_hundred_are_listed():
    data = copy.deepcopy(RICH)
    data["jobs"][0]["operations"][0]["modes"] = [
        {"machine": "m", "duration": -1} for _ in range(150)
    ]
    data["nonsense"] = 1
    with pytest.raises(InputError) as caught:
        parse_native(data)
    assert caught.value.code == "factory.problem.invalid"
    assert len(caught.value.problems) == 100
    assert caught.value.fields["count"] == 151


def test_a_single_error_gives_its_own_code():
    with pytest.raises(InputError) as caught:
        parse_native(broken(("colour",), 1))
    assert caught.value.code == "factory.problem.unknown_key"


def test_what_is_not_json_is_refused():
    with pytest.raises(InputError) as caught:
        read_problem(b"{nope", "sanpin")
    assert caught.value.code == "factory.problem.not_json"
    with pytest.raises(InputError) as caught:
        read_problem(orjson.dumps([1]), "sanpin")
    assert caught.value.code == "factory.problem.not_object"


def test_each_finding_names_its_record_and_what_to_do():
    with pytest.raises(InputError) as caught:
        parse_native(broken((*FIRST, "modes", 0, "machine"), "x"))
    (finding,) = caught.value.problems
    assert finding.fields["record"] == "j / 10"
    assert finding.fields["hint"] == caught.value.hint != ""
    with pytest.raises(InputError) as caught:
        parse_native(broken(("resources", 0, "calendar"), "x"))
    assert caught.value.problems[0].fields["record"] == "m"


def test_integers_beyond_64_bits_are_refused_as_too_large():
    content = orjson.dumps(RICH).replace(b'"priority":1', b'"priority":123456789012345678901234')
    with pytest.raises(InputError) as caught:
        read_problem(content)
    assert caught.value.code == "factory.problem.too_large"


def test_a_tank_may_be_held_while_the_operation_itself_runs():
    hold = {"tank": "tank", "amount": 4, "from": "start", "until": "10", "until_end": True}
    problem = parse_native(broken((*FIRST, "hold"), hold))
    assert problem.jobs[0].operations[0].hold.until == "10"


def test_a_tank_may_be_drained_after_several_steps():
    data = copy.deepcopy(RICH)
    operations = data["jobs"][0]["operations"]
    operations[2]["after"] = [{"op": "20"}]
    operations[0]["hold"]["until"] = "30"
    assert parse_native(data).jobs[0].operations[0].hold.until == "30"


def test_what_may_be_left_out_or_done_outside_is_only_refused_for_an_unknown_skill():
    data = copy.deepcopy(RICH)
    operation = data["jobs"][0]["operations"][0]
    operation["modes"][0]["duration"] = 5000
    operation["worker"]["count"] = 2
    operation["outsource"] = {"duration": 9}
    assert parse_native(data).operation_count == 3
    del operation["outsource"]
    data["jobs"][0]["alternatives"] = [["10", "20"], ["30"]]
    assert parse_native(data).operation_count == 3
    operation["worker"]["skill"] = "fly"
    with pytest.raises(InputError) as caught:
        parse_native(data)
    assert caught.value.code == "factory.problem.no_worker"


def test_what_waits_for_an_alternative_is_read():
    """Only predecessors of the chosen routing bind, so that such a wait has a meaning."""
    data = copy.deepcopy(RICH)
    data["jobs"][0]["operations"].append(
        {"id": "40", "modes": [{"machine": "o", "duration": 1}], "after": [{"op": "30"}]}
    )
    assert parse_native(data).jobs[0].operations[3].after[0].op == "30"


def test_predecessors_later_in_the_file_are_no_cycle():
    data = copy.deepcopy(RICH)
    data["jobs"][0]["operations"][0]["after"] = [{"op": "30"}]
    assert parse_native(data).jobs[0].operations[0].after[0].op == "30"
    data["jobs"][0]["operations"][2]["after"] = [{"op": "20"}]
    with pytest.raises(InputError) as caught:
        parse_native(data)
    assert caught.value.code == "factory.problem.cycle"


def test_a_resumable_operation_may_rest_where_one_window_is_too_short():
    data = copy.deepcopy(RICH)
    data["jobs"][0]["operations"][0]["modes"][0]["duration"] = 705
    assert parse_native(data).operation_count == 3
    data["jobs"][0]["operations"][0]["resumable"] = False
    with pytest.raises(InputError) as caught:
        parse_native(data)
    assert caught.value.code == "factory.problem.calendar_ends"


def test_people_and_machine_must_be_open_together_for_long_enough():
    data = copy.deepcopy(RICH)
    data["resources"][2]["calendar"] = "early"
    data["calendars"]["early"] = [[90, 120]]
    # At 90 % four units take five; ten of them are common to both.
    assert parse_native(data).operation_count == 3
    data["calendars"]["early"] = [[96, 120]]
    with pytest.raises(InputError) as caught:
        parse_native(data)
    assert caught.value.code == "factory.problem.calendar_ends"
    # Another who works at any time makes up for it.
    data["resources"].append({"id": "w2", "kind": "worker", "skills": {"sew": 50}})
    assert parse_native(data).operation_count == 3
    data["resources"][-1]["site"] = "b"
    with pytest.raises(InputError):
        parse_native(data)


def test_a_worker_named_by_a_mode_must_be_open_with_its_machine():
    data = copy.deepcopy(RICH)
    operation = data["jobs"][0]["operations"][0]
    operation["modes"][0]["uses"] = {"w": 1}
    del operation["worker"]
    assert parse_native(data).jobs[0].operations[0].modes[0].crew == ("w",)
    data["resources"][2]["calendar"] = "night"
    with pytest.raises(InputError) as caught:
        parse_native(data)
    assert caught.value.code == "factory.problem.calendar_ends"


def test_large_numbers_that_can_be_added_up_are_read():
    data = copy.deepcopy(RICH)
    data["calendars"]["day"][-1][1] = 10**12
    data["jobs"][0]["weight"] = 10**9
    assert parse_native(data).calendars["day"][-1] == (200, 10**12)


def test_writing_leaves_the_problem_alone_and_shares_nothing_with_it():
    problem = parse_native(copy.deepcopy(RICH))
    record = problem_record(problem)
    record["jobs"][0]["operations"][0]["attributes"]["colour"] = "green"
    assert problem.jobs[0].operations[0].attributes == {"colour": "blue"}


def test_the_collector_of_cycles_runs_again_after_reading():
    import gc

    read_problem(orjson.dumps(RICH))
    assert gc.isenabled()
    with pytest.raises(InputError):
        read_problem(b"{", "sanpin")
    assert gc.isenabled()
    gc.disable()
    try:
        read_problem(orjson.dumps(RICH))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_key_that_is_written_twice_is_named_and_none_is_dropped():
    content = orjson.dumps(broken((*FIRST, "modes", 0, "duration"), -3))
    content = content.replace(b'"calendars":{', b'"calendars":{"night":[],')
    with pytest.raises(InputError) as caught:
        read_problem(content, "sanpin")
    found = {(each.code, each.fields["path"]) for each in caught.value.problems}
    assert ("factory.problem.repeated_key", "$.calendars.night") in found
    assert ("factory.problem.out_of_range", "$.jobs[0].operations[0].modes[0].duration") in found
    # Quotes that are written otherwise are no keys.
    content = b'{"a": "\\u0022", "b": {"a": "\\""}}'
    assert find_repeat(content, orjson.loads(content)) is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"a": 1, "a": 2}', ("a", ())),
        (b'[{"a": 1}, {"b": [{"": 1, "c": 2, "": 3}]}]', ("", (1, "b", 0))),
        (b'{"a": {"x": 1, "x": 2}, "b": {"y": 1, "y": 2}}', ("x", ("a",))),
        (b'{"a": [], "b": "a"}', None),
    ],
)
def test_the_first_key_that_is_written_twice_is_found_with_its_place(content, found):
    assert find_repeat(content, orjson.loads(content)) == found


def test_the_place_of_a_byte_that_is_no_text_is_named():
    with pytest.raises(InputError) as caught:
        read_problem(b'{"format":\n "sanpin\xff"}', "sanpin")
    assert caught.value.code == "factory.problem.not_json"
    assert (caught.value.fields["line"], caught.value.fields["column"]) == (2, 9)
