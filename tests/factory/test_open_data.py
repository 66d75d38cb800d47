"""Published problems and the shipped plants; skipped where the open data is not at hand."""

import csv
import gzip

import orjson
import pytest

from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.check import check, check_solution
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.solve import Params, schedule

DISPATCHED = ("plant_10_6", "plant_40_12")
PLANTS = ("plant_10_6", "plant_40_12", "plant_60_12_plain", "plant_120_20", "plant_150_24_plain")


@pytest.fixture(scope="module")
def plants(open_data):
    """Give the folder of the plants."""
    return open_data / "factory" / "plants"


@pytest.fixture(scope="module")
def known(plants):
    """Give the published dispatch costs by file."""
    with (plants / "dispatch.csv").open(encoding="utf-8") as stream:
        return {row["file"].removesuffix(".json"): row for row in csv.DictReader(stream)}


@pytest.mark.parametrize("name", DISPATCHED)
def test_shipped_schedules_are_valid_and_cost_what_is_published(plants, known, name):
    problem = read_problem((plants / f"{name}.json").read_bytes())
    report = check_solution(problem, (plants / f"{name}.schedule.json").read_bytes())
    assert report.violations == ()
    assert report.objective == int(known[name]["total"])
    assert report.terms["tardiness"] == int(known[name]["weighted_tardiness"])
    assert report.terms["setup"] == int(known[name]["setup_min"])


@pytest.mark.parametrize("name", PLANTS)
def test_the_search_beats_the_published_dispatch_cost(plants, known, name):
    problem = read_problem((plants / f"{name}.json").read_bytes())
    assert problem.operation_count == int(known[name]["operations"])
    found = schedule(problem, Params(seconds=600, steps=8))
    report = check(problem, found)
    assert report.valid
    assert report.objective == found.objective < int(known[name]["total"])


def test_a_plant_whose_material_never_suffices_is_refused(plants):
    from sanpin.base import InputError

    with pytest.raises(InputError) as caught:
        read_problem((plants / "plant_3000_260.json.gz").read_bytes())
    assert caught.value.code == "factory.problem.material_short"
    record = orjson.loads(gzip.decompress((plants / "plant_3000_260.json.gz").read_bytes()))
    operations = [op for job in record["jobs"] for op in job["operations"]]
    assert not any(job.get("alternatives") for job in record["jobs"])
    (sugar,) = (one for one in record["materials"] if one["id"] == "sugar")
    need = sum(op.get("consumes", {}).get("sugar", 0) for op in operations)
    come = sum(op.get("produces", {}).get("sugar", 0) for op in operations)
    come += sugar["on_hand"] + sum(quantity for _, quantity in sugar["arrivals"])
    assert (need, come) == (7505, 7428), "counted apart from the reader"
    sugar["on_hand"] += need - come
    assert read_problem(orjson.dumps(record)).operation_count == 10_222


def shops(open_data, form):
    """Return the files of a format that are small enough for a test."""
    folder = open_data / "factory" / "core" / form
    return [path for path in sorted(folder.iterdir()) if path.stat().st_size < 200_000]


@pytest.mark.parametrize("form", ["jsp", "fjsp"])
def test_every_open_shop_is_read_guessed_and_scheduled(open_data, form):
    with (open_data / "factory/best_known/jsp_fjsp.csv").open(encoding="utf-8") as stream:
        best = {row["instance"]: row for row in csv.DictReader(stream)}
    for path in shops(open_data, form):
        problem = read_problem(path.read_bytes(), name=path.name)
        assert problem == read_problem(path.read_bytes(), form)
        found = schedule(problem, Params(seconds=600, steps=1))
        report = check(problem, found)
        assert report.valid
        assert report.objective == found.objective
        row = best.get(path.stem.removesuffix("js"))
        if row and row["lb"]:
            # A bound above a proven optimum, or a schedule below it, would be our mistake.
            assert lower_bounds(problem)["objective"] <= int(row["ub"])
            assert found.objective >= int(row["lb"])


def test_packed_files_read_like_plain_ones(open_data):
    path = open_data / "factory" / "core" / "jsp" / "ft10.txt"
    assert read_problem(gzip.compress(path.read_bytes())) == read_problem(path.read_bytes())
