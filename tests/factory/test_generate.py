"""Sample plants: they have what they are asked to have, and a schedule always exists."""

from bisect import bisect_right
from collections import defaultdict

import pytest

from sanpin.base import InputError
from sanpin.base.calendar import OpenTime, intersect
from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats.native import read_native
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.engine.solve import Params, schedule
from sanpin.factory.model import ScheduledOperation
from sanpin.factory.sample.plants import FEATURES, KINDS, generate, least_machines
from sanpin.factory.sample.plants.orders import FILLED


def operations(problem):
    """Return all operations."""
    return [op for job in problem.jobs for op in job.operations]


def afters(problem):
    """Return all links between operations."""
    return [after for op in operations(problem) for after in op.after]


def attributes(problem):
    """Return the change-overs of all tables."""
    return [each for table in problem.setups.values() for each in table.attributes.values()]


USES = {
    "alternatives": lambda p: any(job.alternatives for job in p.jobs),
    "baseline": lambda p: p.baseline,
    "bounds": lambda p: any(op.latest for op in operations(p)),
    "calendars": lambda p: p.calendars,
    "cleaning": lambda p: any(each.clean for each in attributes(p)),
    "costs": lambda p: any(mode.cost for op in operations(p) for mode in op.modes),
    "deadlines": lambda p: any(job.deadline is not None for job in p.jobs),
    "earliness": lambda p: any(job.earliness_weight for job in p.jobs),
    "fixed": lambda p: any(op.fixed for op in operations(p)),
    "forbidden": lambda p: any(each.forbidden for each in attributes(p)),
    "lags": lambda p: any(after.min_lag for after in afters(p)),
    "materials": lambda p: any(each.on_hand for each in p.materials),
    "outsourcing": lambda p: any(op.outsource for op in operations(p)),
    "ovens": lambda p: any(op.batch for op in operations(p)),
    "pools": lambda p: p.pools,
    "production": lambda p: any(op.produces for op in operations(p)),
    "resumable": lambda p: any(op.resumable for op in operations(p)),
    "setup_workers": lambda p: any(op.setup_worker for op in operations(p)),
    "setups": lambda p: p.setups and any(op.attributes for op in operations(p)),
    "shelf_life": lambda p: any(each.shelf_life for each in p.materials),
    "sites": lambda p: p.sites and p.transport and p.closed_sites,
    "tanks": lambda p: any(op.hold for op in operations(p)) and p.tanks,
    "tools": lambda p: any(op.tool for op in operations(p)) and p.tools,
    "transfer": lambda p: any(after.transfer for after in afters(p)),
    "uncertainty": lambda p: p.uncertainty,
    "waits": lambda p: any(after.max_lag is not None for after in afters(p)),
    "workers": lambda p: any(op.worker for op in operations(p)),
}


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_every_feature_is_there_and_can_be_left_out(feature):
    used = USES[feature]
    assert any(used(generate(kind, 60, 14, 3)) for kind in KINDS)
    for kind in KINDS:
        lacking = generate(kind, 60, 14, 3, features=FEATURES - {feature})
        assert not used(lacking)
        assert read_native(problem_bytes(lacking)) == lacking


@pytest.mark.parametrize("kind", KINDS)
def test_a_plant_is_marked_named_and_repeated(kind):
    problem = generate(kind, 30, 12, 7)
    assert problem.name.startswith(f"SAMPLE {kind} plant")
    assert problem == generate(kind, 30, 12, 7)
    assert problem != generate(kind, 30, 12, 8)
    assert len(problem.jobs) == 30
    assert sum(resource.kind.processes for resource in problem.resources) == 12
    assert read_native(problem_bytes(problem)) == problem
    bare = generate(kind, 30, 12, 7, features=())
    assert [job.quantity for job in bare.jobs] == [job.quantity for job in problem.jobs]
    assert [job.id for job in bare.jobs] == [job.id for job in problem.jobs]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("jobs", [700, 1500])
def test_the_fullest_machines_are_asked_for_nine_tenths_of_their_time(kind, jobs):
    """Count work and half of a usual set-up against the open time until the last due date."""
    problem = generate(kind, jobs, 24, 1)
    last = max(job.due for job in problem.jobs)
    asked, room = defaultdict(float), defaultdict(float)
    for resource in problem.resources:
        if resource.kind.processes:
            windows = problem.calendars[resource.calendar] if resource.calendar else None
            room[resource.id[:-3]] += OpenTime(windows).open_between(0, last)
    for job in problem.jobs:
        shared = {name for names in job.alternatives for name in names}
        for op in job.operations:
            lengths = [mode.duration for mode in op.modes]
            machine = problem.processors[op.modes[0].machine]
            work = sum(lengths) / len(lengths)
            if op.attributes and machine.setup:
                table = problem.setups[machine.setup]
                means = []
                for name in op.attributes:
                    rows = table.attributes[name].matrix.values()
                    spans = [length for row in rows for length in row.values()]
                    means.append(sum(spans) / len(spans))
                work += (sum if table.combine == "sum" else max)(means) / 2
            if op.batch:
                work *= op.batch.size / (machine.capacity * 0.6)
            asked[machine.id[:-3]] += work * (0.5 if op.id in shared else 1)
    fullest = max(asked[group] / room[group] for group in asked)
    assert FILLED - 0.08 < fullest < FILLED + 0.08
    dues = sorted(job.due for job in problem.jobs)
    halfway = dues[len(dues) // 2]
    assert 0.35 * last < halfway < 0.7 * last, "due dates are spread"


def test_sizes_go_from_ten_to_a_hundred_thousand_operations():
    assert generate("garment", 2, 7, 0).operation_count >= 8
    assert generate("icecream", 1, 5, 0).operation_count == 1  # a job that makes a component
    large = generate("pharma", 2_000, 300, 0)
    assert 9_000 < large.operation_count < 12_000
    assert least_machines("garment") == 7
    assert least_machines("garment", features=FEATURES - {"alternatives"}) == 6


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("toys", 5, 9), "kind"),
        (("garment", 0, 9), "size"),
        (("garment", 5, 6), "size"),
    ],
)
def test_what_cannot_be_made_is_refused(words, code):
    with pytest.raises(InputError) as error:
        generate(*words)
    assert error.value.code == f"factory.sample.{code}"


def test_an_unknown_feature_is_named():
    with pytest.raises(InputError, match="“robots”") as error:
        generate("garment", 5, 9, features={"robots"})
    assert error.value.code == "factory.sample.feature"


UNSEARCHED = {"fixed"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1])
def test_the_search_finds_schedules_that_keep_every_limit(kind, seed):
    problem = generate(kind, 10, 9, seed, features=FEATURES - UNSEARCHED)
    found = schedule(problem, Params(seconds=60, steps=1), seed=seed)
    assert found.causes == ()
    report = check(problem, found)
    assert report.valid, report.violations[:3]
    assert report.terms["tardy_jobs"] < len(problem.jobs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left_out", [set(), {"calendars"}, {"sites", "ovens"}])
def test_one_job_after_the_other_is_always_possible(kind, left_out):
    # Deadlines bound how late a job may end; a plant that does one thing at a time needs longer.
    features = FEATURES - left_out - {"deadlines", "bounds"}
    problem = generate(kind, 40, 9, 5, features=features)
    report = check(problem, Serial(problem).run())
    assert report.violations == ()


class Serial:
    """Do one job after the other, each operation when all before it is done."""

    def __init__(self, problem):
        self.problem = problem
        self.last = {m.id: dict(m.initial) for m in problem.resources if m.kind.processes}
        self.free = {m.id: 0 for m in problem.resources if m.kind.processes}
        self.lots = {
            m.id: [[0, m.on_hand], *([time, n] for time, n in m.arrivals)]
            for m in problem.materials
        }
        # Until then what already runs is done, whoever does it.
        self.now = 600
        self.busy = set()
        self.runs = defaultdict(lambda: [0, 0])

    def run(self):
        """Yield the placed operations of all jobs: running ones first, then by allergen."""
        order = ("none", "milk", "egg", "nut")

        def rank(job):
            kinds = [op.attributes.get("allergen", "none") for op in job.operations]
            return (not job.operations[0].fixed, not job.operations[0].produces,
                    max(order.index(kind) for kind in kinds), job.id)  # fmt: skip

        rows = []
        for job in sorted(self.problem.jobs, key=rank):
            rows += self.place(job)
        return rows

    def place(self, job):
        """Place a job, later and later until no operation waits too long."""
        other = set(job.alternatives[-1]) if job.alternatives else set()
        ops = [op for op in job.operations if op.id not in other]
        earliest = dict.fromkeys((op.id for op in ops), 0)
        for _ in range(400):
            rows = {}
            for op in ops:
                rows[op.id] = self.put(job, op, rows, earliest[op.id])
            late = [
                (op, after, rows[op.id].start - rows[after.op].end - after.max_lag)
                for op in ops
                for after in op.after
                if after.op in rows and after.max_lag is not None
                and rows[op.id].start > rows[after.op].end + after.max_lag
            ]  # fmt: skip
            if not late:
                break
            _, after, excess = late[0]
            earliest[after.op] = rows[after.op].start + excess
        assert not late
        for op in ops:
            row = rows[op.id]
            self.count(row.machine, op, job.quantity)
            if op.attributes:
                self.last[row.machine] = op.attributes
            self.free[row.machine] = row.end
            for name, amount in op.consumes.items():
                self.draw(name, row.start, amount)
            for name, amount in op.produces.items():
                self.lots[name].append([row.end, amount])
        self.busy.update(name for name in rows[ops[0].id].workers if ops[0].fixed)
        self.now = max(row.end for row in rows.values())
        return rows.values()

    def put(self, job, op, rows, earliest):
        """Place one operation on the first machine that may follow what it made last."""
        for mode in op.modes:
            machine = self.problem.processors[mode.machine]
            setup = self.setup(machine, op)
            if setup is not None:
                break
        ready = max(earliest, job.release, op.fixed.start if op.fixed else self.now)
        for after in op.after:
            if after.op in rows:
                leg = self.problem.journeys.get((self.site(rows[after.op]), machine.site))
                travel = leg.duration if leg else 0
                ready = max(ready, rows[after.op].end + after.min_lag + travel)
        begin = max(self.now, self.free[machine.id])
        if setup:
            begin = min(
                self.open(machine, [worker]).fits(begin, setup)
                for worker in self.people(machine, op.setup_worker)
            )
            ready = max(ready, begin + setup)
        for name, amount in op.consumes.items():
            ready = self.enough(name, ready, amount)
        need = op.worker.skill if op.worker else ""
        options = []
        for worker in self.people(machine, need):
            if op.fixed and worker and worker.id in self.busy:
                continue
            opening = self.open(machine, [worker])
            pace = worker.skills[need] if worker else 100
            work = -(-mode.duration * 100 // pace)
            start = opening.next_open(ready) if op.resumable else opening.fits(ready, work)
            end = opening.finish(start, work) if op.resumable else start + work
            options.append((end, start, worker.id if worker else ""))
        end, start, worker = min(options)
        return ScheduledOperation(
            job.id, op.id, machine.id, start, end, begin if setup else start,
            (worker,) if worker else (), (op.tool,) if op.tool else (),
            f"{job.id}/{op.id}" if machine.kind == "oven" else "",
        )  # fmt: skip

    def site(self, row):
        """Return where a placed operation is done."""
        return self.problem.processors[row.machine].site

    def setup(self, machine, op):
        """Return the length of the change-over, or None where it is forbidden."""
        if not machine.setup:
            return 0
        table, lengths = self.problem.setups[machine.setup], [0]
        for name, attribute in table.attributes.items():
            change = self.last[machine.id].get(name), op.attributes.get(name)
            if change in attribute.forbidden:
                return None
            due = attribute.clean and self.due(attribute.clean, self.runs[machine.id, name])
            lengths.append(attribute.length(*change))
            if due and change[0] == change[1]:
                lengths.append(attribute.clean["duration"])
        return sum(lengths) if table.combine == "sum" else max(lengths)

    def due(self, clean, ran):
        """Tell whether so many batches and units ask for cleaning."""
        least = float("inf")
        return ran[0] >= clean.get("every_batches", least) or ran[1] >= clean.get(
            "every_units", least
        )

    def count(self, machine, op, quantity):
        """Count what ran on a machine since each attribute was changed or cleaned."""
        table = self.problem.setups.get(self.problem.processors[machine].setup)
        for name, attribute in table.attributes.items() if table else ():
            if attribute.clean:
                ran = self.runs[machine, name]
                changed = self.last[machine][name] != op.attributes[name]
                if changed or self.due(attribute.clean, ran):
                    ran[:] = [0, 0]
                ran[0] += 1
                ran[1] += quantity

    def people(self, machine, skill):
        """Return the workers who can do it there; nobody where nobody is needed."""
        if not skill:
            return [None]
        return [
            worker
            for worker in self.problem.workers.values()
            if skill in worker.skills and worker.site in ("", "*", machine.site)
        ]

    def open(self, machine, workers):
        """Return the time in which all of them are open."""
        named = [each.calendar for each in (machine, *workers) if each and each.calendar]
        if not named:
            return OpenTime(None)
        windows = self.problem.calendars[named[0]]
        for name in named[1:]:
            windows = intersect(windows, self.problem.calendars[name])
        return OpenTime(windows)

    def fresh(self, name, time):
        """Return the lots that can be used at an instant."""
        life = next(m.shelf_life for m in self.problem.materials if m.id == name)
        return [
            lot for lot in sorted(self.lots[name])
            if lot[0] <= time and (life is None or time < lot[0] + life)
        ]  # fmt: skip

    def enough(self, name, time, amount):
        """Return the first instant from then on at which there is enough."""
        times = sorted(lot[0] for lot in self.lots[name])
        while sum(lot[1] for lot in self.fresh(name, time)) < amount:
            time = times[bisect_right(times, time)]
        return time

    def draw(self, name, time, amount):
        """Take an amount, first expired first."""
        for lot in self.fresh(name, time):
            drawn = min(lot[1], amount)
            lot[1] -= drawn
            amount -= drawn
        assert not amount
