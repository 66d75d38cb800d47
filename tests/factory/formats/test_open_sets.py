"""Files of the open packs: read, guessed, and equal after a round through the native format."""

import gzip
import tarfile
from functools import cache

import pytest

from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats import guess_format, read_problem, unpack
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.model import ScheduledOperation

PACKS = {
    # Pack: format, every how many files by default, largest packed size by default.
    "jsp": ("jsp", 3, 50_000),
    "jsp_large": ("jsp", 4, 50_000),
    "fjsp": ("fjsp", 4, 50_000),
    "fjsp_workers": ("fjsp-w", 12, 300_000),
    "ops": ("ops", 2, 300_000),
    "upmsp": ("upmsp", 1, 10**9),
    "wtsds": ("wtsds", 10, 50_000),
    "hfsp": ("hfsp", 40, 50_000),
}
OPERATIONS = {
    "ft10.txt": 100, "ta71js.txt": 2000, "tai_100_100_1.zip": 10_000, "mk10.txt": 240,
    "BrandimarteMk10.fjs": 240, "sops1.json": 9, "lops59.json": 1271, "25_Data_10_57_1.txt": 58,
    "wt_sds_1.instance": 60, "1.txt": 250, "1430.txt": 2000,
}  # fmt: skip


@cache
def members(folder, pack):
    """Return the files of a pack by name in a fixed order."""
    with tarfile.open(folder / f"{pack}.tar.gz") as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return [
            (file.name, archive.extractfile(file).read())
            for file in sorted(files, key=lambda file: file.name)
        ]


def check_file(name, content, form):
    """Read, guess, write and read one file."""
    problem = read_problem(content, form)
    assert guess_format(unpack(content)) == form, name
    assert problem.operation_count == OPERATIONS.get(
        name.rpartition("/")[2], problem.operation_count
    )
    assert read_problem(problem_bytes(problem)) == problem, name
    objective = {"tardiness": 1} if form == "wtsds" else {"makespan": 1}
    assert problem.objective == objective


@pytest.mark.parametrize("pack", PACKS)
def test_files_of_every_pack_survive_the_round_trip(open_data, pack):
    form, stride, largest = PACKS[pack]
    files = members(open_data / "factory", pack)
    chosen = [
        (name, content)
        for at, (name, content) in enumerate(files)
        if len(content) <= largest and (at % stride == 0 or name.rpartition("/")[2] in OPERATIONS)
    ]
    assert chosen
    for name, content in chosen:
        check_file(name, content, form)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.slow
def test_all_files_of_every_pack_survive_the_round_trip(open_data, pack, request):
    if request.config.getoption("markexpr") != "slow":
        pytest.skip("reading all packs takes minutes: pytest -m slow")
    for name, content in members(open_data / "factory", pack):
        check_file(name, content, PACKS[pack][0])


def test_files_of_daily_work_are_those_of_the_packs(open_data):
    core = open_data / "factory" / "core"
    packed = dict(members(open_data / "factory", "jsp_large"))
    name = next(name for name in packed if name.endswith("/tai_100_100_1.zip"))
    plain = (core / "jsp_large" / "tai_100_100_1.txt").read_bytes()
    assert read_problem(packed[name]) == read_problem(plain)
    assert read_problem(gzip.compress(packed[name])) == read_problem(plain)


@pytest.mark.parametrize(("size", "instance"), [(40, 1), (40, 125), (50, 63)])
def test_weighted_tardiness_of_a_sequence_is_what_the_numbers_say(open_data, size, instance):
    content = (open_data / "factory" / "wt" / f"wt{size}.txt").read_bytes()
    numbers = [int(word) for word in content.split()][3 * size * (instance - 1) :]
    problem = read_problem(content, instance=instance, name=f"wt{size}.txt")
    assert len(problem.jobs) == size
    plan, now, cost = [], 0, 0
    for job in sorted(range(size), key=lambda job: numbers[2 * size + job]):
        plan.append(ScheduledOperation(str(job), "0", "0", now, now + numbers[job], now))
        now += numbers[job]
        cost += numbers[size + job] * max(0, now - numbers[2 * size + job])
    best = (open_data / "factory" / "wt" / f"wtopt{size}.txt").read_text().split()
    assert check(problem, plan).objective == cost >= int(best[instance - 1])


def blocks(text):
    """Return the numbers of a back-end file by label, read apart from the reader."""
    found, label = {}, ""
    for line in text.splitlines():
        if line[:1].isalpha():
            label = line.split(";")[0].strip()
            found[label] = []
        elif line.strip():
            found[label].append([float(word) for word in line.split(";") if word.strip()])
    return found


@pytest.mark.parametrize(("number", "makespan"), [(25, 215.62), (4, 189.57)])
def test_published_sequences_are_valid_and_as_long_as_their_hours(open_data, number, makespan):
    """The sum of hours along each machine's sequence, against the checker in seconds."""
    name, content = next(
        (name, content)
        for name, content in members(open_data / "factory", "upmsp")
        if name.rpartition("/")[2].startswith(f"{number}_Data")
    )
    data = blocks(content.decode())
    problem = read_problem(content, name=name)
    count = len(data["P"][0])
    text = (open_data / "factory" / "upmsp_solutions" / f"{number}_Sequence.txt").read_text()
    lines = text.splitlines()[: len(problem.resources)]
    plan, longest = [], 0.0
    for machine, line in enumerate(lines):
        now, hours, before = round(3600 * data["R"][0][machine]), data["R"][0][machine], None
        for task in [int(word) for word in line.split(";") if word]:
            setup, work = hours_of(data, machine, before, task, count)
            start = now + round(3600 * setup)
            end = start + round(3600 * work)
            plan.append(ScheduledOperation(str(task), "0", str(machine), start, end, now))
            now, hours, before = end, hours + setup + work, task
            longest = max(longest, hours)
    report = check(problem, plan)
    assert report.violations == ()
    assert longest == pytest.approx(makespan, abs=0.01)
    assert report.objective == pytest.approx(3600 * longest, abs=len(plan))


def hours_of(data, machine, before, task, count):
    """Return set-up and work of a task; maintenance follows the jobs in number."""
    if task >= count:
        return data["S_PM"][machine][task - count], data["PM"][machine][task - count]
    fresh = before is None or before >= count
    setup = data["MDS"][machine][task] if fresh else data[f"M_{machine}"][before][task]
    return setup, data["P"][machine][task]
