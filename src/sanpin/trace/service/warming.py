"""Machine code of the lineage walks: where it is kept, whether it is there, making it.

Compiling takes a minute on the first use after an installation, in a process of its own. A server
starts it when it starts, a capture of many events when it ends. Whoever asks before it is done
gets the same answers from the events themselves, or waits where these are too many.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from sanpin.kit.machine_code import MachineCode

__all__ = ["are_ready", "compile_kernels", "prepare", "start_compiling", "wait_until_ready"]

_CODE = MachineCode.of("trace/engine/lineage", "trace/store/unpacking.py")
_COMMAND = "from sanpin.trace.service.warming import compile_kernels; compile_kernels()"
_STARTED = threading.Event()
_COMPILING: list[subprocess.Popen[bytes]] = []
_LOOK_SECONDS = 0.2
# A process that compiles is done long before.
_PATIENCE_SECONDS = 900


def are_ready() -> bool:
    """Whether the walks are compiled for this machine."""
    return _marker().exists()


def wait_until_ready() -> bool:
    """Wait for the process that compiles; False when there is none, or it came to nothing."""
    mark = _marker().with_suffix(".started")
    while not are_ready():
        try:
            age = time.time() - mark.stat().st_mtime
        except OSError:
            return are_ready()
        if age > _PATIENCE_SECONDS or (_COMPILING and _COMPILING[0].poll()):
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def start_compiling() -> None:
    """Compile in a process of its own, unless one was started a moment ago."""
    if _STARTED.is_set() or not _first_to_start(_marker().with_suffix(".started")):
        return
    _STARTED.set()
    one = subprocess.Popen(
        [sys.executable, "-c", _COMMAND],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    _COMPILING.append(one)


def _first_to_start(mark: Path) -> bool:
    """Leave a mark for other processes; whether none has, or whoever did must have been killed."""
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        if mark.exists() and time.time() - mark.stat().st_mtime < _PATIENCE_SECONDS:
            return False
        mark.touch()
    except OSError:
        # Nothing can be kept here, so that nothing would be gained either.
        return False
    return True


def compile_kernels() -> None:
    """Ask a small made-up chain everything that is ever asked, so that all is compiled and kept."""
    prepare()
    marker = _marker()
    _exercise()
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()
    marker.with_suffix(".started").unlink(missing_ok=True)


def _exercise() -> None:
    """Call every kernel with the types that answers call it with."""
    import numpy as np

    from sanpin.trace.engine.generate import plan_chain, tables_of
    from sanpin.trace.engine.lineage.columns import pick, word_flags
    from sanpin.trace.engine.lineage.index import Index
    from sanpin.trace.engine.lineage.scope import scope_of, standing_of
    from sanpin.trace.engine.lineage.updates import updated
    from sanpin.trace.store.unpacking import read_numbers, unpack_hex

    unpack_hex(np.frombuffer(b"0902,0902", np.uint8))
    read_numbers(np.frombuffer(b"9,2", np.uint8))
    _write_lines()
    tables = tables_of(plan_chain(1_200, 1))
    words = word_flags(tables.words)
    columns, events = tables.columns, np.arange(1_200)
    index = Index.build(pick(columns, events[:-10]), tables.kinds, words)
    for one in (
        index,
        updated(index, pick(columns, events[-10:]), lambda _: columns, tables.kinds, words),
    ):
        roots = one.back(20).things[:1].tolist()
        scope_of(one, [0, *roots])
        standing_of(one, np.array(roots, np.int32))
        one.windows(roots[0])
        one.containers(roots[0])


def _write_lines() -> None:
    """Call the kernels that write answers."""
    import numpy as np

    from sanpin.trace.engine.lineage.writing import (
        Ways,
        line_sizes,
        list_of,
        texts_of,
        uuid_texts,
        way_sizes,
        write_lines,
    )

    uuid_texts(np.frombuffer(b"01", np.uint8))
    texts, zero = texts_of(b"[1" + b",1" * 10 + b"]", 11), np.zeros(1, np.int64)
    list_of(texts, zero)
    told = zero.astype(np.int32)
    ways = Ways(zero - 1, told, way_sizes(zero - 1, told, texts))
    pools, numbers = (texts,) * 9, np.zeros((1, 9), np.int32)
    out = np.empty(int(line_sizes(texts, pools, numbers, ways, zero)[0]), np.uint8)
    write_lines(texts, pools, numbers, texts, ways, zero, out)


def prepare() -> None:
    """Say where machine code is kept, before the first kernel is loaded."""
    _CODE.settle()


def _marker() -> Path:
    return _CODE.mark("lineage")
