"""Answer the same questions by a recursive query; runs in any Python that has the database.

    python peer.py sqlite|duckdb|postgresql FOLDER

reads ``edges.npz`` and prints the load time and, for each root, what was reached in how long.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

QUERY = """
WITH RECURSIVE reached(thing) AS (
  SELECT {root}
  UNION
  SELECT made.thing FROM reached
  JOIN used ON used.thing = reached.thing
  JOIN made ON made.event = used.event
) SELECT count(*) FROM reached
"""


def sqlite(folder: Path, used: np.ndarray, made: np.ndarray) -> Any:
    """Load into tables that are their own index."""
    connection = sqlite3.connect(folder / "peer.sqlite")
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-262144")
    for name, columns, rows in (("used", "thing, event", used), ("made", "event, thing", made)):
        one, other = columns.split(", ")
        connection.execute(
            f"CREATE TABLE {name} ({one} INTEGER, {other} INTEGER, PRIMARY KEY ({columns})) "
            "WITHOUT ROWID"
        )
        rows = rows[:, np.lexsort(rows[::-1])]
        connection.executemany(
            f"INSERT OR IGNORE INTO {name} VALUES (?, ?)",
            zip(rows[0].tolist(), rows[1].tolist(), strict=True),
        )
    connection.commit()
    connection.execute("ANALYZE")
    return connection


def duck(folder: Path, used: np.ndarray, made: np.ndarray) -> Any:
    """Load from arrays; two threads as the machine has."""
    import duckdb

    connection = duckdb.connect(str(folder / "peer.duckdb"))
    connection.execute("SET threads = 2")
    for name, columns, rows in (
        ("used", ("thing", "event"), used),
        ("made", ("event", "thing"), made),
    ):
        source = {columns[0]: rows[0], columns[1]: rows[1]}  # noqa: F841 - named in the query
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM source ORDER BY 1, 2")
    return connection


def postgres(_: Path, used: np.ndarray, made: np.ndarray) -> Any:
    """Load by COPY, then index."""
    import psycopg

    connection = psycopg.connect(os.environ["SANPIN_BENCH_POSTGRES"], autocommit=True)
    for name, columns, rows in (("used", "thing, event", used), ("made", "event, thing", made)):
        one, other = columns.split(", ")
        connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(f"CREATE UNLOGGED TABLE {name} ({one} integer, {other} integer)")
        with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for part in np.array_split(rows.T, 1 + rows.shape[1] // 100_000):
                copy.write("".join(f"{a}\t{b}\n" for a, b in part.tolist()))
        connection.execute(f"CREATE INDEX ON {name} ({one}, {other})")
        connection.execute(f"VACUUM ANALYZE {name}")
    return connection


def main(kind: str, folder: Path) -> None:
    """Load, ask each question three times, print the figures."""
    data = np.load(folder / "edges.npz")
    start = perf_counter()
    load = {"sqlite": sqlite, "duckdb": duck, "postgresql": postgres}[kind]
    connection = load(folder, data["used"], data["made"])
    found: dict[str, object] = {"load_seconds": round(perf_counter() - start, 2)}
    answers = {}
    for root in data["roots"].tolist():
        times, count = [], 0
        for _ in range(3):
            start = perf_counter()
            count = connection.execute(QUERY.format(root=int(root))).fetchone()[0]
            times.append(perf_counter() - start)
        answers[str(root)] = [int(count), round(float(np.median(times)), 4)]
    print(json.dumps(found | {"recalls": answers}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
