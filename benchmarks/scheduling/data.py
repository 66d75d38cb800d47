"""Public instances: where they lie, what is known of them, and a seeded choice of a few.

Instances are read from the folder of open data that ``SANPIN_OPEN_DATA`` names and unpacked under
`ARTEFACTS`, which is not part of the repository; published bounds are read there each time.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.common import sanpin_command

ROOT = Path(__file__).resolve().parent.parent.parent
ARTEFACTS = ROOT / ".artefacts" / "benchmarks"

FJSP_FOLDERS = {
    "BehnkeGeiger2012": "behnke",
    "Brandimarte1993": "brandimarte",
    "ChambersBarnes1996": "barnes",
    "DauzerePeresPaulli1994": "dauzere",
    "FattahiMehrabadJolai2007": "fattahi",
    "KacemHammadiBorne2002": "kacem",
}


@dataclass(frozen=True)
class Instance:
    """A problem file, and the best that is published on it."""

    name: str
    family: str
    form: str
    path: Path
    best: float | None = None
    bound: float | None = None
    note: str = ""


def open_data() -> Path | None:
    """Return the folder of the factory's open data, or nothing when none is named."""
    named = os.environ.get("SANPIN_OPEN_DATA")
    folder = Path(named) / "factory" if named else None
    return folder if folder and folder.is_dir() else None


def unpack(pack: Path) -> Path:
    """Unpack an archive once and return its folder."""
    target = ARTEFACTS / "data" / pack.name.partition(".")[0]
    if not target.is_dir():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        partial.mkdir(parents=True)
        with tarfile.open(pack) as archive:
            archive.extractall(partial, filter="data")
        partial.rename(target)
    return target


def table(path: Path) -> list[dict[str, str]]:
    """Read a table with headings."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def number(text: str | None) -> float | None:
    """Return a number of a table; nothing where none is given."""
    return float(text) if text else None


def job_shop_bounds(data: Path, problem: str) -> dict[str, tuple[float | None, float | None]]:
    """Return best known value and lower bound of the job shops (JSP) or flexible ones (FJSP)."""
    rows = table(data / "best_known" / "jsp_fjsp.csv")
    chosen = (row for row in rows if row["problem"] == problem)
    return {row["instance"]: (number(row["ub"]), number(row["lb"])) for row in chosen}


def large_job_shops(data: Path, names: Iterable[str]) -> list[Instance]:
    """Return job shops of the large set by name."""
    folder = unpack(data / "jsp_large.tar.gz")
    known = job_shop_bounds(data, "JSP")
    return [
        Instance(path.stem, path.stem.rpartition("_")[0] or "dct", "jsp", path, *known[path.stem])
        for name in names
        for path in sorted(folder.rglob(f"{name}.zip"))
    ]


def flexible_job_shops(data: Path) -> list[Instance]:
    """Return all flexible job shops that have a published value."""
    folder = unpack(data / "fjsp.tar.gz")
    known = job_shop_bounds(data, "FJSP")
    found = []
    for path in sorted(folder.rglob("*.txt")):
        family = FJSP_FOLDERS.get(path.parent.name, f"hurink-{path.parent.name}")
        name = path.stem
        if family.startswith("hurink"):
            name = f"{name}_{path.parent.name}"
        elif family == "dauzere":
            name = f"dpp{name}"
        found.append(Instance(name, family, "fjsp", path, *known[name]))
    return found


def worker_shops(data: Path) -> list[Instance]:
    """Return all flexible job shops with workers; families by the leading letters."""
    folder = unpack(data / "fjsp_workers.tar.gz")
    rows = table(data / "best_known" / "fjsp_workers.csv")
    known = {row["instance"]: (number(row["ub"]), number(row["lb"])) for row in rows}
    return [
        Instance(path.stem, path.stem.rstrip("0123456789"), "fjsp-w", path, *known[path.name])
        for path in sorted(folder.glob("*.fjs"))
    ]


def hybrid_flow_shops(data: Path) -> list[Instance]:
    """Return the hybrid flow shops; the family is the size, jobs x stages."""
    folder = unpack(data / "hfsp.tar.gz")
    rows = table(data / "best_known" / "shops.csv")
    known = {row["instance"]: number(row["bks"]) for row in rows if row["problem"] == "HFSP"}
    found = []
    for path in sorted(folder.glob("*.txt"), key=lambda each: int(each.stem)):
        with path.open() as lines:
            size = "x".join(next(lines).strip() for _ in range(2))
        found.append(Instance(path.stem, size, "hfsp", path, known.get(path.name)))
    return found


def printing_shops(data: Path) -> list[Instance]:
    """Return the online printing shops; the family is the class of size."""
    folder = unpack(data / "ops.tar.gz")
    files = sorted(folder.rglob("*.json"))
    return [Instance(path.stem, path.parent.name, "ops", path) for path in files]


def real_factories(data: Path) -> list[Instance]:
    """Return the two real factories; the note is the file of the published sequences."""
    folder = unpack(data / "upmsp.tar.gz") / "Factory"
    found = []
    for path in sorted(folder.glob("*_Data_*.txt")):
        published = data / "upmsp_solutions" / f"{path.name.partition('_')[0]}_Sequence.txt"
        found.append(Instance(path.stem, "factory", "upmsp", path, note=str(published)))
    return found


def one_machine_shops(data: Path) -> list[Instance]:
    """Return the one-machine problems with set-ups; twelve classes of ten in the published set."""
    folder = unpack(data / "wtsds.tar.gz")
    found = []
    for path in sorted(folder.glob("*.instance")):
        place = int(path.stem.rpartition("_")[2])
        found.append(Instance(path.stem, f"class-{(place - 1) // 10 + 1:02d}", "wtsds", path))
    return found


def plants(data: Path) -> list[Instance]:
    """Return the plants of the open data by number of operations; families plain and rich.

    The largest has no published cost: more sugar is needed there than ever comes.
    """
    rows = table(data / "plants" / "dispatch.csv")
    found = []
    solved = [row for row in rows if row["total"]]
    for row in sorted(solved, key=lambda each: int(each["operations"])):
        path = data / "plants" / row["file"]
        name = row["file"].partition(".")[0]
        family = "plain" if name.endswith("plain") else "rich"
        found.append(Instance(name, family, "sanpin", path, note=row["operations"]))
    return found


@dataclass(frozen=True)
class Plant:
    """A sample plant to generate: trade, orders, machines, and whether it has rich features."""

    kind: str
    jobs: int
    machines: int
    rich: bool

    @property
    def name(self) -> str:
        """Trade, orders and family."""
        return f"{self.kind}-{self.jobs}-{self.family}"

    @property
    def family(self) -> str:
        """Rich with what large plants are searched with, plain with what the peers can say."""
        return "rich" if self.rich else "plain"


PLAIN_FEATURES = ("calendars", "workers", "setups", "resumable", "lags")
RICH_FEATURES = (
    *PLAIN_FEATURES, "bounds", "costs", "deadlines", "earliness", "fixed", "materials",
    "outsourcing", "pools", "production", "sites", "tools", "transfer", "waits",
)  # fmt: skip


def generated(plants: Iterable[Plant]) -> list[Instance]:
    """Return sample plants, each generated once for each version of the generator."""
    content = hashlib.sha256()
    for path in sorted((ROOT / "src" / "sanpin" / "factory" / "sample").rglob("*.py")):
        content.update(path.read_bytes())
    folder = ARTEFACTS / "data" / "generated"
    found = []
    for plant in plants:
        path = folder / f"{plant.name}-{content.hexdigest()[:8]}.json"
        if not path.is_file():
            features = RICH_FEATURES if plant.rich else PLAIN_FEATURES
            command = sanpin_command(
                "factory", "generate", "--kind", plant.kind, "--jobs", str(plant.jobs),
                "--machines", str(plant.machines), "--seed", "1", "--out", str(path),
                "--only", *features,
            )  # fmt: skip
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found.append(Instance(plant.name, plant.family, "sanpin", path))
    return found


def draw(instances: list[Instance], count: int, seed: int = 1) -> list[Instance]:
    """Choose some instances: one of each family in turn, by a seeded draw."""
    families = _shuffled(instances, seed)
    chosen: list[Instance] = []
    while len(chosen) < min(count, len(instances)):
        for rows in families:
            if rows and len(chosen) < count:
                chosen.append(rows.pop())
    return sorted(chosen, key=lambda each: (each.family, each.name))


def draw_by_size(instances: list[Instance], count: int, seed: int = 1) -> list[Instance]:
    """Choose some instances: of each family one, of large families more, by a seeded draw."""
    chosen = in_turn(instances, seed)[: max(count, len({each.family for each in instances}))]
    return sorted(chosen, key=lambda each: (each.family, each.name))


def in_turn(instances: list[Instance], seed: int = 1) -> list[Instance]:
    """Order instances by a seeded draw, so that every beginning is a choice of all families.

    After one of each comes one of the family of which the least share was drawn.
    """
    families = _shuffled(instances, seed)
    sizes = [len(rows) for rows in families]
    chosen = [rows.pop() for rows in families]
    while len(chosen) < len(instances):
        drawn = [1 - len(rows) / size for rows, size in zip(families, sizes, strict=True)]
        chosen.append(families[drawn.index(min(drawn))].pop())
    return chosen


def _shuffled(instances: list[Instance], seed: int) -> list[list[Instance]]:
    """Return the instances of each family, by name of the family, in an order by chance."""
    families: dict[str, list[Instance]] = {}
    for each in instances:
        families.setdefault(each.family, []).append(each)
    chance = Random(seed)
    for family in sorted(families):
        chance.shuffle(families[family])
    return [families[family] for family in sorted(families)]


def named(instances: list[Instance], names: Iterable[str]) -> list[Instance]:
    """Return instances by name, in the order of the names."""
    by_name: Mapping[str, Instance] = {each.name: each for each in instances}
    return [by_name[name] for name in names]
