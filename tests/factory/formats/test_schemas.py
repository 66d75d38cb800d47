"""The published JSON Schemas hold what is written, and refuse what the reader calls malformed."""

import copy
import json
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from sanpin.base import InputError
from sanpin.factory.engine.check import check, check_solution
from sanpin.factory.engine.formats import native, read_problem
from sanpin.factory.engine.formats.native import parse_native
from sanpin.factory.engine.formats.writer import problem_record, schedule_bytes
from sanpin.factory.engine.solve import Params, schedule
from sanpin.factory.model import TERMS

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
SHAPE = {
    # What the reader says of one value alone; all else is about values among each other.
    "unknown_key", "not_integer", "out_of_range", "too_large", "not_number", "not_text",
    "not_boolean", "not_a_choice", "not_list", "not_object", "not_pair", "not_share", "not_change",
    "missing",
}  # fmt: skip


def schema(name):
    """Return one of the schemas."""
    return json.loads((SCHEMAS / f"factory-{name}.json").read_text(encoding="utf-8"))


def errors(name, value):
    """Return the paths of what a schema finds."""
    return [each.json_path for each in Draft202012Validator(schema(name)).iter_errors(value)]


@pytest.mark.parametrize("name", ["problem", "schedule", "report"])
def test_the_schemas_are_schemas(name):
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"].startswith("sanpin.factory.")


def keys(value):
    """Return the keys of all records of a schema."""
    if isinstance(value, list):
        return set().union(*map(keys, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = set(value["properties"]) if isinstance(value.get("properties"), dict) else set()
    return own | keys(list(value.values()))


def test_the_schema_knows_the_keys_of_the_reader_and_no_others():
    source = Path(native.__file__).read_text(encoding="utf-8")
    rules = source[source.index("MODE = record") : source.index("def read_native")]
    read = {word for word in rules.split('"')[1::2] if word.isidentifier()} | set(TERMS)
    read -= {"min", "s", "h", "sum", "max", "lognormal"}
    assert keys(schema("problem")) - {"start"} <= read | {"job", "machine", "op"}
    assert read - keys(schema("problem")) <= {"end"}


@pytest.mark.parametrize("form", ["sanpin", "jsp", "fjsp-w", "ops", "upmsp", "wtsds", "hfsp", "wt"])
def test_what_is_written_holds_to_the_schema(files, form):
    problem = read_problem(files[form], form, instance=2 if form == "wt" else None)
    assert errors("problem", json.loads(orjson.dumps(problem_record(problem)))) == []


def test_random_plants_and_their_schedules_hold_to_the_schemas(make_plant):
    for seed in range(3):
        problem = make_plant(seed)
        assert errors("problem", json.loads(orjson.dumps(problem_record(problem)))) == []
        found = schedule(problem, Params(seconds=600, steps=4), seed=seed)
        content = schedule_bytes(found)
        assert errors("schedule", json.loads(content)) == []
        for placed in (found.operations, found.operations[1:]):
            report = check(problem, placed).record()
            assert errors("report", json.loads(orjson.dumps(report))) == []
        report = check_solution(problem, content[:-9]).record()
        assert errors("report", json.loads(orjson.dumps(report))) == []


PLACES = [
    ("jobs", 0, "operations", 0, "id"),
    ("jobs", 0, "operations", 0, "modes", 0, "duration"),
    ("jobs", 0, "operations", 0, "modes"),
    ("jobs", 0, "operations"),
    ("jobs", 0),
    ("jobs", 0, "colour"),
    ("jobs", 0, "weight"),
    ("jobs", 0, "priority"),
    ("jobs", 0, "alternatives"),
    ("jobs",),
    ("resources", 0, "kind"),
    ("resources", 0, "capacity"),
    ("resources", 0, "skills"),
    ("calendars",),
    ("unit",),
    ("setups",),
    ("objective",),
    ("baseline",),
    ("format",),
]
VALUES = [
    None, 0, 1, -1, 2.5, 10**16, True, "", "x", "min", "oven", [], {}, [1], {"a": 1},
    {"a": [[1, 2]]}, [["x"]], {"id": "x"}, {"makespan": 1}, {"operations": []},
    {"a": {"attributes": {}}},
    {"a": {"attributes": {"b": {"forbidden": [["x"]]}}}},
    {"a": {"attributes": {"b": {"clean": {"every_units": 0}}}}},
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_reader_and_schema_agree_about_the_shape_of_values(files, place):
    for value in VALUES:
        data = copy.deepcopy(json.loads(files["sanpin"]))
        at = data
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = value
        try:
            parse_native(copy.deepcopy(data))
            malformed = set()
        except InputError as error:
            malformed = {each.code.rpartition(".")[2] for each in error.problems} & SHAPE
        assert bool(errors("problem", data)) == bool(malformed), (value, malformed)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, False),
        ({"machine": None}, True),
        ({"machine": None, "outsourced": True}, False),
        ({"machine": ""}, True),
        ({"start": 1.5}, True),
        ({"start": 10**16}, True),
        ({"workers": "anna"}, True),
        ({"batch": None}, False),
        ({"job": 3}, True),
    ],
)
def test_checker_and_schema_agree_about_rows_of_a_schedule(ft06, change, wrong):
    row = {"job": "0", "op": "0", "machine": "2", "start": 0, "end": 1, **change}
    data = {"format": "sanpin.factory.schedule/1", "operations": [row]}
    assert bool(errors("schedule", data)) == wrong
    report = check_solution(read_problem(ft06), orjson.dumps(data))
    codes = {each.code for each in report.violations}
    assert ("schedule.malformed" in codes) == wrong
