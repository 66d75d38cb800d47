"""Published job shops and flexible job shops within a fixed number of rounds."""

import tarfile

import pytest

from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.sequences import SequenceSearch


def member(open_data, pack, name):
    """Return one file of a pack."""
    with tarfile.open(open_data / "factory" / f"{pack}.tar.gz") as archive:
        found = [each for each in archive.getmembers() if f"/{each.name}".endswith(f"/{name}.txt")]
        return archive.extractfile(found[0]).read()


@pytest.mark.parametrize(
    ("form", "name", "known", "share", "rounds"),
    [
        ("jsp", "ft20", 1165, 0, 15),
        ("jsp", "la16", 945, 0, 40),
        ("jsp", "ft10", 930, 0, 80),
        ("jsp", "la22", 927, 0.01, 15),
        ("jsp", "la24", 935, 0.01, 15),
        ("jsp", "la40", 1222, 0.01, 40),
        ("jsp", "orb02", 888, 0.01, 15),
        ("fjsp", "mk14", 694, 0, 15),
        ("fjsp", "mk10", 193, 0.052, 40),
        ("fjsp", "mk06", 57, 0.018, 40),
        ("hfsp", "1", 955, 0.02, 20),
    ],
)
def test_published_values_within_fixed_rounds(open_data, form, name, known, share, rounds):
    problem = read_problem(member(open_data, form, name), form)
    search = SequenceSearch(problem, seed=0)
    search.start()
    while search.rounds < rounds and search.best[1] > known * (1 + share) and not search.optimal:
        search.round()
    report = check(problem, search.operations())
    assert report.valid
    assert search.bound <= known <= report.objective <= known * (1 + share)
