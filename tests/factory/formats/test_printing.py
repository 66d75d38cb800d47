"""The printing shop: every part of its fixed reading, by hand and through the checker."""

import copy
from fractions import Fraction

import orjson
import pytest

from sanpin.base import InputError
from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.building import FOREVER
from sanpin.factory.model import ScheduledOperation


def read(shop):
    """Read a shop given as an object."""
    return read_problem(orjson.dumps(shop), "ops")


def test_gaps_are_closed_and_the_last_window_never_ends(shop):
    problem = read(shop)
    assert problem.calendars["7"] == ((0, 15), (20, 40), (60, FOREVER))
    assert problem.calendars["9"] == ((5, FOREVER),)
    assert all(op.resumable for job in problem.jobs for op in job.operations)


def test_names_are_those_of_the_file(shop):
    problem = read(shop)
    assert [job.id for job in problem.jobs] == ["3", "4"]
    assert [op.id for op in problem.jobs[0].operations] == ["1", "2"]
    assert [mode.machine for mode in problem.jobs[0].operations[1].modes] == ["7", "9"]
    assert problem.objective == {"makespan": 1}


def test_release_and_start_bind_the_operation(shop):
    (op,) = read(shop).jobs[1].operations
    assert op.earliest == 30
    assert op.fixed is not None
    assert (op.fixed.machine, op.fixed.start) == ("7", 60)


def test_overlap_is_the_share_of_the_predecessor_as_it_is_written(shop):
    (after,) = read(shop).jobs[0].operations[1].after
    assert (after.op, after.transfer) == ("1", Fraction(1, 4))
    whole = copy.deepcopy(shop)
    whole["jobs"][0]["topology"][0]["overlap"] = 1
    assert read(whole).jobs[0].operations[1].after[0].transfer is None


@pytest.mark.parametrize(
    ("before", "after", "length"),
    [
        ((2, 1, 1), (2, 1, 1), 0),
        ((2, 1, 1), (5, 1, 1), 4),
        ((5, 1, 1), (2, 1, 1), 1),
        ((2, 1, 1), (2, 2, 1), 6),
        ((2, 1, 1), (2, 1, 2), 3),
        ((5, 1, 1), (1, 2, 2), 10),
    ],
)
def test_set_ups_add_up_by_size_colour_and_varnish(shop, before, after, length):
    table = read(shop).setups["7"]
    names = ("size", "color", "varnish")
    total = sum(
        table.attributes[name].length(str(old), str(new))
        for name, old, new in zip(names, before, after, strict=True)
    )
    assert (table.combine, total) == ("sum", length)


def placed(job, op, machine, setup_start, start, end):
    """Return one placed operation."""
    return ScheduledOperation(job, op, machine, start, end, setup_start)


def test_the_checker_measures_a_schedule_as_the_reading_says(shop):
    """The first needs no set-up; a quarter of 10 is 3; 2 grows to 5 and 1 to 2: 4 + 6."""
    plan = [
        placed("3", "1", "7", 0, 0, 10),
        placed("3", "2", "9", 5, 5, 11),
        placed("4", "11", "7", 20, 60, 70),
    ]
    report = check(read(shop), plan)
    assert report.violations == ()
    assert report.objective == 70
    plan[1] = placed("3", "2", "7", 20, 30, 38)
    plan[2] = placed("4", "11", "7", 60, 60, 70)
    codes = {violation.code for violation in check(read(shop), plan).violations}
    # From size 5, colour 2 to size 1, colour 1 seven are needed before 60, and none are given.
    assert codes == {"setup.short"}


def broken(shop, path, value):
    """Return the shop with one value replaced."""
    shop = copy.deepcopy(shop)
    at = shop
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return shop


FIRST = ("jobs", 0, "topology", 0)


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        ((*FIRST, "overlap"), 0, "not_share", "$.jobs[0].topology[0].overlap"),
        ((*FIRST, "overlap"), 1.5, "not_share", "$.jobs[0].topology[0].overlap"),
        ((*FIRST, "sucessors"), [2, 99], "unknown", "$.jobs[0].topology[0]"),
        ((*FIRST, "sucessors"), [1, 2], "cycle", "$.jobs[0]"),
        ((*FIRST, "resources"), [8], "unknown", "$.jobs[0].topology[0].resources[0].machine"),
        ((*FIRST, "time"), [1, 2], "not_pair", "$.jobs[0].topology[0].time"),
        ((*FIRST, "time"), [-2], "out_of_range", "$.jobs[0].topology[0].time[0]"),
        ((*FIRST, "starting"), "now", "not_integer", "$.jobs[0].topology[0].starting"),
        ((*FIRST, "colour"), 1, "unknown_key", "$.jobs[0].topology[0].colour"),
        ((*FIRST, "id"), 2, "duplicate", "$.jobs[0].topology"),
        (("jobs", 0, "topology", 1, "starting"), 3, "fixed", "$.jobs[0].topology[1]"),
        (("resources", 0, "availability"), [0, 9, 5, 12], "window", "$.resources[0].availability"),
        (("resources", 0, "availability"), [0, 9, 12], "window", "$.resources[0].availability"),
        (("resources", 0, "availability"), [], "window", "$.resources[0].availability"),
        (("resources", 0, "setup_size"), [1], "not_pair", "$.resources[0].setup_size"),
        (("resources", 1, "id"), 7, "duplicate", "$.resources"),
        (("jobs",), [], "empty", "$.jobs"),
    ],
)
def test_each_error_names_its_place(shop, path, value, code, place):
    with pytest.raises(InputError) as caught:
        read(broken(shop, path, value))
    found = [(each.code, each.fields["path"]) for each in caught.value.problems]
    assert (f"factory.problem.{code}", place) in found


@pytest.mark.parametrize("content", [b"{", b"[]", b"7", b'{"jobs": 1, "resources": {}}'])
def test_what_is_no_shop_is_refused(content):
    with pytest.raises(InputError) as caught:
        read_problem(content, "ops")
    assert caught.value.code.startswith("factory.problem.")
